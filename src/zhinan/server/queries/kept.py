"""The rows and files against the record: every case, call and list must be what the events tell of it."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from zhinan.server import keeping
from zhinan.server.clock import BEIJING
from zhinan.server.hashing import content_hash
from zhinan.server.models import Answer, Application, Attachment, Call, Check, Correction, Listing, Submission, Topic
from zhinan.server.queries.access import stages_written_in
from zhinan.server.queries.calls import as_it_is
from zhinan.server.queries.told import HandedIn, Return, Told, ToldCase, procedure_told
from zhinan.values.text import Text

#: So many cases are looked at together, each kind of row by one query.
_TOGETHER = 400


@dataclass(frozen=True, slots=True)
class Fault:
    """Something changed outside the platform: which event, row or file, what is wrong with it, and the case it concerns."""

    where: str
    what: Text
    case: str = ""


def faults_of_cases(told: Mapping[str, ToldCase], cases: QuerySet[Application]) -> Iterator[Fault]:
    """Every way in which cases differ from what their events tell; the files too, each read once."""
    seen: dict[str, bool] = {}
    rows = cases.select_related("call", "organisation", "leader").order_by("id")
    left = rows.iterator(chunk_size=_TOGETHER)
    while some := list(islice(left, _TOGETHER)):
        kept = _Kept(some)
        for case in some:
            if case.code not in told:
                yield Fault(
                    case.code,
                    Text("办件没有任何事件：不是由平台产生的", "the case has no events: it was not made by the platform"),
                    case.code,
                )
                continue
            yield from _of_case(case, told[case.code], kept)
        yield from _of_files(some, kept, seen)


class _Kept:
    """The rows of some cases, by case."""

    def __init__(self, cases: Collection[Application]) -> None:
        self.submissions = _by_case(Submission.objects.filter(application__in=cases).select_related("by").order_by("number"))
        self.answers = _by_case(Answer.objects.filter(application__in=cases).exclude(text=""))
        self.papers = _by_case(Attachment.objects.filter(application__in=cases))
        self.returns = _by_case(Correction.objects.filter(application__in=cases).select_related("asked_by").order_by("id"))
        self.checks = _by_case(Check.objects.filter(application__in=cases).select_related("by", "submission"))


def _by_case(rows: Iterable[Any]) -> dict[int, list[Any]]:
    """Rows by the case they belong to. Any: of whichever kind they are."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.application_id].append(row)
    return found


def _of_case(case: Application, told: ToldCase, kept: _Kept) -> Iterator[Fault]:
    yield from _of_itself(case, told)
    submissions: list[Submission] = kept.submissions[case.id]
    yield from _of_submissions(case, told, submissions)
    if submissions:
        yield from _of_answers(case, told, submissions[-1], kept.answers[case.id])
    papers = Counter((row.upload, row.name, row.sha256) for row in kept.papers[case.id] if row.removed_at is None)
    for upload, name, _ in (papers - told.papers) + (told.papers - papers):
        yield Fault(
            case.code,
            Text(f"材料“{name}”（{upload}）与事件不符", f"the paper “{name}” ({upload}) is not what the events say"),
            case.code,
        )
    returns = [Return(row.reason, row.marked, row.asked_by.username, _iso(row.asked_at)) for row in kept.returns[case.id]]
    if returns != told.returns:
        yield Fault(
            case.code, Text("退回补正的记录与事件不符", "what was returned for correction is not what the events say"), case.code
        )
    checks = {(row.submission.number, row.stage, row.item): (row.mark, row.note, row.by.username) for row in kept.checks[case.id]}
    for key in sorted(key for key in checks.keys() | told.checks.keys() if checks.get(key) != told.checks.get(key)):
        yield Fault(
            f"{case.code} {key[2]}",
            Text("核对意见与事件不符", "an answer to the check sheet is not what the events say"),
            case.code,
        )


def _of_itself(case: Application, told: ToldCase) -> Iterator[Fault]:
    """The columns of the case that its events decide."""
    if told.is_broken or not told.stage:
        yield Fault(case.code, Text("事件不能按程序走通", "its events do not follow the procedure"), case.code)
    elif told.stage != case.stage:
        what = Text(
            f"环节记为“{case.stage}”，按事件应为“{told.stage}”",
            f"it is kept at “{case.stage}”, its events lead to “{told.stage}”",
        )
        yield Fault(case.code, what, case.code)
    first = next(iter(told.handed_in.values()), None)
    columns = {
        "call": (case.call.pack, told.pack), "scheme": (case.scheme, told.said.get("scheme")),
        "organisation": (case.organisation.uscc, told.said.get("unit")),
        "leader": (case.leader.username, told.said.get("leader")),
        "submitted_at": (_iso(case.submitted_at) if case.submitted_at else None, first.at if first else None),
    }  # fmt: skip
    for name, (is_kept, is_told) in columns.items():
        if is_kept != is_told:
            yield Fault(case.code, Text(f"列“{name}”与事件不符", f"the column “{name}” is not what the events say"), case.code)


