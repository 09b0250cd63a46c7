"""What ties experts to cases: from the bank, from posts, from answers, from earlier applications and funded projects."""

from __future__ import annotations

from datetime import date

import pytest

from tests.server.banking import expert
from tests.server.making import GOOD, LEADS, NOON, Xinjiang, Yinchuan, code_of, hand_in, person, post, send_on, unit
from zhinan.assignment.conflict_rules import ConflictRules
from zhinan.assignment.conflicts import conflicts
from zhinan.assignment.ties import Kind, Person, Unit
from zhinan.server.actions import applications, experts
from zhinan.server.actions.setting_up import enter_project, enter_shareholding
from zhinan.server.models import Application, Expert, Organisation, RegisterFact, Role, User
from zhinan.server.queries.expert_ties import all_ties, groups, ties_of, ties_of_case

pytestmark = pytest.mark.django_db
ON = date(2026, 4, 1)
MEMBERS = '[{"name": "王水利", "employer": "灌区研究所"}, {"name": "马草原"}]'


@pytest.fixture
def y() -> Yinchuan:
    return Yinchuan()


def application(y: Yinchuan, place: Organisation, name: str, *, title: str, members: str = "", **answers: str) -> Application:
    """An application of a unit that was handed in, led by a new person of that name."""
    known = {
        "applicant.legal_person": "是",
        "applicant.sector": "工业",
        "applicant.incidents": "无",
        "applicant.titles": "科技型中小企业",
    }
    for key, value in known.items():
        RegisterFact.objects.get_or_create(
            organisation=place, key=key, defaults={"value": value, "source": "register", "observed_on": ON}
        )
    leader, admin = person(f"l-{title}", name=name), person(f"a-{title}")
    post(leader, Role.MEMBER, organisation=place)
    post(admin, Role.UNIT_ADMIN, organisation=place)
    case = applications.start(by=leader, call=y.call, scheme="sme-innovation", organisation=place, at=NOON)
    more = {"project.members": members} if members else {}
    hand_in(case, {**GOOD, "project.title": title, **more, **answers}, leader=leader, admin=admin)
    case.refresh_from_db()
    return case


def rules(who: Expert, case: Application, **more: object) -> set[str]:
    """The rules that bar this expert from this case."""
    ties = all_ties([who], [case], on=ON, **more)  # type: ignore[arg-type]  # by name
    ((_, mine),), ((_, its),) = ties.experts.items(), ties.cases.items()
    return {each.rule for each in conflicts(mine, its, ConflictRules(off=frozenset()), groups(500), ON)}


def account(who: Expert, user: User) -> Expert:
    """The expert signs in with this account."""
    who.user = user
    who.save()
    return who


def test_who_stands_in_a_case(y: Yinchuan) -> None:
    case = application(y, unit(50, name="沙湖公司"), "李负责", title="一", members=MEMBERS)
    send_on(case, by=y.recommender, letter="兴科函〔2026〕1号")
    its = ties_of_case(case)
    assert (its.id, its.authority, its.recommender) == (case.code, "yinchuan", Unit("xingqing"))
    assert its.units == {
        "applicant": (Unit("沙湖公司", code_of(50)),), "partner": (Unit("灌区研究所"),), "technical-support": (),
    }  # fmt: skip
    assert its.people == {
        "leader": (Person("李负责", "", Unit("沙湖公司", code_of(50))),),
        "member": (Person("王水利", "", Unit("灌区研究所")), Person("马草原")),
    }


def test_partners_of_a_case_stand_in_it_by_their_role() -> None:
    x = Xinjiang()
    partners = '[{"名称": "远驰电气", "角色": "一般参与单位"}, {"名称": "天山理工学院", "角色": "技术依托单位"}]'
    case = x.draft()
    applications.save(case.code, {**LEADS, "project.partners": partners}, by=x.leader, at=NOON)
    its = ties_of_case(case)
    assert (its.units["partner"], its.units["technical-support"]) == ((Unit("远驰电气"),), (Unit("天山理工学院"),))


