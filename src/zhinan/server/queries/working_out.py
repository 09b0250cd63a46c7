"""What the sheets of a round come to: official scores, calibrated ones beside them, agreement, what to look at again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from zhinan.review.agreement import Agreement, agreement
from zhinan.review.calibrate import Calibration, Score, calibrate
from zhinan.review.ranking import Standing, grey_band, rank, tie_rule
from zhinan.review.score import ScoreRule, official
from zhinan.review.sheet import read_filled, sheet_from_json
from zhinan.server.hashing import Json
from zhinan.server.models import Round, Scoring
from zhinan.server.queries.results import FEW, GREY, MOVES, WILD, Panel
from zhinan.values.problem import BadInput
from zhinan.values.text import Text, same

_GREY_CODES = {"straddles": GREY, "shared-line": GREY, "moves-in": MOVES, "moves-out": MOVES}
_AS_REFERENCE = Text("仅供参考，不用于排序", "for reference only, never for the ranking")


@dataclass(frozen=True, slots=True)
class WorkedCase:
    """What a case came to; `wild` are the labels of its outlying sheets."""

    official: Decimal | None
    how: Text
    calibrated: Decimal | None
    standard_error: Decimal | None
    wild: frozenset[str]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Worked:
    """What a round came to: its cases by number, and the figures of the whole as `Round.figures` keeps them."""

    cases: Mapping[int, WorkedCase]
    figures: Json


def work_out(round: Round, panels: Sequence[Panel]) -> Worked:
    """Official scores by the round's rule, the calibrated ones beside them, severity and agreement."""
    rule = ScoreRule.from_json(round.scoring)
    scores = scores_of(panels)
    calibration = calibrate(scores)
    wild: dict[str, set[str]] = defaultdict(set)
    for each in calibration.wild:
        wild[each.case].add(each.expert)
    cases = {panel.place.number: _case(panel, rule, calibration, wild[str(panel.place.number)]) for panel in panels}
    sheets: dict[str, int] = defaultdict(int)
    for score in scores:
        sheets[score.expert] += 1
    agreed = agreement(scores, seed=round.code)
    figures: Json = {
        "how": {str(number): _both(case.how) for number, case in cases.items()},
        "severity": [
            [expert, f"{each.effect:.3f}", f"{each.standard_error:.3f}", sheets[expert]]
            for expert, each in calibration.severity.items()
        ],
        "told": [{name: _both(text) for name, text in line.items()} for line in _told(panels, scores, calibration, agreed)],
    }  # fmt: skip
    return Worked(cases, figures)


def scores_of(panels: Sequence[Panel]) -> list[Score]:
    """The totals that count, by the number of the case and the code of the expert."""
    return [
        Score(str(panel.place.number), sheet.seat.expert.code, sheet.total)
        for panel in panels for sheet in panel.sheets if sheet.total is not None
    ]  # fmt: skip


def _case(panel: Panel, rule: ScoreRule, calibration: Calibration, wild: set[str]) -> WorkedCase:
    found = official(_totals(panel), rule)
    beside = calibration.cases.get(str(panel.place.number))
    labels = frozenset(sheet.seat.label for sheet in panel.sheets if sheet.seat.expert.code in wild)
    flags = [*([WILD] if labels else []), *([FEW] if found.score is None else [])]
    if beside is None:
        return WorkedCase(found.score, found.why, None, None, labels, tuple(flags))
    error = _decimal(beside.standard_error)
    return WorkedCase(found.score, found.why, _decimal(beside.estimate), error, labels, tuple(flags))


def _totals(panel: Panel) -> tuple[Decimal, ...]:
    return tuple(sheet.total for sheet in panel.sheets if sheet.total is not None)


def _decimal(value: float) -> Decimal:
    return Decimal(f"{value:.3f}")


