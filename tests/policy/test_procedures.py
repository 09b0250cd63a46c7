"""Procedures: every mistake in a graph is told in its place, what ships is sound, and the proof agrees with a brute search."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.policy.making import PACK, loaded, made, told
from zhinan.policy.load import read_pack, shared_procedures, shipped_packs
from zhinan.policy.procedure import Action, Deadline, Procedure, Role, Stage
from zhinan.policy.vocabulary import base_vocabulary
from zhinan.values.text import Text

SIMPLE = """\
procedure: simple
name: {zh: 简易流程, en: simple}
clause: 一
roles:
  - {key: applicant, name: {zh: 申报单位, en: applicant}, is: applicant}
  - {key: authority, name: {zh: 科技局, en: bureau}, is: authority}
start: draft
stages:
  - id: draft
    name: {zh: 填报, en: draft}
    who: [applicant]
    deadline: {days: 30}
    actions:
      - {id: submit, to: decision, by: applicant, name: {zh: 提交, en: submit}, clause: 一(一)}
  - id: decision
    name: {zh: 决定, en: decision}
    who: authority
    actions:
      - {id: approve, to: done, by: authority, name: {zh: 立项, en: establish}}
      - {id: send-back, to: draft, by: [authority], name: {zh: 退回, en: send back}}
  - {id: done, name: {zh: 立项, en: established}, final: true}
