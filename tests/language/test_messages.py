"""Every message as a person reads it. The files beside this test are prose: read a change to them aloud."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.strategies import WORDS
from zhinan.language import mistakes
from zhinan.language.check import MAX_PROBLEMS, check
from zhinan.values.problem import BadInput, Problem
from zhinan.values.text import Lang

MESSAGES = Path(__file__).parent / "messages"
FILES = sorted(MESSAGES.glob("*.txt"))


@dataclass(frozen=True, slots=True)
class Case:
    """An expression with a mistake in it: `> ` begins a line as it stands, `>> ` a JSON string, perhaps many times."""

    title: str
    source: tuple[str, ...]

    @property
    def expression(self) -> str:
        if self.source[0].startswith(">> "):
            return "".join(_piece(line.removeprefix(">> ")) for line in self.source)
        return "\n".join(line.removeprefix("> ") for line in self.source)

    def problems(self) -> list[Problem]:
        with pytest.raises(BadInput) as bad:
            check(self.expression, WORDS)
        return bad.value.problems

    def rendered(self) -> str:
        problems = self.problems()
        parts = [f"## {self.title}", "\n".join(self.source), _shown(problems, "zh"), _shown(problems, "en")]
        return "\n\n".join(parts) + "\n"


def _piece(written: str) -> str:
    count, _, text = written.rpartition(" × ")
    return json.loads(text) * int(count or 1)


def _shown(problems: list[Problem], lang: Lang) -> str:
    return "\n".join(problem.show(lang) for problem in problems)


def cases(path: Path) -> Iterator[Case]:
    for block in re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        title, *lines = block.splitlines()
        yield Case(title, tuple(line for line in lines if line.startswith((">> ", "> "))))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_mistake_is_told_in_these_words(path: Path, golden: Callable[[Path, str], None]) -> None:
    golden(path, "\n".join(case.rendered() for case in cases(path)))


def test_every_mistake_has_an_example() -> None:
    made = {problem.code for path in FILES for case in cases(path) for problem in case.problems()}

    assert made == {mistake.code for mistake in mistakes.ALL}


def test_every_code_is_used_once() -> None:
    codes = [mistake.code for mistake in mistakes.ALL]

    assert sorted(set(codes)) == sorted(codes)


@pytest.mark.parametrize("mistake", mistakes.ALL, ids=lambda mistake: mistake.code)
def test_a_mistake_has_both_languages_and_a_mend(mistake) -> None:
    gaps = [re.findall(r"{\w+}", text) for text in (mistake.says.zh, mistake.says.en)]

    assert "" not in (mistake.says.zh, mistake.says.en, mistake.mend.zh, mistake.mend.en)
    assert set(gaps[1]) <= set(gaps[0])
    assert not re.search(r"[，。；：]", mistake.says.en)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_problem_has_its_place_and_its_mend(path: Path) -> None:
    problems = [problem for case in cases(path) for problem in case.problems()]

    assert [problem for problem in problems if problem.span is None or not problem.mend.zh or not problem.mend.en] == []


def test_all_problems_are_told_at_once_but_not_without_end() -> None:
    with pytest.raises(BadInput) as bad:
        check(" 且 ".join(f"未知{at}" for at in range(100)), WORDS)

    assert len(bad.value.problems) == MAX_PROBLEMS
