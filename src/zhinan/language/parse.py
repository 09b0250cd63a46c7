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
from zhinan.language.nodes import Among, Binary, Call, Day, Logic, Name, Number, Quote, Syntax, Truth, Unary, beneath
from zhinan.language.scan import Sort, Token, english, scan
from zhinan.values.dates import read_day
from zhinan.values.problem import BadInput, Span
from zhinan.values.quantity import UNITS, TooManyDigits, read_number, scaled
from zhinan.values.text import Text

COMPARISONS = ("=", "≠", "<", "≤", ">", "≥", "包含")
MEMBERSHIPS = ("属于", "不属于", "包含任一", "包含全部")
#: How deep a tree may be, whether by brackets or by signs in a row (`非 非 …`, `甲 + 乙 + …`): every later pass
#: goes down one call or more for each level.
MAX_DEPTH = 60


def parse(text: str) -> Syntax:
    """The syntax tree of `text`. Raises `BadInput` with the place, the reason and the mend.

    >>> parse("甲 < 3人")
    Binary(operator='<', left=Name(parts=('甲',)), right=Number(value=Fraction(3, 1), unit='人'))
    """
    try:
        parser = _Parser(scan(text))
        if parser.is_at_end():
            raise BadInput([mistakes.EMPTY.at(Span(0, 0))])
        tree = parser.expression()
        if not parser.is_at_end():
            raise parser.left_over()
        _refuse_depth(tree)
    except BadInput as bad:
        raise BadInput([replace(problem, source=text) for problem in bad.problems]) from None
    return tree


