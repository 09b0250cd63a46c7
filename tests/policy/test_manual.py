"""The reference pages are what the tables say; every mistake is told in both languages, and every one can be made."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from zhinan.language import mistakes as language
from zhinan.policy import mistakes
from zhinan.policy.manual import problems_page, vocabulary_page
from zhinan.policy.vocabulary import base_vocabulary
from zhinan.screening import mistakes as tables
from zhinan.values.problem import Mistake

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"


def test_the_page_of_problems_is_what_the_tables_say(golden: Callable[[Path, str], None]) -> None:
    golden(REFERENCE / "problems.md", problems_page(tables.ALL))


def test_the_page_of_the_vocabulary_is_what_the_files_say(golden: Callable[[Path, str], None]) -> None:
    golden(REFERENCE / "vocabulary.md", vocabulary_page(base_vocabulary()))


def test_every_problem_and_every_word_is_on_its_page() -> None:
    headings = re.findall(r"^### (.*)$", problems_page(tables.ALL), flags=re.MULTILINE)
    assert headings == [mistake.code for mistake in (*mistakes.ALL, *tables.ALL)]
    page, vocabulary = vocabulary_page(base_vocabulary()), base_vocabulary()
    for fact in vocabulary.facts.values():
        assert f"| {fact.label.zh} | `{fact.key.partition('.')[2]}` |" in page
    for key in (*vocabulary.choices, *vocabulary.records):
        assert f" · `{key}`\n" in page


def test_no_code_stands_for_two_mistakes() -> None:
    codes = [mistake.code for mistake in (*mistakes.ALL, *tables.ALL, *language.ALL)]
    assert sorted(code for code in set(codes) if codes.count(code) > 1) == []


@pytest.mark.parametrize("mistake", [*mistakes.ALL, *tables.ALL], ids=lambda mistake: mistake.code)
def test_a_mistake_says_the_same_in_both_languages(mistake: Mistake) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", mistake.code)
    for text in (mistake.says, mistake.mend):
        assert text.zh
        assert text.en
        assert set(re.findall(r"\{\w+\}", text.zh)) == set(re.findall(r"\{\w+\}", text.en))
        assert not text.zh.endswith(("。", "！", " "))
        assert not text.en.endswith((".", "!", " "))


def test_every_mistake_is_made_somewhere_in_the_code() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "zhinan").rglob("*.py"))
    names = [name for each in (mistakes, tables) for name, value in vars(each).items() if isinstance(value, Mistake)]
    assert [name for name in names if f"mistakes.{name}" not in source] == []
