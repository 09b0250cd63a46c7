"""The YAML loader: keeps lines, guesses nothing, refuses what could surprise or harm, and says so with its place."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.policy.making import refused, told
from zhinan.policy import yaml_source
from zhinan.policy.yaml_source import (
    MAX_NODES,
    MAX_PROBLEMS,
    Listing,
    Mapping,
    Node,
    Scalar,
    decode,
    load_yaml,
    read_text,
    walk,
)
from zhinan.values.problem import BadInput


@pytest.fixture(params=["C", "Python"])
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both of PyYAML's parsers: the fast one, and the one of a platform without it."""
    if request.param == "Python":
        monkeypatch.setattr(yaml_source, "_LOADER", yaml.SafeLoader)


def plain(node: Node) -> object:
    """Nodes as plain values, to compare."""
    match node:
        case Scalar(text):
            return text
        case Listing(items):
            return [plain(item) for item in items]
        case Mapping(entries):
            return {key: plain(value) for key, value in entries.items()}


# ─── what is kept ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    "written",
    ["no", "yes", "2026-02-28", "1e3", "0o7", "017", "null", "~", "3.0", "0x1F", "1_000", "12:30:45", "是", ".inf", "="],
)
def test_no_scalar_is_guessed_to_be_anything_but_text(written: str) -> None:
    assert plain(load_yaml(f"a: {written}", "x.yaml")) == {"a": written}


@pytest.mark.usefixtures("loader")
def test_lines_are_kept_for_values_and_for_keys() -> None:
    text = "# a remark\nfirst: 1\nlist:\n  - one\n  - {two: 2,\n     three: 3}\nfolded: >-\n  a\n  b\n"
    assert load_yaml(text, "x.yaml") == Mapping(
        {
            "first": Scalar("1", 2),
            "list": Listing(
                [Scalar("one", 4), Mapping({"two": Scalar("2", 5), "three": Scalar("3", 6)}, 5, {"two": 5, "three": 6})], 4
            ),
            "folded": Scalar("a b", 7),
        },
        2,
        {"first": 2, "list": 3, "folded": 7},
    )


def test_a_merge_key_is_a_key_like_any_other() -> None:
    assert plain(load_yaml("<<: {a: b}", "x.yaml")) == {"<<": {"a": "b"}}


def test_all_nodes_beneath_a_node_are_walked() -> None:
    assert [node.line for node in walk(load_yaml("a:\n- b\n- {c: d}\n", "x.yaml"))] == [1, 2, 2, 3, 3]


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"]), max_size=20)
trees = st.recursive(texts, lambda part: st.lists(part, max_size=3) | st.dictionaries(texts, part, max_size=3), max_leaves=10)


@given(trees)
def test_whatever_is_written_comes_back_as_text(value: object) -> None:
    written = json.dumps(value, ensure_ascii=False)  # JSON is YAML, with every text in quotes
    if value == "":
        assert refused(written) == ["x.yaml:0: 文件是空的 — 写入内容后再试 [empty-file]"]
    else:
        assert plain(load_yaml(written, "x.yaml")) == value


@given(st.text(max_size=60) | st.text("-:?{}[]&*!|>'\"%@`#, \n\tab", max_size=60))
def test_any_text_is_read_or_refused_with_its_file(text: str) -> None:
    try:
        load_yaml(text, "x.yaml")
    except BadInput as bad:
        assert bad.problems
        assert {problem.file for problem in bad.problems} == {"x.yaml"}


# ─── what is refused ────────────────────────────────────────────────────────────────────────────

