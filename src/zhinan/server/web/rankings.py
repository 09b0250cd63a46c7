"""The ranking of a round: the last look before it is fixed, the fixed list, and the papers of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from zhinan.review.allocation import OUTCOMES
from zhinan.review.score import ScoreRule
from zhinan.server import clock
from zhinan.server.actions import results as actions
from zhinan.server.paper.ranking import Ranked, Ranking, ranking_docx, ranking_pdf, ranking_xlsx
from zhinan.server.queries import results as read
from zhinan.server.queries.working_out import tie_words
from zhinan.server.refused import NotSeen
from zhinan.server.templatetags.zhinan import called, lang
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.files import download
from zhinan.server.web.results import KINDS
from zhinan.server.web.typed import posted
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

_MAKE: Mapping[str, Callable[[Ranking], bytes]] = {"pdf": ranking_pdf, "docx": ranking_docx, "xlsx": ranking_xlsx}
_FIXED = Text("排序已确定", "The ranking is fixed")


@require_http_methods(["GET", "POST"])
@signed_in
def fix_ranking(request: HttpRequest, code: str) -> HttpResponse:
    """The last look before the ranking is fixed; preferences that a person must judge are decided here."""
    user, bad = person(request), None
    found = read.results(user, code)
    if found.round.status in read.FIXED:
        return HttpResponseRedirect(reverse("ranking", args=[code]))
    if not found.may_run:
        raise NotSeen
    preferred = read.preferences_of(line.case for line in found.lines)
    if request.method == "POST":
        try:
            actions.rank(code, by=user, at=clock.now(), stated=_stated(request, found, preferred))
        except NotSeen:
            raise
        except BadInput as problem:
            bad = problem
        else:
            messages.success(request, _FIXED.in_lang(lang()))
            return HttpResponseRedirect(reverse("ranking", args=[code]))
    return render(request, "results/rank.html", {
        "round": found.round, "rows": list(_preference_rows(request, found, preferred)),
        "rule": tie_words(ScoreRule.from_json(found.round.scoring)), "problems": bad.problems if bad else (),
    }, status=422 if bad else 200)  # fmt: skip


def _stated(
    request: HttpRequest, found: read.Results, preferred: Mapping[int, tuple[read.Preferred, ...]]
) -> dict[int, dict[str, bool]]:  # fmt: skip
    """What was chosen for the preferences that a person must judge."""
    stated: dict[int, dict[str, bool]] = {}
    for line in found.lines:
        for each in preferred[line.case.id]:
            given = posted(request, f"preference:{line.place.number}:{each.key}", most=5)
            if each.is_met is None and given in ("yes", "no"):
                stated.setdefault(line.place.number, {})[each.key] = given == "yes"
    return stated


def _preference_rows(
    request: HttpRequest, found: read.Results, preferred: Mapping[int, tuple[read.Preferred, ...]]
) -> Iterator[dict[str, object]]:  # fmt: skip
    for line in found.lines:
        for each in preferred[line.case.id]:
            name = f"preference:{line.place.number}:{each.key}"
            yield {
                "number": line.place.number, "title": line.case.title, "score": line.place.official, "says": each.says,
                "clause": each.clause, "is_met": each.is_met, "name": name, "given": posted(request, name, most=5),
            }  # fmt: skip


@require_GET
@signed_in
def rankings(request: HttpRequest) -> HttpResponse:
    """The fixed rankings, for the leadership."""
    return render(request, "results/rankings.html", {"rounds": read.rankings(person(request))})


@require_GET
@signed_in
def ranking(request: HttpRequest, code: str) -> HttpResponse:
    """The fixed ranking, for those in charge, the auditors and the leadership."""
    found = read.ranking(person(request), code)
    return render(request, "results/ranking.html", {
        "ranking": found, "is_decided": found.round.status == "decided",
        "kinds": [("pdf", "PDF"), ("docx", "Word"), ("xlsx", "Excel")], "lead": called(found.round.call),
    })  # fmt: skip


@require_GET
@signed_in
def ranking_file(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The ranking to take away."""
    found = read.ranking(person(request), code)
    if kind not in _MAKE:
        raise NotSeen
    return download(_MAKE[kind](_paper(found)), f"{found.round.code}.{kind}", KINDS[kind])


def _paper(found: read.Ranking) -> Ranking:
    round = found.round
    assert round.ranked_at is not None  # a fixed ranking has its moment
    lines = tuple(_ranked(line) for line in found.lines)
    return Ranking(
        called(round.call),
        called(round),
        round.code,
        found.rule.in_lang(lang()),
        round.ranked_at,
        round.decided_at,
        lines,
        lang(),
    )


def _ranked(line: read.Ranked) -> Ranked:
    case, outcome = line.case, line.outcome
    said = Text(outcome.reason_zh, outcome.reason_en).in_lang(lang()) if outcome else ""
    return Ranked(
        line.place.place or 0, case.code, case.title, case.organisation.name, case.leader.name, line.scheme.in_lang(lang()),
        line.place.official, line.grant, OUTCOMES[outcome.outcome].in_lang(lang()) if outcome else "",
        outcome.amount if outcome else None, said,
    )  # fmt: skip


addresses = [
    path("rankings/", rankings, name="rankings"),
    path("rounds/<slug:code>/ranking/", ranking, name="ranking"),
    path("rounds/<slug:code>/ranking/fix/", fix_ranking, name="fix-ranking"),
    path("rounds/<slug:code>/ranking.<slug:kind>", ranking_file, name="ranking-file"),
]
