"""Worked cases: facts in, verdicts out. Policy people write them as data; `check` runs them like tests."""

from __future__ import annotations

from datetime import date

from zhinan.language.tree import Value
from zhinan.language.types import MONEY_TYPE
from zhinan.policy import mistakes
from zhinan.policy.model import Condition, Document, Expectation, Preference, Reading, Scheme, WorkedCase
from zhinan.policy.reader import Reader
from zhinan.policy.subject import subject_of
from zhinan.policy.vocabulary import Vocabulary
from zhinan.policy.written import UNKNOWN
from zhinan.policy.yaml_source import Mapping, Node, Scalar
from zhinan.values.text import Text

VERDICTS = ("eligible", "ineligible", "undetermined")
_Asserted = Condition | Preference | Document
OUTCOMES = ("met", "unmet", "unknown", "judgement")


class CaseReader:
    """Reads case files one after another; a case may build on one that was read before it."""

    def __init__(self, vocabulary: Vocabulary, schemes: tuple[Scheme, ...], readings: dict[str, Reading]) -> None:
        self.vocabulary = vocabulary
        self.schemes = {scheme.id: scheme for scheme in schemes}
        self.readings = readings
        self.found: dict[str, WorkedCase] = {}

    def cases(self) -> tuple[WorkedCase, ...]:
        """All cases read so far, in order."""
        return tuple(self.found.values())

    def take(self, reader: Reader, node: Node) -> None:
        """Read the cases of one file; what is wrong is noted."""
        fields = reader.fields(node, needs=("cases",))
        for item in reader.items(fields.get("cases")):
            self.case(reader, item)

    def case(self, reader: Reader, node: Node) -> None:
        fields = reader.fields(node, needs=("id", "about", "expect"), may=("base", "on", "readings", "parameters", "facts"))
        id = reader.identifier(fields.get("id"))
        if id in self.found:
            reader.note(mistakes.DUPLICATE_ID, node, id=id)
        base = self.base(reader, fields)
        facts: dict[str, Value] = dict(base.facts) if base else {}
        if "facts" in fields:
            given = subject_of(reader, fields["facts"], self.vocabulary).facts
            facts = {key: value for key, value in facts.items() if key not in self.removed(fields["facts"])} | dict(given)
        day = reader.day(fields.get("on")) or (base.on if base else None)
        if day is None:
            reader.note(mistakes.MISSING_KEY, node, key="on")
        self.found[id] = WorkedCase(
            id=id, about=reader.bilingual(fields.get("about")), on=day or date.min, facts=facts,
            parameters=(dict(base.parameters) if base else {}) | self.set_parameters(reader, fields.get("parameters")),
            readings=(dict(base.readings) if base else {}) | self.chosen(reader, fields.get("readings")),
            expect={name: self.expectation(reader, name, item) for name, item in reader.entries(fields.get("expect")).items()},
            file=reader.file, line=node.line,
        )  # fmt: skip

    def base(self, reader: Reader, fields: dict[str, Node]) -> WorkedCase | None:
        if "base" not in fields:
            return None
        name = reader.text(fields["base"])
        if name not in self.found:
            reader.note(mistakes.UNKNOWN_CASE, fields["base"], word=name, hint=reader.near(name, self.found))
        return self.found.get(name)

    def removed(self, node: Node) -> set[str]:
        """The facts a case sets to unknown: the base's values of them are dropped."""
        keys = set()
        for name, value in node.entries.items() if isinstance(node, Mapping) else ():
            root = self.vocabulary.root(name)
            under = value.entries.items() if root and isinstance(value, Mapping) else ()
            named = [(f"{self.vocabulary.roots[root].zh}.{n}", f"{root}.{n}", v) for n, v in under] if root else []
            for zh, en, given in [*named, (name, name, value)]:
                fact = self.vocabulary.find(zh) or self.vocabulary.find(en)
                written = given.entries.get("value") if isinstance(given, Mapping) else given  # the long form, or the short
                if fact and isinstance(written, Scalar) and written.text.strip() in UNKNOWN:
                    keys.add(fact.key)
        return keys

    def set_parameters(self, reader: Reader, node: Node | None) -> dict[str, Value]:
        """Figures the case sets, by `scheme.name`."""
        known = {f"{scheme.id}.{each.name}": each.word for scheme in self.schemes.values() for each in scheme.parameters}
        values: dict[str, Value] = {}
        for name, item in reader.entries(node).items():
            if name not in known:
                reader.note(mistakes.UNKNOWN_KEY, item, key=name, hint=reader.near(name, known))
                continue
            word = known[name]
            values[name] = reader.value(item, word.type, Text(word.zh, word.en))
        return values

    def chosen(self, reader: Reader, node: Node | None) -> dict[str, str]:
        chosen = {}
        for name, value in reader.entries(node).items():
            reading = self.readings.get(name)
            if reading is None:
                reader.note(mistakes.UNKNOWN_READING, value, word=name, hint=reader.near(name, self.readings))
            else:
                chosen[name] = reader.one_of(value, reading.alternatives, reading.default)
        return chosen

    def expectation(self, reader: Reader, name: str, node: Node) -> Expectation:
        fields = reader.fields(node, may=("verdict", "grant", "conditions", "preferences", "documents"))
        scheme = self.schemes.get(name)
        if scheme is None:
            reader.note(mistakes.UNKNOWN_SCHEME, node, word=name, hint=reader.near(name, self.schemes))
        items: tuple[tuple[_Asserted, ...], ...] = (
            (scheme.conditions, scheme.preferences, scheme.documents) if scheme else ((), (), ())
        )
        sections = ("conditions", "preferences", "documents")
        outcomes = [self.outcomes(reader, fields.get(key), each) for key, each in zip(sections, items, strict=True)]
        return Expectation(
            verdict=reader.one_of(fields.get("verdict"), VERDICTS), grant=self.grant(reader, fields.get("grant")),
            conditions=outcomes[0], preferences=outcomes[1], documents=outcomes[2], line=node.line,
        )  # fmt: skip

    def outcomes(self, reader: Reader, node: Node | None, items: tuple[_Asserted, ...]) -> dict[str, str]:
        known, found = [item.id for item in items], {}
        for id, value in reader.entries(node).items():
            found[id] = reader.one_of(value, OUTCOMES)
            if id not in known:
                reader.note(mistakes.UNKNOWN_KEY, value, key=id, hint=reader.near(id, known))
        return found

    def grant(self, reader: Reader, node: Node | None) -> int | str | None:
        if node is None or reader.text(node) == "none":
            return None if node is None else "none"
        before, value = len(reader.problems), reader.value(node, MONEY_TYPE, Text("金额", "amount"))
        if isinstance(value, int):
            return value
        if len(reader.problems) == before:  # unknown, or a part of a fen
            hint = Text("写到分为止；没有金额就写 none", "down to the fen; write none where there is no amount")
            reader.note(mistakes.BAD_QUANTITY, node, text=reader.text(node), expected=Text("金额", "an amount"), hint=hint)
        return None
