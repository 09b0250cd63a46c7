"""`zhinan manage restore FILE.tar`: a backup into an empty home; then the record is verified, event by event."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from zhinan.server.queries.chain import verify
from zhinan.server.starting.backup import kept_here, restore
from zhinan.server.starting.readiness import unapplied
from zhinan.server.templatetags.zhinan import lang
from zhinan.values.text import Text

_DONE = Text(
    "已恢复到 {home}：{files} 个文件，{events} 个事件核验无误。", "Restored into {home}: {files} files; {events} events verified."
)
_OLDER = Text(
    "已恢复到 {home}：{files} 个文件。备份来自旧版本：运行 zhinan manage migrate，再运行 zhinan manage verify。",
    "Restored into {home}: {files} files. It is of an older version: run zhinan manage migrate, then zhinan manage verify.",
)
_FAULTS = Text("事件链有 {number} 处不符，第一处：{where} {what}", "the record has {number} faults, the first: {where} {what}")


class Command(BaseCommand):
    """Restores only into a home that holds nothing yet."""

    help = "Restore a backup into an empty home. / 把备份恢复到空目录。"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="FILE.tar / 备份文件")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:  # Any: Django's
        say, files = lang(), len(restore(file, kept_here())) - 1
        if unapplied():
            self.stdout.write(_OLDER.in_lang(say).format(home=settings.HOME, files=files))
            return
        found = verify()
        if found.faults:
            first = found.faults[0]
            raise CommandError(
                _FAULTS.in_lang(say).format(number=len(found.faults), where=first.where, what=first.what.in_lang(say))
            )
        self.stdout.write(_DONE.in_lang(say).format(home=settings.HOME, files=files, events=found.events))
