"""From a folder of YAML to a `Pack`: everything read, every reference resolved, all problems at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import TypeVar

from zhinan.language import tree
from zhinan.policy import mistakes
from zhinan.policy.model import (
    Clause,
    Condition,
    Direction,
    Document,
    Item,
    Pack,
    Parameter,
    Preference,
    Reading,
    Scheme,
    Source,
    Variants,
    WorkedCase,
)  # fmt: skip
from zhinan.policy.nearest import near
from zhinan.policy.reader import Reader
from zhinan.policy.schemes import SchemeReader
from zhinan.policy.vocabulary import Vocabulary, base_vocabulary
from zhinan.policy.worked import CaseReader
from zhinan.policy.yaml_source import Node, load_yaml, read_text
from zhinan.values.problem import BadInput, Problem
from zhinan.values.regions import find_region

CHECKS = ("M", "MD", "MJ", "D", "J")
Made = TypeVar("Made")
_FIRST, _LAST = date(1900, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A pack as far as it could be read, with every problem found on the way."""

    pack: Pack
    problems: tuple[Problem, ...]


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


def load_pack(name: str, vocabulary: Vocabulary | None = None) -> Pack:
    """The pack of that id or folder. Raises `BadInput` with every problem in it."""
    loaded = read_pack(find_pack(name), vocabulary or base_vocabulary())
    if loaded.problems:
        raise BadInput(list(loaded.problems))
    return loaded.pack


def read_pack(folder: Path, vocabulary: Vocabulary) -> Loaded:
    """The pack in `folder`, as far as it can be read, with all its problems."""
    return _PackReader(folder, vocabulary).read()


