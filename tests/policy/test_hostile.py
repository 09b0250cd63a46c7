"""A pack from a stranger: it can be wrong, never dangerous. Every mistake is told with its file and line, all at once."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.policy.making import CASES, SCHEME, loaded, made, proved, told
from zhinan.language import mistakes as language
from zhinan.policy.load import find_pack, load_pack, read_pack
from zhinan.policy.proof import prove
from zhinan.policy.vocabulary import base_vocabulary
from zhinan.policy.yaml_source import MAX_PROBLEMS
from zhinan.values.problem import BadInput

REQUIRE = "申报单位.从业人数 ≤ 300人"


def problems_with(home: Path, *changes: tuple[str, str, str], **more: str) -> list[str]:
    folder = made(home, *changes, **more)
    return told(proved(folder).problems, folder)


def requiring(expression: str) -> tuple[str, str, str]:
    return ("schemes/small-grant.yaml", REQUIRE, expression)


def test_the_small_pack_has_no_problem(tmp_path: Path) -> None:
    assert problems_with(tmp_path) == []


def test_ten_mistakes_are_told_at_once(tmp_path: Path) -> None:
    folder = made(
        tmp_path,
        ("pack.yaml", "id: tiny-2026", "id: ../tiny"),
        ("pack.yaml", "year: 2026\nin_force", "year: 二〇二六\nin_force"),
        ("pack.yaml", "to: 2026-12-31", "to: 2026-02-30"),
        ("outline.yaml", "T1-R01: M}", "T1-R01: X}"),
        ("schemes/small-grant.yaml", "kind: grant", "kind: gift"),
        ("schemes/small-grant.yaml", "value: 50万元", "value: 50人"),
        ("schemes/small-grant.yaml", REQUIRE, "申报单位.从业人员 ≤ 300万元"),
        ("schemes/small-grant.yaml", "rules: [T1-R02]", "rules: [T1-R09]"),
        ("schemes/small-grant.yaml", "clause: 一(二)\n    rules", "clause: 一（二）\n    rules"),
        ("cases/small.yaml", "verdict: eligible", "verdict: ok"),
    )
    read = loaded(folder)
    found = sorted(read.problems, key=lambda problem: (problem.file, problem.line))
    assert prove(read).problems[: len(found)] == read.problems
    assert told(found, folder) == [
        "cases/small.yaml:6: “ok”不在可选值之内 — 可选：eligible, ineligible, undetermined [not-one-of]",
        "outline.yaml:3: “X”不在可选值之内 — 可选：M, MD, MJ, D, J [not-one-of]",
        "pack.yaml:1: “../tiny”不能作编号 — 用小写英文字母、数字和连字符 [bad-id]",
        "pack.yaml:1: 名称应与编号相同：../tiny/ — 改文件名、文件夹名或编号 [wrong-file-name]",
        "pack.yaml:5: “二〇二六”读不成整数 — 例如：2026 [bad-quantity]",
        "pack.yaml:6: “2026-02-30”不是日期 — 日期写作 2026-02-28 [bad-date]",
        "schemes/small-grant.yaml:5: “gift”不在可选值之内"
        " — 可选：grant, subsidy, recognition, reward, voucher, credit, challenge [not-one-of]",
        "schemes/small-grant.yaml:9: “参数.资助上限”应是金额，却写成“50人” — 写出单位，例如：1500万元、1.5亿元、3200元 [wrong-unit]",
        "schemes/small-grant.yaml:14: 没有“申报单位.从业人员”这个词 — 最接近的词：申报单位.从业人数 [unknown-word]",
        "schemes/small-grant.yaml:17: 大纲里没有“一（二）”这一条 — 最接近的：一(二) [unknown-clause]",
        "schemes/small-grant.yaml:17: 大纲里没有规则“T1-R09” — 最接近的：T1-R03、T1-R02、T1-R01 [unknown-rule]",
    ]


def test_an_empty_folder_is_told_and_proved(tmp_path: Path) -> None:
    proof = prove(read_pack(tmp_path, base_vocabulary()))
    assert told(proof.problems, tmp_path) == ["pack.yaml:0: 没有这个文件 — 检查路径和文件名 [no-such-file]"]
    assert (proof.clauses, proof.cases, proof.machine_checkable) == (0, 0, 0)


# ─── expressions ────────────────────────────────────────────────────────────────────────────────

EXPRESSIONS = {
    "1 MB": "申" * 300_000,
    "10 000 brackets": "(" * 4_000 + "1人" + ")" * 3_900,
    "deep, within every count": "(" * 39 + "是" + " 且 是)" * 39,
    "a chain in a chain": ("(" + "非 " * 45) * 38 + "申报单位.独立法人" + ")" * 38,
    "code": '__import__("os").system("x")',
    "an attribute": "申报单位.__class__ = 1",
    "a lambda": "lambda: 1",
    "nothing": "",
    "an endless number": "9" * 5_000 + "人 ≥ 申报单位.从业人数",
    "a power tower": "9" * 24 + " × 9" * 60 + " = 1",
}
CODES = {mistake.code for mistake in language.ALL}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_a_hostile_expression_is_refused_with_its_place(name: str, tmp_path: Path) -> None:
    quoted = "'" + EXPRESSIONS[name].replace("'", "''") + "'"
    folder = made(tmp_path, requiring(quoted))
    read = loaded(folder)
    places = {(problem.file, problem.line, problem.code in CODES) for problem in read.problems}
    assert places == {(str(folder / "schemes" / "small-grant.yaml"), 14, True)}
    assert prove(read).problems[: len(read.problems)] == read.problems


def test_code_in_a_text_stays_a_text(tmp_path: Path) -> None:
    said = ("schemes/small-grant.yaml", "人数不超过上限", '"{0.__class__} {problem} %s $(x) `x`"')
    folder = made(tmp_path, said)
    proof = proved(folder)
    assert told(proof.problems, folder) == []
    assert proof.pack.schemes[0].conditions[0].says.zh == "{0.__class__} {problem} %s $(x) `x`"


def test_braces_in_an_id_or_word_do_not_disturb_the_message(tmp_path: Path) -> None:
    folder = made(tmp_path, ("schemes/small-grant.yaml", "kind: grant", 'kind: "{0.__class__}"'))
    assert told(proved(folder).problems, folder) == [
        "schemes/small-grant.yaml:5: “{0.__class__}”不在可选值之内"
        " — 可选：grant, subsidy, recognition, reward, voucher, credit, challenge [not-one-of]"
    ]


# ─── files and cases ────────────────────────────────────────────────────────────────────────────


def test_a_bomb_in_one_file_leaves_the_others_read(tmp_path: Path) -> None:
    bomb = "a: &a [lol]\nb: &b [*a, *a]\n"
    found = problems_with(tmp_path, schemes__bomb=bomb, cases__bomb=bomb)
    alias = "不接受锚点和别名（& 和 *） — 把内容直接写出来；文字以 & 或 * 开头时加引号 [yaml-alias]"
    assert found == [f"schemes/bomb.yaml:1: {alias}", f"cases/bomb.yaml:1: {alias}"]


def test_a_file_that_is_no_map_is_told(tmp_path: Path) -> None:
    assert problems_with(tmp_path, readings="- a\n", schemes__list="- a\n") == [
        "readings.yaml:1: 这里应是一组“键: 值” [wrong-shape]",
        "schemes/list.yaml:1: 这里应是一组“键: 值” [wrong-shape]",
    ]


def test_a_case_cannot_stand_on_itself_nor_on_a_later_one(tmp_path: Path) -> None:
    more = """\
        cases:
          - {id: itself, about: {zh: 甲, en: a}, on: 2026-03-01, base: itself, expect: {}}
          - {id: first, about: {zh: 甲, en: a}, on: 2026-03-01, base: second, expect: {}}
          - {id: second, about: {zh: 甲, en: a}, on: 2026-03-01, base: first, expect: {}}
    """
    assert problems_with(tmp_path, cases__a_circle=more) == [
        "cases/a_circle.yaml:2: 前面没有算例“itself” [unknown-case]",
        "cases/a_circle.yaml:3: 前面没有算例“second” — 可用：itself [unknown-case]",
    ]


def test_a_folder_for_a_file_and_a_pipe_are_told(tmp_path: Path) -> None:
    folder = made(tmp_path)
    (folder / "schemes" / "folder.yaml").mkdir()
    (folder / "readings.yaml").symlink_to("/dev/zero")
    assert told(proved(folder).problems, folder) == [
        "readings.yaml:0: 文件读不出来：不是普通文件 — 检查文件权限 [unreadable-file]",
        "schemes/folder.yaml:0: 这是一个文件夹，不是文件 — 写出文件夹里的文件名 [is-a-directory]",
    ]


@pytest.mark.parametrize("year", ["²", "٢٠٢٦", "9" * 5_000, "-1", "[2026]", "{a: b}"])
def test_a_year_that_is_none_is_told_and_never_raises(year: str, tmp_path: Path) -> None:
    found = problems_with(tmp_path, ("pack.yaml", "year: 2026\nin_force", f"year: {year}\nin_force"))
    assert len(found) == 1
    assert re.match(r"pack\.yaml:5: .*\[(bad-quantity|wrong-shape)\]$", found[0])


@pytest.mark.parametrize("planned", ["²", "9" * 5_000, "10-5", "约十项", "1-"])
def test_a_number_of_projects_that_is_none_is_told(planned: str, tmp_path: Path) -> None:
    text = SCHEME + f"selection: {{clause: 一(二), planned: {planned}}}\n"
    (found,) = problems_with(tmp_path, ("schemes/small-grant.yaml", SCHEME, text))
    assert found.startswith("schemes/small-grant.yaml:21: ")
    assert found.endswith("读不成项目数 — 例如：5-10 [bad-quantity]")


@pytest.mark.parametrize("wrong", ["x", "{x: y}", "[[x]]", '""', "[{x: [y]}]"])
@pytest.mark.parametrize(("name", "text"), [("schemes/small-grant.yaml", SCHEME), ("cases/small.yaml", CASES)])
def test_every_shape_in_every_place_is_told_and_never_raises(name: str, text: str, wrong: str, tmp_path: Path) -> None:
    """Each value of the file in turn becomes a text, a map, a list of lists, nothing."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        head, colon, _ = line.partition(": ")
        if colon or line.endswith(":"):
            spoiled = [*lines[:number], f"{head.rstrip(':')}: {wrong}", *lines[number + 1 :]]
            folder = made(tmp_path / str(number), (name, text, "\n".join(spoiled) + "\n"))
            assert [problem for problem in proved(folder).problems if not problem.file] == []


