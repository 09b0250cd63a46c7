"""The proof of a pack: clauses accounted for, rules carried, cases true, conditions tried; each failing of it provoked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.policy.making import CASES, READINGS, SCHEME, made, proved, told
from zhinan.policy.proof import Left
from zhinan.values.text import Text

SCHEME_FILE, CASE_FILE, OUTLINE_FILE = "schemes/small-grant.yaml", "cases/small.yaml", "outline.yaml"
MEND_CASE = "改算例，或改条件 [case-failed]"


def problems(home: Path, *changes: tuple[str, str, str], **more: str) -> list[str]:
    folder = made(home, *changes, **more)
    return told(proved(folder).problems, folder)


def test_a_good_pack_is_counted(tmp_path: Path) -> None:
    proof = proved(made(tmp_path))
    assert (proof.clauses, proof.carried, proof.informational) == (4, 3, 1)
    assert proof.conditions == {"auto": 1, "evidence": 0, "register": 0, "judgement": 0, "soft": 0}
    assert (proof.machine_checkable, proof.executable, proof.left) == (2, 2, ())
    assert (proof.cases, proof.failed, proof.problems) == (3, 0, ())


# ─── clauses and rules ──────────────────────────────────────────────────────────────────────────


def test_a_clause_that_nothing_carries_is_told(tmp_path: Path) -> None:
    more = "  - {path: 三, gist: {zh: 甲, en: a}}\n  - {path: 二"
    assert problems(tmp_path, (OUTLINE_FILE, "  - {path: 二", more)) == [
        "outline.yaml:5: 条款“三”没有任何内容承载 — 在某个条目里引用它，或写明 informational 的理由 [clause-not-carried]"
    ]


def test_a_clause_is_carried_by_one_of_its_rules(tmp_path: Path) -> None:
    more = "  - {path: 三, gist: {zh: 甲, en: a}, rules: {T1-R04: J}}\n  - {path: 二"
    rules = (SCHEME_FILE, "rules: [T1-R01]", "rules: [T1-R01, T1-R04]")
    assert problems(tmp_path, (OUTLINE_FILE, "  - {path: 二", more), rules) == []


def test_a_clause_is_carried_by_a_leaf_that_cites_it(tmp_path: Path) -> None:
    more = "  - {path: 三, gist: {zh: 甲, en: a}}\n  - {path: 二"
    leaf = (SCHEME_FILE, "require: 申报单位.从业人数 ≤ 300人", "require: {clause: 三, require: 申报单位.从业人数 ≤ 300人}")
    assert problems(tmp_path, (OUTLINE_FILE, "  - {path: 二", more), leaf) == []


def test_a_clause_that_is_carried_and_informational_is_told(tmp_path: Path) -> None:
    cited = (SCHEME_FILE, "clause: 一(一)", "clause: 二")
    assert problems(tmp_path, cited) == ["outline.yaml:5: 条款“二”既有内容承载，又标为说明性 — 去掉 informational [clause-both]"]


def test_a_rule_that_nothing_carries_is_told(tmp_path: Path) -> None:
    folder = made(tmp_path, (SCHEME_FILE, "rules: [T1-R01]", "rules: []"))
    proof = proved(folder)
    assert told(proof.problems, folder) == [
        "outline.yaml:3: 规则“T1-R01”没有任何内容承载 — 在某个条目的 rules 里写上它，或在 left 里写明原因 [rule-not-carried]"
    ]
    assert (proof.machine_checkable, proof.executable) == (2, 1)
    assert proof.left == (Left("T1-R01", Text("没有写明原因", "no reason is given")),)


def test_a_rule_may_be_left_with_its_reason(tmp_path: Path) -> None:
    left = (OUTLINE_FILE, "rules: {T1-R01: M}", "rules: {T1-R01: M}, left: {T1-R01: {zh: 没有数据, en: no data}}")
    proof = proved(made(tmp_path, left, (SCHEME_FILE, "rules: [T1-R01]", "rules: []")))
    assert (proof.problems, proof.left) == ((), (Left("T1-R01", Text("没有数据", "no data")),))


def test_a_rule_that_only_a_person_judges_is_not_executable(tmp_path: Path) -> None:
    proof = proved(made(tmp_path, (OUTLINE_FILE, "T1-R03: J", "T1-R03: MD")))
    assert (proof.machine_checkable, proof.executable, [left.rule for left in proof.left]) == (3, 2, ["T1-R03"])


def test_a_rule_in_two_clauses_and_a_clause_written_twice_are_told(tmp_path: Path) -> None:
    more = "  - {path: 二, gist: {zh: 甲, en: a}, rules: {T1-R01: M}, informational: {zh: 甲, en: a}}\n"
    found = problems(tmp_path, (OUTLINE_FILE, "clauses:\n", f"clauses:\n{more}"))
    assert found[:2] == [
        "outline.yaml:6: 编号“二”重复 — 换一个编号 [duplicate-id]",
        "outline.yaml:4: 编号“T1-R01”重复 — 换一个编号 [duplicate-id]",
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("{path: 三}", "缺少“gist” — 补上“gist:” [missing-key]"),
        ("{gist: {zh: 甲, en: a}}", "缺少“path” — 补上“path:” [missing-key]"),
        ("三", "这里应是一组“键: 值” [wrong-shape]"),
    ],
)
def test_a_mistake_in_the_outline_is_told(change: str, message: str, tmp_path: Path) -> None:
    assert f"outline.yaml:2: {message}" in problems(tmp_path, (OUTLINE_FILE, "clauses:\n", f"clauses:\n  - {change}\n"))


# ─── worked cases ───────────────────────────────────────────────────────────────────────────────


def test_every_expectation_that_fails_is_told_and_its_case_counted_once(tmp_path: Path) -> None:
    folder = made(
        tmp_path,
        (CASE_FILE, "{verdict: eligible, grant: 30万元, conditions: {staff: met}}", "{verdict: undetermined, grant: 31万元, conditions: {staff: unmet}}"),
        (CASE_FILE, "verdict: ineligible, grant: none", "verdict: ineligible, grant: 1元"),
    )  # fmt: skip
    proof = proved(folder)
    assert told(proof.problems, folder) == [
        f"cases/small.yaml:6: 算例“at-the-limit”：小额专项 应为 undetermined，算得 eligible — {MEND_CASE}",
        f"cases/small.yaml:6: 算例“at-the-limit”：小额专项 应为 31万元，算得 30万元 — {MEND_CASE}",
        f"cases/small.yaml:6: 算例“at-the-limit”：小额专项 staff 应为 unmet，算得 met — {MEND_CASE}",
        f"cases/small.yaml:11: 算例“one-too-many”：小额专项 应为 1元，算得 无金额 — {MEND_CASE}",
        "schemes/small-grant.yaml:11: 小额专项的条件“staff”没有“符合”的算例 — 在 cases 里补一个 [no-case]",
    ]
    assert (proof.cases, proof.failed) == (3, 2)


def test_cases_that_fail_on_the_same_line_of_two_files_are_two(tmp_path: Path) -> None:
    wrong = CASES.replace("verdict: eligible", "verdict: ineligible")
    again = wrong.replace("id: ", "id: second-").replace("base: ", "base: second-")
    proof = proved(made(tmp_path, (CASE_FILE, CASES, wrong), cases__zweite=again))
    assert (proof.cases, proof.failed) == (6, 2)


def test_documents_and_preferences_may_be_expected(tmp_path: Path) -> None:
    sections = """\