def test_an_answer_that_cannot_be_read_bars_nobody_and_stops_nothing(y: Yinchuan) -> None:
    case = applications.start(by=y.leader, call=y.call, scheme="sme-innovation", organisation=y.unit, at=NOON)
    applications.save(case.code, {"project.members": "王五，赵六", "leader.name": "\x00"}, by=y.leader, at=NOON)
    assert ties_of_case(case).people["member"] == ()


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ({"name": "李负责", "unit_name": "沙湖公司"}, "own-application"), ({"name": "王水利", "unit_name": "灌区研究所"}, "own-application"),
        ({"name": "马草原", "unit_name": "别处"}, "own-application"), ({"unit_name": "沙湖公司（旧名）", "unit": code_of(50)}, "same-unit"),
        ({"unit_name": "灌区研究所"}, "same-unit"), ({"unit_name": "xingqing"}, "recommender"),
    ],
)  # fmt: skip
def test_names_and_units_of_the_bank_are_compared(y: Yinchuan, typed: dict[str, str], rule: str) -> None:
    case = application(y, unit(50, name="沙湖公司"), "李负责", title="一", members=MEMBERS)
    send_on(case, by=y.recommender, letter="兴科函〔2026〕1号")
    assert rule in rules(expert(y.officer, **typed), case)
    assert rules(expert(y.officer, name="无关人", unit_name="无关大学"), case) == set()


def test_a_leader_is_known_by_the_account_whatever_the_name(y: Yinchuan) -> None:
    case = application(y, unit(50, name="沙湖公司"), "李负责", title="一")
    mine = account(expert(y.officer, name="李（曾用名）", unit_name="别处"), case.leader)
    assert "own-application" in rules(mine, case)


def test_posts_on_the_platform_count_whatever_the_bank_says(y: Yinchuan) -> None:
    place = unit(50, name="沙湖公司")
    case = application(y, place, "李负责", title="一")
    user = person("works-there")
    mine = account(expert(y.officer, unit_name="别处"), user)
    assert rules(mine, case) == set()
    held = post(user, Role.MEMBER, organisation=place)
    assert rules(mine, case) == {"same-unit"}
    held.until = date(2025, 12, 31)
    held.save()
    assert rules(mine, case) == {"past-unit"}
    post(user, Role.OFFICER, authority=y.city)
    assert rules(mine, case) == {"past-unit", "official"}


def test_a_declared_tie_bars_until_it_is_withdrawn(y: Yinchuan) -> None:
    case = application(y, unit(50, name="沙湖公司"), "李负责", title="一")
    mine = expert(y.officer)
    tie = experts.add_tie(mine.code, {"kind": "kin", "person": "李负责", "unit_name": "沙湖公司"}, by=y.officer, at=NOON)
    assert rules(mine, case) == {"kin"}
    experts.withdraw_tie(mine.code, tie.id, by=y.officer, at=NOON)
    assert rules(mine, case) == set()
    experts.add_tie(mine.code, {"kind": "consulting", "unit": code_of(50)}, by=y.officer, at=NOON)
    assert rules(mine, case) == {"interest"}
    assert [(each.kind, each.unit, each.person) for each in ties_of(mine, on=ON).ties] == [
        (Kind.CONSULTING, Unit("", code_of(50)), Person())
    ]


def test_units_under_one_control_are_of_one_group(y: Yinchuan) -> None:
    case = application(y, unit(50, name="沙湖公司"), "李负责", title="一")
    unit(51, name="母公司")
    enter_shareholding(code_of(51), code_of(50), 600, by=None, at=NOON)
    assert rules(expert(y.officer, unit_name="母公司"), case) == {"same-group"}


