"""How a form is laid out: which facts stand on one page, in the order a person thinks, and which papers are handed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from zhinan.language import tree
from zhinan.language.explain import prepare
from zhinan.language.tree import Typed, Value
from zhinan.language.types import Kind
from zhinan.policy.model import Condition, Document, Funding, Preference
from zhinan.policy.resolve import Resolved, ResolvedScheme
from zhinan.policy.vocabulary import Vocabulary
from zhinan.values.text import Text

#: As many fields as a page should have.
MOST = 12
PAPERS = "papers"

# ─── pages ───


@dataclass(frozen=True, slots=True)
class Part:
    """A page as yet without its fields: their keys."""

    id: str
    title: Text
    about: Text
    keys: tuple[str, ...]


def parts_of(keys: Iterable[str], vocabulary: Vocabulary, *, has_papers: bool, has_money: bool) -> tuple[Part, ...]:
    """The pages on which facts are asked: none has more than twelve, and a page of papers stands there for uploads alone."""
    sections: dict[str, list[str]] = {PAPERS: []} if has_papers else {}
    places = {key: place for place, key in enumerate((*_FIRST, *vocabulary.facts))}
    for key in sorted(keys, key=lambda key: (key not in _FIRST, places[key])):
        sections.setdefault(_section(key, vocabulary, has_money=has_money), []).append(key)
    order = [*_BEFORE, *(root for root in vocabulary.roots if root in sections and root not in _KNOWN), *_AFTER]
    return tuple(part for id in order if id in sections for part in _split(id, sections[id], vocabulary))


#: The sections before those of results, needs, agreements …, and after them.
_BEFORE = ("application", "applicant", "enterprise", "leader", "project")
_AFTER = ("team", "indicators", "money", PAPERS, "about")
_KNOWN = frozenset((*_BEFORE, *_AFTER))
_FIRST = ("application.line", "project.title", "project.direction")
_TEAM = """
    partners members lead_persons by_consortium cooperation_channels partners_in_region partners_in_parks innovation_partners
    outside_team is_cooperation partner_areas joint_platform key_university local_institutes sub_projects
    academicians academician_person_days academician_presence_days academician_least_days
""".split()
_INDICATORS = "indicators expected_ip expected_benefit landmark_level fills_regional_gap output_forms result_forms".split()
_MONEY = "budget_lines payment_mode outsourced_share".split()
_ABOUT = "summary content foundation schedule".split()
_SECTION_OF = {
    **{f"project.{name}": "team" for name in _TEAM},
    **{f"project.{name}": "indicators" for name in _INDICATORS},
    **{f"project.{name}": "about" for name in _ABOUT},
    "application.statement": "about",
}


def _section(key: str, vocabulary: Vocabulary, *, has_money: bool) -> str:
    root, _, name = key.partition(".")
    if key in _SECTION_OF:
        return _SECTION_OF[key]
    if root == "project" and (name in _MONEY or vocabulary.facts[key].word.type.kind is Kind.MONEY):
        return "money" if has_money else "project"
    return PAPERS if root == "documents" else root


_SECTIONS = {
    "application": (
        Text("申报类别", "What is applied for"),
        Text("先选定，后面只问用得着的", "choose first: only what matters is asked then"),
    ),
    "applicant": (
        Text("申报单位", "The unit"),
        Text("登记里已有的先填好，请核对", "what the register holds is filled in: please check it"),
    ),
    "enterprise": (
        Text("联合企业", "The joint enterprise"),
        Text("与申报人共同申报的企业", "the enterprise that applies together with the person"),
    ),
    "leader": (Text("项目负责人", "The project leader"), Text("负责人本人的情况", "about the leader in person")),
    "project": (Text("项目", "The project"), Text("项目是什么，做多久", "what the project is, and how long it takes")),
    "team": (
        Text("团队与合作单位", "Team and partners"),
        Text("谁来做，和谁一起做", "who does the work, and together with whom"),
    ),
    "indicators": (
        Text("考核指标", "Indicators"),
        Text("技术、产出、效益三类，能用数字就用数字", "technical, output and benefit; as numbers where possible"),
    ),
    "money": (
        Text("经费", "Money"),
        Text("财政经费加自筹经费等于总预算", "public funds and own funds add up to the total budget"),
    ),
    PAPERS: (Text("材料", "Papers"), Text("要上传的证明和要填的日期", "the proofs to upload, and their dates")),
    "about": (Text("说明", "In your words"), Text("给评审的人看的文字", "what the reviewers will read")),
}
_WHO = """
    name uscc legal_person kind fully_funded affiliation registered_in registered_on operating_status
    park in_lanbai central_branch
