"""A meeting's ballots: quorum, majority, the result in a sentence, and whether a second ballot is due."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from types import MappingProxyType

from zhinan.policy.nearest import brief
from zhinan.review import mistakes
from zhinan.review.written import Written
from zhinan.values.problem import BadInput, Problem
from zhinan.values.text import Text

CHOICES: Mapping[str, Text] = MappingProxyType(
    {
        "support": Text("同意", "support"),
        "oppose": Text("不同意", "oppose"),
        "abstain": Text("弃权", "abstain"),
    }
)
MAJORITIES: Mapping[str, Text] = MappingProxyType(
    {
        "simple": Text("超过半数", "more than half"),
        "two-thirds": Text("三分之二以上", "two thirds or more"),
        "three-quarters": Text("四分之三以上", "three quarters or more"),
        "unanimous": Text("全体一致", "all"),
    }
)
#: What the majority is counted of: members present, or ballots that support or oppose.
BASES: Mapping[str, Text] = MappingProxyType(
    {
        "present": Text("到会人数", "members present"),
        "cast": Text("同意与不同意的票数", "ballots for and against"),
    }
)
_SHARES = {"two-thirds": Fraction(2, 3), "three-quarters": Fraction(3, 4), "unanimous": Fraction(1)}


@dataclass(frozen=True, slots=True)
class Ballot:
    """One member's vote: a word of `CHOICES`."""

    member: str
    choice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteRule:
    """How a meeting decides. The documents state none: these defaults are for the authority to confirm.

    quorum: the least share of the members that must be present; majority: of `MAJORITIES`; base: of `BASES`.
    """

    quorum: Fraction = Fraction(2, 3)
    majority: str = "simple"
    base: str = "present"

    def to_json(self) -> dict[str, object]:
        """As it is stored; `from_json` reads it back."""
        return {"quorum": str(self.quorum), "majority": self.majority, "base": self.base}

    @classmethod
    def from_json(cls, value: object) -> VoteRule:
        """The rule in a JSON object; what is absent is the default. Raises `BadInput`."""
        written, default = Written(value, cls.__slots__), cls()
        rule = cls(
            quorum=written.ratio("quorum", default.quorum), majority=written.one_of("majority", MAJORITIES, default.majority),
            base=written.one_of("base", BASES, default.base),
        )  # fmt: skip
        written.done()
        return rule

    def needed(self, base: int) -> int:
        """How many of `base` must support for a case to pass; never none."""
        least = base // 2 + 1 if self.majority == "simple" else ceil(base * _SHARES[self.majority])
        return max(least, 1)


@dataclass(frozen=True, slots=True)
class Tally:
    """The result of one ballot on one case.

    counts: by choice, with `unvoted` for those present who did not vote; needed: the support that passes it
    needs_second: it did not pass, but the votes were even, or those who abstained or did not vote could have turned it
    """

    passed: bool
    counts: Mapping[str, int]
    needed: int
    is_quorate: bool
    needs_second: bool
    says: Text


def tally(ballots: Sequence[Ballot], members_present: Collection[str], rule: VoteRule, *, members: int | None = None) -> Tally:
    """The result of `ballots` by those present. `members`: how many belong to the meeting (those present, if not given).

    Raises `BadInput` for an unknown choice, a member's second vote, a vote of one who is not present, more present than members.
    """
    present = len(set(members_present))
    members = present if members is None else members
    if problems := _problems(ballots, set(members_present), members):
        raise BadInput(problems)
    counts = {choice: sum(each.choice == choice for each in ballots) for choice in CHOICES}
    counts["unvoted"] = present - len(ballots)
    support, oppose, silent = counts["support"], counts["oppose"], counts["abstain"] + counts["unvoted"]
    needed = rule.needed(present if rule.base == "present" else support + oppose)
    is_quorate = present > 0 and present >= members * rule.quorum
    passed = is_quorate and support >= needed
    could_turn = support + silent >= rule.needed(present) if silent else support == oppose
    needs_second = is_quorate and not passed and could_turn
    says = _says(counts, present, members, needed, rule) if is_quorate else _no_quorum(present, members, rule)
    if is_quorate:
        end = _PASSED if passed else _SECOND if needs_second else _FAILED
        says = Text(says.zh + end.zh, says.en + end.en)
    return Tally(passed, MappingProxyType(counts), needed, is_quorate, needs_second, says)


_PASSED = Text("通过", "passed")
_FAILED = Text("未通过", "not passed")
_SECOND = Text("未通过，需要第二轮投票", "not passed; a second ballot is due")


def _problems(ballots: Sequence[Ballot], present: set[str], members: int) -> list[Problem]:
    problems: list[Problem] = []
    voted: set[str] = set()
    for each in ballots:
        if each.choice not in CHOICES:
            problems.append(mistakes.CHOICE_UNKNOWN.at(member=each.member, word=brief(each.choice), choices=", ".join(CHOICES)))
        if each.member in voted:
            problems.append(mistakes.VOTED_TWICE.at(member=each.member))
        elif each.member not in present:
            problems.append(mistakes.VOTER_NOT_PRESENT.at(member=each.member))
        voted.add(each.member)
    if len(present) > members:
        problems.append(mistakes.MORE_PRESENT_THAN_MEMBERS.at(present=len(present), members=members))
    return problems


def _says(counts: Mapping[str, int], present: int, members: int, needed: int, rule: VoteRule) -> Text:
    told = Text(
        "应到 {members} 人，到会 {present} 人；同意 {support}，不同意 {oppose}，弃权 {abstain}，未投 {unvoted}；"
        "按{base}的{majority}，须 {needed} 票同意：",
        "{present} of {members} members present; {support} support, {oppose} oppose, {abstain} abstain, {unvoted} did not vote; "
        "{majority} of {base} is {needed}: ",
    )
    majority, base = MAJORITIES[rule.majority], BASES[rule.base]
    return told.filled(present=present, members=members, needed=needed, majority=majority, base=base, **counts)


def _no_quorum(present: int, members: int, rule: VoteRule) -> Text:
    least = max(ceil(members * rule.quorum), 1)
    return Text(
        f"应到 {members} 人，到会 {present} 人，不足 {least} 人，表决无效，另行召集",
        f"{present} of {members} members present, fewer than the quorum of {least}: the vote is void; call another meeting",
    )
