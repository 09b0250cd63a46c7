"""Disciplines of GB/T 13745: read however they are written, told by name, compared level by level."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhinan.values.disciplines import Discipline, WrongDiscipline, first_levels, read_discipline, shared_level
from zhinan.values.text import Text

codes = st.from_regex(r"[1-9][0-9]{2}([0-9]{2}){0,2}", fullmatch=True)


@pytest.mark.parametrize(
    ("written", "code"),
    [("460", "460"), (" 460.40 ", "46040"), ("４６０．４０", "46040"), ("460.40.20", "4604020"), ("460.4020", "4604020")],
)
def test_a_code_is_read_however_it_is_written(written: str, code: str) -> None:
    assert read_discipline(written) == Discipline(code)


@pytest.mark.parametrize("written", ["", "46", "4604", "460402", "46040201", "046", "A46", "460-40", "机械工程", "46O"])
def test_what_has_another_shape_is_refused(written: str) -> None:
    with pytest.raises(WrongDiscipline) as refused:
        read_discipline(written)

    assert refused.value.problem.code == "discipline-code"
    assert refused.value.problem.message.zh == f"“{written}”不是学科代码：应为 3、5 或 7 位数字"


@given(codes)
def test_what_the_standard_prints_is_read_again(code: str) -> None:
    assert read_discipline(Discipline(code).dotted) == Discipline(code)


@given(codes, codes)
def test_agreement_is_mutual_and_entire_only_with_itself(one: str, other: str) -> None:
    first, second = Discipline(one), Discipline(other)

    assert shared_level(first, second) == shared_level(second, first) <= min(first.level, second.level)
    assert shared_level(first, first) == first.level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [("4604020", "4604020", 3), ("4604020", "4604010", 2), ("4604020", "460", 1), ("46040", "46050", 1), ("460", "470", 0)],
)
def test_two_disciplines_agree_down_to_a_level(one: str, other: str, level: int) -> None:
    assert shared_level(Discipline(one), Discipline(other)) == level


def test_the_62_first_levels_are_named_in_order() -> None:
    names = first_levels()

    assert len(names) == 62
    assert list(names) == sorted(names)
    assert all(len(code) == 3 and name.zh and name.en for code, name in names.items())
    assert names["535"] == Text("产品应用相关工程与技术", "engineering of product applications")


def test_a_name_that_is_not_held_says_so() -> None:
    assert [Discipline(code).name.zh for code in ("460", "46040", "4604020", "999", "99910")] == [
        "机械工程",
        "460.40（机械工程，二级学科名称未收录）",
        "460.4020（机械工程，三级学科名称未收录）",
        "999（一级学科，名称未收录）",
        "999.10（二级学科，名称未收录）",
    ]
    assert [Discipline(code).is_listed for code in ("46040", "99910")] == [True, False]
