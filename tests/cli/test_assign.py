"""`zhinan assign`: the JSON it promises, files written whole, refusals in both languages, and the check of a published draw."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from zhinan.assignment.lottery import commit, draw, seed_of
from zhinan.assignment.problem import Expert, Instance, PanelRules
from zhinan.assignment.replay import bundle

Run = Callable[..., Any]  # conftest's Ran cannot be imported from a test

SCORES = np.array([[1.0, 0.9, 0.2], [0.8, 0.1, 0.4], [0.3, -np.inf, 0.6], [0.5, 0.5, 0.0]])


@pytest.fixture
def arrays(tmp_path: Path) -> Callable[..., str]:
    """A folder of arrays, some of them replaced; its name comes back."""

    def written(**replaced: Any) -> str:
        folder = tmp_path / "arrays"
        folder.mkdir(exist_ok=True)
        for name, array in {"scores": SCORES, "loads": np.full(4, 1), "covs": np.array([1, 1, 2]), **replaced}.items():
            if array is not None:
                np.save(folder / f"{name.replace('_', '-')}.npy", array)
        return "arrays"

    return written


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    """A small draw as it is published."""
    roster = tuple(Expert(id=f"E{at}", kinds=frozenset({"technical"}), unit=f"U{at}", most=2) for at in range(9))
    cases = ("C1", "C2", "C3")
    match = {(case, expert.id): 100_000 * (1 + (len(case) + 3 * at) % 9) for case in cases for at, expert in enumerate(roster)}
    instance = Instance(cases=cases, experts=roster, rules=PanelRules(size=3), match=match)
    commitment = commit(instance, cap=600, rule_version="1")
    nonces = ["nonce of the office", "nonce of the inspection"]
    drawn = draw(instance, commitment, seed_of(commitment.commit_hash, nonces))
    return {"bundle": bundle(instance, commitment, nonces, drawn), "hash": commitment.commit_hash}


# -- assigning -----------------------------------------------------------------------------------------


def test_the_json_is_what_it_promises(zhinan: Run, arrays: Callable[..., str]) -> None:
    ran = zhinan("assign", arrays(covs=np.array([1, 1, 1])))
    told = json.loads(ran.out)
    bounds = {name: told.pop(name) for name in ("bound_on_total", "bound_on_worst", "seconds")}

    assert (ran.code, ran.err) == (0, "")
    assert told == {
        "experts": 4, "applications": 3, "plan": [[1], [0], [2]], "total": pytest.approx(2.3), "largest_total": pytest.approx(2.3),
        "worst": pytest.approx(0.6), "pairs": 11,
    }  # fmt: skip
    assert bounds["bound_on_total"] == pytest.approx(2.3, abs=1e-5)
    assert bounds["bound_on_worst"] == pytest.approx(0.6, abs=1e-5)
    assert bounds["seconds"] >= 0


def test_lower_loads_are_kept(zhinan: Run, arrays: Callable[..., str]) -> None:
    plan = json.loads(zhinan("assign", arrays(covs=np.array([1, 1, 1]), loads_lb=np.array([0, 0, 0, 1]))).out)["plan"]

    assert 3 in {expert for panel in plan for expert in panel}


def test_a_total_that_was_not_worked_out_is_null(
    zhinan: Run, arrays: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhinan.assignment.arrays.ALL_PAIRS", 0)
    told = json.loads(zhinan("assign", arrays()).out)

    assert told["largest_total"] is None
    assert told["total"] <= told["bound_on_total"]


def test_the_plan_goes_into_a_file(zhinan: Run, arrays: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("what was there before")
    ran = zhinan("assign", arrays(), "--out", "plan.json")
    told = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))

    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert sorted(map(len, told["plan"])) == [1, 1, 2]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["arrays", "plan.json"]  # nothing half-written is left


def test_a_file_is_left_as_it_was_when_there_is_no_plan(zhinan: Run, arrays: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("what was there before")
    ran = zhinan("assign", arrays(loads=np.zeros(4)), "--out", "plan.json")

    assert (ran.code, ran.out) == (2, "")
    assert (tmp_path / "plan.json").read_text() == "what was there before"


@pytest.mark.parametrize(
    ("replaced", "zh", "en"),
    [
        ({"loads": np.array([1, 1])}, "loads.npy 的形状是 (2,)，应为 (4,)", "loads.npy has the shape (2,); it should be (4,)"),
        ({"covs": np.array([1, 1, 3])}, "排不出：需要 5 个席位", "impossible: 5 seats are wanted"),
        ({"covs": np.array([0, 5, 0])}, "项目 1 要 5 位专家，能分配的只有 3 位", "application 1 wants 5 experts and has 3"),
        ({"scores": np.full((4, 3), np.nan)}, "scores.npy 里有不能用的数", "scores.npy holds numbers that cannot be used"),
    ],
)
def test_bad_arrays_are_refused_in_the_readers_language(
    zhinan: Run, arrays: Callable[..., str], replaced: dict[str, Any], zh: str, en: str
) -> None:
    folder = arrays(**replaced)
    for lang, said in (("zh", zh), ("en", en)):
        ran = zhinan("assign", folder, "--lang", lang)
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err.replace("\n", "")


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        ([], 2, "没有说要做什么"),
        (["nowhere"], 2, "缺少文件 scores.npy"),
        (["arrays", "--replay", "draw.json"], 2, "没有说要做什么"),
        (["--replay", "nowhere.json"], 2, "读不了 nowhere.json"),
        (["arrays", "--seconds", "0"], 2, "[usage]"),
    ],
)
def test_what_cannot_be_run_is_refused(zhinan: Run, arrays: Callable[..., str], args: list[str], code: int, said: str) -> None:
    arrays()
    ran = zhinan("assign", *args)

    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err


def test_a_folder_that_is_not_there_lacks_every_file(zhinan: Run) -> None:
    said = zhinan("assign", "nowhere", "--lang", "en").err

    assert all(f"the file {name}.npy is missing" in said for name in ("scores", "loads", "covs"))


@pytest.mark.parametrize(("lang", "begins"), [("zh", "用法：zhinan assign [文件夹]"), ("en", "Usage: zhinan assign [DIR]")])
def test_the_help_names_every_file_and_option(zhinan: Run, lang: str, begins: str) -> None:
    ran = zhinan("assign", "--help", "--lang", lang)

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(begins)
    for word in (
        "scores.npy",
        "loads.npy",
        "covs.npy",
        "loads-lb.npy",
        "--out",
        "--seconds",
        "--replay",
        "--commit-hash",
        "--solve",
    ):
        assert word in ran.out


# -- checking a draw -----------------------------------------------------------------------------------


def test_an_honest_draw_is_identical(zhinan: Run, write: Callable[..., str], published: dict[str, Any]) -> None:
    file = write("draw.json", json.dumps(published["bundle"], ensure_ascii=False))

    assert zhinan("assign", "--replay", file).code == 0
    assert zhinan("assign", "--replay", file).out.startswith("一致")
    ran = zhinan("assign", "--replay", file, "--commit-hash", published["hash"].upper() + " ", "--solve", "--lang", "en")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Identical")


@pytest.mark.parametrize(
    ("alter", "finding"),
    [
        (lambda b: b["drawn"]["panels"]["C1"].pop(), "[result-hash]"),
        (lambda b: b["instance"]["match"]["C1"].update(E0=1), "[input]"),
        (lambda b: b["openings"].reverse(), "[openings]"),
        (lambda b: b.pop("seed"), "[unreadable]"),
        (lambda b: b["instance"]["rules"].update(size=4), "[unreadable]"),
    ],
)
@pytest.mark.parametrize(("lang", "begins"), [("zh", "不一致"), ("en", "Not identical")])
def test_whatever_was_altered_is_found(
    zhinan: Run, write: Callable[..., str], published: dict[str, Any], alter: Any, finding: str, lang: str, begins: str
) -> None:
    tampered = json.loads(json.dumps(published["bundle"]))
    alter(tampered)
    ran = zhinan("assign", "--replay", write("draw.json", json.dumps(tampered)), "--lang", lang)

    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith(begins)
    assert finding in ran.out


def test_another_commitment_than_the_published_one_is_found(
    zhinan: Run, write: Callable[..., str], published: dict[str, Any]
) -> None:
    ran = zhinan("assign", "--replay", write("draw.json", json.dumps(published["bundle"])), "--commit-hash", "0" * 64)

    assert ran.code == 1
    assert "[published]" in ran.out


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"PK\x03\x04"], ids=["nothing", "half", "not UTF-8", "an archive"])
def test_a_file_that_is_no_json_is_refused(zhinan: Run, write: Callable[..., str], content: bytes) -> None:
    ran = zhinan("assign", "--replay", write("draw.json", content))

    assert (ran.code, ran.out) == (2, "")
    assert "读不了 draw.json" in ran.err


@pytest.mark.parametrize("content", ["[]", "null", "3", '"x"', "{}"])
def test_json_of_another_kind_is_no_draw(zhinan: Run, write: Callable[..., str], content: str) -> None:
    ran = zhinan("assign", "--replay", write("draw.json", content))

    assert ran.code == 1
    assert "[unreadable]" in ran.out
