"""The rules of a round on one page: blindness, sheet and weights, panel, conflicts, way of counting, draw, days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from zhinan.assignment.conflict_rules import RULES, UNCONFIRMED, ConflictRules, Rule
from zhinan.review.score import KINDS, ScoreRule
from zhinan.review.sheet import SheetForm, plain, shipped_sheets
from zhinan.server import clock
from zhinan.server.actions import rounds as acts
from zhinan.server.actions.account_fields import BadFields
from zhinan.server.queries import rounds as reads
from zhinan.server.queries.review_access import SEE, round_for, runs
from zhinan.server.queries.round_mistakes import NO_SUCH_SHEET
from zhinan.server.refused import NotSeen, Refused
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.call_form import moment_box, read_moment
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.typed import Box, Option, of, options, posted, told
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.text import Text
from zhinan.values.width import half_width

if TYPE_CHECKING:
    from zhinan.server.models import Round

_NOT_A_NUMBER = Mistake(
    "round-not-a-number", Text("“{text}”不是可用的整数", "“{text}” is no whole number that can be used"),
    Text("写 0 到 {most} 之间的整数", "write a whole number from 0 to {most}"),
)  # fmt: skip
_NOT_A_WEIGHT = Mistake(
    "round-not-a-weight", Text("“{text}”不是可用的权重", "“{text}” is no weight that can be used"),
    Text("写百分数，例如 30", "write it in per cent, for example 30"),
)  # fmt: skip
_KEPT = Text("规则已保存", "The rules were kept")
_SHEET = Text("已换评分表，权重为默认值", "The sheet was changed; its weights are defaults")
#: A match of 1,000,000 is written as 100 per cent.
_PER_CENT = 10_000
_PANEL = (
    ("size", Text("每组人数", "Experts on a panel"), Text("奇数", "an odd number")),
    ("finance", Text("其中财务管理专家", "Of them for finance"), Text("正好这么多", "exactly so many")),
    ("outside", Text("外地专家至少", "From outside at least"),
        Text("不在本地区任职的专家", "experts who work outside the region")),
    ("per_unit", Text("同一单位至多", "Of one employer at most"),
        Text("同一集团算一个单位", "a group of companies counts as one")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One conflict rule as it stands: whether it holds, how many years it looks back (`""` for ever), what is the default."""

    rule: Rule
    is_on: bool
    years: str
    default: Text
    is_default: bool


@require_http_methods(["GET", "POST"])
@signed_in
def round_rules(request: HttpRequest, code: str) -> HttpResponse:
    """The rules of a round; they can be changed until experts are asked."""
    user, bad = person(request), None
    row = round_for(user, code, to=SEE)
    if request.method == "POST":
        try:
            messages.success(request, _keep(request, row).in_lang(lang()))
            return HttpResponseRedirect(request.get_full_path())
        except NotSeen:
            raise
        except BadInput as refused:
            bad = refused
    fields = bad if isinstance(bad, BadFields) else None
    rules = reads.rules_of(row)
    return render(request, "rounds/rules.html", {
        "round": row, "rules": rules, "problems": told(bad), "may": runs(user, row) and row.status == "draft",
        "unconfirmed": UNCONFIRMED if row.status == "draft" else None, "basics": _basics(request, row),
        "sheets": [Option(each.key, each.name) for each in shipped_sheets()], "weights": _weights(request, rules, fields),
        "panel": [*_panel(request, rules, fields), _threshold(request, rules, fields)],
        "lines": list(_lines(request, rules.conflicts, bad)),
        "more_conflicts": _more_conflicts(request, rules.conflicts, fields), "suspect_bars": _suspects(request, rules.conflicts),
        "counting": _counting(request, rules.score, fields), "drawing": _drawing(request, row, fields),
        "days": [
            moment_box(request, "declare_by", Text("申报回避截止", "Declaring ends"), row.declare_by, fields, required=False),
            moment_box(request, "score_by", Text("评分截止", "Scoring ends"), row.score_by, fields, required=False),
        ],
    }, status=422 if bad else 200)  # fmt: skip


# -- reading what was typed ------------------------------------------------------------------------------


def _keep(request: HttpRequest, row: Round) -> Text:
    user, at = person(request), clock.now()
    if posted(request, "do", most=20) == "sheet":
        chosen = reads.sheet_called(posted(request, "sheet", most=60))
        if chosen is None:
            raise Refused(NO_SUCH_SHEET.at(key=posted(request, "sheet", most=60)))
        acts.settle(row.code, sheet=chosen.to_json(), by=user, at=at)
        return _SHEET
    problems: dict[str, list[Problem]] = {}
    given = _read(request, row, problems)
    if problems:
        raise BadFields(problems)
    acts.settle(row.code, by=user, at=at, **given)
    return _KEPT