"""


def read(home: Path, text: str = SIMPLE, *changes: tuple[str, str], **more: str) -> tuple[tuple[Procedure, ...], list[str]]:
    """The procedures of the small pack with `text` as one of them, and what is wrong."""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    folder = made(home, procedures__simple=text, **more)
    read = loaded(folder)
    return read.pack.procedures, told(read.problems, folder)


def test_a_procedure_is_read_whole(tmp_path: Path) -> None:
    (procedure,), problems = read(tmp_path)
    assert problems == []
    assert (procedure.id, procedure.start, list(procedure.roles), list(procedure.stages)) == (
        "simple", "draft", ["applicant", "authority"], ["draft", "decision", "done"],
    )  # fmt: skip
    assert procedure.stages["draft"] == Stage(
        clause="", id="draft", name=Text("填报", "draft"), who=("applicant",), workflow=(), documents=(),
        deadline=Deadline(days=30), freezes=(), is_final=False,
        actions=(
            Action(
                clause="一(一)", id="submit", to="decision", by=("applicant",), name=Text("提交", "submit"), guard="", workflow=(),
            ),
        ),
    )  # fmt: skip
    assert procedure.roles["authority"] == Role(
        clause="", key="authority", name=Text("科技局", "bureau"), found_by="authority", workflow=()
    )
    assert (procedure.unreachable(), procedure.dead_ends()) == ((), ())


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("to: done", "to: don", ["19: 没有“don”这个阶段 — 最接近的：done、decision [unknown-stage]", "21: 从起点走不到阶段“done” — 加一个通往它的动作，或去掉它 [stage-unreachable]", "9: 从阶段“draft”走不到终点 — 加一个离开它的动作，或标 final: true [stage-dead-end]", "15: 从阶段“decision”走不到终点 — 加一个离开它的动作，或标 final: true [stage-dead-end]"]),
        ("start: draft", "start: draught", ["1: 没有“draught”这个阶段 — 最接近的：draft [unknown-stage]"]),
        ("who: [applicant]", "who: [applicants]", ["9: 没有“applicants”这个角色 — 最接近的：applicant [unknown-role]"]),
        ("by: [authority]", "by: [bureau]", ["15: 没有“bureau”这个角色 — 可用：applicant、authority [unknown-role]"]),
        ("    deadline: {days: 30}", "    freezes: [leader]", ["9: 没有“leader”这个角色 — 可用：applicant、authority [unknown-role]"]),
        ("start: draft", "start: decision", []),
        ("is: authority", "is: boss", None),
        ("id: send-back", "id: approve", ["20: 编号“approve”重复 — 换一个编号 [duplicate-id]"]),
        ("  - id: decision", "  - id: draft", None),
        (", final: true", "", None),
    ],
)  # fmt: skip
def test_a_mistake_in_a_graph_is_told(old: str, new: str, expected: list[str] | None, tmp_path: Path) -> None:
    _, problems = read(tmp_path, SIMPLE, (old, new))
    if expected is None:
        assert problems != []
    else:
        assert problems == [f"procedures/simple.yaml:{line}" for line in expected]


def test_every_mistake_of_a_graph_is_told_at_once(tmp_path: Path) -> None:
    island = "  - {id: island, name: {zh: 孤岛, en: island}, who: [nobody]}\n"
    _, problems = read(tmp_path, SIMPLE + island, ("id: submit, to: decision", "id: submit, to: nowhere"))
    assert [problem.partition(": ")[2].partition(" — ")[0] for problem in problems] == [
        "没有“nowhere”这个阶段", "没有“nobody”这个角色", "从起点走不到阶段“decision”", "从起点走不到阶段“done”",
        "从起点走不到阶段“island”", "从阶段“draft”走不到终点", "从阶段“island”走不到终点",
    ]  # fmt: skip


# ─── deadlines ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "deadline"),
    [
        ("{ask: authority}", Deadline(asked=True)), ("{ask: authority, suggest: 5个工作日}", Deadline(asked=True)),
        ("{working_days: 5}", Deadline(working_days=5)), ("{days: 30}", Deadline(days=30)),
        ("{on: 2026-02-28}", Deadline(on="2026-02-28")), ("none", None),
    ],
)  # fmt: skip
def test_a_deadline_is_a_day_a_number_of_days_or_asked(written: str, deadline: Deadline | None, tmp_path: Path) -> None:
    (procedure,), problems = read(tmp_path, SIMPLE, ("{days: 30}", written))
    assert problems == []
    assert procedure.stages["draft"].deadline == deadline


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{}", "这里应是ask、on、days、working_days 之一 [wrong-shape]"),
        ("{days: 5, working_days: 5}", "这里应是ask、on、days、working_days 之一 [wrong-shape]"),
        ("{suggest: 5天}", "这里应是ask、on、days、working_days 之一 [wrong-shape]"),
        ("{ask: everyone}", "“everyone”不在可选值之内 — 可选：authority [not-one-of]"),
        ("{days: five}", "“five”读不成整数 — 例如：2026 [bad-quantity]"),
        ("{days: -1}", "“-1”读不成整数 — 例如：2026 [bad-quantity]"),
        ("{on: 2026-02-30}", "“2026-02-30”不是日期 — 日期写作 2026-02-28 [bad-date]"),
        ("{weeks: 2}", "不认识“weeks”"),
        ("5天", "这里应是一组“键: 值” [wrong-shape]"),
    ],
)
def test_a_deadline_that_means_nothing_or_two_things_is_told(written: str, message: str, tmp_path: Path) -> None:
    _, problems = read(tmp_path, SIMPLE, ("{days: 30}", written))
    assert problems[0].startswith(f"procedures/simple.yaml:12: {message}"), problems


# ─── taking over from others ────────────────────────────────────────────────────────────────────

EXTENDED = """\
procedure: with-talk
name: {zh: 加谈话, en: with a talk}
clause: 一(二)
extends: %s
start: draft
stages:
  - id: decision
    name: {zh: 谈话后决定, en: decision after a talk}
    who: [authority]
    actions:
      - {id: approve, to: done, by: authority, name: {zh: 立项, en: establish}}