ALIAS = "不接受锚点和别名（& 和 *） — 把内容直接写出来；文字以 & 或 * 开头时加引号 [yaml-alias]"
EMPTY = "x.yaml:0: 文件是空的 — 写入内容后再试 [empty-file]"
DEEP = "嵌套太深，上限 30 层 — 检查缩进或括号 [yaml-too-deep]"
KEY = "键必须是文字 — 例如：名称: 值 [key-not-text]"
REFUSED = {
    "nothing": ("", [EMPTY]),
    "only remarks": ("# a\n# b\n", [EMPTY]),
    "only the beginning of a document": ("---\n", [EMPTY]),
    "a key twice": ("a: 1\nb: 2\na: 3\n", ["x.yaml:3: “a”重复，第 1 行已经写过 — 保留一个 [duplicate-key]"]),
    "all keys that are twice, at once": (
        "a: 1\na: {b: 1, b: 2}\n",
        [
            "x.yaml:2: “a”重复，第 1 行已经写过 — 保留一个 [duplicate-key]",
            "x.yaml:2: “b”重复，第 2 行已经写过 — 保留一个 [duplicate-key]",
        ],
    ),
    "an anchor": ("a: &x 1\n", [f"x.yaml:1: {ALIAS}"]),
    "an alias": ("a: 1\nb: *x\n", [f"x.yaml:2: {ALIAS}"]),
    "a billion laughs": ("a: &a [lol, lol]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", [f"x.yaml:1: {ALIAS}"]),
    "a tag that runs code": (
        "a: !!python/object/apply:os.system [x]\n",
        ["x.yaml:1: 不接受标签 !!python/object/apply:os.system — 去掉标签 [yaml-tag]"],
    ),
    "a tag of one's own": ("a:\n  b: !x 1\n", ["x.yaml:2: 不接受标签 !x — 去掉标签 [yaml-tag]"]),
    "an empty tag": ("a: ! 1\n", ["x.yaml:1: 不接受标签 ! — 去掉标签 [yaml-tag]"]),
    "several documents": (
        "a: 1\n---\nb: 2\n",
        ["x.yaml:2: 一个文件里只能有一个文档 — 去掉 --- 之后的内容 [several-documents]"],
    ),
    "a list as a key": ("[a, b]: 1\n", [f"x.yaml:1: {KEY}"]),
    "a map as a key": ("a: 1\n? {b: c}\n: 2\n", [f"x.yaml:2: {KEY}"]),
    "10 000 open brackets": ("[" * 10_000, [f"x.yaml:1: {DEEP}"]),
    "10 000 brackets": ("[" * 10_000 + "]" * 10_000, [f"x.yaml:1: {DEEP}"]),
    "1 MB of [": ("[" * 1_000_000, [f"x.yaml:1: {DEEP}"]),
    "10 000 dashes": ("- " * 10_000 + "a", [f"x.yaml:1: {DEEP}"]),
    "indents without end": ("\n".join(" " * depth + "a:" for depth in range(1_300)), [f"x.yaml:31: {DEEP}"]),
    "1 MB and one character": ("a: " + "x" * 999_998, ["x.yaml:0: 文件有 1.0 MB，上限 1.0 MB — 确认是不是选错了文件 [file-too-large]"]),
    "a million nodes": ("[" + "a," * 400_000, ["x.yaml:1: 内容太多，上限 100000 项 — 拆成几个文件 [too-many-nodes]"]),
    "a control character": ("a: 1\nb: \x01\n", ["x.yaml:2: 有不能使用的控制字符 U+0001 — 删掉它，或把文件另存为纯文本 [control-character]"]),
    "NUL": ("a: \0\n", ["x.yaml:1: 有不能使用的控制字符 U+0000 — 删掉它，或把文件另存为纯文本 [control-character]"]),
    "half a character": ("\n\na: \ud800", ["x.yaml:3: 有不能使用的控制字符 U+D800 — 删掉它，或把文件另存为纯文本 [control-character]"]),
}  # fmt: skip


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize("case", REFUSED)
def test_what_could_surprise_or_harm_is_refused(case: str) -> None:
    text, problems = REFUSED[case]
    assert refused(text) == problems


BAD_YAML = "检查缩进、冒号后的空格和引号 [bad-yaml]"


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("a:\n\tb: 1\n", 2, "这个字符不能作开头；缩进用空格，不用制表符"),
        ("a: b: c\n", 1, "这里不能再有冒号；文字里有“: ”时加引号"),
        ("a: 1\n  b: 2\n", 2, "这里不能再有冒号；文字里有“: ”时加引号"),
        ("- a\nb: c\n", 2, "列表里的这一行没有以“- ”开头"),
        ("a: [b\nc: d\n", 2, "方括号没有结束，或缺少逗号"),
        ("a: {b: c\nd: e\n", 2, "花括号没有结束，或缺少逗号"),
        ('a: "b\nc: d\n', 3, "引号没有结束"),
        ('a: "b\\q"\n', 1, "双引号里的反斜杠写法不对；可改用单引号"),
        ("%YAML 3.0\n---\na: b\n", 1, "不是 YAML 1.1"),
    ],
)
def test_what_is_no_yaml_is_refused_with_the_line_and_the_reason(text: str, line: int, why: str) -> None:
    assert refused(text) == [f"x.yaml:{line}: YAML 写法有误：{why} — {BAD_YAML}"]


def test_what_was_found_before_the_end_of_yaml_is_told_too() -> None:
    assert refused("a: 1\na: 2\nb: [\n") == [
        "x.yaml:2: “a”重复，第 1 行已经写过 — 保留一个 [duplicate-key]",
        f"x.yaml:4: YAML 写法有误：这里缺少内容 — {BAD_YAML}",
    ]


def test_a_reason_without_translation_is_shown_as_it_is() -> None:
    assert refused("%TAG !\n---\na: 1\n") == [f"x.yaml:1: YAML 写法有误：did not find expected whitespace — {BAD_YAML}"]


def test_the_reason_is_in_english_for_an_english_reader() -> None:
    with pytest.raises(BadInput) as bad:
        load_yaml("a: [b\n", "x.yaml")
    assert told(bad.value.problems, lang="en") == [
        "x.yaml:2: this is not valid YAML: did not find expected ',' or ']'"
        " — check indentation, the space after a colon, and quotes [bad-yaml]"
    ]


