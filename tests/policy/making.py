"""A small pack that has nothing wrong, to be spoiled by tests; and short ways to ask what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from textwrap import dedent

from zhinan.policy.load import Loaded, read_pack
from zhinan.policy.model import Scheme
from zhinan.policy.proof import Proof, prove
from zhinan.policy.reader import Reader
from zhinan.policy.subject import Subject, subject_of
from zhinan.policy.vocabulary import base_vocabulary
from zhinan.policy.yaml_source import load_yaml
from zhinan.values.problem import BadInput, Problem
from zhinan.values.text import Lang

PACK = """\
id: tiny-2026
title: {zh: 小指南, en: a small guide}
issuer: {zh: 银川市科学技术局, en: the bureau}
region: 银川市
year: 2026
in_force: {from: 2026-01-01, to: 2026-12-31}
source: {title: 小指南, year: 2026, sha256: "0"}
"""
OUTLINE = """\
clauses:
  - {path: 一, gist: {zh: 专项, en: the special}}
  - {path: 一(一), gist: {zh: 人数, en: staff}, rules: {T1-R01: M}}
  - {path: 一(二), gist: {zh: 金额, en: amount}, rules: {T1-R02: M, T1-R03: J}}
  - {path: 二, gist: {zh: 附则, en: notes}, informational: {zh: 只是说明, en: only a note}}
"""
SCHEME = """\
scheme: small-grant
code: T1
name: {zh: 小额专项, en: Small grant}
clause: 一
kind: grant
applicant: organisation
purpose: {clause: 一(二), rules: [T1-R03], judge: {zh: 有意义, en: it makes sense}}
parameters:
  - {name: 资助上限, key: cap, type: money, value: 50万元, label: {zh: 上限, en: cap}, clause: 一(二)}
conditions:
  - id: staff
    clause: 一(一)
    rules: [T1-R01]
    require: 申报单位.从业人数 ≤ 300人
    says: {zh: 人数不超过上限, en: staff within the limit}
funding:
  - clause: 一(二)
    rules: [T1-R02]
    grant: 较小(30% × 项目.总研发投入, 参数.资助上限)
    says: {zh: 三成，有上限, en: thirty per cent up to a cap}
"""
CASES = """\
cases:
  - id: at-the-limit
    about: {zh: 正好三百人, en: exactly at the limit}
    on: 2026-03-01
    facts: {申报单位: {从业人数: 300人}, 项目: {总研发投入: 100万元}}
    expect: {small-grant: {verdict: eligible, grant: 30万元, conditions: {staff: met}}}
  - id: one-too-many
    about: {zh: 多一人, en: one too many}
    base: at-the-limit
    facts: {申报单位: {从业人数: 301人}}
    expect: {small-grant: {verdict: ineligible, grant: none, conditions: {staff: unmet}}}
  - id: not-told
    about: {zh: 没有写人数, en: staff not told}
    base: at-the-limit
    facts: {申报单位: {从业人数: 未知}}
    expect: {small-grant: {verdict: undetermined, conditions: {staff: unknown}}}
"""
#: A reading that no item names; what follows may go on with it.
READINGS = """\
readings:
  - id: AMB-1
    clauses: [一]
    question: {zh: 问, en: q}
    alternatives: {wide: {zh: 宽, en: wide}, narrow: {zh: 窄, en: narrow}}
    default: wide
"""
FILES = {
    "pack.yaml": PACK, "outline.yaml": OUTLINE, "schemes/small-grant.yaml": SCHEME, "cases/small.yaml": CASES,
}  # fmt: skip


def made(home: Path, *changes: tuple[str, str, str], **more: str) -> Path:
    """The small pack in a folder under `home`, with `changes` (file, old, new) made and `more` files of YAML added.

    `more` is by the name of the file without `.yaml`, its folder before two underscores: `schemes__other`.
    """
    files = dict(FILES)
    for name, old, new in changes:
        assert old in files[name], f"{name} has no {old!r}"
        files[name] = files[name].replace(old, new, 1)
    files |= {f"{name.replace('__', '/')}.yaml": dedent(text) for name, text in more.items()}
    folder = home / "tiny-2026"
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def loaded(folder: Path) -> Loaded:
    return read_pack(folder, base_vocabulary())


def proved(folder: Path) -> Proof:
    return prove(loaded(folder))


def told(problems: Iterable[Problem], home: Path | None = None, lang: Lang = "zh") -> list[str]:
    """Problems in one line each: place, message, mend, code."""
    lines = []
    for problem in problems:
        file = str(Path(problem.file).relative_to(home)) if home and Path(problem.file).is_relative_to(home) else problem.file
        mend = f" — {problem.mend.in_lang(lang)}" if problem.mend.in_lang(lang) else ""
        lines.append(f"{file}:{problem.line}: {problem.message.in_lang(lang)}{mend} [{problem.code}]")
    return lines


def scheme_of(home: Path, sections: str, *changes: tuple[str, str, str], **more: str) -> tuple[Scheme, list[str]]:
    """The scheme `small-grant` with `sections` added to its file, and what is wrong with the pack."""
    text = dedent(sections)
    for section in ("conditions", "funding", "purpose", "parameters"):  # a section given anew takes the place of the old
        if f"\n{section}:" in f"\n{text}":
            changes = (*changes, _without(section))
    folder = made(home, *changes, **more)
    file = folder / "schemes" / "small-grant.yaml"
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")
    read = loaded(folder)
    (scheme,) = read.pack.schemes
    return scheme, told(read.problems, folder)


def _without(section: str) -> tuple[str, str, str]:
    lines = SCHEME.splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{section}:"))
    stop = next((n for n in range(start + 1, len(lines)) if not lines[n].startswith(" ")), len(lines))
    return "schemes/small-grant.yaml", "".join(lines[start:stop]), ""


def subject(text: str) -> tuple[Subject, list[str]]:
    """The subject written in `text`, and what is wrong with it, as `line: …`."""
    problems: list[Problem] = []
    found = subject_of(Reader("", problems), load_yaml(dedent(text), ""), base_vocabulary())
    return found, [line.removeprefix(":") for line in told(problems)]


def facts_of(text: str) -> dict[str, object]:
    """The facts of a subject in which nothing is wrong."""
    found, problems = subject(text)
    assert problems == []
    return dict(found.facts)


def refused(text: str, name: str = "x.yaml") -> list[str]:
    """What `load_yaml` says against a text; nothing when it takes it."""
    try:
        load_yaml(text, name)
    except BadInput as bad:
        return told(bad.problems)
    return []
