"""Many applications read at once: each as `filled` reads one, with the same few queries however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import date
from fractions import Fraction

from django.db.models import Q

from zhinan.language.tree import Value
from zhinan.policy.assess import LINE_FACT
from zhinan.policy.form_answers import Read, facts_of
from zhinan.policy.registers import Filing, Holding, Parties, Project, Register, group_of, register_facts
from zhinan.server.models import Answer, Application, Attachment, Check, FundedProject, Shareholding, Submission
from zhinan.server.queries.applications import Filled, assessed, form_for
from zhinan.server.queries.limits import programme_of, special_of
from zhinan.server.queries.sheets import Sheet, sheet_with

_ENTERPRISE = "enterprise.uscc"


def sheets_of(cases: Collection[Application], *, on: Callable[[Application], date]) -> dict[int, Sheet]:
    """The check sheet of each case at the stage where it stands, by its id; `on` is the day it is judged on."""
    read = filled_together(cases, on=on)
    latest = {row.application_id: row for row in Submission.objects.filter(application__in=cases).order_by("number")}
    checks: dict[int, dict[str, Check]] = defaultdict(dict)
    stages = {case.id: case.stage for case in cases}
    for check in Check.objects.filter(submission__in=latest.values()).select_related("by"):
        if check.stage == stages[check.application_id]:
            checks[check.application_id][check.item] = check
    return {id: sheet_with(now, now.case.stage, latest.get(id), checks[id]) for id, now in read.items()}


def filled_together(cases: Collection[Application], *, on: Callable[[Application], date]) -> dict[int, Filled]:
    """Applications as they stand, by id; their open corrections are left out."""
    answers: dict[int, dict[str, Answer]] = defaultdict(dict)
    for answer in Answer.objects.filter(application__in=cases):
        answers[answer.application_id][answer.key] = answer
    papers: dict[int, dict[str, tuple[Attachment, ...]]] = defaultdict(dict)
    for paper in Attachment.objects.filter(application__in=cases, removed_at=None):
        kept = papers[paper.application_id]
        kept[paper.upload] = (*kept.get(paper.upload, ()), paper)
    read = {case.id: _read(case, answers[case.id], papers[case.id]) for case in cases}
    known = _limits(cases, read, on=on)
    return {
        case.id: _filled(case, answers[case.id], papers[case.id], read[case.id], known[case.id], on=on(case)) for case in cases
    }


def _read(case: Application, answers: Mapping[str, Answer], papers: Mapping[str, tuple[Attachment, ...]]) -> Read:
    texts = {key: answer.text for key, answer in answers.items()}
    return facts_of(form_for(case.call, case.scheme, texts.get(LINE_FACT, "")), texts, papers.keys())


def _filled(
    case: Application, answers: Mapping[str, Answer], papers: Mapping[str, tuple[Attachment, ...]], read: Read,
    known: Mapping[str, Value], *, on: date,
) -> Filled:  # fmt: skip
    form = form_for(case.call, case.scheme, answers[LINE_FACT].text if LINE_FACT in answers else "")
    facts = {**read.facts, **known}
    problems = {key: tuple(found) for key, found in read.problems.items()}
    return Filled(case, form, answers, papers, facts, problems, assessed(case.call, case.scheme, facts, on=on), None)


def _limits(
    cases: Collection[Application], read: Mapping[int, Read], *, on: Callable[[Application], date]
) -> dict[int, dict[str, Value]]:  # fmt: skip
    """What the registers say of each, without itself."""
    holdings = tuple(
        Holding(owner, owned, Fraction(share, 1000))
        for owner, owned, share in Shareholding.objects.values_list("owner", "owned", "per_mille")
    )
    parties = {case.id: _parties(case, read[case.id]) for case in cases}
    titles = {case.id: str(read[case.id].facts.get("project.title") or "") for case in cases}
    codes = {code for each in parties.values() for code in (*group_of(each.applicant, holdings), each.enterprise)} - {""}
    filings, projects = _filings(codes), _projects(parties.values(), titles.values())
    return {
        case.id: register_facts(
            Register(tuple(filing for id, filing in filings if id != case.id), projects, holdings),
            parties[case.id], title=titles[case.id], on=on(case),
        )
        for case in cases
    }  # fmt: skip


def _parties(case: Application, read: Read) -> Parties:
    return Parties(case.organisation.uscc, leader=case.leader.username, enterprise=str(read.facts.get(_ENTERPRISE) or ""))


def _filings(codes: Collection[str]) -> list[tuple[int, Filing]]:
    """The applications of these units that were handed in and not withdrawn, each with its id."""
    joint = Answer.objects.filter(key=_ENTERPRISE, text__in=codes).values("application")
    rows = Application.objects.filter(Q(organisation__uscc__in=codes) | Q(id__in=joint), submitted_at__isnull=False)
    found = list(rows.exclude(stage="withdrawn").select_related("call", "organisation", "leader"))
    enterprises = dict(Answer.objects.filter(key=_ENTERPRISE, application__in=found).values_list("application_id", "text"))
    return [
        (row.id, Filing(
            programme_of(row.call.pack), special_of(row.scheme), row.call.year, row.title, row.organisation.uscc,
            row.leader.username, enterprises.get(row.id, ""),
        ))
        for row in found
    ]  # fmt: skip


def _projects(parties: Collection[Parties], titles: Collection[str]) -> tuple[Project, ...]:
    about = Q(unit__in={each.applicant for each in parties}) | Q(leader__in={each.leader for each in parties})
    about |= Q(title__in=set(titles)) | Q(enterprise__in={each.enterprise for each in parties} - {""})
    return tuple(
        Project(row.special, row.level, row.title, row.established_on, row.unit, row.leader, row.enterprise, row.concluded_on)
        for row in FundedProject.objects.filter(about)
    )
