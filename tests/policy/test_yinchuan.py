"""The shipped edition of the Yinchuan guide of 2026: everything of the document is in it, in our own words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.policy.making import told
from zhinan.policy.load import find_pack, read_pack
from zhinan.policy.proof import Proof, prove
from zhinan.policy.resolve import bar, resolve_pack
from zhinan.policy.vocabulary import base_vocabulary

FOLDER = find_pack("yinchuan-2026")
#: How many rules the reading of the document found, by special.
RULES = {
    "YC01": 7, "YC02": 17, "YC03": 47, "YC04": 11, "YC05": 16, "YC06": 24, "YC07": 18, "YC08": 45, "YC09": 19, "YC10": 12,
}  # fmt: skip
SCHEMES = """
    new-productive-forces sci-tech-support results-transfer-pilot directed-commission open-bidding
    young-talent industry-university-research regional-collaboration sme-innovation soft-science
""".split()


@pytest.fixture(scope="module")
def proof() -> Proof:
    return prove(read_pack(FOLDER, base_vocabulary()))


def test_it_has_no_problem(proof: Proof) -> None:
    assert told(proof.problems, FOLDER) == []


def test_every_clause_of_the_document_is_carried_or_informational(proof: Proof) -> None:
    assert (proof.clauses, proof.carried, proof.informational) == (191, 152, 39)


def test_every_rule_read_from_the_document_is_in_the_outline(proof: Proof) -> None:
    expected = {f"{special}-R{number:02}" for special, count in RULES.items() for number in range(1, count + 1)}
    assert len(expected) == 216
    assert {rule for clause in proof.pack.clauses for rule in clause.rules} == expected


def test_every_machine_checkable_rule_is_executable(proof: Proof) -> None:
    assert (proof.machine_checkable, proof.executable, proof.left) == (141, 141, ())


def test_it_has_its_ten_schemes_in_the_order_of_the_document(proof: Proof) -> None:
    assert [scheme.id for scheme in proof.pack.schemes] == SCHEMES
    assert [scheme.code for scheme in proof.pack.schemes] == list(RULES)
    assert [scheme.clause for scheme in proof.pack.schemes] == list("一二三四五六七八九十")


def test_its_conditions_are_counted_by_kind(proof: Proof) -> None:
    assert proof.conditions == {"auto": 38, "evidence": 15, "register": 20, "judgement": 53, "soft": 8}


def test_its_directions_and_readings_are_counted(proof: Proof) -> None:
    assert sum(1 for root in proof.pack.directions for _ in root.walk()) == 60
    assert len(proof.pack.readings) == 22


def test_every_worked_case_comes_true(proof: Proof) -> None:
    assert proof.cases >= 204
    assert proof.failed == 0


def test_every_formula_and_condition_is_resolved_in_every_reading(proof: Proof) -> None:
    for reading in proof.pack.readings.values():
        for alternative in reading.alternatives:
            for scheme in resolve_pack(proof.pack, readings={reading.id: alternative}):
                assert all((bar(each) is not None) == each.item.bars for each in scheme.conditions)
                for funding in scheme.scheme.fundings:
                    assert funding.grants


def test_every_text_is_in_both_languages(proof: Proof) -> None:
    for item in proof.pack.items():
        for name in ("name", "says", "judge", "label", "by"):
            text = getattr(item, name, None)
            if hasattr(text, "zh"):
                assert bool(text.zh) == bool(text.en), (item.file, item.line, name)


# ─── in our own words ───────────────────────────────────────────────────────────────────────────

SOURCE = next(iter(sorted((Path(__file__).parents[3] / "shared" / "seeds").glob("000*.txt"))), None)
needs_source = pytest.mark.skipif(SOURCE is None, reason="the source document is not beside this checkout")
LONGEST = 11
#: What a thing is called cannot be said otherwise.
NAMES = {
    "产业创新与新质生产力培育研究": "the name of a group of soft-science topics",
    "传统产业升级与未来产业布局": "the name of a soft-science topic",
    "绿色高效生产及资源综合利用": "the name of a direction",
    "科技领军企业或创新型示范企业": "two recognitions, by their names",
}
_CHINESE = re.compile("[\u4e00-\u9fff]+")


def runs(text: str) -> Iterator[str]:
    return (run for run in _CHINESE.findall(text) if len(run) > LONGEST)


def windows(run: str) -> Iterator[str]:
    return (run[start : start + LONGEST + 1] for start in range(len(run) - LONGEST))


def copied(text: str, source: str) -> list[str]:
    """The longest parts of `text` that stand in `source` as they are, each as `line: part`."""
    known = {window for run in runs(source) for window in windows(run)}
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        for run in runs(line):
            part = ""
            for window in windows(run):
                if window in known:
                    part = part + window[-1] if part else window
                elif part:
                    found.append(f"{number}: {part}")
                    part = ""
            found += [f"{number}: {part}"] if part else []
    return found


def test_a_copied_sentence_is_found() -> None:
    source = "本专项支持中小企业围绕主营业务开展技术攻关，提升竞争力。"
    assert copied("gist: 支持中小企业围绕主营业务开展技术攻关\n甲乙丙丁", source) == ["1: 支持中小企业围绕主营业务开展技术攻关"]
    assert copied("gist: 帮助中小企业在主营业务上攻关", source) == []


@needs_source
def test_no_sentence_of_the_document_is_copied() -> None:
    assert SOURCE
    source = SOURCE.read_text(encoding="utf-8")
    found = [
        f"{path.relative_to(FOLDER)}:{line}"
        for path in sorted(FOLDER.rglob("*.yaml"))
        for line in copied(path.read_text(encoding="utf-8"), source)
    ]
    assert [line for line in found if line.partition(": ")[2] not in NAMES] == []


@needs_source
def test_it_names_the_text_it_was_made_from(proof: Proof) -> None:
    assert SOURCE
    assert proof.pack.source.sha256 == hashlib.sha256(SOURCE.read_bytes()).hexdigest()
