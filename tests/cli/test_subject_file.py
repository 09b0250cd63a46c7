"""A subject written out reads back to the same facts, and a file is written whole or not at all."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhinan.cli.subject_file import subject_text
from zhinan.language.tree import Value
from zhinan.language.types import Kind, Type
from zhinan.policy.subject import Subject, read_subject
from zhinan.policy.vocabulary import base_vocabulary
from zhinan.policy.written import UNKNOWN
from zhinan.values.text import Lang

_TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufeff\ufffe\uffff"), min_size=1
)


def values(of: Type, code: str = "") -> st.SearchStrategy[Value]:
    """Values a person could have written for a fact of this type."""
    whole = st.integers(0, 10**12)
    match of.kind:
        case Kind.BOOL:
            return st.booleans()
        case Kind.MONEY | Kind.COUNT:
            return whole
        case Kind.NUMBER:
            return st.integers(0, 10**6).map(lambda n: Fraction(n, 10_000)).map(_plain)
        case Kind.DURATION:
            return st.integers(0, 600).map(lambda n: _plain(Fraction(n, 12) if of.unit == "年" else Fraction(n)))
        case Kind.DATE:
            return st.dates(date(1900, 1, 1), date(2999, 12, 31))
        case Kind.CHOICE:
            return st.sampled_from([member.key for member in of.choice.members]) if of.choice else st.nothing()
        case Kind.SET:
            return st.frozensets(st.sampled_from([member.key for member in of.choice.members])) if of.choice else st.nothing()
        case Kind.REGION:
            return st.sampled_from(["640000", "640100", "640104", "620000"])
        case Kind.RECORDS:
            assert of.record
            fields = {
                field.key: st.none() | values(field.type, "uscc" if "code" in field.key else "") for field in of.record.fields
            }
            return st.lists(st.fixed_dictionaries(fields).map(_known), max_size=3).map(tuple)
        case _:
            if code:
                return st.just("91640100MA7X00001X")
            return _TEXTS.map(lambda text: " ".join(text.split())).filter(lambda text: text and text not in UNKNOWN)


def _plain(value: Fraction) -> int | Fraction:
    return value.numerator if value.denominator == 1 else value


def _known(record: dict[str, Value]) -> dict[str, Value]:
    return {key: value for key, value in record.items() if value is not None}


FACTS = sorted(base_vocabulary().facts)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(data=st.data(), keys=st.lists(st.sampled_from(FACTS), unique=True, max_size=8), lang=st.sampled_from(["zh", "en"]))
def test_what_is_written_reads_back(tmp_path: Path, data: st.DataObject, keys: list[str], lang: Lang) -> None:
    vocabulary = base_vocabulary()
    facts = {key: data.draw(values(vocabulary.facts[key].word.type, vocabulary.facts[key].code), label=key) for key in keys}
    subject = Subject(facts, dict.fromkeys(facts, "declared"), {})
    path = tmp_path / "subject.yaml"

    path.write_text(subject_text(subject, vocabulary, lang) or "申报单位: 未知\n", encoding="utf-8")

    assert dict(read_subject(path, vocabulary).facts) == facts


def test_sources_and_days_are_kept(tmp_path: Path) -> None:
    key = "applicant.staff"
    subject = Subject({key: 12}, {key: "审计报告: 第3页"}, {key: date(2026, 1, 2)})

    path = tmp_path / "subject.yaml"
    path.write_text(subject_text(subject, base_vocabulary()), encoding="utf-8")

    assert read_subject(path, base_vocabulary()) == subject
