"""One fact asked of a person: the question with its choices and unit, and the answer read as people write it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from rich.text import Text as Rich

from zhinan.cli.terminal import Terminal
from zhinan.language.tree import Value
from zhinan.language.types import BOOL, Kind, Type
from zhinan.policy.assess import LINE_FACT, Result
from zhinan.policy.model import Direction
from zhinan.policy.telling import PERIODS, WHENCE, Wording
from zhinan.policy.vocabulary import FactWord
from zhinan.policy.written import NOTHING, read_value
from zhinan.values.problem import BadInput, Mistake
from zhinan.values.quantity import MONTHS, format_quantity
from zhinan.values.text import Text
from zhinan.values.width import display_width

_NOT_A_NUMBER_OF_THE_LIST = Mistake(
    "not-in-the-list", Text("没有第 {number} 项", "there is no number {number}"), Text("请写 1 到 {last}", "write 1 to {last}")
)
_NOT_A_DIRECTION = Mistake(
    "not-in-the-list", Text("没有“{text}”这个方向", "there is no direction “{text}”"),
    Text("请写列出的编号或序号", "write an id or a number of the list"),
)  # fmt: skip
_ANOTHER = Text("还有吗？（有/无）", "another one? (yes/none)")
_HOW = {
    Kind.BOOL: Text("是 或 否", "yes or no"),
    Kind.MONEY: Text("金额，如 1500万元、3200元", "an amount, such as 15 000 000 CNY"),
    Kind.NUMBER: Text("比例，如 35%", "a share, such as 35%"),
    Kind.DATE: Text("日期，如 2026-03-01", "a day, such as 2026-03-01"),
    Kind.CHOICE: Text("写序号或名称", "a number or a name"),
    Kind.SET: Text("可多选，如 1、3；没有就写 无", "one or several, such as 1, 3; none if none"),
    Kind.REGION: Text("名称或六位代码，如 银川市兴庆区", "a region's Chinese name or code, such as 640104"),
    Kind.TEXT: Text("文字", "text"),
    Kind.TREE: Text("写序号或编号，从大类选到小类", "a number or an id, from the broad to the narrow"),
}  # fmt: skip


_NOT_A_CHOICE = Mistake(
    "not-in-the-list", Text("“{text}”不在其中", "“{text}” is not among them"),
    Text("请写上面的序号或名称", "write a number or a name from above"),
)  # fmt: skip
_HAS_OR_NOT = Mistake(
    "has-or-not", Text("“{text}”没有看懂", "“{text}” was not understood"), Text("有就写 有，没有就写 无", "write yes or none")
)


class Quit(Exception):
    """The person has had enough questions. `kept` is the part of a list that was told before."""

    def __init__(self, kept: Value = None) -> None:
        self.kept = kept
        super().__init__()


@dataclass
class Asker:
    """Asks on a terminal. `read` gives the next line and raises `EOFError` when there is none."""

    terminal: Terminal
    wording: Wording
    read: Callable[[str], str]
    why: Callable[[str], Sequence[str]] = field(default=lambda key: ())

    def ask(self, fact: FactWord, results: Sequence[Result]) -> Value:
        """The value of a fact; `None` when the person does not know. Raises `Quit`."""
        options = _options(fact, results, self.terminal)
        self.show(fact, options)
        if fact.word.type.kind is Kind.RECORDS:
            return self.records(fact)
        if fact.word.type.kind is Kind.TREE:
            return self.direction(fact, results)
        return self.value(lambda text: _read(text, fact.word.type, fact.label, fact.code, options), fact.key)

    def show(self, fact: FactWord, options: Sequence[str]) -> None:
        """The question: label, owner, period; help; how to write it; where it comes from; the choices."""
        say, zh = self.terminal.say, self.terminal.lang == "zh"
        period = fact.period if zh else PERIODS.get(fact.period, "")
        parts = [say(fact.root), *([period] if period and period not in fact.label.en else [])]
        about = say(Text("，", ", ")).join(parts)
        self.terminal.line()
        self.terminal.line(Rich(say(fact.label), "bold") + Rich(self.wording.bracketed(about), "dim"))
        if told := say(fact.help):
            self.terminal.line(told, indent=2)
        how = [_how(fact.word.type, self.terminal), say(WHENCE[fact.whence])]
        self.terminal.line((" · ").join(part for part in how if part), style="dim", indent=2)
        self.choices(options)

    def choices(self, options: Sequence[str]) -> None:
        """The numbered choices, as many on a line as there is room for."""
        line = ""
        for number, name in enumerate(options, start=1):
            choice = f"{number} {name}"
            if line and display_width(line) + display_width(choice) + 4 > self.terminal.width:
                self.terminal.line(line, indent=2)
                line = ""
            line += f"{'  ' if line else ''}{choice}"
        if line:
            self.terminal.line(line, indent=2)

    def line(self) -> str:
        """What the person wrote. Raises `Quit` at q and at the end of the input."""
        try:
            text = self.read("› ").strip()
        except EOFError:
            raise Quit from None
        if text.lower() in ("q", "quit", "退出"):
            raise Quit
        return text

    def value(self, read: Callable[[str], Value], key: str = "") -> Value:
        """Ask until the answer can be read; nothing written is not known; `?` says why this is asked."""
        while True:
            text = self.line()
            if not text:
                return None
            if text in ("?", "？"):
                for reason in self.why(key):
                    self.terminal.hanging("  · ", reason)
                continue
            try:
                return read(text)
            except BadInput as bad:
                for problem in bad.problems:
                    told = [self.terminal.say(text) for text in (problem.message, problem.mend) if text.zh]
                    self.terminal.line(self.terminal.say(Text("。", ". ")).join(told), style="red")

    def records(self, fact: FactWord) -> Value:
        """A list, record by record and field by field; 无 when there is none."""
        more = self.value(_has_any, fact.key)
        if more is None:
            return None
        found: list[dict[str, Value]] = []
        try:
            while more:
                found.append(self.record(fact, len(found) + 1))
                self.terminal.line(self.terminal.say(_ANOTHER), indent=2)
                more = self.value(_has_any)
        except Quit:
            raise Quit(tuple(found) or None) from None
        return tuple(found)

    def record(self, fact: FactWord, number: int) -> dict[str, Value]:
        record = fact.word.type.record
        assert record is not None
        self.terminal.line(Rich(f"{self.terminal.say(record.name)} {number}", "bold"), indent=2)
        values: dict[str, Value] = {}
        codes = self.wording.vocabulary.field_codes
        for column in record.fields:
            label = Text(column.zh, column.key.replace("_", " "))
            options = [self.terminal.say(member.name) for member in column.type.choice.members] if column.type.choice else []
            self.terminal.line(Rich(self.terminal.say(label)) + Rich("  " + _how(column.type, self.terminal), "dim"), indent=2)
            self.choices(options)
            value = self.value(
                partial(_read, type=column.type, label=label, code=codes.get((record.key, column.key), ""), options=options)
            )
            if value is not None:
                values[column.key] = value
        return values

    def direction(self, fact: FactWord, results: Sequence[Result]) -> Value:
        """A node of the tree, chosen from the top down; at any level the node itself may be kept."""
        nodes = [root for pack in dict.fromkeys(result.pack.id for result in results) for root in _roots(results, pack)]
        chosen: Direction | None = None
        while nodes:
            for number, node in enumerate(nodes, start=1):
                self.terminal.hanging(f"  {number:>2} ", f"{node.id} {self.terminal.say(node.name)}")
            if chosen is not None:
                keep = Text(f"直接回车就选 {chosen.id}", f"press Enter to keep {chosen.id}")
                self.terminal.line(self.terminal.say(keep), style="dim", indent=2)
            picked = self.value(partial(_node, nodes=nodes), fact.key)
            if picked is None:
                break
            chosen = next(node for root in nodes for node in root.walk() if node.id == picked)
            nodes = list(chosen.children)
        return chosen.id if chosen else None


def _has_any(text: str) -> bool:
    """Whether there is something to tell: 有 or 无. Raises `BadInput`."""
    try:
        return text not in NOTHING and read_value(text, BOOL, label=_ANOTHER) is True
    except BadInput:
        raise BadInput([_HAS_OR_NOT.at(text=text)]) from None


def _roots(results: Sequence[Result], pack: str) -> tuple[Direction, ...]:
    return next(result.pack.directions for result in results if result.pack.id == pack)


def _node(text: str, nodes: Sequence[Direction]) -> Value:
    if text.isdigit() and 1 <= int(text) <= len(nodes):
        return nodes[int(text) - 1].id
    if any(text == node.id for root in nodes for node in root.walk()):
        return text
    raise BadInput([_NOT_A_DIRECTION.at(text=text)])


def _options(fact: FactWord, results: Sequence[Result], terminal: Terminal) -> list[str]:
    """The choices to number: the members of a list, or the lines of the schemes that are still open."""
    if fact.key == LINE_FACT:
        return list(dict.fromkeys(terminal.say(line.name) for result in results for line in result.scheme.branches))
    choice = fact.word.type.choice
    return [terminal.say(member.name) for member in choice.members] if choice else []


def _how(type: Type, terminal: Terminal) -> str:
    """How the answer is written."""
    if type.kind is Kind.RECORDS:
        return terminal.say(Text("没有就写 无；有就写 有，再逐条回答", "none if there are none; otherwise yes, then one by one"))
    if type.kind in (Kind.COUNT, Kind.DURATION):
        example = format_quantity(12 if type.unit == MONTHS else 3, type.unit, terminal.lang)
        return terminal.say(Text(f"数量，如 {example}", f"a number, such as {example}"))
    return terminal.say(_HOW.get(type.kind, Text("", "")))


def _read(text: str, type: Type, label: Text, code: str, options: Sequence[str]) -> Value:
    """The value in an answer in which numbers may stand for choices. Raises `BadInput`."""
    if options and type.kind in (Kind.CHOICE, Kind.SET, Kind.TEXT):
        for sign in "，,;；/ ":
            text = text.replace(sign, "、") if type.kind is Kind.SET and _is_numbers(text) else text
        parts = text.split("、") if type.kind is Kind.SET else [text]
        if all(part.strip().isdigit() for part in parts if part.strip()):
            return _numbered([int(part) for part in parts if part.strip()], type, options)
    try:
        return read_value(text, type, label=label, code=code)
    except BadInput:
        if options:
            raise BadInput([_NOT_A_CHOICE.at(text=text)]) from None
        raise


def _is_numbers(text: str) -> bool:
    return all(char.isdigit() or char in "，,;；/、 " for char in text)


def _numbered(numbers: Sequence[int], type: Type, options: Sequence[str]) -> Value:
    for number in numbers:
        if not 1 <= number <= len(options):
            raise BadInput([_NOT_A_NUMBER_OF_THE_LIST.at(number=number, last=len(options))])
    if type.choice is None:
        return options[numbers[0] - 1]
    keys = [type.choice.members[number - 1].key for number in numbers]
    return frozenset(keys) if type.kind is Kind.SET else keys[0]
