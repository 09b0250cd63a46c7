"""Lines break where Chinese and English may be broken; columns stand straight; no sign depends on colour."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text as Rich

from zhinan.cli.terminal import OUTCOMES, VERDICTS, Terminal, wrapped
from zhinan.values.width import display_width


def lines(text: str, width: int) -> list[str]:
    return [line.plain for line in wrapped(text, width)]


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("营业收入应低于2000万元，否则", 16, ["营业收入应低于", "2000万元，否则"]),
        ("缺 2 项：上年营业收入、从业人数", 18, ["缺 2 项：上年营业", "收入、从业人数"]),
        ("超过上限（九(一)2）不符合", 14, ["超过上限", "（九(一)2）不", "符合"]),
        ("申报单位.科研失信记录", 16, ["申报单位.科研失", "信记录"]),
        ("should be below 20 000 000 CNY here", 26, ["should be below", "20 000 000 CNY here"]),
        ("an extraordinarilylongword", 12, ["an", "extraordinar", "ilylongword"]),
        ("第一行\n第二行", 20, ["第一行", "第二行"]),
        ("", 20, [""]),
    ],
)
def test_where_lines_break(text: str, width: int, expected: list[str]) -> None:
    assert lines(text, width) == expected


@given(text=st.text("营业收入低于，。（）、《》2000万元 abc-.%\n", max_size=200), width=st.integers(8, 60))
def test_nothing_is_lost_and_nothing_is_too_wide(text: str, width: int) -> None:
    found = lines(text, width)

    assert "".join("".join(found).split()) == "".join(text.split())
    assert max(display_width(line) for line in found) <= width


@given(text=st.text("营业收入低于，。（）、 ", min_size=1, max_size=100).map(str.strip))
def test_no_line_begins_with_a_closing_sign(text: str) -> None:
    for line in lines(text, 40)[1:]:
        assert line[:1] not in tuple("，。）、") or set(line) <= set("，。）、（ ")


def test_a_table_stands_straight_with_chinese_in_it(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    rows = [["甲", "200万元", Rich("上年营业收入 2600万元，应低于 2000万元，超出 600万元", "red")], ["second", "5万元", "ok"]]

    Terminal("zh").table(["事项", "金额", "关键"], rows, right=(1,))

    assert capsys.readouterr().out == (
        "事项       金额  关键\n"
        "──────────────────────────────────────────────────\n"
        "甲      200万元  上年营业收入 2600万元，应低于\n"
        "                 2000万元，超出 600万元\n"
        "second    5万元  ok\n"
    )


def test_every_outcome_has_a_sign_of_its_own() -> None:
    for signs in (VERDICTS.values(), OUTCOMES.values()):
        assert len({sign.sign for sign in signs}) == len({sign.word for sign in signs}) == len(signs)


def test_a_file_is_written_in_lines_of_a_fixed_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)

    assert Terminal("zh").width == 120
