"""The workflow library: what ships is whole, and every mistake in a library or in what names it is told in its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.policy.making import loaded, made, proved, told
from zhinan.policy.load import read_pack, shipped_packs
from zhinan.policy.vocabulary import base_vocabulary
from zhinan.policy.workflow import Governance, LoadedWorkflow, dangling, load_workflow, read_workflow, shipped_workflow
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

PACKS = shipped_packs()["yinchuan-2026"].parent
LIBRARY = PACKS / "procedures"


def spoilt(home: Path, file: str, old: str, new: str) -> tuple[LoadedWorkflow, list[str]]:
    """The shipped library with one change, and what is wrong with it."""
    shutil.copytree(LIBRARY, home / "procedures")
    path = home / "procedures" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = read_workflow(home)
    return found, told(found.problems, home / "procedures")


def test_the_shipped_library_has_no_problems() -> None:
    assert shipped_workflow().problems == ()
    assert load_workflow() is shipped_workflow().workflow


def test_every_shipped_pack_names_what_the_library_knows() -> None:
    packs = [read_pack(folder, base_vocabulary()).pack for folder in shipped_packs().values()]
    assert {pack.id: dangling(pack, load_workflow()) for pack in packs} == {pack.id: [] for pack in packs}


def test_an_entry_is_read_whole() -> None:
    part = next(each for each in load_workflow().roles if each.key == "novelty-body")
    assert (part.number, part.name, part.found_by, part.duties) == (
        "WF-ROLE-23", Text("查新机构", "novelty-search body"), "novelty-body",
        Text("出具查新报告", "issues the novelty search report"),
    )  # fmt: skip
    way = next(each for each in load_workflow().ways if each.number == "WF-ORG-04")
    assert (way.procedure, len(way.steps), way.steps[2]) == ("directed", 3, Text("评审", "review"))
    cycle = next(each for each in load_workflow().lifecycles if each.number == "WF-REG-02")
    assert [phase.id for phase in cycle.phases] == ["pooled", "cultivated", "applying", "recognised"]


def test_an_interval_is_stated_or_asked_of_the_authority_or_there_is_none() -> None:
    def of(number: str) -> Governance:
        return next(each for each in load_workflow().governance if each.number == number)

    assert [(of(number).months, of(number).asked) for number in ("WF-GOV-06", "WF-GOV-05", "WF-GOV-01")] == [
        (12, False), (None, True), (None, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("library/roles.yaml", "is: auditor", "is: audit", "roles.yaml:24: “audit”不在可选值之内"),
        ("library/roles.yaml", "duties: {zh: 出具查新报告", "duty: {zh: 出具查新报告", "roles.yaml:25: 不认识“duty”"),
        ("library/roles.yaml", "key: sub-unit", "key: applicant", "roles.yaml:4: 编号“applicant”重复"),
        ("library/documents.yaml", "WF-DOC-02", "WF-DOC-01", "documents.yaml:4: 编号“WF-DOC-01”重复"),
        ("library/documents.yaml", "documents:", "papers:", "documents.yaml:2: 不认识“papers”"),
        ("library/ways.yaml", "procedure: race", "procedure: rase", "没有“rase”这个办理流程 — 最接近的：race"),
        ("library/governance.yaml", "every: 1年", "every: 1次", "governance.yaml:8: "),
        ("library/lifecycles.yaml", "id: little-giant", "id: tech-sme", "lifecycles.yaml:7: 编号“tech-sme”重复"),
        ("competitive.yaml", "documents: [WF-DOC-01,", "documents: [WF-DOC-91,", "没有编号为“WF-DOC-91”的内容"),
        ("competitive.yaml", "workflow: [WF-RET-03], guard", "workflow: [WF-RET-93], guard", "没有编号为“WF-RET-93”的内容"),
        ("competitive.yaml", "workflow: WF-ROLE-23", "workflow: WF-DOC-06", "没有编号为“WF-DOC-06”的内容"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_library_is_told_where_it_is(file: str, old: str, new: str, message: str, tmp_path: Path) -> None:
    _, problems = spoilt(tmp_path, file, old, new)
    assert [problem for problem in problems if problem.startswith(f"{file}:") and message in problem] != [], problems


def test_what_is_taken_over_is_told_once_where_it_is_written(tmp_path: Path) -> None:
    _, problems = spoilt(tmp_path, "competitive.yaml", "documents: [WF-DOC-01,", "documents: [WF-DOC-91,")
    assert len([problem for problem in problems if "WF-DOC-91" in problem]) == 1  # though four procedures extend it


def test_a_library_without_a_file_says_which(tmp_path: Path) -> None:
    shutil.copytree(LIBRARY, tmp_path / "procedures")
    (tmp_path / "procedures" / "library" / "modes.yaml").unlink()
    (problem, *rest) = told(read_workflow(tmp_path).problems, tmp_path)
    assert problem == "procedures/library/modes.yaml:0: 没有这个文件 — 检查路径和文件名 [no-such-file]"
    assert [each for each in rest if "WF-MODE" not in each] == []  # what named a mode now leads nowhere


def test_a_procedure_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    _, problems = spoilt(tmp_path, "race.yaml", "procedure: race", "procedure: [race")
    assert any("race.yaml:" in problem and "[bad-yaml]" in problem for problem in problems)


def test_a_broken_library_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found, _ = spoilt(tmp_path, "library/roles.yaml", "is: auditor", "is: audit")
    monkeypatch.setattr("zhinan.policy.workflow.shipped_workflow", lambda: found)
    with pytest.raises(BadInput):
        load_workflow()


# ─── packs that name the library ────────────────────────────────────────────────────────────────

REGISTER = "registers: [{id: RG-1, clause: 一, name: {zh: 台账, en: register}, group: firms, lifecycle: %s}]\n"
TASKS = """\
units: [{key: K, name: {zh: 科技局, en: bureau}}]
tasks: [{id: T-1, clause: 一, kind: measure, title: {zh: 任务, en: task}, lead: K, links: [%s]}]
"""


def test_a_lifecycle_must_be_one_of_the_library(tmp_path: Path) -> None:
    assert told(proved(made(tmp_path / "a", registers=REGISTER % "WF-REG-07")).problems) == []
    folder = made(tmp_path / "b", registers=REGISTER % "WF-ORG-01")
    (problem,) = told(proved(folder).problems, folder)
    assert problem.startswith("registers.yaml:1: 没有编号为“WF-ORG-01”的内容")


def test_a_link_of_a_task_must_be_in_the_library(tmp_path: Path) -> None:
    assert told(proved(made(tmp_path / "a", tasks=TASKS % "WF-APP-20")).problems) == []
    folder = made(tmp_path / "b", tasks=TASKS % "WF-APP-99")
    (problem,) = told(proved(folder).problems, folder)
    assert problem.startswith("tasks.yaml:2: 没有编号为“WF-APP-99”的内容")


def test_the_small_pack_names_nothing(tmp_path: Path) -> None:
    assert dangling(loaded(made(tmp_path)).pack, load_workflow()) == []
