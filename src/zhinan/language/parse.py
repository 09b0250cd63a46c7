"""From tokens to a syntax tree, by hand: here the messages are the product.

    expression  = conjunction { "或" conjunction }
    conjunction = negation { "且" negation }
    negation    = "非" negation | comparison
    comparison  = sum [ ("=" | "≠" | "<" | "≤" | ">" | "≥" | "包含") sum
                      | ("属于" | "不属于" | "包含任一" | "包含全部") "{" sum { "," sum } "}" ]
    sum         = product { ("+" | "-") product }
    product     = factor { ("×" | "÷") factor }
    factor      = "-" factor | literal | call | name | "(" expression ")"
    call        = word "(" [ expression { "," expression } ] ")"
    name        = word { "." word }
    literal     = number [ unit ] | day | quote | "是" | "否"
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from difflib import get_close_matches

from zhinan.language import mistakes
from zhinan.language.nodes import Among, Binary, Call, Day, Logic, Name, Number, Quote, Syntax, Truth, Unary
from zhinan.language.scan import Sort, Token, scan
from zhinan.values.dates import read_day
from zhinan.values.problem import BadInput, Span
from zhinan.values.quantity import known_units, read_number, scaled
from zhinan.values.text import Text

COMPARISONS = ("=", "≠", "<", "≤", ">", "≥", "包含")
MEMBERSHIPS = ("属于", "不属于", "包含任一", "包含全部")
#: Signs in a row (`非 非 非 …`, `- - - …`, `a + b + c …`) deepen the tree without a bracket.
MAX_CHAIN = 60


def parse(text: str) -> Syntax:
    """The syntax tree of `text`. Raises `BadInput` with the place, the reason and the mend.

    >>> parse("甲 < 3人")
    Binary(operator='<', left=Name(parts=('甲',)), right=Number(value=Fraction(3, 1), unit='人'))
    """
    try:
        parser = _Parser(scan(text))
        if parser.now.sort is Sort.END:
            raise BadInput([mistakes.EMPTY.at(Span(0, 0))])
        tree = parser.expression()
        if parser.now.sort is not Sort.END:
            raise parser.unexpected(Text("表达式的结尾", "the end of the expression"))
    except BadInput as bad:
        raise BadInput([replace(problem, source=text) for problem in bad.problems]) from None
    return tree


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    @property
    def now(self) -> Token:
        return self.tokens[self.at]

    def is_now(self, *signs: str) -> bool:
        return self.now.sort is Sort.SIGN and self.now.text in signs

    def take(self) -> Token:
        token = self.now
        self.at += 1
        return token

    def expect(self, sign: str) -> Token:
        if not self.is_now(sign):
            raise self.unexpected(Text(f"“{sign}”", f"“{sign}”"))
        return self.take()

    def unexpected(self, expected: Text) -> BadInput:
        token = self.now
        found = Text(f"“{token.text}”", f"“{token.text}”")
        if token.sort is Sort.END:
            found = Text("表达式的结尾", "the end of the expression")
        return BadInput([mistakes.EXPECTED.at(token.span, expected=expected, found=found, hint=_hint(token))])

    def expression(self) -> Syntax:
        return self._logic("或", lambda: self._logic("且", self.negation))

    def _logic(self, operator: str, term: Callable[[], Syntax]) -> Syntax:
        terms = [term()]
        while self.is_now(operator):
            self.take()
            terms.append(term())
        if len(terms) == 1:
            return terms[0]
        flat = [t for each in terms for t in (each.terms if isinstance(each, Logic) and each.operator == operator else (each,))]
        return Logic(operator, tuple(flat), terms[0].span.to(terms[-1].span))

    def negation(self) -> Syntax:
        return self._prefixed("非", self.comparison)

    def _prefixed(self, sign: str, operand: Callable[[], Syntax]) -> Syntax:
        signs: list[Token] = []
        while self.is_now(sign):
            signs.append(self.take())
            self._count_chain(len(signs))
        tree = operand()
        for token in reversed(signs):
            tree = Unary(sign, tree, token.span.to(tree.span))
        return tree

    def comparison(self) -> Syntax:
        left = self.sum()
        if self.is_now(*MEMBERSHIPS):
            operator = self.take().text
            members, end = self._members()
            return Among(operator, left, members, left.span.to(end))
        if not self.is_now(*COMPARISONS):
            return left
        operator = self.take().text
        right = self.sum()
        if self.is_now(*COMPARISONS, *MEMBERSHIPS):
            raise BadInput([mistakes.CHAINED.at(self.now.span)])
        return Binary(operator, left, right, left.span.to(right.span))

    def _members(self) -> tuple[tuple[Syntax, ...], Span]:
        self.expect("{")
        members = [self.sum()]
        while self.is_now(","):
            self.take()
            members.append(self.sum())
        return tuple(members), self.expect("}").span

    def sum(self) -> Syntax:
        return self._chain(("+", "-"), self.product)

    def product(self) -> Syntax:
        return self._chain(("×", "÷"), self.factor)

    def _chain(self, operators: tuple[str, ...], term: Callable[[], Syntax]) -> Syntax:
        tree, length = term(), 0
        while self.is_now(*operators):
            operator = self.take().text
            length += 1
            self._count_chain(length)
            right = term()
            tree = Binary(operator, tree, right, tree.span.to(right.span))
        return tree

    def _count_chain(self, length: int) -> None:
        if length > MAX_CHAIN:
            raise BadInput([mistakes.TOO_DEEP.at(self.now.span, limit=MAX_CHAIN)])

    def factor(self) -> Syntax:
        return self._prefixed("-", self._primary)

    def _primary(self) -> Syntax:
        token = self.now
        if token.sort is Sort.WORD:
            return self._name_or_call()
        if self.is_now("("):
            self.take()
            tree = self.expression()
            self.expect(")")
            return tree
        if self.is_now("非"):
            return self.negation()
        if token.sort in (Sort.NUMBER, Sort.DAY, Sort.QUOTE) or self.is_now("是", "否"):
            self.at += 1
            return _literal(token)
        raise self.unexpected(Text("一个词、数值或括号", "a word, a value or a bracket"))

    def _name_or_call(self) -> Syntax:
        first = self.take()
        if self.is_now("("):
            return self._call(first)
        parts, span = [first.text], first.span
        while self.is_now("."):
            self.take()
            if self.now.sort is not Sort.WORD:
                raise self.unexpected(Text("点号后面的词", "a word after the dot"))
            last = self.take()
            parts.append(last.text)
            span = span.to(last.span)
        return Name(tuple(parts), span)

    def _call(self, function: Token) -> Syntax:
        self.take()
        arguments: list[Syntax] = []
        while not self.is_now(")"):
            arguments.append(self.expression())
            if not self.is_now(")"):
                self.expect(",")
        return Call(function.text, tuple(arguments), function.span.to(self.take().span))


def _literal(token: Token) -> Syntax:
    if token.sort is Sort.QUOTE:
        return Quote(token.text, token.span)
    if token.sort is Sort.SIGN:
        return Truth(token.text == "是", token.span)
    if token.sort is Sort.DAY:
        try:
            return Day(read_day(token.text), token.span)
        except ValueError:
            raise BadInput([mistakes.NO_SUCH_DAY.at(token.span, day=token.text)]) from None
    return _number(token)


def _number(token: Token) -> Syntax:
    try:
        number = read_number(token.text)
    except ValueError:
        raise BadInput([mistakes.BAD_NUMBER.at(token.span, number=token.text[:20] + "…")]) from None
    try:
        quantity = scaled(number, token.unit)
    except ValueError:
        near = get_close_matches(token.unit, known_units(), n=3, cutoff=0.3)
        hint = Text(f"最接近的单位：{'、'.join(near)}", f"the nearest units: {', '.join(near)}") if near else _UNIT_HINT
        raise BadInput([mistakes.UNKNOWN_UNIT.at(token.span, unit=token.unit, hint=hint)]) from None
    return Number(quantity.value, quantity.unit, token.span)


_UNIT_HINT = Text("例如：2000万元、300人、30%、24个月", "for example: 20 000 000 CNY, 300 people, 30%, 24 months")


def _hint(token: Token) -> Text:
    if token.sort is Sort.WORD and any(sign in token.text for sign in ("且", "或")):
        return Text("“且”“或”两边要有空格", "put spaces around 且 and 或 (and, or)")
    if token.sort in (Sort.WORD, Sort.NUMBER, Sort.DAY, Sort.QUOTE):
        return Text("两个值之间要有运算符，如 且 或 = ≤ +", "put an operator between two values: and or = <= +")
    return Text("对照手册的语法检查这一处", "compare this place with the grammar in the manual")
