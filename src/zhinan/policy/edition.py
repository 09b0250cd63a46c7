"""The reader's edition of a pack: clause by clause, what the document asks and what the engine does with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape

from zhinan.language.explain import show_value
from zhinan.language.format import format_typed
from zhinan.language.tree import Typed
from zhinan.language.types import Word
from zhinan.policy.item import Item, Variants
from zhinan.policy.model import (
    Condition,
    Direction,
    Document,
    Duty,
    Funding,
    Line,
    Pack,
    Parameter,
    Payment,
    Preference,
    Purpose,
    Reading,
    Recommendation,
    Route,
    Scheme,
    Selection,
    Title,
)  # fmt: skip
from zhinan.policy.plan import Figure, History, Indicator, Instrument, Provision, RegisterKind, Task
from zhinan.policy.procedure import Action, Procedure, Role, Stage
from zhinan.policy.score import Criterion, Index
from zhinan.policy.wording import KINDS, METHODS, MODES, MOMENTS, figure_in_words
from zhinan.values.quantity import decimal
from zhinan.values.text import Lang, Text


@dataclass(frozen=True, slots=True)
class Entry:
    """What one item does: its kind, its sentence, and its expressions as they are run."""

    kind: Text
    says: Text
    runs: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A clause with everything that carries it."""

    path: str
    gist: Text
    rules: tuple[str, ...]
    informational: Text | None
    entries: tuple[Entry, ...]
    readings: tuple[Reading, ...]


def passages(pack: Pack, words: Mapping[str, Word]) -> list[Passage]:
    """The pack in the order of its document. `words` maps the keys of facts and parameters to their words."""
    carried: dict[str, list[Entry]] = defaultdict(list)
    describe = _Describer(words)
    for item in pack.items():
        for path in item.clauses:
            carried[path].append(describe.entry(item))
    return [
        Passage(
            clause.path,
            clause.gist,
            tuple(clause.rules),
            clause.informational,
            tuple(carried[clause.path]),
            tuple(reading for reading in pack.readings.values() if clause.path in reading.clauses),
        )
        for clause in pack.clauses
    ]


