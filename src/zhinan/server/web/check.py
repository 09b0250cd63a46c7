"""What can I get: the check without an account. The scope stands in the address, the answers in the browser's session alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from zhinan.policy.assess import PARAMETER, Result, Verdict
from zhinan.policy.finding import Finding, Outcome
from zhinan.policy.model import Document
from zhinan.policy.telling import NO_AMOUNT, WHENCE
from zhinan.server import clock
from zhinan.server.queries import guides as library
from zhinan.server.queries.calls import public_call, refuse_starting
from zhinan.server.queries.checking import (
    MOST,
    Check,
    Scope,
    checked,
    help_for,
    label_of,
    next_keys,
    problems_in,
    scope_of,
    why,
    wording_of,
)
from zhinan.server.queries.public_calls import open_calls_with
from zhinan.server.refused import Refused
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.address import word
from zhinan.server.web.check_answers import box, read_typed, rows_typed
from zhinan.values.problem import Mistake, Problem
from zhinan.values.text import Text

#: Under these names a session keeps the conversation, and the answers that go with someone who begins an application.
TALK, CARRIED = "checking", "check"
_TOO_MUCH = Mistake(
    "too-many-answers", Text("回答的内容太多，保存不下", "the answers are too long to be kept"),
    Text("精简清单类的回答，或清空重来", "shorten the lists, or begin again"),
)  # fmt: skip
VERDICTS = {
    Verdict.ELIGIBLE: (Text("可以申报", "You may apply"), "good"),
    Verdict.UNDETERMINED: (Text("还不能确定", "Not settled yet"), "warn"),
    Verdict.INELIGIBLE: (Text("不能申报", "You may not apply"), "bad"),
}


@dataclass(slots=True)
class Talk:
    """The conversation so far: answers as typed, what was left open, and the questions page by page."""

    answers: dict[str, str]
    skipped: list[str]
    trail: list[list[str]]

    def keep(self, request: HttpRequest) -> None:
        """Put it into the session; nothing is kept of nothing."""
        if self.answers or self.skipped:
            request.session[TALK] = {"answers": self.answers, "skipped": self.skipped, "trail": self.trail}
        else:
            request.session.pop(TALK, None)


def talk_of(request: HttpRequest) -> Talk:
    """The conversation in the session."""
    kept = request.session.get(TALK) or {}
    return Talk(dict(kept.get("answers", {})), list(kept.get("skipped", [])), [list(page) for page in kept.get("trail", [])])


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Choose what to look at; then a few questions at a time, with the results as they stand."""
    scope = _scope(request)
    if scope is None:
        regions = [{"key": code, "name": name} for code, name in library.regions_of_guides().items()]
        guides = [{"key": each.id, "name": each.pack.title} for each in library.library() if each.pack.schemes]
        shown = {"regions": regions, "guides": guides, "is_begun": bool(talk_of(request).answers)}
        return render(request, "check/choose.html", shown)
    return _said(request, scope) if request.method == "POST" else _asked(request, scope)


def _scope(request: HttpRequest) -> Scope | None:
    asked = {name: word(request.GET, name) for name in ("call", "pack", "region", "every", "scheme")}
    return scope_of(asked, on=clock.today())


def _asked(request: HttpRequest, scope: Scope) -> HttpResponse:
    talk = talk_of(request)
    now = checked(scope, talk.answers, on=clock.today())
    wanted = [key for key in request.GET.getlist("ask")[:_MOST_ASKED] if key in now.fields]
    keys = wanted or next_keys(now, talk.skipped)
    return _page(request, now, talk, Typed({key: talk.answers.get(key, "") for key in keys}))


#: More questions than this are not put on one page, whatever the address says.
_MOST_ASKED = 20


@dataclass(frozen=True, slots=True)
class Typed:
    """The questions on the page with what stands in them, what is wrong there, and the list that wants one more row."""

    texts: Mapping[str, str]
    problems: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    longer: str = ""


