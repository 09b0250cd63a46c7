"""The office's commands: those of the platform and any of Django's, run as `zhinan manage` was asked."""

from __future__ import annotations

from collections.abc import Sequence

import django
from django.core.management import call_command, execute_from_command_line, get_commands
from django.utils import translation

from zhinan.values.problem import BadInput, Mistake
from zhinan.values.text import Lang, Text

_NO_COMMAND = Mistake(
    "no-such-manage-command", Text("没有“{word}”这个管理命令", "there is no command “{word}” to manage with"),
    Text("zhinan manage 列出办公用的命令", "zhinan manage lists the office's commands"),
)  # fmt: skip


def run_command(words: Sequence[str], lang: Lang) -> int:
    """Run a command (`create-keeper` is the module `create_keeper`) and return its exit code. Raises `BadInput`."""
    name, rest = words[0].replace("-", "_"), words[1:]
    django.setup()
    if name not in get_commands():
        raise BadInput([_NO_COMMAND.at(word=words[0])])
    try:
        with translation.override("en" if lang == "en" else "zh-hans"):
            execute_from_command_line(["zhinan manage", name, *rest])
            if name == "migrate":
                call_command("createcachetable", verbosity=0)  # a table like the others, but no migration makes it
    except SystemExit as ended:  # Django leaves the process on a failure; the code is what matters
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0
