"""A call from its draft to its end: what must be settled, who may do it, what a change does to those who are filling in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.server.making import NOON, Yinchuan, authority, person, post
from zhinan.server.actions import calls
from zhinan.server.clock import BEIJING
from zhinan.server.models import Application, Call, Event, Message, Role, StageLimit, Topic
from zhinan.server.queries.call_changes import happenings
from zhinan.server.queries.calls import free_code, listing_stages, packs_for, quotas_of, stages_due, unsettled
from zhinan.server.queries.chain import verify
from zhinan.server.queries.lists import quota_of
from zhinan.server.refused import NotSeen
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

pytestmark = pytest.mark.django_db
TITLE = Text("又一批", "One more")
FIGURES = {
    "results-transfer-pilot.growth_years": "2年", "results-transfer-pilot.lowest_credit_grade": "A级",
    "results-transfer-pilot.result_age_day": "2025-12-31",
}  # fmt: skip


@pytest.fixture(autouse=True)
def cheap_passwords(settings) -> None:
    """Nobody signs in here: a slow hash guards nothing."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def world() -> Yinchuan:
    return Yinchuan()


@pytest.fixture
def draft(world) -> Call:
    return make(world)


def make(world: Yinchuan, code: str = "yc-more", schemes=("results-transfer-pilot",), **given) -> Call:
    known = {"by": world.officer, "authority": world.city, "pack": "yinchuan-2026", "title": TITLE, "at": NOON, **given}
    return calls.create(code=code, schemes=schemes, **known)


def why(act: Callable[[], object]) -> list[str]:
    """What an action says when it refuses, in Chinese."""
    with pytest.raises(BadInput) as refused:
        act()
    return [problem.message.zh for problem in refused.value.problems]


def published(world: Yinchuan) -> Call:
    make(world)
    calls.settle("yc-more", by=world.officer, at=NOON, parameters=FIGURES, closes_at=NOON + timedelta(days=30))
    return calls.publish("yc-more", by=world.officer, at=NOON)


def test_a_call_is_made_only_in_the_name_of_ones_own_authority(world):
    for stranger in (world.leader, world.recommender):
        with pytest.raises(NotSeen):
            make(world, by=stranger)
    with pytest.raises(NotSeen):
        make(world, pack="../yinchuan-2026")
    assert Call.objects.count() == 1


@pytest.mark.parametrize("code", ["", "new", "YC", "a b", "-a", "a-", "甲", "a" * 41, "a_b", "a\n"])
def test_a_code_is_made_of_small_letters_digits_and_hyphens(world, code):
    assert why(lambda: make(world, code=code)) == ["批次编号只能用小写字母、数字和连字符，最多40个"]


def test_everything_wrong_with_a_new_call_is_told_at_once(world):
    told = why(lambda: make(world, code="yc-2026", schemes=["nothing"], title=Text("", "x" * 201)))
    assert told == ["批次编号 yc-2026 已经有了", "中英文名称都要写，最多200个字", "至少选一个事项"]


def test_a_free_code_is_the_packs_own_or_has_a_number(world):
    assert free_code("yinchuan-2026") == "yinchuan-2026"
    make(world, code="yinchuan-2026")
    make(world, code="yinchuan-2026-2")
    assert free_code("yinchuan-2026") == "yinchuan-2026-3"


def test_the_packs_of_an_authority_are_those_of_regions_that_hold_it_or_lie_in_it(world):
    of_city, others = packs_for(world.city)
    assert [each.id for each in of_city if each.region] == [
        "yinchuan-2026",
        "ningxia-recognitions-2025",
        "ningxia-rnd-subsidy-2023",
    ]
    assert "lanzhou-2022" in [each.id for each in others]
    assert "shizuishan-2025" in [each.id for each in packs_for(world.region)[0]]


def test_a_draft_lists_everything_that_is_not_settled_and_the_field_to_go_to(draft):
    assert [(each.field, each.problem.message.zh) for each in unsettled(draft, at=NOON)] == [
        ("figure-results-transfer-pilot.growth_years", "指南没有写明的“研发投入须连续未下降的年数”还没有设定（三(二)1）"),
        ("figure-results-transfer-pilot.lowest_credit_grade", "指南没有写明的“视为较高的最低资信等级”还没有设定（三(二)2）"),
        ("figure-results-transfer-pilot.result_age_day", "指南没有写明的“成果年限从哪一天往前算”还没有设定（三(四)¶）"),
        ("closes_at", "还没有设定截止时间"),
    ]


def test_a_call_with_something_unsettled_is_not_published(world, draft):
    assert len(why(lambda: calls.publish("yc-more", by=world.officer, at=NOON))) == 4
    draft.refresh_from_db()
    assert (draft.status, draft.pack_digest) == ("draft", "")


