"""The manual is made from the tables and says what they say."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from zhinan.language import mistakes, parse
from zhinan.language.check import check
from zhinan.language.example import BY_KEY, WORDS
from zhinan.language.format import format_typed
from zhinan.language.functions import BY_NAME, FUNCTIONS
from zhinan.language.manual import EXAMPLES, PRODUCTIONS, language_manual, problem_of
from zhinan.values.problem import Mistake
from zhinan.values.text import same

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "language.md"


def test_the_page_is_what_the_tables_say(golden: Callable[[Path, str], None]) -> None:
    golden(PAGE, language_manual())


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.zh)
def test_the_examples_of_a_function_say_the_same_in_both_languages(function) -> None:
    chinese, english = (check(text, WORDS, expected=None) for text in (function.example.zh, function.example.en))

    assert chinese == english
    assert f"{function.zh}(" in function.example.zh
    assert f"{function.en}(" in function.example.en


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.zh)
def test_a_function_is_found_and_called_by_both_its_names(function) -> None:
    assert (BY_NAME[function.zh], BY_NAME[function.en]) == (function, function)
    assert function.signature.zh.startswith(f"{function.zh}(")
    assert function.signature.en.startswith(f"{function.en}(")


def test_every_production_of_the_grammar_has_an_example_that_parses() -> None:
    productions = re.findall(r"^ *(\w+) += ", parse.__doc__ or "", flags=re.MULTILINE)

    assert list(PRODUCTIONS) == productions
    for example in PRODUCTIONS.values():
        assert format_typed(check(example, WORDS, expected=None), BY_KEY) == example


def test_every_mistake_has_an_example() -> None:
    assert sorted(EXAMPLES) == sorted(mistake.code for mistake in mistakes.ALL)


@pytest.mark.parametrize("mistake", mistakes.ALL, ids=lambda mistake: mistake.code)
def test_the_example_of_a_mistake_makes_it(mistake) -> None:
    assert problem_of(mistake).code == mistake.code


def test_an_example_that_makes_no_mistake_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EXAMPLES, "all-is-well", "申报单位.独立法人")

    with pytest.raises(LookupError, match="all-is-well"):
        problem_of(Mistake("all-is-well", same("")))