def _page(request: HttpRequest, now: Check, talk: Talk, typed: Typed) -> HttpResponse:
    shown = {
        "scope": now.scope, "boxes": [_box(now, key, typed) for key in typed.texts], "back": _back(talk, typed.texts, now),
        "problems": [
            {"href": f"#field-{key}", "message": problem.message, "mend": problem.mend}
            for key, problems in typed.problems.items() for problem in problems
        ],
        "rows": [_row(now, each) for each in now.results], "known": _known(now), "skipped": _names(now, talk.skipped),
        "counts": _counts(now),
    }  # fmt: skip
    return render(request, "check/check.html", shown, status=422 if typed.problems else 200)


def _box(now: Check, key: str, typed: Typed) -> dict[str, object]:
    asked = now.fields[key]
    return {
        **box(asked, typed.texts[key], is_longer=key == typed.longer), "name": key, "label": label_of(asked),
        "help": help_for(asked), "problems": typed.problems.get(key, ()), "source": WHENCE.get(asked.whence),
        "why": why(now, key, lang()),
    }  # fmt: skip


def _back(talk: Talk, keys: Iterable[str], now: Check) -> str:
    """The address of the questions before these; nothing at the beginning."""
    pages = [[key for key in page if key in now.fields] for page in talk.trail]
    asked = set(keys)
    here = next((number for number, page in enumerate(pages) if asked.intersection(page)), len(pages))
    before = next((page for page in reversed(pages[:here]) if page), None)
    return f"{now.scope.address}&{urlencode({'ask': before}, doseq=True)}" if before else ""


# ─── what was said ───


def _said(request: HttpRequest, scope: Scope) -> HttpResponse:
    talk = talk_of(request)
    if "reset" in request.POST:
        Talk({}, [], []).keep(request)
        return HttpResponseRedirect(reverse("check") + scope.address)
    now = checked(scope, talk.answers, on=clock.today())
    if (key := word(request.POST, "forget")) and key in talk.answers:
        talk.answers.pop(key)
    else:
        keys = [key for key in dict.fromkeys(request.POST.getlist("asked")[:_MOST_ASKED]) if key in now.fields]
        typed = {key: read_typed(now.fields[key], request.POST) for key in keys}
        if "add" in request.POST:
            lists = {key: rows_typed(now.fields[key], request.POST) for key in keys if now.fields[key].kind == "records"}
            return _page(request, now, talk, Typed({**typed, **lists}, longer=word(request.POST, "add")))
        problems = {key: found for key in keys if (found := problems_in(now.fields[key], typed[key]))}
        if problems:
            return _page(request, now, talk, Typed(typed, problems))
        _take(talk, keys, typed)
        if sum(len(key) + len(text) for key, text in talk.answers.items()) > MOST:
            return _page(request, now, talk_of(request), Typed(typed, {keys[0]: (_TOO_MUCH.at(),)}))
    talk.keep(request)
    return HttpResponseRedirect(reverse("check") + scope.address)


def _take(talk: Talk, keys: Sequence[str], typed: dict[str, str]) -> None:
    """Note what was answered, and what was left open so that it is not asked again at once."""
    for key in keys:
        if typed[key]:
            talk.answers[key] = typed[key]
        else:
            talk.answers.pop(key, None)
    told = {key for key in keys if typed[key]}
    talk.skipped = [key for key in dict.fromkeys((*talk.skipped, *keys)) if key not in told and key not in talk.answers]
    if keys and not any(set(page) & set(keys) for page in talk.trail):
        talk.trail.append(list(keys))


# ─── how it stands ───


def _row(now: Check, result: Result) -> dict[str, object]:
    told, (says, tone) = wording_of(now.scope, lang()), VERDICTS[result.verdict]
    amount = told.amount(result)
    return {
        "name": told.scheme(result), "pack": result.pack.title, "says": says, "tone": tone, "decides": told.decides(result),
        "amount": "" if amount == NO_AMOUNT else amount,
        "href": reverse("check-scheme", args=[result.pack.id, result.scheme.id]) + now.scope.address,
    }  # fmt: skip