def _read(
    request: HttpRequest, row: Round, problems: dict[str, list[Problem]]
) -> dict[str, Any]:  # Any: what `settle` takes, by name
    rules = reads.rules_of(row)
    sheet = _weighted(request, rules.sheet, problems).to_json() if rules.sheet else None
    panel = {name: _whole(request, name, problems, most=99) for name, _, _ in _PANEL}
    panel["threshold"] = _whole(request, "threshold", problems, most=100) * _PER_CENT
    return {
        "name": Text(posted(request, "name_zh", most=200), posted(request, "name_en", most=200)),
        "blindness": posted(request, "blindness", most=10), "sheet": sheet, "panel": panel,
        "conflicts": _conflicts(request, problems), "scoring": _scoring(request, rules.score, problems),
        "cap": _whole(request, "cap", problems, most=1000), "mode": posted(request, "mode", most=10),
        "plan_reason": posted(request, "plan_reason", most=400),
        "declare_by": read_moment(request, "declare_by", problems), "score_by": read_moment(request, "score_by", problems),
    }  # fmt: skip


def _whole(request: HttpRequest, name: str, problems: dict[str, list[Problem]], *, most: int) -> int:
    text = half_width(posted(request, name, most=20)).strip()
    if not (text.isascii() and text.isdigit() and len(text) < 8 and int(text) <= most):
        problems[name] = [_NOT_A_NUMBER.at(text=text, most=most)]
        return 0
    return int(text)


def _weighted(request: HttpRequest, sheet: SheetForm, problems: dict[str, list[Problem]]) -> SheetForm:
    criteria = [replace(each, weight=_weight(request, f"weight-{each.key}", problems)) for each in sheet.criteria]
    return replace(sheet, criteria=tuple(criteria))


def _weight(request: HttpRequest, name: str, problems: dict[str, list[Problem]]) -> Decimal:
    text = half_width(posted(request, name, most=20)).strip().removesuffix("%").strip()
    try:
        weight = Decimal(text)
    except InvalidOperation:
        weight = Decimal("NaN")
    if not (weight.is_finite() and 0 <= weight <= 100 and len(text) <= 8):
        problems[name] = [_NOT_A_WEIGHT.at(text=text)]
        return Decimal(0)
    return weight


def _conflicts(request: HttpRequest, problems: dict[str, list[Problem]]) -> dict[str, object]:
    on = set(request.POST.getlist("on"))
    rules: dict[str, object] = {}
    for rule in RULES.values():
        setting: dict[str, object] = {"on": rule.is_fixed or rule.id in on}
        if rule.is_timed:
            has_years = bool(posted(request, f"years-{rule.id}", most=20).strip())
            setting["years"] = _whole(request, f"years-{rule.id}", problems, most=100) if has_years else None
        rules[rule.id] = setting
    return {
        "rules": rules, "named_most": _whole(request, "named_most", problems, most=100),
        "suspect_bars": posted(request, "suspect_bars") == "yes",
        "group_threshold": _whole(request, "group_threshold", problems, most=100) * 10,
    }  # fmt: skip


def _scoring(request: HttpRequest, now: ScoreRule, problems: dict[str, list[Problem]]) -> dict[str, object]:
    figures = {name: _whole(request, name, problems, most=most) for name, _, _, most in _COUNTED}
    return {**now.to_json(), "kind": posted(request, "kind", most=20), **figures}


# -- showing -----------------------------------------------------------------------------------------


def _typed(request: HttpRequest, name: str, kept: object) -> str:
    return posted(request, name, most=400) if name in request.POST else str(kept)


def _basics(request: HttpRequest, row: Round) -> list[Box]:
    blind = (
        Option("double", Text("双盲：专家看不到申报单位和人员", "double: experts do not see who applies")),
        Option("single", Text("单盲：专家能看到申报单位和人员", "single: experts see who applies")),
    )
    return [
        Box("name_zh", Text("中文名称", "Name in Chinese"), value=_typed(request, "name_zh", row.name_zh)),
        Box("name_en", Text("英文名称", "Name in English"), value=_typed(request, "name_en", row.name_en)),
        Box(
            "blindness", Text("盲评", "Blindness"), "choice", _typed(request, "blindness", row.blindness), options=blind,
            help=Text("申报人始终看不到专家是谁。", "Applicants never see who the experts are."),
        ),
    ]  # fmt: skip


def _weights(request: HttpRequest, rules: reads.Rules, bad: BadFields | None) -> list[Box]:
    if rules.sheet is None:
        return []
    return [
        Box(
            f"weight-{each.key}", Text(f"{each.name.zh}（%）", f"{each.name.en} (%)"), "points",
            _typed(request, f"weight-{each.key}", plain(each.weight)), each.says, problems=of(bad, f"weight-{each.key}"),
        )
        for each in rules.sheet.criteria
    ]  # fmt: skip


