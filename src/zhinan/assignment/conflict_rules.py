"""Conflict rules: which conflicts of interest bar an expert, how far back they look, and what an authority may set.

The guides of the shipped packs do not say when an expert stands back. What is switched on, and the years, are defaults
after common practice in expert-bank rules (general knowledge, not checked against one document): the authority
confirms them when it opens a round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.text import Text

#: Shown beside every setting that was not confirmed.
UNCONFIRMED = Text("默认值，由主管部门确认后生效", "a default, for the authority to confirm")

#: The most a rule may look back.
LONGEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. `on` and `years` are defaults; `years` None looks back for ever.

    A fixed rule cannot be switched off. Only a timed rule has years.
    """

    id: str
    name: Text
    reason: Text
    on: bool = True
    is_fixed: bool = False
    is_timed: bool = False
    years: int | None = None


_ALL = (
    Rule(
        id="own-application",
        name=Text("本人项目", "own application"),
        reason=Text("专家是本项目的负责人或团队成员", "the expert leads this project or is on its team"),
        is_fixed=True,
    ),
    Rule(
        id="same-unit",
        name=Text("同一单位", "same unit"),
        reason=Text("专家在本项目的申报或参与单位任职", "the expert works for a unit of this project"),
        is_fixed=True,
    ),
    Rule(
        id="same-group",
        name=Text("同一集团", "same group"),
        reason=Text(
            "专家所在单位与本项目的申报或参与单位受同一方控制",
            "the expert's unit and a unit of this project are under one control",
        ),
    ),
    Rule(
        id="past-unit",
        name=Text("曾任职单位", "former unit"),
        reason=Text("专家近年曾在本项目的申报或参与单位任职", "the expert recently worked for a unit of this project"),
        is_timed=True,
        years=3,
    ),
    Rule(
        id="recommender",
        name=Text("推荐单位人员", "staff of the recommending body"),
        reason=Text("专家在本项目的推荐单位任职", "the expert works for the body that recommends this project"),
    ),
    Rule(
        id="kin",
        name=Text("近亲属", "kin"),
        reason=Text("专家与本项目人员或单位有近亲属关系", "the expert has kin in this project"),
        is_fixed=True,
    ),
    Rule(
        id="supervision",
        name=Text("师生关系", "supervisor and student"),
        reason=Text("专家与本项目人员是师生", "the expert and someone in this project are supervisor and student"),
        is_timed=True,
    ),
    Rule(
        id="recent-work",
        name=Text("近期合作", "recent joint work"),
        reason=Text("专家近年与本项目人员有合作", "the expert recently worked together with someone in this project"),
        is_timed=True,
        years=3,
    ),
    Rule(
        id="interest",
        name=Text("经济利益", "financial interest"),
        reason=Text(
            "专家近年与本项目人员或单位有有偿咨询或经济利益关系",
            "the expert recently consulted for pay, or holds an interest, in this project",
        ),
        is_timed=True,
        years=3,
    ),
    Rule(
        id="dispute",
        name=Text("争议", "dispute"),
        reason=Text("专家与本项目人员或单位有争议", "the expert has a dispute with someone in this project"),
        is_timed=True,
    ),
    Rule(
        id="declared",
        name=Text("专家自报", "declared by the expert"),
        reason=Text("专家本人申报应当回避", "the expert declared to be tied"),
        is_fixed=True,
    ),
    Rule(
        id="avoided",
        name=Text("申请人提出回避", "named by the applicant"),
        reason=Text("申请人提出该专家回避", "the applicant asked that this expert be avoided"),
    ),
    Rule(
        id="official",
        name=Text("主管部门人员", "official of the authority"),
        reason=Text("主管部门人员不作为本部门项目的评审专家", "an official never reviews for a call of their own authority"),
        is_fixed=True,
    ),
    Rule(
        id="acted-before",
        name=Text("曾评审本项目", "acted before"),
        reason=Text("专家在此前轮次评审过本项目", "the expert acted on this project in an earlier round"),
        on=False,
    ),
    Rule(
        id="applies-in-round",
        name=Text("本轮申报人", "applies in this round"),
        reason=Text("专家本人在本轮申报项目", "the expert applies in this round"),
        is_fixed=True,
    ),
    Rule(
        id="competing-unit",
        name=Text("本轮申报单位", "unit applies in this round"),
        reason=Text("专家所在单位在本轮申报项目", "the expert's unit applies in this round"),
        on=False,
    ),
)
#: Every rule by its id, in the order in which conflicts are told.
RULES: Mapping[str, Rule] = {rule.id: rule for rule in _ALL}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictRules:
    """The conflict rules of one round.

    `off`: the rules switched off. `years`: how far a timed rule looks back from the day, where it differs from the
    default; 0 sees only what still lasts, None looks back for ever. `named_most`: how many experts an applicant may
    name to be avoided. `suspect_bars`: a person known by name alone bars too. `group_threshold`: the holding, in
    thousandths, from which one unit controls another (an argument for `groups_of`).

    Raises `BadInput` with everything that is wrong.
    """

    off: frozenset[str] = frozenset(rule.id for rule in _ALL if not rule.on)
    years: Mapping[str, int | None] = field(default_factory=dict)
    named_most: int = 3
    suspect_bars: bool = True
    group_threshold: int = 500

    def __post_init__(self) -> None:
        if problems := list(self._problems()):
            raise BadInput(problems)

    def holds(self, rule: str) -> bool:
        """Whether the rule is switched on."""
        return rule not in self.off

    def looks_back(self, rule: str) -> int | None:
        """How many years the rule looks back; None for ever."""
        return self.years.get(rule, RULES[rule].years)

    def to_json(self) -> dict[str, object]:
        """Every setting, also those left at their default, as plain JSON values."""
        rules = {
            rule.id: {"on": self.holds(rule.id)} | ({"years": self.looks_back(rule.id)} if rule.is_timed else {})
            for rule in RULES.values()
        }
        return {
            "rules": rules,
            "named_most": self.named_most,
            "suspect_bars": self.suspect_bars,
            "group_threshold": self.group_threshold,
        }

    @classmethod
    def from_json(cls, data: object) -> ConflictRules:
        """The rules from what `to_json` wrote, or from a part of it: what is not said stays at its default.

        Raises `BadInput` with everything that is wrong.
        """
        if problems := list(_misshapen(data)):
            raise BadInput(problems)
        said = cast("dict[str, object]", data)
        rules = cast("dict[str, dict[str, object]]", said.get("rules", {}))
        off = {rule for rule in RULES if not rules.get(rule, {}).get("on", RULES[rule].on)}
        years = {rule: cast("int | None", each["years"]) for rule, each in rules.items() if "years" in each}
        others = cast("dict[str, Any]", {name: said[name] for name in _WHOLE if name in said})
        return cls(off=frozenset(off), years=years, **others)

    def _problems(self) -> Iterator[Problem]:
        for unknown in sorted({*self.off, *self.years} - RULES.keys()):
            yield _NO_SUCH_RULE.at(rule=unknown)
        for rule in RULES.values():
            if rule.is_fixed and rule.id in self.off:
                yield _FIXED.at(rule=rule.name)
            if rule.id in self.years:
                yield from _bad_years(rule, self.years[rule.id])
        for name, (label, least, most) in _NUMBERS.items():
            if not least <= getattr(self, name) <= most:
                yield _OUT_OF_RANGE.at(name=label, least=least, most=most)


