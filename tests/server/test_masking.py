"""Masks: whatever way a name is written, nothing of it is left; what names nobody stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhinan.server.masking import HIDDEN, OPEN, forms_of, mask_of

UNIT, LEADER = "宁夏杞源生物科技有限公司", "欧阳云帆"
MASK = mask_of([UNIT, LEADER, "李梅", "Zhang San", "91640100MA76ABCD12", "天山理工学院"], common="枸杞精深加工、生物技术")
#: Numbers of nobody.
LANDLINE, MOBILE = "0951-" + "9" * 7, "139" + "9" * 8
BLANKS = ["", " ", "\u3000", "\u200b", "\u00a0", "  "]


def letters(text: str) -> str:
    """A text as a search would compare it: one width, one case, nothing between the letters."""
    folded = unicodedata.normalize("NFKC", text.replace(HIDDEN, "|")).casefold()
    return "".join(sign for sign in folded if sign.isalnum() or sign == "|")


def wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


@given(name=st.sampled_from([UNIT, "杞源生物", LEADER, "李梅", "zhangsan", "天山理工学院"]), data=st.data())
def test_no_way_of_writing_a_name_escapes(name: str, data: st.DataObject) -> None:
    gaps = data.draw(st.lists(st.sampled_from(BLANKS), min_size=len(name), max_size=len(name)))
    written = "".join(sign + gap for sign, gap in zip(name, gaps, strict=True))
    written = data.draw(st.sampled_from([written, wide(written), written.upper()]))
    around = data.draw(st.text(alphabet="的由与，。（）\n ", max_size=5)), data.draw(st.text(alphabet="，。）研究\n", max_size=5))

    shown = MASK.over(f"{around[0]}{written}{around[1]}")

    assert letters(name) not in letters(shown)
    assert HIDDEN in shown


@given(st.text(max_size=200))
def test_masking_twice_changes_nothing_more_and_what_is_found_is_gone(text: str) -> None:
    once = MASK.over(text)

    assert MASK.over(once) == once
    assert (once == text) == (MASK.found(text) == ())
    assert OPEN.over(text) == text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("由宁夏（杞源）生物科技有限公司承担", f"由{HIDDEN}承担"),
        ("杞源·生物", f"{HIDDEN}·生物"),
        ("欧阳教授主持", f"{HIDDEN}主持"),
        ("李  梅和李主任", f"{HIDDEN}和{HIDDEN}"),
        (f"联系 {LANDLINE}、{wide(MOBILE)}", f"联系 {HIDDEN}、{HIDDEN}"),
        ("邮箱 a.b@qiyuan.com.cn，网址 www.qiyuan.com.cn/zh", f"邮箱 {HIDDEN}，网址 {HIDDEN}"),
        ("见 https://lab.example.edu/zhang?x=1 第二页", f"见 {HIDDEN} 第二页"),
        ("专利ZL201910123456.7、CN110123456A已授权", f"专利{HIDDEN}、{HIDDEN}已授权"),
        ("登记号2021SR1234567", f"登记号{HIDDEN}"),
        ("代码 91640100 MA76ABCD12", f"代码 {HIDDEN}"),
        ("San ZHANG et al.", f"{HIDDEN} et al."),
    ],
)
def test_what_is_taken_out(written: str, shown: str) -> None:
    assert MASK.over(written) == shown


@pytest.mark.parametrize(
    "written",
    [
        "枸杞多糖提取率达到35%，投资1500万元", "2026年5月至2028年4月，24个月", "生物科技与食品工程", "理工学院一般要求", "李树梅花",
        "样品编号 20260501-03", "精度 0.01 mm，温度 180-220 ℃", "引用 GB/T 13745-2009", "lizhangsanding",
    ],
)  # fmt: skip
def test_what_names_nobody_stays(written: str) -> None:
    assert MASK.over(written) == written


def test_a_word_of_everyone_s_is_no_short_name() -> None:
    assert list(forms_of("枸杞科技有限公司", common="枸杞精深加工")) == ["枸杞科技有限公司", "枸杞科技"]
    assert list(forms_of("银川市第一人民医院")) == ["银川市第一人民医院"]
    assert list(forms_of("有限公司")) == list(forms_of("无")) == []


@pytest.mark.parametrize("words", [[], ["", " ", "甲", "无"], ["(((", ".*+?[", "\\"]])
def test_words_that_can_mask_nothing_break_nothing(words: list[str]) -> None:
    assert mask_of(words).over("甲方 .*+?[ 无 (((") == "甲方 .*+?[ 无 ((("


def test_a_long_text_is_masked_in_whole() -> None:
    text = ("研究内容" * 500 + UNIT) * 20

    assert MASK.over(text).count(HIDDEN) == 20
