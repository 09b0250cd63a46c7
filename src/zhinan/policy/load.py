"""From a folder of YAML to a `Pack`: everything read, every reference resolved, all problems at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TypeVar

from zhinan.language.check import Words
from zhinan.policy import mistakes
from zhinan.policy.item import Item
from zhinan.policy.model import Clause, Direction, Pack, Reading, Scheme, Source, WorkedCase
from zhinan.policy.nearest import near
from zhinan.policy.plan_reader import PlanReader
from zhinan.policy.procedure import Procedure
from zhinan.policy.procedure_reader import ProcedureReader
from zhinan.policy.reader import Reader
from zhinan.policy.schemes import Context, SchemeReader
from zhinan.policy.score import Index
from zhinan.policy.score_reader import ScoreReader
from zhinan.policy.vocabulary import Vocabulary, base_vocabulary
from zhinan.policy.worked import CaseReader
from zhinan.policy.yaml_source import Node, load_yaml, read_text
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.regions import find_region, is_within

CHECKS = ("M", "MD", "MJ", "D", "J")
Made = TypeVar("Made")
_FIRST, _LAST = date(1900, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A pack as far as it could be read, with every problem found on the way; `folder` is where it was read."""

    pack: Pack
    problems: tuple[Problem, ...]
    folder: Path = Path()


def shipped_packs() -> dict[str, Path]:
    """The folders of the packs that ship with Zhinan, by id."""
    home = Path(str(resources.files("zhinan"))) / "packs"
    return {folder.name: folder for folder in sorted(home.iterdir()) if (folder / "pack.yaml").is_file()}


def find_pack(name: str) -> Path:
    """The folder of a shipped pack's id, or a folder that is a pack. Raises `BadInput`."""
    packs = shipped_packs()
    if name in packs:
        return packs[name]
    if (Path(name) / "pack.yaml").is_file():
        return Path(name)
    if Path(name).is_dir():
        raise BadInput([mistakes.NO_SUCH_FILE.at().placed(file=str(Path(name) / "pack.yaml"), line=0)])
    raise BadInput([mistakes.UNKNOWN_PACK.at(word=name, hint=near(name, packs))])


@dataclass(frozen=True, slots=True)
class Heading:
    """What a pack's first page says: where and when it holds. A pack for the whole country has the region `""`."""

    region: str
    in_force: tuple[date, date]

    def concerns(self, *, on: date, region: str = "") -> bool:
        """Whether it holds on that day, and for a unit registered in that region (any, where that is not known)."""
        begin, end = self.in_force
        here = not self.region or not region or is_within(region, self.region) or is_within(self.region, region)
        return begin <= on <= end and here


def heading_of(folder: Path, vocabulary: Vocabulary) -> Heading | None:
    """The heading of the pack in `folder`, without reading the rest; `None` when the heading itself is wrong."""
    reader = _PackReader(folder, vocabulary)
    top, fields = reader.top("pack.yaml", _NEEDED, _MAY)
    heading = Heading(reader.region(top, fields.get("region")), reader.in_force(top, fields.get("in_force")))
    return None if reader.problems else heading


def load_pack(name: str, vocabulary: Vocabulary | None = None, *, cases: bool = True) -> Pack:
    """The pack of that id or folder, without its worked cases if they are not wanted. Raises `BadInput` with every problem."""
    loaded = read_pack(find_pack(name), vocabulary or base_vocabulary(), cases=cases)
    if loaded.problems:
        raise BadInput(list(loaded.problems))
    return loaded.pack


def read_pack(folder: Path, vocabulary: Vocabulary, *, cases: bool = True) -> Loaded:
    """The pack in `folder`, as far as it can be read, with all its problems."""
    return _PackReader(folder, vocabulary, cases=cases).read()


#: How the entries of the workflow library begin; they are checked there.
WORKFLOW = "WF-"
#: The region of a pack that holds everywhere.
NATIONWIDE = "全国"
KINDS_OF_PACK = ("guide", "plan", "recognition")
_MAY = ("supersedes", "parameters", "kind", "parents")
_NEEDED = ("id", "title", "issuer", "region", "year", "in_force", "source")