def _of_submissions(case: Application, told: ToldCase, rows: Collection[Submission]) -> Iterator[Fault]:
    """What was handed in is what the events say was handed in, and nothing is missing."""
    for row in rows:
        handed = HandedIn(row.number, content_hash(row.content), row.by.username, _iso(row.at))
        is_as_told = handed == told.handed_in.get(row.receipt) and row.content_hash == handed.content_hash
        if not is_as_told or not _fits_content(case, row):
            yield Fault(
                row.receipt,
                Text("提交内容与回执的哈希不符", "what was handed in does not fit the hash on its receipt"),
                case.code,
            )
    for receipt in told.handed_in.keys() - {row.receipt for row in rows}:
        yield Fault(receipt, Text("提交记录被删除", "what was handed in is gone"), case.code)


def _fits_content(case: Application, row: Submission) -> bool:
    """Whether the columns beside the content say what the content says."""
    said: dict[str, Any] = row.content  # Any: as JSON has it
    kept = {"application": case.code, "number": row.number, "verdict": row.verdict, "grant": row.grant}
    return all(said.get(name) == value for name, value in kept.items())


def _of_answers(case: Application, told: ToldCase, last: Submission, rows: Collection[Answer]) -> Iterator[Fault]:
    """What may not be written now is as it was handed in: all answers, or all but those sent back; the lists' figures too."""
    if not told.open_marks and case.stage in _written_in(told.pack, told.said.get("scheme", "")):
        return
    said = {each["key"]: (each["text"], each["source"], each["observed_on"]) for each in last.content.get("answers", ())}
    kept = {row.key: (row.text, row.source, row.observed_on.isoformat() if row.observed_on else "") for row in rows}
    for key in sorted(key for key in said.keys() | kept.keys() if said.get(key) != kept.get(key)):
        if key not in told.open_marks:
            yield Fault(
                f"{case.code} {key}", Text("答案与提交的内容不符", "the answer is not the one that was handed in"), case.code
            )
    if told.open_marks:
        return
    shown = {
        "verdict": (case.verdict, last.verdict),
        "grant": (case.grant, last.grant),
        "title": (case.title, last.content.get("title")),
    }
    for name, (is_kept, was_handed_in) in shown.items():
        if is_kept != was_handed_in:
            yield Fault(
                case.code, Text(f"列“{name}”与提交的内容不符", f"the column “{name}” is not what was handed in"), case.code
            )


def _of_files(cases: Iterable[Application], kept: _Kept, seen: dict[str, bool]) -> Iterator[Fault]:
    """Every file still gives its hash; `seen` remembers those read already."""
    for case in cases:
        for paper in kept.papers[case.id]:
            if paper.sha256 not in seen:
                seen[paper.sha256] = _is_whole(paper.sha256)
            if not seen[paper.sha256]:
                yield Fault(
                    f"{case.code} {paper.name}", Text("文件缺失或被改动", "the file is missing or was changed"), case.code
                )


def _is_whole(sha256: str) -> bool:
    try:
        with keeping.path_of(sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


def faults_of_calls(told: Told) -> Iterator[Fault]:
    """Every call stands as its last event left it."""
    calls = {call.code: call for call in Call.objects.prefetch_related("limits__body")}
    for code in sorted(calls.keys() | told.calls.keys()):
        if code not in calls:
            yield Fault(code, Text("批次被删除", "the call is gone"))
        elif code not in told.calls:
            yield Fault(
                code, Text("批次没有任何事件：不是由平台产生的", "the call has no events: it was not made by the platform")
            )
        else:
            kept, said = as_it_is(calls[code], list(calls[code].limits.all())), told.calls[code]
            for name in (name for name in kept if kept[name] != said.get(name)):
                yield Fault(code, Text(f"批次的“{name}”与事件不符", f"“{name}” of the call is not what the events say"))


def faults_of_lists(told: Told) -> Iterator[Fault]:
    """Every list that was sent is as it was sent, with its letter."""
    rows = Listing.objects.filter(sent_at__isnull=False).select_related("call", "body").prefetch_related("entries__application")
    kept = {
        (row.call.code, row.stage, row.body.code, row.number): (
            row.letter,
            [entry.application.code for entry in row.entries.all()],
        )
        for row in rows
    }
    for key in sorted(key for key in kept.keys() | told.lists.keys() if kept.get(key) != told.lists.get(key)):
        call, stage, body, number = key
        yield Fault(
            f"{call} {stage} {body} {number}",
            Text("推荐清单或函与事件不符", "the ranked list or its letter is not what the events say"),
        )


def faults_of_topics(told: Told) -> Iterator[Fault]:
    """Every topic is one a park settled and did not withdraw."""
    rows = Topic.objects.values_list("call__code", "park__code", "title", "direction")
    kept = Counter(rows)
    for call, park, title, _ in (kept - told.topics) + (told.topics - kept):
        yield Fault(f"{call} {park}", Text(f"选题“{title}”与事件不符", f"the topic “{title}” is not what the events say"))


@cache
def _written_in(pack: str, scheme: str) -> tuple[str, ...]:
    procedure = procedure_told(pack, scheme)
    return stages_written_in(procedure) if procedure else ()


def _iso(at: datetime) -> str:
    return at.astimezone(BEIJING).isoformat()
