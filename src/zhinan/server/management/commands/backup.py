"""`zhinan manage backup FILE.tar`: the rows and every uploaded file, while the platform runs."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from zhinan.server.starting.backup import back_up, kept_here
from zhinan.server.templatetags.zhinan import lang
from zhinan.values.text import Text

_DONE = Text("已备份到 {file}：数据库和 {number} 个文件。", "Backed up into {file}: the rows and {number} files.")


class Command(BaseCommand):
    """Writes one tar file, whole or not at all."""

    help = "Back up into a .tar file. / 备份到一个 .tar 文件。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="FILE.tar / 备份文件")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:  # Any: Django's
        listed = back_up(kept_here(), file)
        self.stdout.write(_DONE.in_lang(lang()).format(file=file, number=len(listed) - 1))
