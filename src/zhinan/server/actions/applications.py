"""What an applicant does: start, fill in, attach, hand in, withdraw, take note of a revised form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F

from zhinan.lifecycle.fold import opening
from zhinan.lifecycle.guards import Circumstances
from zhinan.lifecycle.kinds import ActionKind, kind_of
from zhinan.lifecycle.moves import offers, refuse
from zhinan.policy.assess import LINE_FACT
from zhinan.policy.registers import group_of
from zhinan.server.actions import application_messages
from zhinan.server.actions import application_mistakes as mistakes
from zhinan.server.actions.moving import carried, deadline_for, grace, take
from zhinan.server.actions.record import record, whole
from zhinan.server.hashing import Json, content_hash
from zhinan.server.models import Answer, Application, Call, CallStatus, Organisation, Role, Submission, Topic, User
from zhinan.server.queries import calls, limits, prefill
from zhinan.server.queries.access import FILL, case_for, is_applicant
from zhinan.server.queries.applications import (
    Filled,
    filled,
    form_for,
    lacking,
    open_correction,
    submitting_action,
    submitting_roles,
)
from zhinan.server.queries.bodies import procedure_of
from zhinan.server.queries.drafts import draft_of
from zhinan.server.queries.people import posts_of
from zhinan.server.refused import NotSeen, Refused, Stale

#: No answer is longer, whatever it is; what the form asks of each field is told when it is read.
_MOST = 500_000
_MEMBER_ROLES = (Role.UNIT_ADMIN, Role.MEMBER)


@whole()
def start(  # noqa: PLR0913  # what an application begins with, each by its name
    *, by: User, call: Call, scheme: str, organisation: Organisation, at: datetime, leader: User | None = None,
    topic: Topic | None = None, answers: Mapping[str, str] | None = None,
) -> Application:  # fmt: skip
    """Begin an application, filled with what is on record and with `answers` given before. Raises `Refused`."""
    leader = leader or by
    _refuse_people(by, leader, organisation)
    call = Call.objects.select_for_update().get(id=call.id)  # a double click waits here, and finds the draft
    if problem := calls.refuse_starting(call, scheme, at=at):
        raise Refused(problem)
    if draft := draft_of(leader, call, scheme, organisation):
        raise Refused(mistakes.HAS_DRAFT.at(code=draft.code))
    case = Application(
        code=f"{call.code}-{call.next_number:04d}", call=call, scheme=scheme, organisation=organisation, leader=leader,
        topic=_settled(call, scheme, organisation, topic), edition=call.edition, entered_at=at, made_at=at, saved_at=at, stage="",
    )  # fmt: skip
    procedure = procedure_of(case)
    case.stage = opening(procedure).stage
    case.due_at = call.closes_at
    case.save()
    Call.objects.filter(id=call.id).update(next_number=F("next_number") + 1)
    given = {key: storable(text)[:_MOST] for key, text in (answers or {}).items()}
    known = prefill.answers_for(case, given, on=at.date())
    Answer.objects.bulk_create(
        [
            Answer(
                application=case,
                key=key,
                text=given.text,
                source=given.source,
                observed_on=given.observed_on,
                saved_at=at,
                saved_by=by,
            )
            for key, given in known.items()
        ]
    )
    _refresh(case, on=at.date())
    payload: Json = {
        "steps": carried(procedure),
        "to": case.stage,
        "scheme": scheme,
        "unit": organisation.uscc,
        "leader": leader.username,
    }
    record("start", actor=by, at=at, case=case, payload={**payload, "topic": case.topic.title if case.topic else ""})
    return case


def _refuse_people(by: User, leader: User, organisation: Organisation) -> None:
    """Both belong to the unit; only its administrator begins for somebody else."""
    roles = {
        person.id: {post.role for post in posts_of(person) if post.organisation_id == organisation.id} for person in (by, leader)
    }
    if not all(held.intersection(_MEMBER_ROLES) for held in roles.values()):
        raise Refused(mistakes.NOT_OF_UNIT.at())
    if by.id != leader.id and Role.UNIT_ADMIN not in roles[by.id]:
        raise Refused(mistakes.NOT_YOUR_LEADER.at())


def _settled(call: Call, scheme: str, organisation: Organisation, topic: Topic | None) -> Topic | None:
    """The topic, if it is one that the unit's park has settled; none where parks settle none."""
    if not calls.needs_topic(call, scheme):
        return None
    if topic is None or topic not in calls.topics_for(call, organisation.park_id):
        raise Refused(mistakes.NO_TOPIC.at())
    return topic


