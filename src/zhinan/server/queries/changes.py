"""What has changed about an application: by a revision of its call, and by the applicant since it was last handed in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.timezone import localtime

from zhinan.policy.assess import LINE_FACT
from zhinan.policy.form import Form
from zhinan.server import packs
from zhinan.server.models import Application, Attachment, Submission, User
from zhinan.server.queries.access import case_for, is_applicant, is_open_for_filling
from zhinan.server.queries.applications import Filled, line_id
from zhinan.server.queries.call_changes import Change, happenings
from zhinan.server.refused import NotSeen
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

#: More digits than any row has.
_MOST = 2**63


@dataclass(frozen=True, slots=True)
class Revision:
    """What revisions of the call mean for a draft: why, what the call changed, which questions came and went."""

    reasons: tuple[str, ...]
    changes: tuple[Change, ...]
    added: tuple[Text, ...]
    removed: tuple[Text, ...]


def revision_of(now: Filled) -> Revision | None:
    """What was revised since the applicant last took note; `None` when nothing was, or it was handed in before."""
    case, call = now.case, now.case.call
    if case.edition == call.edition or case.submitted_at is not None:
        return None
    told = [each for each in happenings(call) if each.event.action == "revise-call"][: call.edition - case.edition]
    changes = tuple(change for each in reversed(told) for change in each.changes)
    before = _form_before(now, told[-1].event.sequence) if told else None
    old, new = (_asked(form) if form else {} for form in (before, now.form))
    added = tuple(name for key, name in new.items() if before and key not in old)
    removed = tuple(name for key, name in old.items() if key not in new)
    return Revision(tuple(each.note for each in reversed(told)), changes, added, removed)


def _asked(form: Form) -> dict[str, Text]:
    return {field.key: field.label for field in form.fields} | {upload.id: upload.name for upload in form.uploads}


def _form_before(now: Filled, sequence: int) -> Form | None:
    """The form as the call had set it before that event; `None` where the record does not tell, or it cannot be made any more."""
    call = now.case.call
    states = [each for each in happenings(call) if each.event.sequence < sequence]
    kept = next((state for each in states if (state := _state(each.event.body))), None)
    if kept is None:
        return None
    line = line_id(call.pack, now.case.scheme, now.text(LINE_FACT))
    try:
        return packs.form(call.pack, now.case.scheme, line=line, readings=kept["readings"], parameters=kept["parameters"])
    except BadInput:
        return None


def _state(body: str) -> Mapping[str, Any] | None:  # Any: as JSON has it
    payload = json.loads(body)["payload"]
    kept = payload.get("as", payload)
    return kept if "parameters" in kept and "readings" in kept else None


# ─── what was handed in ───


def submission_of(case: Application, number: int) -> Submission:
    """A submission by its number. Raises `NotSeen`."""
    found = case.submissions.filter(number=number).first() if number < _MOST else None
    if found is None:
        raise NotSeen
    return found


def last_submission(case: Application) -> Submission | None:
    """What was handed in last."""
    return case.submissions.order_by("-number").first()


@dataclass(frozen=True, slots=True)
class Difference:
    """A field or upload that is not as it was handed in: its key, what is written before and now."""

    key: str
    label: Text
    before: str
    after: str


def differences(now: Filled) -> tuple[Difference, ...]:
    """What is different from what was last handed in; nothing before the first time."""
    last = last_submission(now.case)
    return tuple(_differences(now, last.content)) if last else ()


def corrected(now: Filled) -> tuple[Difference, ...]:
    """What the last submission changed from the one before it; read while nothing is open for writing."""
    before = now.case.submissions.order_by("-number")[1:2].first()
    return tuple(_differences(now, before.content)) if before else ()


def _differences(now: Filled, content: Mapping[str, Any]) -> Iterator[Difference]:
    before = {each["key"]: each["text"] for each in content["answers"]}
    after = {key: answer.text for key, answer in now.answers.items() if answer.text}
    for field in now.form.fields:
        if before.get(field.key) != after.get(field.key):
            yield Difference(field.key, field.label, before.get(field.key, ""), after.get(field.key, ""))
    papers: dict[str, list[tuple[str, str]]] = {}
    for each in content["papers"]:
        papers.setdefault(each["upload"], []).append((each["name"], each["sha256"]))
    for upload in now.form.uploads:
        old, new = papers.get(upload.id, []), [(paper.name, paper.sha256) for paper in now.papers.get(upload.id, ())]
        if old != new:
            yield Difference(upload.id, upload.name, *("、".join(name for name, _ in each) for each in (old, new)))


def paper_for(user: User, code: str, paper: int) -> Attachment:
    """A paper of a case, for the applicant; for others who may see the case, only what has been handed in. Raises `NotSeen`."""
    case = case_for(user, code)
    found = case.attachments.filter(id=paper).first() if paper < _MOST else None
    if found is None or not (is_applicant(user, case) or _was_handed_in(case, found)):
        raise NotSeen
    return found


def _was_handed_in(case: Application, paper: Attachment) -> bool:
    contents = case.submissions.values_list("content", flat=True)
    return any(
        each["upload"] == paper.upload and each["sha256"] == paper.sha256 for content in contents for each in content["papers"]
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """An application as a person may read it: the answers and papers that are theirs to see, and how it stands."""

    texts: Mapping[str, str]
    papers: Mapping[str, tuple[str, ...]]
    status: Text
    content_hash: str


def shown_to(user: User, now: Filled) -> Shown:
    """The applicant reads what stands there now while it can be changed; everyone else what was handed in."""
    case, last = now.case, last_submission(now.case)
    if last is None or (is_applicant(user, case) and is_open_for_filling(case)):
        if not is_applicant(user, case):
            raise NotSeen
        papers = {id: tuple(paper.name for paper in some) for id, some in now.papers.items()}
        return Shown({key: answer.text for key, answer in now.answers.items()}, papers, Text("草稿", "draft"), "")
    papers_then: dict[str, tuple[str, ...]] = {}
    for each in last.content["papers"]:
        papers_then[each["upload"]] = (*papers_then.get(each["upload"], ()), each["name"])
    status = Text(f"已提交 {localtime(last.at):%Y-%m-%d %H:%M:%S}", f"handed in {localtime(last.at):%Y-%m-%d %H:%M:%S}")
    return Shown({each["key"]: each["text"] for each in last.content["answers"]}, papers_then, status, last.content_hash)
