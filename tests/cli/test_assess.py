"""`zhinan assess`: the table and the details as a reader sees them, in both languages and at several widths."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from zhinan.policy.load import shipped_packs
from zhinan.values.width import display_width

Run = Callable[..., Any]  # conftest's Ran cannot be imported from a test
PROFILES = Path(__file__).parents[1] / "policy" / "profiles"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("columns", [80, 120])
def test_the_answer_as_it_is_read(
    zhinan: Run, golden: Callable[[str, str], None], small_firm: str, pocket: str, lang: str, columns: int
) -> None:
    ran = zhinan("assess", small_firm, "--pack", pocket, "--on", "2026-03-01", "--lang", lang, columns=columns)

    assert (ran.code, ran.err) == (0, "")
    golden(f"assess-{lang}-{columns}.txt", ran.out)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_reason_when_it_is_asked_for(
    zhinan: Run, golden: Callable[[str, str], None], small_firm: str, pocket: str, lang: str
) -> None:
    args = ["assess", small_firm, "--pack", pocket, "--on", "2026-03-01", "--why", "--reading", "AMB-P1=exclusive"]

    golden(f"assess-why-{lang}.txt", zhinan(*args, "--lang", lang).out)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_ineligible_scheme_shows_what_is_unmet_and_no_more(
    zhinan: Run, golden: Callable[[str, str], None], write: Callable[..., str], pocket: str, lang: str
) -> None:
    facts = "申报单位: {上年营业收入: 2000万元, 从业人数: 300人, 独立法人: 否}\n项目: {支持方向: D-P2}\n"
    subject = write("no.yaml", facts)

    ran = zhinan("assess", subject, "--pack", pocket, "--scheme", "small-firms", "--on", "2026-03-01", "--lang", lang)

    golden(f"assess-ineligible-{lang}.txt", ran.out)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("profile", ["half-filled", "industrial-sme-at-the-limit"])
def test_no_line_is_wider_than_it_may_be_and_nothing_is_cut_off(zhinan: Run, profile: str, lang: str) -> None:
    args = ["assess", str(PROFILES / f"{profile}.yaml"), "--pack", "yinchuan-2026", "--on", "2026-03-01", "--why", "--lang", lang]
    wide = zhinan(*args, columns=4000).out

    for columns in (40, 80, 140):
        narrow = zhinan(*args, columns=columns).out
        assert max(display_width(line) for line in narrow.splitlines()) <= columns
        assert [line for line in narrow.splitlines() if line != line.rstrip()] == []
        assert "…" not in narrow.replace(" …", "")
        assert details(narrow) == details(wide)


def details(text: str) -> str:
    """What is said below the table, without its line breaks, indents and rules."""
    lines = text.splitlines()
    first = next(number for number, line in enumerate(lines) if number > 4 and not line)
    return "".join("".join(line.split()) for line in lines[first:]).replace("─", "")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_word_of_the_other_language_leaks(zhinan: Run, write: Callable[..., str], pocket: str, lang: str) -> None:
    subject = write("x.yaml", "申报单位: {从业人数: 20人, 独立法人: 是}\n项目: {支持方向: D-P1.2, 总研发投入: 100万元}\n")

    out = zhinan("assess", subject, "--pack", pocket, "--on", "2026-03-01", "--why", "--lang", lang).out

    if lang == "zh":
        letters = "".join(char if char.isascii() and char.isalpha() else " " for char in out).split()
        assert set(letters) == {"D", "P"}
    else:
        chinese = "".join(char if "一" <= char <= "鿿" else " " for char in out).split()
        # The numbers of clauses, the sections of the authority and the names of papers are proper names.
        assert set(chinese) == {"一", "二", "高新技术科", "科技人才科", "上年度财务报表"}


def test_colour_never_stands_alone(zhinan: Run, small_firm: str, pocket: str) -> None:
    args = ["assess", small_firm, "--pack", pocket, "--on", "2026-03-01"]

    plain, coloured = zhinan(*args), zhinan(*args, FORCE_COLOR="1", TERM="xterm-256color")

    assert "\x1b[" not in plain.out
    assert "\x1b[1;32m" in coloured.out
    assert strip_colour(coloured.out) == plain.out


def strip_colour(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_the_json_is_one_object_with_what_the_contract_promises(zhinan: Run, small_firm: str, pocket: str) -> None:
    ran = zhinan("assess", small_firm, "--pack", pocket, "--on", "2026年3月1日", "--json")
    found = json.loads(ran.out)

    assert (ran.code, ran.err) == (0, "")
    assert (found["on"], found["problems"]) == ("2026-03-01", [])
    assert [(each["scheme"], each["verdict"]) for each in found["results"]] == [
        ("small-firms", "eligible"),
        ("young-researchers", "undetermined"),
    ]
    assert found["results"][0]["grant"] == {
        "amount": "360000.00",
        "currency": "CNY",
        "formula": "较小(30% × 项目.总研发投入, 50万元)",
        "because": [{"fact": "项目.总研发投入", "value": "120万元", "source": "declared"}],
    }
    assert found["results"][1]["missing"] == ["项目负责人.已有相关成果数", "参数.最低成果数"]


def test_only_the_scheme_asked_for(zhinan: Run, small_firm: str, pocket: str) -> None:
    ran = zhinan("assess", small_firm, "--pack", pocket, "--scheme", "young-researchers", "--json")

    assert [each["scheme"] for each in json.loads(ran.out)["results"]] == ["young-researchers"]


def test_a_reading_changes_the_answer(zhinan: Run, small_firm: str, pocket: str) -> None:
    args = ["assess", small_firm, "--pack", pocket, "--scheme", "young-researchers", "--json", "--on", "2026-03-01"]

    verdicts = [
        json.loads(zhinan(*args, "--reading", f"AMB-P1={reading}").out)["results"][0]["verdict"]
        for reading in ("inclusive", "exclusive")
    ]

    assert verdicts == ["undetermined", "ineligible"]


def test_today_is_the_day_when_none_is_given(zhinan: Run, small_firm: str, pocket: str) -> None:
    before = datetime.now(tz=None).astimezone().date()

    on = json.loads(zhinan("assess", small_firm, "--pack", pocket, "--json").out)["on"]

    assert before.isoformat() <= on <= datetime.now(tz=None).astimezone().date().isoformat()


def test_packs_in_force_on_the_day_are_used(zhinan: Run, small_firm: str) -> None:
    ran = zhinan("assess", small_firm, "--on", "2026-03-01", "--json")
    packs = {each["pack"] for each in json.loads(ran.out)["results"]}

    assert "yinchuan-2026" in packs
    assert packs <= set(shipped_packs())


def test_when_no_pack_is_in_force_all_are_used_and_that_is_said(zhinan: Run, small_firm: str) -> None:
    ran = zhinan("assess", small_firm, "--on", "1999-03-01", "--json")

    assert ran.code == 0
    assert ran.err.startswith("1999-03-01 没有在有效期内的政策包，以下按全部")
    assert {each["pack"] for each in json.loads(ran.out)["results"]} >= {"yinchuan-2026"}


def test_a_direction_no_pack_has_is_pointed_out(zhinan: Run, write: Callable[..., str], pocket: str) -> None:
    subject = write("x.yaml", "项目: {支持方向: D-P3}\n申报: {子项: 高精尖}\n")

    ran = zhinan("assess", subject, "--pack", pocket, columns=200)

    assert ran.code == 0
    assert ran.err == (
        "项目.支持方向“D-P3”不在所用政策包的方向里，按不属于任何方向处理。最接近的：D-P2、D-P1、D-P1.2\n"
        "申报.子项“高精尖”不是所用政策包的子项，按没有选择处理。"
        "可用：basic、基础研究、basic research、applied、应用研究、applied research、"
        "young-researchers/basic、young-researchers/applied\n"
    )
