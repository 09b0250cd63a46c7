"""Applications, read: what has been filled in, how it stands under the scheme's conditions, and lists of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from zhinan.language.tree import Value
from zhinan.lifecycle.kinds import ActionKind, kind_of
from zhinan.policy.assess import LINE_FACT, Result
from zhinan.policy.finding import Finding, Outcome
from zhinan.policy.form import Form, Page
from zhinan.policy.form_answers import facts_of
from zhinan.policy.form_layout import PAPERS, Upload
from zhinan.policy.model import Condition
from zhinan.policy.subject import Subject
from zhinan.server import packs
from zhinan.server.models import Answer, Application, Attachment, Call, Correction, User
from zhinan.server.queries.access import roles_in
from zhinan.server.queries.bodies import procedure_of
from zhinan.server.queries.limits import limit_facts
from zhinan.values.problem import Mistake, Problem
from zhinan.values.text import Lang, Text


@dataclass(frozen=True, slots=True)
class Filled:
    """An application as it stands: its form, the answers and papers, the facts they give, and how they come out.

    `facts` includes what the platform knows itself; `problems` are by the key of the field.
    """

    case: Application
    form: Form
    answers: Mapping[str, Answer]
    papers: Mapping[str, tuple[Attachment, ...]]
    facts: Mapping[str, Value]
    problems: Mapping[str, tuple[Problem, ...]]
    result: Result
    correction: Correction | None

    @property
    def subject(self) -> Subject:
        """The facts with where each is from."""
        sources = {key: answer.source for key, answer in self.answers.items()}
        observed = {key: answer.observed_on for key, answer in self.answers.items() if answer.observed_on}
        return Subject(self.facts, sources, observed, self.case.organisation.name)

    @property
    def is_writable(self) -> frozenset[str] | None:
        """The keys that may be changed while a correction is open; `None` for all."""
        return frozenset(self.correction.marked) if self.correction else None

    def may_change(self, key: str) -> bool:
        """Whether a field or upload may be changed now, by someone who may fill in."""
        return self.correction is None or key in self.correction.marked

    def text(self, key: str) -> str:
        """What was answered to a field, as it was written."""
        return self.answers[key].text if key in self.answers else ""

    def is_answered(self, key: str) -> bool:
        """Whether something is written there that says something: “unknown” does not, and what cannot be read is told as such."""
        return key in self.facts or key in self.problems

    def page_of(self, key: str) -> Page | None:
        """The page on which a field, or the upload that shows a fact, is to be found."""
        if any(key in (upload.id, upload.fact) for upload in self.form.uploads):
            return next((page for page in self.form.pages if page.id == PAPERS), None)
        return next((page for page in self.form.pages if any(field.key == key for field in page.fields)), None)


def filled(case: Application, *, on: date) -> Filled:
    """An application as it stands on a day; five queries, however much is filled in."""
    answers = {answer.key: answer for answer in case.answers.select_related("saved_by")}
    papers: dict[str, tuple[Attachment, ...]] = {}
    for paper in case.attachments.filter(removed_at=None):
        papers[paper.upload] = (*papers.get(paper.upload, ()), paper)
    texts = {key: answer.text for key, answer in answers.items()}
    form = form_for(case.call, case.scheme, texts.get(LINE_FACT, ""))
    read = facts_of(form, texts, papers.keys())
    known = limit_facts(
        case, enterprise=str(read.facts.get("enterprise.uscc") or ""), title=str(read.facts.get("project.title") or ""), on=on
    )
    facts = {**read.facts, **known}
    problems = {key: tuple(found) for key, found in read.problems.items()}
    result = assessed(case.call, case.scheme, facts, on=on)
    return Filled(case, form, answers, papers, facts, problems, result, open_correction(case))


def written(case: Application) -> tuple[Form, dict[str, str]]:
    """The form an application is filled in on, and the answers as they were written; one query."""
    texts = dict(case.answers.values_list("key", "text"))
    return form_for(case.call, case.scheme, texts.get(LINE_FACT, "")), texts


def form_for(call: Call, scheme: str, line: str = "") -> Form:
    """The form of a scheme as the call has set it."""
    return packs.form(
        call.pack, scheme, line=line_id(call.pack, scheme, line), readings=call.readings, parameters=call.parameters
    )


def line_id(pack: str, scheme: str, line: str) -> str:
    """A line by its id, whichever of its names was given; none if it is unknown."""
    wanted = line.removeprefix(f"{scheme}/")
    for branch in packs.scheme(pack, scheme).branches:
        if wanted in (branch.id, branch.name.zh, branch.name.en):
            return branch.id
    return ""


def assessed(call: Call, scheme: str, facts: Mapping[str, Value], *, on: date) -> Result:
    """How facts come out under one scheme of a call."""
    ready = packs.assessor(call.pack, (scheme,), call.readings, call.parameters)
    return ready.assess(facts, on=on)[0]


def open_correction(case: Application) -> Correction | None:
    """The return for correction that has not been answered yet."""
    return case.corrections.filter(answered_at=None).order_by("-id").first()


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that stands between an application and handing it in, and the field (or upload) to go to."""

    key: str
    problem: Problem


def lacking(now: Filled) -> tuple[Lack, ...]:
    """Everything that is lacking, at once: what cannot be read, what is blank, which papers are missing, what bars."""
    return (*_unreadable(now), *_blank(now), *_papers(now), *_barring(now))


