"""The workflow library: the roles, papers, ways, modes, returns, safeguards, lifecycles and governance that procedures name.

It ships in `packs/procedures/library`, beside the procedures every pack may use. Each entry has a number (`WF-DOC-06`), by
which packs and procedures name it; `dangling` tells the names that lead nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from itertools import chain
from pathlib import Path
from typing import TypedDict, TypeVar

from zhinan.language.types import duration_in
from zhinan.policy import mistakes
from zhinan.policy.item import Item
from zhinan.policy.load import read_procedures
from zhinan.policy.model import Pack
from zhinan.policy.nearest import near
from zhinan.policy.procedure import RESOLVED_BY, Action, Procedure, Role, Stage
from zhinan.policy.reader import Reader
from zhinan.policy.yaml_source import Node, Scalar, load_yaml, read_text
from zhinan.values.problem import BadInput, Problem
from zhinan.values.quantity import MONTHS, YEARS
from zhinan.values.text import Text

Made = TypeVar("Made", bound="Entry")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something the library knows by number. `file` and `line` tell where it is written."""

    number: str
    name: Text
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Entry):
    """Who takes part: `found_by` says how the role is resolved to people when a case runs."""

    key: str
    found_by: str
    duties: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper(Entry):
    """A paper that moves through a case, and where it is asked for."""

    where: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Way(Entry):
    """A way of organising projects, as steps; `procedure` is the shipped procedure that runs it, where there is one."""

    procedure: str
    steps: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode(Entry):
    """How money, or what stands for it, is given, and when it flows."""

    meaning: Text
    flows: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Return(Entry):
    """A cause (its name) for which a case is returned or refused, and what follows."""

    effect: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Safeguard(Entry):
    """A rule of integrity, supervision or risk."""

    says: Text


