"""Access to one case: who may see, fill in and act, and the words in which they are refused."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from tests.server.making import GOOD, NOON, Yinchuan, hand_in, person, post
from zhinan.server.models import Application, Role, User
from zhinan.server.queries.access import ACT, FILL, SEE, acting_roles, case_for, roles_in, visible_cases
from zhinan.server.refused import NotSeen, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def y() -> Yinchuan:
    made = Yinchuan()
    made.facts()
    return made


@pytest.fixture
def waiting(y: Yinchuan) -> Application:
    case = y.draft()
    hand_in(case, GOOD, leader=y.leader, admin=y.admin)
    case.refresh_from_db()
    return case


def refusal(user: User, case: Application, to: str) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        case_for(user, case.code, to=to)
    return caught.value.problem.message.zh, caught.value.problem.mend.zh


def test_nobody_sees_nothing(y: Yinchuan) -> None:
    y.draft()
    for user in (None, AnonymousUser(), person("nobody")):
        assert list(visible_cases(user)) == []  # type: ignore[arg-type]  # someone who has not signed in


def test_a_case_is_one_row_however_many_ways_lead_to_it(y: Yinchuan, waiting: Application) -> None:
    post(y.admin, Role.AUDITOR, authority=y.city)
    post(y.admin, Role.OFFICER, authority=y.city)
    post(y.admin, Role.OFFICER, authority=y.county)
    assert list(visible_cases(y.admin)) == [waiting]


def test_who_may_not_see_hears_the_same_as_for_no_case(y: Yinchuan) -> None:
    case = y.draft()
    for code in (case.code, "yc-2026-9999"):
        with pytest.raises(NotSeen):
            case_for(y.recommender, code, to=SEE)


def test_an_officer_does_not_fill_in(y: Yinchuan, waiting: Application) -> None:
    assert refusal(y.recommender, waiting, FILL) == (
        "您可以查看，但不能办理：只有项目负责人和单位管理员能填写",
        "需要修改时可以退回补正",
    )


def test_what_was_handed_in_is_fixed(y: Yinchuan, waiting: Application) -> None:
    assert refusal(y.leader, waiting, FILL) == (
        "您可以查看，但不能办理：申报书已经提交，内容已固定",
        "等待退回补正，或者撤回后重新填报",
    )


def test_only_the_body_that_has_it_acts(y: Yinchuan, waiting: Application) -> None:
    assert case_for(y.recommender, waiting.code, to=ACT) == waiting
    message, _ = refusal(y.officer, waiting, ACT)
    assert message.startswith("您可以查看，但不能办理：")


def test_the_applicant_s_side_never_acts_on_its_own_case(y: Yinchuan, waiting: Application) -> None:
    for user in (y.leader, y.admin):
        post(user, Role.OFFICER, authority=y.county)
        assert acting_roles(user, waiting) == frozenset()
        assert refusal(user, waiting, ACT)[0] == "您可以查看，但不能办理：本人参与的申报须由他人办理"


def test_an_officer_who_belongs_to_the_unit_does_not_act_either(y: Yinchuan, waiting: Application) -> None:
    post(y.recommender, Role.MEMBER, organisation=y.unit)
    assert roles_in(y.recommender, waiting) == frozenset()


def test_a_unit_that_recommends_for_itself_does_so_by_others_than_the_leader(y: Yinchuan, waiting: Application) -> None:
    y.unit.body = y.county
    y.unit.save()
    waiting.refresh_from_db()
    colleague = person("colleague")
    for user in (colleague, y.leader):
        post(user, Role.OFFICER, authority=y.county)
    post(colleague, Role.MEMBER, organisation=y.unit)
    assert ("self-recommender" in roles_in(colleague, waiting), "self-recommender" in roles_in(y.leader, waiting)) == (
        True,
        False,
    )


def test_the_section_it_is_routed_to_takes_it_in(y: Yinchuan, waiting: Application) -> None:
    waiting.stage, waiting.body, waiting.section = "intake", y.city, y.section
    waiting.save()
    chief, other = person("chief"), person("other")
    post(chief, Role.OFFICER, authority=y.city)
    post(other, Role.OFFICER, authority=y.city, section=y.city.sections.create(name_zh="农村科", name_en="rural"))
    assert [bool(acting_roles(user, waiting)) for user in (y.officer, chief, other)] == [True, True, False]


def test_a_locked_case_is_the_same_case(y: Yinchuan, waiting: Application) -> None:
    assert case_for(y.leader, waiting.code, lock=True) == waiting
    assert waiting.submitted_at == NOON