def storable(text: str) -> str:
    """A text as every database keeps it: without what no keyboard writes (U+0000, halves of characters)."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save did: the version each field has now, and how the application stands (`None` if that was not asked for)."""

    versions: Mapping[str, int]
    at: datetime
    now: Filled | None = None


@whole()
def save(
    code: str,
    texts: Mapping[str, str],
    *,
    by: User,
    at: datetime,
    versions: Mapping[str, int] | None = None,
    refresh: bool = True,
) -> Saved:
    """Keep what was typed, whether or not it can be read. Fields of a known version are refused if they changed since.

    Raises `NotSeen`, `Refused` (too long, not of the form, not marked), `Stale` (changed elsewhere); then nothing is kept.
    """
    case = case_for(by, code, to=FILL, lock=True)
    texts = {key: storable(text) for key, text in texts.items()}
    _refuse_texts(case, texts)
    rows = {row.key: row for row in case.answers.filter(key__in=texts)}
    _refuse_stale(case, texts, rows, versions or {})
    new, changed = [], []
    for key, text in texts.items():
        row = rows.get(key)
        if row is None:
            if text:
                new.append(Answer(application=case, key=key, text=text, saved_at=at, saved_by=by))
        elif row.text != text:
            row.text, row.version, row.saved_at, row.saved_by = text, row.version + 1, at, by
            row.source, row.observed_on = "declared", None
            changed.append(row)
    Answer.objects.bulk_create(new)
    Answer.objects.bulk_update(changed, ["text", "version", "saved_at", "saved_by", "source", "observed_on"])
    case.saved_at = at
    if "project.title" in texts:
        case.title = texts["project.title"].strip()[:200]
    now = _refresh(case, on=at.date()) if refresh else None
    if now is None:
        case.save(update_fields=["saved_at", "title"])
    kept = {row.key: row.version for row in (*rows.values(), *new)}
    return Saved({key: kept.get(key, 0) for key in texts}, at, now)


def _refuse_texts(case: Application, texts: Mapping[str, str]) -> None:
    line = case.answers.filter(key=LINE_FACT).values_list("text", flat=True).first() or ""
    form, correction, problems = form_for(case.call, case.scheme, line), open_correction(case), []
    whole_form = form_for(case.call, case.scheme)
    for key, text in texts.items():
        field = form.field(key) or whole_form.field(key)
        if field is None:
            problems.append(mistakes.UNKNOWN_FIELD.at(key=key[:60]))
        elif correction is not None and key not in correction.marked:
            problems.append(mistakes.NOT_MARKED.at(label=field.label))
        elif len(text) > _MOST:
            problems.append(mistakes.TOO_LONG.at(label=field.label, most=_MOST))
    if problems:
        raise Refused(*problems)


def _refuse_stale(case: Application, texts: Mapping[str, str], rows: Mapping[str, Answer], versions: Mapping[str, int]) -> None:
    form = form_for(case.call, case.scheme)
    stale = [
        mistakes.CHANGED_ELSEWHERE.at(label=field.label if (field := form.field(key)) else key)
        for key, row in rows.items()
        if key in versions and versions[key] != row.version and texts[key] != row.text
    ]
    if stale:
        raise Stale(*stale)