def test_a_pack_full_of_mistakes_lists_the_first_thousand(tmp_path: Path) -> None:
    more = "".join(f"  - {{id: 第{number}, clause: 无}}\n" for number in range(4_000))
    folder = made(tmp_path, ("schemes/small-grant.yaml", "conditions:\n", "conditions:\n" + more))
    found = told(read_pack(folder, base_vocabulary()).problems, folder)
    assert len(found) == MAX_PROBLEMS + 1
    assert found[-1].endswith("问题超过 1000 个，其余的没有列出 — 先改前面的，再查一遍 [too-many-problems]")


CHILD = """
import re, sys
from pathlib import Path
from zhinan.policy.load import read_pack
from zhinan.policy.proof import prove
from zhinan.policy.vocabulary import base_vocabulary
print(len(prove(read_pack(Path(sys.argv[1]), base_vocabulary())).problems))
print(re.search(r"VmHWM:\\s+([0-9]+) kB", open("/proc/self/status").read())[1])
"""
UNKNOWN_WORDS = "".join(f"      申报单位.从业人{number}: 1\n" for number in range(9_000))
LARGE = {
    "unknown facts": ("cases/small.yaml", "    facts: {申报单位: {从业人数: 未知}}\n", f"    facts:\n     申报单位:\n{UNKNOWN_WORDS}"),
    "unknown conditions": ("schemes/small-grant.yaml", "conditions:\n", "conditions:\n" + "".join(f"  - {{id: c{n}, clause: 一, says: {{zh: a, en: a}}, require: 申报.{n}x = 1}}\n" for n in range(6_000))),
    "good conditions": ("schemes/small-grant.yaml", "conditions:\n", "conditions:\n" + "".join(f"  - {{id: c{n}, clause: 一, says: {{zh: a, en: a}}, require: 申报单位.独立法人}}\n" for n in range(7_000))),
    "one large tree": ("schemes/small-grant.yaml", REQUIRE, "\n      all:\n" + "        - 申报单位.独立法人\n" * 20_000),
}  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the memory of a process")
@pytest.mark.parametrize("name", LARGE)
def test_a_pack_as_large_as_may_be_is_answered_in_little_memory(name: str, tmp_path: Path) -> None:
    folder = made(tmp_path, LARGE[name])
    limits = (600_000_000, resource.getrlimit(resource.RLIMIT_AS)[1])
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder)], capture_output=True, text=True, timeout=60, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, limits),
    )  # fmt: skip
    assert done.stderr == ""
    problems, kilobytes = (int(word) for word in done.stdout.split())
    assert problems > 0
    assert kilobytes < 500_000


