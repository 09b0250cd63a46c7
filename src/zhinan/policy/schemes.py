"""From the YAML of a scheme to a `Scheme`: every expression checked, every clause, rule, line and reading resolved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict, TypeVar, Unpack

from zhinan.language import tree
from zhinan.language.check import Words
from zhinan.language.tree import Typed
from zhinan.language.types import BOOL, MONEY_TYPE, Type, Word, duration_in
from zhinan.policy import mistakes
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
    Variants,
)  # fmt: skip
from zhinan.policy.nearest import near
from zhinan.policy.reader import Reader
from zhinan.policy.vocabulary import Vocabulary, type_named
from zhinan.policy.yaml_source import Mapping, Node, Scalar
from zhinan.values.quantity import MONTHS
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

Made = TypeVar("Made")


class Cites(TypedDict):
    """The fields every `Item` has."""

    clause: str
    rules: tuple[str, ...]
    file: str
    line: int


class Said(TypedDict):
    """What a condition made from another section says, and the section."""

    says: Text
    judge: Text | None
    origin: str


class SchemeReader:
    """Reads one scheme file against the vocabulary, the readings and the directions of its pack."""

    def __init__(
        self, reader: Reader, *, vocabulary: Vocabulary, readings: dict[str, Reading], nodes: list[str],
        used_readings: set[str], shared: tuple[Parameter, ...] = (),
    ) -> None:  # fmt: skip
        self.reader = reader
        self.vocabulary = vocabulary
        self.readings = readings
        self.nodes = nodes
        self.shared = shared
        self.used_readings = used_readings
        self.words = Words.of([])
        self.line_ids: tuple[str, ...] = ()

    def scheme(self, node: Node) -> Scheme:
        """The scheme in the file; what is wrong is noted in the reader."""
        needs = ("scheme", "code", "name", "clause", "kind", "applicant")
        fields = self.reader.fields(node, needs=needs, may=(*_SECTIONS, "rules"))
        id = self.reader.identifier(fields.get("scheme"))
        parameters = self.each(fields, "parameters", lambda each: self.parameter(each, id))
        words = [*(fact.word for fact in self.vocabulary.facts.values()), *(each.word for each in (*self.shared, *parameters))]
        self.words = Words.of(words, self.nodes)
        lines = self.each(fields, "lines", self.line)
        self.line_ids = tuple(line.id for line in lines)
        payments = self.payments(fields)
        conditions = [*self.each(fields, "conditions", self.condition), *self.derived(fields, payments)]
        self.reader.unique(conditions, lambda condition: condition.id, lambda condition: condition.line)
        return Scheme(
            **self.cites(node, fields), id=id, code=self.reader.text(fields.get("code")),
            name=self.reader.bilingual(fields.get("name")), kind=self.reader.one_of(fields.get("kind"), KINDS, "grant"),
            applicant=self.reader.one_of(fields.get("applicant"), APPLICANTS, "organisation"),
            purposes=self.each(fields, "purpose", self.purpose), parameters=parameters, branches=lines,
            conditions=tuple(conditions), preferences=self.each(fields, "preferences", self.preference),
            documents=self.each(fields, "documents", self.document), fundings=self.each(fields, "funding", self.funding),
            payments=payments, selections=self.each(fields, "selection", self.selection),
            routes=self.each(fields, "routing", self.route),
            recommendations=self.each(fields, "recommendation", self.recommendation),
            duties=self.each(fields, "duties", self.duty),
        )  # fmt: skip

    # -- common parts ------------------------------------------------------------------------------

    def each(self, fields: dict[str, Node], section: str, make: Callable[[Node], Made]) -> tuple[Made, ...]:
        """The entries of a section; a section with one entry may leave out the list."""
        node = fields.get(section)
        if node is None:
            return ()
        return tuple(make(item) for item in ([node] if isinstance(node, Mapping) else self.reader.items(node)))

    def cites(self, node: Node, fields: dict[str, Node]) -> Cites:
        """Clause, rules and place of an item, for its constructor."""
        rules = dict.fromkeys(self.reader.texts(fields.get("rules")))
        clause = self.reader.text(fields.get("clause"))
        return {"clause": clause, "rules": tuple(rules), "file": self.reader.file, "line": node.line}

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
        if node is None:
            return reading_id, {}
        if not reading_id:
            typed = self.truth_tree(node) if expected == BOOL else self.reader.expression(node, self.words, expected)
            return "", {"": typed} if typed is not None else {}
        reading = self.readings.get(reading_id)
        if reading is None:
            self.reader.note(mistakes.UNKNOWN_READING, fields["reading"], word=reading_id, hint=near(reading_id, self.readings))
            return "", {}
        self.used_readings.add(reading_id)
        entries = self.reader.entries(node)
        if set(entries) != set(reading.alternatives):
            choices = ", ".join(reading.alternatives)
            self.reader.note(mistakes.WRONG_ALTERNATIVES, node, reading=reading_id, choices=choices)
        read = self.truth_tree if expected == BOOL else lambda each: self.reader.expression(each, self.words, expected)
        variants = {name: read(each) for name, each in entries.items()}
        return reading_id, {name: typed for name, typed in variants.items() if typed is not None}

    def truth_tree(self, node: Node) -> Typed | None:
        """An expression, or a tree of `all:`, `any:`, `not:` whose leaves may cite a clause and say it in words."""
        if isinstance(node, Scalar):
            return self.reader.expression(node, self.words)
        fields = self.reader.fields(node, may=("all", "any", "not", "require", "clause", "rules", "says"))
        body = self.branch(node, fields)
        if body is None or not {"clause", "says"} & fields.keys():
            return body
        return tree.Cited(body, self.reader.text(fields.get("clause")), self.reader.bilingual(fields.get("says")))

    def branch(self, node: Node, fields: dict[str, Node]) -> Typed | None:
        for key, make in (("all", tree.All), ("any", tree.Any)):
            if key in fields:
                terms = [self.truth_tree(item) for item in self.reader.items(fields[key])]
                known = tuple(term for term in terms if term is not None)
                return make(known) if known and len(known) == len(terms) else None
        if "not" in fields:
            term = self.truth_tree(fields["not"])
            return None if term is None else tree.opposite(term)
        if "require" in fields:
            return self.truth_tree(fields["require"])
        expected = Text("表达式，或 all: / any: / not:", "an expression, or all: / any: / not:")
        self.reader.note(mistakes.WRONG_SHAPE, node, expected=expected, hint=Text("", ""))
        return None

    def leaf_rules(self, node: Node | None) -> tuple[str, ...]:
        """The rules named by the leaves of a tree."""
        if node is None or isinstance(node, Scalar):
            return ()
        if not isinstance(node, Mapping):
            return tuple(rule for item in node.items for rule in self.leaf_rules(item))
        own = self.reader.texts(node.entries.get("rules"))
        below = tuple(rule for key, each in node.entries.items() if key != "rules" for rule in self.leaf_rules(each))
        return own + below

    # -- items -------------------------------------------------------------------------------------

    def purpose(self, node: Node) -> Purpose:
        fields = self.reader.fields(node, needs=("clause", "judge"), may=("rules",))
        return Purpose(**self.cites(node, fields), judge=self.reader.bilingual(fields.get("judge")))

    def parameter(self, node: Node, scheme: str) -> Parameter:
        may = ("value", "unit", "of", "ask", "suggest", "clause", "rules")
        fields = self.reader.fields(node, needs=("name", "key", "type", "label"), may=may)
        name, key = self.reader.text(fields.get("name")), self.reader.text(fields.get("key"))
        type = self.parameter_type(node, fields)
        word = Word(f"parameter.{scheme}.{key}", f"参数.{name}", f"parameter.{key}", type)
        value = self.reader.value(fields["value"], type, Text(word.zh, word.en)) if "value" in fields else None
        if not {"value", "ask"} & fields.keys():
            self.reader.note(mistakes.MISSING_KEY, node, key="value")
        return Parameter(
            **self.cites(node, fields), name=name, word=word, label=self.reader.bilingual(fields.get("label")), value=value,
            suggest=self.reader.text(fields.get("suggest")), asked="ask" in fields,
        )  # fmt: skip

    def parameter_type(self, node: Node, fields: dict[str, Node]) -> Type:
        return type_named(self.reader, node, fields, self.vocabulary.choices, {})

    def line(self, node: Node) -> Line:
        fields = self.reader.fields(node, needs=("id", "name", "clause"), may=("rules",))
        name = self.reader.bilingual(fields.get("name"))
        return Line(**self.cites(node, fields), id=self.reader.identifier(fields.get("id")), name=name)

    def condition(self, node: Node) -> Condition:
        may = (
            "rules", "lines", "when", "otherwise", "require", "reading", "judge", "source", "evidence", "soft", "says",
        )  # fmt: skip
        fields = self.reader.fields(node, needs=("id", "clause"), may=may)
        id = self.reader.identifier(fields.get("id"))
        if "require" not in fields and "judge" not in fields:
            self.reader.note(mistakes.NOTHING_TO_DECIDE, node, id=id)
        reading, requires = self.variants(fields, "require", BOOL)
        judge = self.reader.bilingual(fields["judge"]) if "judge" in fields else None
        cites = self.cites(node, fields)
        cites["rules"] = tuple(dict.fromkeys((*self.reader.texts(fields.get("rules")), *self.leaf_rules(fields.get("require")))))
        if "says" not in fields and judge is None:
            self.reader.note(mistakes.MISSING_KEY, node, key="says")
        return Condition(
            **cites, id=id, kind=self.kind_of(fields), lines=self.lines_of(fields), applies=self.applies(fields),
            otherwise_judge=self.reader.one_of(fields.get("otherwise"), ("met", "judge"), "met") == "judge",
            reading=reading, requires=requires,
            says=self.reader.bilingual(fields["says"]) if "says" in fields else judge or Text("", ""), judge=judge,
            evidence=self.reader.texts(fields.get("evidence")), origin="conditions",
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
        return Preference(
            **self.cites(node, fields), id=self.reader.identifier(fields.get("id")), lines=self.lines_of(fields),
            reading=reading, whens=whens, judge=judge,
            says=self.reader.bilingual(fields["says"]) if "says" in fields else judge or Text("", ""),
        )  # fmt: skip

    def document(self, node: Node) -> Document:
        needs, may = ("id", "clause", "name", "require"), ("rules", "lines", "when", "reading")
        fields = self.reader.fields(node, needs=needs, may=may)
        reading, requires = self.variants(fields, "require", BOOL)
        return Document(
            **self.cites(node, fields), id=self.reader.identifier(fields.get("id")),
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
            instalments=tuple(self.instalment(item) for item in self.reader.items(fields.get("instalments"))),
            budget=self.reader.one_of(fields.get("budget"), ("none", "lines"), "lines"),
        )  # fmt: skip

    def instalment(self, node: Node) -> Instalment:
        fields = self.reader.fields(node, needs=("at", "share"))
        rest = self.reader.text(fields.get("share")) == "rest"
        share = None if rest else self.reader.fraction(fields.get("share"))
        return Instalment(self.reader.one_of(fields.get("at"), INSTALMENT_AT, "establishment"), share)

    def selection(self, node: Node) -> Selection:
        fields = self.reader.fields(node, needs=("clause",), may=("rules", "method", "planned"))
        methods = ("competitive", "directed", "open")
        least, _, most = self.reader.text(fields.get("planned")).partition("-")
        planned = (int(least), int(most or least)) if least.isdigit() and (most or least).isdigit() else None
        return Selection(**self.cites(node, fields), method=self.reader.one_of(fields.get("method"), methods), planned=planned)

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
            if under not in self.nodes:
                self.reader.note(mistakes.UNKNOWN_LIST, item, word=under, hint=near(under, self.nodes))
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
        parts = [
            tree.Compare(sign, term, tree.Constant(fact.type, self.months(fields[key])))
            for key, sign in (("at_least", "≥"), ("at_most", "≤")) if key in fields
        ]  # fmt: skip
        most = self.months(fields.get("at_most"))
        says = Text(f"实施周期不超过{most}个月", f"it lasts {most} months at the most")
        kind = ConditionKind.SOFT if self.reader.flag(fields.get("soft")) else ConditionKind.AUTO
        require = parts[0] if len(parts) == 1 else tree.All(tuple(parts))
        return self.made(node, fields, id="duration", kind=kind, require=require, says=says, judge=None, origin="duration")

    def months(self, node: Node | None) -> int:
        value = self.reader.value(node, duration_in(MONTHS), Text("期限", "duration")) if node is not None else 0
        return value if isinstance(value, int) else 0

    def made(
        self, node: Node, fields: dict[str, Node], *, id: str, kind: ConditionKind, require: Typed, **said: Unpack[Said]
    ) -> Condition:
        return Condition(
            **self.cites(node, fields), **said, id=id, kind=kind, lines=self.lines_of(fields), applies=None,
            otherwise_judge=False, reading="", requires={"": require}, evidence=(),
        )  # fmt: skip
