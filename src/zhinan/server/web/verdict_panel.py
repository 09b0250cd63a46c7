"""How an application stands, as the panel beside its form tells it: the verdict, the amount, what is in the way, what is next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.urls import reverse

from zhinan.policy.assess import Verdict
from zhinan.policy.finding import Finding, Outcome
from zhinan.policy.model import Condition, ConditionKind
from zhinan.policy.telling import Wording
from zhinan.server import packs
from zhinan.server.queries.applications import Filled, lacking
from zhinan.server.templatetags.zhinan import lang
from zhinan.values.problem import Problem
from zhinan.values.text import Text, same


@dataclass(frozen=True, slots=True)
class Link:
    """Where a field is, and what it is called."""

    href: str
    label: str


@dataclass(frozen=True, slots=True)
class Found:
    """One condition as it stands: its sentence, how far off, its clause, and what to fill in next."""

    says: Text
    gap: str
    clause: str
    outcome: str
    fill: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Lacking:
    """Something lacking, linked to where it can be mended. (What a notice shows of a problem.)"""

    href: str
    message: Text
    mend: Text


@dataclass(frozen=True, slots=True)
class Panel:
    """What the panel shows; `lacks` counts what stands between the application and handing it in."""

    tone: str
    says: Text
    amount: int | None
    formula: str
    unmet: tuple[Found, ...]
    unknown: tuple[Found, ...]
    judgement: tuple[Found, ...]
    met: tuple[Found, ...]
    lacks: int


_SAYS = {
    Verdict.ELIGIBLE: ("good", Text("按现有填写，可以申报", "By what is filled in, you may apply")),
    Verdict.UNDETERMINED: ("warn", Text("还不能判断，信息不全", "Not known yet: more is needed")),
    Verdict.INELIGIBLE: ("bad", Text("按现有填写，不符合条件", "By what is filled in, you may not apply")),
}
_NO_AMOUNT_YET = Text("支持金额还算不出来", "the amount cannot be computed yet")


def panel(now: Filled) -> Panel:
    """The panel for an application as it stands."""
    tone, says = _SAYS[now.result.verdict]
    found = [_found(now, finding) for finding in now.result.findings]
    grant = now.result.grant
    unknown = [each for each in found if each.outcome == "unknown"]
    if grant is not None and grant.amount is None and (fill := links(now, grant.missing)):
        unknown.append(Found(_NO_AMOUNT_YET, "", "", "unknown", fill))
    formula = _wording(now).formula(grant) if grant is not None and grant.amount is not None else ""
    return Panel(
        tone,
        says,
        grant.amount if grant else None,
        formula,
        tuple(each for each in found if each.outcome == "unmet"),
        tuple(unknown),
        tuple(each for each in found if each.outcome == "judgement"),
        tuple(each for each in found if each.outcome == "met"),
        len(lacking(now)),
    )


def conditions(now: Filled) -> tuple[Found, ...]:
    """Every condition with its outcome: those in the way first, then those still open, left to a person, met."""
    order = ("unmet", "unknown", "judgement", "met")
    return tuple(sorted((_found(now, finding) for finding in now.result.findings), key=lambda each: order.index(each.outcome)))


def _found(now: Filled, finding: Finding) -> Found:
    item, outcome = finding.item, finding.outcome
    says = item.says if isinstance(item, Condition) else same(item.id)
    if isinstance(item, Condition) and item.judge is not None and outcome is Outcome.JUDGEMENT:
        says = item.judge
    gap = _wording(now).gap(finding.gap) if finding.gap and outcome is Outcome.UNMET else ""
    if isinstance(item, Condition) and item.kind is ConditionKind.SOFT and outcome is Outcome.UNMET:
        gap = Text("；", "; ").in_lang(lang()).join(filter(None, (gap, _SOFT.in_lang(lang()))))
    return Found(says, gap, item.clause, outcome.value, links(now, finding.missing) if outcome is Outcome.UNKNOWN else ())


_SOFT = Text("可申请放宽", "a waiver may be asked for")


def _wording(now: Filled) -> Wording:
    return packs.wording(now.case.call.pack, lang())


def links(now: Filled, keys: Iterable[str]) -> tuple[Link, ...]:
    """Where these facts are filled in; those that others decide are left out."""
    return tuple(dict.fromkeys(_links(now, keys)))


def _links(now: Filled, keys: Iterable[str]) -> Iterator[Link]:
    for key in keys:
        if href := address_of(now, key):
            upload = next((each for each in now.form.uploads if key in (each.id, each.fact)), None)
            yield Link(href, upload.name.in_lang(lang()) if upload else _wording(now).name(key))


def address_of(now: Filled, key: str) -> str:
    """The page and the place of a field or an upload; empty where the form does not ask for it."""
    page = now.page_of(key)
    if page is None:
        return ""
    upload = next((each for each in now.form.uploads if key in (each.id, each.fact)), None)
    anchor = f"upload-{upload.id}" if upload else f"field-{key}"
    return f"{reverse('form', args=[now.case.code, page.id])}#{anchor}"


def linked(now: Filled) -> tuple[Lacking, ...]:
    """All that is lacking, each with a link to where it is mended."""
    return tuple(as_lacking(now, lack.key, lack.problem) for lack in lacking(now))


def as_lacking(now: Filled, key: str, problem: Problem) -> Lacking:
    """A problem with a link to the field it lies in."""
    return Lacking(address_of(now, key), problem.message, problem.mend)
