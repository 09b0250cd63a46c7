"""The office's side of a load: it fills a platform with applications ready to hand in, and checks the books afterwards.

`Place.call` runs it in a process of its own, told by its environment where the platform is. Prints JSON.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import transaction

from benchmarks.applicants import PAPER, Attempt, number_in
from tests.server.making import GOOD, NOON, Yinchuan, send_on, unit
from zhinan.server.actions import applications, calls, papers
from zhinan.server.clock import now
from zhinan.server.hashing import content_hash
from zhinan.server.models import Answer, Application, Attachment, Call, Organisation, Post, RegisterFact, Role, Submission, User
from zhinan.server.queries.chain import verify

CALL = "yc-2026"
_KEPT = re.compile(r"[0-9a-f]{64}")


def fill(count: int) -> list[dict[str, str]]:
    """A call with so many applications ready to be handed in, each of a unit of its own; who writes each, with a session."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    with transaction.atomic():
        city = Yinchuan()
        city.facts()
        known = list(RegisterFact.objects.filter(organisation=city.unit))
        return [_ready(unit(number), city.call, known) for number in range(100, 100 + count)]


def _ready(applicant: Organisation, call: Call, known: Sequence[RegisterFact]) -> dict[str, str]:
    """One application that lacks nothing."""
    RegisterFact.objects.bulk_create(
        RegisterFact(organisation=applicant, key=fact.key, value=fact.value, source=fact.source, observed_on=fact.observed_on)
        for fact in known
    )
    login = f"admin{applicant.id}"
    writer = User.objects.create_user(username=login, name=login, password=None)  # nobody signs in by it, and hashing is slow
    Post.objects.create(user=writer, role=Role.UNIT_ADMIN, organisation=applicant, since=NOON.date())
    scheme, good = call.schemes[0], {**GOOD, "project.title": f"{GOOD['project.title']}{applicant.id}"}
    case = applications.start(by=writer, call=call, scheme=scheme, organisation=applicant, at=NOON, answers=good)
    papers.add(
        case.code, "evidence-below-threshold", name="报表.pdf", content=PAPER, declared_type="application/pdf", by=writer, at=NOON
    )  # fmt: skip
    return {"code": case.code, "session": _session(writer)}


def _session(user: User) -> str:
    """The key of a session in which the user has signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def close_in(seconds: float) -> float:
    """The call closes so many seconds from now, at a whole second; when that is, in seconds since 1970."""
    deadline, officer = now().replace(microsecond=0) + timedelta(seconds=seconds), User.objects.get(username="officer")
    calls.extend(CALL, by=officer, at=now(), closes_at=deadline, reason="为测量截止时刻")
    return deadline.timestamp()


def one_in_intake() -> Application:
    """The first application, handed in and sent on by its county: it waits at the city."""
    at, case = NOON, Application.objects.select_related("leader").get()
    applications.submit(case.code, by=case.leader, at=at, begun_at=at)
    send_on(case, by=User.objects.get(username="recommender"), letter="兴科函〔2026〕1号", at=at)
    return case


# ─── The books ───


@dataclass(frozen=True, slots=True)
class Looked:
    """What the platform's own record says of the load: counts, and everything that is wrong with it."""

    answers: int
    submissions: int
    events: int
    files: int
    faults: list[str]


def look(ledger: Path, *, deadline: float) -> Looked:
    """Compare what was acknowledged with what is kept."""
    told = [Attempt(**each) for each in json.loads(ledger.read_text(encoding="utf-8"))]
    kept = verify()
    faults = [f"{fault.where}: {fault.what.zh}" for fault in kept.faults]
    faults += [
        *_lost_answers(told),
        *_lost_submissions(told),
        *_lost_papers(told),
        *_late(told, deadline, noted_until=ledger.stat().st_mtime),
        *_files(),
    ]
    return Looked(Answer.objects.count(), Submission.objects.count(), kept.events, Attachment.objects.count(), faults)


