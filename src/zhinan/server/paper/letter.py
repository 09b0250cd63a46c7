"""The recommending body's letter (推荐函) with its ranked list (推荐清单), on paper and as a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from zhinan.server.paper.sheet import Cell, Sheet, workbook
from zhinan.server.paper.typesetting import Setting, typeset
from zhinan.server.paper.wording import BEIJING, in_wan, written_day, written_wan
from zhinan.values.quantity import format_money
from zhinan.values.text import Lang, Text


@dataclass(frozen=True, slots=True)
class Entry:
    """One application on the list. `requested` is counted in fen."""

    rank: int
    code: str
    title: str
    unit: str
    scheme: str
    leader: str
    requested: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a body recommends, in its order. `quota` is how many it may recommend; `None` when there is no limit."""

    number: str
    from_body: str
    to_authority: str
    call_title: str
    date: date
    entries: tuple[Entry, ...]
    quota: int | None = None
    lang: Lang = "zh"


def letter_pdf(letter: Letter, *, fonts: Path | None = None) -> bytes:
    """The letter on its first page, the list on those that follow."""
    lang = letter.lang
    gaps = {"call": letter.call_title, "count": len(letter.entries), "sum": _sum(letter), "to": letter.to_authority}
    words = {
        **{name: text.filled(**gaps).in_lang(lang) for name, text in _WORDS.items()},
        "number": letter.number,
        "from_body": letter.from_body,
        "date": written_day(letter.date, lang),
        "paragraphs": [text.filled(**gaps, quota=letter.quota).in_lang(lang) for text in _body(letter)],
        "list_by": f"{letter.from_body}  {letter.number}",
        "headers": [header.in_lang(lang) for header in _COLUMNS],
        "rows": [[str(entry.rank), *_texts(entry), written_wan(entry.requested), entry.remark] for entry in letter.entries],
    }
    midnight = datetime.combine(letter.date, time(), BEIJING)
    foot = f"{letter.from_body}  {letter.number}"
    return typeset("letter", words, Setting(_TITLE.filled(**gaps).in_lang(lang), foot, lang, midnight, fonts))


def list_xlsx(letter: Letter) -> bytes:
    """The list alone, as a workbook that can be sorted and added up; amounts are numbers in 万元."""
    lang = letter.lang
    rows = tuple(_row(entry) for entry in letter.entries)
    headers = tuple(header.in_lang(lang) for header in _COLUMNS)
    name = _WORDS["list_title"].filled(call=letter.call_title).in_lang(lang)
    return workbook(Sheet(headers, rows, name=Text("推荐清单", "list").in_lang(lang), title=name))


def _row(entry: Entry) -> tuple[Cell, ...]:
    return (entry.rank, *_texts(entry), in_wan(entry.requested), entry.remark)


def _texts(entry: Entry) -> tuple[str, ...]:
    return entry.code, entry.title, entry.unit, entry.scheme, entry.leader


def _sum(letter: Letter) -> Text:
    fen = sum(entry.requested for entry in letter.entries)
    return Text(f"{written_wan(fen)} 万元", format_money(fen, "en"))


def _body(letter: Letter) -> tuple[Text, ...]:
    if letter.quota is None:
        return _RECOMMENDS, _ORDER
    return _RECOMMENDS, _QUOTA, _ORDER


_TITLE = Text("关于推荐申报“{call}”项目的函", "Recommendations for “{call}”")
_RECOMMENDS = Text(
    "“{call}”组织申报以来，我单位对收到的申报材料逐项作了核对。现推荐 {count} 个项目，申请经费合计 {sum}。",
    "For “{call}” we have examined the applications we received, one by one. We now recommend {count} of them; together "
    "they ask for {sum}.",
)
_QUOTA = Text("本单位的推荐名额为 {quota} 个。", "Our quota is {quota}.")
_ORDER = Text(
    "清单附后，先后次序就是推荐次序，请予审核。", "The list is enclosed; its order is the order in which we recommend them."
)
_WORDS = {
    "salutation": Text("{to}：", "To: {to}"),
    "enclosure": Text("附件：推荐清单（共 {count} 项）", "Enclosure: list of {count} recommended"),
    "seal": Text("（盖章）", "(seal)"),
    "list_title": Text("“{call}”推荐清单", "Recommended for “{call}”"),
    "list_sum": Text("共 {count} 项，合计 {sum}", "{count} altogether, {sum}"),
}
_COLUMNS = (
    *(Text("次序", "Rank"), Text("申报编号", "Code"), Text("项目名称", "Project"), Text("申报单位", "Applicant")),
    *(Text("申报事项", "Scheme"), Text("负责人", "Leader"), Text("申请经费（万元）", "Requested (CNY 10 000)")),
    Text("备注", "Remark"),
)
