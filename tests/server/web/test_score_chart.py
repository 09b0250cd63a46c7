"""The picture of the scores: everything is drawn within its frame, in order, with the line where it belongs."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhinan.server.refused import Refused
from zhinan.server.web.score_chart import LEFT, MOST, RIGHT, Shown, chart
from zhinan.server.web.wan import fen_of, wan_of

SCORES = st.decimals(0, 100, places=3)
CASES = st.lists(
    st.builds(
        Shown, st.text(max_size=12), st.lists(SCORES, max_size=7), st.none() | SCORES, st.none() | SCORES, st.none() | SCORES, st.booleans()
    ),
    max_size=90,
)  # fmt: skip


@given(CASES)
def test_everything_is_within_the_frame(cases: list[Shown]) -> None:
    made = chart(cases)
    if made is None:
        assert not any(each.sheets or each.official is not None for each in cases[:MOST])
        return

    places = [x for row in made.rows for x in (*row.sheets, row.official, row.calibrated, row.low, row.high) if x is not None]
    assert all(LEFT <= x <= RIGHT for x in places)
    assert len(made.rows) + made.left_out == len(cases)
    assert len(made.rows) <= MOST
    assert [row.y for row in made.rows] == sorted({row.y for row in made.rows})


@given(st.integers(1, 89), st.integers(2, 90))
def test_the_line_parts_those_within_from_those_beyond(line: int, number: int) -> None:
    cases = [Shown(str(at), [], Decimal(90 - at), is_above=at < line) for at in range(number)]
    made = chart(cases)

    assert made is not None
    if line >= number:
        assert made.line is None
    else:
        assert made.line is not None
        above = [row for row in made.rows if row.y < made.line]
        assert above
        assert all(int(row.name) < line for row in above)
        assert all(int(row.name) >= line for row in made.rows if row.y > made.line)


@given(st.integers(0, 10**15 - 1))
def test_money_typed_is_money_shown(fen: int) -> None:
    assert fen_of(wan_of(fen)) == fen


@pytest.mark.parametrize("text", ["-1", "1e9", "abc", "1.1234567", "=1", "９９９９９９９９９９９", "nan", "１２a"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        fen_of(text)


def test_full_width_and_separators_are_read() -> None:
    assert (fen_of("３０"), fen_of("1，234.5 万元"), fen_of("  ")) == (30_000_000, 1_234_500_000, None)
