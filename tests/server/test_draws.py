"""Draws: committed, sealed, opened, drawn, repeated by anyone, voided, drawn again; seats given up and filled; nothing leaks."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server.making import person, post
from tests.server.review import PHRASES, Review
from zhinan.assignment.audit import violations
from zhinan.assignment.lottery import sealed, seed_of
from zhinan.assignment.problem import Instance
from zhinan.assignment.replay import replay
from zhinan.server.actions import asking, draws, rounds, seats
from zhinan.server.models import Conduct, Draw, Event, Expert, Invitee, Message, Role, Round, Seat, Tie
from zhinan.server.queries.chain import verify
from zhinan.server.queries.draws import curve, declared_experts, feasible, inputs_of, label
from zhinan.server.queries.panels import drawn_draw, panels_of, told
from zhinan.server.queries.published_draws import bundle_of, published_draw
from zhinan.server.refused import NotSeen, Refused
from zhinan.values.problem import BadInput

pytestmark = pytest.mark.django_db


def codes(refused: pytest.ExceptionInfo[BadInput]) -> list[str]:
    return [each.code for each in refused.value.problems]


# -- the draw ----------------------------------------------------------------------------------------


def test_a_round_is_drawn_and_everything_is_on_record() -> None:
    world = Review()
    round = world.drawn()
    assert round.status == "scoring"
    rows = list(Seat.objects.filter(round_case__round=round))
    assert Counter(seat.round_case.number for seat in rows) == {1: 3, 2: 3, 3: 3, 4: 3}
    assert {(seat.status, seat.label) for seat in rows} == {("asked", "A"), ("asked", "B"), ("asked", "C")}
    assert Counter(seat.kind for seat in rows) == {"technical": 8, "finance": 4}
    assert Message.objects.filter(kind="seat-given").count() == len({seat.expert_id for seat in rows})
    assert verify().faults == ()


def test_anyone_can_repeat_the_draw_from_what_is_published_and_a_changed_bundle_is_found_out() -> None:
    world = Review()
    draw = drawn_draw(world.drawn())
    bundle = json.loads(json.dumps(bundle_of(draw)))
    assert replay(bundle, commit_hash=draw.commit_hash, solve=True) == []
    assert draw.seed == seed_of(draw.commit_hash, [PHRASES["officer"], PHRASES["auditor"]])
    bundle["openings"][0] += "！"
    assert "seed" in {finding.code for finding in replay(bundle, commit_hash=draw.commit_hash)}


def test_nothing_published_names_an_expert_a_unit_a_case_or_who_took_part() -> None:
    world = Review()
    round = world.drawn()
    draw = drawn_draw(round)
    said = json.dumps(bundle_of(draw), ensure_ascii=False)
    shown = published_draw(round.code, 1)
    said += repr([(each.party, each.hash, each.name, each.said) for each in shown.sealed])
    secrets = [case.code for case in world.cases] + [case.title for case in world.cases]
    for expert in world.experts:
        secrets += [expert.code, expert.name, expert.unit_name]
    secrets += ["申报企业", "91640100", world.officer.name, world.auditor.username]
    assert [secret for secret in secrets if secret in said] == []


def test_why_a_pair_is_barred_is_kept_for_those_in_charge_and_not_published() -> None:
    world = Review()
    round = world.asked()
    first = world.experts[0]
    first.unit_name = "申报企业1"
    first.save()
    for expert in world.experts:
        assert expert.user is not None
        asking.declare(round.code, [], confirms_others=True, by=expert.user, at=world.at)
    draw = draws.commit(round.code, by=world.officer, at=world.at)
    number = f"{round.cases.get(case=world.cases[0]).number:04d}"
    found = told(draw).why(number, "zj-001")
    assert found.kind == "forbidden"
    assert [bar["rule"] for bar in found.facts["bars"]] == ["same-unit"]
    assert "申报企业1" in found.facts["bars"][0]["evidence"]
    published = {bar["rule"] for row in draw.instance["barred"].values() for bars in row.values() for bar in bars}
    assert published == {"barred"}


def test_what_an_expert_declared_bars_them() -> None:
    world = Review()
    round = world.asked()
    from zhinan.server.queries.asking import units_of

    unit = next(each for each in units_of(round) if each.name == "申报企业3")
    for expert in world.experts:
        assert expert.user is not None
        ties = [asking.Relation(unit.key, "declared")] if expert.code == "zj-001" else []
        asking.declare(round.code, ties, confirms_others=True, by=expert.user, at=world.at)
    inputs = inputs_of(round, declared_experts(round), at=world.at)
    number = f"{round.cases.get(case=world.cases[2]).number:04d}"
    assert [(pair[0], inputs.codes[pair[1]]) for pair in inputs.bars] == [(number, "zj-001")]


def test_chances_depend_on_nothing_but_the_inputs() -> None:
    world = Review()
    round = world.declared()
    one = inputs_of(round, declared_experts(round), at=world.at).instance
    two = inputs_of(round, declared_experts(round)[::-1], at=world.at).instance
    assert one.input_hash() == two.input_hash()
    assert {each.is_outside for each in one.experts} == {True, False}


# -- what is refused -------------------------------------------------------------------------------------


def test_parties_seal_before_any_opens_and_the_draw_waits_for_all() -> None:
    world = Review()
    draw = world.committed()
    code = draw.round.code
    with pytest.raises(Refused) as refused:
        draws.seal(code, "太短", by=world.officer, at=world.at)
    assert codes(refused) == ["draw-nonce-short"]
    draws.seal(code, PHRASES["officer"], by=world.officer, at=world.at)
    with pytest.raises(Refused) as refused:
        draws.seal(code, PHRASES["officer"] + "再来", by=world.officer, at=world.at)
    assert codes(refused) == ["draw-sealed-already"]
    with pytest.raises(Refused) as refused:
        draws.open_seal(code, PHRASES["officer"], by=world.officer, at=world.at)
    assert codes(refused) == ["draw-too-few-sealed"]
    with pytest.raises(Refused) as refused:
        draws.draw(code, by=world.officer, at=world.at)
    assert codes(refused) == ["draw-too-few-sealed"]

    draws.seal(code, hashed=sealed(PHRASES["auditor"]).upper(), by=world.auditor, at=world.at)
    with pytest.raises(Refused) as refused:
        draws.open_seal(code, "别的话别的话别的话", by=world.auditor, at=world.at)
    assert codes(refused) == ["draw-wrong-nonce"]
    draws.open_seal(code, f" {PHRASES['auditor']} ", by=world.auditor, at=world.at)
    with pytest.raises(Refused) as refused:
        draws.draw(code, by=world.officer, at=world.at)
    assert codes(refused) == ["draw-not-all-open"]
    third = person("third-officer")
    post(third, Role.OFFICER, authority=world.y.city)
    with pytest.raises(Refused) as refused:
        draws.seal(code, "临时加进来的一方，不行", by=third, at=world.at)
    assert codes(refused) == ["draw-sealing-over"]
    draws.open_seal(code, PHRASES["officer"], by=world.officer, at=world.at)
    assert draws.draw(code, by=world.officer, at=world.at).result_hash
    with pytest.raises(Refused) as refused:  # a second click
        draws.draw(code, by=world.officer, at=world.at)
    assert codes(refused) == ["draw-nothing-committed"]
    assert verify().faults == ()


def test_a_beacon_named_beforehand_counts_last_and_must_be_entered() -> None:
    world = Review()
    round = world.declared()
    draws.commit(round.code, beacon="某日彩票开奖号码", by=world.officer, at=world.at)
    for who in ("officer", "auditor"):
        draws.seal(round.code, PHRASES[who], by=getattr(world, who), at=world.at)
    for who in ("officer", "auditor"):
        draws.open_seal(round.code, PHRASES[who], by=getattr(world, who), at=world.at)
    with pytest.raises(Refused) as refused:
        draws.draw(round.code, by=world.officer, at=world.at)
    assert codes(refused) == ["draw-not-all-open"]
    draws.open_beacon(round.code, "3 1 4", by=world.officer, at=world.at)
    row = draws.draw(round.code, by=world.officer, at=world.at)
    assert row.seed == seed_of(row.commit_hash, [PHRASES["officer"], PHRASES["auditor"], "3 1 4"])
    assert replay(bundle_of(row), commit_hash=row.commit_hash) == []


def test_nobody_who_applies_and_no_stranger_runs_or_seals_a_draw() -> None:
    world = Review(cases=2)
    code = world.committed().round.code
    expert = world.experts[0].user
    for stranger in (world.leaders[0], expert, world.y.recommender, world.leadership):
        assert stranger is not None
        for act in (
            lambda who=stranger: draws.seal(code, PHRASES["officer"], by=who, at=world.at),
            lambda who=stranger: draws.draw(code, by=who, at=world.at),
            lambda who=stranger: draws.void(code, "x", by=who, at=world.at),
        ):
            with pytest.raises(NotSeen):
                act()
    post(world.officer, Role.MEMBER, organisation=world.cases[0].organisation)  # from now on the officer's unit applies
    with pytest.raises(Refused) as refused:
        draws.draw(code, by=world.officer, at=world.at)
    assert codes(refused) == ["own-round"]


def test_inputs_that_change_while_the_draw_is_worked_out_are_found_and_nothing_is_committed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = Review()
    round = world.declared()
    solve = draws.chances_of

    def slow(*args: object, **more: object) -> object:
        found = solve(*args, **more)  # type: ignore[arg-type]  # as it was called
        Expert.objects.filter(code="zj-001").update(most=1)  # someone else changes an expert meanwhile
        return found

    monkeypatch.setattr(draws, "chances_of", slow)
    with pytest.raises(Refused) as refused:
        draws.commit(round.code, by=world.officer, at=world.at)
    assert codes(refused) == ["draw-inputs-changed"]
    assert (Draw.objects.count(), Round.objects.get().status) == (0, "asking")


def test_panels_that_break_a_rule_are_refused_whatever_made_them(monkeypatch: pytest.MonkeyPatch) -> None:
    world = Review()
    code = world.committed().round.code
    for who in ("officer", "auditor"):
        draws.seal(code, PHRASES[who], by=getattr(world, who), at=world.at)
    for who in ("officer", "auditor"):
        draws.open_seal(code, PHRASES[who], by=getattr(world, who), at=world.at)
    honest = draws._result

    def crooked(row: Draw, instance: Instance) -> tuple[str, dict[str, object]]:
        seed, result = honest(row, instance)
        result["panels"]["0001"] = result["panels"]["0001"][:-1]
        return seed, result

    monkeypatch.setattr(draws, "_result", crooked)
    with pytest.raises(Refused) as refused:
        draws.draw(code, by=world.officer, at=world.at)
    assert set(codes(refused)) == {"draw-violates"}
    assert not Seat.objects.exists()


# -- shortages -----------------------------------------------------------------------------------------


def test_a_shortage_is_named_with_what_would_help_and_one_click_lets_the_rule_give_way() -> None:
    world = Review(cases=2, experts=8)
    round = world.declared(panel={"size": 5, "finance": 3, "outside": 0, "per_unit": 1, "threshold": 100_000})
    prospect = feasible(round, at=world.at)
    assert prospect.experts == 8
    assert {each.kind for each in prospect.shortages} == {"finance"}
    with pytest.raises(Refused) as refused:
        draws.commit(round.code, by=world.officer, at=world.at)
    assert set(codes(refused)) == {"draw-short"}

    offered = next(each for each in prospect.relaxations if each.rule == "finance")
    with pytest.raises(Refused) as refused:
        draws.relax(round.code, offered.rule, offered.new, " ", by=world.officer, at=world.at)
    assert codes(refused) == ["round-reason-missing"]
    for rule, value in (("barred", 1), ("size", 4), ("cap", 0)):
        with pytest.raises(Refused):
            draws.relax(round.code, rule, value, "试试", by=world.officer, at=world.at)
    draws.relax(round.code, offered.rule, offered.new, "财务专家不足", by=world.officer, at=world.at)
    assert feasible(Round.objects.get(), at=world.at).shortages == ()
    event = json.loads(Event.objects.order_by("sequence").last().body)["payload"]  # type: ignore[union-attr]  # there is one
    assert (event["rule"], event["from"], event["to"], event["reason"]) == ("finance", 3, 2, "财务专家不足")
    assert verify().faults == ()


def test_the_price_of_a_cap_falls_as_the_cap_rises() -> None:
    world = Review()
    odds = curve(world.declared(), (700, 850, 1000), at=world.at)
    assert [each.quality for each in odds] == sorted(each.quality or 0 for each in odds)
    assert odds[-1].highest <= 1000


def test_nobody_declared_means_no_draw() -> None:
    world = Review(cases=1, experts=1)
    round = world.asked()
    with pytest.raises(Refused) as refused:
        draws.commit(round.code, by=world.officer, at=world.at)
    assert codes(refused) == ["draw-nobody-declared"]


# -- again ---------------------------------------------------------------------------------------------


def test_a_redraw_needs_a_reason_and_both_draws_stay() -> None:
    world = Review()
    round = world.drawn()
    with pytest.raises(Refused) as refused:
        draws.void(round.code, "", by=world.officer, at=world.at)
    assert codes(refused) == ["draw-again-reason-missing"]
    draws.void(round.code, "一位专家身份有误", by=world.officer, at=world.at)
    assert set(Seat.objects.values_list("status", flat=True)) == {"replaced"}
    again = draws.commit(round.code, by=world.officer, at=world.at)
    assert (again.number, again.reason) == (2, "一位专家身份有误")
    assert [draw.commit_hash != again.commit_hash for draw in Draw.objects.filter(number=1)] == [True]
    with pytest.raises(Refused) as refused:
        draws.commit(round.code, by=world.officer, at=world.at)
    assert codes(refused) == ["draw-is-committed"]
    assert published_draw(round.code, 1).state[0].zh == "已作废"
    assert verify().faults == ()


def test_there_is_no_redraw_once_a_sheet_was_handed_in() -> None:
    world = Review()
    round = world.taken()
    world.hand_in(world.seats(round)[0], 80)
    with pytest.raises(Refused) as refused:
        draws.void(round.code, "再来一次", by=world.officer, at=world.at)
    assert codes(refused) == ["draw-work-begun"]


def test_without_a_lottery_the_best_plan_is_committed_and_set_with_its_reason() -> None:
    world = Review()
    round = world.drawn(mode="plan", plan_reason="涉密项目，只有少数专家具备资格")
    draw = drawn_draw(round)
    assert (draw.mode, draw.seed, draw.result["commit_hash"]) == ("plan", "", draw.commit_hash)
    assert "涉密" not in json.dumps(bundle_of(draw), ensure_ascii=False)
    assert violations(Instance.from_json(draw.instance), told(draw).source.panels) == []  # type: ignore[union-attr]  # the mode of this draw is a plan
    assert panels_of(round).empty == 0
    assert verify().faults == ()


# -- seats ---------------------------------------------------------------------------------------------


def test_a_seat_that_is_declined_is_filled_at_once_and_all_is_noted() -> None:
    world = Review()
    round = world.drawn()
    seat = world.seat(round)
    assert seat.expert.user is not None
    before = {each.id: each.expert_id for each in world.seats(round)}
    with pytest.raises(Refused) as refused:
        seats.decline_seat(seat.id, " ", by=seat.expert.user, at=world.at)
    assert codes(refused) == ["round-reason-missing"]
    new = seats.decline_seat(seat.id, "出国", by=seat.expert.user, at=world.at)
    assert new is not None
    seat.refresh_from_db()
    assert (seat.status, seat.reason, new.follows_id, new.label, new.kind) == ("declined", "出国", seat.id, "D", seat.kind)
    assert [(each.kind, each.note, each.round_code) for each in Conduct.objects.all()] == [("declined", "出国", round.code)]
    after = {each.id: each.expert_id for each in world.seats(round)}
    assert {id: who for id, who in after.items() if id in before} == {id: who for id, who in before.items() if id != seat.id}
    with pytest.raises(NotSeen):  # it is no longer theirs
        seats.accept_seat(seat.id, by=seat.expert.user, at=world.at)
    assert verify().faults == ()


def test_who_finds_a_conflict_on_reading_is_not_drawn_for_that_case_again() -> None:
    world = Review()
    round = world.drawn()
    seat = world.seat(round)
    assert seat.expert.user is not None
    seats.conflict_seat(seat.id, "与负责人是同学", by=seat.expert.user, at=world.at)
    draws.void(round.code, "重新抽取", by=world.officer, at=world.at)
    inputs = inputs_of(round, declared_experts(round), at=world.at)
    barred = {(case, inputs.codes[name]): [bar.rule for bar in bars] for (case, name), bars in inputs.bars.items()}
    assert barred == {(f"{seat.round_case.number:04d}", seat.expert.code): ["declared"]}
    told_of = {word for event in Event.objects.filter(action="vacate-seat") for word in ("同学",) if word in event.body}
    assert told_of == set()


def test_an_officer_replaces_an_expert_and_the_panels_keep_every_rule() -> None:
    world = Review()
    round = world.drawn()
    for _ in range(4):
        row = world.seat(round)
        new = seats.replace_expert(round.code, row.id, "联系不上", by=world.officer, at=world.at)
        if new is None:
            break
    draw = drawn_draw(round)
    instance = Instance.from_json(draw.instance)
    names = {code: name for name, code in draw.private["experts"].items()}
    loads = Counter(names[seat.expert.code] for seat in world.seats(round))
    most = {expert.id: expert.most for expert in instance.experts}
    assert all(loads[name] <= most[name] for name in loads)
    for place in round.cases.all():
        sitting = [seat for seat in world.seats(round) if seat.round_case_id == place.id]
        assert len({seat.expert_id for seat in sitting}) == len(sitting)
        assert sum(seat.kind == "finance" for seat in sitting) == 1
    assert verify().faults == ()


def test_when_nobody_can_follow_the_seat_stays_empty_and_the_officer_is_told_what_is_lacking() -> None:
    world = Review(cases=1, experts=4)  # one finance expert, three technical: nobody is left over for finance
    round = world.drawn(cap=1000)
    seat = Seat.objects.get(kind="finance")
    assert seat.expert.user is not None
    assert seats.decline_seat(seat.id, "生病", by=seat.expert.user, at=world.at) is None
    told_officer = Message.objects.get(kind="seat-empty")
    assert (told_officer.to, "财务管理" in told_officer.body) == (world.officer, True)
    assert panels_of(round).empty == 1
    other = Seat.objects.filter(status="asked")[0]
    assert other.expert.user is not None
    seats.decline_seat(other.id, "也生病", by=other.expert.user, at=world.at)  # a panel already short can still be filled
    assert panels_of(round).empty in (1, 2)
    assert verify().faults == ()


def test_a_seat_whose_sheet_was_handed_in_is_not_given_up_by_its_expert() -> None:
    world = Review()
    round = world.taken()
    seat = world.seats(round)[0]
    world.hand_in(seat, 80)
    assert seat.expert.user is not None
    for act in (seats.decline_seat, seats.conflict_seat):
        with pytest.raises(Refused) as refused:
            act(seat.id, "改主意", by=seat.expert.user, at=world.at)
        assert codes(refused) == ["seat-handed-in"]
    other = next(each for each in world.seats(round) if each.expert_id != seat.expert_id)
    with pytest.raises(NotSeen):
        seats.decline_seat(other.id, "别人的", by=seat.expert.user, at=world.at)


def test_someone_who_left_the_bank_is_passed_over() -> None:
    world = Review()
    round = world.drawn()
    seat = next(each for each in world.seats(round) if each.kind == "technical")
    sitting = {each.expert_id for each in world.seats(round) if each.round_case_id == seat.round_case_id}
    Expert.objects.exclude(id__in=sitting).exclude(kinds=["finance"]).update(status="paused")
    assert seats.replace_expert(round.code, seat.id, "违纪", by=world.officer, at=world.at) is None


def test_panels_are_told_with_their_reasons() -> None:
    world = Review()
    round = world.drawn()
    found = panels_of(round, first=0, most=2)
    assert (len(found.shown), found.cases, found.empty, found.waiting) == (2, 4, 0, 12)
    for panel in found.shown:
        assert panel.mean == sum(each.match for each in panel.seats) // 3
        assert all(each.chance and "‰" in each.why.zh for each in panel.seats)
    assert found.worst == min(panel.mean for panel in panels_of(round).shown)
    with pytest.raises(KeyError):
        told(drawn_draw(round)).why("0001", "zj-999")


def test_a_declined_invitation_is_not_drawn() -> None:
    world = Review()
    round = world.asked()
    for expert in world.experts:
        assert expert.user is not None
        if expert.code == "zj-001":
            asking.decline(round.code, "没有时间", by=expert.user, at=world.at)
        elif expert.code != "zj-002":
            asking.declare(round.code, [], confirms_others=True, by=expert.user, at=world.at)
    assert {expert.code for expert in declared_experts(round)} == {f"zj-{n:03d}" for n in range(3, 13)}
    assert Invitee.objects.filter(declared_at=None).count() == 2


def test_a_cancelled_round_gives_nobody_a_seat() -> None:
    world = Review(cases=2)
    round = world.drawn()
    seat = world.seat(round)
    rounds.cancel(round.code, "批次撤销", by=world.officer, at=world.at)
    assert seat.expert.user is not None
    with pytest.raises(NotSeen):
        seats.accept_seat(seat.id, by=seat.expert.user, at=world.at)
    assert verify().faults == ()


@given(st.integers(0, 20_000))
def test_labels_are_each_their_own(number: int) -> None:
    assert label(number) != label(number + 1)
    assert label(number).isupper()


def test_nobody_follows_who_has_declared_a_tie_since_the_draw() -> None:
    world = Review(cases=1, experts=4)  # one technical expert is left over
    round = world.drawn(cap=1000)
    left = next(each for each in world.experts if each.kinds == ["technical"] and not each.seats.exists())
    seat = Seat.objects.filter(kind="technical", status="asked")[0]
    Tie.objects.create(
        expert=left,
        kind="kin",
        unit=world.cases[0].organisation.uscc,
        unit_name=world.cases[0].organisation.name,
        made_at=world.at,
    )
    assert seats.replace_expert(round.code, seat.id, "失联", by=world.officer, at=world.at) is None


def test_a_case_that_had_a_panel_stays_in_its_round() -> None:
    world = Review()
    round = world.drawn()
    draws.void(round.code, "重新抽取", by=world.officer, at=world.at)
    with pytest.raises(Refused) as refused:
        rounds.take_out(round.code, world.cases[0].code, by=world.officer, at=world.at)
    assert codes(refused) == ["round-case-was-drawn"]