preferences: {id: large, clause: 一, when: 申报单位.规模以上, says: {zh: 甲, en: a}}
documents: {id: plan, clause: 一, name: {zh: 方案, en: plan}, require: 申报单位.独立法人}
"""
    expect = (
        CASE_FILE,
        "conditions: {staff: met}",
        "conditions: {staff: met}, preferences: {large: met}, documents: {plan: unknown}",
    )
    assert problems(tmp_path, (SCHEME_FILE, SCHEME, SCHEME + sections), expect) == [
        f"cases/small.yaml:6: 算例“at-the-limit”：小额专项 large 应为 met，算得 unknown — {MEND_CASE}"
    ]


def test_a_condition_that_no_case_tries_is_told(tmp_path: Path) -> None:
    assert problems(tmp_path, (CASE_FILE, CASES, "cases: []\n")) == [
        f"schemes/small-grant.yaml:11: 小额专项的条件“staff”没有“{outcome}”的算例 — 在 cases 里补一个 [no-case]"
        for outcome in ("符合", "不符合", "未知")
    ]


def test_a_condition_that_a_person_judges_is_tried_as_a_judgement(tmp_path: Path) -> None:
    judged = (SCHEME_FILE, "    says: {zh: 人数不超过上限", "    judge: {zh: 乙, en: b}\n    says: {zh: 人数不超过上限")
    assert problems(tmp_path, judged)[-1:] == [
        "schemes/small-grant.yaml:11: 小额专项的条件“staff”没有“待人判断”的算例 — 在 cases 里补一个 [no-case]"
    ]


def test_a_pure_judgement_needs_no_case(tmp_path: Path) -> None:
    judge = (SCHEME_FILE, "conditions:\n", "conditions:\n  - {id: sense, clause: 一, judge: {zh: 乙, en: b}}\n")
    assert problems(tmp_path, judge) == []


def test_a_case_may_choose_readings_and_set_figures(tmp_path: Path) -> None:
    wide_or_narrow = (
        SCHEME_FILE, "require: 申报单位.从业人数 ≤ 300人",
        "reading: AMB-1\n    require: {wide: 申报单位.从业人数 ≤ 300人, narrow: 申报单位.从业人数 ≤ 5人}",
    )  # fmt: skip
    more = """\
        cases:
          - id: narrow
            about: {zh: 甲, en: a}
            base: at-the-limit
            readings: {AMB-1: narrow}
            parameters: {small-grant.资助上限: 1万元}
            facts: {申报单位: {从业人数: 5人}}
            expect: {small-grant: {verdict: eligible, grant: 1万元}}
          - id: narrow-still
            about: {zh: 甲, en: a}
            base: narrow
            facts: {申报单位: {从业人数: 6人}}
            expect: {small-grant: {verdict: ineligible}}
    """
    assert problems(tmp_path, wide_or_narrow, readings=READINGS, cases__zusatz=more) == []


CASE_MISTAKES = {
    "an unknown scheme": ("expect: {small-grant:", "expect: {small-grand:", "没有“small-grand”这个事项 — 最接近的：small-grant [unknown-scheme]"),
    "an unknown condition": ("conditions: {staff: met}", "conditions: {stuff: met}", "不认识“stuff” — 最接近的：staff [unknown-key]"),
    "an unknown outcome": ("conditions: {staff: met}", "conditions: {staff: ok}", "“ok”不在可选值之内 — 可选：met, unmet, unknown, judgement [not-one-of]"),
    "an unknown reading": ("on: 2026-03-01", "on: 2026-03-01\n    readings: {AMB-1: x}", "没有“AMB-1”这个解读 [unknown-reading]"),
    "an unknown figure": ("on: 2026-03-01", "on: 2026-03-01\n    parameters: {small-grant.上限: 1元}", "不认识“small-grant.上限” — 最接近的：small-grant.资助上限 [unknown-key]"),
    "a figure of another type": ("on: 2026-03-01", "on: 2026-03-01\n    parameters: {small-grant.资助上限: 1人}", "“参数.资助上限”应是金额，却写成“1人” — 写出单位，例如：1500万元、1.5亿元、3200元 [wrong-unit]"),
    "a grant that is no money": ("grant: 30万元", "grant: 30人", "“金额”应是金额，却写成“30人” — 写出单位，例如：1500万元、1.5亿元、3200元 [wrong-unit]"),
    "a grant that is unknown": ("grant: 30万元", "grant: 未知", "“未知”读不成金额 — 写到分为止；没有金额就写 none [bad-quantity]"),
    "a grant below a fen": ("grant: 30万元", "grant: 0.001元", "“0.001元”读不成金额 — 写到分为止；没有金额就写 none [bad-quantity]"),
    "no day": ("    on: 2026-03-01\n", "", "缺少“on” — 补上“on:” [missing-key]"),
    "an unknown fact": ("facts: {申报单位: {从业人数: 300人}", "facts: {申报单位: {从业人数: 300人, 人: 1}", "没有“申报单位.人”这个词"),
    "an id twice": ("id: one-too-many", "id: at-the-limit", "编号“at-the-limit”重复 — 换一个编号 [duplicate-id]"),
    "an id that is none": ("id: one-too-many", "id: One", "“One”不能作编号 — 用小写英文字母、数字和连字符 [bad-id]"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASE_MISTAKES)
def test_a_mistake_in_a_case_is_told(case: str, tmp_path: Path) -> None:
    old, new, message = CASE_MISTAKES[case]
    found = problems(tmp_path, (CASE_FILE, old, new))
    assert any(line.startswith("cases/small.yaml:") and message in line for line in found)


@pytest.mark.parametrize("unknown", ["未知", "{value: 未知}", "' '", "~"])
def test_a_fact_that_a_case_sets_to_unknown_is_not_taken_over(unknown: str, tmp_path: Path) -> None:
    assert problems(tmp_path, (CASE_FILE, "{从业人数: 未知}", f"{{从业人数: {unknown}}}")) == []
    assert problems(tmp_path / "dotted", (CASE_FILE, "{申报单位: {从业人数: 未知}}", f"{{applicant.staff: {unknown}}}")) == []
