"""Laws of the language, held for random expressions and random subjects."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.strategies import (
    BY_KEY,
    INCIDENTS_TYPE,
    REGIONS,
    WORDS,
    amounts,
    any_amounts,
    complete_facts,
    conditions,
    facts,
    syntax,
    values,
)
from zhinan.language import tree
from zhinan.language.check import check
from zhinan.language.evaluate import evaluate, lies_under
from zhinan.language.explain import because, gap, missing, prepare, reason, show_gap, show_need, show_value
from zhinan.language.format import format_syntax, format_typed
from zhinan.language.parse import parse
from zhinan.language.tree import Typed, Value
from zhinan.language.types import BOOL, DATE, MONEY_TYPE, Kind, count_of
from zhinan.values.regions import is_within
from zhinan.values.text import Text

LANGUAGES = ("zh", "en")
Subject = dict[str, Value]

# Writing and reading.


@given(syntax(), st.sampled_from(LANGUAGES))
def test_what_is_printed_is_read_back_as_the_same_syntax(written, lang) -> None:
    if lang == "zh":
        assert parse(format_syntax(written)) == written
    assert format_syntax(parse(format_syntax(written, lang)), lang) == format_syntax(written, lang)


@given(conditions() | any_amounts(), st.sampled_from(LANGUAGES))
def test_what_is_printed_in_either_language_means_the_same(node, lang) -> None:
    assert check(format_typed(node, BY_KEY, lang), WORDS, expected=node.type) == node


@given(conditions())
def test_a_canonical_text_is_printed_as_it_stands(node) -> None:
    text = format_typed(node, BY_KEY)

    assert format_syntax(parse(text)) == text


# Evaluation ends, and never raises.


@given(conditions(cited=True) | any_amounts(), facts(extreme=True))
def test_anything_can_be_asked_of_anyone(node, subject) -> None:
    assert _fits(evaluate(node, subject), node)


@given(st.data())
def test_days_at_the_edge_of_the_calendar_can_be_moved(data) -> None:
    node = data.draw(amounts(DATE))
    edge = data.draw(st.sampled_from([date.min, date.max]))
    subject = {key: edge for key, word in BY_KEY.items() if word.type == DATE}
    numbers = {key: data.draw(values(BY_KEY[key].type, extreme=True)) for key in tree.facts_of(node) if key not in subject}

    assert isinstance(evaluate(node, subject | numbers), date | None)


def _fits(value: Value, node: Typed) -> bool:
    if value is None:
        return True
    match node.type.kind:
        case Kind.BOOL:
            return isinstance(value, bool)
        case Kind.DATE:
            return isinstance(value, date)
        case _:
            return isinstance(value, int | Fraction) and not isinstance(value, bool)


# Unknown is not false.


@given(conditions(cited=True) | any_amounts(), facts(), st.data())
def test_learning_a_fact_never_moves_what_was_decided(node, subject, data) -> None:
    fewer = {key: value for key, value in subject.items() if data.draw(st.booleans())}
    before = evaluate(node, fewer)

    assert before is None or evaluate(node, subject) == before


@given(conditions(), facts(), st.data())
def test_learning_a_field_of_a_record_never_moves_what_was_decided(node, subject, data) -> None:
    fewer = {key: _with_fields_hidden(value, data) for key, value in subject.items()}
    before = evaluate(node, fewer)

    assert before is None or evaluate(node, subject) == before


def _with_fields_hidden(value: Value, data: st.DataObject) -> Value:
    if not isinstance(value, tuple):
        return value
    return tuple({key: field for key, field in record.items() if data.draw(st.booleans())} for record in value)


@given(conditions(), complete_facts())
def test_a_subject_that_leaves_nothing_open_is_decided(node, subject) -> None:
    assume(not any(isinstance(part, tree.Arithmetic) and part.operator == "÷" for part in tree.walk(node)))

    assert evaluate(node, subject) is not None


# Negation.


@given(conditions(cited=True), facts())
def test_the_opposite_is_the_negation_in_three_values(node, subject) -> None:
    value = evaluate(node, subject)

    assert evaluate(tree.opposite(node), subject) == (None if value is None else not value)


@given(conditions(cited=True))
def test_the_opposite_of_the_opposite_is_the_same_condition(node) -> None:
    assert tree.opposite(tree.opposite(node)) == node


@given(conditions())
def test_negation_stands_on_leaves_only_and_no_term_repeats_its_operator(node) -> None:
    for part in tree.walk(node):
        match part:
            case tree.Not(term):
                assert isinstance(term, tree.Fact | tree.Field | tree.Within | tree.Has)
            case tree.All(terms):
                assert len(terms) > 1
                assert not any(isinstance(term, tree.All) for term in terms)
            case tree.Any(terms):
                assert len(terms) > 1
                assert not any(isinstance(term, tree.Any) for term in terms)


# What is missing.


@given(conditions(cited=True) | any_amounts(), facts())
def test_something_is_missing_exactly_when_the_value_is_unknown(node, subject) -> None:
    assume(tree.facts_of(node))
    step = prepare(node)

    assert bool(missing(step, subject)) == (step.value(subject) is None)


@given(conditions(cited=True) | any_amounts(), facts(), complete_facts())
def test_what_is_not_missing_cannot_settle_it(node, subject, answers) -> None:
    step = prepare(node)
    assume(step.value(subject) is None)
    wanted = missing(step, subject)

    answered = {key: _answered(subject.get(key), answers[key]) for key in BY_KEY if key not in wanted}

    assert step.value({**answered, **{key: subject.get(key) for key in wanted}}) is None


def _answered(value: Value, answer: Value) -> Value:
    """What is unknown answered, and what is unknown in a list."""
    if isinstance(value, tuple) and isinstance(answer, tuple):
        spare = answer or ({},)
        return tuple(
            {**spare[at % len(spare)], **{key: field for key, field in record.items() if field is not None}}
            for at, record in enumerate(value)
        )
    return answer if value is None else value


@given(conditions(), facts())
def test_only_open_facts_are_missing(node, subject) -> None:
    assume(not any(isinstance(part, tree.Arithmetic) and part.operator == "÷" for part in tree.walk(node)))
    wanted = missing(prepare(node), subject)

    assert [key for key in wanted if subject.get(key) is not None and BY_KEY[key].type.kind is not Kind.RECORDS] == []


# What decided.


@given(conditions(cited=True) | any_amounts(), facts())
def test_the_facts_that_decided_are_enough_to_decide(node, subject) -> None:
    step = prepare(node)
    kept = {key: subject[key] for key in because(step, subject)}

    assert evaluate(node, kept) == evaluate(node, subject)


@given(conditions(cited=True), facts())
def test_only_known_facts_of_the_condition_are_named_as_reasons(node, subject) -> None:
    named = because(prepare(node), subject)

    assert len(set(named)) == len(named)
    assert [key for key in named if subject.get(key) is None or key not in tree.facts_of(node)] == []


@given(conditions(cited=True), facts())
def test_reasons_say_the_values_of_the_parts(node, subject) -> None:
    given_reason = reason(prepare(node), subject)

    assert given_reason.value == evaluate(node, subject)
    for part in _reasons(given_reason):
        assert part.value == evaluate(part.asked, subject)


def _reasons(found):
    yield found
    for part in found.parts:
        yield from _reasons(part)


# How far off.


@given(conditions(cited=True), facts())
def test_there_is_a_gap_only_to_what_fails(node, subject) -> None:
    step = prepare(node)

    assert step.value(subject) is False or gap(step, subject) is None


@given(conditions(cited=True), facts(), st.sampled_from(LANGUAGES))
def test_every_gap_can_be_read_aloud(node, subject, lang) -> None:
    if found := gap(prepare(node), subject):
        assert show_gap(found, BY_KEY, lang) != ""
        assert show_need(found, lang) != ""


SIMPLE = [key for key, word in BY_KEY.items() if word.type.is_numeric and word.type.kind is not Kind.NUMBER]


@given(st.sampled_from(SIMPLE), st.sampled_from("<≤>≥"), st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_a_fact_moved_by_its_gap_meets_the_comparison(key, sign, have, need) -> None:
    of = BY_KEY[key].type
    node = tree.Compare(sign, tree.Fact(of, key), tree.Constant(of, need))
    found = gap(prepare(node), {key: have})
    assume(found)

    towards = -found.by if sign in "<≤" else found.by
    past = -1 if sign == "<" else 1 if sign == ">" else 0  # a limit that is excluded must be passed

    assert (found.have, found.need, found.by) == (have, need, abs(have - need))
    assert evaluate(node, {key: have + towards + past}) is True
    assert evaluate(node, {key: have + towards + past - (towards > 0) + (towards < 0)}) is (towards == 0)


@given(st.sampled_from("<≤>≥"), values(DATE), values(DATE))
def test_a_day_moved_by_its_gap_meets_the_comparison(sign, have, need) -> None:
    node = tree.Compare(sign, tree.Fact(DATE, "leader.birth"), tree.Constant(DATE, need))
    found = gap(prepare(node), {"leader.birth": have})
    assume(found)

    assert found.by == abs((have - need).days)


@given(st.sampled_from("<≤>≥=≠"), st.integers(-5, 5), st.integers(-5, 5))
def test_a_limit_on_the_left_is_measured_from_the_fact(sign, have, need) -> None:
    right = tree.Fact(MONEY_TYPE, "applicant.revenue")
    node = tree.Compare(sign, tree.Constant(MONEY_TYPE, need), right)
    mirrored = tree.Compare({"<": ">", ">": "<", "≤": "≥", "≥": "≤"}.get(sign, sign), right, tree.Constant(MONEY_TYPE, need))
    subject = {"applicant.revenue": have}

    assert gap(prepare(node), subject) == gap(prepare(mirrored), subject)


# Lists.


@given(st.lists(st.none() | st.booleans(), max_size=5), st.sampled_from("=≠<≤>≥"), st.fractions(-1, 6, max_denominator=2))
def test_a_count_is_decided_exactly_when_all_completions_agree(closed, sign, limit) -> None:
    records = tree.Fact(INCIDENTS_TYPE, "applicant.incidents")
    node = tree.CountIs(
        sign, tree.Count(count_of("起"), records, tree.Field(BOOL, "closed")), tree.Constant(count_of("起"), limit)
    )

    completions = product(*([known] if known is not None else [True, False] for known in closed))
    answers = {evaluate(node, {records.key: _incidents(each)}) for each in completions}

    assert evaluate(node, {records.key: _incidents(closed)}) == (answers.pop() if len(answers) == 1 else None)


@given(st.lists(st.none() | st.booleans(), max_size=4))
def test_some_and_every_are_counts(closed) -> None:
    records, where = tree.Fact(INCIDENTS_TYPE, "applicant.incidents"), tree.Field(BOOL, "closed")
    subject = {records.key: _incidents(closed)}
    count = tree.Count(count_of("起"), records, where)
    strays = tree.Count(count_of("起"), records, tree.Not(where))
    none, one = tree.Constant(count_of("起"), 0), tree.Constant(count_of("起"), 1)

    assert evaluate(tree.Exists(records, where), subject) == evaluate(tree.CountIs("≥", count, one), subject)
    assert evaluate(tree.Every(records, where), subject) == evaluate(tree.CountIs("=", strays, none), subject)


def _incidents(closed) -> tuple[dict[str, Value], ...]:
    return tuple({"closed": each} for each in closed)


# Substitution.


@given(conditions(), facts())
def test_a_parameter_replaced_by_its_figure_changes_nothing(node, subject) -> None:
    figures = {
        key: tree.Constant(BY_KEY[key].type, value)
        for key, value in subject.items()
        if key.startswith("parameter.") and value is not None
    }
    replaced = tree.substitute(node, figures)

    assert evaluate(replaced, subject) == evaluate(node, subject)
    assert not set(tree.facts_of(replaced)) & figures.keys()


# Regions and values.


@pytest.mark.parametrize(("code", "ancestor"), list(product(REGIONS, REGIONS)))
def test_the_language_and_the_register_agree_on_what_lies_where(code: str, ancestor: str) -> None:
    assert lies_under(code, ancestor, Kind.REGION) == is_within(code, ancestor)


@given(st.sampled_from(sorted(BY_KEY)), st.data(), st.sampled_from(LANGUAGES))
def test_every_value_can_be_shown(key, data, lang) -> None:
    of = BY_KEY[key].type
    value = data.draw(st.none() | values(of, extreme=of.is_numeric))

    assert show_value(value, of, lang) != "" or value == ""


@given(conditions())
def test_a_citation_changes_no_value_and_prints_as_its_body(node) -> None:
    cited = tree.Cited(node, "九(一)2", Text("说明", "what it says"))

    assert format_typed(cited, BY_KEY) == format_typed(node, BY_KEY)
    assert replace(prepare(cited), cited=None).node == node
