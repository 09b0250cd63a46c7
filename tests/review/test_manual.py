"""The page of the score sheets is what the files say; every mistake is told in both languages, and no code stands for two."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from zhinan.language import mistakes as language
from zhinan.lifecycle import mistakes as lifecycle
from zhinan.policy import mistakes as policy
from zhinan.review import mistakes
from zhinan.review.manual import sheets_page
from zhinan.values.problem import Mistake

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "score-sheets.md"


def all_of(module: object) -> list[Mistake]:
    return [each for each in vars(module).values() if isinstance(each, Mistake)]


def test_the_page_is_what_the_files_say(golden: Callable[[Path, str], None]) -> None:
    golden(PAGE, sheets_page())


def test_every_mistake_is_told_in_both_languages_with_the_same_gaps() -> None:
    for each in all_of(mistakes):
        texts = (each.says, each.mend)
        assert all(text.zh and text.en for text in texts), each.code
        for text in texts:
            assert set(re.findall(r"\{(\w+)\}", text.zh)) == set(re.findall(r"\{(\w+)\}", text.en)), each.code


def test_no_code_stands_for_two_mistakes() -> None:
    codes = [each.code for module in (mistakes, policy, language, lifecycle) for each in all_of(module)]

    assert sorted(codes) == sorted(set(codes))