def _told(panels: Sequence[Panel], scores: Sequence[Score], calibration: Calibration, agreed: Agreement) -> list[dict[str, Text]]:
    """The figures of the whole round, each with its name, value and a note."""
    experts = len({score.expert for score in scores})
    lines = [
        {"name": Text("评分表", "Sheets"), "value": same(str(len(scores))), "note": Text(
            f"{len(panels)} 个项目，{experts} 位专家", f"{len(panels)} cases, {experts} experts"
        )},
        {"name": Text("校准", "Calibration"), "value": _AS_REFERENCE, "note": calibration.says},
    ]  # fmt: skip
    return [*lines, *_agreement_told(agreed)]


def _agreement_told(agreed: Agreement) -> list[dict[str, Text]]:
    """Each measure with its interval; where nothing can be estimated, that and why, and no number."""
    if not agreed.is_estimable:
        name = Text("专家一致性（ICC、α）", "Agreement (ICC, alpha)")
        return [{"name": name, "value": Text("不足以估计", "not estimable"), "note": agreed.says}]
    lines = []
    for key, (name, note) in _MEASURES.items():
        low, high = agreed.intervals[key]
        value = same(f"{getattr(agreed, key):.2f} [{low:.2f}, {high:.2f}]")
        lines.append({"name": name, "value": value, "note": note})
    return lines


_MEASURES = {
    "icc_single": (
        Text("单份评分的信度 ICC(1,1)", "Reliability of one sheet, ICC(1,1)"),
        Text("方括号内为 95% 区间", "95 % interval in brackets"),
    ),
    "icc_mean": (
        Text("专家组平均分的信度 ICC(1,k)", "Reliability of a panel's mean, ICC(1,k)"),
        Text("越接近 1，越能区分项目", "the nearer to 1, the better it tells cases apart"),
    ),
    "alpha": (Text("Krippendorff α", "Krippendorff's alpha"), Text("1 为完全一致，0 为偶然", "1 is full agreement, 0 is chance")),
}  # fmt: skip


def standings_of(round: Round, panels: Sequence[Panel], preferences: Mapping[int, int] | None = None) -> list[Standing]:
    """The cases as they are ranked; `preferences` says by number how many preferences each meets."""
    return [
        Standing(
            case=panel.place.case.code, official=panel.place.official, calibrated=_float(panel.place.calibrated),
            standard_error=_float(panel.place.standard_error), preferences=(preferences or {}).get(panel.place.number, 0),
            field=panel.place.field, criteria=_criteria(round, panel.sheets), totals=_totals(panel),
        )
        for panel in panels
    ]  # fmt: skip


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _criteria(round: Round, sheets: Sequence[Scoring]) -> dict[str, Decimal]:
    """The mean points by criterion of the sheets that were filled in on this form."""
    form, points = sheet_from_json(round.sheet), defaultdict[str, list[Decimal]](list)
    for sheet in sheets:
        try:
            filled = read_filled(form, {key: str(value) for key, value in sheet.answers.items()})
        except BadInput:
            continue
        for key, value in filled.points.items():
            points[key].append(value)
    return {key: sum(values, Decimal(0)) / len(values) for key, values in points.items()}


def grey_flags(round: Round, panels: Sequence[Panel], *, line: int | None) -> dict[int, tuple[str, ...]]:
    """Which cases are too close to the line to be called, by number; none where no line is drawn."""
    if line is None:
        return {}
    rule = ScoreRule.from_json(round.scoring)
    ties = tuple(name for name in rule.ties if name != "lot")  # the lot is drawn when the ranking is fixed
    numbers = {panel.place.case.code: panel.place.number for panel in panels}
    grey = grey_band(rank(standings_of(round, panels), ties), line)
    return {numbers[each.case]: tuple(dict.fromkeys(_GREY_CODES[code] for code in each.codes)) for each in grey}


def tie_words(rule: ScoreRule) -> Text:
    """How equal scores are told apart, in words."""
    names = [found.name for name in rule.ties if (found := tie_rule(name))]
    if not names:
        return Text("同分并列", "equals share a place")
    return Text("；".join(name.zh for name in names), "; ".join(name.en for name in names))


def _both(text: Text) -> Json:
    return {"zh": text.zh, "en": text.en}
