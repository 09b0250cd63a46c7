"""What several schemes share, what a recognition leaves behind, and clauses cited together."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.policy.making import CASES, READINGS, loaded, made, scheme_of, told
from zhinan.language import tree
from zhinan.policy.resolve import readings_of
from zhinan.policy.vocabulary import base_vocabulary
from zhinan.values.problem import BadInput

NO_CASES = ("cases/small.yaml", CASES, "cases: []\n")
COMMON = """\
ruleset: common
code: T0
name: {zh: 共同条件, en: common}
clause: 一
conditions:
  - {id: legal, clause: 一, require: 申报单位.独立法人, says: {zh: 独立, en: independent}}
preferences:
  - {id: large, clause: 一, when: 申报单位.规模以上, says: {zh: 规上, en: above}}
"""


def test_a_scheme_takes_over_a_rule_set_before_its_own(tmp_path: Path) -> None:
    scheme, problems = scheme_of(tmp_path, "includes: [common]\n", NO_CASES, rulesets__common=COMMON)
    assert problems == []
    assert [each.id for each in (*scheme.conditions, *scheme.preferences)] == ["legal", "staff", "large"]
    legal = base_vocabulary().facts["applicant.legal_person"].word
    assert scheme.conditions[0].requires == {"": tree.Fact(legal.type, legal.key)}


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ("includes: [comon]\n", "没有“comon”"),
        (
            "includes: [common]\nduties: {id: d, clause: 一, at: yearly, says: {zh: 甲}}\n",
            "缺少“en” — 补上“en:” [missing-key]",
        ),
    ],
)
def test_a_mistake_beside_a_rule_set_is_told(sections: str, message: str, tmp_path: Path) -> None:
    _, problems = scheme_of(tmp_path, sections, NO_CASES, rulesets__common=COMMON)
    (found,) = problems
    assert message in found


def test_a_condition_of_the_scheme_and_of_the_rule_set_may_not_share_an_id(tmp_path: Path) -> None:
    clash = COMMON.replace("id: legal", "id: staff")
    _, problems = scheme_of(tmp_path, "includes: [common]\n", NO_CASES, rulesets__common=clash)
    assert problems == ["schemes/small-grant.yaml:1: 编号“staff”重复 — 换一个编号 [duplicate-id]"]


def test_a_recognition_leaves_a_title(tmp_path: Path) -> None:
    kind = ("schemes/small-grant.yaml", "kind: grant", "kind: recognition")
    scheme, problems = scheme_of(tmp_path, "title: {grants: 高新技术企业, valid: 3年, clause: 一}\n", NO_CASES, kind)
    assert problems == []
    title = scheme.title
    assert title
    assert (title.grants, title.valid_months, title.clause) == (("high_tech_enterprise",), 36, "一")


def test_a_title_that_is_none_is_told(tmp_path: Path) -> None:
    _, problems = scheme_of(tmp_path, "title: {grants: 高企, valid: 30天, clause: 一}\n", NO_CASES)
    assert [line.rpartition(" ")[2] for line in problems] == ["[unknown-choice]", "[wrong-unit]"]


def test_an_item_may_cite_several_clauses(tmp_path: Path) -> None:
    scheme, problems = scheme_of(tmp_path, "selection: {clause: [一, 一(二), 九]}\n", NO_CASES)
    assert scheme.selections[0].clauses == ("一", "一(二)", "九")
    assert [line.partition(" — ")[0] for line in problems] == ["schemes/small-grant.yaml:21: 大纲里没有“九”这一条"]


def test_readings_go_to_the_packs_that_have_them(tmp_path: Path) -> None:
    readings = READINGS + "    recorded: true\n"
    first, second = loaded(made(tmp_path / "a", readings=readings)).pack, loaded(made(tmp_path / "b")).pack
    assert readings_of([first, second], {"AMB-1": "narrow"}) == [{"AMB-1": "narrow"}, {}]
    with pytest.raises(BadInput) as bad:
        readings_of([first, second], {"AMB-2": "narrow"})
    assert told(bad.value.problems) == [":0: 没有“AMB-2”这个解读 — 最接近的：AMB-1 [unknown-reading]"]