def _panel(request: HttpRequest, rules: reads.Rules, bad: BadFields | None) -> Iterator[Box]:
    for name, label, help in _PANEL:
        yield Box(name, label, "count", _typed(request, name, getattr(rules.panel, name)), help, problems=of(bad, name))


def _threshold(request: HttpRequest, rules: reads.Rules, bad: BadFields | None) -> Box:
    help = Text(
        "专家和项目的匹配度（学科、方向、关键词、文本）低于它的，不抽取",
        "nobody is drawn whose match (field, direction, keywords, text) is lower",
    )
    kept = rules.panel.threshold // _PER_CENT
    label = Text("最低匹配度（%）", "Least match (%)")
    return Box("threshold", label, "count", _typed(request, "threshold", kept), help, problems=of(bad, "threshold"))


def _lines(request: HttpRequest, rules: ConflictRules, bad: BadInput | None) -> Iterator[Line]:
    usual = ConflictRules()
    for rule in RULES.values():
        is_on, years = rules.holds(rule.id), rules.looks_back(rule.id)
        shown = "" if years is None else str(years)
        if bad is not None:
            is_on, shown = rule.is_fixed or rule.id in request.POST.getlist("on"), posted(request, f"years-{rule.id}", most=20)
        back = usual.looks_back(rule.id)
        years_told = Text("不限年限", "no limit of years") if back is None else Text(f"{back} 年", f"{back} years")
        on_told = Text("开", "on") if usual.holds(rule.id) else Text("关", "off")
        default = Text(f"{on_told.zh}，{years_told.zh}", f"{on_told.en}, {years_told.en}") if rule.is_timed else on_told
        is_default = is_on == usual.holds(rule.id) and (not rule.is_timed or shown == ("" if back is None else str(back)))
        yield Line(rule, is_on, shown, default, is_default)


def _more_conflicts(request: HttpRequest, rules: ConflictRules, bad: BadFields | None) -> list[Box]:
    return [
        Box(
            "named_most", Text("申请人可提出回避的人数", "Experts an applicant may name"), "count",
            _typed(request, "named_most", rules.named_most), problems=of(bad, "named_most"),
        ),
        Box(
            "group_threshold", Text("持股多少算同一集团（%）", "Holding that makes a group (%)"), "count",
            _typed(request, "group_threshold", rules.group_threshold // 10), problems=of(bad, "group_threshold"),
        ),
    ]  # fmt: skip


def _suspects(request: HttpRequest, rules: ConflictRules) -> bool:
    return posted(request, "suspect_bars") == "yes" if request.method == "POST" else rules.suspect_bars


_COUNTED = (
    ("trim", Text("去掉最高、最低各几份", "Sheets left out at each end"),
        Text("只用于“去掉最高、最低分”", "only for the trimmed mean"), 5),
    ("least_sheets", Text("至少几份评分才出分", "Sheets needed for a score"), Text("", ""), 99),
    ("decimals", Text("小数位数", "Decimals"), Text("", ""), 3),
)  # fmt: skip


def _counting(request: HttpRequest, rule: ScoreRule, bad: BadFields | None) -> list[Box]:
    way = Box("kind", Text("官方分数", "Official score"), "choice", _typed(request, "kind", rule.kind), options=options(KINDS))
    return [way, *(
        Box(name, label, "count", _typed(request, name, getattr(rule, name)), help, problems=of(bad, name)) for name, label, help,
        _ in _COUNTED
    )]  # fmt: skip


def _drawing(request: HttpRequest, row: Round, bad: BadFields | None) -> list[Box]:
    modes = (
        Option("lottery", Text("公开抽取：概率公布，任何人可复核", "a lottery: published chances, anyone can repeat it")),
        Option("plan", Text("不抽取，按最优匹配直接确定（须写明理由）", "no lottery: the best plan as it is (give the reason)")),
    )
    cap = Text(
        "任何一位专家被抽到某个项目的概率不超过它。越低越难预料，匹配也越差；抽取页有对照表。",
        "Nobody has more than this chance for any case. The lower, the less can be foreseen, and the worse the match.",
    )
    return [
        Box("mode", Text("专家组怎样产生", "How panels come about"), "choice", _typed(request, "mode", row.mode), options=modes),
        Box("cap", Text("概率上限（‰）", "Cap on the chance (‰)"), "count", _typed(request, "cap", row.cap), cap,
            problems=of(bad, "cap")),
        Box(
            "plan_reason", Text("不抽取的理由", "Why there is no lottery"), "longtext",
            _typed(request, "plan_reason", row.plan_reason),
            required=False,
        ),
    ]  # fmt: skip


addresses = [path("rounds/<slug:code>/rules/", round_rules, name="round-rules")]
