"""The one YAML loader: keeps lines, reads every scalar as text, refuses what could surprise or harm.

Refused: duplicate keys, anchors and aliases, tags, several documents, keys that are not text, and anything too large or
too deep. Nothing is ever guessed to be a date, a number or a truth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import yaml

from zhinan.policy import mistakes
from zhinan.policy.nearest import brief
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.text import Text, same

MAX_BYTES = 1_000_000
MAX_DEPTH = 30
MAX_NODES = 100_000
#: No more problems than this are listed: nobody mends a thousand at once, and a hostile file could hold a million.
MAX_PROBLEMS = 1_000
#: libyaml's parser where the wheel has it (as on every platform we support), its Python twin otherwise.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text. `line` counts from 1."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of nodes."""

    items: list[Node]
    line: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """A map from text to nodes, in the order of the file; `key_lines` tells where each key stands."""

    entries: dict[str, Node]
    line: int
    key_lines: dict[str, int] = field(default_factory=dict)


Node = Scalar | Listing | Mapping


def read_text(path: Path, *, limit: int = MAX_BYTES) -> str:
    """The text of a file in UTF-8 (with or without BOM) or GB18030. Raises `BadInput`.

    A file larger than `limit` bytes is refused before it is read.
    """
    try:
        if path.is_dir():
            raise BadInput([_problem(mistakes.IS_A_DIRECTORY, path)])
        if path.exists() and not path.is_file():  # a pipe or a device would never end
            raise BadInput([_problem(mistakes.UNREADABLE_FILE, path, why=Text("不是普通文件", "it is no ordinary file"))])
        size = path.stat().st_size
        if size > limit:
            raise BadInput([_problem(mistakes.FILE_TOO_LARGE, path, have=_megabytes(size), limit=_megabytes(limit))])
        data = path.read_bytes()
    except FileNotFoundError:
        raise BadInput([_problem(mistakes.NO_SUCH_FILE, path)]) from None
    except OSError as error:
        raise BadInput([_problem(mistakes.UNREADABLE_FILE, path, why=error.strerror or type(error).__name__)]) from None
    return decode(data, str(path))


