"""A conversation that settles verdicts: what to ask next, why, what the answer changed, and the file it leaves behind."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from zhinan.cli.choosing import Choice
from zhinan.cli.command import INTERRUPTED
from zhinan.cli.findings import show_table
from zhinan.cli.questions import Asker, Quit
from zhinan.cli.subject_file import subject_text
from zhinan.cli.terminal import VERDICTS, Terminal
from zhinan.language.tree import Value
from zhinan.policy import mistakes
from zhinan.policy.assess import Result, Verdict
from zhinan.policy.subject import Subject
from zhinan.policy.telling import NO_AMOUNT, Wording, best_first, waiting
from zhinan.values.problem import Mistake, Problem
from zhinan.values.text import Text
from zhinan.values.whole_file import whole_file, write_whole

_NO_FOLDER = Mistake(
    "no-such-folder", Text("没有这个文件夹", "there is no such folder"),
    Text("先建好，或换一个路径", "make it first, or name another"),
)  # fmt: skip


def refuse_a_bad_target(target: Path | None) -> list[Problem]:
    """Why the answers could not be written there; nobody should find out after an hour of answering."""
    if target is None:
        return []
    if target.is_dir():
        return [mistakes.IS_A_DIRECTORY.at().placed(file=str(target), line=0)]
    if not target.parent.is_dir():
        return [_NO_FOLDER.at().placed(file=str(target.parent), line=0)]
    return []


class Interview:
    """Asks about one subject until nothing more can change, or the person stops."""

    def __init__(self, terminal: Terminal, choice: Choice, subject: Subject, *, path: Path, target: Path | None) -> None:
        self.terminal = terminal
        self.choice = choice
        self.subject = subject
        self.path = path
        self.target = target
        self.wording = Wording(choice.vocabulary, choice.packs, terminal.lang)
        self.asker = Asker(terminal, self.wording, _read_line, self.why)
        self.assessor = choice.assessor()
        self.unanswered: set[str] = set()
        self.results = self.assess()

    def assess(self) -> list[Result]:
        return best_first(self.assessor.assess(self.subject.facts, on=self.choice.on))

    def hold(self) -> int:
        """The whole conversation; the exit code."""
        code, key = 0, None
        self.open()
        try:
            while (key := self.next_key()) is not None:
                self.take(key, self.asker.ask(self.choice.vocabulary.facts[key], self.open_results()))
        except Quit as stop:
            if key is not None and stop.kept is not None:
                self.keep(key, stop.kept)
        except KeyboardInterrupt:
            code = INTERRUPTED
        self.close(interrupted=bool(code))
        return code

    def open(self) -> None:
        say = self.terminal.say
        if not self.path.exists():
            begin = Text(f"{self.path} 还不存在，从头问起。", f"{self.path} does not exist yet; we begin at the beginning.")
            self.terminal.line(say(begin))
        if self.target and self.target.exists():
            self.terminal.line(say(Text(
                f"{self.target} 已经存在，结束时会覆盖；原来的内容留在 {_backup(self.target)}。",
                f"{self.target} exists and will be overwritten at the end; the old text is kept as {_backup(self.target)}.",
            )))  # fmt: skip
        hint = Text("回车 = 不知道　? = 为什么问　q = 结束并保存", "Enter = not known   ? = why   q = stop and save")
        if self.next_key() is None:
            hint = Text("没有要问的：再多的事实也不会改变结论。", "nothing to ask: no further fact can change an answer.")
        self.terminal.line(say(hint), style="dim")

    def open_results(self) -> list[Result]:
        """The schemes an answer could still change."""
        return [result for result in self.results if result.verdict is Verdict.UNDETERMINED or result.missing]

    def next_key(self) -> str | None:
        """The most useful fact nobody has been asked for yet: of the undetermined schemes first, then for the amounts."""
        ordered = sorted(self.results, key=lambda result: result.verdict is not Verdict.UNDETERMINED)
        return next((key for result in ordered for key in result.missing if self.can_ask(key)), None)

    def can_ask(self, key: str) -> bool:
        return key in self.choice.vocabulary.facts and key not in self.subject.facts and key not in self.unanswered

    def why(self, key: str) -> list[str]:
        """The conditions and amounts that wait for a fact, each with its scheme and clause."""
        told = [
            f"{self.wording.scheme(result)}{self.terminal.say(Text('：', ': '))}{self.wording.said(finding.item)}"
            for result in self.results for finding in waiting(result) if key in finding.missing
        ]  # fmt: skip
        told += [
            self.wording.scheme(result) + self.terminal.say(Text("：算资助金额", ": to compute the amount"))
            for result in self.results if result.grant and key in result.grant.missing
        ]  # fmt: skip
        return told

    def take(self, key: str, value: Value) -> None:
        """Note an answer, and say what it changed."""
        if value is None:
            self.unanswered.add(key)
            return
        before = {(result.pack.id, result.scheme.id): result for result in self.results}
        self.subject = replace(
            self.subject, facts={**self.subject.facts, key: value}, sources={**self.subject.sources, key: "declared"}
        )
        self.results = self.assess()
        self.tell(before)

    def keep(self, key: str, part: Value) -> None:
        """Note a list that was broken off, and say so."""
        self.take(key, part)
        name = self.wording.name(key)
        told = Text(
            f"“{name}”没有问完，先记下已答的；还有的请在文件里补上。",
            f"“{name}” was broken off; what was told is kept, add the rest in the file.",
        )
        self.terminal.line(self.terminal.say(told), style="yellow")

    def tell(self, before: dict[tuple[str, str], Result]) -> None:
        changed = []
        for result in self.results:
            old, sign = before[result.pack.id, result.scheme.id], VERDICTS[result.verdict]
            amount = self.wording.amount(result)
            if result.verdict is not old.verdict:
                told = f"{self.wording.scheme(result)} {sign.sign} {self.terminal.say(sign.word)}"
                changed.append(told + (self.wording.bracketed(amount) if amount != NO_AMOUNT else ""))
            elif amount not in (self.wording.amount(old), NO_AMOUNT):
                changed.append(self.wording.scheme(result) + self.terminal.say(Text(f" 可得 {amount}", f" could bring {amount}")))
        left = sum(1 for result in self.results if result.verdict is Verdict.UNDETERMINED)
        settled = Text("结论都已确定", "every verdict is settled")
        open_ = Text(f"还有 {left} 个事项待定", f"{left} scheme{'s' * (left > 1)} undetermined")
        changed.append(self.terminal.say(open_ if left else settled))
        self.terminal.hanging("→ ", self.terminal.say(Text("；", "; ")).join(changed))

    # -- the end -------------------------------------------------------------------------------------

    def close(self, *, interrupted: bool) -> None:
        """The table as it stands, and the answers put into a file."""
        say = self.terminal.say
        self.terminal.line()
        show_table(self.terminal, self.wording, self.results)
        self.terminal.line()
        text = subject_text(self.subject, self.choice.vocabulary, self.terminal.lang)
        if not text:
            self.terminal.line(say(Text("没有回答，没有可写的内容。", "nothing was answered; there is nothing to write.")))
            return
        target = self.target or (None if interrupted else self.offered(text))
        if target is None:
            self.terminal.line(say(Text("没有写文件。", "no file was written.")))
            return
        if target.exists():
            with whole_file(_backup(target)) as kept:
                kept.write(target.read_bytes())
        write_whole(target, text)
        done = Text(f"已写入 {target}。接着可以：zhinan assess {target}", f"written to {target}. Next: zhinan assess {target}")
        self.terminal.line(say(done))

    def offered(self, text: str) -> Path | None:
        """The file the person names, after seeing what would be written; `None` for none."""
        self.terminal.out.print(text, soft_wrap=True)
        suggested = self.path if not self.path.exists() else _free(self.path)
        ask = Text(f"写到哪个文件？回车 = {suggested}，n = 不写", f"write to which file? Enter = {suggested}, n = none")
        self.terminal.line(self.terminal.say(ask))
        try:
            answer = _read_line("› ").strip()
        except EOFError:
            return None
        if answer.lower() in ("n", "no", "否", "不", "不写"):
            return None
        target = Path(answer) if answer else suggested
        if problems := refuse_a_bad_target(target):
            self.terminal.problems(problems)
            return None
        return target


def _read_line(prompt: str) -> str:
    """The next answer. One that was piped in is repeated, so that the record of the conversation can be read."""
    answer = input(prompt)
    if not sys.stdin.isatty():
        print(answer)  # noqa: T201  # it stands where the person would have typed it
    return answer


def _backup(path: Path) -> Path:
    return path.with_name(path.name + ".bak")


def _free(path: Path) -> Path:
    """A name beside `path` that nothing has yet."""
    names = (path.with_name(f"{path.stem}-{number}{path.suffix or '.yaml'}") for number in range(2, 1000))
    return next(name for name in names if not name.exists())