def _unreadable(now: Filled) -> Iterator[Lack]:
    for key, problems in now.problems.items():
        yield from (Lack(key, problem) for problem in problems)


def _blank(now: Filled) -> Iterator[Lack]:
    needed = needed_fields(now)
    for field in now.form.fields:
        if field.key in needed and not now.is_answered(field.key):
            yield Lack(field.key, _BLANK.at(label=field.label))


def needed_fields(now: Filled) -> frozenset[str]:
    """The required fields that matter here: those a verdict or an amount still waits for, and those of every form."""
    waits = {key for finding in now.result.findings for key in finding.missing} | set(
        now.result.grant.missing if now.result.grant else ()
    )
    return frozenset(
        field.key
        for field in now.form.fields
        if field.is_required and (not field.asked_by or field.key in waits or field.key in _ALWAYS)
    )


_ALWAYS = frozenset({"project.title", "leader.name", "applicant.name", "applicant.uscc"})


def _papers(now: Filled) -> Iterator[Lack]:
    for upload in now.form.uploads:
        if is_paper_missing(now, upload):
            yield Lack(upload.id, _NO_PAPER.at(name=upload.name))


def is_paper_missing(now: Filled, upload: Upload) -> bool:
    """Whether a paper must be handed in and is not there."""
    return upload.is_required and upload.id not in now.papers and bool(upload.is_wanted(now.facts))


def _barring(now: Filled) -> Iterator[Lack]:
    for finding in now.result.findings:
        item = finding.item
        if not isinstance(item, Condition) or not finding.ready.bars or finding.outcome is not Outcome.UNMET:
            continue
        key = finding.gap.fact if finding.gap else next(iter(finding.because), "")
        told = Text(*(_gap_told(now, finding, lang) for lang in ("zh", "en")))
        yield Lack(key, _BARS.at(says=item.says, clause=item.clause, gap=told))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a page of the form has come: what is answered of what is asked, what is still needed, what cannot be read."""

    page: Page
    asked: int
    answered: int
    needed: int
    problems: int
    marked: int

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do on it."""
        return not self.needed and not self.problems


def progress(now: Filled) -> tuple[Progress, ...]:
    """How far each page has come."""
    blank = {lack.key for lack in (*_blank(now), *_papers(now))}
    return tuple(_progress(now, page, blank) for page in now.form.pages)


def _progress(now: Filled, page: Page, blank: set[str]) -> Progress:
    keys = [field.key for field in page.fields]
    uploads = [upload.id for upload in now.form.uploads if upload.is_wanted(now.facts)] if page.id == PAPERS else []
    given = sum(now.is_answered(key) for key in keys) + sum(id in now.papers for id in uploads)
    return Progress(
        page, len(keys) + len(uploads), given, needed=sum(key in blank for key in (*keys, *uploads)),
        problems=sum(key in now.problems for key in keys),
        marked=sum(key in now.correction.marked for key in (*keys, *uploads)) if now.correction else 0,
    )  # fmt: skip


def first_page(now: Filled) -> Page:
    """Where to go on: the first page with something to do; of a correction, with something marked."""
    pages = progress(now)
    if now.correction:
        return next((each.page for each in pages if each.marked), pages[0].page)
    return next((each.page for each in pages if not each.is_done), pages[-1].page)


def submitting_action(case: Application) -> str | None:
    """The action that hands a case in from where it stands, if there is one."""
    procedure = procedure_of(case)
    kinds = {action.id: kind_of(procedure, case.stage, action.id) for action in procedure.stages[case.stage].actions}
    return next((id for id, kind in kinds.items() if kind in (ActionKind.SUBMIT, ActionKind.RESUBMIT)), None)


def submitting_roles(user: User, case: Application) -> frozenset[str]:
    """The roles in which a person may hand a case in. Where a person applies, alone or with a unit, the leader may as well."""
    held = roles_in(user, case)
    is_personal = packs.scheme(case.call.pack, case.scheme).applicant != "organisation"
    applicant = {key for key, role in procedure_of(case).roles.items() if role.found_by == "applicant"}
    return held | applicant if is_personal and case.leader_id == user.id else held


def may_submit(user: User, case: Application) -> bool:
    """Whether handing the case in is this person's part."""
    stage = procedure_of(case).stages[case.stage]
    action = next((each for each in stage.actions if each.id == submitting_action(case)), None)
    return action is not None and bool(submitting_roles(user, case).intersection(action.by))


def _gap_told(now: Filled, finding: Finding, lang: Lang) -> str:
    wording = packs.wording(now.case.call.pack, lang)
    return wording.gap(finding.gap) if finding.gap else wording.say(_AS_IT_STANDS)


_AS_IT_STANDS = Text("按现在填写的内容不满足", "not met by what has been filled in")
_BLANK = Mistake(
    "blank", Text("“{label}”还没有填", "“{label}” has not been filled in"), Text("点这里去填写", "go there and fill it in")
)
_NO_PAPER = Mistake(
    "paper-missing", Text("缺少材料：{name}", "this paper is missing: {name}"), Text("点这里去上传", "go there and upload it")
)
_BARS = Mistake("condition-bars", Text("不符合：{says}（{clause}）", "not met: {says} ({clause})"), Text("{gap}", "{gap}"))
