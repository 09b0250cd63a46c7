"""People and units known from registers that do not always agree: when two records mean one."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhinan.assignment.ties import ExpertTies, Kind, Match, Person, Tenure, Tie, Unit, same_person, same_unit
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

units = st.builds(Unit, st.sampled_from(["", "甲厂", "甲 厂", "乙厂"]), st.sampled_from(["", "1", "2"]))
people = st.builds(Person, st.sampled_from(["", "张三", "李四"]), st.sampled_from(["", "k1", "k2"]), units)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (Unit("甲厂", "9164-0000"), Unit("乙厂", "９１６４ ００００"), True),
        (Unit("甲厂", "1"), Unit("甲厂", "2"), False),
        (Unit("甲厂", "1"), Unit("甲厂"), True),
        (Unit("某某（集团）有限公司"), Unit("某某(集团) 有限公司"), True),
        (Unit("某某有限公司"), Unit("某某有限责任公司"), False),
        (Unit(), Unit(), False),
        (Unit(code="1"), Unit("甲厂"), False),
    ],
)
def test_a_unit_is_known_by_its_code_else_by_its_name(one: Unit, other: Unit, is_same: bool) -> None:
    assert same_unit(one, other) is is_same


@pytest.mark.parametrize(
    ("one", "other", "match"),
    [
        (Person("张三", "k1"), Person("章三", "k1"), Match.SAME),
        (Person("张三", "k1", Unit("甲厂")), Person("张三", "k2", Unit("甲厂")), Match.OTHER),
        (Person("张三", "k1", Unit("甲厂")), Person("张 三", unit=Unit("甲厂")), Match.SAME),
        (Person("张三", "k1"), Person("张三"), Match.SUSPECTED),
        (Person("张三", unit=Unit("甲大学")), Person("张三", unit=Unit("甲大学农学院")), Match.SUSPECTED),
        (Person("张三", unit=Unit("甲", "1")), Person("张三", unit=Unit("乙", "2")), Match.OTHER),
        (Person("阿依古丽·买买提", unit=Unit("甲厂")), Person("阿依古丽•买买提", unit=Unit("甲厂")), Match.SAME),
        (Person(), Person(), Match.OTHER),
        (Person("张三"), Person("李四"), Match.OTHER),
    ],
)
def test_a_person_is_known_by_a_key_else_by_name_and_unit(one: Person, other: Person, match: Match) -> None:
    assert same_person(one, other) is match


@given(units, units)
def test_being_one_unit_is_mutual_and_two_that_are_one_are_found_by_one_key(one: Unit, other: Unit) -> None:
    assert same_unit(one, other) == same_unit(other, one)
    assert not same_unit(one, other) or set(one.found_by()) & set(other.found_by())


@given(people, people)
def test_being_one_person_is_mutual_and_two_that_may_be_one_are_found_by_one_key(one: Person, other: Person) -> None:
    assert same_person(one, other) is same_person(other, one)
    assert same_person(one, other) is Match.OTHER or set(one.found_by()) & set(other.found_by())


def test_an_expert_is_known_by_every_unit_they_belonged_to() -> None:
    now, then = Unit("甲厂", "1"), Unit("乙院", "2")
    one = ExpertTies(id="E1", person=Person("张三"), unit=now, past=(Tenure(unit=then, until=date(2020, 1, 1)),))

    assert list(one.selves()) == [Person("张三", unit=now), Person("张三", unit=then)]


def test_what_a_person_is_called_never_shows_the_key() -> None:
    assert Person("张三", "key-1", Unit("甲厂", "1")).called == Text("张三（甲厂）", "张三 (甲厂)")
    assert Person("张三", "key-1").called == Text("张三", "张三")


def test_a_tie_that_cannot_be_is_refused() -> None:
    with pytest.raises(BadInput) as backwards:
        Tie(kind=Kind.KIN, person=Person("张三"), since=date(2026, 1, 2), until=date(2026, 1, 1))
    with pytest.raises(BadInput) as to_nobody:
        Tie(kind=Kind.KIN, person=Person(unit=Unit("甲厂")), note="弟弟")

    assert [each.value.problems[0].code for each in (backwards, to_nobody)] == [
        "tie-ends-before-it-begins",
        "tie-to-nobody",
    ]