def _lost_answers(told: Sequence[Attempt]) -> Iterator[str]:
    """Every acknowledged text is there, or a later one of the same applicant, under a version at least as high."""
    rows = {(row.application.code, row.key): row for row in Answer.objects.select_related("application")}
    for each in told:
        if each.kind != "autosave" or not each.is_acknowledged:
            continue
        row = rows.get((each.code, each.key))
        if row is None:
            yield f"{each.code} {each.key}: acknowledged and not there"
        elif row.version < each.version or number_in(row.text) < each.number:
            yield f"{each.code} {each.key}: {each.number} ({each.version}) was acknowledged, kept is {row.text!r} ({row.version})"
        elif row.version == each.version and number_in(row.text) != each.number:
            yield f"{each.code} {each.key}: version {row.version} holds another text than was acknowledged"


def _lost_submissions(told: Sequence[Attempt]) -> Iterator[str]:
    """Every acknowledged submission is there once, under the receipt that was told, with the answers acknowledged before."""
    rows = {row.receipt: row for row in Submission.objects.select_related("application")}
    counts = Counter(row.application.code for row in rows.values())
    yield from (f"{code}: {count} submissions" for code, count in counts.items() if count > 1)
    for each in told:
        if each.kind != "submit" or not each.is_acknowledged:
            continue
        row = rows.get(each.receipt)
        if row is None or row.application.submitted_at is None:
            yield f"{each.code}: receipt {each.receipt!r} was told and is not there"
        else:
            yield from _thawed(row, each, told)


def _thawed(row: Submission, submit: Attempt, told: Sequence[Attempt]) -> Iterator[str]:
    frozen = {answer["key"]: answer["text"] for answer in row.content["answers"]}
    if content_hash(row.content) != row.content_hash:
        yield f"{row.receipt}: the content does not fit its hash"
    saves = [each for each in told if each.code == submit.code and each.kind == "autosave" and each.is_acknowledged]
    for each in saves:
        if each.ended_at <= submit.begun_at and number_in(frozen.get(each.key, "")) < each.number:
            yield f"{row.receipt}: {each.key} {each.number} was acknowledged before and is not in it"


def _lost_papers(told: Sequence[Attempt]) -> Iterator[str]:
    """Every acknowledged upload is there, with its file."""
    kept = set(Attachment.objects.values_list("application__code", "sha256"))
    for each in told:
        if each.kind == "upload" and each.is_acknowledged and (each.code, each.sha256) not in kept:
            yield f"{each.code}: the paper {each.sha256[:8]} was acknowledged and is not there"


def _late(told: Sequence[Attempt], deadline: float, *, noted_until: float) -> Iterator[str]:
    """Nothing was accepted whose request began after the deadline, or that was done after the grace, each to the second.

    Others may be handing in while we look: what came after the ledger was written is not in it.
    """
    first: dict[str, float] = {}
    for each in told:
        if each.kind == "asking":
            first[each.code] = min(each.begun_at, first.get(each.code, each.begun_at))
    for row in Submission.objects.select_related("application"):
        code, at = row.application.code, row.at.timestamp()
        if at < noted_until and (code not in first or int(first[code]) > deadline):
            yield f"{code}: accepted, though nobody asked before the deadline"
        if int(at) > deadline + settings.GRACE_SECONDS:
            yield f"{code}: accepted {at - deadline:.1f} s after the deadline"


def _files() -> Iterator[str]:
    """Every file that has a name of ours is whole; every paper has its file."""
    kept = {path.name: path for path in Path(settings.MEDIA_ROOT).rglob("*") if _KEPT.fullmatch(path.name)}
    for name, path in kept.items():
        if hashlib.sha256(path.read_bytes()).hexdigest() != name:
            yield f"file {name[:8]}: half-written"
    for sha256 in Attachment.objects.values_list("sha256", flat=True).distinct():
        if sha256 not in kept:
            yield f"file {sha256[:8]}: not there"


def main(words: Sequence[str]) -> object:
    """`fill COUNT`, `close-in SECONDS`, both at once as `fill COUNT SECONDS`, or `look LEDGER DEADLINE`."""
    match words:
        case ["fill", count]:
            return fill(int(count))
        case ["fill", count, seconds]:
            return [fill(int(count)), close_in(float(seconds))]
        case ["close-in", seconds]:
            return close_in(float(seconds))
        case ["look", ledger, deadline]:
            return asdict(look(Path(ledger), deadline=float(deadline)))
        case _:
            raise SystemExit(main.__doc__)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:]), ensure_ascii=False))
