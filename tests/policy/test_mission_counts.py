"""The packs of the five documents against the mission map, number by number; the map itself is read where it lies beside us.

Where a number was counted is told beside it, so that whoever doubts it can count again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from zhinan.policy.load import read_pack, shipped_packs
from zhinan.policy.model import Pack
from zhinan.policy.proof import MACHINE_CHECKABLE, Proof, prove
from zhinan.policy.vocabulary import base_vocabulary
from zhinan.policy.workflow import load_workflow, numbers_of

MAP = Path(__file__).resolve().parents[3] / "shared" / "mission"
DOCUMENTS = {
    "yinchuan-2026": "000", "ningxia-145": "001", "shizuishan-2025": "002", "xinjiang-liangqu-2025": "003", "lanzhou-2022": "004",
}  # fmt: skip
#: coverage.md, "Totals": rows of headings, items, dash paragraphs, box items and unnumbered paragraphs.
CLAUSES = {"yinchuan-2026": 191, "ningxia-145": 234, "shizuishan-2025": 30, "xinjiang-liangqu-2025": 61, "lanzhou-2022": 65}
#: programmes.md §8, rows in the order of the map: M + MD, and all rules. 398 leaves out the Shizuishan instruments that name no
#: figure (16 of SZ11) and the 41 instruments of Ningxia: they have no test in the seed.
CHECKABLE = {"yinchuan-2026": 141, "xinjiang-liangqu-2025": 55, "lanzhou-2022": 33, "shizuishan-2025": 24, "ningxia-145": 16}
RULES = {"yinchuan-2026": 216, "xinjiang-liangqu-2025": 77, "lanzhou-2022": 54, "shizuishan-2025": 29, "ningxia-145": 22}
#: programmes.md §4.2: twenty SZ11 rows, of which four are rules of procedure or of the budget (R15, R18, R19, R20).
WITHOUT_A_FIGURE = {f"SZ11-R{number:02}" for number in (*range(1, 15), 16, 17)}
#: indicators.md §1 (I-NX-01…47), §2 (I-SZ-01…21), §3 (H-NX-01…47).
TARGETS = {"ningxia-145": 47, "shizuishan-2025": 21}
HISTORY = {"ningxia-145": 47}
#: tasks.md §1: 13 measures + 56 sub-tasks + 4 guarantees; §2: 77 rows. A measure and each of its sub-tasks count one each.
TASKS = {"shizuishan-2025": 73, "ningxia-145": 77}
#: directions.md §1–5, without §6 (D-M01…15), which is a proposal.
DIRECTIONS = {"yinchuan-2026": 60, "ningxia-145": 72, "shizuishan-2025": 6, "xinjiang-liangqu-2025": 5, "lanzhou-2022": 23}
#: Nodes the packs add: roots to hang the rest on, and fields that the map folds into one row.
ADDED = {
    "D-LZ01", "D-LZ02.1", "D-LZ02.2", "D-LZ02.3", "D-LZ02.4", "D-LZ02.5", "D-LZ03", "D-LZ04", "D-XJ",
    "D-SZ.1.1", "D-SZ.1.2", "D-SZ.1.3", "D-SZ.1.4", "D-SZ.1.5", "D-SZ.1.6", "D-SZ.1.7", "D-SZ.2.1", "D-SZ.2.2", "D-SZ.2.3",
    "D-SZ.4.1", "D-SZ.4.2", "D-SZ.4.3", "D-SZ.4.4",
}  # fmt: skip
#: workflow.md: 30 roles, 22 + 11 + 6 + 6 steps, 14 modes, 11 ways, 23 papers, 14 returns, 8 + 16 + 15.
WORKFLOW = {
    "ROLE": 30, "APP": 22, "EXE": 11, "ACC": 6, "POST": 6, "MODE": 14, "ORG": 11, "DOC": 23, "RET": 14, "INT": 8, "REG": 16,
    "GOV": 15,
}  # fmt: skip


@pytest.fixture(scope="module")
def proofs() -> dict[str, Proof]:
    """The proofs of the packs of the five documents."""
    return {id: prove(read_pack(shipped_packs()[id], base_vocabulary())) for id in DOCUMENTS}


def rules_of(pack: Pack) -> dict[str, str]:
    return {rule: check for clause in pack.clauses for rule, check in clause.rules.items() if rule not in WITHOUT_A_FIGURE}


def packs(proofs: dict[str, Proof]) -> Iterator[Pack]:
    return (proof.pack for proof in proofs.values())


def test_the_packs_have_no_problems(proofs: dict[str, Proof]) -> None:
    assert {id: proof.problems for id, proof in proofs.items() if proof.problems} == {}


def test_every_clause_of_the_five_documents_is_accounted_for(proofs: dict[str, Proof]) -> None:
    assert {id: proof.clauses for id, proof in proofs.items()} == CLAUSES
    assert {id: proof.carried + proof.informational for id, proof in proofs.items()} == CLAUSES
    assert sum(CLAUSES.values()) == 581


def test_every_rule_of_the_map_is_in_the_outline_with_its_check(proofs: dict[str, Proof]) -> None:
    assert {pack.id: len(rules_of(pack)) for pack in packs(proofs)} == RULES
    assert sum(RULES.values()) == 398
    checks = Counter(check for pack in packs(proofs) for check in rules_of(pack).values())
    assert checks == {"M": 218, "MD": 51, "MJ": 59, "D": 21, "J": 49}


def test_machine_checkable_rules_are_executable_and_the_rest_is_named(proofs: dict[str, Proof]) -> None:
    found = {}
    for id, proof in proofs.items():
        checkable = {rule for rule, check in rules_of(proof.pack).items() if check in MACHINE_CHECKABLE}
        executable = {rule for item in proof.pack.items() if item.is_executable for rule in item.rules}
        assert checkable - executable == {left.rule for left in proof.left if left.rule in checkable}
        assert [left.rule for left in proof.left if left.why.zh == "没有写明原因"] == []
        found[id] = (len(checkable), len(checkable & executable))
    assert {id: checkable for id, (checkable, _) in found.items()} == CHECKABLE
    assert sum(CHECKABLE.values()) == 269
    assert sum(executable for _, executable in found.values()) >= 0.98 * 269


def test_every_target_and_every_historical_value_is_there(proofs: dict[str, Proof]) -> None:
    assert {pack.id: len(pack.indicators) for pack in packs(proofs) if pack.indicators} == TARGETS
    assert sum(TARGETS.values()) == 68
    assert {pack.id: len(pack.history) for pack in packs(proofs) if pack.history} == HISTORY
    assert [each.id for pack in packs(proofs) for each in pack.history if not each.values] == []


def test_every_task_is_there_and_has_a_lead(proofs: dict[str, Proof]) -> None:
    tasks = {pack.id: [task for root in pack.tasks for task in root.walk()] for pack in packs(proofs) if pack.tasks}
    assert {id: len(found) for id, found in tasks.items()} == TASKS
    assert sum(TASKS.values()) == 150
    assert [task.id for task in tasks["shizuishan-2025"] if not task.lead] == []  # the plan of Ningxia names no units


def test_every_direction_is_a_node_of_its_tree(proofs: dict[str, Proof]) -> None:
    nodes = {pack.id: [node.id for root in pack.directions for node in root.walk()] for pack in packs(proofs)}
    assert {id: sum(1 for node in found if node not in ADDED) for id, found in nodes.items()} == DIRECTIONS
    assert sum(DIRECTIONS.values()) == 166


def test_every_ambiguity_is_a_reading_with_alternatives(proofs: dict[str, Proof]) -> None:
    readings = [reading for pack in packs(proofs) for reading in pack.readings.values()]
    recorded = {reading.id[:6] for reading in readings if reading.id.startswith("AMB-")}  # AMB-09b is a second question of AMB-09
    assert recorded == {f"AMB-{number:02}" for number in range(1, 37)}
    assert [reading.id for reading in readings if len(reading.alternatives) < 2] == []
    assert [reading.id for reading in readings if reading.default not in reading.alternatives] == []


def test_there_are_worked_cases_and_none_fails(proofs: dict[str, Proof]) -> None:
    assert sum(proof.cases for proof in proofs.values()) >= 400
    assert {id: proof.failed for id, proof in proofs.items() if proof.failed} == {}


def test_every_entry_of_the_workflow_is_carried(proofs: dict[str, Proof]) -> None:
    workflow = load_workflow()
    carried = workflow.numbers | {number for pack in packs(proofs) for each in pack.procedures for number in numbers_of(each)}
    assert Counter(number.split("-")[1] for number in carried) == WORKFLOW
    assert sum(WORKFLOW.values()) == 176
    assert carried == {f"WF-{kind}-{number:02}" for kind, count in WORKFLOW.items() for number in range(1, count + 1)}


# ─── the map itself, where it lies beside the repository ────────────────────────────────────────


@pytest.fixture(scope="module")
def rows() -> dict[str, list[list[str]]]:
    """The rows of every table of the map, as cells, by file."""
    if not MAP.is_dir():
        pytest.skip("the mission map is not beside the repository")
    files = {path.name: path.read_text(encoding="utf-8") for path in MAP.glob("*.md")}
    return {
        name: [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
        for name, text in files.items()
    }


def ids(rows: list[list[str]], pattern: str) -> set[str]:
    return {row[0] for row in rows if re.fullmatch(pattern, row[0])}


def test_the_outlines_hold_the_clauses_of_the_map(rows: dict[str, list[list[str]]], proofs: dict[str, Proof]) -> None:
    for id, number in DOCUMENTS.items():
        paths = [row[1] for row in rows["coverage.md"] if row[0] == number]
        assert [clause.path for clause in proofs[id].pack.clauses] == paths


def test_the_rules_are_those_of_the_map(rows: dict[str, list[list[str]]], proofs: dict[str, Proof]) -> None:
    rules = {rule for pack in packs(proofs) for clause in pack.clauses for rule in clause.rules}
    assert rules == ids(rows["programmes.md"], r"(YC|XJ|LZ|SZ|NX)\d*-R\d+")
    checks = {rule: check for pack in packs(proofs) for rule, check in rules_of(pack).items()}
    told = {
        row[0]: next(cell for cell in reversed(row) if cell in ("M", "MD", "MJ", "D", "J"))
        for row in rows["programmes.md"]
        if row[0] in checks
    }
    assert checks == told  # fmt: skip


@pytest.mark.parametrize(
    ("file", "pattern", "section"),
    [
        ("indicators.md", r"I-(NX|SZ)-\d+", "indicators"), ("indicators.md", r"H-NX-\d+", "history"),
        ("tasks.md", r"T-(NX|SZ)-[\dG.]+", "tasks"),
    ],
)  # fmt: skip
def test_a_plan_holds_what_the_map_lists(
    file: str, pattern: str, section: str, rows: dict[str, list[list[str]]], proofs: dict[str, Proof]
) -> None:
    listed = [each for pack in packs(proofs) for each in getattr(pack, section)]
    every = [task for root in listed for task in root.walk()] if section == "tasks" else listed
    assert {each.id for each in every} == ids(rows[file], pattern)


def test_every_direction_of_the_map_is_a_node(rows: dict[str, list[list[str]]], proofs: dict[str, Proof]) -> None:
    wanted = ids(rows["directions.md"], r"D-(YC|NX|SZ|XJ|LZ)[\d.]*")
    nodes = {node.id for pack in packs(proofs) for root in pack.directions for node in root.walk()}
    assert nodes - wanted == ADDED
    assert wanted - nodes == set()


def test_the_workflow_of_the_map_is_the_one_we_carry(rows: dict[str, list[list[str]]]) -> None:
    assert load_workflow().numbers == ids(rows["workflow.md"], r"WF-[A-Z]+-\d+")