class _Describer:
    def __init__(self, words: Mapping[str, Word]) -> None:
        self.words = words
        self.known: dict[type[Item], Callable[..., Entry]] = {
            Scheme: lambda item: Entry(Text("事项", "scheme"), item.name),
            Line: lambda item: Entry(Text("子项", "line"), item.name),
            Purpose: lambda item: Entry(Text("由人判断", "judged by a person"), item.judge),
            Direction: lambda item: Entry(Text(f"方向 {item.id}", f"direction {item.id}"), _with(item.name, item.topics)),
            Parameter: self.parameter,
            Condition: self.condition,
            Preference: self.preference,
            Document: lambda item: Entry(Text("材料", "document"), item.name, self.runs(item.applies, item.requires)),
            Funding: lambda item: Entry(Text("金额", "amount"), item.says, self.runs(item.applies, item.grants)),
            Payment: self.payment,
            Selection: lambda item: Entry(Text("遴选", "selection"), _selection(item)),
            Route: lambda item: Entry(
                Text("咨询和受理", "section"), Text(item.section, item.section), self.runs(item.applies, {})
            ),
            Recommendation: lambda item: Entry(Text("推荐", "recommendation"), item.by, self.runs(item.applies, {})),
            Duty: lambda item: Entry(Text("义务", "duty"), item.says, self.runs(item.applies, {})),
            Title: lambda item: Entry(Text("资质", "title"), _title(item)),
            Indicator: lambda item: Entry(Text(f"指标 {item.id}", f"indicator {item.id}"), _with(item.name, _target(item))),
            History: lambda item: Entry(Text(f"已达到 {item.id}", f"reached {item.id}"), _with(item.name, _figures(item.values))),
            Task: lambda item: Entry(Text(f"任务 {item.id}", f"task {item.id}"), item.title),
            Instrument: lambda item: Entry(
                Text("支持措施", "instrument"), _with(item.name, item.gives), self.runs(item.applies, {})
            ),
            Provision: lambda item: Entry(Text("管理规定", "provision"), item.says, self.runs(item.applies, item.requires)),
            RegisterKind: lambda item: Entry(Text("登记事项", "register"), _with(item.name, item.criteria)),
            Procedure: lambda item: Entry(Text("办理流程", "procedure"), item.name),
            Role: lambda item: Entry(Text("角色", "role"), item.name),
            Stage: lambda item: Entry(Text("阶段", "stage"), item.name),
            Action: lambda item: Entry(Text("动作", "action"), item.name),
            Index: lambda item: Entry(Text("评价指标", "index"), item.name),
            Criterion: lambda item: Entry(Text("评分项", "criterion"), item.name, self.runs(None, {"": item.expression()})),
        }

    def entry(self, item: Item) -> Entry:
        return self.known[type(item)](item)

    def runs(self, applies: Typed | None, variants: Variants) -> tuple[Text, ...]:
        """The expressions in both languages, with where they apply and in which reading."""
        shown = [self.text(typed, f"{name}：" if name else "", f"{name}: " if name else "") for name, typed in variants.items()]
        if applies is not None:
            shown.insert(0, self.text(applies, "适用于：", "where: "))
        return tuple(shown)

    def text(self, typed: Typed, zh: str = "", en: str = "") -> Text:
        return Text(zh + format_typed(typed, self.words), en + format_typed(typed, self.words, "en"))

    def parameter(self, item: Parameter) -> Entry:
        if item.value is None:
            value = Text("待主管部门设定", "to be set by the authority")
        else:
            value = Text(show_value(item.value, item.word.type), show_value(item.value, item.word.type, "en"))
        return Entry(Text(f"参数 {item.name}", f"parameter {item.word.en.rpartition('.')[2]}"), _with(item.label, value))

    def condition(self, item: Condition) -> Entry:
        runs = self.runs(item.applies, item.requires)
        if item.judge is not None and item.judge != item.says:
            runs += (Text(f"由人判断：{item.judge.zh}", f"a person judges: {item.judge.en}"),)
        kind = KINDS[item.kind.value]
        return Entry(Text(f"条件（{kind.zh}）", f"condition ({kind.en})"), item.says, runs)

    def preference(self, item: Preference) -> Entry:
        return Entry(Text("优先", "preferred"), item.says, self.runs(None, item.whens))

    def payment(self, item: Payment) -> Entry:
        zh = ["、".join(MODES[mode].zh for mode in item.modes)]
        en = [", ".join(MODES[mode].en for mode in item.modes)]
        for each in item.instalments:
            share = None if each.share is None else f"{decimal(each.share * 100)}%"
            zh.append(f"{MOMENTS[each.at].zh}拨付{share or '其余'}")
            en.append(f"{share or 'the rest'} {MOMENTS[each.at].en}")
        if item.lump_sum:
            zh.append("包干制")
            en.append("lump sum")
        says = Text("；".join(part for part in zh if part), "; ".join(part for part in en if part))
        return Entry(Text("拨款", "payment"), says, self.runs(item.applies, {}))


def _with(name: Text, more: Text) -> Text:
    return Text(f"{name.zh}：{more.zh}", f"{name.en}: {more.en}") if more.zh else name


def _selection(item: Selection) -> Text:
    method = METHODS[item.method]
    if item.planned is None:
        return method
    least, most = item.planned
    return Text(f"{method.zh}拟立项 {least}–{most} 项", f"{method.en} {least}–{most} projects planned".strip())


def _title(item: Title) -> Text:
    names = "、".join(item.grants)
    if item.valid_months is None:
        return Text(f"认定后取得 {names}", f"grants {names}")
    return Text(f"认定后取得 {names}，有效 {item.valid_months} 个月", f"grants {names} for {item.valid_months} months")


def _figures(values: Iterable[Figure]) -> Text:
    shown = [figure_in_words(value, "") for value in values]
    return Text("；".join(text.zh for text in shown), "; ".join(text.en for text in shown))


def _target(item: Indicator) -> Text:
    target = figure_in_words(item.target, item.unit)
    if item.base is None:
        return target
    base = figure_in_words(item.base, item.unit)
    return Text(f"由 {base.zh} 到 {target.zh}", f"from {base.en} to {target.en}")


# -- pages -----------------------------------------------------------------------------------------


