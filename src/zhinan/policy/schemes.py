"""From the YAML of a scheme to a `Scheme`: every expression checked, every clause, rule, line and reading resolved."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypedDict, TypeVar, Unpack

from zhinan.language import tree
from zhinan.language.check import Words
from zhinan.language.tree import Typed
from zhinan.language.types import BOOL, MONEY_TYPE, Type, Word, duration_in
from zhinan.policy import mistakes
from zhinan.policy.item import Cites, Variants
from zhinan.policy.model import (
    Condition,
    ConditionKind,
    Document,
    Duty,
    Funding,
    Instalment,
    Line,
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
from zhinan.policy.reader import Reader
from zhinan.policy.truths import leaf_rules, read_truth
from zhinan.policy.vocabulary import Vocabulary, name_is_good, type_named
from zhinan.policy.written import UNKNOWN
from zhinan.policy.yaml_source import Mapping, Node, Scalar
from zhinan.values.quantity import MONTHS, decimal
from zhinan.values.text import Text

KINDS = ("grant", "subsidy", "recognition", "reward", "voucher", "credit", "challenge")
APPLICANTS = ("organisation", "person", "joint")
MODES = ("upfront", "post", "equity", "self-funded")
INSTALMENT_AT = ("establishment", "acceptance", "yearly", "audit", "mid-term")
_CITES = ("clause", "rules")
_SECTIONS = (
    "purpose", "parameters", "lines", "directions", "conditions", "preferences", "documents", "funding", "payment",
    "duration", "selection", "routing", "recommendation", "duties",
)  # fmt: skip
#: The facts that sections made into conditions read.
DIRECTION_FACT, MODE_FACT, DURATION_FACT = "project.direction", "project.payment_mode", "project.duration"
TITLES_FACT = "applicant.titles"

Made = TypeVar("Made")
_PLANNED = re.compile(r"([0-9]{1,4})(?:\s*-\s*([0-9]{1,4}))?")


class Said(TypedDict):
    """What a condition made from another section says, and the section."""

    says: Text
    judge: Text | None
    origin: str


@dataclass(slots=True)
class Context:
    """What a scheme may name: the words, readings, direction nodes, indexes and rule sets of its pack."""

    vocabulary: Vocabulary
    readings: dict[str, Reading]
    nodes: list[str]
    used_readings: set[str] = field(default_factory=set)
    shared: tuple[Parameter, ...] = ()
    indexes: tuple[Word, ...] = ()
    rulesets: dict[str, Scheme] = field(default_factory=dict)


class SchemeReader:
    """Reads one scheme file against the vocabulary, the readings and the directions of its pack."""

    def __init__(self, reader: Reader, context: Context) -> None:
        self.reader = reader
        self.context = context
        self.vocabulary = context.vocabulary
        self.readings = context.readings
        self.nodes = context.nodes
        self.used_readings = context.used_readings
        self.words = Words.of([])
        self.line_ids: tuple[str, ...] = ()

    def ruleset(self, node: Node) -> Scheme:
        """A rule set: the sections of a scheme that several schemes of the pack take over."""
        fields = self.reader.fields(node, needs=("ruleset", "code", "name", "clause"), may=(*_SECTIONS, "rules"))
        return self.made_of(node, fields, fields.get("ruleset"))

    def scheme(self, node: Node) -> Scheme:
        """The scheme in the file, with the rule sets it includes; what is wrong is noted in the reader."""
        needs = ("scheme", "code", "name", "clause", "kind", "applicant")
        fields = self.reader.fields(node, needs=needs, may=(*_SECTIONS, "rules", "includes", "procedure", "title"))
        own = self.made_of(node, fields, fields.get("scheme"))
        for item in self.reader.items(fields.get("includes")):
            name = self.reader.text(item)
            if name in self.context.rulesets:
                own = own.including(self.context.rulesets[name])
            else:
                hint = self.reader.near(name, self.context.rulesets)
                self.reader.note(mistakes.UNKNOWN_RULESET, item, word=name, hint=hint)
        if "includes" in fields:
            self.reader.unique(own.conditions, lambda condition: condition.id, lambda _: node.line)
        return own

    def title(self, fields: dict[str, Node]) -> Title | None:
        """What a recognition leaves behind."""
        if "title" not in fields:
            return None
        node = fields["title"]
        entry = self.reader.fields(node, needs=("grants", "clause"), may=("valid", "rules", "sure"))
        titles = self.vocabulary.facts[TITLES_FACT].word.type
        granted = self.reader.value(entry["grants"], titles, Text("资质", "title")) if "grants" in entry else frozenset()
        valid = self.reader.value(entry["valid"], duration_in(MONTHS), Text("有效期", "validity")) if "valid" in entry else None
        return Title(
            **self.cites(node, entry), grants=tuple(sorted(granted)) if isinstance(granted, frozenset) else (),
            valid_months=valid if isinstance(valid, int) else None, sure=self.sure(entry),
        )  # fmt: skip

    def sure(self, fields: dict[str, Node]) -> str:
        """How sure a figure from outside the guide is."""
        return self.reader.one_of(fields.get("sure"), ("verified", "unverified"))

    def made_of(self, node: Node, fields: dict[str, Node], id_node: Node | None) -> Scheme:
        """The scheme or rule set that these sections make."""
        id = self.reader.identifier(id_node)
        parameters = self.each(fields, "parameters", lambda each: self.parameter(each, id))
        words = [
            *(fact.word for fact in self.vocabulary.facts.values()),
            *(each.word for each in (*self.context.shared, *parameters)),
            *self.context.indexes,
        ]
        self.words = Words.of(words, self.nodes)
        lines = self.each(fields, "lines", self.line)
        self.line_ids = tuple(line.id for line in lines)
        payments = self.payments(fields)
        conditions = [*self.each(fields, "conditions", self.condition), *self.derived(fields, payments)]
        preferences = self.each(fields, "preferences", self.preference)
        documents = self.each(fields, "documents", self.document)
        duties = self.each(fields, "duties", self.duty)
        for items in (lines, conditions, preferences, documents, duties):
            self.check_ids(items)
        self.reader.unique(parameters, lambda parameter: parameter.name, lambda parameter: parameter.line)
        self.reader.unique(parameters, lambda parameter: parameter.word.key, lambda parameter: parameter.line)
        return Scheme(
            **self.cites(node, fields), id=id, code=self.reader.text(fields.get("code")),
            name=self.reader.bilingual(fields.get("name")), kind=self.reader.one_of(fields.get("kind"), KINDS, "grant"),
            applicant=self.reader.one_of(fields.get("applicant"), APPLICANTS, "organisation"),
            purposes=self.each(fields, "purpose", self.purpose), parameters=parameters, branches=lines,
            conditions=tuple(conditions), preferences=preferences, documents=documents,
            fundings=self.each(fields, "funding", self.funding),
            payments=payments, selections=self.each(fields, "selection", self.selection),
            routes=self.each(fields, "routing", self.route),
            recommendations=self.each(fields, "recommendation", self.recommendation),
            duties=duties, title=self.title(fields), procedure=self.reader.text(fields.get("procedure")),
        )  # fmt: skip

    def check_ids(self, items: Sequence[Line | Condition | Preference | Document | Duty]) -> None:
        """A section uses each id once."""
        self.reader.unique(items, lambda item: item.id, lambda item: item.line)

    # -- common parts ------------------------------------------------------------------------------

    def each(self, fields: dict[str, Node], section: str, make: Callable[[Node], Made]) -> tuple[Made, ...]:
        """The entries of a section; a section with one entry may leave out the list."""
        return self.reader.each(fields.get(section), make)

    def cites(self, node: Node, fields: dict[str, Node], tree_key: str = "") -> Cites:
        """Clauses, rules (also those of the leaves of the tree under `tree_key`) and place of an item, for its constructor."""
        cites = self.reader.cites(node, fields)
        if tree_key:
            cites["rules"] = tuple(dict.fromkeys((*cites["rules"], *leaf_rules(self.reader, fields.get(tree_key)))))
        return cites

    def truth(self, node: Node) -> Typed | None:
        """A checked truth, or a tree of them."""
        return read_truth(self.reader, self.words, node)

    def lines_of(self, fields: dict[str, Node]) -> tuple[str, ...]:
        names = self.reader.texts(fields.get("lines"))
        for name in names:
            if name not in self.line_ids:
                self.reader.note(mistakes.UNKNOWN_LINE, fields["lines"], word=name, choices=", ".join(self.line_ids) or "–")
        return names

    def applies(self, fields: dict[str, Node]) -> Typed | None:
        return self.reader.expression(fields.get("when"), self.words)

    def variants(self, fields: dict[str, Node], key: str, expected: Type) -> tuple[str, Variants]:
        """The expression under `key`: one, or one for each alternative of the reading named beside it."""
        node, reading_id = fields.get(key), self.reader.text(fields.get("reading"))
        read = self.truth if expected == BOOL else lambda each: self.reader.expression(each, self.words, expected)
        if not reading_id:
            typed = None if node is None else read(node)
            return "", {"": typed} if typed is not None else {}
        reading = self.readings.get(reading_id)
        if reading is None:
            hint = self.reader.near(reading_id, self.readings)
            self.reader.note(mistakes.UNKNOWN_READING, fields["reading"], word=reading_id, hint=hint)
            return "", {}
        if node is None:
            self.reader.note(mistakes.MISSING_KEY, fields["reading"], key=key)
            return "", {}
        self.used_readings.add(reading_id)
        if not isinstance(node, Mapping) or node.entries.keys() != reading.alternatives.keys():
            choices = ", ".join(reading.alternatives)
            self.reader.note(mistakes.WRONG_ALTERNATIVES, node, reading=reading_id, choices=choices)
            return reading_id, {}
        variants = {name: read(each) for name, each in node.entries.items()}
        return reading_id, {name: typed for name, typed in variants.items() if typed is not None}

    # -- items -------------------------------------------------------------------------------------

    def purpose(self, node: Node) -> Purpose:
        fields = self.reader.fields(node, needs=("clause", "judge"), may=("rules",))
        return Purpose(**self.cites(node, fields), judge=self.reader.bilingual(fields.get("judge")))

    def parameter(self, node: Node, scheme: str) -> Parameter:
        may = ("value", "unit", "of", "ask", "suggest", "clause", "rules", "sure")
        fields = self.reader.fields(node, needs=("name", "key", "type", "label"), may=may)
        name, key = self.reader.text(fields.get("name")), self.reader.text(fields.get("key"))
        type = self.parameter_type(node, fields)
        word = Word(f"parameter.{scheme}.{key}", f"参数.{name}", f"parameter.{key}", type)
        if fields.keys() >= {"name", "key"} and not name_is_good(name, key):
            self.reader.note(mistakes.BAD_NAME, node, word=f"{name} / {key}")
        label = Text(word.zh, word.en)
        value = self.reader.value(fields["value"], type, label) if "value" in fields else None
        if "suggest" in fields:
            self.reader.value(fields["suggest"], type, label)
        asked = self.reader.one_of(fields.get("ask"), ("authority",)) == "authority"
        given = fields.get("value", Scalar("", node.line))
        if "ask" not in fields and isinstance(given, Scalar) and given.text in UNKNOWN:
            self.reader.note(mistakes.MISSING_KEY, node, key="value")
        return Parameter(
            **self.cites(node, fields), name=name, word=word, label=self.reader.bilingual(fields.get("label")), value=value,
            suggest=self.reader.text(fields.get("suggest")), sure=self.sure(fields), asked=asked,
        )  # fmt: skip

    def parameter_type(self, node: Node, fields: dict[str, Node]) -> Type:
        return type_named(self.reader, node, fields, self.vocabulary.choices, {})

    def line(self, node: Node) -> Line:
        fields = self.reader.fields(node, needs=("id", "name", "clause"), may=("rules",))
        name = self.reader.bilingual(fields.get("name"))
        return Line(**self.cites(node, fields), id=self.reader.identifier(fields.get("id")), name=name)

    def condition(self, node: Node) -> Condition:
        may = (
            "rules", "lines", "when", "otherwise", "require", "reading", "judge", "source", "sure", "evidence", "soft", "says",
        )  # fmt: skip
        fields = self.reader.fields(node, needs=("id", "clause"), may=may)
        id = self.reader.identifier(fields.get("id"))
        if "require" not in fields and "judge" not in fields:
            self.reader.note(mistakes.NOTHING_TO_DECIDE, node, id=id)
        reading, requires = self.variants(fields, "require", BOOL)
        judge = self.reader.bilingual(fields["judge"]) if "judge" in fields else None
        cites = self.cites(node, fields, "require")
        if "otherwise" in fields and "when" not in fields:
            self.reader.note(mistakes.MISSING_KEY, fields["otherwise"], key="when")
        if "says" not in fields and judge is None:
            self.reader.note(mistakes.MISSING_KEY, node, key="says")
        return Condition(
            **cites, id=id, kind=self.kind_of(fields), lines=self.lines_of(fields), applies=self.applies(fields),
            otherwise_judge=self.reader.one_of(fields.get("otherwise"), ("met", "judge"), "met") == "judge",
            reading=reading, requires=requires,
            says=self.reader.bilingual(fields["says"]) if "says" in fields else judge or Text("", ""), judge=judge,
            evidence=self.reader.texts(fields.get("evidence")), sure=self.sure(fields), origin="conditions",
        )  # fmt: skip

    def kind_of(self, fields: dict[str, Node]) -> ConditionKind:
        if self.reader.flag(fields.get("soft")):
            return ConditionKind.SOFT
        if "judge" in fields:
            return ConditionKind.JUDGEMENT
        if self.reader.one_of(fields.get("source"), ("register",)) == "register":
            return ConditionKind.REGISTER
        return ConditionKind.EVIDENCE if "evidence" in fields else ConditionKind.AUTO

    def preference(self, node: Node) -> Preference:
        fields = self.reader.fields(node, needs=("id", "clause"), may=("rules", "lines", "when", "reading", "judge", "says"))
        reading, whens = self.variants(fields, "when", BOOL)
        judge = self.reader.bilingual(fields["judge"]) if "judge" in fields else None
        if not {"when", "judge"} & fields.keys():
            self.reader.note(mistakes.MISSING_KEY, node, key="when")
        if not {"says", "judge"} & fields.keys():
            self.reader.note(mistakes.MISSING_KEY, node, key="says")
        return Preference(
            **self.cites(node, fields, "when"), id=self.reader.identifier(fields.get("id")), lines=self.lines_of(fields),
            reading=reading, whens=whens, judge=judge,
            says=self.reader.bilingual(fields["says"]) if "says" in fields else judge or Text("", ""),
        )  # fmt: skip

    def document(self, node: Node) -> Document:
        needs, may = ("id", "clause", "name", "require"), ("rules", "lines", "when", "reading")
        fields = self.reader.fields(node, needs=needs, may=may)
        reading, requires = self.variants(fields, "require", BOOL)
        return Document(
            **self.cites(node, fields, "require"), id=self.reader.identifier(fields.get("id")),
            name=self.reader.bilingual(fields.get("name")), lines=self.lines_of(fields), applies=self.applies(fields),
            reading=reading, requires=requires,
        )  # fmt: skip

    def funding(self, node: Node) -> Funding:
        fields = self.reader.fields(node, needs=("clause", "grant"), may=("rules", "lines", "when", "reading", "says"))
        reading, grants = self.variants(fields, "grant", MONEY_TYPE)
        return Funding(
            **self.cites(node, fields), lines=self.lines_of(fields), applies=self.applies(fields), reading=reading,
            grants=grants, says=self.reader.bilingual(fields.get("says")),
        )  # fmt: skip

    def payments(self, fields: dict[str, Node]) -> tuple[Payment, ...]:
        """The entries of the payment section."""
        node = fields.get("payment")
        nodes = [node] if isinstance(node, Mapping) else self.reader.items(node)
        return tuple(self.payment(item, number) for number, item in enumerate(nodes))

    def payment(self, node: Node, number: int) -> Payment:
        may = ("id", "rules", "lines", "when", "modes", "soft", "instalments", "lump_sum", "budget")
        fields = self.reader.fields(node, needs=("clause",), may=may)
        modes = tuple(self.reader.one_of(item, MODES, "post") for item in self.reader.items(fields.get("modes")))
        return Payment(
            **self.cites(node, fields), id=self.named(fields, "payment-mode", number), modes=modes,
            lines=self.lines_of(fields), applies=self.applies(fields),
            soft=self.reader.flag(fields.get("soft")), lump_sum=self.reader.flag(fields.get("lump_sum")),
            instalments=self.instalments(fields.get("instalments")),
            budget=self.reader.one_of(fields.get("budget"), ("none", "lines"), "lines"),
        )  # fmt: skip

    def instalments(self, node: Node | None) -> tuple[Instalment, ...]:
        """The instalments, whose shares add up to the whole."""
        before, found = len(self.reader.problems), tuple(self.instalment(item) for item in self.reader.items(node))
        if len(self.reader.problems) > before:  # a share that cannot be read adds up to nothing
            return found
        total = sum((each.share for each in found if each.share is not None), Fraction(0))
        rests = sum(1 for each in found if each.share is None)
        negative = any(each.share is not None and each.share <= 0 for each in found)
        if node is not None and found and (rests > 1 or negative or (total >= 1 if rests else total != 1)):
            self.reader.note(mistakes.WRONG_SHARES, node, total=f"{decimal(total * 100)}%")
        return found

    def instalment(self, node: Node) -> Instalment:
        fields = self.reader.fields(node, needs=("at", "share"))
        written = fields.get("share")
        rest = isinstance(written, Scalar) and written.text == "rest"
        share = None if rest else self.reader.fraction(written)
        return Instalment(self.reader.one_of(fields.get("at"), INSTALMENT_AT, "establishment"), share)

    def selection(self, node: Node) -> Selection:
        fields = self.reader.fields(node, needs=("clause",), may=("rules", "method", "planned"))
        methods = ("competitive", "directed", "open")
        method = self.reader.one_of(fields.get("method"), methods)
        return Selection(**self.cites(node, fields), method=method, planned=self.planned(fields.get("planned")))

    def planned(self, node: Node | None) -> tuple[int, int] | None:
        """How many projects are planned, at least and at most: `5-10` or `3`."""
        word = self.reader.word(node)
        if node is None or word is None:
            return None
        found = _PLANNED.fullmatch(word)
        least, most = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        if least > most:
            expected, hint = Text("项目数", "a number of projects"), Text("例如：5-10", "for example: 5-10")
            self.reader.note(mistakes.BAD_QUANTITY, node, text=word, expected=expected, hint=hint)
            return None
        return least, most

    def route(self, node: Node) -> Route:
        fields = self.reader.fields(node, needs=("clause", "section"), may=("rules", "when", "lines"))
        return Route(
            **self.cites(node, fields), section=self.reader.text(fields.get("section")), applies=self.applies(fields),
            lines=self.lines_of(fields),
        )  # fmt: skip

    def recommendation(self, node: Node) -> Recommendation:
        fields = self.reader.fields(node, needs=("clause", "by"), may=("rules", "when"))
        return Recommendation(
            **self.cites(node, fields), by=self.reader.bilingual(fields.get("by")), applies=self.applies(fields)
        )

    def duty(self, node: Node) -> Duty:
        fields = self.reader.fields(node, needs=("id", "clause", "at", "says"), may=("rules", "guard", "soft", "lines", "when"))
        return Duty(
            **self.cites(node, fields), id=self.reader.identifier(fields.get("id")), at=self.reader.text(fields.get("at")),
            lines=self.lines_of(fields), applies=self.applies(fields),
            guard=self.reader.text(fields.get("guard")), soft=self.reader.flag(fields.get("soft")),
            says=self.reader.bilingual(fields.get("says")),
        )  # fmt: skip

    # -- conditions that other sections make -------------------------------------------------------

    def derived(self, fields: dict[str, Node], payments: tuple[Payment, ...]) -> list[Condition]:
        """The conditions that directions, payment modes and duration amount to."""
        made = [*self.direction_conditions(fields.get("directions"))]
        made += [self.mode_condition(payment) for payment in payments if payment.modes]
        made += self.each(fields, "duration", self.duration_condition)
        return made

    def named(self, fields: dict[str, Node], name: str, number: int) -> str:
        """The id of a derived condition: the one given, or the section's name and its number from the second on."""
        return self.reader.identifier(fields["id"]) if "id" in fields else name + (f"-{number + 1}" if number else "")

    def direction_conditions(self, node: Node | None) -> list[Condition]:
        made = []
        for number, item in enumerate(self.reader.items(node)):
            fields: dict[str, Node] = {"under": item}
            if not isinstance(item, Scalar):
                fields = self.reader.fields(item, needs=("under",), may=("id", "lines", *_CITES))
            under = self.reader.text(fields.get("under"))
            if under and under not in self.nodes:
                self.reader.note(mistakes.UNKNOWN_DIRECTION, item, word=under, hint=self.reader.near(under, self.nodes))
            fact = self.vocabulary.facts[DIRECTION_FACT].word
            require = tree.Within(tree.Fact(fact.type, fact.key), (under,))
            says = Text("项目方向在支持方向之内", "the project's direction is one of those supported")
            judge = Text("项目内容与所选方向相符", "the project fits the direction chosen")
            id = self.named(fields, "direction", number)
            kind = ConditionKind.JUDGEMENT
            made.append(self.made(item, fields, id=id, kind=kind, require=require, says=says, judge=judge, origin="directions"))
        return made

    def mode_condition(self, payment: Payment) -> Condition:
        fact = self.vocabulary.facts[MODE_FACT].word
        keys = tuple(mode.replace("-", "_") for mode in payment.modes)
        choice = fact.type.choice
        names = [choice.by_key(key).name for key in keys] if choice else []
        says = Text(
            f"资助方式为{'或'.join(name.zh for name in names)}", f"paid as {' or '.join(name.en for name in names)}"
        )  # fmt: skip
        return Condition(
            clause=payment.clause, rules=payment.rules, file=payment.file, line=payment.line, id=payment.id,
            kind=ConditionKind.SOFT if payment.soft else ConditionKind.AUTO, lines=payment.lines, applies=payment.applies,
            otherwise_judge=False, reading="", requires={"": tree.Within(tree.Fact(fact.type, fact.key), keys)},
            says=says, judge=None, evidence=(), origin="payment",
        )  # fmt: skip

    def duration_condition(self, node: Node) -> Condition:
        fields = self.reader.fields(node, needs=("clause", "at_most"), may=("rules", "lines", "soft", "at_least"))
        fact = self.vocabulary.facts[DURATION_FACT].word
        term = tree.Fact(fact.type, fact.key)
        least, most = self.months(fields.get("at_least")), self.months(fields.get("at_most"))
        require: Typed = tree.Compare("≤", term, tree.Constant(fact.type, most))
        says = Text(f"实施周期不超过{most}个月", f"it lasts {most} months at the most")
        if "at_least" in fields:
            require = tree.both(tree.Compare("≥", term, tree.Constant(fact.type, least)), require)
            says = Text(f"实施周期为{least}至{most}个月", f"it lasts {least} to {most} months")
        kind = ConditionKind.SOFT if self.reader.flag(fields.get("soft")) else ConditionKind.AUTO
        return self.made(node, fields, id="duration", kind=kind, require=require, says=says, judge=None, origin="duration")

    def months(self, node: Node | None) -> int:
        """A number of whole months; 0 when absent or wrong (which is noted)."""
        if node is None:
            return 0
        before, value = len(self.reader.problems), self.reader.value(node, duration_in(MONTHS), Text("期限", "duration"))
        if isinstance(value, int) and value > 0:
            return value
        if len(self.reader.problems) == before:
            expected, hint = Text("期限", "a duration"), Text("例如：24个月", "for example: 24 months")
            self.reader.note(mistakes.BAD_QUANTITY, node, text=self.reader.text(node), expected=expected, hint=hint)
        return 0

    def made(
        self, node: Node, fields: dict[str, Node], *, id: str, kind: ConditionKind, require: Typed, **said: Unpack[Said]
    ) -> Condition:
        return Condition(
            **self.cites(node, fields), **said, id=id, kind=kind, lines=self.lines_of(fields), applies=None,
            otherwise_judge=False, reading="", requires={"": require}, evidence=(),
        )  # fmt: skip
