"""The check before an award, read: what stands against a case today, and whether the last check is fresh and clear."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from django.db.models import Max, Q

from zhinan.language.tree import Value
from zhinan.lifecycle.fold import awarded_stages
from zhinan.policy.finding import Finding, Outcome
from zhinan.policy.form_answers import read_answer
from zhinan.policy.model import Condition, ConditionKind
from zhinan.server.clock import BEIJING
from zhinan.server.hashing import Json
from zhinan.server.models import Answer, Application, Clearance, FundedProject
from zhinan.server.queries.applications import Filled, assessed, filled
from zhinan.server.queries.bodies import procedure_of
from zhinan.server.queries.limits import limit_facts
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

#: How long a check holds. The documents do not say; this is a default that the authority confirms.
FRESH = timedelta(days=30)
#: From this share of signs in common on, two projects are held up for a person to look at. A default, as above.
SIMILAR = Fraction(6, 10)
INTEGRITY, CONDITIONS, LIMITS, DUPLICATES, OVERRIDE = "integrity", "conditions", "limits", "duplicates", "override"
CHECKS: Mapping[str, Text] = {
    INTEGRITY: Text("诚信记录", "Integrity"), CONDITIONS: Text("申报条件", "Conditions"), LIMITS: Text("限项", "Limits"),
    DUPLICATES: Text("重复立项", "Duplicates"), OVERRIDE: Text("主管部门认定", "Found by the authority"),
}  # fmt: skip
_FINE = {
    INTEGRITY: Text("登记中没有影响立项的记录", "no record stands in the way"),
    CONDITIONS: Text("按现在登记的情况仍符合条件", "by what is on record today the conditions are still met"),
    LIMITS: Text("没有超过限项", "no limit is exceeded"),
    DUPLICATES: Text("没有发现相近的在办或已立项项目", "nothing alike is under way or funded"),
}  # fmt: skip
_SUMMARY = "project.summary"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was looked at: which check, whether it is well, and what was found."""

    check: str
    is_met: bool
    says: Text

    def to_json(self) -> Json:
        """As a clearance keeps it."""
        return {"check": self.check, "is_met": self.is_met, "zh": self.says.zh, "en": self.says.en}


@dataclass(frozen=True, slots=True)
class Cleared:
    """How the last check of a case stands: `none`, `stale`, `clear`, `overridden` or `problems`, with what was found."""

    state: str
    row: Clearance | None
    found: tuple[Found, ...]

    @property
    def is_clear(self) -> bool:
        """Whether an award may rest on it."""
        return self.state in ("clear", "overridden")

    @property
    def problems(self) -> tuple[Found, ...]:
        """What stands against the case."""
        return tuple(each for each in self.found if not each.is_met)


def latest(case: Application) -> Clearance | None:
    """The last check of a case, if one was made."""
    return Clearance.objects.filter(case=case).order_by("-id").first()


def standing(row: Clearance | None, *, at: datetime) -> Cleared:
    """What a check is worth at a moment."""
    if row is None:
        return Cleared("none", None, ())
    found = tuple(Found(each["check"], each["is_met"], Text(each["zh"], each["en"])) for each in row.checks)
    if at - row.at > FRESH:
        return Cleared("stale", row, found)
    if not row.is_clear:
        return Cleared("problems", row, found)
    return Cleared("overridden" if any(each.check == OVERRIDE for each in found) else "clear", row, found)


def standings(cases: Iterable[int], *, at: datetime) -> dict[int, Cleared]:
    """The last check of each case, by its id; one query."""
    wanted = list(cases)
    last = Clearance.objects.filter(case__in=wanted).values("case").annotate(last=Max("id")).values("last")
    rows = {row.case_id: row for row in Clearance.objects.filter(id__in=last).select_related("by")}
    return {case: standing(rows.get(case), at=at) for case in wanted}


def look_into(case: Application, *, at: datetime) -> tuple[Found, ...]:
    """Everything that is to be looked at before a case is awarded, on what the platform knows at this moment."""
    applied, today = (each.astimezone(BEIJING).date() for each in (case.submitted_at or at, at))
    now = filled(case, on=applied)
    found = [*_conditions(now, applied=applied, on=today), *_duplicates(now)]
    fine = [Found(check, is_met=True, says=says) for check, says in _FINE.items() if all(each.check != check for each in found)]
    return tuple(sorted([*found, *fine], key=lambda each: list(CHECKS).index(each.check)))


