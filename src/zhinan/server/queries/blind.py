"""What an expert may read of a case: the heart of blind reading.

Everything an expert sees of a case comes from here, made of what was handed in and frozen. Under double-blindness that is a list
of fields that is written down below and no others, with every known name masked in every text, and only the papers an officer
released, as copies without metadata under neutral names. A fact that the vocabulary gains later stays hidden until it is
listed here.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhinan.policy.assess import LINE_FACT
from zhinan.policy.form import Field, Form
from zhinan.server import keeping, packs
from zhinan.server.masking import OPEN, Mask, mask_of
from zhinan.server.models import Attachment, Blindness, Post, Release, RoundCase, Submission, User
from zhinan.server.queries.answers_told import grid, told
from zhinan.server.queries.applications import form_for
from zhinan.server.refused import NotSeen
from zhinan.values.text import Text, same

_OF_A_PROJECT = """
    title direction field industry_classes kinds nature output_forms expected_ip application_site early_stage
    compliance_matters special_trades duration starts_on ends_on started_on
    total_rnd_investment total_investment total_budget requested_grant self_raised matching_secured planned_investment
    audited_investment payment_mode outsourced_share budget_lines
    summary content foundation schedule indicators sub_projects landmark_level fills_regional_gap result_forms stages
    park_scenario priority_fields industry_services in_ten_clusters transferred_results plan_elements expected_benefit
    platform_works platform_field farm_focus undertaking_form
""".split()
_OF_A_RESULT = """
    name made_on own_ip acquisition level registration_level ip_rights ip_clear recognised_as_first introduced
""".split()
_OF_A_NEED = "title fields elements list_elements poster_funds".split()
#: The facts an expert reads under double-blindness. None is about a unit, a person, or who works with whom.
SHOWN = frozenset({
    LINE_FACT, "application.statement", *(f"project.{name}" for name in _OF_A_PROJECT),
    *(f"result.{name}" for name in _OF_A_RESULT), *(f"need.{name}" for name in _OF_A_NEED),
})  # fmt: skip
#: Columns of lists that lead to an owner or a source.
_LEFT_OUT = {"result.ip_rights": {"number"}, "project.transferred_results": {"proof"}}
#: Facts that are a name or the code of a unit or person; columns of lists that are.
_NAMED = (
    "applicant.name", "applicant.uscc", "enterprise.name", "enterprise.uscc", "leader.name", "leader.employer", "startup.name",
    "introduced_firm.name",
)  # fmt: skip
_NAMED_IN = {
    "project.partners": ("name", "code"), "project.members": ("name", "employer"), "leader.engagements": ("enterprise_code",),
    "leader.funded_projects": ("title",), "leader.open_projects": ("title",), "applicant.hosted_bases": ("title",),
}  # fmt: skip


# -- what was handed in, and what of it is masked ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What was handed in for a case of a round, and the mask under which its experts read it."""

    place: RoundCase
    content: Mapping[str, Any]  # Any: as JSON has it
    mask: Mask

    @property
    def is_blind(self) -> bool:
        """Whether its experts must not know who applies."""
        return self.place.round.blindness == Blindness.DOUBLE

    @property
    def title(self) -> str:
        """The title as its experts read it."""
        return self.mask.over(str(self.content.get("title", "")))


#: What a place in a round brings with it, to be read here.
WITH_CASE = ("round__call", "case__call", "case__organisation", "case__leader")


def handed_in(places: Sequence[RoundCase]) -> dict[int, HandedIn]:
    """What was handed in for cases of rounds, by the id of their place in the round; two queries, however many."""
    cases = [place.case_id for place in places]
    contents = dict(Submission.objects.filter(application__in=cases).order_by("number").values_list("application_id", "content"))
    people = _people_of({place.case.organisation_id for place in places if place.round.blindness == Blindness.DOUBLE})
    found = {}
    for place in places:
        content = contents.get(place.case_id, {})
        is_blind = place.round.blindness == Blindness.DOUBLE
        mask = _mask(place, content, people[place.case.organisation_id]) if is_blind else OPEN
        found[place.id] = HandedIn(place, content, mask)
    return found


def _people_of(units: Iterable[int]) -> dict[int, list[User]]:
    people: dict[int, list[User]] = defaultdict(list)
    for post in Post.objects.filter(organisation__in=list(units)).select_related("user"):
        if post.organisation_id:
            people[post.organisation_id].append(post.user)
    return people


def _mask(place: RoundCase, content: Mapping[str, Any], people: Iterable[User]) -> Mask:
    directions = (node.name.zh for root in packs.pack(place.case.call.pack).directions for node in root.walk())
    return mask_of(_identities(place, content, people), common="、".join(directions))


def _identities(place: RoundCase, content: Mapping[str, Any], people: Iterable[User]) -> Iterator[str]:
    """Every word that is known to tell who applies."""
    case, unit, title = place.case, place.case.organisation, str(content.get("title", ""))
    yield from (case.code, unit.name, unit.uscc, unit.uscc[8:17])
    yield from (str(content.get("unit_name", "")), str(content.get("leader", "")))
    for person in (case.leader, *people):
        yield from (person.name, person.mobile)
    yield from map(str, place.hidden)
    for answer in content.get("answers", ()):
        yield from (word for word in _names_in(answer["key"], answer["text"]) if word != title)


def _names_in(key: str, text: str) -> Iterator[str]:
    if key in _NAMED:
        yield from _split(text)
    elif key in _NAMED_IN:
        rows = _rows(text)
        if rows is None:  # it was written as a text
            yield from _split(text)
            return
        record = packs.vocabulary().facts[key].word.type.record
        called = {field.key: field.zh for field in record.fields} if record else {}
        for row in rows:
            for column in _NAMED_IN[key]:
                yield from _split(str(row.get(column) or row.get(called.get(column, column)) or ""))