@dataclass(frozen=True, slots=True)
class Phase:
    """A step in the life of an entry of a register."""

    id: str
    name: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle(Entry):
    """How entries of a register come in, change and go."""

    phases: tuple[Phase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Governance(Entry):
    """How a plan is issued, watched and assessed: every so many months, or as often as the authority sets (`asked`)."""

    says: Text
    months: int | None
    asked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """The whole library, with the procedures that ship beside it."""

    roles: tuple[Part, ...]
    documents: tuple[Paper, ...]
    ways: tuple[Way, ...]
    modes: tuple[Mode, ...]
    returns: tuple[Return, ...]
    integrity: tuple[Safeguard, ...]
    lifecycles: tuple[Lifecycle, ...]
    governance: tuple[Governance, ...]
    procedures: tuple[Procedure, ...]

    def entries(self) -> Iterator[Entry]:
        """Every entry of the library."""
        return chain(
            self.roles, self.documents, self.ways, self.modes, self.returns, self.integrity, self.lifecycles, self.governance
        )

    @property
    def numbers(self) -> frozenset[str]:
        """Every number that may be named: the entries, and the steps that the shipped procedures carry."""
        return frozenset(chain((entry.number for entry in self.entries()), *map(numbers_of, self.procedures)))


@dataclass(frozen=True, slots=True)
class LoadedWorkflow:
    """The library as far as it could be read, with every problem found on the way."""

    workflow: Workflow
    problems: tuple[Problem, ...]


@cache
def shipped_workflow() -> LoadedWorkflow:
    """The library that ships with Zhinan."""
    return read_workflow(Path(str(resources.files("zhinan"))) / "packs")


def load_workflow() -> Workflow:
    """The library that ships with Zhinan. Raises `BadInput` with every problem in it."""
    loaded = shipped_workflow()
    if loaded.problems:
        raise BadInput(list(loaded.problems))
    return loaded.workflow


def read_workflow(home: Path) -> LoadedWorkflow:
    """The library in `home/procedures/library` and the procedures beside it, as far as they can be read."""
    problems: list[Problem] = []
    library = _LibraryReader(home / "procedures" / "library", problems)
    procedures = tuple(read_procedures(home, {}, problems))
    workflow = Workflow(
        roles=library.listed("roles", _part), documents=library.listed("documents", _paper), ways=library.listed("ways", _way),
        modes=library.listed("modes", _mode), returns=library.listed("returns", _return),
        integrity=library.listed("integrity", _safeguard), lifecycles=library.listed("lifecycles", _lifecycle),
        governance=library.listed("governance", _governance), procedures=procedures,
    )  # fmt: skip
    problems += _doubled(workflow)
    problems += _unknown_procedures(workflow)
    problems += chain.from_iterable(_dangling(procedure, workflow) for procedure in procedures)
    return LoadedWorkflow(workflow, tuple(problems))


def dangling(pack: Pack, workflow: Workflow) -> list[Problem]:
    """The numbers a pack names that the library does not know: in its procedures, its registers and its tasks."""
    problems = [problem for procedure in pack.procedures for problem in _dangling(procedure, workflow)]
    known = {lifecycle.number for lifecycle in workflow.lifecycles}
    problems += _unknown(((each, each.lifecycle) for each in pack.registers if each.lifecycle), known)
    links = ((task, link) for root in pack.tasks for task in root.walk() for link in task.links if link.startswith("WF-"))
    return [*problems, *_unknown(links, workflow.numbers)]


def numbers_of(procedure: Procedure) -> Iterator[str]:
    """The numbers a procedure carries: by itself, by its roles, its stages with their papers, and its actions."""
    yield from procedure.workflow
    for item in procedure.items():
        yield from _numbers(item)


def _numbers(item: Item) -> tuple[str, ...]:
    if isinstance(item, Stage):
        return (*item.workflow, *item.documents)
    return item.workflow if isinstance(item, Role | Action) else ()


# -- what points where -----------------------------------------------------------------------------


def _dangling(procedure: Procedure, workflow: Workflow) -> Iterator[Problem]:
    numbers, roles = workflow.numbers, {part.number for part in workflow.roles}
    papers = {paper.number for paper in workflow.documents}
    entries = {entry.number for entry in workflow.entries()}
    kinds = {number.rpartition("-")[0] for number in entries}
    own = (item for item in procedure.items() if item.file == procedure.file)  # what is taken over is told where it is written
    for item in own:
        if isinstance(item, Role):
            yield from _unknown(((item, number) for number in item.workflow), roles)
            continue
        if isinstance(item, Stage):
            yield from _unknown(((item, number) for number in item.documents), papers)
        carried = item.workflow if isinstance(item, Stage | Action | Procedure) else ()
        listed = [number for number in carried if number.rpartition("-")[0] in kinds]  # WF-RET-01; not WF-APP-01, a step
        yield from _unknown(((item, number) for number in listed), entries)
        yield from _unknown(((item, number) for number in carried if number not in listed), numbers)


def _unknown(named: Iterable[tuple[Item, str]], known: Iterable[str]) -> Iterator[Problem]:
    known = set(known)
    for item, number in named:
        if number not in known:
            yield mistakes.UNKNOWN_LINK.at(word=number, hint=near(number, known)).placed(file=item.file, line=item.line)


def _unknown_procedures(workflow: Workflow) -> Iterator[Problem]:
    known = {procedure.id for procedure in workflow.procedures}
    for way in workflow.ways:
        if way.procedure and way.procedure not in known:
            found = mistakes.UNKNOWN_PROCEDURE.at(word=way.procedure, hint=near(way.procedure, known))
            yield found.placed(file=way.file, line=way.line)


def _doubled(workflow: Workflow) -> Iterator[Problem]:
    seen: set[str] = set()
    for entry in workflow.entries():
        for id in (entry.number, entry.key if isinstance(entry, Part) else entry.number + "#"):
            if id in seen:
                yield mistakes.DUPLICATE_ID.at(id=id.removesuffix("#")).placed(file=entry.file, line=entry.line)
            seen.add(id)


# -- reading ---------------------------------------------------------------------------------------


class Numbered(TypedDict):
    """The fields every `Entry` has."""

    number: str
    name: Text
    file: str
    line: int


Make = Callable[[Reader, Node], Made]


class _LibraryReader:
    def __init__(self, folder: Path, problems: list[Problem]) -> None:
        self.folder = folder
        self.problems = problems

    def listed(self, name: str, make: Make[Made]) -> tuple[Made, ...]:
        """The entries of the file of that name."""
        path = self.folder / f"{name}.yaml"
        reader = Reader(str(path), self.problems)
        try:
            node = load_yaml(read_text(path), str(path))
        except BadInput as bad:
            reader.take(bad.problems, 0)
            return ()
        return tuple(make(reader, item) for item in reader.items(reader.fields(node, needs=(name,)).get(name)))


def _begun(
    reader: Reader, node: Node, *needs: str, may: tuple[str, ...] = (), name: str = "name"
) -> tuple[Numbered, dict[str, Node]]:
    fields = reader.fields(node, needs=("workflow", name, *needs), may=may)
    number, called = reader.text(fields.get("workflow")), reader.bilingual(fields.get(name))
    return {"number": number, "name": called, "file": reader.file, "line": node.line}, fields


def _part(reader: Reader, node: Node) -> Part:
    begun, fields = _begun(reader, node, "key", "is", "duties")
    found_by = reader.one_of(fields.get("is"), RESOLVED_BY)
    return Part(
        **begun, key=reader.identifier(fields.get("key")), found_by=found_by, duties=reader.bilingual(fields.get("duties"))
    )


def _paper(reader: Reader, node: Node) -> Paper:
    begun, fields = _begun(reader, node, "where")
    return Paper(**begun, where=reader.bilingual(fields.get("where")))


def _way(reader: Reader, node: Node) -> Way:
    begun, fields = _begun(reader, node, "steps", may=("procedure",))
    steps = tuple(reader.bilingual(step) for step in reader.items(fields.get("steps")))
    return Way(**begun, procedure=reader.text(fields.get("procedure")), steps=steps)


def _mode(reader: Reader, node: Node) -> Mode:
    begun, fields = _begun(reader, node, "meaning", "flows")
    return Mode(**begun, meaning=reader.bilingual(fields.get("meaning")), flows=reader.bilingual(fields.get("flows")))


def _return(reader: Reader, node: Node) -> Return:
    begun, fields = _begun(reader, node, "effect", name="cause")
    return Return(**begun, effect=reader.bilingual(fields.get("effect")))


def _safeguard(reader: Reader, node: Node) -> Safeguard:
    begun, fields = _begun(reader, node, "says")
    return Safeguard(**begun, says=reader.bilingual(fields.get("says")))


def _lifecycle(reader: Reader, node: Node) -> Lifecycle:
    begun, fields = _begun(reader, node, "stages")
    stages = [(item, reader.fields(item, needs=("id", "name"))) for item in reader.items(fields.get("stages"))]
    phases = [(Phase(reader.identifier(each.get("id")), reader.bilingual(each.get("name"))), item.line) for item, each in stages]
    return Lifecycle(
        **begun, phases=tuple(phase for phase, _ in reader.unique(phases, lambda each: each[0].id, lambda each: each[1]).values())
    )


def _governance(reader: Reader, node: Node) -> Governance:
    begun, fields = _begun(reader, node, "says", may=("every",))
    every = fields.get("every")
    asked, months = False, None
    if isinstance(every, Scalar):
        unit = YEARS if every.text.endswith(YEARS) else MONTHS
        value = reader.value(every, duration_in(unit), Text("周期", "interval"))
        months = value * (12 if unit == YEARS else 1) if isinstance(value, int) else None
    elif every is not None:
        asked = reader.one_of(reader.fields(every, needs=("ask",)).get("ask"), ("authority",)) == "authority"
    return Governance(**begun, says=reader.bilingual(fields.get("says")), months=months, asked=asked)