@pytest.mark.parametrize(
    ("opens", "closes", "told"),
    [(0, -1, ["截止时间已经过去"]), (5, 4, ["截止时间早于开始时间"]), (0, 1, []), (None, 1, [])],
)
def test_a_window_must_lie_ahead_and_be_open_for_a_while(world, opens, closes, told):
    make(world, schemes=["soft-science"])
    opens_at = None if opens is None else NOON + timedelta(days=opens)
    call = calls.settle("yc-more", by=world.officer, at=NOON, opens_at=opens_at, closes_at=NOON + timedelta(days=closes))
    assert [each.problem.message.zh for each in unsettled(call, at=NOON)] == told


def test_each_level_ends_after_the_one_before(world):
    make(world, schemes=["soft-science"])
    (first, _), (second, name) = stages_due(Call.objects.get(code="yc-more"))
    due = {first: NOON + timedelta(days=20), second: NOON + timedelta(days=15)}
    call = calls.settle("yc-more", by=world.officer, at=NOON, closes_at=NOON + timedelta(days=10), due=due)
    assert [(each.field, each.problem.message.zh) for each in unsettled(call, at=NOON)] == [
        (f"due-{second}", f"“{name.zh}”的期限早于前一环节")
    ]
    call = calls.settle("yc-more", by=world.officer, at=NOON, due={first: None})
    assert unsettled(call, at=NOON) == ()
    call = calls.settle("yc-more", by=world.officer, at=NOON, closes_at=NOON + timedelta(days=16))
    assert [each.field for each in unsettled(call, at=NOON)] == [f"due-{second}"]


def test_what_cannot_be_taken_is_told_all_at_once_and_nothing_is_kept(world, draft):
    told = why(lambda: calls.settle(
        "yc-more", by=world.officer, at=NOON, budget=5,
        parameters={"results-transfer-pilot.growth_years": "很久", "nothing": "1", "results-transfer-pilot.result_age_day": "9" * 401},
        readings={"AMB-01": "neither", "AMB-99": "x"}, notice=Text("长" * 20_001, ""),
    ))  # fmt: skip
    assert [text[:8] for text in told] == [
        "“研发投入须连续",
        "本批次没有“no",
        "“成果年限从哪一",
        "“AMB-01”",
        "“AMB-99”",
        "“通知”太长：最",
    ]
    draft.refresh_from_db()
    assert (draft.parameters, draft.readings, draft.budget) == ({}, {}, None)
    assert why(lambda: calls.settle("yc-more", by=world.officer, at=NOON, due={"nowhere": NOON})) == ["本批次没有这个环节"]


def test_what_is_not_given_stays_and_what_is_blank_is_emptied(world, draft):
    closes_at = NOON + timedelta(days=3)
    calls.settle(
        "yc-more", by=world.officer, at=NOON, budget=100, opens_at=NOON, closes_at=closes_at, readings={"AMB-01": "city"}
    )
    call = calls.settle("yc-more", by=world.officer, at=NOON, parameters=FIGURES)
    assert (call.budget, call.opens_at, call.closes_at, call.readings) == (100, NOON, closes_at, {"AMB-01": "city"})
    call = calls.settle("yc-more", by=world.officer, at=NOON, blank={"budget", "opens_at", "closes_at"})
    assert (call.budget, call.opens_at, call.closes_at) == (None, None, None)


def test_nobody_else_may_settle_or_publish(world, draft):
    for stranger in (world.leader, world.recommender):
        with pytest.raises(NotSeen):
            calls.settle("yc-more", by=stranger, at=NOON)
        with pytest.raises(NotSeen):
            calls.publish("yc-more", by=stranger, at=NOON)


def test_a_published_call_is_not_settled_any_more(world):
    published(world)
    assert why(lambda: calls.settle("yc-more", by=world.officer, at=NOON)) == ["批次现在不能这样做：已发布"]
    assert why(lambda: calls.publish("yc-more", by=world.officer, at=NOON)) == ["批次现在不能这样做：已发布"]


def test_a_quota_holds_for_every_body_unless_one_has_its_own(world):
    call = world.call
    stage = listing_stages(call)[0][0]
    calls.set_quota("yc-2026", stage, None, 20, by=world.officer, at=NOON)
    calls.set_quota("yc-2026", stage, world.county, 0, by=world.officer, at=NOON)
    assert [(each.body, each.places) for each in quotas_of(call)] == [(None, 20), (world.county, 0)]
    assert (quota_of(call, stage, world.county), quota_of(call, stage, world.city)) == (0, 20)
    calls.set_quota("yc-2026", stage, world.county, None, by=world.officer, at=NOON)
    calls.set_quota("yc-2026", stage, None, None, by=world.officer, at=NOON)
    assert (quotas_of(call), quota_of(call, stage, world.county)) == ((), None)
    assert why(lambda: calls.set_quota("yc-2026", "draft", None, 1, by=world.officer, at=NOON)) == ["本批次没有这个环节"]
    calls.close("yc-2026", by=world.officer, at=NOON, reason="x")
    assert why(lambda: calls.set_quota("yc-2026", stage, None, 1, by=world.officer, at=NOON)) == ["批次现在不能这样做：已截止"]