def _refresh(case: Application, *, on: date) -> Filled:
    """Bring the verdict and the amount that lists show up to what has been filled in."""
    now = filled(case, on=on)
    case.verdict = now.result.verdict.value
    case.grant = now.result.grant.amount if now.result.grant else None
    case.title = str(now.facts.get("project.title") or case.title)[:200]
    case.save(update_fields=["verdict", "grant", "title", "saved_at"])
    return now


@whole()
def hand_over(code: str, *, by: User, at: datetime) -> Application:
    """The leader tells the unit's administrators that the application is ready to be handed in."""
    case = case_for(by, code, to=FILL, lock=True)
    case.ready_at = at
    case.save(update_fields=["ready_at"])
    record("hand-over", actor=by, at=at, case=case)
    application_messages.tell_ready(case, at=at)
    return case


@whole()
def submit(code: str, *, by: User, at: datetime, begun_at: datetime, number: int | None = None) -> Submission:
    """Hand the application in: frozen, numbered, recorded. `number` says which submission this is meant to be (the next one):
    sent twice, it is still the same.

    Raises `NotSeen`; `Refused` with the deadline that has passed, with who may hand it in, or with everything that is lacking.
    """
    case = case_for(by, code, lock=True)
    if not is_applicant(by, case):
        raise NotSeen
    last, action = case.submissions.order_by("-number").first(), submitting_action(case)
    if last is not None and (action is None or (number is not None and number <= last.number)):
        return last if number is None else case.submissions.filter(number=number).first() or last
    if action is None:
        raise Refused(mistakes.ENDED.at())
    _hold_limits(case)
    now = _refresh(case, on=begun_at.date())
    _refuse_submitting(now, action, by=by, at=at, begun_at=begun_at)
    submission = _freeze(now, number=last.number + 1 if last else 1, by=by, at=at)
    changed = changed_keys(last, submission) if last else []
    case.submitted_at, case.ready_at = case.submitted_at or at, None
    circumstances = _circumstances(now, action, at=at, begun_at=begun_at, changed=frozenset(changed))
    case.save(update_fields=["ready_at"])
    case.reached.add(case.call.authority)
    if now.correction:
        now.correction.answered_at = at
        now.correction.save(update_fields=["answered_at"])
    take(
        case,
        action,
        by=by,
        circumstances=circumstances,
        roles=submitting_roles(by, case),
        payload={
            "receipt": submission.receipt,
            "content_hash": submission.content_hash,
            "number": submission.number,
            "changed": changed,
        },
    )
    application_messages.tell_handed_in(case, submission, at=at)
    return submission


def _hold_limits(case: Application) -> None:
    """Two applications that one limit counts together wait for one another: neither is judged while the other is half-way."""
    holdings = limits.holdings()
    joint = case.answers.filter(key="enterprise.uscc").values_list("text", flat=True).first() or ""
    codes = {*group_of(case.organisation.uscc, holdings), joint.strip()}
    list(Organisation.objects.select_for_update(no_key=True).filter(uscc__in=codes).order_by("id"))
    User.objects.select_for_update(no_key=True).get(id=case.leader_id)


def _refuse_submitting(now: Filled, action: str, *, by: User, at: datetime, begun_at: datetime) -> None:
    """Too late or not one's part is said first: what is lacking would be of no use then."""
    case, call = now.case, now.case.call
    if problem := refuse(
        procedure_of(case), stage=case.stage, action=action, roles=submitting_roles(by, case),
        circumstances=_circumstances(now, action, at=at, begun_at=begun_at),
    ):  # fmt: skip
        raise Refused(problem)
    problems = [] if case.organisation.status == "confirmed" else [mistakes.NOT_CONFIRMED.at()]
    if case.submitted_at is None:
        # Once the deadline has passed the platform closes the call: a request that began before is still let through above.
        ended_early = call.status == CallStatus.CLOSED and (call.closes_at is None or at < call.closes_at)
        problems += [mistakes.CALL_ENDED.at()] if ended_early or call.status == CallStatus.CANCELLED else []
        problems += [mistakes.NOT_NOTED.at()] if case.edition != call.edition else []
    problems += [lack.problem for lack in lacking(now)]
    if problems:
        raise Refused(*problems)


