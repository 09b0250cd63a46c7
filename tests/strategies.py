"""Hypothesis strategies for the language: a small vocabulary, random conditions about it, random facts.

Expressions are drawn as syntax, by the type wanted, and handed to the checker: so a drawn tree is always
one that the checker makes. Take `conditions()` and `amounts()` for trees, `facts()` for the subjects,
`syntax()` for anything that can be written down, well typed or not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache

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

_FACTS_OF = {
    kind: [word for word in VOCABULARY if word.type == kind] for kind in {word.type for word in VOCABULARY}
}
_NUMERIC = (
    *(MONEY_TYPE, NUMBER, PEOPLE, ITEMS, EVENTS, UNITS),
    *(YEARS_TYPE, MONTHS_TYPE, DAYS_TYPE, WORKDAYS_TYPE, AGE_TYPE),
)
_NAMED = (SECTOR_TYPE, TITLE_TYPE, REGION, TREE, TEXT)
_ADDABLE = (Kind.MONEY, Kind.COUNT, Kind.NUMBER)

# ─── trees ──────────────────────────────────────────────────────────────────────────────────────


def conditions(*, most: int = 200, cited: bool = False) -> SearchStrategy[Typed]:
    """Random conditions (trees of type BOOL) of at most `most` nodes; some parts `Cited` when asked for."""
    plain = _checked(truths(4), BOOL, most)
    return st.one_of(plain, _cited(plain)) if cited else plain


def amounts(of: Type = MONEY_TYPE, *, most: int = 200) -> SearchStrategy[Typed]:
    """Random trees of the numeric `of` (or DATE) of at most `most` nodes."""
    return _checked(expressions(of), of, most)


def any_amounts(*, most: int = 200) -> SearchStrategy[Typed]:
    """Random trees of any numeric type or of dates."""
    return st.one_of(*(amounts(of, most=most) for of in (*_NUMERIC, DATE)))


def size(node: Typed) -> int:
    """How many nodes a tree has."""
    return sum(1 for _ in tree.walk(node))


@st.composite
def _checked(draw: st.DrawFn, written: SearchStrategy[Syntax], of: Type, most: int) -> Typed:
    """A drawn expression as the checker types it; too large ones, and divisions by a written 0, are redrawn."""
    try:
        typed = check_syntax(draw(written), WORDS, expected=of)
    except BadInput as bad:
        if {problem.code for problem in bad.problems} <= {"expression-too-long", "divided-by-zero"}:
            reject()
        raise
    if size(typed) > most:
        reject()
    return typed


def _cited(plain: SearchStrategy[Typed]) -> SearchStrategy[Typed]:
    says = Text("说明", "what it says")
    part = st.builds(
        lambda body, clause: tree.Cited(body, clause, says), plain, st.sampled_from(["九(一)2", "六(一)"])
    )
    parts = st.lists(part, min_size=1, max_size=3).map(tuple)
    return st.one_of(part, parts.map(tree.All), parts.map(tree.Any))


# ─── expressions, as they are written ───────────────────────────────────────────────────────────


@cache
def truths(depth: int = 3, record: Record | None = None) -> SearchStrategy[Syntax]:
    """Conditions as syntax. `record`: the record a list function is looking at, whose fields may be named."""
    simple = [_named(BOOL, record), _comparisons(0, record), _memberships(record), _sets(record)]
    if depth == 0:
        return _either(*simple)
    part = truths(depth - 1, record)
    deep = [
        st.builds(_logic, st.sampled_from("且或"), st.lists(part, min_size=2, max_size=3)),
        st.builds(Unary, st.just("非"), part),
        _calls("若", part, part, part),
        st.builds(Binary, st.sampled_from("=≠"), part, st.one_of(part, st.builds(Truth, st.booleans()))),
        _comparisons(depth - 1, record),
        _recent(depth - 1, record),
    ]
    if record is None:
        deep += [_over_lists(depth - 1, "存在", "全部"), _counts_compared(depth - 1)]
    return _either(*simple, *deep, *deep)


@cache
def expressions(of: Type, depth: int = 2, record: Record | None = None) -> SearchStrategy[Syntax]:
    """Expressions of any type but BOOL, as syntax."""
    simple = [literals(of), *([_named(of, record)] if _has_names(of, record) else [])]
    if depth == 0 or of.kind in (Kind.SET, Kind.RECORDS):
        return _either(*simple)
    same = expressions(of, depth - 1, record)
    condition = truths(min(depth - 1, 1), record)
    deep = [_calls("若", condition, _worded(of, depth - 1, record), same)]
    if of.kind is Kind.DATE:
        deep += _dates(depth - 1, record)
    if of in _NUMERIC:
        deep += _arithmetic(of, depth - 1, record)
    return _either(*simple, *deep)


@st.composite
def _either(draw: st.DrawFn, *ways: SearchStrategy[Syntax]) -> Syntax:
    """One of the ways, each as likely; `st.one_of` would count the ways within each way."""
    return draw(draw(st.sampled_from(ways)))


@cache
def literals(of: Type) -> SearchStrategy[Syntax]:
    """Values of `of` written out, from a small stock, so that they often meet a fact exactly."""
    match of.kind:
        case Kind.DATE:
            return st.sampled_from(_DAYS).map(Day)
        case Kind.CHOICE | Kind.SET:
            assert of.choice
            return st.sampled_from(
                [_word_or_quote(name) for m in of.choice.members for name in (m.key, m.name.zh)]
            )
        case Kind.REGION:
            return st.sampled_from([Name(("银川市",)), Name(("宁夏",)), *map(Quote, REGIONS)])
        case Kind.TREE:
            return st.sampled_from(NODES).map(Quote)
        case Kind.TEXT:
            return st.sampled_from(TEXTS).map(Quote)
        case Kind.NUMBER:
            return st.builds(Number, st.sampled_from(_PERCENTS), st.just("%")) | _written_numbers("")
        case _:
            return _written_numbers(of.unit)


def _written_numbers(unit: str) -> SearchStrategy[Syntax]:
    plain = st.builds(Number, st.sampled_from(_STOCK).map(Fraction), st.just(unit))
    return st.one_of(plain, plain, st.builds(Unary, st.just("-"), plain))


_STOCK = (0, 1, 2, 3, 5, 12, 24, 40, 300, 200_000, 200_000_000, Fraction(1, 2), Fraction(5, 2))
_PERCENTS = tuple(map(Fraction, (0, 5, 10, 20, 30, 100, "12.5", "33.3")))
_DAYS = tuple(
    map(
        date.fromisoformat,
        ("1986-12-31", "1987-01-01", "2023-02-28", "2024-02-29", "2026-03-01", "2026-12-31"),
    )
)


def _word_or_quote(name: str) -> Syntax:
    return Name((name,)) if name.isidentifier() and name not in ("no", "日期", "date") else Quote(name)


def _has_names(of: Type, record: Record | None) -> bool:
    return of in _FACTS_OF or any(field.type == of for field in (record.fields if record else ()))


def _named(of: Type, record: Record | None) -> SearchStrategy[Syntax]:
    """A fact or a field of `of`."""
    names = [word.zh for word in _FACTS_OF.get(of, [])]
    names += [field.zh for field in (record.fields if record else ()) if field.type == of] * 2
    return st.sampled_from(names).map(lambda name: Name(tuple(name.split("."))))


def _worded(of: Type, depth: int, record: Record | None) -> SearchStrategy[Syntax]:
    """What can be read without help from the other side: not a bare member of a list."""
    return _named(of, record) if of in _NAMED else expressions(of, depth, record)


def _logic(operator: str, terms: list[Syntax]) -> Syntax:
    flat: list[Syntax] = []
    for term in terms:
        flat += term.terms if isinstance(term, Logic) and term.operator == operator else (term,)
    return Logic(operator, tuple(flat))


def _calls(function: str, *arguments: SearchStrategy[Syntax]) -> SearchStrategy[Syntax]:
    return st.tuples(*arguments).map(lambda drawn: Call(function, drawn))


def _comparisons(depth: int, record: Record | None) -> SearchStrategy[Syntax]:
    ordered = [
        st.builds(
            Binary,
            st.sampled_from("=≠<≤>≥"),
            expressions(of, depth, record),
            expressions(of, depth, record),
        )
        for of in (*_NUMERIC, DATE)
    ]
    named = [
        st.builds(Binary, st.sampled_from("=≠"), _worded(of, depth, record), expressions(of, depth, record))
        for of in _NAMED
    ]
    return st.one_of(*ordered, *named)


def _memberships(record: Record | None) -> SearchStrategy[Syntax]:
    return st.one_of(
        *(
            st.builds(
                Among,
                st.sampled_from(["属于", "不属于"]),
                _named(of, record),
                st.lists(literals(of), min_size=1, max_size=3).map(tuple),
            )
            for of in _NAMED
        )
    )


def _sets(record: Record | None) -> SearchStrategy[Syntax]:
    def about(of: Type) -> SearchStrategy[Syntax]:
        members = st.lists(literals(of), min_size=1, max_size=3).map(tuple)
        several = st.builds(Among, st.sampled_from(["包含任一", "包含全部"]), _named(of, record), members)
        return several | st.builds(Binary, st.just("包含"), _named(of, record), literals(of))

    return about(TITLES_TYPE) | about(SECTORS_TYPE)


def _recent(depth: int, record: Record | None) -> SearchStrategy[Syntax]:
    day, length = expressions(DATE, min(depth, 1), record), _lengths(0, record)
    return _calls("近", day, length) | _calls("近", day, length, expressions(DATE, 0, record))


def _lengths(depth: int, record: Record | None) -> SearchStrategy[Syntax]:
    """Durations by which a date may be moved."""
    return st.one_of(*(expressions(of, depth, record) for of in (YEARS_TYPE, MONTHS_TYPE, DAYS_TYPE)))


def _dates(depth: int, record: Record | None) -> list[SearchStrategy[Syntax]]:
    day = expressions(DATE, depth, record)
    return [
        st.just(Name(("申报日",))),
        st.builds(Binary, st.sampled_from("+-"), day, _lengths(depth, record)),
        _calls("较小", day, day),
        _calls("较大", day, day),
    ]


def _arithmetic(of: Type, depth: int, record: Record | None) -> list[SearchStrategy[Syntax]]:
    same, number = expressions(of, depth, record), expressions(NUMBER, depth, record)
    day = expressions(DATE, depth, record)
    ways = [
        st.builds(Binary, st.sampled_from("+-"), same, same),
        st.builds(Binary, st.sampled_from("×÷"), same, number),
        st.builds(Binary, st.just("×"), number, same),
        st.builds(Unary, st.just("-"), same),
        _calls("较小", same, same),
        _calls("较大", same, same, same),
    ]
    if of == NUMBER:
        for other in (MONEY_TYPE, PEOPLE, DAYS_TYPE):
            part = expressions(other, depth, record)
            ways += [st.builds(Binary, st.just("÷"), part, part), _calls("占比", part, part)]
    if of == MONEY_TYPE:
        ways.append(st.builds(Binary, st.sampled_from("×÷"), same, expressions(PEOPLE, depth, record)))
    if of == DAYS_TYPE:
        ways.append(st.builds(Binary, st.just("-"), day, day))
    if of == MONTHS_TYPE:
        ways.append(_calls("月数", expressions(YEARS_TYPE, depth, record)))
    if of in (AGE_TYPE, YEARS_TYPE):
        ways.append(_calls("年龄" if of == AGE_TYPE else "周年", day, day))
    if record is None and of in (EVENTS, UNITS):
        ways.append(_counts(EVENTS if of == EVENTS else UNITS, depth))
    if record is None and of.kind in _ADDABLE:
        ways += _sums(of, depth)
    return ways


_LISTS = {"申报单位.重大事故": INCIDENT, "项目.参与单位": PARTNER}


def _list(name: str) -> SearchStrategy[Syntax]:
    return st.just(Name(tuple(name.split("."))))


def _over_lists(depth: int, *functions: str) -> SearchStrategy[Syntax]:
    depth = min(depth, 1)
    ways = [
        _calls(function, _list(name), truths(depth, record))
        for function in functions
        for name, record in _LISTS.items()
    ]
    return st.one_of(*ways, *(_calls("存在", _list(name)) for name in _LISTS))


def _counts(of: Type, depth: int) -> SearchStrategy[Syntax]:
    name, record = next((name, record) for name, record in _LISTS.items() if record.measure == of.unit)
    return _calls("计数", _list(name)) | _calls("计数", _list(name), truths(min(depth, 1), record))


def _counts_compared(depth: int) -> SearchStrategy[Syntax]:
    """A count against a written number: the form most conditions about lists have."""
    bound = st.builds(Number, st.sampled_from([0, 1, 2, 3, Fraction(3, 2)]).map(Fraction), st.just(""))
    return st.one_of(
        *(
            st.builds(Binary, st.sampled_from("=≠<≤>≥"), _counts(of, depth), bound.map(_in(of)))
            for of in (EVENTS, UNITS)
        )
    )


def _in(of: Type) -> Callable[[Number], Number]:
    """A bare whole number may stand for a count; any other number needs its measure word."""
    return lambda number: number if number.value.denominator == 1 else replace(number, unit=of.unit)


def _sums(of: Type, depth: int) -> list[SearchStrategy[Syntax]]:
    depth = min(depth, 1)
    return [
        way
        for name, record in _LISTS.items()
        for value in [expressions(of, depth, record)]
        for way in (
            _calls("合计", _list(name), value),
            _calls("合计", _list(name), value, truths(depth, record)),
        )
    ]


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
        st.builds(
            Binary, st.sampled_from(["=", "≠", "<", "≤", ">", "≥", "+", "-", "×", "÷", "包含"]), part, part
        ),
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
    return st.fixed_dictionaries(
        {word.key: values(word.type, complete=True) for word in (APPLICATION_DAY, *VOCABULARY)}
    )


@cache
def values(  # noqa: PLR0911  # one answer for each kind
    of: Type, *, extreme: bool = False, complete: bool = False
) -> SearchStrategy[Value]:
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
    fields: Mapping[str, SearchStrategy[Value]] = {
        field.key: values(field.type, complete=complete) for field in record.fields
    }
    if complete:
        return st.fixed_dictionaries(dict(fields))
    return st.fixed_dictionaries(
        {}, optional={key: st.none() | value | value for key, value in fields.items()}
    )
