"""A pack from a stranger can be wrong, never dangerous: whatever it says, a clear answer comes quickly.

All are read in a process of its own, with little memory, so that a crash is seen as one and names its cause.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS_EACH = 20
SECONDS = 300
MEMORY = 1_500_000_000

#: In the process: read each expression, check it, and if it is good print it, ask it and explain it.
PROGRAM = """
import json, sys, time
from tests.strategies import BY_KEY, WORDS
from zhinan.language.check import check
from zhinan.language.explain import gap, missing, prepare, reason, show_gap
from zhinan.language.format import format_typed
from zhinan.values.problem import BadInput

def answer(text):
    try:
        node = check(text, WORDS)
    except BadInput as bad:
        shown = [problem.show(lang) for problem in bad.problems for lang in ("zh", "en")]
        "".join(shown).encode("utf-8")
        return {problem.code for problem in bad.problems}, max(map(len, shown))
    assert check(format_typed(node, BY_KEY, "en"), WORDS) == node
    facts = {"applicant.revenue": 10**23 - 1, "applicant.legal": False}
    step = prepare(node)
    reason(step, facts), missing(step, facts)
    found = gap(step, facts)
    return {"accepted"}, len(show_gap(found, BY_KEY)) if found else 0

for name, written in json.load(sys.stdin).items():
    start = time.perf_counter()
    print(name, flush=True)
    codes, longest = answer(eval(written))
    print(*sorted(codes), longest, round(time.perf_counter() - start), flush=True)
"""

HOSTILE = {
    "1 MB of text": ("'甲' * 1_000_000", "expression-too-long"),
    "1 MB of digits": ("'1' * 1_000_000", "expression-too-long"),
    "10 000 brackets": ("'(' * 10_000", "expression-too-long"),
    "4000 brackets": ("'(' * 4_000 + ')' * 4_000", "expression-too-deep"),
    "4000 braces": ("'{' * 4_000", "expression-too-deep"),
    "10 000 negations": ("'非 ' * 10_000 + '申报单位.独立法人'", "expression-too-long"),
    "1900 negations": ("'非 ' * 1_900 + '申报单位.独立法人'", "expression-too-deep"),
    "1900 minus signs": ("'-' * 1_900 + '1 = 1'", "expression-too-deep"),
    "minus and 非 in turn": ("'- 非 ' * 900 + '1 = 1'", "unexpected-word"),
    "10 000 terms": ("' 且 '.join(['申报单位.独立法人'] * 10_000)", "expression-too-long"),
    "400 terms": ("' 且 '.join(['申报单位.独立法人'] * 400)", "accepted"),
    "a long sum": ("' + '.join(['1'] * 900) + ' = 1'", "expression-too-deep"),
    "sums in brackets": ("'(' * 29 + '1' + (' + 1' * 30 + ')') * 29 + ' = 1'", "expression-too-deep"),
    "calls in calls": ("'若(申报单位.独立法人, ' * 29 + '1' + ', 2)' * 29 + ' = 1'", "accepted"),
    "doubling by 近": ("'近(若(' * 14 + '申报单位.独立法人' + ', 申报日, 申报日), 1年)' * 14", "expression-too-long"),
    "doubling by =": ("'(' * 29 + '申报单位.独立法人' + ' = 申报单位.已上市)' * 29", "accepted"),
    "a product past any number": (
        "' × '.join(['申报单位.上年营业收入'] + ['99999999999999999999999'] * 50) + ' < 1元'",
        "accepted",
    ),
    "a quotient past any number": ("'申报单位.上年营业收入' + ' ÷ 99999999999999999999999' * 50 + ' > 1元'", "accepted"),
    "1000 unknown words": ("' 且 '.join(f'未知的词{n}' for n in range(700))", "unknown-word"),
    "1000 unknown regions": ("'申报单位.所在地 属于 {' + ', '.join(f'市{n}' for n in range(900)) + '}'", "unknown-region"),
    "a word of 8000 characters": ("'申' * 7_900 + ' = 1'", "unknown-word"),
    "a quote of 8000 characters": ("'申报.子项 = \"' + 'x' * 7_900 + '\"'", "accepted"),
    "a unit of 8000 characters": ("'1' + '万' * 7_900", "unknown-unit"),
    "code in a quote": ("'申报.子项 = \"__import__(\\'os\\').system(\\'true\\')\"'", "accepted"),
    "code as a call": ('\'__import__("os").system("true")\'', "left-over"),
    "an attribute": ("'申报单位.__class__.__mro__ = 1'", "unknown-word"),
    "a format in a quote": ("'申报单位.行业门类 = \"{0.__class__}\"'", "unknown-member"),
    "a null byte": ("'申报单位.独立法人\\0'", "invisible-character"),
    "a null byte in a quote": ("'申报.子项 = \"\\0\"'", "invisible-character"),
    "a lone surrogate": ("'申报单位.\\ud800 = 1'", "invisible-character"),
    "a mark from right to left": ("'\\u202e申报单位.独立法人'", "invisible-character"),
    "a mark of the order of bytes": ("'\\ufeff申报单位.独立法人'", "invisible-character"),
    "an emoji": ("'😀'", "strange-character"),
    "an emoji in a quote": ("'申报.子项 = \"😀\"'", "accepted"),
    "a rare character": ("'𠮷 = 1'", "unknown-word"),
    "a rare character in a quote": ("'申报.子项 = \"𠮷\"'", "accepted"),
    "digits of another script": ("'申报单位.从业人数 ≥ ٣'", "strange-character"),
    "a superscript": ("'申报单位.从业人数 ≥ 10²'", "unknown-unit"),
    "only spaces": ("' ' * 8_000", "empty-expression"),
    "only line breaks": ("'\\n' * 8_000", "empty-expression"),
}


@pytest.fixture(scope="module")
def answers() -> dict[str, str]:
    """What the process said of each: its codes, the length of the longest message, the seconds it took."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps({name: written for name, (written, _) in HOSTILE.items()}),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=SECONDS,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),  # the child alone
        check=False,
    )
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, ""), f"it ended at {lines[-1:]}"
    return dict(zip(lines[::2], lines[1::2], strict=True))


@pytest.mark.parametrize(("name", "code"), [(name, code) for name, (_, code) in HOSTILE.items()])
def test_a_hostile_expression_gets_a_clear_answer_quickly(name: str, code: str, answers: dict[str, str]) -> None:
    *codes, longest, seconds = answers[name].split()

    assert codes == [code]
    assert int(longest) < 20_000
    assert int(seconds) < SECONDS_EACH