# ─── finding packs ──────────────────────────────────────────────────────────────────────────────


def test_a_folder_is_a_pack_by_its_path(tmp_path: Path) -> None:
    folder = made(tmp_path)
    assert find_pack(str(folder)) == folder
    assert load_pack(str(folder)).id == "tiny-2026"


@pytest.mark.parametrize(
    ("name", "told_so"),
    [
        ("yinchuan-2025", "没有“yinchuan-2025”这个政策包 — 最接近的：yinchuan-2026"),
        ("../../etc/passwd", "没有“../../etc/passwd”这个政策包"),
    ],
)
def test_a_pack_that_is_not_there_is_told(name: str, told_so: str) -> None:
    with pytest.raises(BadInput) as bad:
        find_pack(name)
    (problem,) = told(bad.value.problems)
    assert problem.startswith(f":0: {told_so}")
    assert problem.endswith("[unknown-pack]")


def test_a_folder_without_a_pack_in_it_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as bad:
        find_pack(str(tmp_path))
    assert told(bad.value.problems, tmp_path) == ["pack.yaml:0: 没有这个文件 — 检查路径和文件名 [no-such-file]"]


def test_a_pack_with_a_problem_is_not_loaded(tmp_path: Path) -> None:
    folder = made(tmp_path, ("pack.yaml", "region: 银川市", "region: 银河市"))
    with pytest.raises(BadInput) as bad:
        load_pack(str(folder))
    assert told(bad.value.problems, folder) == ["pack.yaml:4: “银河市”不在可选值之内 — 可选：GB/T 2260 [not-one-of]"]


@pytest.mark.parametrize("parent", ["../tiny-2026", "..", ".", "/etc", "a/b", '""', "[x]"])
def test_a_parent_is_a_pack_and_never_a_path(parent: str, tmp_path: Path) -> None:
    (found,) = problems_with(tmp_path, ("pack.yaml", "year: 2026\nin", f"parents: [{parent}]\nyear: 2026\nin"))
    assert found.startswith("pack.yaml:5: ")
    assert found.endswith(("[bad-id]", "[wrong-shape]"))


def test_a_parent_that_is_not_there_is_told(tmp_path: Path) -> None:
    (found,) = problems_with(tmp_path, ("pack.yaml", "year: 2026\nin", "parents: [yinchuan-2025]\nyear: 2026\nin"))
    assert found.startswith("pack.yaml:5: 没有“yinchuan-2025”这个政策包 — 最接近的：yinchuan-2026")
