"""The JSON that `assess --json` and `check --json` promise (design: the contract of the command line)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.policy.making import loaded, made, proved
from zhinan.policy.assess import Assessor
from zhinan.policy.load import load_pack
from zhinan.policy.report import Reporter, problem_json, proof_json, yuan
from zhinan.policy.subject import Subject
from zhinan.policy.vocabulary import base_vocabulary, words_of
from zhinan.values.problem import Mistake
from zhinan.values.text import Lang, Text

DAY = date(2026, 3, 1)
VOCABULARY = base_vocabulary()


def assessment(pack_name: str, facts: dict[str, object], lang: Lang = "zh") -> dict[str, object]:
    pack = load_pack(pack_name)
    results = Assessor([pack]).assess(facts, on=DAY)
    words = words_of(VOCABULARY, pack.parameter_words())
    found: dict[str, object] = json.loads(Reporter(words, lang).assessment(results, Subject(facts), on=DAY))
    return found


def test_an_assessment_is_one_object_of_the_promised_shape(tmp_path: Path) -> None:
    folder = str(made(tmp_path))
    facts = {"applicant.staff": 320, "project.total_rnd_investment": 100_000_000}
    assert assessment(folder, facts) == {
        "on": "2026-03-01",
        "results": [
            {
                "pack": "tiny-2026",
                "scheme": "small-grant",
                "name": "小额专项",
                "verdict": "ineligible",
                "line": None,
                "lines": {},
                "conditions": [
                    {
                        "id": "staff",
                        "clause": "一(一)",
                        "outcome": "unmet",
                        "kind": "auto",
                        "says": "人数不超过上限",
                        "because": [{"fact": "申报单位.从业人数", "value": "320人", "source": "declared"}],
                        "gap": {"fact": "申报单位.从业人数", "have": "320人", "need": "≤ 300人", "by": "20人"},
                    }
                ],
                "missing": [],
                "grant": None,
                "instalments": [],
                "preferences": [],
                "documents": [],
                "sections": [],
            }
        ],
        "problems": [],
    }


def test_the_grant_is_in_yuan_with_its_formula_and_its_facts(tmp_path: Path) -> None:
    folder = str(made(tmp_path))
    facts = {"applicant.staff": 300, "project.total_rnd_investment": 100_000_000}
    (result,) = assessment(folder, facts, "en")["results"]
    assert (result["verdict"], result["name"], result["conditions"][0]["gap"]) == ("eligible", "Small grant", None)
    assert result["grant"] == {
        "amount": "300000.00",
        "currency": "CNY",
        "formula": "min(30% * project.total_rnd_investment, 500 000 CNY)",
        "because": [{"fact": "project.total_rnd_investment", "value": "1 000 000 CNY", "source": "declared"}],
    }


def test_without_facts_what_is_missing_is_named(tmp_path: Path) -> None:
    folder = str(made(tmp_path))
    (result,) = assessment(folder, {})["results"]
    assert (result["verdict"], result["missing"], result["grant"]) == (
        "undetermined", ["申报单位.从业人数", "项目.总研发投入"], None,
    )  # fmt: skip


def test_sources_and_problems_are_told(tmp_path: Path) -> None:
    pack = loaded(made(tmp_path)).pack
    subject = Subject({"applicant.staff": 3}, {"applicant.staff": "统计报表"})
    problem = Mistake("some-code", Text("错了", "wrong"), Text("改", "mend it")).at().placed(file="s.yaml", line=3)
    results = Assessor([pack]).assess(subject.facts, on=DAY)
    shown = json.loads(Reporter(words_of(VOCABULARY)).assessment(results, subject, on=DAY, problems=[problem]))
    assert shown["results"][0]["conditions"][0]["because"][0]["source"] == "统计报表"
    assert shown["problems"] == [{"file": "s.yaml", "line": 3, "code": "some-code", "message": "错了。改"}]
    assert problem_json(problem, "en")["message"] == "wrong. mend it"


@pytest.mark.parametrize(("fen", "text"), [(0, "0.00"), (1, "0.01"), (50_000_000, "500000.00"), (-150, "-1.50"), (-5, "-0.05")])
def test_fen_are_shown_as_yuan(fen: int, text: str) -> None:
    assert yuan(fen) == text


def test_a_proof_is_one_object_of_the_promised_shape(tmp_path: Path) -> None:
    folder = made(
        tmp_path,
        ("schemes/small-grant.yaml", "rules: [T1-R01]", "rules: []"),
        ("outline.yaml", "rules: {T1-R01: M}", "rules: {T1-R01: M}, left: {T1-R01: {zh: 没有数据, en: no data}}"),
        ("cases/small.yaml", "grant: 30万元", "grant: 31万元"),
    )
    assert json.loads(proof_json([proved(folder)], "en")) == {
        "packs": [
            {
                "id": "tiny-2026",
                "clauses": {"total": 4, "carried": 3, "informational": 1},
                "schemes": 1,
                "conditions": {"auto": 1, "evidence": 0, "register": 0, "judgement": 0, "soft": 0},
                "rules": {"machine_checkable": 2, "executable": 1, "left": [{"rule": "T1-R01", "why": "no data"}]},
                "targets": 0,
                "tasks": 0,
                "directions": 0,
                "cases": {"total": 3, "failed": 1},
                "readings": 0,
                "problems": [
                    {
                        "file": str(folder / "cases" / "small.yaml"),
                        "line": 6,
                        "code": "case-failed",
                        "message": "case “at-the-limit”: Small grant should be 310 000 CNY, but is 300 000 CNY."
                        " mend the case or the condition",
                    }
                ],
            }
        ]
    }


# ─── the language of every text ─────────────────────────────────────────────────────────────────

CHINESE = re.compile("[\u4e00-\u9fff]")
#: Texts that are the same in both languages: clauses of the document, names of places and of offices, the subject's own.
SAME_IN_BOTH = {"clause", "sections", "source"}


def texts(value: object, under: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from texts(part, key)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part, under)
    elif isinstance(value, str):
        yield under, value


def test_an_english_assessment_speaks_english() -> None:
    found: set[tuple[str, str]] = set()
    for case in load_pack("yinchuan-2026").cases:
        facts = {key: value for key, value in case.facts.items() if not isinstance(value, str) or not CHINESE.search(value)}
        shown = assessment_of(facts)
        found |= {(under, text) for under, text in texts(shown) if under not in SAME_IN_BOTH and CHINESE.search(text)}
    assert {text for under, text in found if not text.endswith(("市", "区", "县"))} == set()


ASSESSOR = Assessor([load_pack("yinchuan-2026")])
ENGLISH = Reporter(words_of(VOCABULARY, load_pack("yinchuan-2026").parameter_words()), "en")
CHINESE_REPORTER = Reporter(words_of(VOCABULARY, load_pack("yinchuan-2026").parameter_words()), "zh")


def assessment_of(facts: dict[str, object], reporter: Reporter = ENGLISH) -> dict[str, object]:
    results = ASSESSOR.assess(facts, on=DAY)
    found: dict[str, object] = json.loads(reporter.assessment(results, Subject(facts), on=DAY))
    return found


def test_a_chinese_assessment_names_facts_and_says_conditions_in_chinese() -> None:
    for case in load_pack("yinchuan-2026").cases[::10]:
        shown = assessment_of(dict(case.facts), CHINESE_REPORTER)
        said = [(under, text) for under, text in texts(shown) if under in ("fact", "says", "name", "missing")]
        assert [each for each in said if not CHINESE.search(each[1])] == []


def test_both_languages_give_the_same_shape() -> None:
    for case in load_pack("yinchuan-2026").cases[::10]:
        english, chinese = assessment_of(dict(case.facts)), assessment_of(dict(case.facts), CHINESE_REPORTER)
        assert shape(english) == shape(chinese)


def shape(value: object) -> object:
    if isinstance(value, dict):
        return {key: shape(part) for key, part in value.items()}
    return [shape(part) for part in value] if isinstance(value, list) else type(value).__name__
