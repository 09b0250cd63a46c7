"""The check sheet of a stage: what the machine found, clause by clause, and what is left for the officer to answer.

Conditions that the facts decide, and limits from the registers, come with their outcome; a person answers the judgements, the
papers, what must be backed by a paper, and soft conditions that are not met.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zhinan.policy.finding import Finding, Outcome
from zhinan.policy.model import Condition, ConditionKind, Document, Purpose
from zhinan.server.models import Attachment, Check, Mark, Submission
from zhinan.server.queries.applications import Filled
from zhinan.values.text import Text


@dataclass(frozen=True, slots=True)
class Line:
    """One item of the sheet. `is_asked`: a person must answer; `suggested` is what the machine would say."""

    item: str
    clause: str
    says: Text
    kind: str
    outcome: str
    finding: Finding | None
    is_asked: bool
    suggested: str
    papers: tuple[Attachment, ...]
    check: Check | None

    @property
    def is_answered(self) -> bool:
        """Whether nothing is left to do here."""
        return not self.is_asked or self.check is not None

    @property
    def has_failed(self) -> bool:
        """Whether it stands in the way."""
        if self.check is not None:
            return self.check.mark == Mark.NO
        return not self.is_asked and self.outcome == "unmet" and self.kind != "soft"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole sheet of what was handed in, at one stage."""

    stage: str
    submission: Submission | None
    lines: tuple[Line, ...]

    @property
    def unanswered(self) -> tuple[str, ...]:
        """The clauses that are still to be answered."""
        return tuple(line.clause for line in self.lines if not line.is_answered)

    @property
    def failed(self) -> tuple[str, ...]:
        """The clauses that stand in the way."""
        return tuple(line.clause for line in self.lines if line.has_failed)

    @property
    def answered(self) -> int:
        """How many of the items a person answers are answered."""
        return sum(line.is_asked and line.is_answered for line in self.lines)

    @property
    def asked(self) -> int:
        """How many items a person answers."""
        return sum(line.is_asked for line in self.lines)

    def line(self, item: str) -> Line | None:
        """The line of an item."""
        return next((line for line in self.lines if line.item == item), None)


def sheet(now: Filled, stage: str) -> Sheet:
    """The sheet for a case as it was handed in; one query for the answers."""
    submission = now.case.submissions.order_by("-number").first()
    checks = {check.item: check for check in submission.checks.filter(stage=stage).select_related("by")} if submission else {}
    return sheet_with(now, stage, submission, checks)


def sheet_with(now: Filled, stage: str, submission: Submission | None, checks: dict[str, Check]) -> Sheet:
    """The sheet of an application whose answers have been read already."""
    return Sheet(stage, submission, tuple(_lines(now, checks)))


def _lines(now: Filled, checks: dict[str, Check]) -> Iterator[Line]:
    for purpose in now.result.scheme.purposes:
        yield _of_purpose(purpose, checks)
    for finding in now.result.findings:
        yield _of_finding(now, finding, checks)
    for finding in now.result.documents:
        yield _of_document(now, finding, checks)


def _of_purpose(purpose: Purpose, checks: dict[str, Check]) -> Line:
    item = f"purpose:{purpose.clause}"
    return Line(item, purpose.clause, purpose.judge, "judgement", "judgement", None, True, "", (), checks.get(item))


def _of_finding(now: Filled, finding: Finding, checks: dict[str, Check]) -> Line:
    condition = finding.item
    assert isinstance(condition, Condition)
    item = f"condition:{condition.id}"
    papers = tuple(
        paper for upload in now.form.uploads if condition.id in upload.backs for paper in now.papers.get(upload.id, ())
    )
    applies = bool(finding.because) or finding.outcome is not Outcome.MET
    is_asked = finding.outcome is Outcome.JUDGEMENT or (condition.kind is ConditionKind.EVIDENCE and applies)
    is_asked = is_asked or (condition.kind is ConditionKind.SOFT and finding.outcome is not Outcome.MET)
    suggested = Mark.YES if finding.outcome is Outcome.MET else Mark.NO if finding.outcome is Outcome.UNMET else ""
    says = condition.judge if condition.judge is not None and finding.outcome is Outcome.JUDGEMENT else condition.says
    return Line(
        item, condition.clause, says, condition.kind.value, finding.outcome.value, finding, is_asked, str(suggested), papers,
        checks.get(item),
    )  # fmt: skip


def _of_document(now: Filled, finding: Finding, checks: dict[str, Check]) -> Line:
    document = finding.item
    assert isinstance(document, Document)
    item = f"document:{document.id}"
    papers = tuple(paper for upload in now.form.uploads if document.id in upload.backs for paper in now.papers.get(upload.id, ()))
    is_wanted = bool(papers) or finding.outcome is not Outcome.MET
    suggested = Mark.YES if finding.outcome is Outcome.MET and papers else ""
    return Line(
        item,
        document.clause,
        document.name,
        "document",
        finding.outcome.value,
        finding,
        is_wanted,
        str(suggested),
        papers,
        checks.get(item),
    )