def edition_markdown(pack: Pack, words: Mapping[str, Word], lang: Lang = "zh") -> str:
    """The reader's edition in Markdown."""
    lines = [f"# {pack.title.in_lang(lang)}", "", _issued(pack, lang), ""]
    for passage in passages(pack, words):
        rules = f"  `{' '.join(passage.rules)}`" if passage.rules else ""
        lines += [f"## {passage.path} {passage.gist.in_lang(lang)}{rules}", ""]
        if passage.informational is not None:
            lines += [f"*{_NOTE.in_lang(lang)}{passage.informational.in_lang(lang)}*", ""]
        for entry in passage.entries:
            lines.append(f"- **{entry.kind.in_lang(lang)}** {entry.says.in_lang(lang)}")
            lines += [f"  - `{run.in_lang(lang)}`" for run in entry.runs]
        lines += [f"- **{_READING.in_lang(lang)} {reading.id}** {_reading(reading, lang)}" for reading in passage.readings]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def edition_html(pack: Pack, words: Mapping[str, Word], lang: Lang = "zh") -> str:
    """The reader's edition as one HTML page that needs nothing else."""
    title = escape(pack.title.in_lang(lang))
    body = "\n".join(_sections(passages(pack, words), lang))
    return (
        f'<!doctype html>\n<html lang="{"zh-Hans" if lang == "zh" else "en"}">\n<head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>\n'
        f"<style>{_STYLE}</style></head>\n<body><main><h1>{title}</h1>\n"
        f"<p>{escape(_issued(pack, lang))}</p>\n{body}\n</main></body></html>\n"
    )


def _sections(found: Iterable[Passage], lang: Lang) -> Iterator[str]:
    for passage in found:
        rules = f" <small>{escape(' '.join(passage.rules))}</small>" if passage.rules else ""
        path, gist = escape(passage.path), escape(passage.gist.in_lang(lang))
        parts = [f'<section id="{path}"><h2><span>{path}</span> {gist}{rules}</h2>']
        if passage.informational is not None:
            parts.append(f"<p class=note>{escape(_NOTE.in_lang(lang) + passage.informational.in_lang(lang))}</p>")
        items = [_item(entry, lang) for entry in passage.entries]
        items += [_noted(reading, lang) for reading in passage.readings]
        if items:
            parts.append("<ul>" + "".join(items) + "</ul>")
        yield "".join(parts) + "</section>"


def _item(entry: Entry, lang: Lang) -> str:
    runs = "".join(f"<br><code>{escape(run.in_lang(lang))}</code>" for run in entry.runs)
    return f"<li><b>{escape(entry.kind.in_lang(lang))}</b> {escape(entry.says.in_lang(lang))}{runs}</li>"


def _noted(reading: Reading, lang: Lang) -> str:
    return f"<li><b>{_READING.in_lang(lang)} {escape(reading.id)}</b> {escape(_reading(reading, lang))}</li>"


_NOTE = Text("只作说明：", "informational: ")
_READING = Text("解读", "reading")


def _reading(reading: Reading, lang: Lang) -> str:
    chosen = reading.alternatives[reading.default].in_lang(lang) if reading.default in reading.alternatives else ""
    return f"{reading.question.in_lang(lang)} → {chosen}"


def _issued(pack: Pack, lang: Lang) -> str:
    begin, end = (day.isoformat() for day in pack.in_force)
    if lang == "zh":
        return f"{pack.issuer.zh} · {pack.year} 年 · 有效期 {begin} 至 {end} · 政策包 {pack.id} · 内容校验 {pack.digest[:12]}"
    return f"{pack.issuer.en} · {pack.year} · in force {begin} to {end} · pack {pack.id} · digest {pack.digest[:12]}"


_STYLE = (
    "body{font:16px/1.7 system-ui,'Noto Sans SC',sans-serif;color:#1b1f24;margin:0;background:#fff}"
    "main{max-width:52rem;margin:auto;padding:1rem}h1{font-size:1.5rem}h2{font-size:1.05rem;margin:1.6rem 0 .3rem;"
    "border-top:1px solid #d5dae0;padding-top:.8rem}h2 span{color:#7a1f1f;margin-right:.4em}small{color:#57606a;font-weight:400}"
    "ul{padding-left:1.2rem;margin:.3rem 0}li{margin:.35rem 0}code{font-size:.88em;background:#f3f5f7;padding:.1em .35em;"
    "overflow-wrap:anywhere}.note{color:#57606a;margin:.2rem 0}@media print{main{max-width:none}section{break-inside:avoid}}"
)
