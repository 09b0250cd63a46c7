"""Papers: an applicant adds one under an upload of the form, or takes one off; what was handed in stays for the record."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from zhinan.server import antivirus, keeping
from zhinan.server.actions.record import record, whole
from zhinan.server.models import Application, Attachment, User
from zhinan.server.queries.access import FILL, case_for
from zhinan.server.queries.applications import form_for, open_correction
from zhinan.server.refused import NotSeen, Refused
from zhinan.server.uploads import Accepted, accept
from zhinan.values.problem import Mistake
from zhinan.values.text import Text

#: So many papers under one upload; more is a mistake, or an attack.
MOST = 20
_NO_SLOT = Mistake(
    "no-such-upload",
    Text("表单里没有这个上传项", "the form has no such upload"),
    Text("刷新页面，表单可能已经修订", "reload: the form may have been revised"),
)
_TOO_MANY = Mistake(
    "too-many-papers",
    Text("这一项已有 {most} 个文件", "there are {most} files here already"),
    Text("先删去不要的，或合并成一个 PDF", "take some off first, or make one PDF of them"),
)
_NOT_MARKED = Mistake(
    "paper-not-marked",
    Text("这份材料不在退回补正的范围内，不能改动", "this paper was not sent back for correction and cannot be changed"),
    Text("只有标出的内容可以修改", "only what was marked may be changed"),
)


def add(code: str, upload: str, *, name: str, content: bytes, declared_type: str, by: User, at: datetime) -> Attachment:
    """Add a paper. Raises `NotSeen`, `Refused`, or `BadInput` with what is wrong with the file.

    The file is looked at, scanned and kept before the transaction begins: nobody else's save waits for that.
    """
    _refuse(case_for(by, code, to=FILL), upload)
    accepted = accept(name, content, declared_type=declared_type, limit=settings.UPLOAD_LIMIT)
    antivirus.scan_if_set(content)
    keeping.keep(content, accepted.sha256)
    return _put(code, upload, accepted, by=by, at=at)


@whole()
def _put(code: str, upload: str, accepted: Accepted, *, by: User, at: datetime) -> Attachment:
    case = case_for(by, code, to=FILL, lock=True)
    _refuse(case, upload)
    there = case.attachments.filter(upload=upload, removed_at=None)
    if same := there.filter(sha256=accepted.sha256, name=accepted.safe_name).first():
        return same  # sent twice
    if there.count() >= MOST:
        raise Refused(_TOO_MANY.at(most=MOST))
    paper = Attachment.objects.create(
        application=case, upload=upload, name=accepted.safe_name, kind=accepted.kind, size=accepted.size, sha256=accepted.sha256,
        added_at=at, added_by=by,
    )  # fmt: skip
    record("add-paper", actor=by, at=at, case=case, payload={"upload": upload, "name": paper.name, "sha256": paper.sha256})
    return paper


def _refuse(case: Application, upload: str) -> None:
    if upload not in {each.id for each in form_for(case.call, case.scheme).uploads}:
        raise Refused(_NO_SLOT.at())
    _refuse_unmarked(case, upload)


@whole()
def remove(code: str, paper: int, *, by: User, at: datetime) -> None:
    """Take a paper off the application. Raises `NotSeen`, `Refused`."""
    case = case_for(by, code, to=FILL, lock=True)
    row = case.attachments.filter(id=paper, removed_at=None).first()
    if row is None:
        raise NotSeen
    _refuse_unmarked(case, row.upload)
    row.removed_at = at
    row.save(update_fields=["removed_at"])
    record("remove-paper", actor=by, at=at, case=case, payload={"upload": row.upload, "name": row.name, "sha256": row.sha256})


def _refuse_unmarked(case: Application, upload: str) -> None:
    correction = open_correction(case)
    if correction is not None and upload not in correction.marked:
        raise Refused(_NOT_MARKED.at())
