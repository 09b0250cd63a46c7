"""The bank of experts: entering, changing, standing, ties, conduct, invitations; by whom, and by whom not."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from tests.server.banking import TYPED, expert, identity
from tests.server.making import NOON, Yinchuan, code_of, person, post
from zhinan.server.actions import experts, people
from zhinan.server.actions.account_fields import Account, BadFields
from zhinan.server.clock import today
from zhinan.server.models import Event, Expert, Invitation, Message, Post, Role, Tenure, User
from zhinan.server.queries.chain import verify
from zhinan.server.queries.events import Wanted as Found
from zhinan.server.queries.events import event_for, events_for
from zhinan.server.queries.experts import Wanted, card, own_card, shelf
from zhinan.server.queries.review_access import bank_for
from zhinan.server.refused import NotSeen, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def y() -> Yinchuan:
    return Yinchuan()


def wrong(caught: pytest.ExceptionInfo[BadFields]) -> dict[str, list[str]]:
    return {name: [each.code for each in found] for name, found in caught.value.by_field.items()}


def signed_in_expert(y: Yinchuan, **typed: str) -> Expert:
    made = expert(y.officer, email="zhang@example.org", **typed)
    secret = experts.invite(made.code, by=y.officer, at=NOON, link="/join/{secret}/")
    people.accept(secret, Account("zhang", "张枸杞", "zhang@example.org", "枸杞红了又一年 2026"), at=NOON)
    made.refresh_from_db()
    return made


# -- entering ----------------------------------------------------------------------------------------


def test_an_expert_is_entered_with_everything_read(y: Yinchuan) -> None:
    made = experts.add("yinchuan", {
        **TYPED, "title": "教授", "identity": identity(7), "email": "a@example.org", "unit": code_of(5), "since": "2020年3月1日",
        "region": "银川市兴庆区", "kinds": "技术、industry", "disciplines": "460.40 51050、460.40", "directions": "D-YC09、硅基",
        "keywords": "枸杞多糖，膜分离", "summary": "研究提取。\n多年。", "most": "6", "away_from": "2026-07-01", "away_until": "2026-08-01",
    }, by=y.officer, at=NOON)  # fmt: skip
    made.refresh_from_db()
    assert (made.kinds, made.disciplines, made.directions, made.keywords, made.most, made.region, made.status) == (
        ["technical", "industry"], ["46040", "51050"], ["D-YC09", "D-YC01.1.1"], ["枸杞多糖", "膜分离"], 6, "640104", "candidate",
    )  # fmt: skip
    assert (made.away_from, made.away_until, made.summary) == (date(2026, 7, 1), date(2026, 8, 1), "研究提取。\n多年。")
    assert [(row.unit_name, row.unit, row.since, row.until) for row in made.tenures.all()] == [
        ("凤城大学", code_of(5), date(2020, 3, 1), None)
    ]
    assert verify().faults == ()


def test_the_number_of_a_person_is_nowhere(y: Yinchuan) -> None:
    made = experts.add("yinchuan", {**TYPED, "identity": identity(7)}, by=y.officer, at=NOON)
    assert len(made.identity) == 64
    assert identity(7) not in made.identity
    assert identity(7) not in "".join(Event.objects.values_list("body", flat=True))
    assert made.identity not in "".join(Event.objects.values_list("body", flat=True)), "the record holds no handle to a person"
    bad = identity(7)[:-1] + ("0" if identity(7)[-1] != "0" else "1")
    with pytest.raises(BadFields) as caught:
        experts.change(made.code, {"identity": bad}, by=y.officer, at=NOON)
    assert bad not in json.dumps([str(each) for each in caught.value.problems], ensure_ascii=False)
    assert bad not in str(caught.value)


def test_codes_say_nothing_and_differ(y: Yinchuan) -> None:
    codes = {expert(y.officer, name=f"专家{number}", status="candidate").code for number in range(20)}
    assert len(codes) == 20
    assert all(code.startswith("E-") and len(code) == 6 for code in codes)


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("name", " ", "field-blank"), ("name", "长" * 61, "field-too-long"), ("region", "火星", "expert-region"),
        ("kinds", "厨师", "expert-kind"), ("kinds", "", "field-blank"), ("disciplines", "12", "discipline-code"),
        ("directions", "D-MARS", "expert-direction"), ("keywords", "、".join(map(str, range(21))), "expert-entries"),
        ("most", "很多", "expert-load"), ("most", "101", "expert-load"), ("most", "-1", "expert-load"), ("email", "不是", "bad-email"),
        ("away_from", "昨天", "expert-day"), ("unit", "123", "credit-code-length"), ("identity", "123", "identity-number-length"),
        ("since", "2099-01-01", "tenure-ahead"),
    ],
)  # fmt: skip
def test_a_field_that_is_wrong_is_told_by_its_name(y: Yinchuan, field: str, text: str, code: str) -> None:
    with pytest.raises(BadFields) as caught:
        experts.add("yinchuan", {**TYPED, field: text}, by=y.officer, at=NOON)
    assert wrong(caught) == {field: [code]}
    assert not Expert.objects.exists()


def test_everything_wrong_is_told_at_once(y: Yinchuan) -> None:
    with pytest.raises(BadFields) as caught:
        experts.add("yinchuan", {"most": "x", "away_from": "2026-02-02", "away_until": "2026-01-01"}, by=y.officer, at=NOON)
    assert wrong(caught) == {
        "name": ["field-blank"], "unit_name": ["field-blank"], "region": ["field-blank"], "kinds": ["field-blank"],
        "most": ["expert-load"], "away_until": ["expert-days-cross"],
    }  # fmt: skip


def test_the_same_person_is_not_entered_twice(y: Yinchuan) -> None:
    expert(y.officer, identity=identity(1))
    for typed in ({}, {"name": " 张枸杞 ", "unit_name": "凤城 大学"}, {"identity": identity(1), "unit_name": "别的大学"}):
        with pytest.raises(BadFields) as caught:
            experts.add("yinchuan", {**TYPED, **typed}, by=y.officer, at=NOON)
        assert wrong(caught) == {"name": ["expert-in-bank"]}
    with pytest.raises(BadFields) as caught:
        experts.add("yinchuan", {**TYPED, "name": "李四", "identity": identity(1)}, by=y.officer, at=NOON)
    assert wrong(caught) == {"name": ["identity-of-another"]}
    experts.add("yinchuan", {**TYPED, "identity": identity(2)}, by=y.officer, at=NOON)  # a namesake in the same house
    assert Expert.objects.count() == 2


# -- changing ----------------------------------------------------------------------------------------


def test_another_employer_ends_a_tenure_and_begins_one(y: Yinchuan) -> None:
    made = expert(y.officer, since="2015-01-01")
    experts.change(made.code, {"unit_name": "贺兰山研究院", "unit": code_of(9), "since": "2026-02-01"}, by=y.officer, at=NOON)
    told = [(row.unit_name, row.since, row.until) for row in card(y.officer, made.code, at=NOON).tenures]
    assert told == [("贺兰山研究院", date(2026, 2, 1), None), ("凤城大学", date(2015, 1, 1), date(2026, 1, 31))]
    with pytest.raises(BadFields) as caught:
        experts.change(made.code, {"unit_name": "第三家", "unit": "", "since": "2026-01-01"}, by=y.officer, at=NOON)
    assert wrong(caught) == {"since": ["tenure-before"]}
    assert verify().faults == ()


def test_a_code_that_is_added_or_a_name_put_right_is_no_move(y: Yinchuan) -> None:
    made = expert(y.officer)
    experts.change(made.code, {"unit": code_of(9)}, by=y.officer, at=NOON)
    experts.change(made.code, {"unit_name": "凤城大学（本部）"}, by=y.officer, at=NOON)
    experts.change(made.code, {"since": "2011-09-01"}, by=y.officer, at=NOON)
    assert list(Tenure.objects.values_list("unit_name", "unit", "since", "until")) == [
        ("凤城大学（本部）", code_of(9), date(2011, 9, 1), None)
    ]
    assert verify().faults == ()


def test_nothing_changed_is_no_event(y: Yinchuan) -> None:
    made = expert(y.officer)
    before = Event.objects.count()
    experts.change(made.code, {**TYPED, "most": "10"}, by=y.officer, at=NOON)
    assert Event.objects.count() == before


def test_a_change_cannot_make_two_of_one(y: Yinchuan) -> None:
    expert(y.officer)
    other = expert(y.officer, name="李四")
    with pytest.raises(BadFields) as caught:
        experts.change(other.code, {"name": "张枸杞"}, by=y.officer, at=NOON)
    assert wrong(caught) == {"name": ["expert-in-bank"]}


# -- standing ----------------------------------------------------------------------------------------


def test_the_steps_of_a_status(y: Yinchuan) -> None:
    made = expert(y.officer, status="candidate")
    for status in ("paused", "candidate", "nonsense"):
        with pytest.raises(Refused) as caught:
            experts.set_status(made.code, status, by=y.officer, at=NOON, reason="x")
        assert caught.value.problem.code == "expert-no-step"
    experts.set_status(made.code, "active", by=y.officer, at=NOON)
    with pytest.raises(Refused) as refused:
        experts.set_status(made.code, "paused", by=y.officer, at=NOON)
    assert refused.value.problem.code == "field-blank"
    for status, reason in (("paused", "出国一年"), ("active", ""), ("removed", "违反纪律"), ("candidate", "")):
        made = experts.set_status(made.code, status, by=y.officer, at=NOON, reason=reason)
    assert [(row.kind, row.note) for row in card(y.officer, made.code, at=NOON).conduct] == [
        ("removed", "违反纪律"), ("paused", "出国一年")
    ]  # fmt: skip
    actions = list(Event.objects.filter(action__endswith="-expert").order_by("sequence").values_list("action", flat=True))
    assert actions == ["add-expert", "confirm-expert", "pause-expert", "resume-expert", "remove-expert", "restore-expert"]
    assert verify().faults == ()


def test_only_the_active_are_drawn_from(y: Yinchuan) -> None:
    active, paused = expert(y.officer), expert(y.officer, name="李四")
    expert(y.officer, name="王五", status="candidate")
    experts.set_status(paused.code, "paused", by=y.officer, at=NOON, reason="病假")
    round = type("Round", (), {"call": y.call})()
    assert [each.code for each in bank_for(round)] == [active.code]


def test_who_is_removed_leaves_the_post(y: Yinchuan) -> None:
    made = signed_in_expert(y)
    assert own_card(made.user, at=NOON).expert == made
    experts.set_status(made.code, "removed", by=y.officer, at=NOON, reason="本人要求退出")
    with pytest.raises(NotSeen):
        own_card(made.user, at=NOON)
    assert Post.objects.get(role=Role.EXPERT).until is not None
    assert Message.objects.filter(to=made.user, kind="expert-status").count() == 1
    with pytest.raises(Refused) as caught:
        experts.change(made.code, {"title": "研究员"}, by=y.officer, at=NOON)
    assert caught.value.problem.code == "expert-is-out"
    assert verify().faults == ()


# -- ties and conduct --------------------------------------------------------------------------------


def test_an_expert_declares_and_withdraws(y: Yinchuan) -> None:
    made = signed_in_expert(y)
    tie = experts.add_tie(
        made.code, {"kind": "kin", "person": "王小二", "unit_name": "沙湖公司", "note": "表弟"}, by=made.user, at=NOON
    )
    again = experts.add_tie(
        made.code, {"kind": "kin", "person": "王小二", "unit_name": "沙湖公司", "note": "表弟"}, by=made.user, at=NOON
    )
    assert (tie, tie.source) == (again, "declared")
    with pytest.raises(Refused) as caught:
        experts.withdraw_tie(made.code, tie.id, by=y.officer, at=NOON)
    assert caught.value.problem.code == "tie-of-others"
    assert experts.withdraw_tie(made.code, tie.id, by=made.user, at=NOON).withdrawn_at == NOON
    with pytest.raises(NotSeen):
        experts.withdraw_tie(made.code, tie.id, by=made.user, at=NOON)
    with pytest.raises(NotSeen):
        experts.withdraw_tie(made.code, 2**70, by=made.user, at=NOON)
    entered = experts.add_tie(made.code, {"kind": "dispute", "unit": code_of(3)}, by=y.officer, at=NOON)
    with pytest.raises(Refused):
        experts.withdraw_tie(made.code, entered.id, by=made.user, at=NOON)
    bodies = "".join(Event.objects.values_list("body", flat=True))
    assert "王小二" not in bodies
    assert "表弟" not in bodies
    assert verify().faults == ()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"kind": "", "person": "甲"}, {"kind": ["tie-kind"]}), ({"kind": "acted", "person": "甲"}, {"kind": ["tie-kind"]}),
        ({"kind": "kin"}, {"person": ["tie-without-other"]}), ({"kind": "kin", "unit": "1"}, {"unit": ["credit-code-length"]}),
        ({"kind": "kin", "person": "甲", "since": "x"}, {"since": ["tie-day"]}),
        ({"kind": "kin", "person": "甲", "since": "2020-01-02", "until": "2020-01-01"}, {"until": ["tie-days-cross"]}),
        ({"kind": "kin", "person": "甲" * 61}, {"person": ["field-too-long"]}),
    ],
)  # fmt: skip
def test_a_tie_that_says_nothing_is_refused(y: Yinchuan, typed: dict[str, str], expected: dict[str, list[str]]) -> None:
    made = expert(y.officer)
    with pytest.raises(BadFields) as caught:
        experts.add_tie(made.code, typed, by=y.officer, at=NOON)
    assert wrong(caught) == expected


def test_conduct_is_noted_by_others_and_not_read_by_oneself(y: Yinchuan) -> None:
    made = signed_in_expert(y)
    experts.note_conduct(made.code, "careless", "两份意见一字不差", by=y.officer, at=NOON)
    assert own_card(made.user, at=NOON).conduct == ()
    assert [row.note for row in card(y.officer, made.code, at=NOON).conduct] == ["两份意见一字不差"]
    for kind, note in (("wild", "x"), ("note", " ")):
        with pytest.raises(BadFields):
            experts.note_conduct(made.code, kind, note, by=y.officer, at=NOON)


# -- signing in --------------------------------------------------------------------------------------


def test_whoever_takes_the_invitation_up_is_the_expert(y: Yinchuan) -> None:
    made = signed_in_expert(y)
    assert made.user is not None
    assert made.user.username == "zhang"
    assert [(held.role, held.authority) for held in made.user.posts.all()] == [("expert", y.city)]
    with pytest.raises(Refused) as caught:
        experts.invite(made.code, by=y.officer, at=NOON, link="/join/{secret}/")
    assert caught.value.problem.code == "expert-has-account"
    assert verify().faults == ()


def test_an_account_is_one_expert_and_an_older_link_is_over(y: Yinchuan) -> None:
    first = signed_in_expert(y)
    second = expert(y.officer, name="李四", email="li@example.org")
    old = experts.invite(second.code, by=y.officer, at=NOON, link="/join/{secret}/")
    new = experts.invite(second.code, by=y.officer, at=NOON, link="/join/{secret}/")
    with pytest.raises(Refused) as over:
        people.accept_as(old, person("li"), at=NOON)
    with pytest.raises(Refused) as twice:
        people.accept_as(new, first.user, at=NOON)
    assert (over.value.problem.code, twice.value.problem.code) == ("link-over", "expert-already")
    assert Invitation.objects.filter(used_at=None).count() == 2
    people.accept_as(new, person("li-2"), at=NOON)
    second.refresh_from_db()
    assert second.user is not None
    assert second.user.username == "li-2"


def test_without_an_address_nobody_is_invited(y: Yinchuan) -> None:
    made = expert(y.officer)
    with pytest.raises(Refused) as caught:
        experts.invite(made.code, by=y.officer, at=NOON, link="/join/{secret}/")
    assert caught.value.problem.code == "expert-no-address"


# -- whose it is -------------------------------------------------------------------------------------


def test_others_keep_their_hands_off(y: Yinchuan) -> None:
    made = signed_in_expert(y)
    auditor, stranger = person("auditor"), y.recommender
    post(auditor, Role.AUDITOR, authority=y.city)
    other = expert(y.officer, name="李四")
    steps = (
        lambda by, code: experts.change(code, {"most": "3"}, by=by, at=NOON),
        lambda by, code: experts.set_status(code, "paused", by=by, at=NOON, reason="x"),
        lambda by, code: experts.add_tie(code, {"kind": "kin", "person": "甲"}, by=by, at=NOON),
        lambda by, code: experts.note_conduct(code, "note", "x", by=by, at=NOON),
        lambda by, code: experts.invite(code, by=by, at=NOON, link="/join/{secret}/"),
    )  # fmt: skip
    before = Event.objects.count()
    for step in steps:
        for by, refusal in ((auditor, Refused), (stranger, NotSeen), (y.leader, NotSeen), (made.user, NotSeen)):
            with pytest.raises(refusal):
                step(by, other.code)
    with pytest.raises(NotSeen):
        experts.add("yinchuan", TYPED, by=stranger, at=NOON)
    assert Event.objects.count() == before
    assert card(auditor, other.code, at=NOON).runs is False


def test_experts_keep_up_their_own_part_and_no_more(y: Yinchuan) -> None:
    made = signed_in_expert(y)
    experts.change(
        made.code, {"most": "4", "keywords": "膜分离", "unit_name": "贺兰山研究院", "region": "640104"}, by=made.user, at=NOON
    )
    made.refresh_from_db()
    assert (made.most, made.keywords, made.unit_name, made.tenures.count()) == (4, ["膜分离"], "贺兰山研究院", 2)
    for typed in ({"name": "别名"}, {"kinds": "finance"}, {"identity": identity(3)}):
        with pytest.raises(Refused) as caught:
            experts.change(made.code, typed, by=made.user, at=NOON)
        assert caught.value.problem.code == "bank-s-part"
    post(made.user, Role.OFFICER, authority=y.city)
    for step in (
        lambda: experts.set_status(made.code, "paused", by=made.user, at=NOON, reason="x"),
        lambda: experts.note_conduct(made.code, "good", "很好", by=made.user, at=NOON),
    ):
        with pytest.raises(Refused) as caught:
            step()
        assert caught.value.problem.code == "own-place-in-bank"


# -- looking -----------------------------------------------------------------------------------------


def test_the_list_is_narrowed_and_sorted(y: Yinchuan, django_assert_max_num_queries) -> None:
    expert(y.officer, name="甲", keywords="枸杞多糖", disciplines="46040", directions="D-YC01.1.1")
    expert(y.officer, name="乙", region="110108", kinds="finance", most="0", directions="D-YC09")
    expert(y.officer, name="丙", status="candidate", unit_name="𠮷林大学")
    gone = expert(y.officer, name="丁")
    experts.set_status(gone.code, "removed", by=y.officer, at=NOON, reason="退出")
    away = expert(y.officer, name="戊", away_from=str(today() - timedelta(days=1)))

    def names(**wanted: str) -> list[str]:
        with django_assert_max_num_queries(7):
            return [row.expert.name for row in shelf(y.officer, Wanted(**wanted), on=today()).rows]

    assert sorted(names()) == ["丙", "乙", "戊", "甲"]
    assert sorted(names(status="all")) == ["丁", "丙", "乙", "戊", "甲"]
    assert names(status="candidate") == ["丙"]
    assert names(words="枸杞") == ["甲"]
    assert names(words="𠮷") == ["丙"]
    assert names(words=away.code) == ["戊"]
    assert names(kind="finance") == ["乙"]
    assert names(discipline="460") == ["甲"]
    assert names(discipline="51") == []
    assert names(direction="D-YC01") == ["甲"]
    assert names(direction="D-YC0") == []
    assert names(place="outside") == ["乙"]
    assert sorted(names(place="inside")) == ["丙", "戊", "甲"]
    assert names(load="full") == ["乙"]
    assert sorted(names(load="free")) == ["丙", "乙", "戊", "甲"]
    assert names(sort="name") == names(sort="-name")[::-1]
    assert names(sort="-status")[-1] != names(sort="status")[-1]
    assert [row.is_away for row in shelf(y.officer, Wanted(words="戊"), on=today()).rows] == [True]
    with pytest.raises(NotSeen):
        shelf(y.leader, Wanted(), on=today())


def test_the_record_of_a_bank_is_read_by_its_auditors_alone(y: Yinchuan) -> None:
    made = expert(y.officer)
    here, elsewhere, keeper = person("here"), person("elsewhere"), person("keeper")
    post(here, Role.AUDITOR, authority=y.city)
    post(elsewhere, Role.AUDITOR, authority=y.region)
    post(keeper, Role.KEEPER)

    def told(user: User) -> list[tuple[bool, str]]:
        lines, _ = events_for(user, Found(action="add-expert"))
        return [(line.shows, line.by) for line in lines]

    assert told(here) == [(True, y.officer.name)]
    assert told(elsewhere) == []
    assert told(keeper) == [(False, "")]
    assert made.code in event_for(here, Event.objects.get(action="add-expert").sequence).content