def _counts(now: Check) -> list[dict[str, object]]:
    return [{"value": now.count(verdict), "label": says, "tone": tone} for verdict, (says, tone) in VERDICTS.items()]


def _known(now: Check) -> list[dict[str, object]]:
    told = wording_of(now.scope, lang())
    return [
        {"key": key, "label": told.name(key), "value": told.value(key, now.facts[key]), "href": _ask(now.scope, [key])}
        for key in now.answers
    ]


def _names(now: Check, keys: Iterable[str]) -> list[dict[str, str]]:
    """Facts as links to their questions."""
    told = wording_of(now.scope, lang())
    return [{"label": told.name(key), "href": _ask(now.scope, [key])} for key in keys if key in now.fields]


def _ask(scope: Scope, keys: Sequence[str]) -> str:
    return f"{reverse('check')}{scope.address}&{urlencode({'ask': keys}, doseq=True)}"


# ─── one scheme ───


@require_http_methods(["GET", "HEAD", "POST"])
def check_scheme(request: HttpRequest, pack: str, scheme: str) -> HttpResponse:
    """How one scheme comes out by the answers so far; from here an application may be begun with them."""
    if request.method == "POST":
        return _begin(request, scheme)
    scope = _scope(request) or scope_of({"pack": pack}, on=clock.today())
    assert scope is not None  # a pack is always a scope
    now = checked(scope, talk_of(request).answers, on=clock.today())
    result = now.result(pack, scheme)
    told = wording_of(scope, lang())
    says, tone = VERDICTS[result.verdict]
    grant = result.grant
    shown = {
        "scope": scope, "result": result, "name": told.scheme(result), "says": says, "tone": tone,
        "decides": told.decides(result), "groups": _groups(now, result),
        "amount": grant.amount if grant else None, "formula": told.formula(grant) if grant else "",
        "preferred": [_item(now, result, each) for each in result.preferences if each.outcome is Outcome.MET],
        "papers": library.scheme_read(pack, scheme).papers, "open": open_calls_with(pack, scheme, at=clock.now()),
        "missing": _names(now, [key for key in (grant.missing if grant else ()) if not key.startswith(PARAMETER)]),
        "to_set": [told.name(key) for key in result.missing if key.startswith(PARAMETER)],
        "onward": reverse("check") + scope.focused(pack, scheme).address if next_keys(now, (), scheme=result) else "",
    }  # fmt: skip
    return render(request, "check/scheme.html", shown)


def _groups(now: Check, result: Result) -> dict[str, list[dict[str, object]]]:
    """The conditions by how they came out."""
    return {
        outcome.value: [_item(now, result, finding) for finding in result.findings if finding.outcome is outcome]
        for outcome in Outcome
    }


def _item(now: Check, result: Result, finding: Finding) -> dict[str, object]:
    item = finding.item
    return {
        "says": item.name if isinstance(item, Document) else item.says, "clause": _clause(result.pack.id, item.clause),
        "gap": wording_of(now.scope, lang()).gap(finding.gap) if finding.gap else "", "fill": _names(now, finding.missing),
    }  # fmt: skip


def _clause(pack: str, clause: str) -> SafeString:
    """A clause as a link to where it can be read."""
    return format_html('<a href="{}#clause-{}">{}</a>', reverse("guide", args=[pack]), urlencode({"": clause})[1:], clause)


def _begin(request: HttpRequest, scheme: str) -> HttpResponse:
    """Take the answers along to a new application. Raises `Refused` where none may be begun now."""
    call = public_call(word(request.POST, "call"))
    if problem := refuse_starting(call, scheme, at=clock.now()):
        raise Refused(problem)
    request.session[CARRIED] = dict(checked(_of(call.code), talk_of(request).answers, on=clock.today()).answers)
    return HttpResponseRedirect(reverse("start", args=[call.code, scheme]))


def _of(code: str) -> Scope:
    scope = scope_of({"call": code}, on=clock.today())
    assert scope is not None  # a call is always a scope
    return scope


addresses = [path("check/", check, name="check"), path("check/<slug:pack>/<slug:scheme>/", check_scheme, name="check-scheme")]