"""


def test_stages_are_taken_over_and_those_named_are_replaced(tmp_path: Path) -> None:
    procedures, problems = read(tmp_path, **{"procedures__with-talk": EXTENDED % "simple"})
    assert problems == []
    extended = next(each for each in procedures if each.id == "with-talk")
    assert list(extended.stages) == ["draft", "decision", "done"]
    assert extended.stages["decision"].name == Text("谈话后决定", "decision after a talk")
    assert [action.id for action in extended.stages["decision"].actions] == ["approve"]
    assert list(extended.roles) == ["applicant", "authority"]


def test_what_is_taken_over_cites_no_clause_of_the_new_document(tmp_path: Path) -> None:
    procedures, _ = read(tmp_path, **{"procedures__with-talk": EXTENDED % "simple"})
    extended = next(each for each in procedures if each.id == "with-talk")
    assert [path for item in extended.items() for path in item.clauses] == ["一(二)"]


def test_a_mistake_in_what_is_taken_over_is_told_where_the_new_procedure_begins(tmp_path: Path) -> None:
    cut = (EXTENDED % "simple").replace("to: done", "to: draft")
    _, problems = read(tmp_path, **{"procedures__with-talk": cut})
    assert problems == [
        "procedures/with-talk.yaml:1: 从起点走不到阶段“done” — 加一个通往它的动作，或去掉它 [stage-unreachable]",
        "procedures/with-talk.yaml:1: 从阶段“draft”走不到终点 — 加一个离开它的动作，或标 final: true [stage-dead-end]",
        "procedures/with-talk.yaml:7: 从阶段“decision”走不到终点 — 加一个离开它的动作，或标 final: true [stage-dead-end]",
    ]


@pytest.mark.parametrize("name", ["simpel", "tiny-2026/simple", "procedures/simple"])
def test_a_procedure_that_is_not_there_cannot_be_taken_over(name: str, tmp_path: Path) -> None:
    _, problems = read(tmp_path, **{"procedures__with-talk": EXTENDED % name})
    assert f"procedures/with-talk.yaml:4: 没有“{name}”这个办理流程" in "\n".join(problems)


def parent(home: Path, **files: str) -> None:
    """A pack `elder-2026` beside the small one."""
    folder = home / "elder-2026"
    (folder / "procedures").mkdir(parents=True)
    (folder / "pack.yaml").write_text(PACK.replace("tiny-2026", "elder-2026"), encoding="utf-8")
    for name, text in files.items():
        (folder / "procedures" / f"{name}.yaml").write_text(dedent(text), encoding="utf-8")


def extending_elder(home: Path, name: str) -> tuple[tuple[Procedure, ...], list[str]]:
    folder = made(
        home, ("pack.yaml", "year: 2026\n", "year: 2026\nparents: [elder-2026]\n"), **{"procedures__with-talk": EXTENDED % name}
    )
    read = loaded(folder)
    return read.pack.procedures, told(read.problems, folder)  # fmt: skip


def test_a_procedure_of_a_parent_pack_can_be_taken_over(tmp_path: Path) -> None:
    parent(tmp_path, simple=SIMPLE)
    (procedure,), problems = extending_elder(tmp_path, "elder-2026/simple")
    assert problems == []
    assert list(procedure.stages) == ["draft", "decision", "done"]


def test_a_parent_may_itself_take_over_what_ships(tmp_path: Path) -> None:
    parent(tmp_path, quick=(EXTENDED % "procedures/claim").replace("with-talk", "quick").partition("stages:")[0] + "stages: []\n")
    (procedure,), _ = extending_elder(tmp_path, "elder-2026/quick")
    shipped = next(each for each in shared_procedures() if each.id == "claim")
    assert set(shipped.stages) <= set(procedure.stages)


def test_a_parent_that_cannot_be_read_is_no_crash(tmp_path: Path) -> None:
    parent(tmp_path, simple="procedure: [simple")
    _, problems = extending_elder(tmp_path, "elder-2026/simple")
    assert "没有“elder-2026/simple”这个办理流程" in problems[0]


def test_a_shipped_procedure_can_be_taken_over(tmp_path: Path) -> None:
    (procedure,), problems = read(
        tmp_path, "procedure: simple\nname: {zh: 申领, en: claim}\nextends: procedures/claim\nstart: draft\nstages: []\n"
    )
    shipped = next(each for each in shared_procedures() if each.id == "claim")
    assert (problems, list(procedure.stages)) == ([], list(shipped.stages))


def test_a_file_is_named_after_its_procedure(tmp_path: Path) -> None:
    folder = made(tmp_path, procedures__other=SIMPLE)
    assert told(loaded(folder).problems, folder) == [
        "procedures/other.yaml:1: 名称应与编号相同：simple.yaml — 改文件名、文件夹名或编号 [wrong-file-name]"
    ]


# ─── what ships ─────────────────────────────────────────────────────────────────────────────────

SHIPPED = [
    *((f"procedures/{each.id}", each) for each in shared_procedures()),
    *(
        (f"{id}/{each.id}", each)
        for id, folder in shipped_packs().items()
        for each in (read_pack(folder, base_vocabulary()).pack.procedures if (folder / "procedures").exists() else ())
    ),
]


@pytest.mark.parametrize(("name", "procedure"), SHIPPED, ids=[name for name, _ in SHIPPED])
def test_every_shipped_procedure_is_sound(name: str, procedure: Procedure) -> None:
    assert (procedure.unreachable(), procedure.dead_ends()) == ((), ())
    for stage in procedure.stages.values():
        assert stage.is_final == (not stage.actions), stage.id
        assert {by for action in stage.actions for by in action.by} <= set(stage.who), stage.id
        assert {*stage.who, *stage.freezes} <= procedure.roles.keys(), stage.id
        assert {action.to for action in stage.actions} <= procedure.stages.keys(), stage.id
    assert [item for item in procedure.items() if "name" in item.__slots__ and not (item.name.zh and item.name.en)] == []  # type: ignore[attr-defined] # every item of a procedure has a name


def test_no_shipped_procedure_invents_a_number_of_days() -> None:
    found = [
        (name, id) for name, each in SHIPPED for id, stage in each.stages.items() if stage.deadline and not stage.deadline.asked
    ]
    assert found == []  # the documents state none: they are asked of the authority  # fmt: skip


# ─── the proof against a brute search ───────────────────────────────────────────────────────────

NAMES = [f"s{number}" for number in range(7)]


@st.composite
def graphs(draw: st.DrawFn) -> Procedure:
    """A procedure of up to seven stages; some actions lead nowhere, and the start may be missing."""
    ids = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1))
    stages = {}
    for id in ids:
        targets = draw(st.lists(st.sampled_from(NAMES), max_size=3))
        stages[id] = Stage(
            clause="", id=id, name=Text("", ""), who=(), workflow=(), documents=(), deadline=None, freezes=(),
            actions=tuple(
                Action(clause="", id=f"a{n}", to=to, by=(), name=Text("", ""), guard="", workflow=()) for n, to in enumerate(targets)
            ),
            is_final=draw(st.booleans()),
        )  # fmt: skip
    return Procedure(clause="", id="g", name=Text("", ""), roles={}, start=draw(st.sampled_from(NAMES)), stages=stages)


def paths_of(procedure: Procedure) -> set[tuple[str, str]]:
    """Every pair of stages of which the second can be reached from the first (Warshall)."""
    ids = list(procedure.stages)
    pairs = {(id, id) for id in ids}
    pairs |= {(id, action.to) for id in ids for action in procedure.stages[id].actions if action.to in procedure.stages}
    for middle, first, last in product(ids, repeat=3):
        if (first, middle) in pairs and (middle, last) in pairs:
            pairs.add((first, last))
    return pairs


@given(graphs())
def test_the_proof_equals_a_brute_search(procedure: Procedure) -> None:
    pairs, ids = paths_of(procedure), list(procedure.stages)
    final = [id for id in ids if procedure.stages[id].is_final]
    assert procedure.unreachable() == tuple(id for id in ids if (procedure.start, id) not in pairs)
    assert procedure.dead_ends() == tuple(id for id in ids if not any((id, end) in pairs for end in final))