# -- conditions, records, limits ----------------------------------------------------------------------
def _conditions(now: Filled, *, applied: date, on: date) -> Iterator[Found]:
    """Conditions that bar.

    Records and limits are judged on the day of the award, on all the register holds. The others are judged as of the day of
    application, on what the register has learnt since: what was met then and is only overtaken by the calendar (an age, a start
    that was to come) does not bar.
    """
    call, scheme, known = now.case.call, now.case.scheme, _limits(now, on=on)
    for finding in assessed(call, scheme, {**now.facts, **_from_register(now), **known}, on=on).findings:
        if _bars(finding) and _kind(finding) is ConditionKind.REGISTER:
            yield _barring(finding, LIMITS if known.keys() & set(finding.because) else INTEGRITY)
    for finding in assessed(call, scheme, {**now.facts, **_from_register(now, since=applied), **known}, on=applied).findings:
        if _bars(finding) and _kind(finding) is not ConditionKind.REGISTER:
            yield _barring(finding, CONDITIONS)


def _limits(now: Filled, *, on: date) -> dict[str, Value]:
    enterprise, title = (str(now.facts.get(key) or "") for key in ("enterprise.uscc", "project.title"))
    return limit_facts(now.case, enterprise=enterprise, title=title, on=on)


def _from_register(now: Filled, *, since: date | None = None) -> dict[str, Value]:
    """What the register holds of the unit (only what it learnt after a day), as facts; what it cannot say is left out."""
    facts: dict[str, Value] = {}
    for row in now.case.organisation.facts.all():
        field = now.form.field(row.key)
        if field is None or (since is not None and row.observed_on <= since):
            continue
        try:
            value = read_answer(field, row.value)
        except BadInput:
            continue
        if value is not None:
            facts[row.key] = value
    return facts


def _bars(finding: Finding) -> bool:
    return finding.ready.bars and finding.outcome is Outcome.UNMET


def _kind(finding: Finding) -> ConditionKind | None:
    return finding.item.kind if isinstance(finding.item, Condition) else None


def _barring(finding: Finding, check: str) -> Found:
    item = finding.item
    assert isinstance(item, Condition)  # only conditions bar
    says = Text(f"不再符合：{item.says.zh}（{item.clause}）", f"no longer met: {item.says.en} ({item.clause})")
    return Found(check, is_met=False, says=says)


# -- duplicates ---------------------------------------------------------------------------------------
def alike(one: str, other: str) -> Fraction:
    """How much two texts have in common: the pairs of neighbouring signs they share, of all that either has (Jaccard).

    Width, case, blanks and signs do not count. It finds what was copied or little changed, not what means the same.

    >>> alike("枸杞多糖提取", "枸杞多糖的提取")
    Fraction(4, 7)
    """
    mine, theirs = _pairs(one), _pairs(other)
    return Fraction(len(mine & theirs), len(mine | theirs)) if mine and theirs else Fraction(0)


def _pairs(text: str) -> frozenset[str]:
    plain = "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1))


def _duplicates(now: Filled) -> Iterator[Found]:
    """Projects of the same unit or leader that are much like this one: handed in and still alive, or funded and not concluded."""
    case, summary = now.case, now.text(_SUMMARY)
    others = list(
        Application.objects.filter(Q(organisation=case.organisation) | Q(leader=case.leader), submitted_at__isnull=False)
        .exclude(id=case.id).select_related("call")
    )  # fmt: skip
    alive = [other for other in others if is_alive(other)]
    summaries = dict(Answer.objects.filter(application__in=alive, key=_SUMMARY).values_list("application_id", "text"))
    for other in alive:
        share = max(alike(case.title, other.title), alike(summary, summaries.get(other.id, "")))
        if share >= SIMILAR:
            yield _twin(case.title, f"{other.title}（{other.code}）", share)
    funded = FundedProject.objects.filter(Q(unit=case.organisation.uscc) | Q(leader=case.leader.username), concluded_on=None)
    for project in funded:
        share = alike(case.title, project.title)
        if share >= SIMILAR and not _is_this(case, project):
            yield _twin(case.title, f"{project.title}（{project.established_on}）", share)


def is_alive(case: Application) -> bool:
    """Whether a case is on its way or awarded: an earlier attempt that failed is no duplicate, nor does it use up money."""
    procedure = procedure_of(case)
    return not procedure.stages[case.stage].is_final or case.stage in awarded_stages(procedure)


def _is_this(case: Application, project: FundedProject) -> bool:
    """Whether the funded project is this very case, awarded already."""
    award = getattr(case, "award", None)
    return award is not None and award.issued_at.date() == project.established_on and project.title == case.title


def _twin(mine: str, theirs: str, share: Fraction) -> Found:
    percent = f"{float(share):.0%}"
    zh = f"“{mine}”与“{theirs}”相近（文字相同 {percent}）"
    en = f"“{mine}” is much like “{theirs}” ({percent} of the wording in common)"
    return Found(DUPLICATES, is_met=False, says=Text(zh, en))
