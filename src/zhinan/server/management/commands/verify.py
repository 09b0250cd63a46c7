"""`zhinan manage verify`: the proof that nothing was changed behind the platform's back, for those who keep its database."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zhinan.server.clock import now
from zhinan.server.queries.chain import Verified, hashes_at, verify
from zhinan.server.queries.kept import Fault
from zhinan.values.text import Lang, Text
from zhinan.values.whole_file import write_whole

_COUNTED = Text("事件 {events}，办件 {cases}，提交 {submissions}", "{events} events, {cases} cases, {submissions} submissions")
_HEAD = Text("最后事件的哈希 {hash}", "hash of the last event: {hash}")
_WHOLE = Text("全部相符。", "All is as recorded.")
_FAULTS = Text("发现 {number} 处不符：", "faults found: {number}")
_CUT = Text("与锚点不符：此前的记录被替换或截断", "not as anchored: the record before it was replaced or cut off")
_NOT_ANCHORED = Text("有不符之处，没有写入新的锚点。", "There are faults: no new anchor was written.")
_ANCHORED = Text("锚点已写入 {file}，请存放在别处。", "anchored in {file}: keep it elsewhere")
_NO_ANCHOR = Text("锚点文件读不懂：第 {line} 行", "the file of anchors cannot be read: line {line}")

_UNUSABLE = Text("锚点文件 {file} 不能用：{why}", "the file of anchors {file} cannot be used: {why}")


class Command(BaseCommand):
    """Looks at every event, row and file; ends with 1 when something is not as recorded."""

    help = "Verify the record. / 核验事件链、提交内容和文件。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--lang", choices=["zh", "en"], default="zh", help="language / 语言")
        parser.add_argument(
            "--anchor", type=Path, metavar="FILE",
            help="compare with the hashes noted in FILE, then note the newest / 与锚点文件比对并写入最新哈希",
        )  # fmt: skip

    def handle(self, *args: Any, lang: Lang, anchor: Path | None, **options: Any) -> None:  # Any: Django's
        try:
            faults = self._look(lang, anchor)
        except OSError as failure:
            raise CommandError(_UNUSABLE.filled(file=anchor, why=failure.strerror).in_lang(lang)) from failure
        if faults:
            sys.exit(1)

    def _look(self, lang: Lang, anchor: Path | None) -> list[Fault]:
        noted = _noted(anchor, lang) if anchor else {}
        found = verify()
        now_there = hashes_at(list(noted))
        cut = [Fault(f"#{number}", _CUT) for number, hash in noted.items() if now_there.get(number) != hash]
        faults = [*found.faults, *cut]
        self._tell(found, faults, lang)
        if anchor:
            self._anchor(anchor, noted, found, lang, is_whole=not faults)
        return faults

    def _tell(self, found: Verified, faults: list[Fault], lang: Lang) -> None:
        counted = _COUNTED.filled(events=found.events, cases=found.cases, submissions=found.submissions)
        for line in (counted, _HEAD.filled(hash=found.head or "—"), _FAULTS.filled(number=len(faults)) if faults else _WHOLE):
            self.stdout.write(line.in_lang(lang))
        for fault in faults:
            self.stdout.write(f"  {fault.where}  {fault.what.in_lang(lang)}")

    def _anchor(self, file: Path, noted: dict[int, str], found: Verified, lang: Lang, *, is_whole: bool) -> None:
        if not is_whole:
            self.stdout.write(_NOT_ANCHORED.in_lang(lang))
            return
        if found.events and found.events not in noted:
            before = file.read_text(encoding="utf-8") if file.exists() else ""
            write_whole(file, f"{before}{found.events} {found.head} {now():%Y-%m-%dT%H:%M:%S%z}\n")
        self.stdout.write(_ANCHORED.filled(file=file).in_lang(lang))


def _noted(file: Path, lang: Lang) -> dict[int, str]:
    """The hashes noted before, by the number of the event; none where the file is new."""
    if not file.exists():
        return {}
    found: dict[int, str] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        parts = line.split()
        if len(parts) < 2 or not (parts[0].isascii() and parts[0].isdigit() and len(parts[0]) < 19):
            raise CommandError(_NO_ANCHOR.filled(line=number).in_lang(lang))
        found[int(parts[0])] = parts[1]
    return found
