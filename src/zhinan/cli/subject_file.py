"""A subject as the text of a file: words of the vocabulary, quantities as people write them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from zhinan.language.explain import show_value
from zhinan.language.tree import Value
from zhinan.language.types import Choice, Kind, Type
from zhinan.policy.subject import Subject
from zhinan.policy.vocabulary import Vocabulary
from zhinan.values.quantity import MONTHS, YEARS, format_quantity
from zhinan.values.text import Lang

_PLAIN = re.compile(r"[\w一-鿿（）()·%/. -]+")
_NOT_PLAIN = re.compile(r"^[\s\-?]|\s$|: | #")
_SEPARATING = re.compile(r"[、，,;；|/]")


def subject_text(subject: Subject, vocabulary: Vocabulary, lang: Lang = "zh") -> str:
    """The subject as the YAML that `read_subject` reads back to the same facts, sources and days."""
    lines = []
    for root, label in vocabulary.roots.items():
        facts = [fact for key, fact in vocabulary.facts.items() if key.startswith(f"{root}.") and key in subject.facts]
        if facts:
            lines.append(f"{label.zh if lang == 'zh' else root}:")
        for fact in facts:
            name = fact.label.zh if lang == "zh" else fact.key.partition(".")[2]
            lines += _fact(name, fact.key, fact.word.type, subject, lang)
    return "\n".join(lines) + "\n" if lines else ""


def _fact(name: str, key: str, type: Type, subject: Subject, lang: Lang) -> Iterator[str]:
    value = subject.facts[key]
    if type.record is not None and isinstance(value, tuple) and value:
        yield f"  {name}:"
        for record in value:
            assert isinstance(record, Mapping)
            yield from _record(record, type, lang)
        return
    written = _value(value, type, lang)
    source, day = subject.sources.get(key, "declared"), subject.observed.get(key)
    if type.record is None and (source != "declared" or day):
        parts = [f"value: {written}", f"source: {_scalar(source)}", *([f"on: {day}"] if day else [])]
        written = "{" + ", ".join(parts) + "}"
    yield f"  {name}: {written}"


def _record(record: Mapping[str, Value], type: Type, lang: Lang) -> Iterator[str]:
    begin = "    - "
    fields = type.record.fields if type.record else ()
    for field in fields:
        if record.get(field.key) is not None:
            yield f"{begin}{field.zh if lang == 'zh' else field.key}: {_value(record[field.key], field.type, lang)}"
            begin = "      "
    if begin == "    - ":
        yield f"{begin}{{}}"


def _value(value: Value, type: Type, lang: Lang) -> str:
    if isinstance(value, frozenset):
        members = [_member(type.choice, key, lang) for key in sorted(value)]
        return f"[{', '.join(members)}]" if members else ("无" if lang == "zh" else "none")
    if type.record is not None:
        return "无" if lang == "zh" else "none"
    if type.choice is not None and isinstance(value, str):
        return _member(type.choice, value, lang)
    if isinstance(value, Fraction | int) and not isinstance(value, bool):
        return _number(value, type, lang)
    return _scalar(show_value(value, type, lang) if type.kind is not Kind.REGION else str(value))


def _member(choice: Choice | None, key: str, lang: Lang) -> str:
    """A member by its name; by its key where the name would be taken for several."""
    name = choice.by_key(key).name.zh if choice and lang == "zh" else key
    return _scalar(key if _SEPARATING.search(name) else name)


def _number(value: Fraction | int, type: Type, lang: Lang) -> str:
    if type.unit == YEARS and Fraction(value).denominator != 1 and (value * 12) % 1 == 0:
        return format_quantity(value * 12, MONTHS, lang)
    return show_value(value, type, lang)


def _scalar(text: str) -> str:
    """A text as YAML has it: bare where nothing in it could be misread, in quotes otherwise."""
    if _PLAIN.fullmatch(text) and not _NOT_PLAIN.search(text):
        return text
    return json.dumps(text, ensure_ascii=False)
