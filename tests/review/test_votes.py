"""Ballots: quorum, majority, the sentence of the result, the second ballot."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhinan.review.votes import Ballot, Tally, VoteRule, tally
from zhinan.values.problem import BadInput
from zhinan.values.text import Text


def cast(votes: str) -> list[Ballot]:
    """Ballots written as +, - and 0 by members A, B, C …"""
    return [Ballot(chr(65 + at), {"+": "support", "-": "oppose", "0": "abstain"}[each]) for at, each in enumerate(votes)]


def present(count: int) -> list[str]:
    return [chr(65 + at) for at in range(count)]


def test_a_vote_that_passes_says_how() -> None:
    assert tally(cast("++++-0"), present(7), VoteRule(), members=9) == Tally(
        passed=True,
        counts={"support": 4, "oppose": 1, "abstain": 1, "unvoted": 1},
        needed=4,
        is_quorate=True,
        needs_second=False,
        says=Text(
            "应到 9 人，到会 7 人；同意 4，不同意 1，弃权 1，未投 1；按到会人数的超过半数，须 4 票同意：通过",
            "7 of 9 members present; 4 support, 1 oppose, 1 abstain, 1 did not vote; more than half of members present is 4: passed",
        ),
    )


@pytest.mark.parametrize(
    ("votes", "count", "majority", "base", "result"),
    [
        ("+++--", 5, "simple", "present", "passed"),
        ("++--", 4, "simple", "present", "second"),  # even
        ("+++--00", 7, "simple", "present", "second"),  # the two who abstained could turn it
        ("+----00", 7, "simple", "present", "failed"),  # they could not
        ("+++--00", 7, "simple", "cast", "passed"),
        ("++++--", 6, "two-thirds", "present", "passed"),
        ("++++---", 7, "two-thirds", "present", "failed"),
        ("++++--0", 7, "two-thirds", "present", "second"),
        ("++++--0", 7, "two-thirds", "cast", "passed"),
        ("++++++--", 8, "three-quarters", "present", "passed"),
        ("+++++++-", 8, "unanimous", "present", "failed"),
        ("++++0000", 8, "unanimous", "cast", "passed"),
        ("", 3, "simple", "present", "second"),  # nobody voted yet
        ("000", 3, "simple", "cast", "second"),
    ],
)
def test_majorities(votes: str, count: int, majority: str, base: str, result: str) -> None:
    found = tally(cast(votes), present(count), VoteRule(majority=majority, base=base))

    assert (found.passed, found.needs_second) == {"passed": (True, False), "second": (False, True), "failed": (False, False)}[
        result
    ]
    endings = {"passed": "：通过", "second": "：未通过，需要第二轮投票", "failed": "：未通过"}
    assert found.says.zh.endswith(endings[result])


def test_without_a_quorum_nothing_passes() -> None:
    found = tally(cast("+++++"), present(5), VoteRule(), members=8)

    assert (found.passed, found.needs_second, found.is_quorate) == (False, False, False)
    assert found.says == Text(
        "应到 8 人，到会 5 人，不足 6 人，表决无效，另行召集",
        "5 of 8 members present, fewer than the quorum of 6: the vote is void; call another meeting",
    )
    assert tally(cast("++++++"), present(6), VoteRule(), members=9).is_quorate
    assert not tally([], [], VoteRule(quorum=Fraction(0))).is_quorate


@pytest.mark.parametrize(
    ("ballots", "members", "codes"),
    [
        ([Ballot("A", "yes")], None, ["choice-unknown"]),
        ([Ballot("A", "support"), Ballot("A", "oppose")], None, ["voted-twice"]),
        ([Ballot("Z", "support")], None, ["voter-not-present"]),
        ([], 2, ["more-present-than-members"]),
    ],
)
def test_ballots_that_cannot_be_are_told(ballots: list[Ballot], members: int | None, codes: list[str]) -> None:
    with pytest.raises(BadInput) as bad:
        tally(ballots, present(3), VoteRule(), members=members)

    assert [each.code for each in bad.value.problems] == codes


@given(st.text("+-0", max_size=12), st.integers(0, 5), st.sampled_from(["simple", "two-thirds", "three-quarters", "unanimous"]),
       st.sampled_from(["present", "cast"]), st.randoms(use_true_random=False))  # fmt: skip
def test_order_never_matters_and_one_more_in_favour_never_harms(
    votes: str, unvoted: int, majority: str, base: str, chance
) -> None:
    rule, ballots = VoteRule(majority=majority, base=base), cast(votes)
    shuffled = list(ballots)
    chance.shuffle(shuffled)
    before = tally(ballots, present(len(votes) + unvoted), rule)

    assert tally(shuffled, present(len(votes) + unvoted), rule) == before
    assert not (before.passed and before.needs_second)
    assert sum(before.counts.values()) == len(votes) + unvoted
    for at, vote in enumerate(votes):
        if vote == "-":
            turned = [*ballots[:at], Ballot(ballots[at].member, "support"), *ballots[at + 1 :]]
            assert tally(turned, present(len(votes) + unvoted), rule).passed >= before.passed


def test_a_rule_is_read_back_as_it_was_stored() -> None:
    rule = VoteRule(quorum=Fraction(3, 4), majority="two-thirds", base="cast")

    assert VoteRule.from_json(rule.to_json()) == rule
    assert VoteRule.from_json({}) == VoteRule()


@pytest.mark.parametrize(
    "stored", [{"quorum": "3/2"}, {"quorum": "1/0"}, {"quorum": 0.5}, {"majority": "most"}, {"base": "all"}, []]
)
def test_a_rule_that_is_wrong_is_told(stored: object) -> None:
    with pytest.raises(BadInput) as bad:
        VoteRule.from_json(stored)

    assert [each.code for each in bad.value.problems] == ["setting-wrong"]
