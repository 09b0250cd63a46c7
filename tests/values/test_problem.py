"""Problems as they are shown: the place, the sentence, the line with a caret, the mend."""

from __future__ import annotations

import pytest

from zhinan.values.problem import BadInput, Mistake, Problem, Span
from zhinan.values.text import Text, same
from zhinan.values.width import display_width, half_width

WRONG = Mistake("wrong", Text("“{word}”不对", "“{word}” is wrong"), Text("改成{mend}", "make it {mend}"))


def test_a_mistake_fills_its_sentences_in_each_language() -> None:
    problem = WRONG.at(Span(0, 1), word=Text("甲", "a"), mend=same("乙"))

    assert problem == Problem("wrong", Text("“甲”不对", "“a” is wrong"), Text("改成乙", "make it 乙"), span=Span(0, 1))


def test_braces_in_a_word_are_words() -> None:
    assert WRONG.at(word="{0.__class__}", mend="{mend}").message.zh == "“{0.__class__}”不对"


@pytest.mark.parametrize(
    ("file", "line", "shown"),
    [("a.yaml", 3, "a.yaml:3: "), ("a.yaml", 0, "a.yaml: "), ("", 3, ""), ("", 0, "")],
)
def test_a_problem_says_where_it_is(file: str, line: int, shown: str) -> None:
    assert Problem("wrong", same("no"), file=file, line=line).show("en") == f"{shown}no [wrong]"


def test_the_caret_stands_under_wide_characters() -> None:
    problem = Problem("wrong", same("no"), same("mend"), source="第一行\n从业人数 ≥ 3项 且", span=Span(11, 13))

    assert problem.show() == "no [wrong]\n    从业人数 ≥ 3项 且\n               ^^^\n    mend"


def test_a_mark_over_several_lines_is_shown_on_the_first() -> None:
    problem = Problem("wrong", same("no"), source="ab\ncd", span=Span(1, 4))

    assert problem.show() == "no [wrong]\n    ab\n     ^"


def test_of_a_long_line_the_part_around_the_mistake_is_shown() -> None:
    problem = Problem("wrong", same("no"), source="x" * 500 + "y" + "z" * 500, span=Span(500, 501))

    assert problem.show() == "no [wrong]\n    " + "x" * 60 + "y" + "z" * 39 + "\n    " + " " * 60 + "^"


def test_a_mistake_at_the_very_end_has_a_caret_too() -> None:
    assert Problem("wrong", same("no"), source="ab", span=Span(2, 2)).show() == "no [wrong]\n    ab\n      ^"


def test_what_cannot_be_printed_is_shown_as_a_replacement() -> None:
    problem = Problem("wrong", same("no"), source="a\u202e\ud800\t\0b　c", span=Span(5, 6))

    assert problem.show() == "no [wrong]\n    a�� �b　c\n         ^"


def test_a_problem_is_placed_once() -> None:
    placed = Problem("wrong", same("no")).placed(file="a.yaml", line=3, source="ab")

    assert placed == Problem("wrong", same("no"), file="a.yaml", line=3, source="ab")
    assert placed.placed(file="b.yaml", line=4, source="cd") == placed
    assert Problem("wrong", same("no"), line=5).placed(file="a.yaml", line=3).line == 5


def test_bad_input_carries_every_problem() -> None:
    problems = [Problem("a", same("first")), Problem("b", same("second"))]

    assert str(BadInput(problems)) == "first [a]\nsecond [b]"
    assert BadInput(problems).problems == problems


def test_a_span_reaches_to_another() -> None:
    assert Span(3, 5).to(Span(8, 9)) == Span(3, 9)


def test_width_counts_columns() -> None:
    assert [display_width(text) for text in ("", "ok", "指南", "e\u0301", "（a）")] == [0, 2, 4, 1, 5]


def test_full_width_signs_become_half_width_one_for_one() -> None:
    text = "ＡＢｃ１２（）［］，．＝　、。“”甲"

    assert half_width(text) == "ABc12()[],.= 、。“”甲"
    assert len(half_width(text)) == len(text)
