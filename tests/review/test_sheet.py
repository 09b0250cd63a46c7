"""Sheets: what is shipped is sound, what is filled in is read exactly or told field by field, totals are worked by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.review.making import criterion, sheet, told
from zhinan.review.sheet import (
    EVALUATION_CLASSES,
    Filled,
    check_filled,
    half_up,
    problems_of_form,
    read_filled,
    sheet_from_json,
    sheet_from_yaml,
    shipped_sheets,
    total,
)
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

WELL = {"a": "8.5", "b": "３０", "c": " 6 分", "comment": "思路清楚，\n数据不足。", "verdict": "recommend"}


def test_every_class_has_its_sheet_and_every_weight_is_marked_as_a_default() -> None:
    shipped = shipped_sheets()

    assert [each.evaluation_class for each in shipped] == list(EVALUATION_CLASSES)
    assert all(each.is_default and 5 <= len(each.criteria) <= 6 and problems_of_form(each) == [] for each in shipped)
    assert [sum(one.most for one in each.criteria) for each in shipped] == [100] * len(shipped)


@pytest.mark.parametrize("each", [*shipped_sheets(), sheet()], ids=lambda each: each.key)
def test_a_sheet_is_read_back_as_it_was_stored(each) -> None:
    assert sheet_from_json(each.to_json()) == each


def test_the_best_points_of_a_shipped_sheet_make_a_hundred_and_none_make_nothing() -> None:
    for each in shipped_sheets():
        assert total(each, {one.key: one.most for one in each.criteria}) == 100
        assert total(each, {one.key: Decimal(0) for one in each.criteria}) == 0


def test_a_sheet_filled_in_well_is_read_whole() -> None:
    expected = Filled(
        {"a": Decimal("8.5"), "b": Decimal(30), "c": Decimal(6)}, comment="思路清楚，\n数据不足。", verdict="recommend"
    )

    assert check_filled(sheet(), WELL) == {}
    assert read_filled(sheet(), WELL) == expected


def test_a_total_is_exact_until_it_is_rounded() -> None:
    # 50 × 8.5/10 + 30 × 30/30 + 20 × 6/7 = 42.5 + 30 + 17.142857… = 89.642857…
    assert str(total(sheet(), read_filled(sheet(), WELL).points)) == "89.643"


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("a", "", ("points-missing", "“指标a”还没有打分", "“criterion a” has no points yet", "填 0 到 10 的分数", "write points from 0 to 10")),
        ("a", "10.5", ("points-above-most", "“指标a”打了 10.5 分，满分是 10 分", "“criterion a” got 10.5 points; the most is 10", "填 0 到 10 的分数", "write points from 0 to 10")),
        ("a", "8.3", ("points-between-steps", "“指标a”打了 8.3 分；分数以 0.5 为间隔", "“criterion a” got 8.3 points; points go in steps of 0.5", "改为 8 或 8.5", "make it 8 or 8.5")),
        ("a", "-1", ("points-unreadable", "“指标a”写成“-1”，读不出分数", "“-1” for “criterion a” cannot be read as points", "只写数字，例如 10", "write a number only, for example 10")),
        ("comment", "太 短", ("comment-short", "评语 2 字，至少 5 字", "the comment has 2 characters; at least 5 are asked", "写明优点、不足和打分的理由；申报人会看到", "say what is strong, what is weak and why the points; the applicant will read it")),
        ("comment", "长" * 5001, ("comment-long", "评语 5001 字，最多 5000 字", "the comment has 5001 characters; at most 5000 are kept", "删去次要的话", "leave out what matters less")),
        ("verdict", "", ("verdict-missing", "没有选总体意见", "no overall opinion is chosen", "选一项：建议立项、建议修改完善后立项、不建议立项", "choose one: recommend, recommend with changes, do not recommend")),
        ("verdict", "好", ("verdict-unknown", "没有“好”这一总体意见", "there is no overall opinion “好”", "选一项：建议立项、建议修改完善后立项、不建议立项", "choose one: recommend, recommend with changes, do not recommend")),
        ("d", "5", ("no-such-field-of-sheet", "评分表没有“d”这一项", "the sheet has no field “d”", "刷新页面；评分表可能换过", "reload the page; perhaps the sheet has been changed")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_field(field: str, text: str, expected: tuple[str, ...]) -> None:
    found = check_filled(sheet(), {**WELL, field: text})

    assert {key: [told(each) for each in problems] for key, problems in found.items()} == {field: [expected]}


@pytest.mark.parametrize("text", ["nan", "inf", "1e1", "0x8", "８_5", "八", "8,5", "8.", ".5", "+8", "8 8", "9" * 5000, "\0"])
def test_strange_points_are_refused_and_never_crash(text: str) -> None:
    assert [each.code for each in check_filled(sheet(), {**WELL, "a": text})["a"]] == ["points-unreadable"]


def test_every_field_that_is_wrong_is_told_at_once_and_names_itself() -> None:
    with pytest.raises(BadInput) as bad:
        read_filled(sheet(), {"b": "31"})

    assert [(each.file, each.code) for each in bad.value.problems] == [
        ("a", "points-missing"), ("b", "points-above-most"), ("c", "points-missing"),
        ("comment", "comment-short"), ("verdict", "verdict-missing"),
    ]  # fmt: skip


def test_a_sheet_without_an_opinion_does_not_ask_for_one() -> None:
    assert read_filled(sheet(asks_verdict=False), {**WELL, "verdict": "whatever"}).verdict == ""


@given(st.dictionaries(st.sampled_from(["a", "b", "c", "comment", "verdict", "x"]), st.text()))
def test_whatever_is_typed_is_read_or_told(texts: dict[str, str]) -> None:
    problems = check_filled(sheet(), texts)

    if problems:
        with pytest.raises(BadInput):
            read_filled(sheet(), texts)
    else:
        assert 0 <= total(sheet(), read_filled(sheet(), texts).points) <= 100


@given(st.tuples(*(st.integers(0, most) for most in (20, 60, 14))), st.data())
def test_more_points_never_lower_a_total(halves: tuple[int, int, int], data: st.DataObject) -> None:
    points = {key: Decimal(half) / 2 for key, half in zip("abc", halves, strict=True)}
    key = data.draw(st.sampled_from("abc"))
    most = {each.key: each.most for each in sheet().criteria}[key]

    assert total(sheet(), {**points, key: most}) >= total(sheet(), points)


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({"criteria": ()}, ["no-criteria"]),
        ({"evaluation_class": "other"}, ["class-unknown"]),
        ({"name": Text("试用表", "")}, ["name-empty"]),
        ({"step": Decimal(0)}, ["step-not-positive"]),
        ({"comment_least": 6000}, ["comment-least-off"]),
        ({"criteria": (criterion("a", "60", "10"), criterion("a", "40", "10"))}, ["criterion-twice"]),
        ({"criteria": (criterion("comment", "100", "10"),)}, ["criterion-key"]),
        ({"criteria": (criterion("A b", "100", "10"),)}, ["criterion-key"]),
        ({"criteria": (criterion("a", "110", "10"), criterion("b", "-10", "10"))}, ["weight-not-positive"]),
        ({"criteria": (criterion("a", "99.9", "10"),)}, ["weights-off"]),
        ({"criteria": (criterion("a", "100", "0"),)}, ["most-not-positive"]),
        ({"criteria": (criterion("a", "100", "10.2"),)}, ["most-between-steps"]),
    ],
)
def test_a_form_nobody_could_score_with_is_told(changed: dict[str, object], codes: list[str]) -> None:
    spoilt = sheet(**changed)

    assert [each.code for each in problems_of_form(spoilt)] == codes
    with pytest.raises(BadInput):
        sheet_from_json(spoilt.to_json())


def test_weights_that_do_not_add_up_say_by_how_much() -> None:
    [problem] = problems_of_form(sheet(criteria=(criterion("a", "99.90", "10"),)))

    assert told(problem) == (
        "weights-off", "各项权重相加是 99.9%，不是 100%", "the weights add up to 99.9%, not to 100%",
        "调整权重，使之相加为 100%", "change them so that they add up to 100%",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"step": "half"}, [("setting-wrong", '“step”写成“half”，应是写成文字的小数，例如 "12.5"')]),
        ({"colour": "red"}, [("setting-unknown", "没有“colour”这一项")]),
        ({"criteria": "none"}, [("setting-wrong", "“criteria”写成“none”，应是一个列表")]),
        ({"criteria": [7]}, [("setting-wrong", "“criteria[1]”写成“7”，应是一组键和值")]),
        ({"asks_verdict": 1}, [("setting-wrong", "“asks_verdict”写成“1”，应是true 或 false")]),
        ({"comment_least": -1}, [("setting-wrong", "“comment_least”写成“-1”，应是0 到 5000 的整数")]),
    ],
)
def test_stored_sheets_are_read_with_every_shape_checked(change: dict[str, object], expected: list[tuple[str, str]]) -> None:
    with pytest.raises(BadInput) as bad:
        sheet_from_json({**sheet().to_json(), **change})

    assert [(each.code, each.message.zh) for each in bad.value.problems] == expected


@pytest.mark.parametrize("value", [None, [], 3, "x", {}])
def test_what_is_no_sheet_is_refused(value: object) -> None:
    with pytest.raises(BadInput):
        sheet_from_json(value)


YAML = """
sheet: trial
name: {zh: 试用表, en: trial}
class: soft-science
weights: default
step: 0.5
comment_least: 10
asks_verdict: true
criteria:
  - {key: a, name: {zh: 甲, en: A}, weight: 60%, most: 10, says: {zh: 看, en: look}}
  - {key: b, name: {zh: 乙, en: B}, weight: 40, most: 5, says: {zh: 看, en: look}}
