"""The official score of a case: what the programme's rule makes of its sheets' totals, in exact decimals, with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from zhinan.review.ranking import problems_of_ties
from zhinan.review.sheet import half_up, plain
from zhinan.review.written import Written
from zhinan.values.problem import BadInput, Problem
from zhinan.values.text import Text

#: Ways to make one score of several.
KINDS = {
    "mean": Text("平均分", "the mean"),
    "trimmed-mean": Text("去掉最高、最低分后的平均分", "the mean without the highest and the lowest"),
    "median": Text("中位分", "the median"),
}
#: More decimals than these are kept nowhere.
MOST_DECIMALS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRule:
    """How totals become the official score. The documents state no such rule: these defaults are for the authority to confirm.

    kind: of `KINDS`; trim: sheets left out at each end by the trimmed mean, if `least_kept` or more stay
    least_sheets: with fewer there is no official score; decimals: of the score, rounded half up
    ties: names of `ranking.TIE_RULES`, the first first
    """

    kind: str = "mean"
    trim: int = 1
    least_kept: int = 3
    least_sheets: int = 3
    decimals: int = 2
    ties: tuple[str, ...] = ("preferences", "median", "smaller-spread")

    def to_json(self) -> dict[str, object]:
        """As it is stored; `rule_from_json` reads it back."""
        return {
            "kind": self.kind, "trim": self.trim, "least_kept": self.least_kept, "least_sheets": self.least_sheets,
            "decimals": self.decimals, "ties": list(self.ties),
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: object) -> ScoreRule:
        """The rule in a JSON object; what is absent is the default. Raises `BadInput` with everything that is wrong."""
        written, default = Written(value, cls.__slots__), cls()
        ties = written.items("ties") if "ties" in written.entries else list(default.ties)
        rule = cls(
            kind=written.one_of("kind", KINDS, default.kind), trim=written.whole("trim", default.trim, least=1, most=5),
            least_kept=written.whole("least_kept", default.least_kept, least=1, most=99),
            least_sheets=written.whole("least_sheets", default.least_sheets, least=1, most=99),
            decimals=written.whole("decimals", default.decimals, most=MOST_DECIMALS), ties=tuple(map(str, ties)),
        )  # fmt: skip
        if problems := [*written.problems, *rule.problems()]:
            raise BadInput(problems)
        return rule

    def problems(self, criteria: Sequence[str] | None = None) -> list[Problem]:
        """What is wrong with its rules for ties; with `criteria`, whether they are of that sheet is looked at too."""
        return problems_of_ties(self.ties, criteria)


@dataclass(frozen=True, slots=True)
class Official:
    """An official score (`None` when there are too few sheets), the totals it was made of and those left out, and why."""

    score: Decimal | None
    used: tuple[Decimal, ...]
    dropped: tuple[Decimal, ...]
    why: Text


def official(totals: Sequence[Decimal], rule: ScoreRule) -> Official:
    """What `rule` makes of the totals, whatever their order.

    >>> official([Decimal(60), Decimal(80), Decimal(85), Decimal(90), Decimal(99)], ScoreRule(kind="trimmed-mean")).score
    Decimal('85.00')
    """
    ordered = tuple(sorted(totals))
    have = len(ordered)
    if have < max(rule.least_sheets, 1):
        why = Text(
            f"有效评分 {have} 份，至少要 {rule.least_sheets} 份，不出官方分数",
            f"{have} sheets were handed in and {rule.least_sheets} are asked, so there is no official score",
        )
        return Official(None, (), ordered, why)
    if rule.kind == "median":
        return _made(_median(ordered), ordered, (), rule, Text(f"{have} 份评分的中位数", f"the median of {have} sheets"))
    if rule.kind == "mean":
        return _made(_mean(ordered), ordered, (), rule, Text(f"{have} 份评分的平均数", f"the mean of {have} sheets"))
    return _trimmed(ordered, rule)


def _trimmed(ordered: tuple[Decimal, ...], rule: ScoreRule) -> Official:
    have, trim = len(ordered), rule.trim
    if have - 2 * trim < max(rule.least_kept, 1):
        why = Text(
            f"共 {have} 份评分，两端各去 {trim} 份后不足 {rule.least_kept} 份，不去，取平均数",
            f"without {trim} at each end fewer than {rule.least_kept} of {have} sheets would stay: the mean of all is taken",
        )
        return _made(_mean(ordered), ordered, (), rule, why)
    kept, dropped = ordered[trim : have - trim], (*ordered[:trim], *ordered[have - trim :])
    left_out = "、".join(map(plain, dropped)), ", ".join(map(plain, dropped))
    why = Text(
        f"共 {have} 份评分，两端各去 {trim} 份（{left_out[0]}），其余 {len(kept)} 份取平均数",
        f"of {have} sheets {trim} at each end are left out ({left_out[1]}); the mean of the other {len(kept)}",
    )
    return _made(_mean(kept), kept, dropped, rule, why)


def _made(exact: Fraction, used: tuple[Decimal, ...], dropped: tuple[Decimal, ...], rule: ScoreRule, why: Text) -> Official:
    return Official(half_up(exact, rule.decimals), used, dropped, why)


def _mean(totals: Sequence[Decimal]) -> Fraction:
    return sum(map(Fraction, totals), Fraction(0)) / len(totals)


def _median(ordered: Sequence[Decimal]) -> Fraction:
    middle = len(ordered) // 2
    return _mean(ordered[middle : middle + 1] if len(ordered) % 2 else ordered[middle - 1 : middle + 1])
