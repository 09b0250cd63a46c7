"""Results put into words: names of facts, gaps, what decides, each reason; in the reader's language only."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from zhinan.language.check import APPLICATION_DAY
from zhinan.language.explain import Gap, Reason, reason, show_gap, show_value
from zhinan.language.format import format_typed
from zhinan.language.tree import Typed, Value
from zhinan.language.types import Kind, Word
from zhinan.policy.assess import PARAMETER, Grant, Result, Verdict
from zhinan.policy.finding import Finding, Outcome
from zhinan.policy.model import Condition, ConditionKind, Document, Pack, Preference
from zhinan.policy.subject import Subject
from zhinan.policy.vocabulary import Vocabulary
from zhinan.values.quantity import format_money
from zhinan.values.text import Lang, Text

_SOURCES = {
    "declared": Text("自报", "declared"), "document": Text("材料", "a document"), "register": Text("登记", "a register"),
    "derived": Text("推算", "derived"), "authority": Text("主管部门", "the authority"), "platform": Text("平台", "the platform"),
}  # fmt: skip
#: Where a fact usually comes from, said to a person who looks for it.
WHENCE = {
    "declared": Text("自己填报", "you say"), "document": Text("见证明材料", "a document shows it"),
    "register": Text("见登记或公示系统", "a register shows it"), "derived": Text("推算得出", "derived"),
    "authority": Text("由主管部门设定", "the authority sets it"),
}  # fmt: skip
#: The periods the vocabulary names, in English.
PERIODS = {
    "上一会计年度": "of the last closed year",
    "上一会计年度末": "at the end of the last closed year",
    "上一会计年度的前一年度": "of the year before the last closed one",
    "上一会计年度的前一年度末": "at the end of the year before the last closed one",
    "上一会计年度的前两年度": "of the second year before the last closed one",
    "上一会计年度的前两年度末": "at the end of the second year before the last closed one",
    "截至上一会计年度": "up to the last closed year",
    "项目全周期": "over the whole project",
}
#: What stands where nothing can be said of an amount. No dash: some terminals draw those two columns wide.
NO_AMOUNT = "-"


def best_first(results: Iterable[Result]) -> list[Result]:
    """Eligible before undetermined before ineligible; then more money, fewer facts missing, nearer to eligible."""

    def rank(result: Result) -> tuple[float, ...]:
        amount = result.grant.amount if result.grant and result.grant.amount is not None else 0
        match result.verdict:
            case Verdict.ELIGIBLE:
                return 0, -amount, len(result.missing)
            case Verdict.UNDETERMINED:
                return 1, len(result.missing), -amount
            case _:
                unmet = barring(result)
                return 2, len(unmet), *min(_distance(finding) for finding in unmet)

    return sorted(results, key=rank)


def barring(result: Result) -> list[Finding]:
    """The conditions that make the subject ineligible."""
    return [finding for finding in result.findings if finding.ready.bars and finding.outcome is Outcome.UNMET]


def waiting(result: Result) -> list[Finding]:
    """The conditions that wait for facts and decide the verdict."""
    return [finding for finding in result.findings if finding.ready.bars and finding.outcome is Outcome.UNKNOWN]


class Wording:
    """Sentences about results, in one language."""

    def __init__(self, vocabulary: Vocabulary, packs: Sequence[Pack], lang: Lang) -> None:
        self.vocabulary = vocabulary
        self.lang = lang
        self.of_packs = {word.key: (word, label) for pack in packs for word, label in _words_of_pack(pack)}
        self.labels = Counter(fact.label.in_lang(lang) for fact in vocabulary.facts.values())
        self.nodes = {node.id: node.name for pack in packs for root in pack.directions for node in root.walk()}
        self.words = self._words()

    def _words(self) -> dict[str, Word]:
        """Words whose English is what the vocabulary calls them, for people; a dot would be taken for a path."""
        facts = self.vocabulary.facts.values()
        named = [Word(f.key, f.word.zh, self._short(f.key).replace(".", " "), f.word.type) for f in facts]
        named += [Word(key, word.zh, label.en.replace(".", " "), word.type) for key, (word, label) in self.of_packs.items()]
        day = Word(APPLICATION_DAY.key, APPLICATION_DAY.zh, "day of application", APPLICATION_DAY.type)
        return {word.key: word for word in (*named, day)}

    def say(self, text: Text) -> str:
        """The words for this reader."""
        return text.in_lang(self.lang)

    def listed(self, words: Iterable[str]) -> str:
        """甲、乙、丙 or a, b, c."""
        return ("、" if self.lang == "zh" else ", ").join(words)

    # -- facts ---------------------------------------------------------------------------------------

    def name(self, key: str) -> str:
        """A fact by its short name; with its owner where two facts share the name."""
        if key == APPLICATION_DAY.key:
            return self.say(Text("申报日", "day of application"))
        if key in self.of_packs:
            return self.say(self.of_packs[key][1])
        return self._short(key)

    def _short(self, key: str) -> str:
        fact = self.vocabulary.facts[key]
        label = self.say(fact.label)
        if self.labels[label] == 1:
            return label
        return f"{self.say(fact.root)}.{label}" if self.lang == "zh" else f"{label} ({self.say(fact.root)})"

    def full_name(self, key: str) -> str:
        """A fact as it is written in a subject file: 申报单位.从业人数; in English with its owner."""
        fact = self.vocabulary.facts.get(key)
        if fact is None:
            return self.name(key)
        return fact.word.zh if self.lang == "zh" else f"{fact.label.en} ({fact.root.en})"

    def value(self, key: str, value: Value) -> str:
        """A value as people read it."""
        return self.with_names(show_value(value, self.words[key].type, self.lang))

    def known(self, key: str, subject: Subject, on: date) -> str:
        """上年营业收入 1500万元（材料，2026-03-01）: a fact with its value, its source and when it was seen."""
        value = self.value(key, subject.facts.get(key, on if key == APPLICATION_DAY.key else None))
        source = subject.sources.get(key, "")
        parts = [self.say(_SOURCES.get(source, Text(source, source)))] if source else []
        parts += [subject.observed[key].isoformat()] if key in subject.observed else []
        shown = f"{self.name(key)} {value}"
        return shown + (self.bracketed(self.listed(parts)) if parts else "")

    def bracketed(self, text: str) -> str:
        """（…） or (…)."""
        return (f"（{text}）" if self.lang == "zh" else f" ({text})") if text else ""

    def with_names(self, text: str) -> str:
        """Ids of directions followed by their names."""

        def named(found: re.Match[str]) -> str:
            name = self.nodes.get(found[0])
            return found[0] + self.bracketed(self.say(name)) if name else found[0]

        return re.sub(r"\b[A-Z]-[A-Z0-9]+(?:\.\d+)*\b", named, text) if self.nodes else text

    # -- findings ------------------------------------------------------------------------------------

    def said(self, item: Condition | Preference | Document) -> str:
        """The sentence of an item, and its clause."""
        text = item.name if isinstance(item, Document) else item.says
        return self.say(text) + self.bracketed(item.clause)

    def gap(self, gap: Gap) -> str:
        """How far off: 上年营业收入 2600万元，应低于 2000万元，超出 600万元."""
        if gap.type.kind is Kind.BOOL and isinstance(gap.need, bool):
            have, need = show_value(gap.have, gap.type, self.lang), show_value(gap.need, gap.type, self.lang)
            name = self.name(gap.fact)
            return self.say(Text(f"{name}应为“{need}”，现为“{have}”", f"{name} should be {need}, but is {have}"))
        return self.with_names(show_gap(gap, self.words, self.lang))

    def why_unmet(self, finding: Finding) -> str:
        """The nearest gap with its clause; the condition's own sentence where no gap can be measured."""
        item = finding.item
        told = self.gap(finding.gap) if finding.gap else self.say(Text("不满足：", "not met: ")) + self.say(_sentence(item))
        return told + self.bracketed(item.clause)

    def fill_next(self, keys: Iterable[str]) -> str:
        """Which facts to give next; those the authority must set are said to be so."""
        own = [self.full_name(key) for key in keys if not key.startswith(PARAMETER)]
        asked = [self.name(key) for key in keys if key.startswith(PARAMETER)]
        parts = [self.say(Text("请补：", "give: ")) + self.listed(own)] if own else []
        parts += [self.say(Text("待主管部门设定：", "to be set by the authority: ")) + self.listed(asked)] if asked else []
        return self.say(Text("；", "; ")).join(parts)

    def amount(self, result: Result) -> str:
        """What it could bring; a dash where nothing can be said."""
        grant = result.grant
        return format_money(grant.amount, self.lang) if grant and grant.amount is not None else NO_AMOUNT

    def scheme(self, result: Result) -> str:
        """The name of the scheme and of the line it is decided for."""
        name = self.say(result.scheme.name)
        line = next((line for line in result.scheme.branches if line.id == result.line), None)
        if line is None:
            return name
        return f"{name}：{self.say(line.name)}" if self.lang == "zh" else f"{name}: {self.say(line.name)}"

    def decides(self, result: Result) -> str:
        """What settles the verdict, in one short phrase."""
        match result.verdict:
            case Verdict.INELIGIBLE:
                unmet = barring(result)
                nearest = self.why_unmet(_nearest(unmet))
                others = len(unmet) - 1
                more = Text(f"；另有 {others} 条不符合", f"; and {others} more unmet")
                return nearest + (self.say(more) if others else "")
            case Verdict.UNDETERMINED:
                return self._still_missing(result)
            case _:
                return self._left_to_do(result)

    def _still_missing(self, result: Result) -> str:
        needed = dict.fromkeys(key for finding in waiting(result) for key in finding.missing)
        keys = [key for key in result.missing if key in needed]
        first = self.listed(self.name(key) for key in keys[:3])
        more = self.say(Text(" 等", " …")) if len(keys) > 3 else ""
        facts = "facts" if len(keys) > 1 else "fact"
        return self.say(Text(f"缺 {len(keys)} 项：{first}{more}", f"{len(keys)} {facts} missing: {first}{more}"))

    def _left_to_do(self, result: Result) -> str:
        judged = sum(1 for finding in result.findings if finding.outcome is Outcome.JUDGEMENT) + len(result.scheme.purposes)
        soft = sum(1 for finding in result.findings if _is_soft(finding) and finding.outcome is Outcome.UNMET)
        papers = sum(1 for finding in result.documents if finding.outcome is not Outcome.MET)
        unsure = result.grant is not None and result.grant.amount is None
        parts = [
            Text(f"{judged} 条由人判断", f"{judged} left to a person") if judged else None,
            Text(f"{soft} 条须申请放宽", f"{soft} to be waived") if soft else None,
            Text(f"{papers} 份材料待备", f"{papers} paper{'s' * (papers > 1)} to prepare") if papers else None,
            Text("金额待补数据", "the amount needs more facts") if unsure else None,
        ]  # fmt: skip
        told = [self.say(part) for part in parts if part]
        return self.say(Text("，", ", ")).join(told) if told else self.say(Text("条件全部符合", "every condition is met"))

    # -- reasons -------------------------------------------------------------------------------------

    def formula(self, grant: Grant) -> str:
        """The formula that gave the amount."""
        return self.asked(grant.formula)

    def asked(self, node: Typed) -> str:
        """What a node asks, in words people read."""
        return self.with_names(format_typed(node, self.words, self.lang))

    def reason(self, finding: Finding, facts: Mapping[str, Value]) -> Reason | None:
        """The tree of reasons of a finding; `None` for a pure judgement."""
        step = finding.ready.require
        return None if step is None else reason(step, facts)


def _words_of_pack(pack: Pack) -> Iterator[tuple[Word, Text]]:
    """The words a pack brings, its parameters and its indexes, with what people call them."""
    for parameters in (pack.parameters, *(scheme.parameters for scheme in pack.schemes)):
        yield from ((parameter.word, parameter.label) for parameter in parameters)
    yield from ((index.word, index.name) for index in pack.indexes)


def _sentence(item: Condition | Preference | Document) -> Text:
    return item.name if isinstance(item, Document) else item.says


def _is_soft(finding: Finding) -> bool:
    return isinstance(finding.item, Condition) and finding.item.kind is ConditionKind.SOFT


def _nearest(unmet: Sequence[Finding]) -> Finding:
    """The unmet condition that is least far off: a measured gap, by its share of what is needed; then any gap."""

    return min(unmet, key=_distance)


def _distance(finding: Finding) -> tuple[int, float]:
    gap = finding.gap
    if gap is None:
        return 2, 0
    if isinstance(gap.by, int | Fraction) and isinstance(gap.need, int | Fraction) and gap.need:
        return 0, abs(float(gap.by) / float(gap.need))
    return 1, 0