"""


def test_a_file_is_read_with_weights_written_either_way() -> None:
    read = sheet_from_yaml(YAML, "trial.yaml")

    assert [(each.key, str(each.weight), str(each.most)) for each in read.criteria] == [("a", "60", "10"), ("b", "40", "5")]
    assert read == replace(sheet_from_json(read.to_json()), is_default=True)


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ("weights: default", "weights: guessed", [(5, "not-one-of")]),
        ("weight: 40", "weight: 41", [(2, "weights-off")]),
        ("weight: 40", "weight: many", [(11, "bad-quantity")]),
        ("step: 0.5", "", [(2, "missing-key")]),
        ("class: soft-science", "class: hard-science", [(4, "not-one-of")]),
    ],
)
def test_a_file_that_is_wrong_is_told_with_its_line(was: str, now: str, expected: list[tuple[int, str]]) -> None:
    with pytest.raises(BadInput) as bad:
        sheet_from_yaml(YAML.replace(was, now), "trial.yaml")

    assert [(each.line, each.code) for each in bad.value.problems] == expected
    assert {each.file for each in bad.value.problems} == {"trial.yaml"}


@given(st.fractions(min_value=-1000, max_value=1000), st.integers(0, 6))
def test_rounding_moves_by_half_a_step_at_most_and_halves_go_outwards(value: Fraction, decimals: int) -> None:
    rounded = Fraction(half_up(value, decimals))

    assert abs(rounded - value) <= Fraction(1, 2 * 10**decimals)
    if abs(rounded - value) == Fraction(1, 2 * 10**decimals):
        assert abs(rounded) > abs(value)
