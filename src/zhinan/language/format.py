"""One canonical text for a tree, in Chinese or English: `parse(format_syntax(tree)) == tree`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from zhinan.language import tree
from zhinan.language.functions import BY_KEY, BY_NAME
from zhinan.language.nodes import Among, Binary, Call, Day, Logic, Name, Number, Quote, Syntax, Truth, Unary
from zhinan.language.parse import parse
from zhinan.language.scan import KEYWORDS, english
from zhinan.language.tree import Typed
from zhinan.language.types import NUMBER, Choice, Kind, Word
from zhinan.values.quantity import PERCENT, YEARS, format_quantity
from zhinan.values.regions import find_region
from zhinan.values.text import Lang

#: How tightly each form binds; a looser form inside a tighter one stands in brackets.
_OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _FACTOR = range(7)
_BINDING = {"或": _OR, "且": _AND, "+": _SUM, "-": _SUM, "×": _PRODUCT, "÷": _PRODUCT}


def format_syntax(node: Syntax, lang: Lang = "zh") -> str:
    """The canonical text of a syntax tree. Names stay as they were written."""
    return _Printer(lang).text(node)


def format_text(text: str, lang: Lang = "zh") -> str:
    """The canonical text of an expression. Raises `BadInput`."""
    return format_syntax(parse(text), lang)


class _Printer:
    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def sign(self, sign: str) -> str:
        return sign if self.lang == "zh" else english(sign)

    def text(self, node: Syntax, least: int = _OR) -> str:
        binding, text = self.bound(node)
        return f"({text})" if binding < least else text

    def bound(self, node: Syntax) -> tuple[int, str]:
        """How tightly the node binds, and its text."""
        match node:
            case Number(value, unit):
                return _FACTOR, format_quantity(value, unit, self.lang)
            case Truth(value):
                return _FACTOR, self.sign("是" if value else "否")
            case Day(value):
                return _FACTOR, value.isoformat()
            case Quote(value):
                return _FACTOR, _between_quotes(value)
            case Name(parts):
                return _FACTOR, ".".join(parts)
            case Call(function, arguments):
                return _FACTOR, f"{self.function(function)}({self.listed(arguments)})"
            case Unary("非", operand):
                return _NOT, f"{self.sign('非')} {self.text(operand, _NOT)}"
            case Unary(sign, operand):
                return _FACTOR, f"{sign}{self.text(operand, _FACTOR)}"
            case Logic(operator, terms):
                tighter = _BINDING[operator] + 1
                return _BINDING[operator], f" {self.sign(operator)} ".join(self.text(term, tighter) for term in terms)
            case Among(operator, item, members):
                return _COMPARISON, f"{self.text(item, _SUM)} {self.sign(operator)} {{{self.listed(members, _SUM)}}}"
            case Binary(operator, left, right):  # pragma: no branch  # the last of the kinds
                binding = _BINDING.get(operator, _COMPARISON)
                inner = _SUM if binding == _COMPARISON else binding
                outer = _SUM if binding == _COMPARISON else binding + 1
                return binding, f"{self.text(left, inner)} {self.sign(operator)} {self.text(right, outer)}"

    def listed(self, nodes: Iterable[Syntax], least: int = _OR) -> str:
        return ", ".join(self.text(node, least) for node in nodes)

    def function(self, name: str) -> str:
        known = BY_NAME.get(name)
        return name if known is None else (known.zh if self.lang == "zh" else known.en)


def _between_quotes(text: str) -> str:
    """A text holds either straight or curly quotes, never both: it stands between the others."""
    return f"“{text}”" if '"' in text or "＂" in text else f'"{text}"'


def format_typed(node: Typed, words: Mapping[str, Word], lang: Lang = "zh") -> str:
    """The canonical text of a typed tree, with every word in the reader's language.

    `words` maps the key of a fact to its word. What is printed reads back as the same tree.
    """
    return format_syntax(to_syntax(node, words, lang), lang)


def to_syntax(node: Typed, words: Mapping[str, Word], lang: Lang = "zh") -> Syntax:
    """A typed tree written down again, its words in one language."""
    return _Writer(words, lang).syntax(node)


class _Writer:
    def __init__(self, words: Mapping[str, Word], lang: Lang) -> None:
        self.words = words
        self.lang = lang
        self.fields: Mapping[str, Word] = {}

    def name(self, word: Word) -> Name:
        return Name(tuple((word.zh if self.lang == "zh" else word.en).split(".")))

    def call(self, key: str, *arguments: Syntax) -> Call:
        function = BY_KEY[key]
        return Call(function.zh if self.lang == "zh" else function.en, arguments)

    def syntax(self, node: Typed) -> Syntax:
        match node:
            case tree.Constant():
                return self.constant(node)
            case tree.Fact(_, key):
                return self.name(self.words[key])
            case tree.Field(_, key):
                return self.name(self.fields[key])
            case tree.Cited(body):
                return self.syntax(body)
            case tree.All(terms):
                return _logic("且", [self.syntax(term) for term in terms])
            case tree.Any(terms):
                return _logic("或", [self.syntax(term) for term in terms])
            case tree.Not(tree.Within(item, codes)):
                return Among("不属于", self.syntax(item), self.members(item, codes))
            case tree.Not(term):
                return Unary("非", self.syntax(term))
            case tree.Arithmetic(_, "-", tree.Constant(_, 0), right) if not isinstance(right, tree.Constant):
                return Unary("-", self.syntax(right))
            case tree.Compare(operator, left, right) | tree.Arithmetic(_, operator, left, right):
                return self.binary(operator, left, right)
            case tree.CountIs(operator, count, bound):
                return self.binary(operator, count, bound)
            case tree.Within(item, codes):
                return Among("属于", self.syntax(item), self.members(item, codes))
            case tree.Has(item, mode, members):
                return self.has(item, mode, members)
            case tree.Shift(_, day, duration, sign):
                return Binary("+" if sign > 0 else "-", self.syntax(day), self.syntax(duration))
            case tree.Pick(_, mode, terms):
                return self.call(mode, *(self.syntax(term) for term in terms))
            case tree.If(_, condition, then, otherwise):
                return self.call("if", *(self.syntax(part) for part in (condition, then, otherwise)))
            case tree.Years(of, start, end):
                return self.call("years" if of.unit == YEARS else "age", self.syntax(start), self.syntax(end))
            case tree.Scale(_, term):
                return self.call("months", self.syntax(term))
            case tree.Exists(records, where):
                return self.over("exists", records, where)
            case tree.Every(records, where):
                return self.over("all", records, where)
            case tree.Count(_, records, where):
                return self.over("count", records, where)
            case tree.Sum(_, records, value, where):  # pragma: no branch  # the last of the kinds
                return self.over("sum", records, where, value=value)

    def binary(self, operator: str, left: Typed, right: Typed) -> Syntax:
        return Binary(operator, self.syntax(left), self.syntax(right))

    def constant(self, node: tree.Constant) -> Syntax:
        kind, value = node.type.kind, node.value
        if isinstance(value, bool):
            return Truth(value)
        if kind is Kind.DATE:
            return Day(value)  # type: ignore[arg-type]  # a constant of kind DATE is a date
        if isinstance(value, int | Fraction):
            if kind is Kind.NUMBER:
                percent = node.type == NUMBER and value != int(value)
                return Number(Fraction(value) * 100, PERCENT) if percent else Number(Fraction(value), "")
            return Number(Fraction(value), node.type.unit)
        if kind is Kind.CHOICE:
            return self.member(node.type.choice, str(value))
        return Quote(str(value)) if kind is not Kind.REGION else _region(str(value))

    def member(self, choice: Choice | None, key: str) -> Syntax:
        if choice is None:
            return Quote(key)
        member = choice.by_key(key)
        return self.bare(member.name.zh if self.lang == "zh" else member.key)

    def bare(self, name: str) -> Syntax:
        """A name standing alone; quoted where it would be read as something else."""
        is_taken = name in KEYWORDS or any(name in (f.zh, f.en, f.key) for f in self.fields.values())
        is_taken = is_taken or any(name in (word.zh, word.en) for word in self.words.values())
        return Name((name,)) if name.isidentifier() and not is_taken else Quote(name)

    def members(self, item: Typed, keys: Iterable[str]) -> tuple[Syntax, ...]:
        if item.type.kind is Kind.REGION:
            return tuple(_region(key) for key in keys)
        return tuple(self.member(item.type.choice, key) for key in keys)

    def has(self, item: Typed, mode: str, members: tuple[str, ...]) -> Syntax:
        written = self.members(item, members)
        if mode == "any" and len(written) == 1:
            return Binary("包含", self.syntax(item), written[0])
        return Among("包含任一" if mode == "any" else "包含全部", self.syntax(item), written)

    def over(self, key: str, records: Typed, where: Typed, *, value: Typed | None = None) -> Syntax:
        listed = self.syntax(records)
        self.fields = {field.key: field for field in (records.type.record.fields if records.type.record else ())}
        parts = [self.syntax(value)] if value is not None else []
        if key == "all" or not (isinstance(where, tree.Constant) and where.value is True):
            parts.append(self.syntax(where))
        self.fields = {}
        return self.call(key, listed, *parts)


def _logic(operator: str, terms: list[Syntax]) -> Syntax:
    flat: list[Syntax] = []
    for term in terms:
        flat.extend(term.terms if isinstance(term, Logic) and term.operator == operator else (term,))
    return Logic(operator, tuple(flat))


def _region(code: str) -> Syntax:
    """A region by its name, where only one is called that."""
    region = find_region(code)
    named = find_region(region.name) if region else None
    return Name((region.name,)) if region and named == region and region.name.isidentifier() else Quote(code)
