"""The chain of recommendation, walked by actions: who may do what, in which order, until when, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.server.making import (
    GOOD,
    LEADS,
    NOON,
    Xinjiang,
    Yinchuan,
    authority,
    check_all,
    hand_in,
    person,
    post,
    send_on,
    unit,
)  # fmt: skip
from zhinan.lifecycle.kinds import ActionKind
from zhinan.server.actions import applications, calls, chain, lapsing
from zhinan.server.actions.offering import day_of, offered
from zhinan.server.models import Application, CallStatus, Correction, Entry, Event, Listing, Message, Role, Shareholding
from zhinan.server.queries.access import case_for, roles_in
from zhinan.server.queries.applications import filled, lacking
from zhinan.server.queries.lists import board
from zhinan.server.queries.sheets import sheet
from zhinan.server.queries.together import sheets_of
from zhinan.server.refused import NotSeen, Refused

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
APRIL = NOON + 40 * DAY  # after the calls have closed


@pytest.fixture(autouse=True)
def _files(settings: object, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]  # pytest-django's


@pytest.fixture
def xinjiang() -> Xinjiang:
    return Xinjiang()


@pytest.fixture
def yinchuan() -> Yinchuan:
    made = Yinchuan()
    made.facts()
    return made


def stand(case: Application) -> tuple[str, str]:
    case.refresh_from_db()
    return case.stage, case.body.code if case.body else ""


def refused(error: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in error.value.problems]


def at_county(made: Yinchuan, answers: dict[str, str] = GOOD) -> Application:
    case = made.draft()
    hand_in(case, answers, leader=made.leader, admin=made.admin)
    case.refresh_from_db()
    return case


# -- the way up ---------------------------------------------------------------------------------------


def test_a_project_of_the_two_zones_goes_from_park_over_city_to_the_region(xinjiang: Xinjiang) -> None:
    case = xinjiang.handed_in()
    way = [stand(case)]
    check_all(case, by=xinjiang.park_officer)
    chain.move(case.code, "pass", by=xinjiang.park_officer, at=NOON)
    way.append(stand(case))
    send_on(case, by=xinjiang.park_officer, letter="园科函〔2026〕1号")
    way.append(stand(case))
    send_on(case, by=xinjiang.city_officer, letter="乌科函〔2026〕7号")
    way.append(stand(case))
    chain.move(case.code, "submit-listed", by=xinjiang.recommender, at=NOON)
    way.append(stand(case))
    check_all(case, by=xinjiang.officer)
    chain.move(case.code, "accept", by=xinjiang.officer, at=NOON)
    way.append(stand(case))
    assert way == [
        ("park-check", "urumqi-park"), ("park-review", "urumqi-park"), ("city-audit", "urumqi"), ("listed", "urumqi-system"),
        ("intake", "xinjiang"), ("region-review", "xinjiang"),
    ]  # fmt: skip


def test_a_small_enterprise_of_yinchuan_goes_over_its_county_to_the_section(yinchuan: Yinchuan) -> None:
    case = at_county(yinchuan)
    assert stand(case) == ("recommendation", "xingqing")
    send_on(case, by=yinchuan.recommender, letter="兴科函〔2026〕1号")
    assert (case.stage, case.section) == ("intake", yinchuan.section)
    check_all(case, by=yinchuan.officer)
    chain.move(case.code, "accept", by=yinchuan.officer, at=NOON)
    assert stand(case) == ("review", "yinchuan")


def test_a_unit_of_a_sector_is_recommended_by_its_line(yinchuan: Yinchuan) -> None:
    line = authority("industry-bureau", "sector", "640100", yinchuan.city)
    officer = person("line-officer")
    post(officer, Role.OFFICER, authority=line)
    yinchuan.unit.sector = line
    yinchuan.unit.save()
    case = at_county(yinchuan)
    assert stand(case) == ("recommendation", "industry-bureau")
    assert (roles_in(officer, case), roles_in(yinchuan.recommender, case)) == (frozenset({"sector-recommender"}), frozenset())
    with pytest.raises(NotSeen):
        case_for(yinchuan.recommender, case.code)
    send_on(case, by=officer, letter="工函1号")
    assert case.stage == "intake"


def test_a_university_recommends_its_own_but_not_by_the_hand_of_the_leader(yinchuan: Yinchuan) -> None:
    itself = authority("university", "institution", "640104", yinchuan.city)
    office, leading = person("office"), yinchuan.leader
    post(office, Role.OFFICER, authority=itself)
    post(office, Role.MEMBER, organisation=yinchuan.unit)
    post(leading, Role.OFFICER, authority=itself)
    yinchuan.unit.body = itself
    yinchuan.unit.save()
    case = at_county(yinchuan)
    assert stand(case) == ("recommendation", "university")
    assert (roles_in(office, case), roles_in(leading, case)) == (frozenset({"self-recommender"}), frozenset({"leader"}))
    send_on(case, by=office, letter="校函1号")
    assert case.stage == "intake"


def test_nobody_acts_on_a_case_of_their_own_unit(yinchuan: Yinchuan) -> None:
    post(yinchuan.leader, Role.OFFICER, authority=yinchuan.county)
    colleague = person("colleague")
    post(colleague, Role.MEMBER, organisation=yinchuan.unit)
    post(colleague, Role.OFFICER, authority=yinchuan.county)
    case = at_county(yinchuan)
    for user in (yinchuan.leader, colleague):
        with pytest.raises(Refused) as error:
            chain.answer(case.code, {}, by=user, at=NOON)
        assert refused(error) == ["not-your-part"]


def test_an_officer_elsewhere_does_not_know_of_the_case(yinchuan: Yinchuan) -> None:
    other = authority("jinfeng", "county", "640106", yinchuan.city)
    stranger = person("stranger")
    post(stranger, Role.OFFICER, authority=other)
    case = at_county(yinchuan)
    for code in (case.code, "yc-2026-9999"):
        with pytest.raises(NotSeen):
            chain.move(code, "not-recommend", by=stranger, at=NOON, reason="x", clause="九¶")


# -- the check sheet -----------------------------------------------------------------------------------


def test_a_case_passes_only_with_every_item_answered_and_none_failed(xinjiang: Xinjiang) -> None:
    case = xinjiang.handed_in()
    with pytest.raises(Refused) as error:
        chain.move(case.code, "pass", by=xinjiang.park_officer, at=NOON)
    assert refused(error) == ["checks-unanswered"]
    check_all(case, by=xinjiang.park_officer)
    now = sheet(filled(case, on=NOON.date()), case.stage)
    item = next(line.item for line in now.lines if line.is_asked)
    chain.answer(case.code, {item: ("no", "说不清楚")}, by=xinjiang.park_officer, at=NOON)
    with pytest.raises(Refused) as error:
        chain.move(case.code, "pass", by=xinjiang.park_officer, at=NOON)
    assert refused(error) == ["checks-failed"]


def test_an_answer_is_refused_with_everything_that_is_wrong(yinchuan: Yinchuan) -> None:
    case = at_county(yinchuan)
    marks = {
        "purpose:九¶": ("no", " "),
        "condition:independent-sme": ("yes", ""),
        "condition:none": ("yes", ""),
        "document:x": ("perhaps", ""),
    }
    with pytest.raises(Refused) as error:
        chain.answer(case.code, marks, by=yinchuan.recommender, at=NOON)
    assert refused(error) == ["note-missing", "machine-decides", "no-such-item", "no-such-item"]
    assert sheet(filled(case, on=NOON.date()), case.stage).answered == 0


def test_nobody_checks_while_the_applicant_is_at_it(yinchuan: Yinchuan) -> None:
    case = at_county(yinchuan)
    marked = {"project.summary": {"kind": "incomplete", "note": ""}}
    chain.move(case.code, "return-to-draft", by=yinchuan.recommender, at=NOON, reason="补充", marked=marked)
    with pytest.raises(NotSeen):
        chain.answer(case.code, {"purpose:九¶": ("yes", "")}, by=yinchuan.officer, at=NOON)


def test_an_answer_can_be_taken_back(yinchuan: Yinchuan) -> None:
    case = at_county(yinchuan)
    told = chain.answer(case.code, {"purpose:九¶": ("yes", "")}, by=yinchuan.recommender, at=NOON)
    assert told.answered == 1
    told = chain.answer(case.code, {"purpose:九¶": ("", "")}, by=yinchuan.recommender, at=NOON)
    assert told.answered == 0


def test_many_sheets_read_at_once_are_the_sheets_read_one_by_one(yinchuan: Yinchuan) -> None:
    first = at_county(yinchuan)
    second = applications.start(
        by=yinchuan.admin, call=yinchuan.call, scheme="sme-innovation", organisation=yinchuan.unit, at=NOON
    )
    hand_in(second, GOOD, leader=yinchuan.admin, admin=yinchuan.admin)
    chain.answer(first.code, {"purpose:九¶": ("yes", "")}, by=yinchuan.recommender, at=NOON)
    cases = list(Application.objects.select_related("call", "organisation", "leader"))
    alone = {case.id: sheet(filled(case, on=NOON.date()), case.stage) for case in cases}
    assert sheets_of(cases, on=lambda case: day_of(case, NOON)) == alone


# -- return and refuse ---------------------------------------------------------------------------------


def test_after_a_return_only_the_marked_changes_and_it_comes_back(xinjiang: Xinjiang) -> None:
    case = xinjiang.handed_in()
    marked = {"project.summary": {"kind": "incomplete", "note": "写明指标"}}
    chain.move(case.code, "ask-correction", by=xinjiang.park_officer, at=NOON, reason="概述不完整", marked=marked)
    assert stand(case) == ("draft", "")
    with pytest.raises(Refused) as error:
        applications.save(case.code, {"project.title": "别的题目"}, by=xinjiang.leader, at=NOON)
    assert refused(error) == ["not-marked"]
    applications.save(case.code, {"project.summary": "写明了指标。"}, by=xinjiang.leader, at=NOON)
    again = applications.submit(case.code, by=xinjiang.admin, at=NOON, begun_at=NOON)
    assert (stand(case), again.number) == (("park-check", "urumqi-park"), 2)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"reason": "概述不完整"}, "nothing-marked"),
        ({"marked": {"project.summary": {"kind": "incomplete", "note": ""}}}, "reason-missing"),
        ({"reason": "概述不完整", "marked": {"no.such": {"kind": "incorrect", "note": ""}}}, "unknown-field"),
        ({"reason": "概述不完整", "marked": {"project.summary": {}}, "correct_by": NOON - DAY}, "no-time-left"),
    ],
)
def test_a_return_says_what_is_wrong_with_what_until_when(yinchuan: Yinchuan, given: dict[str, object], code: str) -> None:
    case = at_county(yinchuan)
    with pytest.raises(Refused) as error:
        chain.move(case.code, "return-to-draft", by=yinchuan.recommender, at=NOON, **given)  # type: ignore[arg-type]  # the table above
    assert (refused(error), stand(case)[0]) == ([code], "recommendation")


def test_a_return_after_the_call_has_closed_needs_a_time_for_the_correction(yinchuan: Yinchuan) -> None:
    case, marked = at_county(yinchuan), {"project.summary": {"kind": "incomplete", "note": ""}}
    with pytest.raises(Refused) as error:
        chain.move(case.code, "return-to-draft", by=yinchuan.recommender, at=APRIL, reason="补充", marked=marked)
    assert refused(error) == ["no-time-left"]
    until = APRIL + 5 * DAY
    chain.move(case.code, "return-to-draft", by=yinchuan.recommender, at=APRIL, reason="补充", marked=marked, correct_by=until)
    applications.save(case.code, {"project.summary": "补充好了。"}, by=yinchuan.leader, at=APRIL)
    applications.submit(case.code, by=yinchuan.admin, at=until, begun_at=until)
    assert stand(case) == ("recommendation", "xingqing")


def test_a_park_cannot_return_after_the_deadline_of_filing(xinjiang: Xinjiang) -> None:
    case = xinjiang.handed_in()
    marked = {"project.summary": {"kind": "incomplete", "note": ""}}
    with pytest.raises(Refused) as error:
        chain.move(
            case.code, "ask-correction", by=xinjiang.park_officer, at=APRIL, reason="补充", marked=marked, correct_by=APRIL + DAY
        )
    assert refused(error) == ["past-deadline"]


def test_the_city_sends_back_to_the_park_and_the_applicant_has_nothing_to_do(xinjiang: Xinjiang) -> None:
    case = xinjiang.handed_in()
    check_all(case, by=xinjiang.park_officer)
    chain.move(case.code, "pass", by=xinjiang.park_officer, at=NOON)
    send_on(case, by=xinjiang.park_officer, letter="园科函1号")
    chain.move(case.code, "ask-correction", by=xinjiang.city_officer, at=NOON, reason="请重新核对场景")
    assert (stand(case), Correction.objects.count()) == (("park-check", "urumqi-park"), 0)
    told = Message.objects.filter(to=xinjiang.leader).first()
    assert told is not None
    assert told.subject == "退回“园区形式审查”：钠电储能模组"


def test_a_refusal_cites_a_clause_of_the_guide(yinchuan: Yinchuan) -> None:
    case = at_county(yinchuan)
    for clause, code in (("", "clause-missing"), ("九十九", "clause-unknown")):
        with pytest.raises(Refused) as error:
            chain.move(case.code, "not-recommend", by=yinchuan.recommender, at=NOON, reason="不属于支持范围", clause=clause)
        assert refused(error) == [code]
    chain.move(case.code, "not-recommend", by=yinchuan.recommender, at=NOON, reason="不属于支持范围", clause="九(一)1")
    assert stand(case) == ("not-recommended", "")
    told = Message.objects.filter(to=yinchuan.leader).first()
    assert told is not None
    assert told.body == "“推荐”未通过：不属于支持范围（依据 九(一)1）。"


# -- lists ---------------------------------------------------------------------------------------------


def test_what_goes_by_list_does_not_go_alone(yinchuan: Yinchuan) -> None:
    case = at_county(yinchuan)
    check_all(case, by=yinchuan.recommender)
    with pytest.raises(Refused) as error:
        chain.move(case.code, "recommend", by=yinchuan.recommender, at=NOON)
    assert refused(error) == ["goes-by-list"]


def test_only_a_checked_case_is_put_on_a_list(yinchuan: Yinchuan) -> None:
    case = at_county(yinchuan)
    with pytest.raises(Refused) as error:
        chain.put_on_list(case.code, by=yinchuan.recommender, at=NOON)
    assert refused(error) == ["not-checked"]
    check_all(case, by=yinchuan.recommender)
    chain.answer(case.code, {"purpose:九¶": ("no", "不是攻关")}, by=yinchuan.recommender, at=NOON)
    with pytest.raises(Refused) as error:
        chain.put_on_list(case.code, by=yinchuan.recommender, at=NOON)
    assert refused(error) == ["has-failed"]


def test_a_case_whose_answers_changed_on_the_list_is_not_sent(yinchuan: Yinchuan) -> None:
    case = at_county(yinchuan)
    check_all(case, by=yinchuan.recommender)
    chain.put_on_list(case.code, by=yinchuan.recommender, at=NOON)
    chain.answer(case.code, {"purpose:九¶": ("no", "不是攻关")}, by=yinchuan.recommender, at=NOON)
    with pytest.raises(Refused) as error:
        send(yinchuan)
    assert (refused(error), stand(case)[0]) == (["has-failed"], "recommendation")


def send(made: Yinchuan, letter: str = "兴科函1号") -> None:
    chain.send_list(
        made.call.code, "recommendation", "xingqing", letter=letter, letter_date=NOON.date(), by=made.recommender, at=NOON
    )


def three_on_the_list(made: Yinchuan) -> list[Application]:
    cases = []
    for number in range(3):
        leader = person(f"leader{number}")
        post(leader, Role.MEMBER, organisation=made.unit)
        case = applications.start(by=leader, call=made.call, scheme="sme-innovation", organisation=made.unit, at=NOON)
        hand_in(case, GOOD, leader=leader, admin=made.admin)
        check_all(case, by=made.recommender)
        chain.put_on_list(case.code, by=made.recommender, at=NOON)
        cases.append(case)
    return cases


def on_the_list(made: Yinchuan) -> list[str]:
    return [entry.application.code for entry in board(made.recommender, made.call.code, "recommendation", "xingqing").entries]


def test_a_case_stands_on_a_list_once(yinchuan: Yinchuan) -> None:
    case = at_county(yinchuan)
    check_all(case, by=yinchuan.recommender)
    entries = [chain.put_on_list(case.code, by=yinchuan.recommender, at=NOON) for _ in range(2)]
    assert (entries[0], Event.objects.filter(action="put-on-list").count()) == (entries[1], 1)


def test_where_nothing_goes_by_list_there_is_none(xinjiang: Xinjiang) -> None:
    case = xinjiang.handed_in()
    for change in (chain.put_on_list, chain.take_off_list):
        with pytest.raises(NotSeen):
            change(case.code, by=xinjiang.park_officer, at=NOON)
    with pytest.raises(NotSeen):
        board(xinjiang.park_officer, "xj-2025", "park-check", "urumqi-park")


def test_a_list_is_ranked_and_sent_in_its_order(yinchuan: Yinchuan) -> None:
    one, two, three = (case.code for case in three_on_the_list(yinchuan))
    chain.rank(yinchuan.call.code, "recommendation", "xingqing", [three, one, two], by=yinchuan.recommender, at=NOON)
    assert on_the_list(yinchuan) == [three, one, two]
    for order in ([three, one], [three, one, two, two], [three, one, "yc-2026-9999"]):
        with pytest.raises(Refused) as error:
            chain.rank(yinchuan.call.code, "recommendation", "xingqing", order, by=yinchuan.recommender, at=NOON)
        assert refused(error) == ["not-the-list"]
    send(yinchuan)
    ranks = list(Entry.objects.order_by("rank").values_list("rank", "application__code", "application__stage"))
    assert ranks == [(1, three, "intake"), (2, one, "intake"), (3, two, "intake")]


def test_a_list_beyond_the_quota_goes_nowhere_at_all(yinchuan: Yinchuan) -> None:
    cases = three_on_the_list(yinchuan)
    calls.set_quota(yinchuan.call.code, "recommendation", yinchuan.county, 2, by=yinchuan.officer, at=NOON)
    with pytest.raises(Refused) as error:
        send(yinchuan)
    assert refused(error) == ["outside-quota"]
    assert [stand(case)[0] for case in cases] == ["recommendation"] * 3
    chain.take_off_list(cases[0].code, by=yinchuan.recommender, at=NOON)
    assert on_the_list(yinchuan) == [cases[1].code, cases[2].code]
    send(yinchuan)
    chain.put_on_list(cases[0].code, by=yinchuan.recommender, at=NOON)
    with pytest.raises(Refused) as error:
        send(yinchuan, "兴科函2号")
    assert refused(error) == ["outside-quota"]


def test_a_list_needs_something_on_it_and_a_letter(yinchuan: Yinchuan) -> None:
    case = at_county(yinchuan)
    with pytest.raises(Refused) as error:
        send(yinchuan)
    assert refused(error) == ["empty-list"]
    check_all(case, by=yinchuan.recommender)
    chain.put_on_list(case.code, by=yinchuan.recommender, at=NOON)
    with pytest.raises(Refused) as error:
        send(yinchuan, " ")
    assert refused(error) == ["letter-missing"]


def test_a_case_that_is_returned_leaves_the_list_in_the_making(yinchuan: Yinchuan) -> None:
    one, two, three = three_on_the_list(yinchuan)
    marked = {"project.summary": {"kind": "incomplete", "note": ""}}
    chain.move(one.code, "return-to-draft", by=yinchuan.recommender, at=NOON, reason="补充", marked=marked)
    assert on_the_list(yinchuan) == [two.code, three.code]
    send(yinchuan)
    assert [stand(case)[0] for case in (one, two, three)] == ["draft", "intake", "intake"]


def test_a_list_with_a_case_that_stands_elsewhere_is_not_sent(xinjiang: Xinjiang) -> None:
    case = xinjiang.handed_in()
    listing = Listing.objects.create(call=xinjiang.call, stage="park-review", body=xinjiang.park)
    Entry.objects.create(listing=listing, application=case, rank=1)  # nothing the platform would do
    with pytest.raises(Refused) as error:
        chain.send_list(
            "xj-2025", "park-review", "urumqi-park", letter="函1号", letter_date=NOON.date(), by=xinjiang.park_officer, at=NOON
        )
    assert refused(error) == ["not-the-list"]


def test_what_does_not_stand_on_the_citys_list_is_not_submitted(xinjiang: Xinjiang) -> None:
    case = xinjiang.handed_in()
    check_all(case, by=xinjiang.park_officer)
    chain.move(case.code, "pass", by=xinjiang.park_officer, at=NOON)
    send_on(case, by=xinjiang.park_officer, letter="园科函1号")
    send_on(case, by=xinjiang.city_officer, letter="乌科函1号")
    Entry.objects.filter(listing__stage="city-audit").delete()  # as if it had come here on the park's list alone
    with pytest.raises(Refused) as error:
        chain.move(case.code, "submit-listed", by=xinjiang.recommender, at=NOON)
    assert refused(error) == ["not-on-the-list"]


# -- limits across applications ------------------------------------------------------------------------


def test_a_second_type_of_the_two_zones_is_refused_before_it_is_handed_in(xinjiang: Xinjiang) -> None:
    xinjiang.handed_in()
    second = xinjiang.draft("results-transfer")
    applications.save(second.code, {"project.title": "另一类"}, by=xinjiang.leader, at=NOON)
    second.refresh_from_db()
    barring = [
        lack.problem.message.zh for lack in lacking(filled(second, on=NOON.date())) if lack.problem.code == "condition-bars"
    ]
    assert [told for told in barring if "类" in told] == ["不符合：本年度没有申报其他三类项目（报两类即全部退回）（四4）"]
    with pytest.raises(Refused):
        applications.submit(second.code, by=xinjiang.admin, at=NOON, begun_at=NOON)


def test_a_sister_company_counts_towards_the_limit_of_the_group(xinjiang: Xinjiang) -> None:
    xinjiang.handed_in()
    sister, chief = unit(102, "650104", park=xinjiang.park), person("sister-chief")
    post(chief, Role.UNIT_ADMIN, organisation=sister)
    Shareholding.objects.create(owner=xinjiang.unit.uscc, owned=sister.uscc, per_mille=900)
    case = applications.start(
        by=chief, call=xinjiang.call, scheme="enterprise-leadership", organisation=sister, topic=xinjiang.topic, at=NOON
    )
    applications.save(case.code, LEADS, by=chief, at=NOON)
    case.refresh_from_db()
    facts = filled(case, on=NOON.date()).facts["applicant.group_zone_applications"]
    assert isinstance(facts, tuple)
    assert [(row["programme"], row["relation"]) for row in facts if isinstance(row, dict)] == [
        ("enterprise_leadership", "parent")
    ]


# -- time ----------------------------------------------------------------------------------------------


def test_a_level_has_its_own_deadline(yinchuan: Yinchuan) -> None:
    yinchuan.call.limits.create(stage="recommendation", body=None, due_at=NOON + 45 * DAY)
    case = at_county(yinchuan)
    assert case.due_at == NOON + 45 * DAY


def test_what_was_not_handed_in_closes_after_the_deadline_and_its_grace(yinchuan: Yinchuan, settings: object) -> None:
    settings.GRACE_SECONDS = 60  # type: ignore[attr-defined]  # pytest-django's
    draft, closes = yinchuan.draft(), yinchuan.call.closes_at
    assert closes is not None
    assert chain.lapse_overdue(closes + timedelta(seconds=60)) == 0
    assert chain.lapse_overdue(closes + timedelta(seconds=61)) == 2
    yinchuan.call.refresh_from_db()
    assert (stand(draft), yinchuan.call.status) == (("not-accepted", ""), CallStatus.CLOSED)
    last = Event.objects.filter(case=draft).last()
    assert last is not None
    assert (last.action, last.actor) == ("miss-the-deadline", None)
    told = Message.objects.filter(to=yinchuan.leader, kind="lapse").get()
    assert told.subject == "已关闭：yc-2026-0001"
    assert chain.lapse_overdue(closes + timedelta(seconds=61)) == 0


def test_a_draft_of_the_two_zones_lapses_by_its_own_step(xinjiang: Xinjiang) -> None:
    draft = xinjiang.draft()
    assert chain.lapse_overdue(APRIL) == 2
    assert stand(draft) == ("not-accepted", "")


def test_what_was_handed_in_does_not_lapse(yinchuan: Yinchuan) -> None:
    case = at_county(yinchuan)
    assert chain.lapse_overdue(APRIL) == 1  # the call alone
    assert stand(case) == ("recommendation", "xingqing")


def test_a_correction_that_was_never_made_lapses_in_its_own_time(yinchuan: Yinchuan) -> None:
    case = at_county(yinchuan)
    send_on(case, by=yinchuan.recommender, letter="兴科函1号")
    marked = {"project.summary": {"kind": "incomplete", "note": ""}}
    chain.move(
        case.code, "ask-correction", by=yinchuan.officer, at=NOON, reason="补充", marked=marked, correct_by=NOON + 50 * DAY
    )
    chain.lapse_overdue(APRIL)
    assert stand(case)[0] == "correction"
    chain.lapse_overdue(NOON + 51 * DAY)
    assert stand(case)[0] == "not-accepted"


def test_what_changed_a_moment_ago_is_left_alone(yinchuan: Yinchuan) -> None:
    draft = yinchuan.draft()
    assert (lapsing._close("yc-2026", at=NOON), lapsing._lapse(draft.id, at=NOON)) == (False, False)  # extended meanwhile
    calls.close("yc-2026", by=yinchuan.officer, at=NOON, reason="名额已满")
    assert lapsing._close("yc-2026", at=APRIL) is False  # closed meanwhile


def test_an_extended_call_does_not_close(yinchuan: Yinchuan) -> None:
    draft = yinchuan.draft()
    calls.extend(yinchuan.call.code, by=yinchuan.officer, at=NOON, closes_at=APRIL + DAY, reason="节假日")
    assert chain.lapse_overdue(APRIL) == 0
    assert stand(draft)[0] == "draft"


# -- what is offered -----------------------------------------------------------------------------------


def test_what_is_offered_says_why_it_must_wait(yinchuan: Yinchuan) -> None:
    case = at_county(yinchuan)
    told = [
        (offer.action.id, offer.kind, offer.goes_by_list, offer.problem.code if offer.problem else "")
        for offer in offered(case, by=yinchuan.recommender, at=NOON)
    ]
    assert told == [
        ("recommend", ActionKind.PASS, True, "checks-unanswered"), ("return-to-draft", ActionKind.RETURN, False, ""),
        ("not-recommend", ActionKind.REJECT, False, ""),
    ]  # fmt: skip
    assert offered(case, by=yinchuan.officer, at=NOON) == ()


def test_nothing_moves_case_by_case_after_intake(yinchuan: Yinchuan) -> None:
    case = at_county(yinchuan)
    send_on(case, by=yinchuan.recommender, letter="兴科函1号")
    check_all(case, by=yinchuan.officer)
    chain.move(case.code, "accept", by=yinchuan.officer, at=NOON)
    case.refresh_from_db()
    assert offered(case, by=yinchuan.officer, at=NOON) == ()
    for action in ("close-review", "send-to-committee", "score"):
        with pytest.raises(Refused) as error:
            chain.move(case.code, action, by=yinchuan.officer, at=NOON, reason="理由", clause="八(一)1")
        assert refused(error) == ["beyond-intake"]
