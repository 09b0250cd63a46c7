"""The ranked list and its ties; the grey band around a line."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhinan.review.ranking import Grey, Standing, grey_band, rank
from zhinan.values.problem import BadInput
from zhinan.values.text import Text


def standing(case: str, official: str | None, *totals: int, **more: object) -> Standing:
    score = None if official is None else Decimal(official)
    return Standing(case=case, official=score, totals=tuple(map(Decimal, totals)), **more)  # type: ignore[arg-type]  # as given


LIST = [
    standing("out", None),
    standing("d", "70", 60, 70, 80),
    standing("c", "80", 80, 80, 80),
    standing("b", "80", 70, 80, 90),
    standing("a", "80", 70, 80, 90, preferences=1),
    standing("e", "70", 60, 70, 80),
    standing("f", "60.5"),
]


def test_equal_scores_are_told_apart_by_the_stated_rules_and_those_left_share_a_place() -> None:
    ranked = rank(LIST, ("preferences", "smaller-spread"))

    assert [(each.case, each.place, each.shared_with, each.decided_by) for each in ranked] == [
        ("a", 1, (), Text("3 项同分：优先支持因素多的在前", "3 have this score: more priority factors first")),
        ("c", 2, (), Text("3 项同分：专家分歧小的在前", "3 have this score: the smaller spread first")),
        ("b", 3, (), Text("3 项同分：专家分歧小的在前", "3 have this score: the smaller spread first")),
        (
            "d",
            4,
            ("e",),
            Text("2 项同分，各项规则仍分不出，并列", "2 have this score; no rule parts them all, so a place is shared"),
        ),
        (
            "e",
            4,
            ("d",),
            Text("2 项同分，各项规则仍分不出，并列", "2 have this score; no rule parts them all, so a place is shared"),
        ),
        ("f", 6, (), Text("得分", "the score")),
        ("out", None, (), Text("没有官方分数，不参加排序", "no official score, so it is not ranked")),
    ]


def test_a_criterion_and_the_median_can_decide() -> None:
    one = standing("one", "80", 70, 75, 95, criteria={"a": Decimal(9)})
    two = standing("two", "80", 70, 80, 90, criteria={"a": Decimal(8)})

    assert [each.case for each in rank([two, one], ("criterion:a",))] == ["one", "two"]
    assert [each.case for each in rank([two, one], ("median",))] == ["two", "one"]
    assert [each.place for each in rank([two, one], ("criterion:b",))] == [1, 1]


def test_a_lot_is_what_anyone_can_work_out_from_the_seed() -> None:
    equals = [standing(case, "80") for case in "abcdefgh"]
    ranked = rank(equals, ("lot",), seed="2026-7")

    assert [each.case for each in ranked] == sorted(
        "abcdefgh", key=lambda case: hashlib.sha256(f"2026-7|{case}".encode()).hexdigest()
    )
    assert [each.place for each in ranked] == list(range(1, 9))
    assert [each.case for each in rank(equals, ("lot",), seed="2026-8")] != [each.case for each in ranked]


@pytest.mark.parametrize(
    ("standings", "ties", "codes"),
    [
        ([standing("a", "1"), standing("a", "2")], (), ["ranked-twice"]),
        ([standing("a", "1")], ("lot",), ["lot-without-seed"]),
        ([standing("a", "1")], ("luck",), ["tie-rule-unknown"]),
    ],
)
def test_what_cannot_be_ranked_is_told(standings: list[Standing], ties: tuple[str, ...], codes: list[str]) -> None:
    with pytest.raises(BadInput) as bad:
        rank(standings, ties)

    assert [each.code for each in bad.value.problems] == codes


def test_nothing_makes_an_empty_list() -> None:
    assert rank([]) == ()


few = st.integers(0, 3).map(lambda value: Decimal(value) / 2)
standings = st.lists(
    st.builds(
        Standing, case=st.text("abcdef", min_size=1, max_size=3), official=st.none() | few,
        preferences=st.integers(0, 1), totals=st.lists(few, max_size=3).map(tuple),
    ),
    unique_by=lambda each: each.case, max_size=12,
)  # fmt: skip
ties = st.lists(st.sampled_from(["preferences", "median", "smaller-spread"]), unique=True)


@given(standings, ties, st.booleans(), st.randoms(use_true_random=False))
def test_the_list_is_the_same_whatever_order_it_is_made_in(drawn, rules, has_lot: bool, chance) -> None:
    shuffled = list(drawn)
    chance.shuffle(shuffled)
    rules = [*rules, *(["lot"] if has_lot else [])]

    ranked = rank(drawn, rules, seed="s")

    assert rank(shuffled, rules, seed="s") == ranked
    assert sorted(each.case for each in ranked) == sorted(each.case for each in drawn)


@given(standings, ties)
def test_places_fall_with_the_score_and_are_shared_only_by_equals(drawn, rules) -> None:
    ranked = [each for each in rank(drawn, rules) if each.place is not None]

    for at, each in enumerate(ranked, start=1):
        sharing = {other.case for other in ranked if other.place == each.place}
        assert set(each.shared_with) == sharing - {each.case}
        assert each.place <= at < each.place + len(sharing)
    for better, worse in pairwise(ranked):
        assert better.standing.official >= worse.standing.official
        if better.place == worse.place:
            assert better.standing.preferences == worse.standing.preferences or "preferences" not in rules


def calibrated(case: str, official: str, score: float, error: float = 1.0) -> Standing:
    return standing(case, official, calibrated=score, standard_error=error)


def test_the_grey_band_holds_what_is_too_close_to_the_line_or_moves_across_it() -> None:
    ranked = rank(
        [
            calibrated("a", "90", 88),
            calibrated("b", "85", 79, 0.5),
            calibrated("c", "84", 83.5, 0.25),
            calibrated("d", "80", 80.5, 3),
            calibrated("e", "60", 62, 4),
        ]
    )

    # within by calibrated score: a, c; the line is (83.5 + 80.5) / 2 = 82
    assert grey_band(ranked, 2) == (
        Grey(
            "b",
            2,
            ("moves-out",),
            (Text("排第 2，在第 2 名以内；按校准分在线外", "place 2, within 2; by calibrated score beyond it"),),
        ),
        Grey(
            "c",
            3,
            ("moves-in",),
            (Text("排第 3，在第 2 名以外；按校准分在线内", "place 3, beyond 2; by calibrated score within it"),),
        ),
        Grey(
            "d",
            4,
            ("straddles",),
            (Text("校准分 80.50 ± 3.00，跨过分界 82.00", "its calibrated score 80.50 ± 3.00 holds the line 82.00"),),
        ),
    )
    assert [each.case for each in grey_band(ranked, 2, z=5)] == ["b", "c", "d", "e"]


def test_a_place_shared_across_the_line_is_grey_even_without_calibrated_scores() -> None:
    ranked = rank([standing(case, "80") for case in "abc"] + [standing("d", "70")])

    assert [(each.case, each.codes) for each in grey_band(ranked, 2)] == [(case, ("shared-line",)) for case in "abc"]
    assert grey_band(ranked, 2)[0].whys == (
        Text("与另外 2 项并列，并列跨过第 2 名", "shares its place with 2 more, across place 2"),
    )
    assert grey_band(ranked, 3) == ()


@pytest.mark.parametrize("line", [-1, 0, 4, 9])
def test_a_line_before_or_behind_the_list_has_no_grey_band(line: int) -> None:
    assert grey_band(rank([calibrated(case, "80", 80) for case in "abcd"]), line) == ()
