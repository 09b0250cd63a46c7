"""One subject's facts, read from what a person wrote: vocabulary words on the left, quantities as people write them."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from zhinan.language.tree import Value
from zhinan.language.types import Kind, Type
from zhinan.policy import mistakes
from zhinan.policy.nearest import near
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
        raise BadInput(problems)
    return subject


def subject_of(reader: Reader, node: Node, vocabulary: Vocabulary) -> Subject:
    """The subject in a YAML node; problems are noted in the reader."""
    facts: dict[str, Value] = {}
    sources: dict[str, str] = {}
    observed: dict[str, date] = {}
    for fact, given, line in _named(reader, node, vocabulary):
        if fact.key in facts:
            reader.note(mistakes.FACT_TWICE, line, word=fact.word.zh)
            continue
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
    for name, value in node.entries.items():
        line, root = node.key_lines[name], vocabulary.root(name)
        if fact := vocabulary.find(name):
            found.append((fact, value, line))
        elif root is None:
            reader.note(mistakes.UNKNOWN_FACT, line, word=name, hint=near(name, [*_roots(vocabulary), *vocabulary.by_name]))
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
    for name, value in node.entries.items():
        line = node.key_lines[name]
        fact = vocabulary.find(f"{label.zh}.{name}") or vocabulary.find(f"{root}.{name}")
        if fact is None:
            known = [
                n
                for f in vocabulary.facts.values()
                if f.key.startswith(root + ".")
                for n in (f.label.zh, f.key.partition(".")[2])
            ]
            reader.note(mistakes.UNKNOWN_FACT, line, word=f"{label.zh}.{name}", hint=near(name, known))
        else:
            found.append((fact, value, line))
    return found


def _roots(vocabulary: Vocabulary) -> list[str]:
    return [name for key, label in vocabulary.roots.items() for name in (label.zh, key)]


def _with_source(reader: Reader, node: Node, fact: FactWord) -> tuple[Node, str, date | None]:
    """The value, where it is from and when it was seen; `{value: …, source: …, on: …}` is the long form."""
    if fact.word.type.kind is Kind.RECORDS or not isinstance(node, Mapping):
        return node, _DECLARED, None
    fields = reader.fields(node, needs=("value",), may=("source", "on"))
    return fields.get("value", Scalar("", node.line)), reader.text(fields.get("source"), _DECLARED), reader.day(fields.get("on"))


def _value(reader: Reader, node: Node, fact: FactWord, vocabulary: Vocabulary) -> Value:
    kind = fact.word.type.kind
    if kind is Kind.RECORDS:
        return _records(reader, node, fact, vocabulary)
    if kind is Kind.SET and isinstance(node, Listing):
        keys = [_read(reader, item, fact.word.type, fact.label, fact.code) for item in node.items]
        return frozenset(key for each in keys if isinstance(each, frozenset) for key in each)
    return _read(reader, node, fact.word.type, fact.label, fact.code)


def _records(reader: Reader, node: Node, fact: FactWord, vocabulary: Vocabulary) -> Value:
    record = fact.word.type.record
    if isinstance(node, Scalar):
        if node.text in NOTHING:
            return ()
        if node.text in UNKNOWN:
            return None
    if record is None or not isinstance(node, Listing):
        hint = Text("没有记录就写“无”", "write none if there are no records")
        reader.note(
            mistakes.WRONG_SHAPE, node, expected=Text(f"“{fact.label.zh}”的列表", f"a list of {fact.label.en}"), hint=hint
        )
        return None
    records: list[dict[str, Value]] = []
    for item in node.items:
        values: dict[str, Value] = {}
        for name, value in reader.entries(item).items():
            column = next((f for f in record.fields if name in (f.zh, f.key)), None)
            if column is None:
                known = [n for f in record.fields for n in (f.zh, f.key)]
                reader.note(mistakes.UNKNOWN_FACT, value, word=f"{fact.label.zh}.{name}", hint=near(name, known))
                continue
            values[column.key] = _read(reader, value, column.type, Text(column.zh, column.en))
        records.append(values)
    return tuple(records)


def _read(reader: Reader, node: Node, type: Type, label: Text, code: str = "") -> Value:
    if isinstance(node, Listing) and type.kind is Kind.SET:
        parts = [_read(reader, item, type, label) for item in node.items]
        return frozenset(key for each in parts if isinstance(each, frozenset) for key in each)
    if not isinstance(node, Scalar):
        reader.note(mistakes.WRONG_SHAPE, node, expected=type.name, hint=Text("", ""))
        return None
    try:
        return read_value(node.text, type, label=label, code=code)
    except BadInput as bad:
        reader.problems += [problem.placed(file=reader.file, line=node.line) for problem in bad.problems]
        return None
