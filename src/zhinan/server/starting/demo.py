"""Starting the demo: its folder marked as such, its rows filled once."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

from zhinan.server.refused import Refused
from zhinan.server.starting.readiness import bring_up_to_date
from zhinan.values.problem import Mistake
from zhinan.values.text import Text
from zhinan.values.whole_file import write_whole

#: A folder that holds this file is the demo's, and may be emptied.
MARK = "demo.txt"
_SAYS = (
    "这个目录是 zhinan demo 的，里面都是虚构的数据，可以整个删掉。\n"
    "This folder is zhinan demo's: everything in it is invented, and it may be deleted.\n"
)
_NOT_OURS = Mistake(
    "not-a-demo-folder",
    Text("{folder} 不是演示的目录，不会清空", "{folder} is not the demo's folder and will not be emptied"),
    Text("给演示一个新目录：ZHINAN_HOME=新目录", "give the demo a new folder: ZHINAN_HOME=folder"),
)
_OTHER_DATABASE = Mistake(
    "not-a-demo-file",
    Text(
        "--fresh 只清空演示自己的 SQLite；DATABASE_URL 指着另一个数据库",
        "--fresh empties the demo's own SQLite alone; DATABASE_URL names another database",
    ),
    Text("建一个新的空数据库给演示", "make a new, empty database for the demo"),
)


def empty(folder: Path, *, has_other_database: bool) -> None:
    """Take away what an earlier demo left in its folder. Raises `Refused` for a folder or database that is not the demo's."""
    if has_other_database:
        raise Refused(_OTHER_DATABASE.at())
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise Refused(_NOT_OURS.at(folder=folder))
        shutil.rmtree(folder)


def claim(folder: Path) -> None:
    """Mark a folder that holds nothing yet as the demo's."""
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        write_whole(folder / MARK, _SAYS)


def prepare() -> bool:
    """Bring the rows up to date and fill them if they are empty. Returns whether they were filled now. Raises `Refused`."""
    from zhinan.server.clock import now  # noqa: PLC0415  # the rows are there once Django is awake
    from zhinan.server.demo.seed import seed  # noqa: PLC0415  # as above

    assert settings.DEMO
    bring_up_to_date()
    return seed(now=now())
