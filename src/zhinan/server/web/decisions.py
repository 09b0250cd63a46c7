"""The decision on the money of a round: rules, what-if, departures, clearance, the record of it, the reserve."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from zhinan.review.allocation import AWARD, OUTCOMES, RESERVE
from zhinan.review.quotas import ON_OVERFLOW, FieldQuota, Quotas
from zhinan.server import clock, packs
from zhinan.server.actions import clearance, decisions
from zhinan.server.queries import allocation as queries
from zhinan.server.refused import NotSeen, Refused
from zhinan.server.templatetags.zhinan import called, lang
from zhinan.server.web.address import kept
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.results import whole
from zhinan.server.web.typed import posted
from zhinan.server.web.wan import fen_of, wan_of
from zhinan.values.problem import BadInput, Mistake
from zhinan.values.text import Text

_DECIDED = Text("决定已保存：{awards} 项立项", "The decision is on record: {awards} awards")
_KEPT = Text("已保存", "Kept")
_NO_STEP = Mistake(
    "allocation-no-step", Text("没有看懂要做什么，什么都没有变", "it is not clear what to do; nothing has changed"),
    Text("用页面上的按钮再试一次", "try again with the buttons of the page"),
)  # fmt: skip
#: The states of a check before an award, as they are shown.
CLEAR: Mapping[str, tuple[Text, str]] = {
    "none": (Text("未核查", "not checked"), "quiet"), "stale": (Text("已过期", "too old"), "warn"),
    "problems": (Text("有问题", "problems"), "bad"), "clear": (Text("通过", "clear"), "good"),
    "overridden": (Text("认定通过", "set aside"), "good"),
}  # fmt: skip
TONES = {"award": "good", "reserve": "warn", "refuse": "quiet"}


# -- the allocation -----------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@signed_in
def allocation(request: HttpRequest, code: str) -> HttpResponse:
    """Who would get what under the rules; other rules are tried by the address, and only kept by a button."""
    if request.method == "GET":
        return _page(request, code, None)
    try:
        messages.success(request, _do(request, code, clock.now()).in_lang(lang()))
    except NotSeen:
        raise
    except BadInput as bad:
        return _page(request, code, bad)
    return HttpResponseRedirect(reverse("allocation", args=[code]))


def _do(request: HttpRequest, code: str, at: datetime) -> Text:
    """What a button of the page says."""
    user = person(request)
    step, _, case = posted(request, "do", most=100).partition(":")
    reason = posted(request, f"reason:{case}", most=1000)
    clause = posted(request, "clause", most=60)
    if step == "rules":
        board = queries.board(user, code, at=at)
        decisions.settle(code, _rules(request.POST, board), by=user, at=at)
    elif step == "depart":
        to, amount = posted(request, f"to:{case}", most=10), fen_of(posted(request, f"amount:{case}", most=30))
        decisions.depart(code, case, to=to, reason=reason, amount=amount, by=user, at=at)
    elif step == "keep":
        decisions.keep_to_rank(code, case, by=user, at=at)
    elif step == "check":
        board = queries.board(user, code, at=at)
        chosen = [case] if case else [row.case.code for row in board.to_clear if row.cleared.state != "problems"]
        clearance.check(code, chosen, by=user, at=at)
    elif step == "override":
        clearance.override(code, case, reason=posted(request, f"override:{case}", most=1000), by=user, at=at)
    elif step in ("take-up", "let-go"):
        decisions.resolve_reserve(code, case, takes_up=step == "take-up", reason=reason, clause=clause, by=user, at=at)
    elif step == "decide":
        made = decisions.decide(code, clause=clause, by=user, at=at)
        return _DECIDED.filled(awards=sum(outcome.outcome == AWARD for outcome in made))
    else:
        raise Refused(_NO_STEP.at())
    return _KEPT


def _rules(given: QueryDict, board: queries.Board) -> dict[str, object]:
    """The rules as they were typed, money in 万元. Raises `BadInput` for an amount that is none."""
    numbers = {name: _number(given, name) for name in ("most_projects", "most_per_unit", "most_per_leader", "most_reserves")}
    fields = {
        field: {
            "least_number": _number(given, f"least_number:{at}") or 0, "most_number": _number(given, f"most_number:{at}"),
            "least_money": _fen(given, f"least_money:{at}") or 0, "most_money": _fen(given, f"most_money:{at}"),
        }
        for at, field in enumerate(board.fields)
    }  # fmt: skip
    told = {field: quota for field, quota in fields.items() if any(quota.values())}
    score = kept(given.get("least_score", ""), most=12).strip()
    return {
        "budget": _fen(given, "budget") or 0, "fields": told, **numbers, "least_score": score or None,
        "on_overflow": kept(given.get("on_overflow", "stop"), most=10),
    }  # fmt: skip


def _number(given: QueryDict, name: str) -> int | None:
    return whole(kept(given.get(name, ""), most=9))


def _fen(given: QueryDict, name: str) -> int | None:
    return fen_of(kept(given.get(name, ""), most=30))


def _page(request: HttpRequest, code: str, bad: BadInput | None) -> HttpResponse:
    user, at = person(request), clock.now()
    board, tried = queries.board(user, code, at=at), request.method == "GET" and "budget" in request.GET
    typed = request.POST if bad and posted(request, "do", most=100) == "rules" else request.GET if tried else None
    problems = list(bad.problems if bad else board.problems)
    if tried:
        try:
            board = queries.board(user, code, at=at, changes=_rules(request.GET, board))
        except BadInput as wrong:
            problems = wrong.problems
    given = typed if typed is not None else _as_typed(board)
    rows = [_row(request, board, row) for row in board.rows]
    awards = [row["amount"] for row in rows if row["key"] == AWARD]
    shown = {
        "board": board,
        "round": board.round,
        "lead": called(board.round.call),
        "problems": problems,
        "rows": rows,
        "tried": tried,
        "given": given,
        "fields": _field_rows(board, given),
        "overflow": ON_OVERFLOW.items(),
        "outcomes": OUTCOMES.items(),
        "keep": _to_keep(request) if tried and not problems else (),
        "compared": _compared(board),
        "number": len(awards),
        "given_money": sum(awards),
        "unmets": board.allocation.unmet if board.allocation else (),
        "to_check": [row for row in board.to_clear if row.cleared.state != "problems"],
        "has_clause": _asks_clause(board),
        "clause": posted(request, "clause", most=60),
        "clauses": [(each.path, each.gist) for each in packs.pack(board.round.call.pack).clauses],
    }
    return render(request, "decisions/allocation.html", shown, status=422 if bad else 200)


def _to_keep(request: HttpRequest) -> list[tuple[str, str]]:
    """The rules that were tried, to be sent with the button that keeps them."""
    return [(name, value) for name, values in request.GET.lists() for value in values[:1]]


def _asks_clause(board: queries.Board) -> bool:
    """Whether the page asks for the clause of refusals: before the decision, and as long as something is in reserve."""
    waits = any(row.outcome and row.outcome.outcome == RESERVE for row in board.rows)
    return board.quotas is not None and (not board.is_decided or waits)


def _as_typed(board: queries.Board) -> dict[str, str]:
    """The rules that hold, as they would be typed."""
    quotas = board.quotas or Quotas(budget=0)
    names = ("most_projects", "most_per_unit", "most_per_leader", "most_reserves", "least_score")
    typed = {name: "" if (value := getattr(quotas, name)) is None else str(value) for name in names}
    typed |= {"budget": wan_of(quotas.budget) if board.quotas else "", "on_overflow": quotas.on_overflow}
    for at, field in enumerate(board.fields):
        quota = quotas.fields.get(field, FieldQuota())
        typed |= {
            f"least_number:{at}": str(quota.least_number or ""),
            f"least_money:{at}": wan_of(quota.least_money or None),
            f"most_number:{at}": "" if quota.most_number is None else str(quota.most_number),
            f"most_money:{at}": wan_of(quota.most_money),
        }
    return typed


_QUOTA_BOXES = (
    ("least_number", Text("至少（项）", "at least (projects)")),
    ("most_number", Text("至多（项）", "at most (projects)")),
    ("least_money", Text("至少（万元）", "at least (CNY 10 000)")),
    ("most_money", Text("至多（万元）", "at most (CNY 10 000)")),
)


def _field_rows(board: queries.Board, given: Mapping[str, object]) -> list[dict[str, object]]:
    """A row of boxes for each field of the cases."""
    return [
        {
            "name": board.fields[field],
            "boxes": [(f"{key}:{at}", label, given.get(f"{key}:{at}", "")) for key, label in _QUOTA_BOXES],
        }
        for at, field in enumerate(board.fields)
    ]


def _row(request: HttpRequest, board: queries.Board, row: queries.Row) -> dict[str, Any]:  # Any: what the template shows
    """A case with what can be done about it here."""
    made, code = row.outcome or row.walked, row.case.code
    says, tone = CLEAR[row.cleared.state]
    reason = Text("", "") if row.walked is None else row.walked.reason
    return {
        "row": row,
        "key": made.outcome if made else "",
        "amount": made.amount if made else 0,
        "outcome": OUTCOMES.get(made.outcome) if made else None,
        "tone": TONES.get(made.outcome, "quiet") if made else "quiet",
        "reason": Text(row.outcome.reason_zh, row.outcome.reason_en) if row.outcome else reason,
        "field": board.fields.get(row.place.field),
        "clear": says,
        "clear_tone": tone,
        "is_departure": code in board.departures,
        "typed": posted(request, f"reason:{code}", most=1000),
        "to": posted(request, f"to:{code}", most=10),
        "given": posted(request, f"amount:{code}", most=30),
        "override": posted(request, f"override:{code}", most=1000),
    }


def _compared(board: queries.Board) -> dict[str, object] | None:
    """What other rules would change, with names instead of codes."""
    if board.compared is None:
        return None
    cases = {row.case.code: row.case for row in board.rows}
    found = board.compared
    return {
        "comes_in": [cases[code] for code in found.comes_in],
        "goes_out": [cases[code] for code in found.goes_out],
        "money": found.money,
        "before": found.before,
        "after": found.after,
        "number": (len(found.before.awarded), len(found.after.awarded)),
    }


addresses = [
    path("rounds/<slug:code>/allocation/", allocation, name="allocation"),
]
