"""Rows for the server's tests, made the way the platform makes them: by calling actions wherever there is one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from stdnum.cn.uscc import calc_check_digit

from zhinan.server.actions import applications, calls, chain, papers
from zhinan.server.clock import BEIJING
from zhinan.server.models import (
    Application,
    Authority,
    Call,
    Organisation,
    OrganisationStatus,
    Post,
    RegisterFact,
    Role,
    Section,
    Submission,
    User,
)  # fmt: skip
from zhinan.server.queries.applications import filled
from zhinan.server.queries.sheets import sheet
from zhinan.values.text import Text

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=BEIJING)
USCC = {"甲": "91640100MA00000019", "乙": "91640100MA00000027"}


def person(login: str, **given: object) -> User:
    """A person with no post."""
    known = {"name": f"人员{login}", "email": f"{login}@example.org", **given}
    return User.objects.create_user(username=login, password=None, **known)  # type: ignore[arg-type]  # whatever a test gives


def post(user: User, role: Role, **place: object) -> Post:
    """A post held since long ago."""
    return Post.objects.create(user=user, role=role, since=date(2020, 1, 1), **place)


def authority(code: str, kind: str, region: str, parent: Authority | None = None, **given: object) -> Authority:
    """A body called after its code."""
    return Authority.objects.create(code=code, name_zh=code, name_en=code, kind=kind, region=region, parent=parent, **given)


def code_of(number: int) -> str:
    """A unified social credit code with its right check digit, the same for the same number."""
    body = f"91640100MA{number:07d}"
    return body + calc_check_digit(body)


def unit(number: int, region: str = "640104", **given: object) -> Organisation:
    """A confirmed enterprise."""
    known = {
        "name": f"第{number}号企业",
        "kind": "enterprise",
        "status": OrganisationStatus.CONFIRMED,
        "registered_at": NOON,
        **given,
    }
    return Organisation.objects.create(uscc=code_of(number), region=region, **known)


class Yinchuan:
    """A city with a county and a section, an enterprise with its people, and an open call for small enterprises."""

    def __init__(self) -> None:
        self.region = authority("ningxia", "region", "640000")
        self.city = authority("yinchuan", "city", "640100", self.region)
        self.county = authority("xingqing", "county", "640104", self.city)
        self.section = Section.objects.create(authority=self.city, name_zh="高新技术科", name_en="high-tech section")
        self.unit = unit(1)
        self.leader, self.admin = person("leader"), person("admin")
        post(self.leader, Role.MEMBER, organisation=self.unit)
        post(self.admin, Role.UNIT_ADMIN, organisation=self.unit)
        self.recommender, self.officer = person("recommender"), person("officer")
        post(self.recommender, Role.OFFICER, authority=self.county)
        post(self.officer, Role.OFFICER, authority=self.city, section=self.section)
        self.call = self.open_call()

    def open_call(self, code: str = "yc-2026", schemes: tuple[str, ...] = ("sme-innovation",)) -> Call:
        """A call that closes on 1 April."""
        calls.create(
            by=self.officer,
            authority=self.city,
            code=code,
            pack="yinchuan-2026",
            schemes=schemes,
            title=Text("银川批次", "Yinchuan call"),
            at=NOON,
        )
        calls.settle(code, by=self.officer, at=NOON, closes_at=NOON + timedelta(days=30))
        return calls.publish(code, by=self.officer, at=NOON)

    def facts(self) -> None:
        """What the register holds of the enterprise."""
        known = {
            "applicant.legal_person": "是",
            "applicant.sector": "工业",
            "applicant.incidents": "无",
            "applicant.titles": "科技型中小企业",
        }
        RegisterFact.objects.bulk_create(
            RegisterFact(organisation=self.unit, key=key, value=value, source="register", observed_on=date(2026, 1, 1))
            for key, value in known.items()
        )

    def draft(self, by: User | None = None) -> Application:
        """An application just begun."""
        return applications.start(by=by or self.leader, call=self.call, scheme="sme-innovation", organisation=self.unit, at=NOON)


#: Answers under which an enterprise may apply as a small one; together with what the register holds.
GOOD = {
    "applicant.sme": "是", "applicant.revenue_last_year": "1500万元", "applicant.staff": "120人", "applicant.sector": "工业",
    "applicant.legal_person": "是", "applicant.incidents": "无",
    "project.title": "枸杞精深加工关键技术研究", "project.total_rnd_investment": "100万元", "project.expected_ip": "2项",
    "project.direction": "D-YC09", "project.duration": "24个月", "project.starts_on": "2026-05-01", "project.ends_on": "2028-04-30",
    "project.indicators": '[{"name": "多糖提取率", "family": "技术指标", "target": "35%", "quantified": "是"}]',
    "project.total_budget": "100万元", "project.requested_grant": "30万元", "project.self_raised": "70万元", "project.payment_mode": "前引导",
    "project.budget_lines": '[{"class": "设备费", "fiscal": "30万元", "own": "70万元", "basis": "提取设备"}]',
    "project.summary": "研究枸杞多糖的提取。", "project.content": "三项关键技术。", "project.foundation": "已有中试线。", "project.schedule": "两年。",
}  # fmt: skip

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def hand_in(case: Application, answers: dict[str, str], *, leader: User, admin: User, at: datetime = NOON) -> Submission:
    """Fill an application in, give it every paper it asks for, and hand it in."""
    applications.save(case.code, answers, by=leader, at=at)
    case.refresh_from_db()
    now = filled(case, on=at.date())
    for upload in now.form.uploads:
        if upload.is_wanted(now.facts) and upload.id not in now.papers:
            papers.add(
                case.code, upload.id, name=f"{upload.name.zh}.pdf", content=PDF, declared_type="application/pdf", by=leader, at=at
            )
    return applications.submit(case.code, by=admin, at=at, begun_at=at)


def check_all(case: Application, *, by: User, at: datetime = NOON, mark: str = "yes") -> None:
    """Answer everything a person must answer on the check sheet of the stage the case stands at."""
    case.refresh_from_db()
    the_sheet = sheet(filled(case, on=at.date()), case.stage)
    chain.answer(case.code, {line.item: (mark, "") for line in the_sheet.lines if line.is_asked}, by=by, at=at)


def send_on(case: Application, *, by: User, letter: str, at: datetime = NOON) -> None:
    """Check a case, put it on its body's list, and send the list up with a letter."""
    check_all(case, by=by, at=at)
    chain.put_on_list(case.code, by=by, at=at)
    case.refresh_from_db()
    assert case.body is not None
    chain.send_list(case.call.code, case.stage, case.body.code, letter=letter, letter_date=at.date(), by=by, at=at)
    case.refresh_from_db()


