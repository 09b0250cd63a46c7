"""The world of the access tests: everyone who could come to the door, and a case at every point of its life."""

from __future__ import annotations

from datetime import timedelta

from tests.server.making import GOOD, NOON, Yinchuan, authority, check_all, hand_in, person, post, send_on, unit
from tests.server.review import shown_notice, shown_round
from zhinan.server.actions import applications, calls, chain
from zhinan.server.models import Application, Listing, Message, Organisation, RegisterFact, Role, Section, User
from zhinan.values.text import Text

ROWS = ("draft", "waiting", "returned", "intake", "accepted", "withdrawn", "foreign")


class World:
    """Yinchuan with two counties, and one case for each of `ROWS`; `foreign` is another unit's, in the other county.

    Every case but the foreign one is of a unit of its own, with the same administrator and the same member; each has its leader.
    """

    def __init__(self) -> None:
        self.y = y = Yinchuan()
        self.lingwu = authority("lingwu", "county", "640181", y.city)
        self.bureau = authority("bureau", "sector", "640100", y.city)
        self.park = authority("park", "park", "640104", y.city)
        self.other_section = Section.objects.create(authority=y.city, name_zh="农村科技科", name_en="rural section")
        self.people: dict[str, User] = {"admin": y.admin, "county": y.recommender, "city": y.officer}
        for name, role, place in (
            ("county-elsewhere", Role.OFFICER, {"authority": self.lingwu}), ("park", Role.OFFICER, {"authority": self.park}),
            ("sector", Role.OFFICER, {"authority": self.bureau}), ("region", Role.OFFICER, {"authority": y.region}),
            ("city-other-section", Role.OFFICER, {"authority": y.city, "section": self.other_section}),
            ("auditor", Role.AUDITOR, {"authority": y.city}), ("auditor-elsewhere", Role.AUDITOR, {"authority": y.region}),
            ("finance", Role.FINANCE, {"authority": y.city}), ("leadership", Role.LEADERSHIP, {"authority": y.city}),
            ("keeper", Role.KEEPER, {}), ("expert", Role.EXPERT, {}),
        ):  # fmt: skip
            self.people[name] = person(f"w-{name}")
            post(self.people[name], role, **place)
        self.people["member"], self.people["other-admin"] = person("w-member"), person("w-other-admin")
        self.leaders: dict[str, User] = {}
        self.sessions: dict[int, str] = {}
        self.cases = {row: self._case(number, row) for number, row in enumerate(ROWS, start=30)}
        self._live()
        self.seat = shown_round(y.officer, self.cases["accepted"], self.people["expert"])
        shown_notice(self.seat, y.officer, at=NOON)
        self.draft_call = calls.create(
            by=y.officer,
            authority=y.city,
            code="yc-secret",
            pack="yinchuan-2026",
            schemes=("sme-innovation",),
            title=Text("未公开批次", "Secret call"),
            at=NOON,
        )

    def _case(self, number: int, row: str) -> Application:
        is_foreign = row == "foreign"
        place: Organisation = unit(number, region="640181" if is_foreign else "640104", name=f"单位{row}")
        RegisterFact.objects.bulk_create(
            RegisterFact(organisation=place, key=key, value=value, source="register", observed_on=NOON.date())
            for key, value in {
                "applicant.legal_person": "是",
                "applicant.sector": "工业",
                "applicant.incidents": "无",
                "applicant.titles": "科技型中小企业",
            }.items()
        )
        leader = self.leaders[row] = person(f"w-leader-{row}")
        post(leader, Role.MEMBER, organisation=place)
        post(self.people["other-admin" if is_foreign else "admin"], Role.UNIT_ADMIN, organisation=place)
        if not is_foreign:
            post(self.people["member"], Role.MEMBER, organisation=place)
        case = applications.start(by=leader, call=self.y.call, scheme="sme-innovation", organisation=place, at=NOON)
        applications.save(case.code, {"project.title": f"秘密题目{row}"}, by=leader, at=NOON)
        return case

    def _live(self) -> None:
        """Each case comes to where its name says."""
        y = self.y
        for row in ("waiting", "returned", "intake", "accepted", "foreign"):
            admin = self.people["other-admin" if row == "foreign" else "admin"]
            hand_in(self.cases[row], {**GOOD, "project.title": f"秘密题目{row}"}, leader=self.leaders[row], admin=admin)
        for row in ("returned", "intake", "accepted"):
            send_on(self.cases[row], by=y.recommender, letter=f"兴科函〔2026〕{row}号")
        reason = {"project.summary": {"kind": "incomplete", "note": "再写"}}
        chain.move(self.cases["returned"].code, "ask-correction", by=y.officer, at=NOON, reason="数据不符", marked=reason)
        check_all(self.cases["accepted"], by=y.officer)
        chain.move(self.cases["accepted"].code, "accept", by=y.officer, at=NOON)
        applications.withdraw(self.cases["withdrawn"].code, by=self.people["admin"], at=NOON + timedelta(hours=1))
        for case in self.cases.values():
            case.refresh_from_db()

    def user(self, who: str, row: str) -> User | None:
        """Who comes to the door: the leader is the one of the row."""
        return None if who == "anonymous" else self.leaders[row] if who == "leader" else self.people[who]

    def listing(self) -> Listing:
        """A list that the county has sent."""
        return Listing.objects.filter(sent_at__isnull=False).order_by("id")[0]

    def message(self) -> Message:
        """What was told to the leader of the accepted case."""
        return Message.objects.filter(to=self.leaders["accepted"]).order_by("id")[0]
