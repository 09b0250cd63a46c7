"""What is told of an application: that it is ready, that it was handed in, that it was taken back."""

from __future__ import annotations

from datetime import datetime

from zhinan.server.actions.notify import applicants_of, holders, tell
from zhinan.server.models import Application, Role, Submission
from zhinan.server.queries.applications import open_correction
from zhinan.values.text import Text


def tell_ready(case: Application, *, at: datetime) -> None:
    """The unit's administrators hear that the leader is done."""
    tell(
        holders(Role.UNIT_ADMIN, organisation=case.organisation),
        kind="ready",
        case=case,
        at=at,
        link=f"/cases/{case.code}/submit/",
        subject=Text(f"待提交：{case.title or case.code}", f"Ready to hand in: {case.title or case.code}"),
        body=Text(
            f"{case.leader.name} 已填好申报书，请核对后提交。",
            f"{case.leader.name} has filled in the application. Please check it and hand it in.",
        ),
    )


def tell_handed_in(case: Application, submission: Submission, *, at: datetime) -> None:
    """The applicant has the receipt; the body it has come to hears of it."""
    title = case.title or case.code
    tell(
        applicants_of(case),
        kind="submitted",
        case=case,
        at=at,
        link=f"/cases/{case.code}/receipt/{submission.number}/",
        subject=Text(f"已提交：{title}", f"Handed in: {title}"),
        body=Text(
            f"回执编号 {submission.receipt}，服务器时间 {at:%Y-%m-%d %H:%M:%S}。",
            f"Receipt {submission.receipt}, server time {at:%Y-%m-%d %H:%M:%S}.",
        ),
    )
    if case.body:
        tell(
            holders(Role.OFFICER, authority=case.body),
            kind="arrived",
            case=case,
            at=at,
            link=f"/cases/{case.code}/",
            subject=Text(f"新到办件：{title}", f"New case: {title}"),
            body=Text(f"{case.organisation.name} 提交了 {case.code}。", f"{case.organisation.name} has handed in {case.code}."),
        )


def tell_withdrawn(case: Application, reason: str, *, at: datetime) -> None:
    """Whoever had sent it back hears that it will not come again."""
    if correction := open_correction(case):
        tell(
            [correction.asked_by],
            kind="withdrawn",
            case=case,
            at=at,
            link=f"/cases/{case.code}/",
            subject=Text(f"已撤回：{case.title or case.code}", f"Withdrawn: {case.title or case.code}"),
            body=Text(
                f"{case.organisation.name} 撤回了 {case.code}：{reason}",
                f"{case.organisation.name} has withdrawn {case.code}: {reason}",
            ),
        )
