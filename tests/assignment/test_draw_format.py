"""The page about the format of a draw is true: its schema takes an honest bundle and refuses others, and a second drawing
written from the page alone gives the same panels."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zhinan.assignment.lottery import commit, draw, seed_of
from zhinan.assignment.problem import Instance
from zhinan.assignment.replay import bundle

Made = Callable[..., Instance]


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    page = (Path(__file__).parents[2] / "docs/reference/draw-format.md").read_text(encoding="utf-8")
    return json.loads(page.partition("```json\n")[2].partition("```")[0])


@pytest.fixture(scope="module", params=[{}, {"finance": 1, "outside": 2}, {"finance": 2, "outside": 3, "per_unit": 2}])
def published(made: Made, request: pytest.FixtureRequest) -> dict[str, Any]:
    instance = made(41, experts=50, units=20, **request.param)
    commitment = commit(instance, cap=500, rule_version="2026-1")
    drawn = draw(instance, commitment, seed_of(commitment.commit_hash, ["first", "second"]))
    return json.loads(json.dumps(bundle(instance, commitment, ["first", "second"], drawn)))


def faults(value: Any, schema: dict[str, Any], where: str = "") -> list[str]:
    """Where a value is not as the schema says; the few words of JSON Schema that the page uses."""
    types = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}
    wanted = types.get(schema.get("type", ""))
    if wanted and (not isinstance(value, wanted) or (wanted is int and isinstance(value, bool))):
        return [where]
    found = [where] if value != schema.get("const", value) or value not in schema.get("enum", [value]) else []
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        found.append(where)
    if isinstance(value, int) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        found.append(where)
    if isinstance(value, list):
        found += [fault for at, item in enumerate(value) for fault in faults(item, schema.get("items", {}), f"{where}/{at}")]
    if isinstance(value, dict):
        known, more = schema.get("properties", {}), schema.get("additionalProperties", True)
        found += [f"{where}/{key}" for key in schema.get("required", []) if key not in value]
        found += [f"{where}/{key}" for key in value if key not in known and more is False]
        for key, item in value.items():
            below = known.get(key, more if isinstance(more, dict) else {})
            found += faults(item, below, f"{where}/{key}")
    return found


def test_an_honest_bundle_is_of_the_schema(schema: dict[str, Any], published: dict[str, Any]) -> None:
    assert faults(published, schema) == []


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda b: b.pop("seed"), "/seed"),
        (lambda b: b["commitment"].update(cap=1001), "/commitment/cap"),
        (lambda b: b["instance"]["rules"].update(secret=1), "/instance/rules/secret"),
        (lambda b: b["drawn"]["panels"]["C00"][0].update(kind="poet"), "/drawn/panels/C00/0/kind"),
        (lambda b: b["instance"]["match"]["C00"].update(E000=True), "/instance/match/C00/E000"),
    ],
)
def test_another_is_not(schema: dict[str, Any], published: dict[str, Any], change: Callable[[Any], Any], where: str) -> None:
    content = copy.deepcopy(published)
    change(content)

    assert where in faults(content, schema)


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def canonical_hash(content: Any) -> str:
    return digest(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))).hex()


def test_a_second_drawing_from_the_page_alone_gives_the_same_panels(published: dict[str, Any]) -> None:
    commitment, drawn = published["commitment"], published["drawn"]
    assert canonical_hash(published["instance"]) == commitment["input_hash"]
    assert canonical_hash(commitment) == drawn["commit_hash"]
    assert canonical_hash([drawn["commit_hash"], *published["openings"]]) == published["seed"]
    assert canonical_hash({key: value for key, value in drawn.items() if key != "result_hash"}) == drawn["result_hash"]

    taken = drawn_by_the_page(published)

    panels = {case: {place["expert"] for place in panel} for case, panel in drawn["panels"].items()}
    assert taken == panels


def drawn_by_the_page(published: dict[str, Any]) -> dict[str, set[str]]:
    """Steps 4 and 5, written plainly and slowly."""
    pairs, arcs = network(published["instance"], published["commitment"])
    rest, whole = [arc[2] % 1000 for arc in arcs], [arc[2] // 1000 for arc in arcs]
    counter, nodes, path = 0, [0], list[tuple[int, bool]]()
    while any(rest):
        onward = [
            arc for arc, part in enumerate(rest) if part and nodes[-1] in arcs[arc][:2] and arc not in {at for at, _ in path[-1:]}
        ]
        if not onward:
            nodes, path = [min(min(arcs[arc][:2]) for arc, part in enumerate(rest) if part)], []
            continue
        arc = min(onward)
        path.append((arc, arcs[arc][0] == nodes[-1]))
        nodes.append(arcs[arc][1] if path[-1][1] else arcs[arc][0])
        begin = nodes.index(nodes[-1])
        cycle = path[begin:] if begin < len(nodes) - 1 else []
        if not cycle:
            continue
        up = min(1000 - rest[arc] if forward else rest[arc] for arc, forward in cycle)
        down = min(rest[arc] if forward else 1000 - rest[arc] for arc, forward in cycle)
        limit = number = 2**64 // (up + down) * (up + down)
        while number >= limit:
            number = int.from_bytes(digest(f"{published['seed']}|seats|{counter}")[:8], "big")
            counter += 1
        for arc, forward in cycle:
            rest[arc] += (up if number % (up + down) < down else -down) * (1 if forward else -1)
            whole[arc], rest[arc] = whole[arc] + rest[arc] // 1000, rest[arc] % 1000
        del path[begin:], nodes[begin + 1 :]
    taken: dict[str, set[str]] = {case: set() for case in published["instance"]["cases"]}
    for (case, id), arc in pairs.items():
        if whole[arc]:
            taken[case].add(id)
    return taken


def network(instance: Any, commitment: Any) -> tuple[dict[tuple[str, str], int], list[list[int]]]:
    """Which arc stands for which pair, and the arcs: from, to, thousandths of a seat."""
    experts, rules, splits = {expert["id"]: expert for expert in instance["experts"]}, instance["rules"], commitment["splits"]
    nodes: dict[Any, int] = {}
    for case in instance["cases"]:
        for kind, size in (("technical", rules["size"] - rules["finance"]), ("finance", rules["finance"])):
            if size:
                nodes[case, kind] = len(nodes)
    pairs = sorted(
        (case, id, kind, chance)
        for case, kinds in commitment["chances"].items() for kind, row in kinds.items() for id, chance in row.items()
    )  # fmt: skip
    places = []
    for case, id, kind, _ in pairs:
        share = splits.get(case, {}).get("outside", {}).get(kind, 0)
        region = ("outside" if experts[id]["is_outside"] else "inside") if share else ""
        places.append((case, kind, region, experts[id]["group"] or experts[id]["unit"] or f"={id}"))
    arcs, above, hangs_from = list[list[int]](), dict[Any, int](), []
    for place, pair in zip(places, pairs, strict=True):
        case, kind, region, root = place
        groups = splits.get(case, {}).get("groups", {})
        cap = groups[root].get(f"{kind}/{region}", 0) if root in groups else rules["per_unit"]
        at = nodes[case, kind]
        for is_there, name in ((region == "inside", (case, kind, "inside")), (places.count(place) > cap, (*place, "group"))):
            if is_there:
                if name not in nodes:
                    nodes[name] = len(nodes)
                    above[name] = len(arcs)
                    arcs.append([at, nodes[name], 0])
                at = nodes[name]
                arcs[above[name]][2] += pair[3]
        hangs_from.append(at)
    seated = sorted({pair[1] for pair in pairs} | {id for id, expert in experts.items() if expert["least"]})
    for id in seated:
        nodes["expert", id] = len(nodes)
    first = len(arcs)
    arcs += [[at, nodes["expert", pair[1]], pair[3]] for at, pair in zip(hangs_from, pairs, strict=True)]
    arcs += [[nodes["expert", id], len(nodes), sum(pair[3] for pair in pairs if pair[1] == id)] for id in seated]
    return {pair[:2]: first + number for number, pair in enumerate(pairs)}, arcs
