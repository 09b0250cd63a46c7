"""Anyone's check: an honest bundle has nothing to find, and whatever is altered in one is found."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhinan.assignment.lottery import commit, draw, sealed, seed_of
from zhinan.assignment.problem import Instance
from zhinan.assignment.replay import bundle, replay

Made = Callable[..., Instance]


@dataclass(frozen=True, slots=True)
class Published:
    content: dict[str, Any]
    commit_hash: str


@pytest.fixture(scope="module")
def published(made: Made) -> Published:
    instance = made(21, experts=40, units=20, finance=1, outside=2)
    commitment = commit(instance, cap=500, rule_version="2026-1")
    nonces = ["nonce of the office", "nonce of the inspection", "nonce of an applicant"]
    drawn = draw(instance, commitment, seed_of(commitment.commit_hash, nonces))
    return Published(json.loads(json.dumps(bundle(instance, commitment, nonces, drawn))), commitment.commit_hash)


def codes(content: Any, **how: Any) -> set[str]:
    return {finding.code for finding in replay(content, **how)}


def test_an_honest_bundle_has_nothing_to_find(published: Published) -> None:
    assert replay(published.content, commit_hash=published.commit_hash, solve=True) == []


TAMPERED: dict[str, tuple[Callable[[dict[str, Any]], None], set[str]]] = {
    "a match": (lambda b: b["instance"]["match"]["C00"].update(E000=1), {"input"}),
    "a bar is taken away": (lambda b: b["instance"]["barred"].clear(), {"input"}),
    "a load": (lambda b: b["instance"]["experts"][0].update(most=9), {"input"}),
    "a chance": (lambda b: _first(b["commitment"]["chances"]).update(E001=7), {"chances", "commitment", "seed"}),
    "the cap": (lambda b: b["commitment"].update(cap=499), {"chances", "commitment", "seed"}),
    "the seed": (lambda b: b.update(seed="0" * 64), {"seed", "panels"}),
    "a nonce": (lambda b: b["openings"].reverse(), {"openings", "seed"}),
    "a nonce and its seal": (lambda b: (b["openings"].__setitem__(0, "x"), b["sealed"].__setitem__(0, sealed("x"))), {"seed"}),
    "a nonce is left out": (lambda b: b["openings"].pop(), {"openings", "seed"}),
    "the alternates": (lambda b: _longest(b["drawn"]["alternates"]).reverse(), {"alternates", "result-hash"}),
    "a step": (lambda b: b["drawn"]["steps"][0].reverse(), {"steps", "result-hash"}),
    "the result's hash": (lambda b: b["drawn"].update(result_hash="0"), {"result-hash"}),
    "a panel": (lambda b: b["drawn"]["panels"]["C00"].reverse(), {"panels", "result-hash"}),
    "a panel is gone": (lambda b: b["drawn"]["panels"].pop("C00"), {"panels", "result-hash", "rules"}),
}  # fmt: skip


def _first(chances: dict[str, Any]) -> dict[str, int]:
    return chances["C00"]["technical"]


def _longest(alternates: dict[str, dict[str, list[str]]]) -> list[str]:
    return max((row for kinds in alternates.values() for row in kinds.values()), key=len)


@pytest.mark.parametrize("what", TAMPERED)
def test_what_is_altered_is_found(published: Published, what: str) -> None:
    alter, expected = TAMPERED[what]
    content = copy.deepcopy(published.content)
    alter(content)

    assert codes(content) >= expected


def test_a_whole_other_draw_is_told_by_the_hash_that_was_published(made: Made, published: Published) -> None:
    instance = Instance.from_json(published.content["instance"])
    other = commit(instance, cap=700, rule_version="2026-1")
    nonces = published.content["openings"]
    forged = bundle(instance, other, nonces, draw(instance, other, seed_of(other.commit_hash, nonces)))

    assert codes(forged) == set()
    assert codes(forged, commit_hash=published.commit_hash) == {"published"}


def test_chances_of_somebodys_choosing_are_told_by_the_solver(published: Published) -> None:
    """Two experts of one seat kind change places where the rules do not mind: only solving anew can tell."""
    instance = Instance.from_json(published.content["instance"])
    commitment = commit(instance, cap=500, rule_version="2026-1", salt="another tie-break")
    with_salt = {**commitment.to_json(), "salt": ""}
    content = copy.deepcopy(published.content)
    content["commitment"] = with_salt
    chances = _first(with_salt["chances"])
    full, other = max(chances, key=chances.__getitem__), min(chances, key=chances.__getitem__)
    chances[full], chances[other] = chances[full] - 1, chances[other] + 1

    assert "chances" in codes(content, solve=True)


PARTS = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2000) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["C00", "E000", "technical", "x"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(
    part=st.sampled_from(["instance", "commitment", "sealed", "openings", "seed", "drawn"]), inner=st.integers(0, 20), value=PARTS
)
@settings(max_examples=150, deadline=None)
def test_any_nonsense_is_a_finding_and_never_a_crash(published: Published, part: str, inner: int, value: Any) -> None:
    content = copy.deepcopy(published.content)
    whole = content[part]
    if isinstance(whole, dict) and inner:
        key = sorted(whole)[inner % len(whole)]
        was, whole[key] = whole[key], value
    else:
        was, content[part] = whole, value

    assert replay(content) or was == value
    content.pop(part)
    assert codes(content) == {"unreadable"}