def test_a_revision_makes_a_new_edition_and_tells_those_who_are_filling_in(world):
    case = world.draft()
    call = calls.revise("yc-2026", by=world.officer, at=NOON, reason="补充通知", notice=Text("注意", "Note"), edition=1)
    assert (call.edition, call.notice_zh) == (2, "注意")
    told = Message.objects.filter(kind="call-changed").order_by("to__username")
    assert [(each.to.username, each.subject, each.body, each.case) for each in told] == [
        (who, "批次已修订：银川批次", "原因：补充通知", case) for who in ("admin", "leader")
    ]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"reason": " "}, ["请写明原因"]),
        ({"reason": "x"}, ["没有改动任何内容，不需要修订"]),
        ({"reason": "x", "parameters": {"a.b": "1"}}, ["本批次没有“a.b”这个数"]),
        ({"reason": "x", "notice": Text("a", "b"), "edition": 7}, ["这个批次刚有人修订过"]),
        ({"reason": "x", "notice": Text("a", "b"), "at": NOON + timedelta(days=40)}, ["截止时间已经过去"]),
    ],
)
def test_a_revision_is_refused_without_reason_or_change(world, given, told):
    assert why(lambda: calls.revise("yc-2026", **{"by": world.officer, "at": NOON, **given})) == told
    world.call.refresh_from_db()
    assert (world.call.edition, world.call.notice_zh) == (1, "")


def test_a_figure_a_revision_would_take_away_must_stay(world):
    published(world)
    told = why(
        lambda: calls.revise(
            "yc-more", by=world.officer, at=NOON, reason="x", parameters={"results-transfer-pilot.growth_years": ""}
        )
    )
    assert told == ["指南没有写明的“研发投入须连续未下降的年数”还没有设定（三(二)1）"]


def test_an_extension_moves_drafts_and_levels_and_only_later(world):
    case = world.draft()
    (first, name), _ = stages_due(world.call)
    calls.extend(
        "yc-2026",
        by=world.officer,
        at=NOON,
        closes_at=NOON + timedelta(days=35),
        reason="停电",
        due={first: NOON + timedelta(days=45)},
    )
    case.refresh_from_db()
    assert case.due_at == NOON + timedelta(days=35)
    assert StageLimit.objects.get(call=world.call, stage=first).due_at == NOON + timedelta(days=45)
    for given, told in [
        ({"closes_at": NOON + timedelta(days=35)}, ["延期只能往后"]),
        ({"closes_at": NOON + timedelta(days=36), "reason": ""}, ["请写明原因"]),
        ({"closes_at": NOON + timedelta(days=36), "at": NOON + timedelta(days=50)}, ["新的截止时间已经过去"]),
        ({"closes_at": NOON + timedelta(days=46)}, [f"“{name.zh}”的期限早于前一环节"]),
        ({"closes_at": NOON + timedelta(days=36), "due": {first: NOON + timedelta(days=44)}}, [f"“{name.zh}”的期限只能往后延"]),
        ({"closes_at": NOON + timedelta(days=36), "due": {"nowhere": NOON}}, ["本批次没有这个环节"]),
    ]:
        assert (
            why(lambda given=given: calls.extend("yc-2026", **{"by": world.officer, "at": NOON, "reason": "x", **given})) == told
        )
    world.call.refresh_from_db()
    assert world.call.closes_at == NOON + timedelta(days=35)


def test_an_extended_level_moves_the_cases_that_wait_there(world):
    case = world.draft()
    (first, _), _ = stages_due(world.call)
    Application.objects.filter(id=case.id).update(stage=first, submitted_at=NOON)
    calls.extend(
        "yc-2026",
        by=world.officer,
        at=NOON,
        closes_at=NOON + timedelta(days=35),
        reason="停电",
        due={first: NOON + timedelta(days=45)},
    )
    case.refresh_from_db()
    assert case.due_at == NOON + timedelta(days=45)


def test_a_call_is_closed_with_a_reason_or_by_the_platform(world):
    world.draft()
    assert why(lambda: calls.close("yc-2026", by=world.officer, at=NOON)) == ["请写明原因"]
    calls.close("yc-2026", by=world.officer, at=NOON, reason="名额已满")
    assert {each.subject for each in Message.objects.filter(kind="call-changed")} == {"批次提前截止：银川批次"}
    published(world)
    assert calls.close("yc-more", by=None, at=NOON).status == "closed"
    assert Event.objects.order_by("-sequence")[0].actor is None