def _is_plain(id: str) -> bool:
    """Whether an id names a folder beside the pack, and none elsewhere."""
    return id == Path(id).name and id not in ("", "..")


class _PackReader:
    def __init__(self, folder: Path, vocabulary: Vocabulary, *, cases: bool = True) -> None:
        self.folder = folder
        self.with_cases = cases
        self.vocabulary = vocabulary
        self.problems: list[Problem] = []
        self.digest = hashlib.sha256()
        self.id = ""
        self.indexes: tuple[Index, ...] = ()
        self.known_procedures: set[str] = set()
        self.tops: dict[str, tuple[Reader, dict[str, Node]]] = {}

    def read(self) -> Loaded:
        reader, fields = self.top("pack.yaml", _NEEDED, _MAY)
        self.id = reader.identifier(fields.get("id"))
        if self.id and self.id != self.folder.resolve().name:
            reader.note(mistakes.WRONG_FILE_NAME, fields["id"], name=f"{self.id}/")
        directions = self.listed("directions.yaml", "directions", self.direction)
        readings = self.readings()
        context = self.context(reader, fields, directions, readings)
        schemes = self.schemes(context)
        plan = PlanReader(Words.of((fact.word for fact in self.vocabulary.facts.values()), context.nodes))
        units = self.listed("tasks.yaml", "units", plan.unit, ("tasks",))
        written = reader.items(fields.get("parents"))
        parents = tuple(parent for item in written if _is_plain(parent := reader.identifier(item)))
        pack = Pack(
            id=self.id, title=reader.bilingual(fields.get("title")), issuer=reader.bilingual(fields.get("issuer")),
            kind=reader.one_of(fields.get("kind"), KINDS_OF_PACK, "guide"), parents=parents,
            region=self.region(reader, fields.get("region")), year=reader.whole(fields.get("year")),
            in_force=self.in_force(reader, fields.get("in_force")), supersedes=reader.text(fields.get("supersedes"), "none"),
            source=self.source(reader, fields.get("source")), parameters=context.shared,
            clauses=self.listed("outline.yaml", "clauses", self.clause), directions=directions, readings=readings,
            rulesets=tuple(context.rulesets.values()), indexes=self.indexes, procedures=self.procedures(reader, fields, parents),
            schemes=schemes, units=units, tasks=self.listed("tasks.yaml", "tasks", plan.task, ("units",)),
            indicators=self.listed("indicators.yaml", "indicators", plan.indicator, ("history",)),
            history=self.listed("indicators.yaml", "history", plan.history, ("indicators",)),
            instruments=self.listed("instruments.yaml", "instruments", plan.instrument),
            provisions=self.listed("provisions.yaml", "provisions", plan.provision),
            registers=self.listed("registers.yaml", "registers", plan.register_kind),
            cases=self.cases(schemes, readings), digest=self.digest.hexdigest(),
        )  # fmt: skip
        self.resolve(pack, context.used_readings)
        return Loaded(pack, tuple(self.problems), self.folder)

    # -- files -------------------------------------------------------------------------------------

    def node(self, path: Path) -> Node | None:
        """The YAML of a file, counted into the digest; `None` when it cannot be read (which is noted)."""
        try:
            return load_yaml(self.counted(path), str(path))
        except BadInput as bad:
            Reader(str(path), self.problems).take(bad.problems, 0)
            return None

    def counted(self, path: Path) -> str:
        """The text of a file, counted into the digest. Raises `BadInput`."""
        text = read_text(path)
        self.digest.update(str(path.relative_to(self.folder)).encode() + b"\0" + text.encode("utf-8", "replace"))
        return text

    def top(self, name: str, needs: tuple[str, ...], may: tuple[str, ...] = ()) -> tuple[Reader, dict[str, Node]]:
        reader, node = Reader(str(self.folder / name), self.problems), self.node(self.folder / name)
        return reader, reader.fields(node, needs=needs, may=may) if node is not None else {}

    def listed(self, name: str, key: str, make: Callable[[Reader, Node], Made], others: tuple[str, ...] = ()) -> tuple[Made, ...]:
        """The entries under `key` of a file that a pack may leave out; `others` are the keys beside it."""
        if not (self.folder / name).exists():
            return ()
        if name not in self.tops:
            self.tops[name] = self.top(name, () if others else (key,), (key, *others))
        reader, fields = self.tops[name]
        return tuple(make(reader, item) for item in reader.items(fields.get(key)))

    def each_file(self, folder: str) -> Iterator[tuple[Path, Reader, Node]]:
        """The YAML files of a folder, in the order of their names."""
        for path in sorted((self.folder / folder).glob("*.yaml")):
            if (node := self.node(path)) is not None:
                yield path, Reader(str(path), self.problems), node

    def named(self, path: Path, reader: Reader, node: Node, id: str) -> None:
        """Note a file that is not named after its id."""
        if id and id != path.stem:
            reader.note(mistakes.WRONG_FILE_NAME, node, name=f"{id}.yaml")

    # -- sections ----------------------------------------------------------------------------------

    def clause(self, reader: Reader, node: Node) -> Clause:
        fields = reader.fields(node, needs=("path", "gist"), may=("rules", "informational", "left"))
        rules = {rule: reader.one_of(check, CHECKS, "J") for rule, check in reader.entries(fields.get("rules")).items()}
        left = {rule: reader.bilingual(why) for rule, why in reader.entries(fields.get("left")).items()}
        why = reader.bilingual(fields["informational"]) if "informational" in fields else None
        return Clause(
            path=reader.text(fields.get("path")), gist=reader.bilingual(fields.get("gist")), rules=rules,
            informational=why, left=left, line=node.line,
        )  # fmt: skip

    def direction(self, reader: Reader, node: Node) -> Direction:
        fields = reader.fields(node, needs=("id", "clause", "name"), may=("topics", "children", "rules"))
        id = reader.text(fields.get("id"))
        children = tuple(self.direction(reader, child) for child in reader.items(fields.get("children")))
        for child in children:
            if not child.id.startswith(f"{id}."):  # “属于” looks at the ids alone
                reader.note(mistakes.MISPLACED_DIRECTION, child.line, id=child.id, parent=id)
        return Direction(
            **reader.cites(node, fields), id=id, name=reader.bilingual(fields.get("name")),
            topics=reader.bilingual(fields.get("topics")),
            children=children,
        )  # fmt: skip

    def reading(self, reader: Reader, node: Node) -> Reading:
        needs = ("id", "clauses", "question", "alternatives", "default")
        fields = reader.fields(node, needs=needs, may=("note", "recorded"))
        alternatives = {name: reader.bilingual(text) for name, text in reader.entries(fields.get("alternatives")).items()}
        return Reading(
            id=reader.text(fields.get("id")), clauses=reader.texts(fields.get("clauses")),
            question=reader.bilingual(fields.get("question")), alternatives=alternatives,
            default=reader.one_of(fields.get("default"), alternatives), note=reader.bilingual(fields.get("note")),
            recorded=reader.flag(fields.get("recorded")), line=node.line,
        )  # fmt: skip

    def readings(self) -> dict[str, Reading]:
        listed = self.listed("readings.yaml", "readings", self.reading)
        notes = Reader(str(self.folder / "readings.yaml"), self.problems)
        return notes.unique(listed, lambda reading: reading.id, lambda reading: reading.line)

    def context(
        self, top: Reader, fields: dict[str, Node], directions: tuple[Direction, ...], readings: dict[str, Reading]
    ) -> Context:
        """What the schemes may name: pack-wide parameters first, then indexes, then rule sets that use both."""
        nodes = [direction.id for root in directions for direction in root.walk()]
        context = Context(self.vocabulary, readings, nodes)
        pack_wide = SchemeReader(top, context)
        context.shared = tuple(pack_wide.parameter(node, self.id) for node in top.items(fields.get("parameters")))
        facts = [*(fact.word for fact in self.vocabulary.facts.values()), *(each.word for each in context.shared)]
        indexes = []
        for path, reader, node in self.each_file("indexes"):
            index = ScoreReader(reader, Words.of(facts, nodes)).index(node, self.id)
            self.named(path, reader, node, index.id)
            indexes.append(index)
        self.indexes = tuple(indexes)
        context.indexes = tuple(index.word for index in indexes)
        for path, reader, node in self.each_file("rulesets"):
            ruleset = SchemeReader(reader, context).ruleset(node)
            self.named(path, reader, node, ruleset.id)
            context.rulesets[ruleset.id] = ruleset
        return context

    def schemes(self, context: Context) -> tuple[Scheme, ...]:
        schemes = []
        for path, reader, node in self.each_file("schemes"):
            scheme = SchemeReader(reader, context).scheme(node)
            self.named(path, reader, node, scheme.id)
            schemes.append(scheme)
        return tuple(sorted(schemes, key=lambda scheme: scheme.code))

    def procedures(self, top: Reader, fields: dict[str, Node], parents: tuple[str, ...]) -> tuple[Procedure, ...]:
        """The pack's procedures; they may extend the shipped ones, those of parents, and one another in order of name."""
        shared = {f"procedures/{procedure.id}": procedure for procedure in shared_procedures()}
        known = dict(shared)
        for parent in parents:
            folder = shipped_packs().get(parent) or self.folder.parent / parent
            if not (folder / "pack.yaml").is_file():
                top.note(mistakes.UNKNOWN_PACK, fields["parents"], word=parent, hint=top.near(parent, shipped_packs()))
                continue
            known |= {f"{parent}/{procedure.id}": procedure for procedure in read_procedures(folder, shared, [])}
        own = read_procedures(self.folder, known, self.problems, self.node)
        self.known_procedures = {*known, *(procedure.id for procedure in own)}
        return tuple(own)

    def cases(self, schemes: tuple[Scheme, ...], readings: dict[str, Reading]) -> tuple[WorkedCase, ...]:
        case_reader = CaseReader(self.vocabulary, schemes, readings)
        if not self.with_cases:
            for path in sorted((self.folder / "cases").glob("*.yaml")):
                self.counted(path)  # the digest is of the whole pack
            return ()
        for _, reader, node in self.each_file("cases"):
            case_reader.take(reader, node)
        return case_reader.cases()

    def region(self, reader: Reader, node: Node | None) -> str:
        word = reader.word(node)
        if word == NATIONWIDE:
            return ""
        region = find_region(word) if word is not None else None
        if node is not None and word is not None and region is None:
            reader.note(mistakes.NOT_ONE_OF, node, word=word, choices="GB/T 2260")
        return region.code if region else ""

    def in_force(self, reader: Reader, node: Node | None) -> tuple[date, date]:
        if node is None:
            return _FIRST, _LAST
        fields = reader.fields(node, needs=("from",), may=("to",))
        begin, end = reader.day(fields.get("from")) or _FIRST, reader.day(fields.get("to")) or _LAST
        if begin > end:
            reader.note(mistakes.BAD_IN_FORCE, node)
        return begin, end

    def source(self, reader: Reader, node: Node | None) -> Source:
        if node is None:
            return Source(title="", year=0, sha256="")
        fields = reader.fields(node, needs=("title", "year", "sha256"))
        return Source(
            title=reader.text(fields.get("title")), year=reader.whole(fields.get("year")),
            sha256=reader.text(fields.get("sha256")),
        )  # fmt: skip

    # -- what points where -------------------------------------------------------------------------

    def resolve(self, pack: Pack, used_readings: set[str]) -> None:
        """Every id unique; every clause, rule and reading that is named exists; every reading is used or recorded."""
        outline = Reader(str(self.folder / "outline.yaml"), self.problems)
        clauses = outline.unique(pack.clauses, lambda clause: clause.path, lambda clause: clause.line)
        rules = outline.unique(
            ((rule, clause.line) for clause in pack.clauses for rule in clause.rules), lambda each: each[0], lambda each: each[1]
        )
        tree_of = Reader(str(self.folder / "directions.yaml"), self.problems)
        tree_of.unique((each for root in pack.directions for each in root.walk()), lambda each: each.id, lambda each: each.line)
        for item in pack.items():
            place = Reader(item.file, self.problems)
            for path in item.clauses:
                if path not in clauses:
                    place.note(mistakes.UNKNOWN_CLAUSE, item.line, clause=path, hint=place.near(path, clauses))
            for rule in item.rules:
                if rule not in rules:
                    place.note(mistakes.UNKNOWN_RULE, item.line, rule=rule, hint=place.near(rule, rules))
        self.resolve_names(pack)
        readings = Reader(str(self.folder / "readings.yaml"), self.problems)
        for reading in pack.readings.values():
            if not reading.recorded and reading.id not in used_readings:
                readings.note(mistakes.UNUSED_READING, reading.line, reading=reading.id)
            for path in reading.clauses:
                if path not in clauses:
                    hint = readings.near(path, clauses)
                    readings.note(mistakes.UNKNOWN_CLAUSE, reading.line, clause=path, hint=hint)

    def resolve_names(self, pack: Pack) -> None:
        """Every procedure, indicator and linked thing that is named exists: here, or as `pack/id` in a pack that ships."""
        here = {name for item in pack.items() for name in (getattr(item, "id", ""), getattr(item, "code", "")) if name}
        here |= {rule for clause in pack.clauses for rule in clause.rules}
        named: list[tuple[Item, str, Mistake, set[str]]] = []
        named += [(scheme, scheme.procedure, mistakes.UNKNOWN_PROCEDURE, self.known_procedures) for scheme in pack.schemes]
        named += [(each, each.indicator, mistakes.UNKNOWN_LINK, here) for each in pack.provisions]
        named += [(each, each.part_of, mistakes.UNKNOWN_LINK, here) for each in pack.indicators]
        named += [(each, each.same_as, mistakes.UNKNOWN_LINK, here) for each in pack.indicators]
        named += [(task, link, mistakes.UNKNOWN_LINK, here) for root in pack.tasks for task in root.walk() for link in task.links]
        for item, name, mistake, known in named:
            other = name.partition("/")[0] if "/" in name and mistake is mistakes.UNKNOWN_LINK else ""
            if name and name not in known and not name.startswith(WORKFLOW) and other not in shipped_packs():
                reader = Reader(item.file, self.problems)
                reader.note(mistake, item.line, word=name, hint=reader.near(name, known))


