"""Prefill: what is already on record about a unit, its leader and this application, with where each is from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from zhinan.server.models import Application
from zhinan.server.queries.applications import form_for
from zhinan.values.regions import find_region


@dataclass(frozen=True, slots=True)
class Given:
    """An answer given beforehand: the text, where it is from, as of when."""

    text: str
    source: str
    observed_on: date | None


def answers_for(case: Application, given: Mapping[str, str], *, on: date) -> dict[str, Given]:
    """The answers a new application begins with: the register's where it has them, then what the person gave before."""
    form = form_for(case.call, case.scheme)
    known = {key: Given(text, "declared", None) for key, text in given.items() if text}
    known |= {key: Given(text, "platform", on) for key, text in _of_the_application(case).items() if text}
    known |= {fact.key: Given(fact.value, fact.source, fact.observed_on) for fact in case.organisation.facts.all()}
    return {key: known[key] for key in form.keys if key in known and known[key].text}


def _of_the_application(case: Application) -> dict[str, str]:
    unit = case.organisation
    region = find_region(unit.region)
    return {
        "applicant.name": unit.name, "applicant.uscc": unit.uscc, "applicant.kind": unit.kind,
        "applicant.registered_in": region.code if region else "",
        "applicant.park": unit.park.park_key if unit.park else "",
        "leader.name": case.leader.name, "leader.employer": unit.name,
        "project.title": case.topic.title if case.topic else "", "project.direction": case.topic.direction if case.topic else "",
    }  # fmt: skip
