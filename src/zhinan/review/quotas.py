"""What an allocation must keep to: the budget, numbers and money of each field, and how many one unit or leader may have."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from zhinan.review import mistakes
from zhinan.review.written import Written
from zhinan.values.problem import BadInput, Problem
from zhinan.values.text import Text

#: What happens once a better project does not fit what is left of the budget.
ON_OVERFLOW: Mapping[str, Text] = {
    "stop": Text("到此为止", "the walk stops there"),
    "skip": Text("写明理由后看下一名", "its reason is put on record and the next is looked at"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldQuota:
    """The least and the most that one field gets: projects, and money in fen; `None` is no limit."""

    least_number: int = 0
    most_number: int | None = None
    least_money: int = 0
    most_money: int | None = None

    def to_json(self) -> dict[str, object]:
        """As it is stored."""
        return {
            "least_number": self.least_number, "most_number": self.most_number,
            "least_money": self.least_money, "most_money": self.most_money,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """The frame of an allocation, set by the authority; `None` is no limit.

    budget: fen; fields: by the name of the field; least_score: a case below it is refused; on_overflow: of `ON_OVERFLOW`
    most_reserves: how many are held in reserve, by rank; those beyond are refused
    """

    budget: int
    fields: Mapping[str, FieldQuota] = dataclasses.field(default_factory=dict)
    most_projects: int | None = None
    most_per_unit: int | None = None
    most_per_leader: int | None = None
    least_score: Decimal | None = None
    most_reserves: int | None = None
    on_overflow: str = "stop"

    def to_json(self) -> dict[str, object]:
        """As it is stored; `quotas_from_json` reads it back."""
        return {
            "budget": self.budget, "fields": {name: each.to_json() for name, each in self.fields.items()},
            "most_projects": self.most_projects, "most_per_unit": self.most_per_unit, "most_per_leader": self.most_per_leader,
            "least_score": None if self.least_score is None else str(self.least_score),
            "most_reserves": self.most_reserves, "on_overflow": self.on_overflow,
        }  # fmt: skip

    def problems(self) -> list[Problem]:
        """What cannot be: a least above its most."""
        return [
            mistakes.QUOTA_CROSSED.at(field=name)
            for name, each in self.fields.items()
            if _above(each.least_number, each.most_number) or _above(each.least_money, each.most_money)
        ]


def quotas_from_json(value: object) -> Quotas:
    """The quotas in a JSON object; only `budget` must be there. Raises `BadInput` with everything that is wrong."""
    written = Written(value, Quotas.__slots__)
    written.given("budget")
    quotas = Quotas(
        budget=written.whole("budget", 0),
        fields={name: _field_quota(each, f"fields.{name}", written) for name, each in written.within("fields").items()},
        most_projects=written.whole_or_none("most_projects"), most_per_unit=written.whole_or_none("most_per_unit", least=1),
        most_per_leader=written.whole_or_none("most_per_leader", least=1),
        least_score=None if written.entries.get("least_score") is None else written.decimal("least_score"),
        most_reserves=written.whole_or_none("most_reserves"), on_overflow=written.one_of("on_overflow", ON_OVERFLOW, "stop"),
    )  # fmt: skip
    if problems := [*written.problems, *quotas.problems()]:
        raise BadInput(problems)
    return quotas


def _field_quota(value: object, place: str, around: Written) -> FieldQuota:
    written = Written(value, FieldQuota.__slots__, place, around.problems)
    return FieldQuota(
        least_number=written.whole("least_number", 0), most_number=written.whole_or_none("most_number"),
        least_money=written.whole("least_money", 0), most_money=written.whole_or_none("most_money"),
    )  # fmt: skip


def _above(least: int, most: int | None) -> bool:
    return most is not None and least > most