def _circumstances(
    now: Filled, action: str, *, at: datetime, begun_at: datetime, changed: frozenset[str] = frozenset()
) -> Circumstances:  # fmt: skip
    case = now.case
    return Circumstances(
        at=at, begun_at=begun_at, deadline=deadline_for(case, action), grace=timedelta(seconds=grace()), is_registered=True,
        marked=frozenset(now.correction.marked) if now.correction else frozenset(), changed=changed,
        topic=case.topic.title if case.topic else "", is_self_funded=now.facts.get("project.requested_grant") == 0,
    )  # fmt: skip


def _freeze(now: Filled, *, number: int, by: User, at: datetime) -> Submission:
    case, grant = now.case, now.result.grant
    content: Json = {
        "application": case.code,
        "call": case.call.code,
        "edition": case.call.edition,
        "pack": case.call.pack,
        "pack_digest": case.call.pack_digest,
        "scheme": case.scheme,
        "unit": case.organisation.uscc,
        "unit_name": case.organisation.name,
        "leader": case.leader.name,
        "title": case.title,
        "number": number,
        "answers": [
            {
                "key": key,
                "text": row.text,
                "source": row.source,
                "observed_on": row.observed_on.isoformat() if row.observed_on else "",
            }
            for key, row in sorted(now.answers.items())
            if row.text
        ],
        "papers": [
            {"upload": paper.upload, "name": paper.name, "sha256": paper.sha256, "size": paper.size}
            for papers in now.papers.values()
            for paper in papers
        ],
        "verdict": now.result.verdict.value,
        "grant": grant.amount if grant else None,
        "at": at.isoformat(),
    }
    return Submission.objects.create(
        application=case, number=number, receipt=f"{case.code}-R{number}", content=content, content_hash=content_hash(content),
        verdict=now.result.verdict.value, grant=grant.amount if grant else None, at=at, by=by,
    )  # fmt: skip


def changed_keys(before: Submission, after: Submission) -> list[str]:
    """The fields and uploads that differ between two submissions."""

    def of(submission: Submission) -> dict[str, object]:
        answers = {each["key"]: each["text"] for each in submission.content["answers"]}
        papers: dict[str, list[str]] = {}
        for paper in submission.content["papers"]:
            papers.setdefault(paper["upload"], []).append(paper["sha256"])
        return {**answers, **papers}

    old, new = of(before), of(after)
    return sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))


@whole()
def withdraw(code: str, *, by: User, at: datetime, reason: str = "") -> Application:
    """Take an application back. A draft closes; one handed in can be withdrawn, with the reason, where the procedure lets one."""
    case = case_for(by, code, lock=True)
    procedure, roles = procedure_of(case), submitting_roles(by, case)
    offered = [
        each.id for each in offers(procedure, case.stage, roles) if kind_of(procedure, case.stage, each.id) is ActionKind.WITHDRAW
    ]
    if not offered:
        raise Refused(mistakes.CANNOT_WITHDRAW.at())
    reason = storable(reason).strip()[:2000]
    if case.submitted_at is not None and not reason:
        raise Refused(mistakes.NO_REASON.at())
    take(case, offered[0], by=by, circumstances=Circumstances(at=at, reason=reason), payload={"reason": reason}, roles=roles)
    application_messages.tell_withdrawn(case, reason, at=at)
    return case


@whole()
def take_note(code: str, *, by: User, at: datetime) -> Application:
    """The applicant has seen what a revision of the form changed: the draft stands on the new edition."""
    case = case_for(by, code, to=FILL, lock=True)
    before = case.edition
    if before != case.call.edition:
        case.edition = case.call.edition
        case.save(update_fields=["edition"])
        _refresh(case, on=at.date())
        record("rebase", actor=by, at=at, case=case, payload={"from_edition": before, "to_edition": case.edition})
    return case
