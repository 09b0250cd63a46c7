"""Laws of the assessment, over the real pack and random subjects near its figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.policy.subjects import LINE, VOCABULARY, Facts, facts, pack_named, read_by, value_of
from zhinan.language import tree
from zhinan.language.evaluate import evaluate
from zhinan.policy.assess import Assessor, Result, Verdict
from zhinan.policy.finding import JUDGEMENT, MET, UNKNOWN, UNMET, Outcome
from zhinan.policy.model import Line, Scheme
from zhinan.policy.resolve import bar, resolve_pack

YINCHUAN = "yinchuan-2026"
DAY = date(2026, 3, 1)
ASSESSOR = Assessor([pack_named(YINCHUAN)])
RESOLVED = {each.scheme.id: each for each in resolve_pack(pack_named(YINCHUAN))}
CAPS = {
    scheme.id: parameter.value
    for scheme in pack_named(YINCHUAN).schemes
    for parameter in scheme.parameters
    if parameter.name == "资助上限"
}
settings.register_profile("laws", settings.get_profile("house"), suppress_health_check=[HealthCheck.too_slow])
LAWS = settings(settings.get_profile("laws"), max_examples=150)


def assessed(subject: Facts) -> dict[str, Result]:
    return {result.scheme.id: result for result in ASSESSOR.assess(subject, on=DAY)}


def verdicts(subject: Facts) -> dict[str, Verdict]:
    return {id: result.verdict for id, result in assessed(subject).items()}


def barring(result: Result) -> Iterator[Outcome]:
    return (finding.outcome for finding in result.findings if finding.ready.bars)


def verdict_of(outcomes: Iterator[Outcome]) -> Verdict:
    """The verdict, from the rule in docs/reference/pack-format.md."""
    found = set(outcomes)
    if UNMET in found:
        return Verdict.INELIGIBLE
    return Verdict.UNDETERMINED if UNKNOWN in found else Verdict.ELIGIBLE


@LAWS
@given(facts(), st.data())
def test_forgetting_facts_never_turns_a_verdict_round(subject: Facts, data: st.DataObject) -> None:
    fewer = {key: value for key, value in subject.items() if data.draw(st.booleans(), label=key)}
    before, after = verdicts(subject), verdicts(fewer)
    turned = {id: (before[id], after[id]) for id in before if after[id] not in (before[id], Verdict.UNDETERMINED)}
    assert turned == {}


@LAWS
@given(facts(), st.sampled_from(read_by(YINCHUAN)), st.data())
def test_learning_a_fact_never_moves_a_decided_verdict(subject: Facts, key: str, data: st.DataObject) -> None:
    known = {**subject, key: subject.get(key, data.draw(value_of(YINCHUAN, VOCABULARY.facts[key].word.type)))}
    before, after = verdicts(subject), verdicts(known)
    moved = {id: (before[id], after[id]) for id in before if before[id] not in (after[id], Verdict.UNDETERMINED)}
    assert moved == {}


@LAWS
@given(facts())
def test_the_verdict_is_that_of_the_findings(subject: Facts) -> None:
    for result in assessed(subject).values():
        event(result.verdict.value)
        assert result.verdict is verdict_of(barring(result))


@LAWS
@given(facts())
def test_the_verdict_is_that_of_the_trees_as_screening_takes_them(subject: Facts) -> None:
    known = {**subject, "application_day": DAY}
    for id, result in assessed(subject).items():
        scheme = RESOLVED[id]
        for line in scheme.lines:
            bars = [bar(each) for each in scheme.conditions if each.holds_for(line)]
            value = evaluate(tree.All(tuple(each for each in bars if each is not None)), known)
            expected = {True: Verdict.ELIGIBLE, False: Verdict.INELIGIBLE, None: Verdict.UNDETERMINED}[value]
            assert (result.lines[line] if line else result.verdict) is expected


@LAWS
@given(facts())
def test_something_is_missing_exactly_when_the_verdict_is_open(subject: Facts) -> None:
    for result in assessed(subject).values():
        for_the_grant = set(result.grant.missing) if result.grant else set()
        of_findings = {key for each in result.findings if each.ready.bars and each.outcome is UNKNOWN for key in each.missing}
        if result.verdict is Verdict.INELIGIBLE:
            assert (result.missing, result.grant) == ((), None)
        else:
            assert bool(of_findings) == (result.verdict is Verdict.UNDETERMINED)
            assert set(result.missing) == of_findings | for_the_grant
            assert len(result.missing) == len(set(result.missing))


@LAWS
@given(facts())
def test_what_is_missing_is_not_known_or_not_fully_known(subject: Facts) -> None:
    for result in assessed(subject).values():
        for key in result.missing:
            known = subject.get(key)
            assert known is None or isinstance(known, tuple), key  # of records, a field may be unknown


@LAWS
@given(facts(), st.data())
def test_a_fact_that_no_finding_names_does_not_matter(subject: Facts, data: st.DataObject) -> None:
    """For schemes without lines: what another line would have read is not shown."""
    results = {id: result for id, result in assessed(subject).items() if not result.lines}
    named = {
        id: {key for finding in result.findings for key in (*finding.because, *finding.missing)} for id, result in results.items()
    }
    key = data.draw(st.sampled_from(read_by(YINCHUAN)))
    changed = {**subject, key: data.draw(value_of(YINCHUAN, VOCABULARY.facts[key].word.type))}
    after = assessed(changed)
    assert {id: after[id].verdict for id in results if key not in named[id]} == {
        id: result.verdict for id, result in results.items() if key not in named[id]
    }


@LAWS
@given(facts())
def test_a_finding_tells_only_facts_that_are_known(subject: Facts) -> None:
    known = {key for key, value in subject.items() if value is not None} | {"application_day"}
    for result in assessed(subject).values():
        for finding in (*result.findings, *result.preferences, *result.documents):
            assert set(finding.because) <= known, finding.item.id


@LAWS
@given(facts())
def test_outcomes_tell_what_they_must(subject: Facts) -> None:
    for result in assessed(subject).values():
        for finding in (*result.findings, *result.preferences, *result.documents):
            assert bool(finding.missing) == (finding.outcome is UNKNOWN), finding.item.id
            assert finding.gap is None or finding.outcome is UNMET, finding.item.id
            if finding.ready.require is None:
                assert finding.outcome is JUDGEMENT


@LAWS
@given(facts())
def test_a_grant_is_whole_fen_and_never_above_its_cap(subject: Facts) -> None:
    for id, result in assessed(subject).items():
        if result.grant and result.grant.amount is not None:
            event(f"{id}: an amount")
            assert isinstance(result.grant.amount, int)
            assert result.grant.missing == ()
            if isinstance(cap := CAPS.get(id), int):
                assert result.grant.amount <= cap


@LAWS
@given(facts())
def test_instalments_add_up_to_the_grant(subject: Facts) -> None:
    for result in assessed(subject).values():
        if result.instalments:
            event("instalments")
            assert result.grant
            assert sum(due.amount for due in result.instalments) == result.grant.amount
            assert all(due.amount >= 0 for due in result.instalments)


@LAWS
@given(facts())
def test_the_best_come_first_and_otherwise_the_order_of_the_pack_stays(subject: Facts) -> None:
    results = ASSESSOR.assess(subject, on=DAY)
    order = [Verdict.ELIGIBLE, Verdict.UNDETERMINED, Verdict.INELIGIBLE]
    codes = [(order.index(result.verdict), result.scheme.code) for result in results]
    assert codes == sorted(codes)


@LAWS
@given(facts())
def test_a_scheme_is_as_good_as_its_best_line(subject: Facts) -> None:
    order = [Verdict.ELIGIBLE, Verdict.UNDETERMINED, Verdict.INELIGIBLE]
    for result in assessed(subject).values():
        if result.lines:
            assert result.verdict is min(result.lines.values(), key=order.index)
            assert result.lines[result.line] is result.verdict
            assert list(result.lines) == [line.id for line in result.scheme.branches]


LINES = [(scheme, line) for scheme in pack_named(YINCHUAN).schemes for line in scheme.branches]


@LAWS
@given(facts(), st.sampled_from(LINES), st.sampled_from(["id", "scheme/id", "zh", "en"]))
def test_a_chosen_line_is_the_one_decided(subject: Facts, chosen: tuple[Scheme, Line], written: str) -> None:
    scheme, line = chosen
    name = {"id": line.id, "scheme/id": f"{scheme.id}/{line.id}", "zh": line.name.zh, "en": line.name.en}[written]
    free, bound = assessed(subject)[scheme.id], assessed({**subject, LINE: name})[scheme.id]
    assert (bound.line, dict(bound.lines)) == (line.id, {line.id: free.lines[line.id]})
    assert bound.verdict is free.lines[line.id]


@LAWS
@given(facts(), st.sampled_from(["", "no-such-line", "sci-tech-support/no-such-line"]))
def test_a_line_that_no_scheme_has_leaves_every_line_open(subject: Facts, name: str) -> None:
    """It is not refused here: a line of one scheme means nothing to the others. Whoever reads the subject may refuse it."""
    assert verdicts({**subject, LINE: name}) == verdicts(subject)


@pytest.mark.parametrize("outcome", [MET, UNMET, UNKNOWN, JUDGEMENT])
def test_every_outcome_is_reached_by_some_worked_case(outcome: Outcome) -> None:
    found = {
        finding.outcome
        for case in pack_named(YINCHUAN).cases
        for result in ASSESSOR.assess(case.facts, on=case.on)
        for finding in result.findings
    }
    assert outcome in found


def test_the_same_subject_gives_the_same_answer_twice() -> None:
    case = pack_named(YINCHUAN).cases[0]
    assert ASSESSOR.assess(case.facts, on=case.on) == ASSESSOR.assess(case.facts, on=case.on)