def _bad_years(rule: Rule, years: int | None) -> Iterator[Problem]:
    if not rule.is_timed:
        yield _NOT_TIMED.at(rule=rule.name)
    elif years is not None and not 0 <= years <= LONGEST:
        yield _OUT_OF_RANGE.at(name=rule.name, least=0, most=LONGEST)


def _misshapen(data: object) -> Iterator[Problem]:
    """What is not written as `to_json` writes it."""
    if not isinstance(data, dict):
        yield _MISSHAPEN.at(place="$")
        return
    for name in sorted(data.keys() - {"rules", *_WHOLE}, key=str):
        yield _NO_SUCH_SETTING.at(name=name)
    for name, kind in _WHOLE.items():
        if name in data and type(data[name]) is not kind:
            yield _MISSHAPEN.at(place=name)
    rules = data.get("rules", {})
    if not isinstance(rules, dict):
        yield _MISSHAPEN.at(place="rules")
        return
    for rule, setting in rules.items():
        if rule not in RULES:
            yield _NO_SUCH_RULE.at(rule=rule)
        elif not isinstance(setting, dict):
            yield _MISSHAPEN.at(place=f"rules.{rule}")
        else:
            yield from _misshapen_setting(rule, setting)


def _misshapen_setting(rule: str, setting: dict[object, object]) -> Iterator[Problem]:
    for name in sorted(setting.keys() - {"on", "years"}, key=str):
        yield _NO_SUCH_SETTING.at(name=f"rules.{rule}.{name}")
    if type(setting.get("on", True)) is not bool:
        yield _MISSHAPEN.at(place=f"rules.{rule}.on")
    if setting.get("years") is not None and type(setting["years"]) is not int:
        yield _MISSHAPEN.at(place=f"rules.{rule}.years")


_WHOLE: Mapping[str, type] = {"named_most": int, "suspect_bars": bool, "group_threshold": int}
_NUMBERS = {
    "named_most": (Text("可提出回避的人数", "experts an applicant may name"), 0, 100),
    "group_threshold": (Text("控制比例（‰）", "the share that controls (‰)"), 1, 1000),
}

_NO_SUCH_RULE = Mistake(
    "no-such-conflict-rule",
    Text("没有回避规则“{rule}”", "there is no conflict rule “{rule}”"),
    Text(f"可用的规则：{'、'.join(RULES)}", f"the rules are: {', '.join(RULES)}"),
)
_NO_SUCH_SETTING = Mistake(
    "no-such-conflict-setting",
    Text("回避规则没有“{name}”这一项", "conflict rules have no setting “{name}”"),
    Text("删去这一项，或核对名称", "remove it, or look at its name again"),
)
_FIXED = Mistake(
    "conflict-rule-is-fixed",
    Text("回避规则“{rule}”不能关闭", "the conflict rule “{rule}” cannot be switched off"),
    Text("保持开启", "leave it on"),
)
_NOT_TIMED = Mistake(
    "conflict-rule-is-not-timed",
    Text("回避规则“{rule}”不设年限", "the conflict rule “{rule}” has no years"),
    Text("删去年限", "remove the years"),
)
_OUT_OF_RANGE = Mistake(
    "conflict-setting-out-of-range",
    Text("“{name}”应在 {least} 到 {most} 之间", "“{name}” lies between {least} and {most}"),
    Text("改为范围内的整数", "give a whole number in that range"),
)
_MISSHAPEN = Mistake(
    "conflict-rules-misshapen",
    Text("回避规则“{place}”的写法不能识别", "“{place}” of the conflict rules cannot be read"),
    Text(
        "开关写 true 或 false，年限和人数写整数，不限年限写 null",
        "write a switch as true or false, years and numbers as whole numbers, no limit of years as null",
    ),
)