def _rows(text: str) -> list[dict[str, object]] | None:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else None


#: A longer word is no name.
_LONGEST = 60


def _split(text: str) -> Iterator[str]:
    yield from (word for each in re.split(r"[、，,;；/\n]", text) if 1 < len(word := each.strip()) <= _LONGEST)


# -- the document --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One answer as it is read; `headers` and `rows` where it is a list, for a reader of each language."""

    label: Text
    value: Text
    headers: tuple[Text, ...] = ()
    rows: tuple[tuple[Text, ...], ...] = ()

    @property
    def labelled(self) -> tuple[tuple[tuple[Text, Text], ...], ...]:
        """The rows, each cell with the name of its column."""
        return tuple(tuple(zip(self.headers, row, strict=True)) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the form as it was filled in."""

    id: str
    title: Text
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper by its number among those of the case; under double-blindness the name says nothing else."""

    number: int
    name: Text
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class BlindDocument:
    """A case as its experts read it: its number in the round, title, scheme, answers and papers."""

    number: int
    title: str
    scheme: Text
    sections: tuple[Section, ...]
    papers: tuple[Paper, ...]
    is_blind: bool


def document_of(known: HandedIn) -> BlindDocument:
    """The case as the experts of its round read it; two queries."""
    place = known.place
    texts = {answer["key"]: answer["text"] for answer in known.content.get("answers", ())}
    form = form_for(place.case.call, place.case.scheme, texts.get(LINE_FACT, ""))
    papers = tuple(Paper(each.number, each.name, each.kind, each.size) for each in _papers(known))
    scheme = packs.scheme(place.case.call.pack, place.case.scheme).name
    return BlindDocument(place.number, known.title, scheme, tuple(_sections(known, form, texts)), papers, known.is_blind)


def _sections(known: HandedIn, form: Form, texts: Mapping[str, str]) -> Iterator[Section]:
    for page in form.pages:
        fields = [field for field in page.fields if not known.is_blind or field.key in SHOWN]
        lines = tuple(_line(field, texts[field.key], known) for field in fields if texts.get(field.key, "").strip())
        if lines:
            yield Section(page.id, page.title, lines)


def _line(field: Field, text: str, known: HandedIn) -> Line:
    mask = known.mask
    value = _over(mask, told(field, text))
    if field.kind != "records":
        return Line(field.label, value)
    left_out = _LEFT_OUT.get(field.key, set()) if known.is_blind else set()
    kept = [place for place, column in enumerate(field.columns) if column.key not in left_out]
    zh, en = (grid(field, text, lang)[1] for lang in ("zh", "en"))
    rows = tuple(tuple(_over(mask, Text(row_zh[at], row_en[at])) for at in kept) for row_zh, row_en in zip(zh, en, strict=True))
    if not rows and left_out:  # what cannot be read as a table cannot lose a column either
        return Line(field.label, same("—"))
    return Line(field.label, value, tuple(field.columns[at].label for at in kept), rows)


def _over(mask: Mask, text: Text) -> Text:
    return Text(mask.over(text.zh), mask.over(text.en))


# -- papers --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Kept:
    """A paper with the file behind it."""

    number: int
    name: Text
    kind: str
    size: int
    sha256: str


def papers_handed_in(known: HandedIn) -> tuple[tuple[Attachment, str], ...]:
    """The papers that were handed in, in their order, each with the id of its upload; one query."""
    wanted = {(each["upload"], each["sha256"], each["name"]) for each in known.content.get("papers", ())}
    rows = Attachment.objects.filter(application=known.place.case_id).order_by("upload", "id")
    found: dict[tuple[str, str, str], Attachment] = {}
    for row in rows:
        found.setdefault((row.upload, row.sha256, row.name), row)
    return tuple((row, row.upload) for key, row in found.items() if key in wanted)


def upload_names(known: HandedIn) -> dict[str, Text]:
    """What the papers that the form asks for are called."""
    texts = {answer["key"]: answer["text"] for answer in known.content.get("answers", ())}
    form = form_for(known.place.case.call, known.place.case.scheme, texts.get(LINE_FACT, ""))
    return {upload.id: upload.name for upload in form.uploads}


def neutral_name(number: int, kind: str) -> Text:
    """What an expert knows a released paper by."""
    return Text(f"材料{number}.{kind}", f"paper-{number}.{kind}")


def _papers(known: HandedIn) -> Iterator[_Kept]:
    if known.is_blind:
        for release in Release.objects.filter(round_case=known.place).select_related("attachment").order_by("number"):
            kind = release.attachment.kind
            yield _Kept(release.number, neutral_name(release.number, kind), kind, release.size, release.sha256)
        return
    names = upload_names(known)
    for number, (row, upload) in enumerate(papers_handed_in(known), start=1):
        of = names.get(upload, same(""))
        yield _Kept(number, Text(f"{of.zh} {row.name}".strip(), f"{of.en} {row.name}".strip()), row.kind, row.size, row.sha256)


@dataclass(frozen=True, slots=True)
class File:
    """A paper as it is sent to an expert."""

    name: Text
    kind: str
    content: bytes


def paper_of(known: HandedIn, number: int) -> File:
    """A paper by its number, as the experts of the case get it. Raises `NotSeen`."""
    found = next((each for each in _papers(known) if each.number == number), None)
    if found is None or not (path := keeping.path_of(found.sha256)).is_file():
        raise NotSeen
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != found.sha256:  # changed outside: nobody knows what it would tell
        raise NotSeen
    return File(neutral_name(number, found.kind), found.kind, content)