""".split()


def _split(id: str, keys: Sequence[str], vocabulary: Vocabulary) -> Iterator[Part]:
    """A section as one page, or as several of nearly equal length."""
    title, about = _SECTIONS.get(id) or (vocabulary.roots[id], _about_a_root(vocabulary.roots[id]))
    if id == "applicant" and len(keys) > MOST:
        for name, group, some in _groups(keys, vocabulary):
            yield from _pages(f"{id}-{name}", Text(f"{title.zh}：{group.zh}", f"{title.en}: {group.en}"), about, some)
    else:
        yield from _pages(id, title, about, keys)


def _about_a_root(name: Text) -> Text:
    return Text(f"关于{name.zh}", f"about the {name.en}")


def _groups(keys: Sequence[str], vocabulary: Vocabulary) -> Iterator[tuple[str, Text, list[str]]]:
    """Of many facts of a unit: who it is, what it does, what is on record of it."""
    who = [key for key in keys if key.partition(".")[2] in _WHO]
    lists = [key for key in keys if key == "applicant.blacklisted" or vocabulary.facts[key].word.type.kind is Kind.RECORDS]
    business = [key for key in keys if key not in (*who, *lists)]
    for name, title, some in (
        ("identity", Text("基本情况", "who it is"), who),
        ("business", Text("规模与经营", "size and business"), business),
        ("records", Text("记录", "on record"), lists),
    ):
        if some:
            yield name, title, some


def _pages(id: str, title: Text, about: Text, keys: Sequence[str]) -> Iterator[Part]:
    count = max(1, -(-len(keys) // MOST))
    if count == 1:
        yield Part(id, title, about, tuple(keys))
        return
    for number in range(count):
        some = keys[len(keys) * number // count : len(keys) * (number + 1) // count]
        named = Text(f"{title.zh}（{'一二三四五六七八九'[number]}）", f"{title.en} ({number + 1})")
        yield Part(f"{id}-{number + 1}", named, about, tuple(some))


# ─── papers ───


@dataclass(frozen=True, slots=True)
class Upload:
    """A paper to hand in. `fact` is true once it is there (`""` where no fact says so); `backs` are the items it serves.

    `applies` limits whom it is wanted of; `None` is everybody.
    """

    id: str
    name: Text
    clauses: tuple[str, ...]
    fact: str
    applies: Typed | None
    is_required: bool
    backs: tuple[str, ...]

    def is_wanted(self, facts: Mapping[str, Value]) -> bool | None:
        """Whether it is wanted of someone of whom these facts are known; `None` while that is open."""
        wanted = True if self.applies is None else prepare(self.applies).value(facts)
        return wanted if isinstance(wanted, bool) else None

    def serving(self, other: Upload) -> Upload:
        """The same paper, also wanted for what another was wanted for."""
        applies = tree.either(self.applies, other.applies) if self.applies and other.applies else None
        return replace(
            self, fact=self.fact or other.fact, applies=applies, is_required=self.is_required or other.is_required,
            clauses=tuple(dict.fromkeys((*self.clauses, *other.clauses))),
            backs=tuple(dict.fromkeys((*self.backs, *other.backs))),
        )  # fmt: skip


#: Yes or no about a paper, not whether it is there.
_QUALITIES = frozenset({"documents.professional_novelty_body"})
#: Papers that come from others on the way.
_FROM_OTHERS = frozenset({"documents.recommendation"})
#: What is asked about the cooperation agreement is all about one paper.
_AGREEMENT = "documents.cooperation_agreement"


def is_paper(key: str, vocabulary: Vocabulary) -> bool:
    """Whether a fact says nothing but that a paper is there: it is answered by handing it in."""
    known = key.startswith("documents.") and key in vocabulary.facts and key not in _QUALITIES
    return known and vocabulary.facts[key].word.type.kind is Kind.BOOL


def uploads_of(resolved: ResolvedScheme, vocabulary: Vocabulary, *, line: str = "") -> tuple[Upload, ...]:
    """The papers of a scheme (of the chosen line): its documents, those its conditions and formulas read, and all evidence."""
    found: dict[str, Upload] = {}

    def add(key: str, upload: Upload) -> None:
        found[key] = found[key].serving(upload) if key in found else upload

    for key, upload in _named(resolved, vocabulary, line):
        add(key, upload)
    for upload in _evidence(resolved, line):
        add(_same_paper(upload.name.zh, found, vocabulary), upload)
    return tuple(found.values())


def _named(resolved: ResolvedScheme, vocabulary: Vocabulary, line: str) -> Iterator[tuple[str, Upload]]:
    """The papers that are asked for as such, each under the fact it makes true or the document that it is."""
    for each in resolved.documents:
        if _is_mine(each, line):
            yield from _of_document(each, vocabulary)
    for each in (*resolved.conditions, *resolved.preferences):
        if _is_mine(each, line):
            yield from _read_by(each, vocabulary)
    for funding in resolved.scheme.fundings:
        if not line or not funding.lines or line in funding.lines:
            yield from _read_by_formula(funding, vocabulary)


def _is_mine(each: Resolved, line: str) -> bool:
    return not line or each.holds_for(line)


def _of_document(each: Resolved, vocabulary: Vocabulary) -> Iterator[tuple[str, Upload]]:
    """One upload for each paper that a document names; for none of the kind, the document itself."""
    item = each.item
    assert isinstance(item, Document)
    read = tree.facts_of(each.require) if each.require is not None else ()
    papers = [key for key in read if is_paper(key, vocabulary)]
    whole = Upload(item.id, item.name, item.clauses, "", each.applies, True, (item.id,))
    if not papers:
        is_agreement = bool(read) and all(key.startswith("agreement.") for key in read)
        yield _AGREEMENT if is_agreement else item.id, whole
    for key in papers:
        one = replace(whole, fact=key, is_required=key not in _FROM_OTHERS and _cannot_do_without(key, each))
        yield key, one if len(papers) == 1 else replace(one, id=_named_after(key), name=vocabulary.facts[key].label)


def _read_by(each: Resolved, vocabulary: Vocabulary) -> Iterator[tuple[str, Upload]]:
    """The papers that a condition or preference asks for by itself."""
    item = each.item
    assert isinstance(item, Condition | Preference)
    for key in tree.facts_of(each.require) if each.require is not None else ():
        if is_paper(key, vocabulary):
            needed = isinstance(item, Condition) and item.bars and _cannot_do_without(key, each)
            name = vocabulary.facts[key].label
            yield key, Upload(_named_after(key), name, item.clauses, key, each.applies, needed, (item.id,))


def _read_by_formula(funding: Funding, vocabulary: Vocabulary) -> Iterator[tuple[str, Upload]]:
    """The papers on which an amount turns; whether one is needed depends on which amount it is."""
    trees = [typed for typed in (funding.applies, *funding.grants.values()) if typed is not None]
    for key in dict.fromkeys(key for typed in trees for key in tree.facts_of(typed)):
        if is_paper(key, vocabulary):
            yield key, Upload(_named_after(key), vocabulary.facts[key].label, funding.clauses, key, None, False, ("funding",))


def _cannot_do_without(key: str, each: Resolved) -> bool:
    return each.require is not None and prepare(each.require).value({key: False}) is False


def _named_after(key: str) -> str:
    return key.partition(".")[2].replace("_", "-")


def _evidence(resolved: ResolvedScheme, line: str) -> Iterator[Upload]:
    """The papers that must back a condition, once for each condition that names them.

    Their ids are by the first condition of the whole scheme that names the paper: choosing a line does not change them.
    """
    ids: dict[str, str] = {}
    for each in resolved.conditions:
        item = each.item
        assert isinstance(item, Condition)
        for number, paper in enumerate(item.evidence, start=1):
            id = ids.setdefault(paper, f"evidence-{item.id}" + (f"-{number}" if len(item.evidence) > 1 else ""))
            if _is_mine(each, line):  # a pack names these papers in Chinese only
                name = Text(paper, f"proof: {item.says.en}")
                yield Upload(id, name, item.clauses, "", each.applies, item.bars, (item.id,))


def _same_paper(paper: str, found: Mapping[str, Upload], vocabulary: Vocabulary) -> str:
    """The paper among those found that is called so, or by a longer name; otherwise it is one of its own."""
    for key, upload in found.items():
        if paper in upload.name.zh or (upload.fact and paper == vocabulary.facts[upload.fact].label.zh):
            return key
    return paper