class Xinjiang:
    """A region with a city, a park and a system recommender; an enterprise of the park; an open call for the two zones."""

    def __init__(self) -> None:
        self.region = authority("xinjiang", "region", "650000")
        self.city = authority("urumqi", "city", "650100", self.region)
        self.system = authority("urumqi-system", "system", "650100", self.city)
        self.park = authority("urumqi-park", "park", "650104", self.city, park_key="urumqi_high_tech")
        self.unit = unit(101, "650104", park=self.park)
        self.leader, self.admin = person("xj-leader"), person("xj-admin")
        post(self.leader, Role.MEMBER, organisation=self.unit)
        post(self.admin, Role.UNIT_ADMIN, organisation=self.unit)
        self.park_officer, self.city_officer = person("park-officer"), person("city-officer")
        self.recommender, self.officer = person("xj-recommender"), person("xj-officer")
        for user, body in (
            (self.park_officer, self.park), (self.city_officer, self.city), (self.recommender, self.system), (self.officer, self.region)
        ):  # fmt: skip
            post(user, Role.OFFICER, authority=body)
        self.call = self.open_call()
        self.topic = calls.settle_topic(
            self.call.code, by=self.park_officer, park=self.park, title="钠电储能模组", direction="D-XJ.3", at=NOON
        )

    def open_call(self, code: str = "xj-2025", schemes: tuple[str, ...] = ("enterprise-leadership", "results-transfer")) -> Call:
        """A call that closes on 1 April."""
        title = Text("两区批次", "Call of the two zones")
        calls.create(
            by=self.officer, authority=self.region, code=code, pack="xinjiang-liangqu-2025", schemes=schemes, title=title, at=NOON
        )
        calls.settle(code, by=self.officer, at=NOON, closes_at=NOON + timedelta(days=30))
        return calls.publish(code, by=self.officer, at=NOON)

    def draft(self, scheme: str = "enterprise-leadership") -> Application:
        """An application just begun, on the topic the park has settled."""
        return applications.start(
            by=self.leader, call=self.call, scheme=scheme, organisation=self.unit, topic=self.topic, at=NOON
        )

    def handed_in(self) -> Application:
        """An application of an enterprise that leads, handed in to the park."""
        case = self.draft()
        hand_in(case, LEADS, leader=self.leader, admin=self.admin)
        case.refresh_from_db()
        return case


#: Answers under which an enterprise of a park may lead a project of the two zones.
LEADS = {
    "applicant.central_branch": "否", "applicant.sme": "是", "applicant.rnd_spend_last_year": "80万元", "applicant.platforms": "无",
    "applicant.academician_holding": "无院士出资", "applicant.rnd_bodies": "内设研发机构", "applicant.rnd_staff": "12人",
    "applicant.bad_credit": "无", "applicant.representative_bad_credit": "无",
    "project.title": "钠电储能模组", "project.direction": "D-XJ.3", "project.duration": "24个月",
    "project.starts_on": "2026-05-01", "project.ends_on": "2028-04-30", "project.stages": "技术开发、示范应用",
    "project.partners": '[{"名称": "远驰电气", "单位性质": "企业"}, {"名称": "天山理工学院", "单位性质": "高等学校"}]',
    "project.partners_in_region": "2家", "project.expected_ip": "1项", "project.result_forms": "新产品、专利",
    "project.indicators": (
        '[{"name": "循环寿命", "family": "技术指标", "target": "6000次", "quantified": "是"},'
        ' {"name": "发明专利", "family": "科技产出指标", "target": "1项", "quantified": "是"},'
        ' {"name": "新增销售收入", "family": "效益指标", "target": "2000万元", "quantified": "是"}]'
    ),
    "project.total_budget": "600万元", "project.requested_grant": "200万元", "project.self_raised": "400万元",
    "project.budget_lines": '[{"class": "设备费", "fiscal": "200万元", "own": "400万元", "basis": "中试线"}]',
    "documents.statements": "资产负债表、损益表、利润分配表",
    "project.summary": "钠电储能模组的研制和示范。", "project.content": "三项关键技术。", "project.foundation": "已有样机。", "project.schedule": "两年。",
}  # fmt: skip


def ready_draft(yinchuan: Yinchuan) -> Application:
    """A draft in which nothing is lacking: every answer, and the one paper its form wants."""
    case = yinchuan.draft()
    applications.save(case.code, GOOD, by=yinchuan.leader, at=NOON)
    papers.add(
        case.code, "evidence-below-threshold", name="报表.pdf", content=PDF, declared_type="application/pdf", by=yinchuan.leader,
        at=NOON,
    )  # fmt: skip
    return case