def decode(data: bytes, name: str) -> str:
    """`data` as text, in UTF-8 or else GB18030. Raises `BadInput` when it is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadInput([_problem(mistakes.NOT_TEXT, name)])


def load_yaml(text: str, name: str) -> Node:
    """The one document in `text`, as nodes. Raises `BadInput` with the line, the reason and the mend.

    >>> load_yaml("a: no", "x.yaml").entries["a"].text
    'no'
    """
    if len(text) > MAX_BYTES:
        limit = _megabytes(MAX_BYTES)
        raise BadInput([_problem(mistakes.FILE_TOO_LARGE, name, have=_megabytes(len(text)), limit=limit)])
    if strange := _CONTROL.search(text):
        line = text.count("\n", 0, strange.start()) + 1
        raise BadInput([_problem(mistakes.CONTROL_CHARACTER, name, line=line, code=f"U+{ord(strange[0]):04X}")])
    builder = _Builder(name)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line if error.problem_mark else 0) + 1
        why = error.problem or error.context or ""
        bad = _problem(mistakes.BAD_YAML, name, line=line, why=_REASONS.get(why, same(why)))
        raise BadInput([*builder.problems, bad]) from None
    if builder.root is None or builder.root == Scalar("", builder.root.line):
        raise BadInput([_problem(mistakes.EMPTY_FILE, name)])
    if builder.problems:
        raise BadInput(builder.problems)
    return builder.root


#: What YAML 1.1 does not allow in a file; half a character (a lone surrogate) is among it.
_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: What libyaml says most often, in Chinese. What it says otherwise is shown as it is.
_REASONS = {
    english: Text(chinese, english)
    for english, chinese in {
        "mapping values are not allowed in this context": "这里不能再有冒号；文字里有“: ”时加引号",
        "block sequence entries are not allowed in this context": "这里不能有列表项“- ”",
        "mapping keys are not allowed in this context": "这里不能有“? ”",
        "found character that cannot start any token": "这个字符不能作开头；缩进用空格，不用制表符",
        "found a tab character that violates indentation": "缩进要用空格，不用制表符",
        "found a tab character where an indentation space is expected": "缩进要用空格，不用制表符",
        "could not find expected ':'": "缺少冒号“:”",
        "did not find expected key": "这一行的缩进与上面对不齐，或引号之后还有文字",
        "did not find expected '-' indicator": "列表里的这一行没有以“- ”开头",
        "did not find expected node content": "这里缺少内容",
        "did not find expected ',' or ']'": "方括号没有结束，或缺少逗号",
        "did not find expected ',' or '}'": "花括号没有结束，或缺少逗号",
        "found unexpected end of stream": "引号没有结束",
        "found unknown escape character": "双引号里的反斜杠写法不对；可改用单引号",
        "did not find expected <document start>": "内容结束之后还有文字",
        "did not find expected alphabetic or numeric character": "& 或 * 不能作文字的开头，要加引号",
        "did not find expected comment or line break": "“|”或“>”之后只能换行",
        "found incompatible YAML document": "不是 YAML 1.1",
        "found undefined tag handle": "标签没有定义",
        "could not find expected directive name": "“%”不能作文字的开头，要加引号",
        "found unknown directive name": "“%”不能作文字的开头，要加引号",
    }.items()
}


class _Builder:
    """Nodes from parse events, without recursion, so that no input can exhaust the stack."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self.stack: list[Listing | Mapping] = []
        self.keys: list[Scalar | None] = []
        self.documents = self.nodes = 0

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.stop(mistakes.SEVERAL_DOCUMENTS, line)
        elif isinstance(event, yaml.AliasEvent):
            self.stop(mistakes.ALIAS, line)
        elif isinstance(event, yaml.NodeEvent):
            self.take_node(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
            self.keys.pop()

    def take_node(self, event: yaml.NodeEvent, line: int) -> None:
        self.nodes += 1
        if event.anchor is not None:
            self.stop(mistakes.ALIAS, line)
        if (tag := getattr(event, "tag", None)) is not None:
            self.stop(mistakes.TAG, line, tag=brief(tag.replace(_YAML_ORG, "!!", 1)))
        if self.nodes > MAX_NODES:
            self.stop(mistakes.TOO_MANY_NODES, line, limit=MAX_NODES)
        if isinstance(event, yaml.ScalarEvent):
            self.add(Scalar(event.value, line), line)
            return
        node: Listing | Mapping = Listing([], line) if isinstance(event, yaml.SequenceStartEvent) else Mapping({}, line)
        self.add(node, line)
        if len(self.stack) == MAX_DEPTH:
            self.stop(mistakes.YAML_TOO_DEEP, line, limit=MAX_DEPTH)
        self.stack.append(node)
        self.keys.append(None)

    def add(self, node: Node, line: int) -> None:
        if not self.stack:
            self.root = node
            return
        holder = self.stack[-1]
        if isinstance(holder, Listing):
            holder.items.append(node)
        elif (key := self.keys[-1]) is None:
            self.keys[-1] = node if isinstance(node, Scalar) else self.stop(mistakes.KEY_NOT_TEXT, line)
        else:
            self.keys[-1] = None
            if key.text in holder.entries:
                first = holder.key_lines[key.text]
                self.problems.append(_problem(mistakes.DUPLICATE_KEY, self.name, line=key.line, key=brief(key.text), first=first))
                if len(self.problems) == MAX_PROBLEMS:
                    self.stop(mistakes.TOO_MANY_PROBLEMS, key.line, limit=MAX_PROBLEMS)
                return
            holder.entries[key.text] = node
            holder.key_lines[key.text] = key.line

    def stop(self, mistake: Mistake, line: int, **words: object) -> NoReturn:
        raise BadInput([*self.problems, _problem(mistake, self.name, line=line, **words)])


_YAML_ORG = "tag:yaml.org,2002:"


def _problem(mistake: Mistake, name: Path | str, *, line: int = 0, **words: object) -> Problem:
    return mistake.at(**words).placed(file=str(name), line=line)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"


def walk(node: Node) -> Iterator[Node]:
    """`node` and all nodes beneath it."""
    yield node
    if isinstance(node, Mapping):
        for child in node.entries.values():
            yield from walk(child)
    elif isinstance(node, Listing):
        for child in node.items:
            yield from walk(child)
