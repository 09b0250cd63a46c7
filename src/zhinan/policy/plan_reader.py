"""From the YAML of a plan to its indicators, tasks, instruments, provisions and kinds of register."""

from __future__ import annotations

from fractions import Fraction

from zhinan.language.check import Words
from zhinan.policy import mistakes
from zhinan.policy.plan import Figure, History, Indicator, Instrument, Provision, RegisterKind, Task, Unit
from zhinan.policy.reader import Reader
from zhinan.policy.schemes import KINDS
from zhinan.policy.truths import leaf_rules, read_truth
from zhinan.policy.yaml_source import Mapping, Node, Scalar
from zhinan.values.quantity import read_number
from zhinan.values.text import Text

AREAS = ("R&D", "entity", "transfer", "platform", "talent", "ecology", "finance", "county", "scipop")
MEASURES = ("level", "growth", "cumulative", "per-year", "rank", "yes-no", "rising")
TASK_KINDS = ("measure", "campaign", "build", "reform", "project", "service", "monitor", "other")
PROVISION_TYPES = ("procedure", "preference", "output", "evaluation", "payment", "attachment", "exclusion", "eligibility")
_INSTRUMENT_KINDS = (*KINDS, "tax", "equity", "fund", "award", "service", "other")
_OPERATORS = ("=", "≥", ">", "≤", "<", "≈")
_ASK = "ask: authority"