def test_a_call_is_cancelled_while_nobody_has_handed_in(world):
    case = world.draft()
    assert why(lambda: calls.cancel("yc-2026", by=world.officer, at=NOON, reason="")) == ["请写明原因"]
    Application.objects.filter(id=case.id).update(submitted_at=NOON)
    assert why(lambda: calls.cancel("yc-2026", by=world.officer, at=NOON, reason="x")) == [
        "批次现在不能这样做：已有单位提交，只能截止"
    ]
    Application.objects.filter(id=case.id).update(submitted_at=None)
    assert calls.cancel("yc-2026", by=world.officer, at=NOON, reason="预算取消").status == "cancelled"
    assert why(lambda: calls.cancel("yc-2026", by=world.officer, at=NOON, reason="x")) == ["批次现在不能这样做：已取消"]


def test_the_history_tells_every_change_with_before_and_after(world):
    published(world)
    calls.revise(
        "yc-more",
        by=world.officer,
        at=NOON,
        reason="更正",
        parameters={"results-transfer-pilot.growth_years": "3年"},
        readings={"AMB-01": "city"},
    )
    calls.set_quota("yc-more", "recommendation", world.county, 4, by=world.officer, at=NOON)
    calls.extend("yc-more", by=world.officer, at=NOON, reason="停电", closes_at=datetime(2026, 5, 1, 17, 0, tzinfo=BEIJING))
    told = [
        (each.what.zh, each.by, each.note, [(change.label.zh, change.before.zh, change.after.zh) for change in each.changes])
        for each in happenings(Call.objects.get(code="yc-more"))
    ]
    assert told == [
        ("延期", "人员officer", "停电", [("截止", "2026-04-01 12:00", "2026-05-01 17:00")]),
        ("设定名额", "人员officer", "", [("“推荐”名额：xingqing", "", "4")]),
        ("修订", "人员officer", "更正", [
            ("表单版次", "1", "2"), ("研发投入须连续未下降的年数", "2年", "3年"),
            ("成果水平一处写国内领先，一处写区内领先，以哪个为准", "两处都要满足，即国内领先", "区内同类领先即可"),
        ]),
        ("发布", "人员officer", "", [("状态", "草稿", "已发布"), ("开始受理", "", "2026-03-02 12:00")]),
        ("设定批次", "人员officer", "", [
            ("截止", "", "2026-04-01 12:00"), ("研发投入须连续未下降的年数", "", "2年"), ("视为较高的最低资信等级", "", "A级"),
            ("成果年限从哪一天往前算", "", "2025-12-31"),
        ]),
        ("建立批次", "人员officer", "", []),
    ]  # fmt: skip
    assert verify().faults == ()


def test_a_park_settles_topics_and_takes_back_one_nobody_chose(world):
    region = authority("xinjiang", "region", "650000")
    park = authority("park", "park", "650100", region)
    officer, of_park = person("xj"), person("of-park")
    post(officer, Role.OFFICER, authority=region)
    post(of_park, Role.OFFICER, authority=park)
    calls.create(
        by=officer, authority=region, code="lq", pack="xinjiang-liangqu-2025", schemes=["results-transfer"], title=TITLE, at=NOON
    )
    settle = {"by": of_park, "park": park, "title": "番茄深加工", "direction": "D-XJ.5", "at": NOON}
    topic = calls.settle_topic("lq", **settle)
    assert why(lambda: calls.settle_topic("lq", **settle)) == ["这个题目已经定过了"]
    assert why(lambda: calls.settle_topic("lq", **{**settle, "title": " "})) == ["选题要有名称和支持方向"]
    for wrong in ({"by": officer}, {"by": world.officer}):
        with pytest.raises(NotSeen):
            calls.settle_topic("lq", **{**settle, **wrong, "title": "另一个"})
        with pytest.raises(NotSeen):
            calls.withdraw_topic(topic.id, by=wrong["by"], at=NOON)
    with pytest.raises(NotSeen):
        calls.settle_topic("yc-2026", **settle)
    case = world.draft()
    Application.objects.filter(id=case.id).update(topic=topic)
    assert why(lambda: calls.withdraw_topic(topic.id, by=of_park, at=NOON)) == ["已有申报书选了这个题目，不能撤下"]
    Application.objects.filter(id=case.id).update(topic=None)
    calls.withdraw_topic(topic.id, by=of_park, at=NOON)
    assert (list(Topic.objects.all()), verify().faults) == ([], ())
    assert [each.action for each in Event.objects.order_by("-sequence")[:3]] == ["withdraw-topic", "start", "settle-topic"]