class _PackReader:
    def __init__(self, folder: Path, vocabulary: Vocabulary) -> None:
        self.folder = folder
        self.vocabulary = vocabulary
        self.problems: list[Problem] = []
        self.digest = hashlib.sha256()

    def read(self) -> Loaded:
        reader, fields = self.top(
            "pack.yaml", ("id", "title", "issuer", "region", "year", "in_force", "source"), ("supersedes", "parameters")
        )
        clauses = self.listed("outline.yaml", "clauses", self.clause)
        directions = self.listed("directions.yaml", "directions", self.direction)
        listed = self.listed("readings.yaml", "readings", self.reading)
        notes = Reader(str(self.folder / "readings.yaml"), self.problems)
        readings = notes.unique(listed, lambda reading: reading.id, lambda reading: reading.line)
        parameters, schemes, used = self.schemes(reader, fields, directions, readings)
        id = reader.identifier(fields.get("id"))
        if id and id != self.folder.resolve().name:
            reader.note(mistakes.WRONG_FILE_NAME, fields["id"], id=id)
        year = reader.text(fields.get("year"))
        pack = Pack(
            id=id, title=reader.bilingual(fields.get("title")), issuer=reader.bilingual(fields.get("issuer")),
            region=self.region(reader, fields.get("region")), year=int(year) if year.isdigit() else 0,
            in_force=self.in_force(reader, fields.get("in_force")), supersedes=reader.text(fields.get("supersedes"), "none"),
            source=self.source(reader, fields.get("source")), parameters=parameters, clauses=clauses, directions=directions,
            readings=readings, schemes=schemes, cases=self.cases(schemes, readings), digest=self.digest.hexdigest(),
        )  # fmt: skip
        self.resolve(pack, used)
        return Loaded(pack, tuple(self.problems))

    # -- files -------------------------------------------------------------------------------------

    def node(self, path: Path) -> Node | None:
        """The YAML of a file, counted into the digest; `None` when it cannot be read (which is noted)."""
        try:
            text = read_text(path)
            self.digest.update(str(path.relative_to(self.folder)).encode() + b"\0" + text.encode("utf-8", "replace"))
            return load_yaml(text, str(path))
        except BadInput as bad:
            self.problems += bad.problems
            return None

    def top(self, name: str, needs: tuple[str, ...], may: tuple[str, ...] = ()) -> tuple[Reader, dict[str, Node]]:
        reader, node = Reader(str(self.folder / name), self.problems), self.node(self.folder / name)
        return reader, reader.fields(node, needs=needs, may=may) if node is not None else {}

    def listed(self, name: str, key: str, make: Callable[[Reader, Node], Made]) -> tuple[Made, ...]:
        """The entries under `key` of a file that a pack may leave out."""
        if not (self.folder / name).exists():
            return ()
        reader, fields = self.top(name, (key,))
        return tuple(make(reader, item) for item in reader.items(fields.get(key)))

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
        return Direction(
            clause=reader.text(fields.get("clause")), rules=reader.texts(fields.get("rules")), file=reader.file,
            line=node.line, id=reader.text(fields.get("id")), name=reader.bilingual(fields.get("name")),
            topics=reader.bilingual(fields.get("topics")),
            children=tuple(self.direction(reader, child) for child in reader.items(fields.get("children"))),
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

    def schemes(
        self, top: Reader, fields: dict[str, Node], directions: tuple[Direction, ...], readings: dict[str, Reading]
    ) -> tuple[tuple[Parameter, ...], tuple[Scheme, ...], set[str]]:
        used: set[str] = set()
        ids = [direction.id for root in directions for direction in root.walk()]
        shared = SchemeReader(top, vocabulary=self.vocabulary, readings=readings, nodes=ids, used_readings=used)
        pack_id = top.text(fields.get("id"))
        parameters = tuple(shared.parameter(node, pack_id) for node in top.items(fields.get("parameters")))
        schemes = []
        for path in sorted((self.folder / "schemes").glob("*.yaml")):
            node = self.node(path)
            if node is None:
                continue
            reader = Reader(str(path), self.problems)
            scheme = SchemeReader(
                reader, vocabulary=self.vocabulary, readings=readings, nodes=ids, used_readings=used, shared=parameters
            ).scheme(node)
            if scheme.id != path.stem:
                reader.note(mistakes.WRONG_FILE_NAME, node, id=scheme.id)
            schemes.append(scheme)
        return parameters, tuple(sorted(schemes, key=lambda scheme: scheme.code)), used

    def cases(self, schemes: tuple[Scheme, ...], readings: dict[str, Reading]) -> tuple[WorkedCase, ...]:
        case_reader = CaseReader(self.vocabulary, schemes, readings)
        for path in sorted((self.folder / "cases").glob("*.yaml")):
            if (node := self.node(path)) is not None:
                case_reader.take(Reader(str(path), self.problems), node)
        return case_reader.cases()

    def region(self, reader: Reader, node: Node | None) -> str:
        word = reader.text(node)
        region = find_region(word)
        if node is not None and region is None:
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
        year = reader.text(fields.get("year"))
        return Source(
            title=reader.text(fields.get("title")), year=int(year) if year.isdigit() else 0,
            sha256=reader.text(fields.get("sha256")),
        )  # fmt: skip

    # -- what points where -------------------------------------------------------------------------

    def resolve(self, pack: Pack, used_readings: set[str]) -> None:
        """Every id unique; every clause, rule and reading that is named exists; every reading is used or recorded."""
        outline = Reader(str(self.folder / "outline.yaml"), self.problems)
        clauses = outline.unique(pack.clauses, lambda clause: clause.path, lambda clause: clause.line)
        rules = {rule for clause in pack.clauses for rule in clause.rules}
        for item in pack.items():
            place = Reader(item.file, self.problems)
            for path in cited_clauses(item):
                if path not in clauses:
                    place.note(mistakes.UNKNOWN_CLAUSE, item.line, clause=path, hint=near(path, clauses))
            for rule in item.rules:
                if rule not in rules:
                    place.note(mistakes.UNKNOWN_RULE, item.line, rule=rule, hint=near(rule, rules))
        readings = Reader(str(self.folder / "readings.yaml"), self.problems)
        for reading in pack.readings.values():
            if not reading.recorded and reading.id not in used_readings:
                readings.note(mistakes.UNUSED_READING, reading.line, reading=reading.id)
            for path in reading.clauses:
                if path not in clauses:
                    readings.note(mistakes.UNKNOWN_CLAUSE, reading.line, clause=path, hint=near(path, clauses))


def cited_clauses(item: Item) -> tuple[str, ...]:
    """The clauses an item cites: its own, and those of the leaves of its tree."""
    variants: list[Variants] = []
    if isinstance(item, Condition | Document):
        variants.append(item.requires)
    elif isinstance(item, Preference):
        variants.append(item.whens)
    leaves = [
        node.clause
        for each in variants for typed in each.values() for node in tree.walk(typed) if isinstance(node, tree.Cited)
    ]  # fmt: skip
    return tuple(dict.fromkeys(clause for clause in (item.clause, *leaves) if clause))
