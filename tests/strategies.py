"""Hypothesis strategies for the language: a small vocabulary, random conditions about it, random facts.

Expressions are drawn as syntax, by the type wanted, and handed to the checker: so a drawn tree is always
one that the checker makes. Take `conditions()` and `amounts()` for trees, `facts()` for the subjects,
`syntax()` for anything that can be written down, well typed or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from typing import TypeVar

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from zhinan.language import tree
from zhinan.language.check import APPLICATION_DAY, Words, check_syntax
from zhinan.language.functions import FUNCTIONS
from zhinan.language.nodes import Among, Binary, Call, Day, Logic, Name, Number, Quote, Syntax, Truth, Unary
from zhinan.language.tree import Typed, Value
from zhinan.language.types import (
    AGE_TYPE,
    BOOL,
    DATE,
    DAYS_TYPE,
    MONEY_TYPE,
    NUMBER,
    REGION,
    TEXT,
    TREE,
    Choice,
    Kind,
    Member,
    Record,
    Type,
    Word,
    count_of,
    duration_in,
)
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

# ─── the vocabulary: every kind of type, two facts or more of each ──────────────────────────────

SECTOR = Choice(
    "sector",
    Text("行业门类", "sector"),
    (
        Member("industry", Text("工业", "industry")),
        Member("service", Text("服务业", "service")),
        Member("agriculture", Text("农业", "agriculture")),
    ),
)
#: Its names cannot stand bare: a space, a sign, a word of the grammar, a word of the vocabulary.
TITLE = Choice(
    "title",
    Text("资质", "title"),
    (
        Member("high-tech", Text("高新技术企业", "high-tech enterprise")),
        Member("no", Text("无 资质", "no title")),
        Member("date", Text("日期", "date")),
        Member("small", Text("小微（2024）", "small or micro")),
    ),
)
SECTOR_TYPE = Type(Kind.CHOICE, choice=SECTOR)
TITLE_TYPE = Type(Kind.CHOICE, choice=TITLE)
SECTORS_TYPE = Type(Kind.SET, choice=SECTOR)
TITLES_TYPE = Type(Kind.SET, choice=TITLE)
PEOPLE, ITEMS, EVENTS, UNITS = count_of("人"), count_of("项"), count_of("起"), count_of("家")
YEARS_TYPE, MONTHS_TYPE, WORKDAYS_TYPE = duration_in("年"), duration_in("个月"), duration_in("个工作日")

INCIDENT = Record(
    "incident",
    Text("事故", "incident"),
    "起",
    (
        Word("date", "日期", "date", DATE),
        Word("kind", "类别", "kind", SECTOR_TYPE),
        Word("closed", "已结案", "closed", BOOL),
        Word("fine", "罚款", "fine", MONEY_TYPE),
        Word("injured", "受伤人数", "injured", PEOPLE),
        Word("region", "地点", "place", REGION),
    ),
)
PARTNER = Record(
    "partner",
    Text("参与单位", "partner"),
    "家",
    (
        Word("funds", "承担经费", "funds", MONEY_TYPE),
        Word("share", "承担比例", "share", NUMBER),
        Word("staff", "投入人数", "staff", PEOPLE),
        Word("titles", "拥有资质", "titles", TITLES_TYPE),
        Word("direction", "方向", "direction", TREE),
        Word("term", "合作期限", "term", MONTHS_TYPE),
        Word("note", "备注", "note", TEXT),
        Word("since", "起始日期", "since", DATE),
        Word("lead", "牵头", "lead", BOOL),
    ),
)
INCIDENTS_TYPE = Type(Kind.RECORDS, record=INCIDENT)
PARTNERS_TYPE = Type(Kind.RECORDS, record=PARTNER)

VOCABULARY = (
    Word("applicant.legal", "申报单位.独立法人", "applicant.legal", BOOL),
    Word("applicant.listed", "申报单位.已上市", "applicant.listed", BOOL),
    Word("project.funded", "项目.已获立项", "project.funded", BOOL),
    Word("applicant.revenue", "申报单位.上年营业收入", "applicant.revenue", MONEY_TYPE),
    Word("project.spending", "项目.总研发投入", "project.spending", MONEY_TYPE),
    Word("project.own_funds", "项目.自筹经费", "project.own_funds", MONEY_TYPE),
    Word("applicant.rnd_ratio", "申报单位.研发强度", "applicant.rnd_ratio", NUMBER),
    Word("parameter.ratio", "参数.资助比例", "parameter.ratio", NUMBER),
    Word("applicant.staff", "申报单位.从业人数", "applicant.staff", PEOPLE),
    Word("applicant.researchers", "申报单位.研发人数", "applicant.researchers", PEOPLE),
    Word("applicant.patents", "申报单位.专利数", "applicant.patents", ITEMS),
    Word("applicant.standards", "申报单位.标准数", "applicant.standards", ITEMS),
    Word("project.duration", "项目.实施周期", "project.duration", MONTHS_TYPE),
    Word("parameter.longest", "参数.最长周期", "parameter.longest", MONTHS_TYPE),
    Word("applicant.experience", "申报单位.经营年限", "applicant.experience", YEARS_TYPE),
    Word("parameter.look_back", "参数.回溯期", "parameter.look_back", YEARS_TYPE),
    Word("notice.days", "公示.天数", "notice.days", DAYS_TYPE),
    Word("notice.extra_days", "公示.顺延天数", "notice.extra_days", DAYS_TYPE),
    Word("notice.working_days", "公示.工作日", "notice.working_days", WORKDAYS_TYPE),
    Word("notice.more_working_days", "公示.顺延工作日", "notice.more_working_days", WORKDAYS_TYPE),
    Word("leader.age", "项目负责人.周岁", "leader.age", AGE_TYPE),
    Word("parameter.oldest", "参数.年龄上限", "parameter.oldest", AGE_TYPE),
    Word("leader.birth", "项目负责人.出生日期", "leader.birth", DATE),
    Word("applicant.registered", "申报单位.注册日期", "applicant.registered", DATE),
    Word("applicant.sector", "申报单位.行业门类", "applicant.sector", SECTOR_TYPE),
    Word("project.sector", "项目.行业门类", "project.sector", SECTOR_TYPE),
    Word("applicant.title", "申报单位.主要资质", "applicant.title", TITLE_TYPE),
    Word("leader.title", "项目负责人.主要资质", "leader.title", TITLE_TYPE),
    Word("applicant.titles", "申报单位.资质", "applicant.titles", TITLES_TYPE),
    Word("project.sectors", "项目.涉及行业", "project.sectors", SECTORS_TYPE),
    Word("applicant.region", "申报单位.所在地", "applicant.region", REGION),
    Word("project.region", "项目.实施地", "project.region", REGION),
    Word("project.direction", "项目.支持方向", "project.direction", TREE),
    Word("leader.direction", "项目负责人.研究方向", "leader.direction", TREE),
    Word("application.line", "申报.子项", "application.line", TEXT),
    Word("application.note", "申报.备注", "application.note", TEXT),
    Word("applicant.incidents", "申报单位.重大事故", "applicant.incidents", INCIDENTS_TYPE),
    Word("project.partners", "项目.参与单位", "project.partners", PARTNERS_TYPE),
)
NODES = ("A", "A.1", "A.1.1", "A.10", "B", "B.2")
REGIONS = ("640000", "640100", "640104", "640200", "610000", "610100", "110101")
TEXTS = ("甲", "甲 乙", "", "“引”号", '"', "（全角）")

#: What the checker takes, and what the formatter takes.
WORDS = Words.of(VOCABULARY, NODES)
BY_KEY = {word.key: word for word in (APPLICATION_DAY, *VOCABULARY)}

_FACTS_OF = {kind: [word for word in VOCABULARY if word.type == kind] for kind in {word.type for word in VOCABULARY}}
_NUMERIC = (
    *(MONEY_TYPE, NUMBER, PEOPLE, ITEMS, EVENTS, UNITS),
    *(YEARS_TYPE, MONTHS_TYPE, DAYS_TYPE, WORKDAYS_TYPE, AGE_TYPE),
)
_NAMED = (SECTOR_TYPE, TITLE_TYPE, REGION, TREE, TEXT)

# ─── trees ──────────────────────────────────────────────────────────────────────────────────────


def conditions(*, most: int = 200, cited: bool = False) -> SearchStrategy[Typed]:
    """Random conditions (trees of type BOOL) of at most `most` nodes; some parts `Cited` when asked for."""
    plain = _checked(BOOL, most)
    return st.one_of(plain, _cited(plain)) if cited else plain


def amounts(of: Type = MONEY_TYPE, *, most: int = 200) -> SearchStrategy[Typed]:
    """Random trees of the type `of`, which is any type but BOOL and lists, of at most `most` nodes."""
    return _checked(of, most)


def any_amounts(*, most: int = 200) -> SearchStrategy[Typed]:
    """Random trees of any numeric type or of dates."""
    return st.sampled_from((*_NUMERIC, DATE)).flatmap(lambda of: amounts(of, most=most))


def size(node: Typed) -> int:
    """How many nodes a tree has."""
    return sum(1 for _ in tree.walk(node))


@st.composite
def _checked(draw: st.DrawFn, of: Type, most: int) -> Typed:
    """A drawn expression as the checker types it; too large ones, and divisions by a written 0, are redrawn."""
    writer = _Writer(draw)
    written = writer.truth(4) if of == BOOL else writer.expression(of, 3)
    try:
        typed = check_syntax(written, WORDS, expected=of)
    except BadInput as bad:
        if {problem.code for problem in bad.problems} <= {"expression-too-long", "division-by-zero"}:
            reject()
        raise
    if size(typed) > most:
        reject()
    return typed


def _cited(plain: SearchStrategy[Typed]) -> SearchStrategy[Typed]:
    says = Text("说明", "what it says")
    clause = st.sampled_from(["九(一)2", "六(一)"])
    part = st.builds(lambda body, clause: tree.Cited(body, clause, says), plain, clause)
    parts = st.lists(part, min_size=1, max_size=3).map(tuple)
    return st.one_of(part, parts.map(tree.All), parts.map(tree.Any))


class _Writer:
    """Writes an expression of a wanted type, drawing at each turn what comes next.

    `depth` is how much deeper it may still go; `record` is the shape of the records a list function is looking
    at, whose fields may then be named.
    """

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def one(self, *choices: Choices) -> Choices:
        return self.draw(st.sampled_from(choices))

    def several(self, write: Callable[[], Syntax], least: int = 1) -> tuple[Syntax, ...]:
        return tuple(write() for _ in range(self.draw(st.integers(least, 3))))

    def truth(self, depth: int, record: Record | None = None) -> Syntax:
        ways = [
            self.named_truth,
            self.comparison,
            self.named_comparison,
            self.membership,
            self.set_membership,
        ]
        if depth > 0:
            ways += [
                self.logic,
                self.logic,
                self.logic,
                self.negation,
                self.equal_truths,
                self.recent,
                self.if_truth,
            ]
            ways += [self.list_truth, self.list_truth, self.count_compared] if record is None else []
        return self.one(*ways)(depth - 1, record)

    # Conditions, each of one form.

    def named_truth(self, depth: int, record: Record | None) -> Syntax:
        return self.named(BOOL, record)

    def logic(self, depth: int, record: Record | None) -> Syntax:
        return _logic(self.one("且", "或"), self.several(lambda: self.truth(depth, record), least=2))

    def negation(self, depth: int, record: Record | None) -> Syntax:
        return Unary("非", self.truth(depth, record))

    def equal_truths(self, depth: int, record: Record | None) -> Syntax:
        other = Truth(self.draw(st.booleans())) if self.one(True, False) else self.truth(depth, record)
        return Binary(self.one("=", "≠"), self.truth(depth, record), other)

    def if_truth(self, depth: int, record: Record | None) -> Syntax:
        return Call("若", tuple(self.truth(depth, record) for _ in range(3)))

    def comparison(self, depth: int, record: Record | None) -> Syntax:
        of = self.one(*_NUMERIC, DATE)
        left, right = (self.expression(of, min(depth, 2), record) for _ in range(2))
        return Binary(self.one(*"=≠<≤>≥"), left, right)

    def named_comparison(self, depth: int, record: Record | None) -> Syntax:
        of = self.one(*_NAMED)
        return Binary(self.one(*"=≠"), self.named(of, record), self.expression(of, min(depth, 1), record))

    def membership(self, depth: int, record: Record | None) -> Syntax:
        of = self.one(*_NAMED)
        item = self.named(of, record) if self.one(True, True, False) else self.if_(of, max(depth, 0), record)
        return Among(self.one("属于", "不属于"), item, self.several(lambda: self.literal(of)))

    def set_membership(self, depth: int, record: Record | None) -> Syntax:
        of = self.one(TITLES_TYPE, SECTORS_TYPE)
        if self.one(True, False):
            return Binary("包含", self.named(of, record), self.literal(of))
        members = self.several(lambda: self.literal(of))
        return Among(self.one("包含任一", "包含全部"), self.named(of, record), members)

    def recent(self, depth: int, record: Record | None) -> Syntax:
        arguments = [self.expression(DATE, min(depth, 1), record), self.length(0, record)]
        if self.one(True, False):
            arguments.append(self.expression(DATE, 0, record))
        return Call("近", tuple(arguments))

    def list_truth(self, depth: int, record: Record | None) -> Syntax:
        name, record = self.one(*_LISTS)
        function = self.one("存在", "全部", "存在")
        bare = function == "存在" and self.one(False, False, True)
        return Call(function, (_name(name), *(() if bare else (self.truth(min(depth, 2), record),))))

    def count_compared(self, depth: int, record: Record | None) -> Syntax:
        """A count against a written number: the form most conditions about lists have."""
        name, record = self.one(*_LISTS)
        count = self.count(name, record, depth)
        bound = self.one(*(Number(Fraction(n), "") for n in (0, 1, 2, 3)), Number(Fraction(3, 2), record.measure))
        return Binary(self.one(*"=≠<≤>≥"), count, bound)

    # Values.

    def expression(self, of: Type, depth: int, record: Record | None = None) -> Syntax:
        """Anything of type `of`, which is not BOOL."""
        ways: list[Callable[[], Syntax]] = [lambda: self.literal(of)]
        if _has_names(of, record):
            ways += [lambda: self.named(of, record)] * 2
        if depth > 0 and of.kind not in (Kind.SET, Kind.RECORDS):
            ways += [lambda: self.if_(of, depth - 1, record)]
            ways += [lambda: self.arithmetic(of, depth - 1, record)] * 3 if of in _NUMERIC else []
            ways += [lambda: self.date(depth - 1, record)] * 3 if of == DATE else []
        return self.one(*ways)()

    def literal(self, of: Type) -> Syntax:
        """A value of `of` written out, from a small stock, so that it often meets a fact exactly."""
        match of.kind:
            case Kind.DATE:
                return Day(self.one(*_DAYS))
            case Kind.CHOICE | Kind.SET:
                member = self.one(*of.choice.members)
                return _bare_or_quoted(self.one(member.key, member.name.zh))
            case Kind.REGION:
                return self.one(Name(("银川市",)), Name(("宁夏",)), *map(Quote, REGIONS))
            case Kind.TREE:
                return Quote(self.one(*NODES))
            case Kind.TEXT:
                return Quote(self.one(*TEXTS))
            case _:
                return self.written_number(of)

    def written_number(self, of: Type) -> Syntax:
        if of.kind is Kind.NUMBER and self.one(True, False):
            return Number(self.one(*_PERCENTS), "%")
        number = Number(Fraction(self.one(*_STOCK)), of.unit)
        return Unary("-", number) if self.one(False, False, False, True) else number

    def named(self, of: Type, record: Record | None) -> Syntax:
        """A fact or a field of type `of`."""
        fields = [field.zh for field in record.fields if field.type == of] if record else []
        return _name(self.one(*(word.zh for word in _FACTS_OF.get(of, [])), *fields, *fields))

    def if_(self, of: Type, depth: int, record: Record | None) -> Syntax:
        then = self.named(of, record) if of in _NAMED else self.expression(of, depth, record)
        return Call("若", (self.truth(min(depth, 1), record), then, self.expression(of, depth, record)))

    def length(self, depth: int, record: Record | None) -> Syntax:
        """A duration by which a date may be moved."""
        return self.expression(self.one(YEARS_TYPE, MONTHS_TYPE, DAYS_TYPE), depth, record)

    def date(self, depth: int, record: Record | None) -> Syntax:
        day = self.expression(DATE, depth, record)
        match self.one("today", "moved", "moved", "picked"):
            case "today":
                return Name(("申报日",))
            case "moved":
                return Binary(self.one("+", "-"), day, self.length(depth, record))
            case _:
                return Call(self.one("较小", "较大"), (day, self.expression(DATE, depth, record)))

    def arithmetic(self, of: Type, depth: int, record: Record | None) -> Syntax:
        ways = [self.added, self.scaled, self.picked, self.negative]
        ways += [self.divided] if of == NUMBER else []
        ways += [self.per_head] if of == MONEY_TYPE else []
        ways += [self.special] * 2 if of in (DAYS_TYPE, MONTHS_TYPE, YEARS_TYPE, AGE_TYPE) else []
        if record is None and of.kind in (Kind.MONEY, Kind.COUNT, Kind.NUMBER):
            ways.append(self.counted if of in (EVENTS, UNITS) else self.summed)
        return self.one(*ways)(of, depth, record)

    # Arithmetic, each of one form.

    def added(self, of: Type, depth: int, record: Record | None) -> Syntax:
        left, right = (self.expression(of, depth, record) for _ in range(2))
        return Binary(self.one("+", "-"), left, right)

    def scaled(self, of: Type, depth: int, record: Record | None) -> Syntax:
        value, number = self.expression(of, depth, record), self.expression(NUMBER, depth, record)
        return self.one(Binary("×", number, value), Binary("×", value, number), Binary("÷", value, number))

    def picked(self, of: Type, depth: int, record: Record | None) -> Syntax:
        return Call(self.one("较小", "较大"), self.several(lambda: self.expression(of, depth, record), least=2))

    def negative(self, of: Type, depth: int, record: Record | None) -> Syntax:
        return Unary("-", self.expression(of, depth, record))

    def divided(self, of: Type, depth: int, record: Record | None) -> Syntax:
        alike = self.one(MONEY_TYPE, PEOPLE, DAYS_TYPE, NUMBER)
        left, right = (self.expression(alike, depth, record) for _ in range(2))
        return self.one(Binary("÷", left, right), Call("占比", (left, right)))

    def per_head(self, of: Type, depth: int, record: Record | None) -> Syntax:
        money, people = self.expression(of, depth, record), self.expression(PEOPLE, depth, record)
        return self.one(Binary("×", money, people), Binary("×", people, money), Binary("÷", money, people))

    def special(self, of: Type, depth: int, record: Record | None) -> Syntax:
        if of == MONTHS_TYPE:
            return Call("月数", (self.expression(YEARS_TYPE, depth, record),))
        days = tuple(self.expression(DATE, depth, record) for _ in range(2))
        if of == DAYS_TYPE:
            return Binary("-", *days)
        return Call("年龄" if of == AGE_TYPE else "周年", days)

    def counted(self, of: Type, depth: int, record: Record | None) -> Syntax:
        name, record = next((name, record) for name, record in _LISTS if record.measure == of.unit)
        return self.count(name, record, depth)

    def count(self, name: str, record: Record, depth: int) -> Syntax:
        where = (self.truth(min(depth, 2), record),) if self.one(True, True, False) else ()
        return Call("计数", (_name(name), *where))

    def summed(self, of: Type, depth: int, record: Record | None) -> Syntax:
        name, record = self.one(*_LISTS)
        where = (self.truth(min(depth, 1), record),) if self.one(True, False) else ()
        return Call("合计", (_name(name), self.expression(of, min(depth, 1), record), *where))


Choices = TypeVar("Choices")

_STOCK = (0, 1, 2, 3, 5, 12, 24, 40, 300, 200_000, 200_000_000, Fraction(1, 2), Fraction(5, 2))
_PERCENTS = tuple(map(Fraction, ("0", "5", "10", "20", "30", "100", "12.5", "33.3")))
_DAYS = tuple(
    date.fromisoformat(day) for day in ("1986-12-31", "1987-01-01", "2023-02-28", "2024-02-29", "2026-03-01", "2026-12-31")
)
_LISTS = (("申报单位.重大事故", INCIDENT), ("项目.参与单位", PARTNER))


def _name(dotted: str) -> Name:
    return Name(tuple(dotted.split(".")))


def _bare_or_quoted(member: str) -> Syntax:
    """A member of a list as it may be written: bare, unless that would be read as something else."""
    return _name(member) if member.isidentifier() and member not in ("no", "日期", "date") else Quote(member)


def _has_names(of: Type, record: Record | None) -> bool:
    return of in _FACTS_OF or any(field.type == of for field in (record.fields if record else ()))


def _logic(operator: str, terms: Iterable[Syntax]) -> Syntax:
    flat: list[Syntax] = []
    for term in terms:
        flat += term.terms if isinstance(term, Logic) and term.operator == operator else (term,)
    return Logic(operator, tuple(flat))


# ─── syntax that need not mean anything ─────────────────────────────────────────────────────────

_WORDS_ANYHOW = st.sampled_from(["甲", "项目", "x_1", "申报日", "营业收入2024"])
_CANONICAL_UNITS = (
    "",
    "%",
    "元",
    "年",
    "个月",
    "天",
    "个工作日",
    "岁",
    "人",
    "家",
    "项",
    "件",
    "起",
    "次",
    "个",
)


def syntax(*, leaves: int = 25) -> SearchStrategy[Syntax]:
    """Any syntax tree the parser can make, whether or not it has a meaning."""
    leaf = st.one_of(
        st.builds(
            Number,
            st.fractions(0, 10**9, max_denominator=10**4).map(_decimal),
            st.sampled_from(_CANONICAL_UNITS),
        ),
        st.builds(Truth, st.booleans()),
        st.builds(Day, st.dates()),
        st.builds(Quote, st.sampled_from(TEXTS) | st.text("甲a1 .,“”（）且", max_size=6)),
        st.builds(Name, st.lists(_WORDS_ANYHOW, min_size=1, max_size=3).map(tuple)),
    )
    return st.recursive(leaf, _larger, max_leaves=leaves)


def _decimal(number: Fraction) -> Fraction:
    return Fraction(int(number * 10**4), 10**4)


def _larger(part: SearchStrategy[Syntax]) -> SearchStrategy[Syntax]:
    several = st.lists(part, min_size=1, max_size=3).map(tuple)
    functions = st.sampled_from([function.zh for function in FUNCTIONS] + ["未知函数"])
    return st.one_of(
        st.builds(Unary, st.sampled_from("非-"), part),
        st.builds(_logic, st.sampled_from("且或"), st.lists(part, min_size=2, max_size=3)),
        st.builds(Binary, st.sampled_from(["=", "≠", "<", "≤", ">", "≥", "+", "-", "×", "÷", "包含"]), part, part),
        st.builds(Among, st.sampled_from(["属于", "不属于", "包含任一", "包含全部"]), part, several),
        st.builds(Call, functions, st.lists(part, max_size=3).map(tuple)),
    )


# ─── facts ──────────────────────────────────────────────────────────────────────────────────────


def facts(*, extreme: bool = False) -> SearchStrategy[dict[str, Value]]:
    """A subject: any fact may be missing or `None`, and so may any field of its records.

    `extreme` adds what only a hostile or mistaken form says: days at the edges of the calendar, 24 digits.
    """
    keys = {word.key: values(word.type, extreme=extreme) for word in (APPLICATION_DAY, *VOCABULARY)}
    return st.fixed_dictionaries({}, optional={key: st.none() | value | value for key, value in keys.items()})


def complete_facts() -> SearchStrategy[dict[str, Value]]:
    """A subject that leaves nothing open."""
    return st.fixed_dictionaries({word.key: values(word.type, complete=True) for word in (APPLICATION_DAY, *VOCABULARY)})


@cache
def values(of: Type, *, extreme: bool = False, complete: bool = False) -> SearchStrategy[Value]:
    """A value of `of`, from a small stock that meets the literals."""
    match of.kind:
        case Kind.BOOL:
            return st.booleans()
        case Kind.DATE:
            days = st.sampled_from(_DAYS) | st.dates(date(1980, 1, 1), date(2030, 12, 31))
            return st.one_of(days, st.sampled_from([date.min, date.max])) if extreme else days
        case Kind.CHOICE:
            assert of.choice
            return st.sampled_from([member.key for member in of.choice.members])
        case Kind.SET:
            assert of.choice
            return st.frozensets(st.sampled_from([member.key for member in of.choice.members]))
        case Kind.REGION:
            return st.sampled_from(REGIONS)
        case Kind.TREE:
            return st.sampled_from(NODES)
        case Kind.TEXT:
            return st.sampled_from(TEXTS)
        case Kind.RECORDS:
            assert of.record
            return st.lists(_records(of.record, complete=complete), max_size=3).map(tuple)
        case _:
            return _numbers(of, extreme=extreme)


def _numbers(of: Type, *, extreme: bool) -> SearchStrategy[Value]:
    whole = st.sampled_from([n for n in _STOCK if isinstance(n, int)]) | st.integers(-3, 50)
    parts = [whole]
    if of.kind is Kind.NUMBER:
        parts.append(st.sampled_from(_PERCENTS).map(lambda percent: percent / 100))
    if of.kind is Kind.MONEY:
        parts.append(st.integers(0, 10**12))
    if extreme:
        parts.append(st.sampled_from([10**23, -(10**23), Fraction(1, 10**20)]))
    return st.one_of(*parts)


def _records(record: Record, *, complete: bool) -> SearchStrategy[dict[str, Value]]:
    fields: Mapping[str, SearchStrategy[Value]] = {field.key: values(field.type, complete=complete) for field in record.fields}
    if complete:
        return st.fixed_dictionaries(dict(fields))
    return st.fixed_dictionaries({}, optional={key: st.none() | value | value for key, value in fields.items()})
