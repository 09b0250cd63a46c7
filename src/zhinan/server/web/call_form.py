"""What an officer types on the pages of a call: the boxes shown, and what is read out of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest

from zhinan.language.types import MONEY_TYPE, Kind
from zhinan.policy.model import Parameter, Reading
from zhinan.policy.nearest import brief
from zhinan.policy.written import read_value
from zhinan.server.actions.account_fields import BadFields
from zhinan.server.clock import BEIJING
from zhinan.server.queries import calls
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.typed import Box, Option, of, posted
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.quantity import format_money
from zhinan.values.text import Text, same

if TYPE_CHECKING:
    from zhinan.server.models import Call

_BAD_MOMENT = Mistake(
    "bad-moment",
    Text("读不懂时间“{text}”", "cannot read the time “{text}”"),
    Text("写成 2026-04-01 17:00，按北京时间", "write 2026-04-01 17:00, in Beijing time"),
)
_BAD_BUDGET = Mistake(
    "bad-budget",
    Text("预算“{text}”不是可用的金额", "the budget “{text}” is not an amount that can be used"),
    Text("写成 1500万元，不能为负，最小到分", "write an amount such as 1500万元: not negative, to the fen"),
)
_BAD_QUOTA = Mistake(
    "bad-quota",
    Text("名额“{text}”不是0到9999的整数", "“{text}” is not a whole number from 0 to 9999"),
    Text("留空表示不限", "leave it blank for no limit"),
)
#: Ten billion yuan; no call has more.
_MOST_BUDGET = 10**12 * 100
_BUDGET = Text("预算", "Budget")
_FIGURE, _READING, _DUE = "figure-", "reading-", "due-"


@dataclass(frozen=True, slots=True)
class Written:
    """What was typed, as an action takes it; `bad` is what could not be read, field by field."""

    parameters: Mapping[str, str]
    readings: Mapping[str, str]
    notice: Text
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    due: Mapping[str, datetime | None] = field(default_factory=dict)
    budget: int | None = None
    bad: BadFields | None = None

    @property
    def blank(self) -> frozenset[str]:
        """What was left empty and may be."""
        given = {"opens_at": self.opens_at, "closes_at": self.closes_at, "budget": self.budget}
        return frozenset(name for name, value in given.items() if value is None)


def written(request: HttpRequest, call: Call) -> Written:
    """Everything that may be typed about a call, read; figures are kept as typed once they can be read."""
    problems: dict[str, list[Problem]] = {}
    parameters = figures_written(request, call, problems)
    readings = readings_written(request, call, problems)
    due = {id: read_moment(request, f"{_DUE}{id}", problems) for id, _ in calls.stages_due(call)}
    opens_at, closes_at = (read_moment(request, name, problems) for name in ("opens_at", "closes_at"))
    budget = _budget(request, problems)
    bad = BadFields(problems) if problems else None
    return Written(parameters, readings, notice_written(request), opens_at, closes_at, due, budget, bad)


def revised(request: HttpRequest, call: Call) -> Written:
    """What a revision may change, read: figures, readings, the notice."""
    problems: dict[str, list[Problem]] = {}
    parameters = figures_written(request, call, problems)
    readings = readings_written(request, call, problems)
    return Written(parameters, readings, notice_written(request), bad=BadFields(problems) if problems else None)


def figures_written(request: HttpRequest, call: Call, problems: dict[str, list[Problem]]) -> dict[str, str]:
    """The figures as typed, those the form sent; what cannot be read goes to `problems`."""
    names = [asked.name for asked in calls.asked_of(call)]
    found = {name: posted(request, f"{_FIGURE}{name}").strip() for name in names if f"{_FIGURE}{name}" in request.POST}
    problems |= {f"{_FIGURE}{name}": [problem] for name, problem in calls.refuse_figures(call, found).items()}
    return found


def readings_written(request: HttpRequest, call: Call, problems: dict[str, list[Problem]]) -> dict[str, str]:
    """The readings chosen; the one in force anyway is not kept as a choice until another had been."""
    sent = [(reading, posted(request, f"{_READING}{reading.id}")) for reading in calls.readings_of(call)]
    found = {each.id: chosen for each, chosen in sent if chosen and (chosen != each.default or each.id in call.readings)}
    problems |= {f"{_READING}{id}": [problem] for id, problem in calls.refuse_readings(call, found).items()}
    return found


def notice_written(request: HttpRequest) -> Text:
    """The notice in both languages, with the line ends of the house."""
    zh, en = (posted(request, f"notice_{each}", most=20_001).replace("\r\n", "\n").strip() for each in ("zh", "en"))
    return Text(zh, en)


def read_moment(request: HttpRequest, name: str, problems: dict[str, list[Problem]]) -> datetime | None:
    """A moment in Beijing time, to the minute; none where nothing was typed, or something else (`problems`)."""
    text = posted(request, name).strip()
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text.replace("：", ":"))
    except ValueError:
        at = None
    if at is None or at.tzinfo is not None or not 2000 <= at.year <= 2100:
        problems[name] = [_BAD_MOMENT.at(text=brief(text))]
        return None
    return at.replace(second=0, microsecond=0, tzinfo=BEIJING)


def read_quota(text: str) -> int | None:
    """A number of places; none where it is blank. Raises `BadInput`."""
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise BadInput([_BAD_QUOTA.at(text=brief(text))])
    return int(text)


def _budget(request: HttpRequest, problems: dict[str, list[Problem]]) -> int | None:
    text = posted(request, "budget").strip()
    if not text:
        return None
    try:
        amount = read_value(text[:60], MONEY_TYPE, label=_BUDGET)
    except BadInput as bad:
        problems["budget"] = list(bad.problems)
        return None
    if not isinstance(amount, int) or not 0 <= amount <= _MOST_BUDGET or len(text) > 60:
        problems["budget"] = [_BAD_BUDGET.at(text=brief(text))]
        return None
    return amount


# -- boxes -------------------------------------------------------------------------------------------


def figure_boxes(request: HttpRequest, call: Call, bad: BadFields | None) -> list[Box]:
    """A box for every figure the guide leaves open, with its clause and what the pack suggests."""
    return [_figure(request, asked.name, asked.parameter, asked.text, bad) for asked in calls.asked_of(call)]


def _figure(request: HttpRequest, name: str, parameter: Parameter, kept: str, bad: BadFields | None) -> Box:
    box, type = f"{_FIGURE}{name}", parameter.word.type
    text = posted(request, box) if box in request.POST else kept
    kind = "text"
    options: tuple[Option, ...] = ()
    if type.choice is not None and type.kind is Kind.CHOICE:
        member = type.choice.find(text)
        kind, text = "choice", member.name.zh if member else text
        options = tuple(Option(each.name.zh, each.name) for each in type.choice.members)
    elif type.kind in (Kind.BOOL, Kind.DATE):
        kind = type.kind.value
    suggested = Text(f"；建议：{parameter.suggest}", f"; suggested: {parameter.suggest}") if parameter.suggest else same("")
    help = Text(
        f"指南 {parameter.clause} 没有写明{suggested.zh}。填{type.name.zh}",
        f"left open by clause {parameter.clause}{suggested.en}. Give {type.name.en}",
    )
    return Box(box, parameter.label, kind, text, help, options=options, problems=of(bad, box))


def reading_boxes(request: HttpRequest, call: Call, bad: BadFields | None) -> list[Box]:
    """A box for every ambiguity, with its alternatives; the reading in force unless another is chosen is marked."""
    return [_reading(request, call, reading, bad) for reading in calls.readings_of(call)]


def _reading(request: HttpRequest, call: Call, reading: Reading, bad: BadFields | None) -> Box:
    box = f"{_READING}{reading.id}"
    chosen = posted(request, box) or call.readings.get(reading.id, reading.default)
    options = tuple(
        Option(id, Text(f"{name.zh}（默认）", f"{name.en} (default)") if id == reading.default else name)
        for id, name in reading.alternatives.items()
    )
    help = Text(
        f"{reading.id} · {'、'.join(reading.clauses)}。{reading.note.zh}",
        f"{reading.id} · {', '.join(reading.clauses)}. {reading.note.en}",
    )
    return Box(box, reading.question, "choice", chosen, help, options=options, problems=of(bad, box), required=False)


def moment_boxes(request: HttpRequest, call: Call, bad: BadFields | None) -> list[Box]:
    """When the call opens and closes, and until when each level after it has time."""
    due = {limit.stage: limit.due_at for limit in call.limits.all() if limit.body_id is None}
    return [
        moment_box(request, "opens_at", Text("开始受理", "Opens"), call.opens_at, bad, help=_OPENS, required=False),
        moment_box(request, "closes_at", Text("截止", "Closes"), call.closes_at, bad, help=CLOSES),
        *due_boxes(request, call, due, bad),
    ]


def due_boxes(request: HttpRequest, call: Call, due: Mapping[str, datetime | None], bad: BadFields | None) -> Iterator[Box]:
    """Until when each level has time."""
    for id, name in calls.stages_due(call):
        label = Text(f"“{name.zh}”截止", f"“{name.en}” ends")
        yield moment_box(request, f"{_DUE}{id}", label, due.get(id), bad, required=False)


_OPENS = Text("留空表示发布后立即受理", "blank: it opens when it is published")
CLOSES = Text(
    "填 17:00 指 17:00:00 整：17:00:00 到达的提交算按时，17:00:01 到达的算超时",
    "17:00 means 17:00:00: what arrives at 17:00:00 is in time, at 17:00:01 it is late",
)  # fmt: skip


def moment_box(
    request: HttpRequest, name: str, label: Text, at: datetime | None, bad: BadFields | None, *, help: Text = Text("", ""),
    required: bool = True,
) -> Box:  # fmt: skip
    """A box for a moment, as the browser's own control writes it."""
    kept = f"{at.astimezone(BEIJING):%Y-%m-%dT%H:%M}" if at else ""
    return Box(
        name, label, "moment", posted(request, name) if name in request.POST else kept, help, required, problems=of(bad, name)
    )


def budget_box(request: HttpRequest, call: Call, bad: BadFields | None) -> Box:
    """The budget of the call."""
    kept = format_money(call.budget, lang()) if call.budget is not None else ""
    text = posted(request, "budget") if "budget" in request.POST else kept
    help = Text("例如：1500万元。留空表示不公布", "for example 1500万元; blank: not published")
    return Box("budget", _BUDGET, "text", text, help, required=False, problems=of(bad, "budget"))


def notice_boxes(request: HttpRequest, call: Call, bad: BadFields | None) -> list[Box]:
    """The notice applicants read on the page of the call."""
    kept = {"notice_zh": call.notice_zh, "notice_en": call.notice_en}
    labels = {"notice_zh": Text("通知（中文）", "Notice in Chinese"), "notice_en": Text("通知（英文）", "Notice in English")}
    return [
        Box(
            name, label, "longtext", posted(request, name, most=20_001) if name in request.POST else kept[name], required=False,
            problems=of(bad, name),
        )
        for name, label in labels.items()
    ]  # fmt: skip