def test_people_who_applied_together_before_are_found_though_nobody_says_so(y: Yinchuan) -> None:
    earlier = application(
        y, unit(60, name="绿洲公司"), "张枸杞", title="从前", members='[{"name": "李负责", "employer": "沙湖公司"}]'
    )
    case = application(y, unit(50, name="沙湖公司"), "李负责", title="现在")
    mine = expert(y.officer, name="张枸杞", unit_name="凤城大学")
    assert rules(mine, case) == set(), "the same name in another unit is somebody else"
    account(mine, earlier.leader)
    assert rules(mine, case) == {"recent-work"}
    (tie,) = all_ties([mine], [case], on=ON).experts[mine.code].ties
    assert (tie.kind, tie.person, tie.since, tie.source) == (
        Kind.JOINT_PROJECT, Person("李负责", "", Unit("沙湖公司")), NOON.date(), earlier.code,
    )  # fmt: skip


def test_a_team_member_is_found_by_name_and_unit(y: Yinchuan) -> None:
    application(
        y,
        unit(60, name="绿洲公司"),
        "别人",
        title="从前",
        members='[{"name": "张枸杞", "employer": "凤城大学"}, {"name": "李负责"}]',
    )
    case = application(y, unit(50, name="沙湖公司"), "李负责", title="现在")
    assert rules(expert(y.officer), case) == {"recent-work"}
    assert rules(expert(y.officer, unit_name="贺兰山研究院"), case) == set()


def test_a_draft_tells_nothing(y: Yinchuan) -> None:
    place = unit(60, name="绿洲公司")
    leader = person("drafts", name="张枸杞")
    post(leader, Role.MEMBER, organisation=place)
    draft = applications.start(by=leader, call=y.call, scheme="sme-innovation", organisation=place, at=NOON)
    applications.save(draft.code, {"project.members": '[{"name": "李负责", "employer": "沙湖公司"}]'}, by=leader, at=NOON)
    case = application(y, unit(50, name="沙湖公司"), "李负责", title="现在")
    assert rules(account(expert(y.officer, unit_name="绿洲公司"), leader), case) == set()


def test_a_funded_project_ties_to_its_unit_while_it_is_recent(y: Yinchuan) -> None:
    place = unit(50, name="沙湖公司")
    case = application(y, place, "李负责", title="现在")
    user = person("led-before")
    mine = account(expert(y.officer), user)
    enter_project(
        place, special="sme_innovation", level="city", title="旧项目", leader=user.username, established_on=date(2015, 1, 1),
        concluded_on=date(2017, 1, 1), by=None, at=NOON,
    )  # fmt: skip
    assert rules(mine, case) == set()
    enter_project(
        place, special="sme_innovation", level="city", title="新项目", leader=user.username, established_on=date(2025, 1, 1), by=None, at=NOON
    )  # fmt: skip
    assert rules(mine, case) == {"recent-work"}


def test_the_number_of_queries_does_not_grow(y: Yinchuan, django_assert_num_queries) -> None:
    def world(number: int) -> tuple[list[Expert], list[Application]]:
        cases = [
            application(
                y,
                unit(300 + 10 * number + each, name=f"公司{number}{each}"),
                f"负责{each}",
                title=f"题{number}{each}",
                members=MEMBERS,
            )
            for each in range(number)
        ]
        bank = [expert(y.officer, name=f"负责{each}", unit_name=f"大学{number}{each}") for each in range(number)]
        for who, case in zip(bank, cases, strict=True):
            account(who, case.leader)
            experts.add_tie(who.code, {"kind": "kin", "person": "甲"}, by=y.officer, at=NOON)
        return list(Expert.objects.filter(id__in=[each.id for each in bank])), cases

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in (1, 4):
        bank, cases = world(number)
        with CaptureQueriesContext(connection) as queries:
            all_ties(bank, cases, on=ON)
        counts.append(len(queries))
    assert counts[0] == counts[1] < 20


def test_ids_are_those_the_caller_gives(y: Yinchuan) -> None:
    case = application(y, unit(50, name="沙湖公司"), "李负责", title="一")
    assert all_ties([], [case], on=ON, called=lambda row: f"#{row.id}").cases.keys() == {f"#{case.id}"}
    assert all_ties([], [], on=ON).cases == {}
