"""From the YAML of a scheme to conditions, money and documents: each section, and each of its mistakes."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from tests.policy.making import CASES, READINGS, scheme_of
from zhinan.language import tree
from zhinan.language.types import BOOL, MONEY_TYPE, Kind, duration_in
from zhinan.policy.model import Condition, ConditionKind, Instalment, Scheme
from zhinan.policy.vocabulary import base_vocabulary
from zhinan.values.text import Text

FACTS = base_vocabulary().facts
NO_CASES = ("cases/small.yaml", CASES, "cases: []\n")
SAYS = "says: {zh: 甲, en: a}"


def fact(key: str) -> tree.Fact:
    return tree.Fact(FACTS[key].word.type, key)


LEGAL, SCALE = fact("applicant.legal_person"), fact("applicant.above_scale")


def read(home: Path, sections: str, *changes: tuple[str, str, str], **more: str) -> Scheme:
    scheme, problems = scheme_of(home, sections, NO_CASES, *changes, **more)
    assert [line for line in problems if "unknown-rule" not in line] == []
    return scheme


def refused(home: Path, sections: str, *changes: tuple[str, str, str], **more: str) -> list[str]:
    """What is wrong, without the file: these sections stand at the end of the scheme."""
    return [line.partition(": ")[2] for line in scheme_of(home, sections, NO_CASES, *changes, **more)[1]]


def condition(home: Path, text: str, **more: str) -> Condition:
    return read(home, f"conditions:\n  - {{id: c, clause: 一, {text}}}\n", **more).conditions[0]


# ─── conditions ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"require: 申报单位.独立法人, {SAYS}", ConditionKind.AUTO),
        (f"require: 申报单位.独立法人, {SAYS}, evidence: [证书]", ConditionKind.EVIDENCE),
        (f"require: 申报单位.独立法人, {SAYS}, evidence: [证书], source: register", ConditionKind.REGISTER),
        (f"require: 申报单位.独立法人, {SAYS}, source: register, judge: {{zh: 乙, en: b}}", ConditionKind.JUDGEMENT),
        (f"require: 申报单位.独立法人, {SAYS}, judge: {{zh: 乙, en: b}}, soft: true", ConditionKind.SOFT),
        (f"require: 申报单位.独立法人, {SAYS}, soft: 是", ConditionKind.SOFT),
        (f"require: 申报单位.独立法人, {SAYS}, soft: false", ConditionKind.AUTO),
    ],
)
def test_a_condition_is_of_the_first_kind_that_fits(text: str, kind: ConditionKind, tmp_path: Path) -> None:
    assert condition(tmp_path, text).kind is kind


def test_a_condition_is_read_whole(tmp_path: Path) -> None:
    text = """\
        lines:
          - {id: high-tech, name: {zh: 高新, en: high tech}, clause: 一}
        conditions:
          - id: legal
            clause: 一(一)
            rules: [T1-R01, T1-R02, T1-R01]
            lines: [high-tech]
            when: 申报单位.规模以上
            otherwise: judge
            require: 申报单位.独立法人
            evidence: [营业执照, 章程]
            says: {zh: 独立, en: independent}
    """
    assert read(tmp_path, text).conditions == (
        Condition(
            id="legal", clause="一(一)", rules=("T1-R01", "T1-R02"), kind=ConditionKind.EVIDENCE, lines=("high-tech",),
            applies=SCALE, otherwise_judge=True, reading="", requires={"": LEGAL}, says=Text("独立", "independent"),
            judge=None, evidence=("营业执照", "章程"), origin="conditions",
        ),
    )  # fmt: skip


def test_a_pure_judgement_says_what_is_judged(tmp_path: Path) -> None:
    found = condition(tmp_path, "judge: {zh: 有意义, en: it makes sense}")
    assert (found.says, found.requires, found.is_executable, found.bars) == (Text("有意义", "it makes sense"), {}, False, False)


def test_a_tree_is_read_with_its_cited_leaves_and_their_rules(tmp_path: Path) -> None:
    text = """\
        conditions:
          - id: c
            clause: 一
            rules: [T1-R01]
            says: {zh: 甲, en: a}
            require:
              any:
                - 申报单位.独立法人
                - {clause: 一(一), rules: [T1-R02], require: 申报单位.规模以上, says: {zh: 规上, en: above}}
                - all:
                    - {says: {zh: 独立, en: independent}, require: 申报单位.独立法人}
                    - not: {all: [申报单位.规模以上, {not: 申报单位.独立法人, rules: [T1-R03]}]}
    """
    (found,) = read(tmp_path, text).conditions
    assert found.requires[""] == tree.Any(
        (
            LEGAL,
            tree.Cited(SCALE, "一(一)", Text("规上", "above")),
            tree.All(
                (
                    tree.Cited(LEGAL, "", Text("独立", "independent")),
                    tree.Any((tree.Not(SCALE), LEGAL)),
                )
            ),
        )
    )
    assert found.rules == ("T1-R01", "T1-R02", "T1-R03")


def test_a_tree_in_a_tree_of_its_kind_is_one_tree(tmp_path: Path) -> None:
    text = f"require: {{all: [申报单位.独立法人, {{all: [申报单位.规模以上, 申报单位.独立法人]}}]}}, {SAYS}"
    assert condition(tmp_path, text).requires[""] == tree.All((LEGAL, SCALE, LEGAL))


def test_the_rules_of_leaves_count_in_documents_and_preferences_too(tmp_path: Path) -> None:
    text = f"""\
        preferences:
          - {{id: p, clause: 一, {SAYS}, when: {{any: [{{rules: [T1-R01], require: 申报单位.规模以上}}, 申报单位.独立法人]}}}}
        documents:
          - {{id: d, clause: 一, name: {{zh: 乙, en: b}}, require: {{rules: [T1-R02], require: 申报单位.规模以上}}}}
    """
    scheme = read(tmp_path, text)
    assert (scheme.preferences[0].rules, scheme.documents[0].rules) == (("T1-R01",), ("T1-R02",))


HERE = "这里应是表达式，或 all:、any:、not:、require: 之一 [wrong-shape]"
CONDITION_MISTAKES = {
    "nothing to decide": (SAYS, ["条件“c”既没有 require 也没有 judge — 写出表达式，或写明由人判断什么 [nothing-to-decide]"]),
    "nothing said": ("require: 申报单位.独立法人", ["缺少“says” — 补上“says:” [missing-key]"]),
    "an unknown key": (f"{SAYS}, requires: 申报单位.独立法人, judge: {{zh: 乙, en: b}}", ["不认识“requires” — 最接近的：require、rules [unknown-key]"]),
    "an unknown line": (f"{SAYS}, require: 申报单位.独立法人, lines: [x]", ["这个事项没有“x”子项 — 可选：– [unknown-line]"]),
    "an unknown source": (f"{SAYS}, require: 申报单位.独立法人, source: hearsay", ["“hearsay”不在可选值之内 — 可选：register [not-one-of]"]),
    "a truth that is none": (f"{SAYS}, require: 申报单位.独立法人, soft: maybe", ["“maybe”不在可选值之内 — 可选：true, false, 是, 否 [not-one-of]"]),
    "otherwise without when": (f"{SAYS}, require: 申报单位.独立法人, otherwise: judge", ["缺少“when” — 补上“when:” [missing-key]"]),
    "all and any at once": (f"{SAYS}, require: {{all: [申报单位.独立法人], any: [申报单位.独立法人]}}", [HERE]),
    "none of them": (f"{SAYS}, require: {{clause: 一}}", [HERE]),
    "an empty all": (f"{SAYS}, require: {{all: []}}", ["这里应是一个列表 — 至少写一项 [wrong-shape]"]),
    "an all that is no list": (f"{SAYS}, require: {{all: 申报单位.独立法人}}", ["这里应是一个列表 — 每项前写“- ” [wrong-shape]"]),
    "a list for an expression": (f"{SAYS}, require: [申报单位.独立法人]", ["这里应是一组“键: 值” [wrong-shape]", HERE]),
    "a number for a truth": (f"{SAYS}, require: 申报单位.从业人数", None),
    "a tree for when": (f"{SAYS}, require: 申报单位.独立法人, when: {{all: [申报单位.独立法人]}}", ["这里应是文字 [wrong-shape]"]),
    "says in one language": ("require: 申报单位.独立法人, says: {zh: 甲}", ["缺少“en” — 补上“en:” [missing-key]"]),
    "says without language": ("require: 申报单位.独立法人, says: 甲", ["这里应是{zh: …, en: …} [wrong-shape]"]),
    "an unknown reading": (f"{SAYS}, reading: AMB-9, require: {{a: 申报单位.独立法人}}", ["没有“AMB-9”这个解读 [unknown-reading]"]),
}  # fmt: skip


@pytest.mark.parametrize("case", CONDITION_MISTAKES)
def test_a_mistake_in_a_condition_is_told(case: str, tmp_path: Path) -> None:
    text, messages = CONDITION_MISTAKES[case]
    found = refused(tmp_path, f"conditions:\n  - {{id: c, clause: 一, {text}}}\n")
    if messages is None:
        assert len(found) == 1
    else:
        assert found == messages


# ─── readings ───────────────────────────────────────────────────────────────────────────────────


def test_a_condition_has_one_text_for_each_reading(tmp_path: Path) -> None:
    text = (
        f"reading: AMB-1, {SAYS}, require: {{narrow: 申报单位.独立法人, wide: {{any: [申报单位.规模以上, 申报单位.独立法人]}}}}"
    )
    found = condition(tmp_path, text, readings=READINGS)
    assert (found.reading, dict(found.requires)) == ("AMB-1", {"narrow": LEGAL, "wide": tree.Any((SCALE, LEGAL))})


def test_a_formula_may_be_read_in_several_ways(tmp_path: Path) -> None:
    text = "funding: [{clause: 一, reading: AMB-1, grant: {wide: 2万元, narrow: 1万元}}]\n"
    (funding,) = read(tmp_path, text, readings=READINGS).fundings
    assert {name: typed.value for name, typed in funding.grants.items() if isinstance(typed, tree.Constant)} == {
        "wide": 2_000_000, "narrow": 1_000_000,
    }  # fmt: skip


UNUSED = "解读“AMB-1”没有条件使用 — 加上 recorded: true，或在条件里用它 [unused-reading]"
WRONG = "解读“AMB-1”的各种理解应是：wide, narrow — 每种理解写一条 [wrong-alternatives]"


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("require: 申报单位.独立法人", [WRONG]),
        ("require: {wide: 申报单位.独立法人}", [WRONG]),
        ("require: {wide: 申报单位.独立法人, narrow: 申报单位.独立法人, third: 申报单位.独立法人}", [WRONG]),
        ("judge: {zh: 乙, en: b}", ["缺少“require” — 补上“require:” [missing-key]", UNUSED]),
    ],
)
def test_the_alternatives_must_be_those_of_the_reading(text: str, messages: list[str], tmp_path: Path) -> None:
    sections = f"conditions:\n  - {{id: c, clause: 一, {SAYS}, reading: AMB-1, {text}}}\n"
    assert refused(tmp_path, sections, readings=READINGS) == messages


def test_a_reading_is_used_or_recorded(tmp_path: Path) -> None:
    assert refused(tmp_path, "", readings=READINGS) == [UNUSED]
    assert refused(tmp_path, "", readings=READINGS + "    recorded: true\n") == []


def test_mistakes_in_readings_are_told(tmp_path: Path) -> None:
    wrong = READINGS.replace("default: wide", "default: broad").replace("clauses: [一]", "clauses: [九]")
    assert refused(tmp_path, "", readings=wrong + "    recorded: true\n" + READINGS.partition("\n")[2]) == [
        "“broad”不在可选值之内 — 可选：wide, narrow [not-one-of]",
        "编号“AMB-1”重复 — 换一个编号 [duplicate-id]",
        "大纲里没有“九”这一条 — 可用：一、一(一)、一(二)、二 [unknown-clause]",
    ]


# ─── conditions made from other sections ────────────────────────────────────────────────────────

DIRECTIONS = """\
directions:
  - id: D-A
    clause: 一
    name: {zh: 甲, en: a}
    children:
      - {id: D-A.1, clause: 一, name: {zh: 甲一, en: a1}, topics: {zh: 题, en: topic}}