class PlanReader:
    """Reads the files of a plan; what is wrong is noted in the reader of each file."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.units: dict[str, Unit] = {}

    # -- indicators --------------------------------------------------------------------------------

    def indicator(self, reader: Reader, node: Node) -> Indicator:
        """One entry of `indicators:`."""
        needs = ("id", "clause", "name", "unit", "area", "measure", "better", "target")
        may = ("rules", "base", "lead", "support", "same_as", "part_of", "note")
        fields = reader.fields(node, needs=needs, may=may)
        return Indicator(
            **reader.cites(node, fields), id=reader.text(fields.get("id")), name=reader.bilingual(fields.get("name")),
            unit=reader.text(fields.get("unit")), area=reader.one_of(fields.get("area"), AREAS),
            measure=reader.one_of(fields.get("measure"), MEASURES), better=reader.one_of(fields.get("better"), ("up", "down")),
            base=self.figure(reader, fields.get("base")), target=self.figure(reader, fields.get("target")),
            lead=reader.text(fields.get("lead")), support=reader.texts(fields.get("support")),
            same_as=reader.text(fields.get("same_as")), part_of=reader.text(fields.get("part_of")),
            note=reader.bilingual(fields.get("note")),
        )  # fmt: skip

    def history(self, reader: Reader, node: Node) -> History:
        """One entry of `history:`."""
        fields = reader.fields(node, needs=("id", "clause", "name", "values"), may=("rules", "note"))
        values = [self.figure(reader, item) for item in reader.items(fields.get("values"))]
        return History(
            **reader.cites(node, fields), id=reader.text(fields.get("id")), name=reader.bilingual(fields.get("name")),
            values=tuple(value for value in values if value is not None), note=reader.bilingual(fields.get("note")),
        )  # fmt: skip

    def figure(self, reader: Reader, node: Node | None) -> Figure | None:
        """`{value, year, op, estimate, unit, what, of}`; a value may be `ask: authority`."""
        if node is None:
            return None
        fields = reader.fields(node, may=("value", "year", "op", "estimate", "unit", "what", "of", "ask"))
        about = fields.get("what") or fields.get("of")
        plain = isinstance(about, Scalar)
        year = reader.text(fields.get("year"))
        return Figure(
            self.number(reader, fields), int(year) if year.isdigit() else None,
            reader.one_of(fields.get("op"), _OPERATORS, "="), reader.flag(fields.get("estimate")),
            reader.text(fields.get("unit")),
            Text(reader.text(about), reader.text(about)) if plain else reader.bilingual(about),
        )  # fmt: skip

    def number(self, reader: Reader, fields: dict[str, Node]) -> Fraction | None:
        node = fields.get("value")
        written = reader.text(node) if isinstance(node, Scalar) else ""
        if node is None or "ask" in fields or isinstance(node, Mapping) or written in ("", "ask", _ASK):
            return None
        try:
            return -read_number(written[1:]) if written.startswith("-") else read_number(written)
        except ValueError:
            expected = Text("数字", "a number")
            reader.note(mistakes.BAD_QUANTITY, node, text=written, expected=expected, hint=Text("例如：45", "for example: 45"))
            return None

    # -- tasks -------------------------------------------------------------------------------------

    def unit(self, reader: Reader, node: Node) -> Unit:
        """One entry of `units:`; tasks and indicators name units by these keys."""
        fields = reader.fields(node, needs=("key", "name"))
        unit = Unit(reader.text(fields.get("key")), reader.bilingual(fields.get("name")))
        self.units[unit.key] = unit
        return unit

    def task(self, reader: Reader, node: Node, lead: str = "", support: tuple[str, ...] = ()) -> Task:
        """One entry of `tasks:`; its children inherit its units."""
        may = ("rules", "lead", "support", "due", "evidence", "links", "children", "note")
        fields = reader.fields(node, needs=("id", "clause", "kind", "title"), may=may)
        lead = reader.text(fields.get("lead"), lead)
        support = reader.texts(fields["support"]) if "support" in fields else support
        self.known_units(reader, node, (lead, *support))
        return Task(
            **reader.cites(node, fields), id=reader.text(fields.get("id")), kind=reader.one_of(fields.get("kind"), TASK_KINDS),
            title=reader.bilingual(fields.get("title")), lead=lead, support=support, due=reader.day(fields.get("due")),
            evidence=reader.bilingual(fields.get("evidence")), links=reader.texts(fields.get("links")),
            children=tuple(self.task(reader, child, lead, support) for child in reader.items(fields.get("children"))),
        )  # fmt: skip

    def known_units(self, reader: Reader, node: Node, keys: tuple[str, ...]) -> None:
        """Note every responsible unit that is not declared."""
        for key in keys:
            if key and key not in self.units:
                reader.note(mistakes.NOT_ONE_OF, node, word=key, choices=", ".join(self.units) or "units:")

    # -- instruments, provisions, registers --------------------------------------------------------

    def instrument(self, reader: Reader, node: Node) -> Instrument:
        """One entry of `instruments:`."""
        needs = ("id", "code", "clause", "name", "kind", "who", "gives")
        fields = reader.fields(node, needs=needs, may=("rules", "states", "when"))
        return Instrument(
            **reader.cites(node, fields), id=reader.identifier(fields.get("id")), code=reader.text(fields.get("code")),
            name=reader.bilingual(fields.get("name")), kind=reader.one_of(fields.get("kind"), _INSTRUMENT_KINDS),
            who=reader.bilingual(fields.get("who")), gives=reader.bilingual(fields.get("gives")),
            states=reader.bilingual(fields.get("states")), applies=reader.expression(fields.get("when"), self.words),
        )  # fmt: skip

    def provision(self, reader: Reader, node: Node) -> Provision:
        """One entry of `provisions:`."""
        may = ("rules", "judge", "when", "require", "at", "guard", "every", "indicator")
        fields = reader.fields(node, needs=("id", "clause", "type", "says"), may=may)
        require = read_truth(reader, self.words, fields["require"]) if "require" in fields else None
        cites = reader.cites(node, fields)
        cites["rules"] = tuple(dict.fromkeys((*cites["rules"], *leaf_rules(reader, fields.get("require")))))
        return Provision(
            **cites, id=reader.identifier(fields.get("id")), type=reader.one_of(fields.get("type"), PROVISION_TYPES),
            says=reader.bilingual(fields.get("says")), judge=reader.bilingual(fields["judge"]) if "judge" in fields else None,
            applies=reader.expression(fields.get("when"), self.words), requires={"": require} if require is not None else {},
            at=reader.text(fields.get("at")), guard=reader.text(fields.get("guard")), every=reader.text(fields.get("every")),
            indicator=reader.text(fields.get("indicator")),
        )  # fmt: skip

    def register_kind(self, reader: Reader, node: Node) -> RegisterKind:
        """One entry of `registers:`."""
        needs, may = ("id", "clause", "name", "group"), ("rules", "criteria", "lifecycle", "note")
        fields = reader.fields(node, needs=needs, may=may)
        return RegisterKind(
            **reader.cites(node, fields), id=reader.text(fields.get("id")), name=reader.bilingual(fields.get("name")),
            group=reader.text(fields.get("group")), criteria=reader.bilingual(fields.get("criteria")),
            lifecycle=reader.text(fields.get("lifecycle")),
        )  # fmt: skip
