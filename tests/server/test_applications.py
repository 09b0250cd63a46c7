"""An application begun, filled in, passed on and taken back: what is kept, what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.server.making import NOON, Xinjiang, Yinchuan, person, post, ready_draft, unit
from zhinan.server.actions import applications, chain
from zhinan.server.models import Application, Message, Organisation, Role
from zhinan.server.refused import NotSeen, Refused, Stale
from zhinan.values.problem import BadInput

pytestmark = pytest.mark.django_db

CLOSES = NOON + timedelta(days=30)
SECOND = timedelta(seconds=1)


@pytest.fixture
def yinchuan() -> Yinchuan:
    made = Yinchuan()
    made.facts()
    return made


@pytest.fixture
def ready(yinchuan: Yinchuan) -> Application:
    return ready_draft(yinchuan)


def told(refused: pytest.ExceptionInfo[BadInput]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def texts(case: Application) -> dict[str, str]:
    return dict(case.answers.values_list("key", "text"))


# ─── beginning ───


def test_a_new_draft_holds_what_is_on_record_with_where_it_is_from(yinchuan: Yinchuan) -> None:
    case = applications.start(
        by=yinchuan.leader, call=yinchuan.call, scheme="sme-innovation", organisation=yinchuan.unit, at=NOON,
        answers={"applicant.sector": "农业", "applicant.staff": "120\0人", "not.a.fact": "x"},
    )  # fmt: skip
    rows = {row.key: (row.text, row.source, str(row.observed_on)) for row in case.answers.all()}
    assert rows["applicant.sector"] == ("工业", "register", "2026-01-01")
    assert rows["applicant.name"] == ("第1号企业", "platform", "2026-03-02")
    assert rows["applicant.staff"] == ("120人", "declared", "None")
    assert "not.a.fact" not in rows


def test_only_people_of_the_unit_begin_and_lead(yinchuan: Yinchuan) -> None:
    with pytest.raises(Refused) as refused:
        yinchuan.draft(by=yinchuan.officer)
    assert told(refused) == ["not-of-the-unit"]


def test_only_the_administrator_begins_for_somebody_else(yinchuan: Yinchuan) -> None:
    other = person("other")
    post(other, Role.MEMBER, organisation=yinchuan.unit)
    begin = {"call": yinchuan.call, "scheme": "sme-innovation", "organisation": yinchuan.unit, "at": NOON, "leader": other}
    with pytest.raises(Refused) as refused:
        applications.start(by=yinchuan.leader, **begin)
    assert told(refused) == ["leader-is-another"]
    assert applications.start(by=yinchuan.admin, **begin).leader == other


def test_a_second_draft_is_refused_and_names_the_first(yinchuan: Yinchuan) -> None:
    case = yinchuan.draft()
    with pytest.raises(Refused) as refused:
        yinchuan.draft()
    assert refused.value.problem.message.zh == f"您在这个事项下已有草稿 {case.code}"
    applications.withdraw(case.code, by=yinchuan.admin, at=NOON)
    assert yinchuan.draft().code == "yc-2026-0002"


def test_nothing_is_begun_outside_the_call(yinchuan: Yinchuan) -> None:
    begin = {"by": yinchuan.leader, "call": yinchuan.call, "organisation": yinchuan.unit}
    for scheme, at, code in (
        ("young-talent", NOON, "scheme-not-in-call"), ("nothing", NOON, "scheme-not-in-call"), ("sme-innovation", CLOSES + SECOND, "call-closed"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            applications.start(scheme=scheme, at=at, **begin)
        assert told(refused) == [code]


def test_a_topic_is_one_that_the_own_park_has_settled() -> None:
    xinjiang = Xinjiang()
    begin = {
        "by": xinjiang.leader,
        "call": xinjiang.call,
        "scheme": "enterprise-leadership",
        "organisation": xinjiang.unit,
        "at": NOON,
    }
    with pytest.raises(Refused) as refused:
        applications.start(**begin)
    assert told(refused) == ["no-topic"]
    Organisation.objects.filter(id=xinjiang.unit.id).update(park=None)
    with pytest.raises(Refused) as refused:
        applications.start(**{**begin, "organisation": Organisation.objects.get(id=xinjiang.unit.id)}, topic=xinjiang.topic)
    assert told(refused) == ["no-topic"]
    case = applications.start(**begin, topic=xinjiang.topic)
    assert (case.topic, texts(case)["project.title"]) == (xinjiang.topic, "钠电储能模组")


def test_a_topic_is_left_out_where_parks_settle_none(yinchuan: Yinchuan) -> None:
    xinjiang = Xinjiang()
    begin = {"by": yinchuan.leader, "call": yinchuan.call, "scheme": "sme-innovation", "organisation": yinchuan.unit, "at": NOON}
    assert applications.start(**begin, topic=xinjiang.topic).topic is None


# ─── filling in ───


def test_what_cannot_be_read_is_kept_as_it_was_typed(yinchuan: Yinchuan) -> None:
    case = yinchuan.draft()
    saved = applications.save(case.code, {"applicant.revenue_last_year": "大约1500"}, by=yinchuan.leader, at=NOON)
    assert texts(case)["applicant.revenue_last_year"] == "大约1500"
    assert (dict(saved.versions), saved.now is not None and set(saved.now.problems)) == (
        {"applicant.revenue_last_year": 1}, {"applicant.revenue_last_year"},
    )  # fmt: skip


def test_a_version_grows_with_each_change_only(yinchuan: Yinchuan) -> None:
    case = yinchuan.draft()

    def save(text: str) -> int:
        return applications.save(case.code, {"project.title": text}, by=yinchuan.leader, at=NOON, refresh=False).versions[
            "project.title"
        ]

    assert [save(text) for text in ("", "甲", "甲", "乙", "")] == [0, 1, 1, 2, 3]


def test_an_answer_from_the_register_keeps_its_source_until_it_is_changed(yinchuan: Yinchuan) -> None:
    case = yinchuan.draft()
    applications.save(case.code, {"applicant.sector": "工业"}, by=yinchuan.leader, at=NOON)
    assert case.answers.get(key="applicant.sector").source == "register"
    applications.save(case.code, {"applicant.sector": "农业"}, by=yinchuan.leader, at=NOON)
    row = case.answers.get(key="applicant.sector")
    assert (row.source, row.observed_on, row.saved_by) == ("declared", None, yinchuan.leader)


def test_two_people_at_different_fields_do_not_disturb_one_another(yinchuan: Yinchuan) -> None:
    case = yinchuan.draft()
    applications.save(case.code, {"project.title": "甲"}, by=yinchuan.leader, at=NOON, versions={"project.title": 0})
    applications.save(case.code, {"project.summary": "乙"}, by=yinchuan.admin, at=NOON, versions={"project.summary": 0})
    assert {key: texts(case)[key] for key in ("project.title", "project.summary")} == {
        "project.title": "甲",
        "project.summary": "乙",
    }


def test_the_same_field_changed_elsewhere_is_refused_and_nothing_of_the_save_is_kept(yinchuan: Yinchuan) -> None:
    case = yinchuan.draft()
    applications.save(case.code, {"project.title": "甲"}, by=yinchuan.leader, at=NOON)
    with pytest.raises(Stale) as refused:
        applications.save(
            case.code, {"project.title": "乙", "project.summary": "丙"}, by=yinchuan.admin, at=NOON, versions={"project.title": 0}
        )
    assert refused.value.problem.message.zh == "“名称”刚在别处改过"
    assert (texts(case)["project.title"], "project.summary" in texts(case)) == ("甲", False)


def test_the_same_text_typed_twice_is_no_conflict(yinchuan: Yinchuan) -> None:
    case = yinchuan.draft()
    for _ in range(2):
        saved = applications.save(case.code, {"project.title": "甲"}, by=yinchuan.leader, at=NOON, versions={"project.title": 0})
    assert saved.versions == {"project.title": 1}


def test_a_field_that_the_form_has_not_and_a_text_too_long_are_refused(yinchuan: Yinchuan) -> None:
    case = yinchuan.draft()
    with pytest.raises(Refused) as refused:
        applications.save(case.code, {"no.such": "x", "project.title": "长" * 500_001}, by=yinchuan.leader, at=NOON)
    assert told(refused) == ["no-such-field", "answer-too-long"]


def test_signs_that_no_database_keeps_are_left_out(yinchuan: Yinchuan) -> None:
    case = yinchuan.draft()
    applications.save(case.code, {"project.title": "甲\0乙\ud800"}, by=yinchuan.leader, at=NOON)
    assert texts(case)["project.title"] == "甲乙?"


def test_strangers_do_not_know_of_a_draft(yinchuan: Yinchuan) -> None:
    case = yinchuan.draft()
    stranger = person("stranger")
    post(stranger, Role.UNIT_ADMIN, organisation=unit(2))
    for user in (stranger, yinchuan.officer, yinchuan.recommender):
        for act in (
            lambda: applications.save(case.code, {"project.title": "x"}, by=user, at=NOON),  # noqa: B023  # called at once
            lambda: applications.submit(case.code, by=user, at=NOON, begun_at=NOON),  # noqa: B023  # called at once
            lambda: applications.withdraw(case.code, by=user, at=NOON),  # noqa: B023  # called at once
        ):
            with pytest.raises(NotSeen):
                act()


# ─── taking back, passing on ───


def test_a_draft_is_taken_back_by_the_unit_without_a_reason(yinchuan: Yinchuan, ready: Application) -> None:
    with pytest.raises(Refused) as refused:
        applications.withdraw(ready.code, by=yinchuan.leader, at=NOON)
    assert told(refused) == ["cannot-withdraw"]
    assert applications.withdraw(ready.code, by=yinchuan.admin, at=NOON).stage == "withdrawn"
    with pytest.raises(Refused) as refused:
        applications.submit(ready.code, by=yinchuan.admin, at=NOON, begun_at=NOON)
    assert told(refused) == ["case-ended"]


def test_what_was_handed_in_is_taken_back_with_a_reason_that_its_body_hears(yinchuan: Yinchuan, ready: Application) -> None:
    applications.submit(ready.code, by=yinchuan.admin, at=NOON, begun_at=NOON)
    with pytest.raises(Refused) as refused:
        applications.withdraw(ready.code, by=yinchuan.admin, at=NOON, reason="不做了")
    assert told(refused) == ["cannot-withdraw"]
    marked = {"project.summary": {"kind": "incomplete", "note": ""}}
    chain.move(ready.code, "return-to-draft", by=yinchuan.recommender, at=NOON, reason="数据不符", marked=marked)
    with pytest.raises(Refused) as refused:
        applications.withdraw(ready.code, by=yinchuan.admin, at=NOON, reason=" ")
    assert told(refused) == ["withdrawal-reason-missing"]
    assert applications.withdraw(ready.code, by=yinchuan.admin, at=NOON, reason="不做了").stage == "withdrawn"
    assert Message.objects.get(kind="withdrawn").to == yinchuan.recommender
    again = applications.submit(ready.code, by=yinchuan.admin, at=NOON, begun_at=NOON)
    assert again.number == 1


def test_passing_on_tells_the_administrators(yinchuan: Yinchuan, ready: Application) -> None:
    assert applications.hand_over(ready.code, by=yinchuan.leader, at=NOON).ready_at == NOON
    assert [message.to for message in Message.objects.filter(kind="ready")] == [yinchuan.admin]
