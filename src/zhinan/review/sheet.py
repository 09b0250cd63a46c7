"""Score sheets: criteria with weights and points as data, what is wrong with one that was filled in, and its total.

    sheet = next(each for each in shipped_sheets() if each.evaluation_class == "basic-research")
    total(sheet, read_filled(sheet, answers).points)

The documents name classes of evaluation and what to look at in some; they state no weights. Those shipped are defaults.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType

from zhinan.policy.nearest import brief
from zhinan.policy.reader import Reader
from zhinan.policy.yaml_source import Node, load_yaml, read_text
from zhinan.review import mistakes
from zhinan.review.written import Written
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.text import Text
from zhinan.values.width import half_width

#: Classes of evaluation (分类评价). Basic research, applied research with development, and platforms are told apart by the
#: Ningxia plan (五(一)3, 四(四)3); transfer, talent and soft science are programmes of their own in the guides.
EVALUATION_CLASSES: Mapping[str, Text] = MappingProxyType(
    {
        "basic-research": Text("基础研究", "basic research"),
        "applied-development": Text("应用研究与技术开发", "applied research and development"),
        "results-transfer": Text("成果转化与产业化", "transfer of results and industrialisation"),
        "platform": Text("平台基地", "platforms and bases"),
        "talent-team": Text("人才团队", "talent and teams"),
        "soft-science": Text("软科学", "soft science"),
    }
)
#: The overall opinion, where a sheet asks for one.
VERDICTS: Mapping[str, Text] = MappingProxyType(
    {
        "recommend": Text("建议立项", "recommend"),
        "recommend-with-changes": Text("建议修改完善后立项", "recommend with changes"),
        "not-recommend": Text("不建议立项", "do not recommend"),
    }
)
COMMENT, VERDICT = "comment", "verdict"
#: How long a comment may be, in characters that are not blank.
COMMENT_MOST = 5_000
#: A sheet's total is kept, shown and used with so many decimals.
TOTAL_DECIMALS = 3

_KEY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_POINTS = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?) *分?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing to be scored: `weight` in per cent, up to `most` points, `says` what to look at.

    `clause`: where a document asks for it (`NX 五(一)3`), empty where it is the authority's own.
    """

    key: str
    name: Text
    weight: Decimal
    most: Decimal
    says: Text
    clause: str = ""

    def to_json(self) -> dict[str, object]:
        """As it is stored; decimals are texts."""
        return {
            "key": self.key, "name": _both(self.name), "weight": str(self.weight), "most": str(self.most),
            "says": _both(self.says), "clause": self.clause,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetForm:
    """A score sheet before anyone fills it in.

    Points go in steps of `step`; a comment has at least `comment_least` characters that are not blank. `is_default`: the
    weights are shipped ones, which no document states and the authority has still to confirm.
    """

    key: str
    name: Text
    evaluation_class: str
    criteria: tuple[Criterion, ...]
    step: Decimal = Decimal(1)
    comment_least: int = 0
    asks_verdict: bool = True
    is_default: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """What a person fills in, in the order of the sheet."""
        return (*(each.key for each in self.criteria), COMMENT, *((VERDICT,) if self.asks_verdict else ()))

    def to_json(self) -> dict[str, object]:
        """As it is stored; `sheet_from_json` reads it back."""
        return {
            "key": self.key, "name": _both(self.name), "evaluation_class": self.evaluation_class,
            "criteria": [each.to_json() for each in self.criteria], "step": str(self.step),
            "comment_least": self.comment_least, "asks_verdict": self.asks_verdict, "is_default": self.is_default,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filled:
    """A sheet that was filled in whole: points by criterion, the comment, the overall opinion (`""` if none is asked)."""

    points: Mapping[str, Decimal]
    comment: str
    verdict: str


# ─── the form ───


def sheet_from_json(value: object) -> SheetForm:
    """The sheet in a JSON object as `to_json` writes it. Raises `BadInput` with everything that is wrong."""
    keys = ("key", "name", "evaluation_class", "criteria", "step", "comment_least", "asks_verdict", "is_default")
    written = Written(value, keys)
    criteria = enumerate(written.items("criteria"), start=1)
    sheet = SheetForm(
        key=written.text("key"), name=written.bilingual("name"), evaluation_class=written.text("evaluation_class"),
        criteria=tuple(_criterion(each, f"criteria[{at}]", written) for at, each in criteria),
        step=written.decimal("step", Decimal(1)), comment_least=written.whole("comment_least", 0, most=COMMENT_MOST),
        asks_verdict=written.flag("asks_verdict"), is_default=written.flag("is_default"),
    )  # fmt: skip
    written.done()
    if problems := problems_of_form(sheet):
        raise BadInput(problems)
    return sheet


def _criterion(value: object, place: str, around: Written) -> Criterion:
    written = Written(value, ("key", "name", "weight", "most", "says", "clause"), place, around.problems)
    return Criterion(
        key=written.text("key"), name=written.bilingual("name"), weight=written.decimal("weight"),
        most=written.decimal("most"), says=written.bilingual("says"), clause=written.text("clause", ""),
    )  # fmt: skip


def problems_of_form(sheet: SheetForm) -> list[Problem]:
    """Why nobody could score with this sheet; none if it is sound."""
    return list(_problems_of_form(sheet))


def _problems_of_form(sheet: SheetForm) -> Iterator[Problem]:
    if sheet.evaluation_class not in EVALUATION_CLASSES:
        yield mistakes.CLASS_UNKNOWN.at(word=brief(sheet.evaluation_class), choices=", ".join(EVALUATION_CLASSES))
    if not (sheet.name.zh and sheet.name.en):
        yield mistakes.NAME_EMPTY.at(key=brief(sheet.key))
    if sheet.step <= 0:
        yield mistakes.STEP_NOT_POSITIVE.at(step=sheet.step)
    if not 0 <= sheet.comment_least <= COMMENT_MOST:
        yield mistakes.COMMENT_LEAST_OFF.at(have=sheet.comment_least, most=COMMENT_MOST)
    if not sheet.criteria:
        yield mistakes.NO_CRITERIA.at()
        return
    seen: set[str] = set()
    for each in sheet.criteria:
        if each.key in seen:
            yield mistakes.CRITERION_TWICE.at(key=brief(each.key))
        seen.add(each.key)
        yield from _problems_of_criterion(each, sheet.step)
    if (weights := sum(each.weight for each in sheet.criteria)) != 100:
        yield mistakes.WEIGHTS_OFF.at(sum=plain(Decimal(weights)))


def _problems_of_criterion(criterion: Criterion, step: Decimal) -> Iterator[Problem]:
    if not _KEY.fullmatch(criterion.key) or criterion.key in (COMMENT, VERDICT):
        yield mistakes.CRITERION_KEY.at(key=brief(criterion.key))
    if not (criterion.name.zh and criterion.name.en):
        yield mistakes.NAME_EMPTY.at(key=brief(criterion.key))
    if criterion.weight <= 0:
        yield mistakes.WEIGHT_NOT_POSITIVE.at(name=criterion.name, weight=plain(criterion.weight))
    if criterion.most <= 0:
        yield mistakes.MOST_NOT_POSITIVE.at(name=criterion.name, most=plain(criterion.most))
    elif step > 0 and criterion.most % step != 0:
        yield mistakes.MOST_BETWEEN_STEPS.at(name=criterion.name, most=plain(criterion.most), step=plain(step))


# ─── filled in ───


def check_filled(sheet: SheetForm, texts: Mapping[str, str]) -> dict[str, list[Problem]]:
    """What is wrong with the texts typed so far, by the field it is wrong in; nothing for a field that is well. Never raises."""
    return _read(sheet, texts)[1]


def read_filled(sheet: SheetForm, texts: Mapping[str, str]) -> Filled:
    """The sheet as it was filled in. Raises `BadInput` with a problem for each wrong field, which its `file` names."""
    filled, problems = _read(sheet, texts)
    if problems:
        raise BadInput([problem.placed(file=field, line=0) for field, told in problems.items() for problem in told])
    return filled


def total(sheet: SheetForm, points: Mapping[str, Decimal]) -> Decimal:
    """The weighted total of a whole sheet, 0 to 100: each criterion's share of its most, times its weight.

    It is exact until the end, then rounded half up to `TOTAL_DECIMALS`.
    """
    exact = sum(Fraction(each.weight) * Fraction(points[each.key]) / Fraction(each.most) for each in sheet.criteria)
    return half_up(Fraction(exact), TOTAL_DECIMALS)


def half_up(value: Fraction, decimals: int) -> Decimal:
    """`value` with so many decimals, a half rounded away from zero, as people round.

    >>> half_up(Fraction(17, 8), 2), half_up(Fraction(-1, 8), 2)
    (Decimal('2.13'), Decimal('-0.13'))
    """
    scaled = abs(value) * 10**decimals
    digits = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(digits if value >= 0 else -digits).scaleb(-decimals)


def plain(number: Decimal) -> str:
    """A number as people write it, without closing zeros.

    >>> plain(Decimal("20.50")), plain(Decimal("100"))
    ('20.5', '100')
    """
    written = f"{number:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def _read(sheet: SheetForm, texts: Mapping[str, str]) -> tuple[Filled, dict[str, list[Problem]]]:
    points: dict[str, Decimal] = {}
    problems: dict[str, list[Problem]] = {}
    for criterion in sheet.criteria:
        read = _read_points(criterion, sheet.step, texts.get(criterion.key, ""))
        if isinstance(read, Problem):
            problems[criterion.key] = [read]
        else:
            points[criterion.key] = read
    comment, verdict = texts.get(COMMENT, "").strip(), texts.get(VERDICT, "").strip() if sheet.asks_verdict else ""
    if wrong := _problem_of_comment(sheet, comment):
        problems[COMMENT] = [wrong]
    if wrong := _problem_of_verdict(sheet, verdict):
        problems[VERDICT] = [wrong]
    for key in texts:
        if key not in sheet.fields and key != VERDICT:
            problems[key] = [mistakes.NO_SUCH_FIELD.at(key=brief(key))]
    return Filled(points, comment, verdict), problems


def _read_points(criterion: Criterion, step: Decimal, text: str) -> Decimal | Problem:
    text, most = half_width(text).strip(), plain(criterion.most)
    if not text:
        return mistakes.POINTS_MISSING.at(name=criterion.name, most=most)
    found = _POINTS.fullmatch(text)
    if not found:
        return mistakes.POINTS_UNREADABLE.at(name=criterion.name, word=brief(text), example=most)
    points = Decimal(found[1])
    if points > criterion.most:
        return mistakes.POINTS_ABOVE_MOST.at(name=criterion.name, points=plain(points), most=most)
    below = points // step * step
    if points != below:
        near = {"below": plain(below), "above": plain(below + step)}
        return mistakes.POINTS_BETWEEN_STEPS.at(name=criterion.name, points=plain(points), step=plain(step), **near)
    return points


def _problem_of_comment(sheet: SheetForm, comment: str) -> Problem | None:
    have = len("".join(comment.split()))
    if have < sheet.comment_least:
        return mistakes.COMMENT_SHORT.at(have=have, least=sheet.comment_least)
    return mistakes.COMMENT_LONG.at(have=have, most=COMMENT_MOST) if have > COMMENT_MOST else None


def _problem_of_verdict(sheet: SheetForm, verdict: str) -> Problem | None:
    if not sheet.asks_verdict or verdict in VERDICTS:
        return None
    mistake: Mistake = mistakes.VERDICT_UNKNOWN if verdict else mistakes.VERDICT_MISSING
    choices = Text("、".join(each.zh for each in VERDICTS.values()), ", ".join(each.en for each in VERDICTS.values()))
    return mistake.at(word=brief(verdict), choices=choices)


# ─── those that ship ───


@cache
def shipped_sheets() -> tuple[SheetForm, ...]:
    """The sheets of `packs/sheets`, one for each class of evaluation, in the order of the classes. Raises `BadInput`."""
    folder = Path(str(resources.files("zhinan"))) / "packs" / "sheets"
    sheets = [sheet_from_yaml(read_text(path), path.name) for path in sorted(folder.glob("*.yaml"))]
    return tuple(sorted(sheets, key=lambda each: (list(EVALUATION_CLASSES).index(each.evaluation_class), each.key)))


def sheet_from_yaml(text: str, name: str) -> SheetForm:
    """The sheet in a file of `packs/sheets`. Raises `BadInput` with every problem and its line."""
    problems: list[Problem] = []
    reader, node = Reader(name, problems), load_yaml(text, name)
    needs = ("sheet", "name", "class", "weights", "step", "comment_least", "asks_verdict", "criteria")
    fields = reader.fields(node, needs=needs)
    sheet = SheetForm(
        key=reader.identifier(fields.get("sheet")), name=reader.bilingual(fields.get("name")),
        evaluation_class=reader.one_of(fields.get("class"), EVALUATION_CLASSES),
        criteria=tuple(_criterion_in_yaml(reader, item) for item in reader.items(fields.get("criteria"))),
        step=_decimal(reader, fields.get("step")), comment_least=reader.whole(fields.get("comment_least")),
        asks_verdict=reader.flag(fields.get("asks_verdict")),
        is_default=reader.one_of(fields.get("weights"), ("default", "confirmed")) == "default",
    )  # fmt: skip
    if problems or (problems := [each.placed(file=name, line=node.line) for each in problems_of_form(sheet)]):
        raise BadInput(problems)
    return sheet


def _criterion_in_yaml(reader: Reader, node: Node) -> Criterion:
    fields = reader.fields(node, needs=("key", "name", "weight", "most", "says"), may=("clause",))
    return Criterion(
        key=reader.identifier(fields.get("key")), name=reader.bilingual(fields.get("name")),
        weight=_decimal(reader, fields.get("weight")), most=_decimal(reader, fields.get("most")),
        says=reader.bilingual(fields.get("says")), clause=reader.text(fields.get("clause")),
    )  # fmt: skip


def _decimal(reader: Reader, node: Node | None) -> Decimal:
    return half_up(reader.fraction(node) * (100 if "%" in reader.text(node) else 1), 6).normalize() + 0


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
