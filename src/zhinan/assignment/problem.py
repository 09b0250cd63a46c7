"""The problem: experts, cases, panel rules, how well each pair fits, and the pairs that are barred; with its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zhinan.values.problem import BadInput, Mistake
from zhinan.values.problem import Problem as Wrong
from zhinan.values.text import Text

#: What an expert may be an expert of.
KINDS = ("technical", "industry", "finance", "management")
#: The two kinds of seats on a panel, and the experts who may take them.
SEATS = {"technical": frozenset({"technical", "industry"}), "finance": frozenset({"finance", "management"})}
SEAT_NAMES = {"technical": Text("技术", "technical"), "finance": Text("财务管理", "finance")}
#: A match is a whole number from 0 to this.
FULL_MATCH = 1_000_000
#: Chances are whole numbers of thousandths.
UNIT = 1000
#: The edition of the JSON written here.
FORMAT = 1

Json = dict[str, Any]  # Any: what JSON can say
Pair = tuple[str, str]

_NOT_ODD = Mistake(
    "panel-size-not-odd", Text("每组专家人数应为奇数，现为 {size}", "a panel has an odd number of experts, not {size}"),
    Text("改为 {less} 或 {more}", "make it {less} or {more}"),
)  # fmt: skip
_BAD_RULE = Mistake(
    "panel-rule-impossible", Text("{rule}为 {value}，每组只有 {size} 人", "{rule} is {value}, the panel has {size} experts"),
    Text("改为 {least} 到 {size} 之间的整数", "choose a whole number from {least} to {size}"),
)  # fmt: skip
_BAD_THRESHOLD = Mistake(
    "match-threshold-impossible",
    Text("最低匹配度 {value} 不在 0 到 {full} 之间", "the least match {value} is not within 0..{full}"),
    Text("匹配度以 0 到 {full} 的整数表示", "a match is a whole number from 0 to {full}"),
)  # fmt: skip
_TWICE = Mistake(
    "assignment-id-twice", Text("编号“{id}”出现了两次", "the id “{id}” occurs twice"),
    Text("每个项目、每位专家的编号只写一次", "write each application and each expert once"),
)  # fmt: skip
_BAD_EXPERT = Mistake(
    "assignment-bad-expert", Text("专家“{id}”：{what}", "expert “{id}”: {what}"),
    Text("更正专家的类别和可承担件数", "correct the expert's kinds and load"),
)  # fmt: skip
_BAD_PAIR = Mistake(
    "assignment-bad-pair", Text("“{case}”与“{expert}”：{what}", "“{case}” and “{expert}”: {what}"),
    Text("匹配度和回避只能写在名册内的项目和专家之间，匹配度为 0 到 1000000 的整数",
         "a match (0..1000000) and a bar join a case and an expert of this problem"),
)  # fmt: skip
_NOT_READABLE = Mistake(
    "assignment-not-readable", Text("这不是一份专家遴选的输入：{what}", "this is no input of an assignment: {what}"),
    Text("格式见 docs/reference/draw-format.md", "the format: docs/reference/draw-format.md"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Expert:
    """One expert as the draw knows them.

    `unit` is the employer's code and `group` the root of the employer's group ("" = the unit itself; an expert
    without either stands alone). `most` and `least` are the cases the expert may and must take.
    """

    id: str
    kinds: frozenset[str]
    unit: str
    group: str = ""
    is_outside: bool = False
    most: int = 1
    least: int = 0

    @property
    def root(self) -> str:
        """What counts as one employer: the group, else the unit, else the expert alone."""
        return self.group or self.unit or f"={self.id}"

    @property
    def seats(self) -> tuple[str, ...]:
        """The kinds of seats the expert may take."""
        return tuple(seat for seat, kinds in SEATS.items() if kinds & self.kinds)


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelRules:
    """What a panel is made of; every rule is hard.

    Exactly `size` experts, exactly `finance` of them in finance seats and the rest in technical seats; at least
    `outside` of all from outside; at most `per_unit` of one employer's group; no match below `threshold`.
    """

    size: int
    finance: int = 0
    outside: int = 0
    per_unit: int = 1
    threshold: int = 0

    def seats(self) -> dict[str, int]:
        """How many seats of each kind a panel has; kinds without a seat are left out."""
        wanted = {"technical": self.size - self.finance, "finance": self.finance}
        return {seat: number for seat, number in wanted.items() if number}

    def problems(self) -> list[Wrong]:
        """What is wrong with the rules in themselves."""
        found = []
        if self.size < 1 or self.size % 2 == 0:
            found.append(_NOT_ODD.at(size=self.size, less=max(self.size - 1, 1), more=max(self.size, 0) + 1))
        for rule, value, least in (
            (Text("财务管理席位", "finance"), self.finance, 0),
            (Text("外地专家", "outside"), self.outside, 0),
            (Text("同一单位上限", "per unit"), self.per_unit, 1),
        ):
            if not least <= value <= max(self.size, least):
                found.append(_BAD_RULE.at(rule=rule, value=value, size=self.size, least=least))
        if not 0 <= self.threshold <= FULL_MATCH:
            found.append(_BAD_THRESHOLD.at(value=self.threshold, full=FULL_MATCH))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Why a pair is forbidden: the rule that fired, its reason, and what shows it."""

    rule: str
    reason: Text
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One problem of assignment. A pair without a match is no candidate; a barred pair never is."""

    cases: tuple[str, ...]
    experts: tuple[Expert, ...]
    rules: PanelRules
    match: Mapping[Pair, int]
    barred: Mapping[Pair, tuple[Bar, ...]] = field(default_factory=dict)

    def problems(self) -> list[Wrong]:
        """What is wrong with the problem as it is written (not whether panels can be found)."""
        ids = [expert.id for expert in self.experts]
        found = self.rules.problems()
        found += [_TWICE.at(id=id) for id in _repeated([*self.cases]) + _repeated(ids)]
        found += [_BAD_EXPERT.at(id=expert.id, what=what) for expert in self.experts for what in _wrong_with(expert)]
        cases, experts = set(self.cases), set(ids)
        for case, expert in (*self.match, *self.barred):
            if case not in cases or expert not in experts:
                found.append(_BAD_PAIR.at(case=case, expert=expert, what=Text("不在名册内", "one of them is not in the lists")))
        for (case, expert), match in self.match.items():
            if not 0 <= match <= FULL_MATCH:
                found.append(_BAD_PAIR.at(case=case, expert=expert, what=Text(f"匹配度 {match}", f"match {match}")))
        return found

    def refuse_if_wrong(self) -> None:
        """Raise BadInput when the problem is not written as it should be."""
        if problems := self.problems():
            raise BadInput(problems)

    def candidates(self) -> Iterator[tuple[str, Expert, str, int]]:
        """Every (case, expert, kind of seat, match) that the rules leave possible, in canonical order."""
        seats, experts = self.rules.seats(), {expert.id: expert for expert in self.experts}
        for pair in sorted(self.match):
            expert, match = experts[pair[1]], self.match[pair]
            if match >= self.rules.threshold and expert.most > 0 and not self.barred.get(pair):
                for seat in expert.seats:
                    if seat in seats:
                        yield pair[0], expert, seat, match

    def to_json(self) -> Json:
        """The problem as JSON that hashes the same however it was put together."""
        return {
            "format": FORMAT,
            "cases": sorted(self.cases),
            "experts": [_expert_json(expert) for expert in sorted(self.experts, key=lambda expert: expert.id)],
            "rules": {name: getattr(self.rules, name) for name in _RULES},
            "match": _nested(self.match),
            "barred": {
                case: {expert: [_bar_json(bar) for bar in bars] for expert, bars in row.items()}
                for case, row in _nested({pair: bars for pair, bars in self.barred.items() if bars}).items()
            },
        }

    @classmethod
    def from_json(cls, content: Json) -> Instance:
        """The problem that was written; raises BadInput where it is none."""
        try:
            if content["format"] != FORMAT:
                raise ValueError(content["format"])
            instance = cls(
                cases=tuple(_texts(content["cases"])),
                experts=tuple(_expert(row) for row in content["experts"]),
                rules=PanelRules(**{name: whole(content["rules"][name]) for name in _RULES}),
                match={(case, who): whole(value) for case, row in content["match"].items() for who, value in row.items()},
                barred={
                    (case, who): tuple(_bar(bar) for bar in bars)
                    for case, row in content["barred"].items() for who, bars in row.items()
                },
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadInput([_NOT_READABLE.at(what=repr(error))]) from error
        instance.refuse_if_wrong()
        return instance

    def input_hash(self) -> str:
        """The SHA-256 of the canonical JSON: what a draw is committed to."""
        return content_hash(self.to_json())


def content_hash(content: object) -> str:
    """The SHA-256 of a content's canonical JSON: keys in order, no spaces, Chinese as it is, UTF-8."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