def read_procedures(
    folder: Path, known: dict[str, Procedure], problems: list[Problem], load: Callable[[Path], Node | None] | None = None
) -> list[Procedure]:
    """The procedures in a pack's folder, in order of name; each may extend the ones before it and those in `known`."""
    found: list[Procedure] = []
    known = dict(known)
    for path in sorted((folder / "procedures").glob("*.yaml")):
        node = load(path) if load else _loaded(path, problems)
        if node is None:
            continue
        reader = Reader(str(path), problems)
        procedure = ProcedureReader(reader, known).procedure(node)
        if procedure.id and procedure.id != path.stem:
            reader.note(mistakes.WRONG_FILE_NAME, node, name=f"{procedure.id}.yaml")
        known[procedure.id] = procedure
        found.append(procedure)
    return found


def _loaded(path: Path, problems: list[Problem]) -> Node | None:
    try:
        return load_yaml(read_text(path), str(path))
    except BadInput as bad:
        Reader(str(path), problems).take(bad.problems, 0)
        return None


@cache
def shared_procedures() -> tuple[Procedure, ...]:
    """The procedures that ship with Zhinan for every pack, from `packs/procedures` (`policy.workflow` checks them)."""
    return tuple(read_procedures(Path(str(resources.files("zhinan"))) / "packs", {}, []))