"""


def test_directions_payment_and_duration_make_conditions(tmp_path: Path) -> None:
    text = """\
        lines:
          - {id: first, name: {zh: 甲, en: a}, clause: 一}
        directions:
          - D-A
          - {id: the-first, under: D-A.1, lines: [first], clause: 一(一), rules: [T1-R01]}
        payment:
          - {clause: 一, modes: [upfront, self-funded], when: 申报单位.规模以上}
          - {clause: 一, modes: [post], soft: true, lines: [first]}
        duration: {clause: 一, at_least: 半年, at_most: 2年, soft: true}
    """.replace("半年", "6个月")
    made = [each for each in read(tmp_path, text, directions=DIRECTIONS).conditions if each.origin != "conditions"]
    assert [(each.id, each.origin, each.kind, each.lines, each.applies, each.clause) for each in made] == [
        ("direction", "directions", ConditionKind.JUDGEMENT, (), None, ""),
        ("the-first", "directions", ConditionKind.JUDGEMENT, ("first",), None, "一(一)"),
        ("payment-mode", "payment", ConditionKind.AUTO, (), SCALE, "一"),
        ("payment-mode-2", "payment", ConditionKind.SOFT, ("first",), None, "一"),
        ("duration", "duration", ConditionKind.SOFT, (), None, "一"),
    ]
    duration, months = fact("project.duration"), duration_in("个月")
    assert [each.requires[""] for each in made] == [
        tree.Within(fact("project.direction"), ("D-A",)),
        tree.Within(fact("project.direction"), ("D-A.1",)),
        tree.Within(fact("project.payment_mode"), ("upfront", "self_funded")),
        tree.Within(fact("project.payment_mode"), ("post",)),
        tree.All(
            (
                tree.Compare("≥", duration, tree.Constant(months, 6)),
                tree.Compare("≤", duration, tree.Constant(months, 24)),
            )
        ),
    ]
    assert [each.says.zh for each in made[2:]] == ["资助方式为前引导或全额自筹", "资助方式为后支持", "实施周期为6至24个月"]


def test_a_duration_alone_says_its_upper_limit(tmp_path: Path) -> None:
    (made,) = read(tmp_path, "duration: {clause: 一, at_most: 18个月}\n").conditions[1:]
    assert made.says == Text("实施周期不超过18个月", "it lasts 18 months at the most")
    assert made.kind is ConditionKind.AUTO


SECTION_MISTAKES = {
    "an unknown direction": ("directions: [D-B]\n", ["支持方向里没有“D-B” — 最接近的：D-A、D-A.1 [unknown-direction]"]),
    "a direction without its node": ("directions: [{lines: [x]}]\n", ["缺少“under” — 补上“under:” [missing-key]", "这个事项没有“x”子项 — 可选：– [unknown-line]"]),
    "a direction twice": ("directions: [{id: d, under: D-A}, {id: d, under: D-A}]\n", ["编号“d”重复 — 换一个编号 [duplicate-id]"]),
    "an unknown mode": ("payment: [{clause: 一, modes: [cash]}]\n", ["“cash”不在可选值之内 — 可选：upfront, post, equity, self-funded [not-one-of]"]),
    "a duration in days": ("duration: {clause: 一, at_most: 30天}\n", ["“期限”应是期限（个月），却写成“30天” — 例如：3个月 [wrong-unit]"]),
    "part of a month": ("duration: {clause: 一, at_most: 0.1年}\n", ["“0.1年”读不成期限 — 例如：24个月 [bad-quantity]"]),
    "an unknown duration": ("duration: {clause: 一, at_most: 未知}\n", ["“未知”读不成期限 — 例如：24个月 [bad-quantity]"]),
    "a duration without limit": ("duration: {clause: 一}\n", ["缺少“at_most” — 补上“at_most:” [missing-key]"]),
    "an unknown place in time": ("payment: [{clause: 一, instalments: [{at: spring, share: rest}]}]\n", ["“spring”不在可选值之内 — 可选：establishment, acceptance, yearly, audit, mid-term [not-one-of]"]),
    "a share that is no ratio": ("payment: [{clause: 一, instalments: [{at: audit, share: 3万元}, {at: audit, share: 100%}]}]\n", ["“3万元”读不成比例 — 例如：30% [bad-quantity]"]),
    "a share that is a list": ("payment: [{clause: 一, instalments: [{at: audit, share: [x]}, {at: audit, share: rest}]}]\n", ["这里应是文字 [wrong-shape]"]),
    "a share that is a word": ("payment: [{clause: 一, instalments: [{at: audit, share: 一半}, {at: audit, share: rest}]}]\n", ["“一半”读不成比例"]),
    "an unknown parameter type": ("parameters:\n - {name: 甲, key: a, type: number, value: 3, label: {zh: 甲, en: a}}\n", None),
    "a parameter without value": ("parameters:\n - {name: 甲, key: a, type: bool, label: {zh: 甲, en: a}}\n", ["缺少“value” — 补上“value:” [missing-key]"]),
    "a parameter that is unknown": ("parameters:\n - {name: 甲, key: a, type: bool, value: 未知, label: {zh: 甲, en: a}}\n", ["缺少“value” — 补上“value:” [missing-key]"]),
    "a suggestion of another type": ("parameters:\n - {name: 甲, key: a, type: ratio, ask: authority, suggest: 2年, label: {zh: 甲, en: a}}\n", ["“参数.甲”应是比例或数字，却写成“2年” — 例如：35% [wrong-unit]"]),
    "a parameter asked of somebody": ("parameters:\n - {name: 甲, key: a, type: bool, ask: me, label: {zh: 甲, en: a}}\n", ["“me”不在可选值之内 — 可选：authority [not-one-of]"]),
    "a parameter nobody can say": ("parameters:\n - {name: 甲 乙, key: a, type: bool, value: 是, label: {zh: 甲, en: a}}\n", ["“甲 乙 / a”不能作词语名"]),
    "two parameters of a name": ("parameters:\n - {name: 甲, key: a, type: bool, value: 是, label: {zh: 甲, en: a}}\n - {name: 甲, key: b, type: bool, value: 是, label: {zh: 甲, en: a}}\n", ["编号“甲”重复 — 换一个编号 [duplicate-id]"]),
    "money asked in people": ("funding: [{clause: 一, grant: 3人}]\n", None),
    "a preference for nothing": ("preferences: [{id: p, clause: 一}]\n", ["缺少“when” — 补上“when:” [missing-key]", "缺少“says” — 补上“says:” [missing-key]"]),
    "two documents of an id": ("documents:\n - {id: d, clause: 一, name: {zh: 甲, en: a}, require: 申报单位.独立法人}\n - {id: d, clause: 一, name: {zh: 甲, en: a}, require: 申报单位.独立法人}\n", ["编号“d”重复 — 换一个编号 [duplicate-id]"]),
    "a line without a name": ("lines: [{id: L, clause: 一}]\n", ["缺少“name” — 补上“name:” [missing-key]", "“L”不能作编号 — 用小写英文字母、数字和连字符 [bad-id]"]),
    "an unknown method": ("selection: {clause: 一, method: lottery}\n", ["“lottery”不在可选值之内 — 可选：competitive, directed, open [not-one-of]"]),
    "a section that is a text": ("documents: 无\n", ["这里应是一个列表 — 每项前写“- ” [wrong-shape]"]),
    "an unknown section": ("document: []\n", ["不认识“document” — 最接近的：documents"]),
}  # fmt: skip


@pytest.mark.parametrize("case", SECTION_MISTAKES)
def test_a_mistake_in_a_section_is_told(case: str, tmp_path: Path) -> None:
    text, messages = SECTION_MISTAKES[case]
    cap = ("schemes/small-grant.yaml", "参数.资助上限)", "50万元)")
    found = refused(tmp_path, text, *([] if text.startswith("funding") else [cap]), directions=DIRECTIONS)
    if messages is None:
        assert found
    else:
        assert [line[: len(message)] for line, message in zip(found, messages, strict=True)] == messages


# ─── money, documents, the rest ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("shares", "is_whole"),
    [
        (["100%"], True), (["40%", "60%"], True), (["40%", "rest"], True), (["rest"], True), (["0.5", "0.5"], True),
        (["40%"], False), (["40"], False), (["40%", "70%"], False), (["100%", "rest"], False), (["rest", "rest"], False),
        (["-10%", "110%"], False), (["0%", "100%"], False),
    ],
)  # fmt: skip
def test_the_shares_of_instalments_make_the_whole(shares: list[str], is_whole: bool, tmp_path: Path) -> None:
    listed = ", ".join(f"{{at: establishment, share: {share}}}" for share in shares)
    found = refused(tmp_path, f"payment: {{clause: 一, instalments: [{listed}]}}\n")
    assert [line.rpartition(" ")[2] for line in found] == ([] if is_whole else ["[wrong-shares]"])


def test_payment_is_read_whole(tmp_path: Path) -> None:
    text = """\
        payment:
          clause: 一(二)
          lump_sum: true
          budget: none
          instalments: [{at: establishment, share: 40%}, {at: acceptance, share: rest}]
    """
    (payment,) = read(tmp_path, text).payments
    assert (payment.modes, payment.lump_sum, payment.budget, payment.soft) == ((), True, "none", False)
    assert payment.instalments == (Instalment("establishment", Fraction(2, 5)), Instalment("acceptance", None))


def test_parameters_are_read_with_and_without_value(tmp_path: Path) -> None:
    text = """\
        parameters:
          - {name: 资助上限, key: cap, type: money, value: 50万元, label: {zh: 上限, en: cap}, clause: 一(二), rules: [T1-R02]}
          - {name: 年数, key: years, type: duration, unit: 年, ask: authority, suggest: 2年, label: {zh: 年数, en: years}}
          - {name: 截止, key: until, type: date, value: 2026-06-30, label: {zh: 截止, en: until}}
    """
    cap, years, until = read(tmp_path, text).parameters
    assert (cap.word.key, cap.word.zh, cap.word.en, cap.word.type, cap.value, cap.asked, cap.rules) == (
        "parameter.small-grant.cap", "参数.资助上限", "parameter.cap", MONEY_TYPE, 50_000_000, False, ("T1-R02",),
    )  # fmt: skip
    assert (years.value, years.suggest, years.asked, years.word.type.kind) == (None, "2年", True, Kind.DURATION)
    assert until.value == date(2026, 6, 30)


def test_a_parameter_of_the_pack_is_known_to_its_schemes_and_carries_its_clause(tmp_path: Path) -> None:
    shared = (
        "parameters:\n  - {name: 门槛, key: floor, type: count, unit: 人, value: 3人, label: {zh: 门槛, en: floor}, clause: 一}\n"
    )
    changes = ("pack.yaml", "year: 2026\nin", f"{shared}year: 2026\nin")
    text = f"conditions:\n  - {{id: c, clause: 一, require: 申报单位.从业人数 ≥ 参数.门槛, {SAYS}}}\n"
    scheme = read(tmp_path, text, changes)
    assert scheme.conditions[0].requires[""] == tree.Compare(
        "≥", fact("applicant.staff"), tree.Fact(FACTS["applicant.staff"].word.type, "parameter.tiny-2026.floor")
    )
    wrong = ("pack.yaml", "year: 2026\nin", shared.replace("clause: 一}", "clause: 九}") + "year: 2026\nin")
    assert refused(tmp_path / "wrong", text, wrong) == ["大纲里没有“九”这一条 — 可用：一、一(一)、一(二)、二 [unknown-clause]"]


def test_the_other_sections_are_read(tmp_path: Path) -> None:
    text = """\
        preferences:
          - {id: original, clause: 一, judge: {zh: 原创, en: original}}
          - {id: large, clause: 一, when: 申报单位.规模以上, says: {zh: 规上, en: above}}
        documents: {id: plan, clause: 一, name: {zh: 方案, en: plan}, when: 申报单位.规模以上, require: 申报单位.独立法人}
        selection: {clause: 一, method: competitive, planned: 5-10}
        routing: {clause: 一, section: 高新技术科, when: 申报单位.规模以上}
        recommendation: {clause: 一, by: {zh: 县区, en: county}, when: 申报单位.规模以上}
        duties: {id: report, clause: 一, at: yearly, guard: report-sent, soft: true, says: {zh: 年报, en: report}}
    """
    scheme = read(tmp_path, text)
    assert [(each.says, each.whens, each.is_executable) for each in scheme.preferences] == [
        (Text("原创", "original"), {}, False), (Text("规上", "above"), {"": SCALE}, True),
    ]  # fmt: skip
    (document,), (selection,), (route,) = scheme.documents, scheme.selections, scheme.routes
    assert (document.applies, document.requires) == (SCALE, {"": LEGAL})
    assert (selection.method, selection.planned) == ("competitive", (5, 10))
    assert (route.section, route.applies) == ("高新技术科", SCALE)
    (recommendation,), (duty,) = scheme.recommendations, scheme.duties
    assert (recommendation.by, recommendation.applies) == (Text("县区", "county"), SCALE)
    assert (duty.at, duty.guard, duty.soft, duty.says) == ("yearly", "report-sent", True, Text("年报", "report"))


def test_a_single_number_of_projects_is_both_ends(tmp_path: Path) -> None:
    (selection,) = read(tmp_path, "selection: {clause: 一, planned: 3}\n").selections
    assert (selection.method, selection.planned) == ("", (3, 3))


# ─── directions ─────────────────────────────────────────────────────────────────────────────────


def test_directions_must_continue_the_id_of_their_parent_and_be_unique(tmp_path: Path) -> None:
    more = "      - {id: D-B, clause: 一, name: {zh: 乙, en: b}}\n  - {id: D-A, clause: 九, name: {zh: 丙, en: c}}\n"
    assert [line.partition(" — ")[0] for line in refused(tmp_path, "", directions=DIRECTIONS + more)] == [
        "方向“D-B”列在“D-A”下面，编号却不同开头",
        "编号“D-A”重复",
        "大纲里没有“九”这一条",
    ]


def test_a_negated_bool_constant_is_still_a_truth(tmp_path: Path) -> None:
    found = condition(tmp_path, f"require: {{not: 是}}, {SAYS}")
    assert found.requires[""] == tree.Constant(BOOL, False)
