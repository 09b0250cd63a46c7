"""Backups: the rows as they stood at one moment and every uploaded file, in one tar; restored only whole, and verified.

The rows are copied before the files: a file is never changed or taken away, so everything the rows name is among them.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from zhinan.server.refused import Refused
from zhinan.values.problem import Mistake
from zhinan.values.text import Text
from zhinan.values.whole_file import whole_file

ROWS, LIST = "zhinan.sqlite3", "manifest.json"
_FILES = "files/"
_NAMES = re.compile(r"zhinan\.sqlite3|manifest\.json|files/[0-9a-f]{2}/[0-9a-f]{64}")
_EXISTS = Mistake(
    "file-exists",
    Text("{file} 已经有了，不会盖掉", "{file} is there already and will not be overwritten"),
    Text("换一个文件名", "choose another name"),
)
_NOT_EMPTY = Mistake(
    "home-not-empty",
    Text("{folder} 里已经有平台的数据，不会盖掉", "{folder} holds a platform's data already, which is not overwritten"),
    Text("恢复到一个空目录：ZHINAN_HOME=新目录", "restore into an empty folder: ZHINAN_HOME=folder"),
)
_NOT_WHOLE = Mistake(
    "backup-not-whole",
    Text("备份不完整：{what}；什么也没有恢复", "the backup is not whole: {what}; nothing was restored"),
    Text("用另一份备份", "use another backup"),
)
_OTHER_DATABASE = Mistake(
    "rows-elsewhere",
    Text("数据库是 PostgreSQL，备份和恢复由它自己的工具做", "the rows are in PostgreSQL, which has its own tools for this"),
    Text(
        '备份：pg_dump -Fc -f 行.dump "$DATABASE_URL"，然后打包 {files}',
        'back up: pg_dump -Fc -f rows.dump "$DATABASE_URL", then pack {files}',
    ),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a platform keeps what it must not lose: its rows (a file, with SQLite) and its uploads."""

    engine: str
    rows: Path
    files: Path


def kept_here() -> Kept:
    """Where this platform does."""
    database = settings.DATABASES["default"]
    return Kept(str(database["ENGINE"]), Path(str(database["NAME"])), Path(settings.MEDIA_ROOT))


def back_up(kept: Kept, to: Path) -> dict[str, str]:
    """Write everything into a tar. Returns each name with its SHA-256. Raises `Refused`, `OSError`."""
    _refuse_other_database(kept)
    if to.exists():
        raise Refused(_EXISTS.at(file=to))
    with tempfile.TemporaryDirectory(prefix="zhinan-backup-") as folder:
        rows = Path(folder) / ROWS
        _copy_rows(kept.rows, rows)
        with whole_file(to) as file, tarfile.open(fileobj=file, mode="w") as tar:
            listed = {ROWS: _add(tar, rows, ROWS)}
            listed |= {name: _add(tar, path, name) for name, path in _uploads(kept.files)}
            _add_list(tar, listed)
    return listed


def restore(backup: Path, kept: Kept) -> dict[str, str]:
    """Bring a backup back to where nothing is kept yet. Returns what was restored. Raises `Refused`, `OSError`."""
    _refuse_other_database(kept)
    home = kept.rows.parent
    if kept.rows.exists() or kept.files.exists():
        raise Refused(_NOT_EMPTY.at(folder=home))
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=home) as folder:
        listed = _unpack(backup, Path(folder))
        if (Path(folder) / "files").exists():
            shutil.move(Path(folder) / "files", kept.files)
        (Path(folder) / ROWS).replace(kept.rows)  # last: a home with rows is a whole one
    return listed


def _refuse_other_database(kept: Kept) -> None:
    if not kept.engine.endswith("sqlite3"):
        raise Refused(_OTHER_DATABASE.at(files=kept.files))


def _copy_rows(database: Path, to: Path) -> None:
    """The rows as they stand at one moment, while others write."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as source, closing(sqlite3.connect(to)) as copy:
        source.backup(copy)


def _uploads(root: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(root.glob("*/*")):
        if not path.name.startswith("."):  # one that is just being written
            yield f"{_FILES}{path.relative_to(root).as_posix()}", path


def _add(tar: tarfile.TarFile, path: Path, name: str) -> str:
    tar.add(path, arcname=name, recursive=False)
    return _digest(path)


def _add_list(tar: tarfile.TarFile, listed: Mapping[str, str]) -> None:
    content = json.dumps(listed, ensure_ascii=False, indent=1).encode()
    entry = tarfile.TarInfo(LIST)
    entry.size = len(content)
    tar.addfile(entry, io.BytesIO(content))


def _unpack(backup: Path, folder: Path) -> dict[str, str]:
    """Everything on the list, as it is on the list; anything else is refused."""
    try:
        with tarfile.open(backup) as tar:
            for member in tar:
                _take_out(tar, member, folder)
        listed: dict[str, str] = json.loads((folder / LIST).read_text(encoding="utf-8"))
        found = {name: _digest(folder / name) for name in listed}
    except (tarfile.TarError, ValueError, FileNotFoundError, EOFError) as wrong:
        raise Refused(_NOT_WHOLE.at(what=str(wrong) or type(wrong).__name__)) from wrong
    changed = [name for name in listed if found[name] != listed[name]]
    if changed or ROWS not in listed:
        raise Refused(_NOT_WHOLE.at(what=changed[0] if changed else ROWS))
    return listed


def _take_out(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """One file, if it is of a name that a backup has: no path leads out of the folder, no link, no device."""
    content = tar.extractfile(member) if member.isreg() and _NAMES.fullmatch(member.name) else None
    if content is None:
        raise ValueError(member.name)
    path = folder / member.name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        shutil.copyfileobj(content, file)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