_RULES = ("size", "finance", "outside", "per_unit", "threshold")


def _wrong_with(expert: Expert) -> list[Text]:
    found = []
    if not expert.kinds or not expert.kinds <= set(KINDS):
        found.append(Text(f"类别应为 {'、'.join(KINDS)} 之一或几项", f"kinds are some of {', '.join(KINDS)}"))
    if not 0 <= expert.least <= expert.most:
        found.append(Text(f"件数下限 {expert.least}、上限 {expert.most}", f"loads from {expert.least} to {expert.most}"))
    return found


def _repeated(ids: Sequence[str]) -> list[str]:
    seen: set[str] = set()
    return sorted({id for id in ids if id in seen or seen.add(id)})  # type: ignore[func-returns-value]  # add says None


def _nested(pairs: Mapping[Pair, Any]) -> dict[str, dict[str, Any]]:  # Any: matches, or bars
    nested: dict[str, dict[str, Any]] = {}
    for (case, expert), value in pairs.items():
        nested.setdefault(case, {})[expert] = value
    return nested


def _expert_json(expert: Expert) -> Json:
    return {
        "id": expert.id, "kinds": sorted(expert.kinds), "unit": expert.unit, "group": expert.group,
        "is_outside": expert.is_outside, "most": expert.most, "least": expert.least,
    }  # fmt: skip


def _expert(row: Json) -> Expert:
    if not isinstance(row["is_outside"], bool):
        raise ValueError(row["is_outside"])
    return Expert(
        id=_text(row["id"]), kinds=frozenset(_texts(row["kinds"])), unit=_text(row["unit"]), group=_text(row["group"]),
        is_outside=row["is_outside"], most=whole(row["most"]), least=whole(row["least"]),
    )  # fmt: skip


def _bar_json(bar: Bar) -> Json:
    return {"rule": bar.rule, "reason": {"zh": bar.reason.zh, "en": bar.reason.en}, "evidence": bar.evidence}


def _bar(row: Json) -> Bar:
    return Bar(
        rule=_text(row["rule"]), reason=Text(_text(row["reason"]["zh"]), _text(row["reason"]["en"])),
        evidence=_text(row["evidence"]),
    )  # fmt: skip


def whole(value: object) -> int:
    """The value, if it is a whole number; ValueError otherwise."""
    if type(value) is not int:
        raise ValueError(value)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _texts(values: object) -> list[str]:
    if not isinstance(values, list):
        raise TypeError(values)
    return [_text(value) for value in values]
