"""An assessment on the screen: the table of all schemes, then for each what is unmet, unknown, to judge, to hand in, to get."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from rich.text import Text as Rich

from zhinan.cli.terminal import OUTCOMES, VERDICTS, Sign, Terminal, len_of
from zhinan.language.explain import Reason
from zhinan.language.tree import All, Any, Value
from zhinan.policy.assess import Result, Verdict
from zhinan.policy.finding import Finding, Outcome
from zhinan.policy.model import Condition, ConditionKind
from zhinan.policy.subject import Subject
from zhinan.policy.telling import NO_AMOUNT, Wording, barring, waiting
from zhinan.values.quantity import format_money
from zhinan.values.text import Text

#: A sign, a text, and what is said under it.
Entry = tuple[Sign | None, str, list[str]]

_HEADS = (Text("事项", "scheme"), Text("结论", "verdict"), Text("可得金额", "amount"), Text("关键", "what decides"))
_KINDS = {
    ConditionKind.AUTO: Text("", ""), ConditionKind.EVIDENCE: Text("须附材料", "a paper must back it"),
    ConditionKind.REGISTER: Text("登记核对", "from a register"), ConditionKind.JUDGEMENT: Text("由人判断", "judged by a person"),
    ConditionKind.SOFT: Text("可放宽", "may be waived"),
}  # fmt: skip
_DUE = {
    "establishment": Text("立项时", "at establishment"), "acceptance": Text("验收后", "after acceptance"),
    "yearly": Text("分年度", "yearly"), "audit": Text("审计后", "after the audit"), "mid-term": Text("中期", "at mid-term"),
}  # fmt: skip
_SOFT = Sign("!", Text("可放宽", "may be waived"), "yellow")


def show_assessment(
    terminal: Terminal, wording: Wording, results: Sequence[Result], *, subject: Subject, on: date, why: bool = False
) -> None:
    """The whole answer. `why` shows every condition, with its reasons and the sources of the facts."""
    _show_heading(terminal, results, subject=subject, on=on)
    show_table(terminal, wording, results)
    for result in results:
        terminal.line()
        _Details(terminal, wording, result, subject=subject, on=on).show(why=why)


def show_table(terminal: Terminal, wording: Wording, results: Sequence[Result]) -> None:
    """One row a scheme, best first: verdict, amount, what decides."""
    several = len({result.pack.id for result in results}) > 1
    rows = []
    for result in results:
        sign, name = VERDICTS[result.verdict], Rich(wording.scheme(result))
        if several:
            name = name + Rich(f"\n{result.pack.id}", "dim")
        verdict = Rich(f"{sign.sign} {terminal.say(sign.word)}", sign.style)
        rows.append([name, verdict, Rich(wording.amount(result)), Rich(wording.decides(result))])
    terminal.table([terminal.say(head) for head in _HEADS], rows, right=(2,))


def _show_heading(terminal: Terminal, results: Sequence[Result], *, subject: Subject, on: date) -> None:
    packs = list(dict.fromkeys(terminal.say(result.pack.title) for result in results))
    name = f"{subject.name}  " if subject.name else ""
    terminal.line(Rich(name, "bold") + Rich(terminal.say(Text(f"申报日 {on}", f"applying on {on}")), "dim"))
    terminal.line(("；" if terminal.lang == "zh" else "; ").join(packs), style="dim")
    terminal.line()


class _Details:
    """One scheme in detail, section by section; a section with nothing in it is not shown."""

    def __init__(self, terminal: Terminal, wording: Wording, result: Result, *, subject: Subject, on: date) -> None:
        self.terminal = terminal
        self.wording = wording
        self.result = result
        self.subject = subject
        self.on = on
        self.facts = result.facts

    def say(self, zh: str, en: str) -> str:
        return self.terminal.say(Text(zh, en))

    def show(self, *, why: bool) -> None:
        """What a person needs to know; of an ineligible scheme only what is unmet, unless all is asked for."""
        self.heading()
        if why:
            self.conditions(self.result.findings)
        else:
            self.unmet()
        if self.result.verdict is Verdict.INELIGIBLE and not why:
            return
        if not why:
            self.unknown()
            self.soft()
            self.judgements()
        self.documents(why=why)
        self.preferences(why=why)
        self.funding()
        self.sections()

    def heading(self) -> None:
        sign, result = VERDICTS[self.result.verdict], self.result
        amount = self.wording.amount(result)
        told = f"{sign.sign} {self.terminal.say(sign.word)}  " + self.wording.scheme(result)
        told += self.wording.bracketed(result.scheme.clause) + (f"  {amount}" if amount != NO_AMOUNT else "")
        rule = max(self.terminal.width - len_of(Rich(told)) - 1, 0)
        self.terminal.line(Rich(told, sign.style) + (Rich(" " + "─" * rule, "dim") if rule > 1 else Rich("")))
        if len(result.lines) > 1:
            self.lines()

    def lines(self) -> None:
        """The other lines of the scheme, with their verdicts."""
        names = {line.id: self.terminal.say(line.name) for line in self.result.scheme.branches}
        told = self.wording.listed(
            f"{names[id]} {VERDICTS[verdict].sign} {self.terminal.say(VERDICTS[verdict].word)}"
            for id, verdict in self.result.lines.items() if id != self.result.line
        )  # fmt: skip
        self.section(self.say("其他子项", "other lines"), [(None, told, [])])

    # -- sections ------------------------------------------------------------------------------------

    def section(self, label: str, entries: Iterable[Entry]) -> None:
        """A label, and beside or beneath it lines with their signs, each with what is to be said under it."""
        entries = list(entries)
        if not entries:
            return
        self.terminal.line(label, style="bold", indent=2)
        for sign, text, beneath in entries:
            self.terminal.hanging(Rich(f"{sign.sign} ", sign.style) if sign else Rich(""), text, indent=4)
            for line in beneath:
                self.terminal.hanging("→ ", line, indent=6)

    def unmet(self) -> None:
        sign = OUTCOMES[Outcome.UNMET]
        entries = [(sign, self.wording.said(each.item), self.gaps(each)) for each in barring(self.result)]
        self.section(self.say("不符合", "not met"), entries)

    def gaps(self, finding: Finding) -> list[str]:
        return [self.wording.gap(finding.gap)] if finding.gap else []

    def unknown(self) -> None:
        sign = OUTCOMES[Outcome.UNKNOWN]
        entries = [(sign, self.wording.said(each.item), [self.wording.fill_next(each.missing)]) for each in waiting(self.result)]
        self.section(self.say("还不知道", "not known yet"), entries)

    def soft(self) -> None:
        """Soft conditions that are unmet or unknown; they never bar."""
        entries = []
        for each in self.result.findings:
            if isinstance(each.item, Condition) and each.item.kind is ConditionKind.SOFT:
                if each.outcome is Outcome.UNMET:
                    entries.append((_SOFT, self.wording.said(each.item), self.gaps(each)))
                elif each.outcome is Outcome.UNKNOWN:
                    entries.append((OUTCOMES[each.outcome], self.wording.said(each.item), [self.wording.fill_next(each.missing)]))
        self.section(self.say("原则性要求（不满足可说明理由申请放宽）", "rules that may be waived with a reason"), entries)

    def judgements(self) -> None:
        sign = OUTCOMES[Outcome.JUDGEMENT]
        judged = [each for each in self.result.findings if each.outcome is Outcome.JUDGEMENT]
        entries: list[Entry] = [(sign, self.judged(each), []) for each in judged]
        entries += [
            (sign, self.terminal.say(each.judge) + self.wording.bracketed(each.clause), [])
            for each in self.result.scheme.purposes
        ]
        self.section(self.say("由人判断", "left to a person"), entries)

    def judged(self, finding: Finding) -> str:
        item = finding.item
        if isinstance(item, Condition) and item.judge is not None:
            return self.terminal.say(item.judge) + self.wording.bracketed(item.clause)
        return self.wording.said(item)

    def documents(self, *, why: bool) -> None:
        entries = []
        for each in self.result.documents:
            if each.outcome is Outcome.MET and not each.because and not why:
                continue  # it does not apply, or nothing was asked
            beneath = self.gaps(each) if each.outcome is Outcome.UNMET else []
            beneath += [self.wording.fill_next(each.missing)] if each.outcome is Outcome.UNKNOWN else []
            entries.append((OUTCOMES[each.outcome], self.wording.said(each.item), beneath))
        self.section(self.say("要交的材料", "papers to hand in"), entries)
        conditions = [each.item for each in self.result.findings if isinstance(each.item, Condition)]
        if papers := dict.fromkeys(paper for condition in conditions for paper in condition.evidence):
            self.section(self.say("条件所附的佐证", "papers that back the conditions"), [(None, self.wording.listed(papers), [])])

    def preferences(self, *, why: bool) -> None:
        entries = []
        for each in self.result.preferences:
            if each.outcome is Outcome.UNMET and not why:
                continue
            beneath = [self.wording.fill_next(each.missing)] if each.outcome is Outcome.UNKNOWN else []
            entries.append((OUTCOMES[each.outcome], self.wording.said(each.item), beneath))
        self.section(self.say("优先（不影响资格）", "preferred (no bar to anyone)"), entries)

    def funding(self) -> None:
        grant = self.result.grant
        if grant is None:
            return
        label = self.say("资金", "money")
        if grant.amount is None:
            beneath = [self.wording.fill_next(grant.missing)] if grant.missing else []
            self.section(label, [(None, self.wording.formula(grant), beneath)])
            return
        amount, formula = format_money(grant.amount, self.terminal.lang), self.wording.formula(grant)
        told = amount if formula == amount else f"{amount} = {formula}"
        self.section(label, [(None, told, [self.wording.known(key, self.subject, self.on) for key in grant.because])])
        if self.result.instalments:
            dues = [
                f"{self.terminal.say(_DUE[due.at])} {format_money(due.amount, self.terminal.lang)}"
                for due in self.result.instalments
            ]
            self.section(self.say("拨付", "instalments"), [(None, self.wording.listed(dues), [])])

    def sections(self) -> None:
        if self.result.sections:
            either = self.say(" 或 ", " or ").join(self.result.sections)
            self.section(self.say("咨询和受理", "section to consult"), [(None, either, [])])

    # -- every condition, with its reasons -----------------------------------------------------------

    def conditions(self, findings: Iterable[Finding]) -> None:
        self.terminal.line(self.say("条件", "conditions"), style="bold", indent=2)
        for each in findings:
            sign, item = OUTCOMES[each.outcome], each.item
            judged = each.outcome is Outcome.JUDGEMENT
            kind = self.terminal.say(_KINDS[item.kind]) if isinstance(item, Condition) and not judged else ""
            told = f"{self.terminal.say(sign.word)}  {self.judged(each) if judged else self.wording.said(item)}"
            self.terminal.hanging(Rich(f"{sign.sign} ", sign.style), told + (f"  [{kind}]" if kind else ""), indent=4)
            for depth, text in self.reasons(each):
                self.terminal.hanging("· ", text, indent=6 + 2 * depth)

    def reasons(self, finding: Finding) -> Iterator[tuple[int, str]]:
        """The tree of reasons of a condition, line by line, each with its depth; then the gap or what to fill next."""
        if (root := self.wording.reason(finding, self.facts)) is not None:
            yield from self.branch(root, 0)
        for gap in self.gaps(finding):
            yield 0, gap
        if finding.missing:
            yield 0, self.wording.fill_next(finding.missing)

    def branch(self, reason: Reason, depth: int) -> Iterator[tuple[int, str]]:
        sign = OUTCOMES[_outcome(reason.value)]
        if isinstance(reason.asked, All | Any) and reason.parts:
            every = isinstance(reason.asked, All)
            head = self.say("全部满足", "all of") if every else self.say("满足其一", "one of")
            told = f"{sign.sign} {head}" + (f"{self.say('：', ': ')}{self.terminal.say(reason.says)}" if reason.says else "")
            yield depth, told + self.wording.bracketed(reason.clause)
            for part in reason.parts:
                yield from self.branch(part, depth + 1)
            return
        known = self.wording.listed(self.wording.known(key, self.subject, self.on) for key in reason.facts)
        asked = self.terminal.say(reason.says) if reason.says else self.wording.asked(reason.asked)
        told = f"{sign.sign} {asked}{self.wording.bracketed(reason.clause)}"
        yield depth, told + (f"{self.say('：', ': ')}{known}" if known else "")


def _outcome(value: Value) -> Outcome:
    if value is None:
        return Outcome.UNKNOWN
    return Outcome.MET if value is True else Outcome.UNMET