def test_after_a_thousand_problems_the_rest_is_not_listed() -> None:
    problems = refused("a: 1\n" * 5_000)
    assert len(problems) == MAX_PROBLEMS + 1
    assert problems[-1] == "x.yaml:1001: 问题超过 1000 个，其余的没有列出 — 先改前面的，再查一遍 [too-many-problems]"


def test_a_very_long_word_is_shown_by_its_beginning() -> None:
    assert refused(f"a: !{'x' * 5_000} 1\n") == [f"x.yaml:1: 不接受标签 !{'x' * 59}… — 去掉标签 [yaml-tag]"]


def test_the_largest_accepted_file_is_read() -> None:
    assert len(list(walk(load_yaml("- a\n" * (MAX_NODES - 1), "x.yaml")))) == MAX_NODES
    assert plain(load_yaml("a: " + "x" * 999_997, "x.yaml")) == {"a": "x" * 999_997}


# ─── files ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "data",
    ["申报单位".encode(), "\ufeff申报单位".encode(), "申报单位".encode("gb18030")],
    ids=["UTF-8", "UTF-8 with BOM", "GB18030"],
)
def test_a_file_is_read_in_the_encodings_people_save(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(data)
    assert read_text(tmp_path / "x.yaml") == "申报单位"


def make_too_large(path: Path) -> None:
    path.write_bytes(b"a" * 1_000_001)


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no such file": (lambda path: None, "没有这个文件 — 检查路径和文件名 [no-such-file]"),
    "a folder": (lambda path: path.mkdir(), "这是一个文件夹，不是文件 — 写出文件夹里的文件名 [is-a-directory]"),
    "too large": (make_too_large, "文件有 1.0 MB，上限 1.0 MB — 确认是不是选错了文件 [file-too-large]"),
    "a pipe, which never ends": (make_pipe, "文件读不出来：不是普通文件 — 检查文件权限 [unreadable-file]"),
    "no text": (lambda path: path.write_bytes(b"\xff\xfe\xff"), "文件不是 UTF-8 或 GB18030 文本 — 另存为 UTF-8 编码的文本 [not-text]"),
    "text with NUL": (lambda path: path.write_bytes(b"a: \0"), "文件不是 UTF-8 或 GB18030 文本 — 另存为 UTF-8 编码的文本 [not-text]"),
    "a loop of links": (lambda path: path.symlink_to(path), "文件读不出来：Too many levels of symbolic links — 检查文件权限 [unreadable-file]"),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_cannot_be_read_is_told(case: str, tmp_path: Path) -> None:
    make, message = FILES[case]
    make(tmp_path / "x.yaml")
    with pytest.raises(BadInput) as bad:
        read_text(tmp_path / "x.yaml")
    assert told(bad.value.problems, tmp_path) == [f"x.yaml:0: {message}"]


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        assert "\0" not in decode(data, "x.yaml")
    except BadInput as bad:
        assert [problem.code for problem in bad.problems] == ["not-text"]


# ─── in little time and memory ──────────────────────────────────────────────────────────────────

HOSTILE = {
    "brackets": "'[' * 1_000_000", "braces": "'{' * 1_000_000", "maps": "'{a: ' * 200_000", "dashes": "'- ' * 450_000",
    "questions": "'? ' * 450_000", "indents": "chr(10).join(' ' * i + 'a:' for i in range(1_400))", "quotes": "'\"' * 900_000",
    "items": "'[' + 'a,' * 450_000", "keys": "''.join(f'k{i}: {i}' + chr(10) for i in range(80_000))",
    "a key again and again": "('a: 1' + chr(10)) * 190_000", "colons": "': ' * 450_000", "a scalar": "'a: ' + 'x' * 900_000",
    "a block": "'a: |' + chr(10) + (' x' + chr(10)) * 300_000", "remarks": "'#' * 900_000", "spaces": "' ' * 900_000",
    "tags": "'!' * 900_000", "anchors": "'&' * 900_000",
    "laughs": "'a: &a [x]' + chr(10) + ''.join(f'b{i}: [' + '*a,' * 1000 + ']' + chr(10) for i in range(200))",
}  # fmt: skip
CHILD = """
import re, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (500_000_000, 500_000_000))
from zhinan.policy.yaml_source import load_yaml
from zhinan.values.problem import BadInput
try:
    load_yaml(eval(sys.argv[1]), "x.yaml")
    print("taken")
except BadInput as bad:
    print("refused" if bad.problems else "?")
print(re.search(r"VmHWM:\\s+([0-9]+) kB", open("/proc/self/status").read())[1])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the memory of a process")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_answered_in_little_memory(name: str) -> None:
    # The time-out only ends a run that hangs: each of these takes a fraction of a second, start of Python included.
    done = subprocess.run([sys.executable, "-c", CHILD, HOSTILE[name]], capture_output=True, text=True, timeout=20, check=False)
    assert done.stderr == ""
    answer, kilobytes = done.stdout.split()
    assert answer in ("taken", "refused")
    assert int(kilobytes) < 500_000
