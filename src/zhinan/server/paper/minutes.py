"""The minutes of a panel meeting (会议纪要), as PDF and as Word: how many were present, the cases, what the ballots came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from zhinan.server.paper.typesetting import Setting, Words, typeset
from zhinan.server.paper.word import Block, Heading, Paragraph, Table, document
from zhinan.server.paper.wording import written_moment
from zhinan.values.text import Lang, Text


@dataclass(frozen=True, slots=True)
class Discussed:
    """One case of the agenda: its official score when the meeting began, the result of each ballot in a sentence."""

    number: int
    code: str
    title: str
    score: Decimal | None
    results: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Minutes:
    """The minutes of a meeting. No expert's name is in them; `closed_at` is `None` while they are a draft."""

    round_name: str
    round_code: str
    number: int
    held_at: datetime
    place: str
    members: int
    present: int
    rule: str
    cases: tuple[Discussed, ...]
    text: str
    closed_at: datetime | None
    at: datetime
    lang: Lang = "zh"


def minutes_pdf(minutes: Minutes, *, fonts: Path | None = None) -> bytes:
    """The minutes on A4."""
    words: dict[str, Words] = {
        "facts": [[name, value] for name, value in _facts(minutes)], "headers": _headers(minutes),
        "rows": [list(row) for row in _rows(minutes)], "cases": _CASES.in_lang(minutes.lang),
        "text_title": _TEXT.in_lang(minutes.lang), "lines": _lines(minutes),
        "signs": [each.in_lang(minutes.lang) for each in _SIGNS],
        "draft": "" if minutes.closed_at else _DRAFT.in_lang(minutes.lang),
    }  # fmt: skip
    foot = f"{minutes.round_code}  {_title(minutes)}"
    return typeset("minutes", words, Setting(_title(minutes), foot, minutes.lang, minutes.closed_at or minutes.at, fonts))


def minutes_docx(minutes: Minutes) -> bytes:
    """The same as a Word file, for the office to go on with."""
    lang = minutes.lang
    blocks: list[Block] = [] if minutes.closed_at else [Paragraph(_DRAFT.in_lang(lang), is_small=True)]
    blocks += [Paragraph(f"{name}：{value}" if lang == "zh" else f"{name}: {value}") for name, value in _facts(minutes)]
    blocks += [Heading(_CASES.in_lang(lang)), Table(tuple(_headers(minutes)), tuple(_rows(minutes)))]
    blocks += [Heading(_TEXT.in_lang(lang)), *(Paragraph(line) for line in _lines(minutes))]
    blocks += [Paragraph(f"{each.in_lang(lang)}＿＿＿＿＿＿＿＿") for each in _SIGNS]
    return document(_title(minutes), blocks, at=minutes.closed_at or minutes.at)


def draft_text(minutes: Minutes) -> str:
    """The text of the minutes as far as the platform knows it, for the officer to go on writing."""
    lines = [_OPENING.filled(present=minutes.present, members=minutes.members, cases=len(minutes.cases)).in_lang(minutes.lang)]
    for case in minutes.cases:
        said = "；".join(case.results) if minutes.lang == "zh" else "; ".join(case.results)
        what = said or _NO_VOTE.in_lang(minutes.lang)
        lines.append(_CASE.filled(number=case.number, title=case.title, what=what).in_lang(minutes.lang))
    return "\n".join(lines)


def _title(minutes: Minutes) -> str:
    return _TITLE.filled(round=minutes.round_name, number=minutes.number).in_lang(minutes.lang)


def _facts(minutes: Minutes) -> list[tuple[str, str]]:
    lang = minutes.lang
    facts = [
        (Text("时间", "Held"), written_moment(minutes.held_at, lang)), (Text("地点", "Place"), minutes.place or "—"),
        (Text("到会", "Present"), _PRESENT.filled(present=minutes.present, members=minutes.members).in_lang(lang)),
        (Text("表决规则", "Voting rule"), minutes.rule),
        (Text("结束", "Closed"), written_moment(minutes.closed_at, lang) if minutes.closed_at else "—"),
    ]  # fmt: skip
    return [(name.in_lang(lang), value) for name, value in facts]


def _headers(minutes: Minutes) -> list[str]:
    names = (
        Text("号", "No."),
        Text("申报编号", "Code"),
        Text("项目名称", "Project"),
        Text("得分", "Score"),
        Text("表决", "Votes"),
    )
    return [name.in_lang(minutes.lang) for name in names]


def _rows(minutes: Minutes) -> list[tuple[str, ...]]:
    none = _NO_VOTE.in_lang(minutes.lang)
    return [
        (
            str(each.number),
            each.code,
            each.title,
            "—" if each.score is None else f"{each.score:f}",
            "\n".join(each.results) or none,
        )
        for each in minutes.cases
    ]


def _lines(minutes: Minutes) -> list[str]:
    return [line for line in minutes.text.splitlines() if line.strip()]


_TITLE = Text("{round}第 {number} 次会评纪要", "{round}: minutes of meeting {number}")
_PRESENT = Text("应到 {members} 人，到会 {present} 人", "{present} of {members} members")
_CASES, _TEXT = Text("议程和表决结果", "Agenda and votes"), Text("讨论情况", "What was discussed")
_DRAFT = Text("草稿：会评还没有结束。", "Draft: the meeting is not closed.")
_NO_VOTE = Text("未表决", "not voted on")
_OPENING = Text(
    "会议应到专家 {members} 人，到会 {present} 人，讨论项目 {cases} 个。",
    "{present} of {members} experts were present; {cases} cases were discussed.",
)  # fmt: skip
_CASE = Text("{number} 号《{title}》：{what}。", "Case {number}, “{title}”: {what}.")
_SIGNS = (Text("主持人：", "Chair:"), Text("记录人：", "Minutes by:"))
