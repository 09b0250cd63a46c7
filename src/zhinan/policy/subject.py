"""One subject's facts, read from what a person wrote: vocabulary words on the left, quantities as people write them."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from zhinan.language.tree import Value
from zhinan.language.types import Kind, Record, Type
from zhinan.policy import mistakes
from zhinan.policy.reader import Reader
from zhinan.policy.vocabulary import FactWord, Vocabulary
from zhinan.policy.written import NOTHING, UNKNOWN, read_value
from zhinan.policy.yaml_source import Listing, Mapping, Node, Scalar, load_yaml, read_text
from zhinan.values.problem import BadInput, Problem
from zhinan.values.text import Text

_DECLARED = "declared"


@dataclass(frozen=True, slots=True)
class Subject:
    """Known facts by key, each with its source (`declared` unless the subject says otherwise) and day of observation."""

    facts: MappingOf[str, Value]
    sources: MappingOf[str, str] = field(default_factory=dict)
    observed: MappingOf[str, date] = field(default_factory=dict)
    name: str = ""


def read_subject(path: Path, vocabulary: Vocabulary) -> Subject:
    """The subject in a YAML file in UTF-8 or GB18030. Raises `BadInput` with every problem."""
    node = load_yaml(read_text(path), str(path))
    problems: list[Problem] = []
    subject = subject_of(Reader(str(path), problems), node, vocabulary)
    if problems:
        raise BadInput(sorted(problems, key=lambda problem: problem.line))
    return subject


def subject_of(reader: Reader, node: Node, vocabulary: Vocabulary) -> Subject:
    """The subject in a YAML node; problems are noted in the reader."""
    facts: dict[str, Value] = {}
    sources: dict[str, str] = {}
    observed: dict[str, date] = {}
    seen: set[str] = set()
    for fact, given, line in _named(reader, node, vocabulary):
        if fact.key in seen:
            reader.note(mistakes.FACT_TWICE, line, word=fact.word.zh)
            continue
        seen.add(fact.key)
        value_node, source, day = _with_source(reader, given, fact)
        value = _value(reader, value_node, fact, vocabulary)
        if value is not None:
            facts[fact.key] = value
            sources[fact.key] = source
            if day is not None:
                observed[fact.key] = day
    name = facts.get("applicant.name") or facts.get("leader.name") or ""
    return Subject(facts, sources, observed, str(name))


def _named(reader: Reader, node: Node, vocabulary: Vocabulary) -> list[tuple[FactWord, Node, int]]:
    """Each fact that is given, with its value; `申报单位: {从业人数: …}` and `申报单位.从业人数: …` are the same."""
    found: list[tuple[FactWord, Node, int]] = []
    if not isinstance(node, Mapping):
        hint = Text("例如：申报单位: {从业人数: 120人}", "for example: applicant: {staff: 120 people}")
        reader.note(mistakes.WRONG_SHAPE, node, expected=Text("一组“词: 值”", "a map of words to values"), hint=hint)
        return found
    known = [*_roots(vocabulary), *vocabulary.by_name]
    for name, value in node.entries.items():
        line, root = node.key_lines[name], vocabulary.root(name)
        if fact := vocabulary.find(name):
            found.append((fact, value, line))
        elif root is None:
            reader.note(mistakes.UNKNOWN_FACT, line, word=name, hint=reader.near(name, known))
        elif not isinstance(value, Mapping):
            if not (isinstance(value, Scalar) and value.text in UNKNOWN):
                reader.note(
                    mistakes.WRONG_SHAPE, value, expected=Text("一组“词: 值”", "a map of words to values"), hint=Text("", "")
                )
        else:
            found += _under(reader, vocabulary, root, value)
    return found


def _under(reader: Reader, vocabulary: Vocabulary, root: str, node: Mapping) -> list[tuple[FactWord, Node, int]]:
    found, label = [], vocabulary.roots[root]
    facts = [fact for fact in vocabulary.facts.values() if fact.key.startswith(root + ".")]
    known = [name for fact in facts for name in (fact.label.zh, fact.key.partition(".")[2])]
    for name, value in node.entries.items():
        line = node.key_lines[name]
        fact = vocabulary.find(f"{label.zh}.{name}") or vocabulary.find(f"{root}.{name}")
        if fact is None:
            reader.note(mistakes.UNKNOWN_FACT, line, word=f"{label.zh}.{name}", hint=reader.near(name, known))
        else:
            found.append((fact, value, line))
    return found


def _roots(vocabulary: Vocabulary) -> list[str]:
    return [name for key, label in vocabulary.roots.items() for name in (label.zh, key)]


def _with_source(reader: Reader, node: Node, fact: FactWord) -> tuple[Node, str, date | None]:
    """The value, where it is from and when it was seen; `{value: …, source: …, on: …}` is the long form."""
    if not isinstance(node, Mapping) or (fact.word.type.kind is Kind.RECORDS and "value" not in node.entries):
        return node, _DECLARED, None
    fields = reader.fields(node, needs=("value",), may=("source", "on"))
    return fields.get("value", Scalar("", node.line)), reader.text(fields.get("source"), _DECLARED), reader.day(fields.get("on"))


def _value(reader: Reader, node: Node, fact: FactWord, vocabulary: Vocabulary) -> Value:
    if fact.word.type.kind is Kind.RECORDS:
        return _records(reader, node, fact, vocabulary)
    return _read(reader, node, fact.word.type, fact.label, fact.code)


def _records(reader: Reader, node: Node, fact: FactWord, vocabulary: Vocabulary) -> Value:
    record = fact.word.type.record
    if isinstance(node, Scalar):
        if node.text.strip() in NOTHING:
            return ()
        if node.text.strip() in UNKNOWN:
            return None
    if record is None or not isinstance(node, Listing):
        hint = Text("没有记录就写“无”", "write none if there are no records")
        reader.note(
            mistakes.WRONG_SHAPE, node, expected=Text(f"“{fact.label.zh}”的列表", f"a list of {fact.label.en}"), hint=hint
        )
        return None
    return tuple(_record(reader, item, record, fact.label, vocabulary) for item in node.items)


def _record(reader: Reader, node: Node, record: Record, label: Text, vocabulary: Vocabulary) -> dict[str, Value]:
    """One record of a list; a field that is not given, or unknown, is left out."""
    columns = {name: column for column in record.fields for name in (column.key, column.zh)}
    values: dict[str, Value] = {}
    for name, given in reader.entries(node).items():
        line = node.key_lines[name] if isinstance(node, Mapping) else node.line
        column = columns.get(name)
        if column is None:
            reader.note(mistakes.UNKNOWN_FACT, line, word=f"{label.zh}.{name}", hint=reader.near(name, columns))
        elif column.key in values:
            reader.note(mistakes.FACT_TWICE, line, word=f"{label.zh}.{column.zh}")
        else:
            code = vocabulary.field_codes.get((record.key, column.key), "")
            values[column.key] = _read(reader, given, column.type, Text(column.zh, column.en), code)
    return {key: value for key, value in values.items() if value is not None}


def _read(reader: Reader, node: Node, type: Type, label: Text, code: str = "") -> Value:
    if isinstance(node, Listing) and type.kind is Kind.SET:
        return _members(reader, node, type, label)
    if not isinstance(node, Scalar):
        reader.note(mistakes.WRONG_SHAPE, node, expected=type.name, hint=Text("", ""))
        return None
    try:
        return read_value(node.text, type, label=label, code=code)
    except BadInput as bad:
        reader.take(bad.problems, node)
        return None


def _members(reader: Reader, node: Listing, type: Type, label: Text) -> Value:
    """A set written as a list; unknown when one of its items is."""
    parts = [_read(reader, item, type, label) for item in node.items]
    known = [part for part in parts if isinstance(part, frozenset)]
    return frozenset(key for part in known for key in part) if len(known) == len(parts) else None