def _refuse_depth(tree: Syntax) -> None:
    level, depth = [tree], 1
    while level:
        if depth > MAX_DEPTH:
            raise BadInput([mistakes.TOO_DEEP.at(level[0].span, limit=MAX_DEPTH)])
        level, depth = [part for node in level for part in beneath(node)], depth + 1


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    @property
    def now(self) -> Token:
        return self.tokens[self.at]

    def is_now(self, *signs: str) -> bool:
        return self.now.sort is Sort.SIGN and self.now.text in signs

    def is_at_end(self) -> bool:
        return self.now.sort is Sort.END

    def take(self) -> Token:
        token = self.now
        self.at += 1
        return token

    def expect(self, sign: str, hint: Text | None = None) -> Token:
        if not self.is_now(sign):
            raise self.unexpected(Text(f"“{sign}”", f"“{sign}”"), hint)
        return self.take()

    def unexpected(self, expected: Text, hint: Text | None = None) -> BadInput:
        token = self.now
        if self.is_at_end():
            return BadInput([mistakes.UNFINISHED.at(token.span, expected=expected)])
        found, hint = token.text + token.unit, hint or self._hint()
        return BadInput([mistakes.EXPECTED.at(token.span, expected=expected, found=found, hint=hint)])

    def left_over(self) -> BadInput:
        found = self.now.text + self.now.unit
        return BadInput([mistakes.LEFT_OVER.at(self.now.span, found=found, hint=self._hint())])

    def _hint(self) -> Text:
        """What to do about the token that should not be there."""
        for token in (self.now, self.tokens[max(self.at - 1, 0)]):
            if token.sort is Sort.WORD and any(sign in token.text for sign in "且或"):
                return Text("“且”“或”两边要有空格", "put spaces around 且 and 或 (and, or)")
        if self.now.sort is not Sort.SIGN:
            return Text("两个值之间要有运算符，如 且 或 = ≤ +", "put an operator between two values: and or = <= +")
        return _SIGN_HINTS.get(self.now.text, _ANY_HINT)

    # Each method below reads one production of the grammar.

    def expression(self) -> Syntax:
        return self._logic("或", lambda: self._logic("且", self.negation))

    def _logic(self, operator: str, term: Callable[[], Syntax]) -> Syntax:
        terms = [term()]
        while self.is_now(operator):
            self.take()
            terms.append(term())
        if len(terms) == 1:
            return terms[0]
        flat: list[Syntax] = []
        for each in terms:
            flat += each.terms if isinstance(each, Logic) and each.operator == operator else (each,)
        return Logic(operator, tuple(flat), terms[0].span.to(terms[-1].span))

    def negation(self) -> Syntax:
        return self._prefixed("非", self.comparison)

    def _prefixed(self, sign: str, operand: Callable[[], Syntax]) -> Syntax:
        signs: list[Token] = []
        while self.is_now(sign):
            signs.append(self.take())
        tree = operand()
        for token in reversed(signs):
            tree = Unary(sign, tree, token.span.to(tree.span))
        return tree

    def comparison(self) -> Syntax:
        left = self.sum()
        if self.is_now("非") and self.tokens[self.at + 1].text == "属于":  # `a not in {…}`
            self.take()
            return self._among("不属于", left)
        if self.is_now(*MEMBERSHIPS):
            return self._among(self.now.text, left)
        if not self.is_now(*COMPARISONS):
            return left
        operator = self.take().text
        right = self.sum()
        if self.is_now(*COMPARISONS, *MEMBERSHIPS):
            raise BadInput([mistakes.CHAINED.at(self.now.span)])
        return Binary(operator, left, right, left.span.to(right.span))

    def _among(self, operator: str, item: Syntax) -> Syntax:
        sign = self.take().text
        self.expect("{", Text(f"写成：{sign} {{甲, 乙}}", f"write it as: {english(sign)} {{a, b}}"))
        members = [self.sum()]
        while self.is_now(","):
            self.take()
            members.append(self.sum())
        return Among(operator, item, tuple(members), item.span.to(self.expect("}").span))

    def sum(self) -> Syntax:
        return self._chain(("+", "-"), self.product)

    def product(self) -> Syntax:
        return self._chain(("×", "÷"), self.factor)

    def _chain(self, operators: tuple[str, ...], term: Callable[[], Syntax]) -> Syntax:
        tree = term()
        while self.is_now(*operators):
            operator = self.take().text
            right = term()
            tree = Binary(operator, tree, right, tree.span.to(right.span))
        return tree

    def factor(self) -> Syntax:
        return self._prefixed("-", self._primary)

    def _primary(self) -> Syntax:
        token = self.now
        if token.sort is Sort.WORD:
            return self._name_or_call()
        if self.is_now("("):
            return self._bracketed()
        if token.sort in (Sort.NUMBER, Sort.DAY, Sort.QUOTE) or self.is_now("是", "否"):
            return _literal(self.take())
        raise self.unexpected(Text("一个词、数值或括号", "a word, a value or a bracket"))

    def _bracketed(self) -> Syntax:
        first = self.take()
        tree = self.expression()
        return replace(tree, span=first.span.to(self.expect(")").span))

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
        quantity = scaled(read_number(token.text), token.unit)
    except TooManyDigits:
        shown = token.text if len(token.text) <= 20 else token.text[:20] + "…"
        raise BadInput([mistakes.BAD_NUMBER.at(token.span, number=shown)]) from None
    except ValueError:
        raise BadInput([mistakes.UNKNOWN_UNIT.at(token.span, unit=token.unit, hint=_near_units(token.unit))]) from None
    return Number(quantity.value, quantity.unit, token.span)


def _near_units(unit: str) -> Text:
    near = get_close_matches(unit, [name for name in UNITS if name], n=3, cutoff=0.4)
    return Text(f"最接近的单位：{'、'.join(near)}", f"the nearest units: {', '.join(near)}") if near else _UNIT_HINT


_UNIT_HINT = Text("例如：2000万元、300人、30%、24个月", "for example: 20 000 000 CNY, 300 people, 30%, 24 months")
_SIGN_HINTS = {
    ")": Text("多了一个右括号，或括号里还缺一部分", "there is one bracket too many, or something is missing in it"),
    "非": Text("给“非”和它后面的部分加上括号：(非 …)", "put not, and what it denies, in brackets: (not …)"),
    "{": Text("花括号只跟在 属于、包含任一、包含全部 后面", "braces only follow in, has_any and has_all"),
}
_ANY_HINT = Text("这个符号的前后各要有一个值", "this sign stands between two values")
