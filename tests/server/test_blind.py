"""Blind reading: an identity canary in every hidden field of a case, searched for in every answer an expert can get."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from importlib.resources import files

import pytest
import typst
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader, PdfWriter
from pytest_django import DjangoDbBlocker

from tests.server.crawling import all_that_comes_back, said_by
from tests.server.making import GOOD, NOON, check_all, code_of, hand_in, person, post, send_on, unit
from tests.server.review import KNOWN, Review
from zhinan.server import packs
from zhinan.server.actions import applications, chain, meetings, papers, releasing, results, scoring
from zhinan.server.masking import HIDDEN
from zhinan.server.models import Application, Message, RegisterFact, Release, Role, Round, Seat, User
from zhinan.server.queries.blind import SHOWN, document_of, handed_in
from zhinan.server.queries.chain import verify
from zhinan.server.queries.releasing import case_of
from zhinan.server.queries.review_access import seats_of
from zhinan.server.refused import NotSeen, Refused
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

pytestmark = pytest.mark.django_db

#: Who applies, in every way that is known of them. Each word stands in a field, a paper or a name of a file; none may come back.
UNIT, SHORT, LEADER, MEMBER, ADMIN = "宁夏凤栖梧生物科技有限公司", "凤栖梧", "欧阳砚秋", "慕容听雪", "端木行舟"
PARTNER, EMPLOYER, MAIL = "天山白鹭研究院", "贺兰听松大学", "yanqiu@fengqiwu.com.cn"
MOBILE = "139" + "9" * 8
SECRETS = (
    SHORT, "ＦＥＮＧＱＩＷＵ", "fengqiwu", LEADER, "欧阳教授", MEMBER, ADMIN, "白鹭", "听松", MOBILE, "yanqiu", code_of(201), "201910765432", "桐枝社",
    "canary-file", "CanaryAuthor", "CanaryTitle", "canary-attachment",
)  # fmt: skip
STORY = (
    f"{UNIT}（简称{SHORT}）由{LEADER}牵头，欧阳教授和{MEMBER}、端木 行舟 参加，与{PARTNER}、{EMPLOYER}合作。"
    f"联系电话{MOBILE}，邮箱{MAIL}，网址 https://www.fengqiwu.com.cn/about，代码{code_of(201)}，专利ZL201910765432.1，牌号桐枝社。枸杞多糖是本地产业。"
)


def canary_pdf(words: str) -> bytes:
    """A PDF that shows these words, with canaries in what it does not show."""
    fonts = [str(files("pylopdf_fonts_zh_cn"))]
    made = typst.compile(f'#set text(font: "Noto Sans SC")\n{words}'.encode(), font_paths=fonts, ignore_system_fonts=True)
    writer = PdfWriter(clone_from=io.BytesIO(made))
    writer.add_metadata({"/Author": "CanaryAuthor", "/Title": "CanaryTitle"})
    writer.add_attachment("canary-attachment.txt", b"canary-attachment")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


class Canaries(Review):
    """A review whose first case has a canary in every field that an expert must not read."""

    def _case(self, number: int) -> Application:
        if number > 1:
            return super()._case(number)
        place = unit(201, name=UNIT)
        RegisterFact.objects.bulk_create(
            RegisterFact(organisation=place, key=key, value=value, source="register", observed_on=NOON.date())
            for key, value in KNOWN.items()
        )
        leader = person("c-leader", name=LEADER, mobile=MOBILE, email=MAIL)
        admin = person("c-admin", name=ADMIN)
        post(leader, Role.MEMBER, organisation=place)
        post(admin, Role.UNIT_ADMIN, organisation=place)
        self.leaders.append(leader)
        case = applications.start(by=leader, call=self.y.call, scheme="sme-innovation", organisation=place, at=NOON)
        answers = {
            **GOOD, "applicant.name": UNIT, "applicant.uscc": code_of(201), "leader.name": LEADER, "project.title": f"{SHORT}枸杞多糖提取",
            "project.partners": json.dumps([{"名称": PARTNER, "单位性质": "科研院所"}], ensure_ascii=False),
            "project.members": json.dumps([{"name": MEMBER, "employer": EMPLOYER}], ensure_ascii=False),
            "project.indicators": json.dumps([{"name": f"{SHORT}提取率", "family": "技术指标", "target": "35%", "quantified": "是"}], ensure_ascii=False),
            "project.budget_lines": json.dumps([{"class": "设备费", "fiscal": "30万元", "own": "70万元", "basis": f"{LEADER}的设备"}], ensure_ascii=False),
            **{f"project.{name}": STORY for name in ("summary", "content", "foundation", "schedule")},
        }  # fmt: skip
        applications.save(case.code, answers, by=leader, at=NOON)
        for name, words in ((f"{SHORT}-canary-file.pdf", "Report 报告"), ("canary-file-2.pdf", f"{SHORT}的报告")):
            papers.add(
                case.code, "evidence-below-threshold", name=name, content=canary_pdf(words), declared_type="application/pdf",
                by=leader, at=NOON,
            )  # fmt: skip
        hand_in(case, answers, leader=leader, admin=admin)
        send_on(case, by=self.y.recommender, letter="兴科函〔2026〕1号")
        check_all(case, by=self.officer)
        chain.move(case.code, "accept", by=self.officer, at=NOON)
        case.refresh_from_db()
        return case


class World:
    """Scoring under way, the canary case's papers released, one word more masked; then, on demand, at the discussion."""

    def __init__(self) -> None:
        self.r = Canaries(cases=2, experts=8)
        self.round: Round = self.r.taken(blindness="double")
        self.place = self.round.cases.get(number=1)
        self.seats = [seat for seat in self.r.seats(self.round) if seat.round_case_id == self.place.id]
        paper = self.r.cases[0].attachments.order_by("id")[0]
        releasing.hide(self.round.code, 1, ["桐枝社"], by=self.r.officer, at=self.r.at)
        releasing.release(self.round.code, 1, [paper.id], by=self.r.officer, at=self.r.at)

    @property
    def expert(self) -> User:
        assert self.seats[0].expert.user is not None
        return self.seats[0].expert.user

    def client(self, user: User | None = None) -> Client:
        client = Client()
        client.force_login(user or self.expert)
        return client


@pytest.fixture(scope="module")
def whole_world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    from django.conf import settings  # a module's world keeps its files for the whole module

    before, settings.MEDIA_ROOT = settings.MEDIA_ROOT, tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)
    settings.MEDIA_ROOT = before


@pytest.fixture
def world(whole_world: World) -> World:
    return whole_world


def secrets_in(text: str) -> list[str]:
    """The canaries that are left in an answer, however it is written."""
    plain = re.sub(r"[\s\u200b]", "", text).casefold()
    return [word for word in SECRETS if word.casefold() in plain or word.encode().hex() in plain]


def begin(world: World) -> list[str]:
    """Where an expert begins, and what they could guess: numbers of seats and papers, the round's own addresses."""
    ids = [seat.id for seat in world.r.seats(world.round)]
    seats = [reverse("seat", args=[id]) for id in ids]
    some = [reverse("seat-paper", args=[id, number]) for id in ids for number in (0, 1, 2, 9)]
    code, case = world.round.code, world.r.cases[0].code
    guessed = [f"/rounds/{code}/release/1/", f"/rounds/{code}/progress/", f"/rounds/{code}/meeting/", f"/cases/{case}/content/",
               f"/rounds/{code}/release/1/paper/1/", f"/verify/{case}-R1/"]  # fmt: skip
    return [
        "/desk/",
        "/inbox/",
        "/reviewing/",
        f"/reviewing/{code}/meeting/",
        f"/reviewing/{code}/declare/",
        *seats,
        *some,
        *guessed,
    ]


# -- everything an expert can get ----------------------------------------------------------------------


def test_no_canary_comes_back_to_an_expert_while_they_score(world: World) -> None:
    pages = all_that_comes_back(world.client(), begin(world))

    assert {address: found for address, text in pages.items() if (found := secrets_in(text))} == {}
    assert sum(text.startswith("200") and "/reviewing/seat/" in address for address, text in pages.items()) >= 2
    assert HIDDEN in pages[reverse("seat", args=[world.seats[0].id])]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_canary_in_what_answers_to_what_an_expert_sends(world: World, lang: str) -> None:
    client, seat = world.client(), world.seats[0].id
    client.cookies["lang"] = lang
    addresses = {name: reverse(name, args=[seat]) for name in ("seat", "seat-save", "seat-answer")}
    sent = ({}, {"comment": "x" * 40_000}, {"version": "9", "comment": "改"}, {"do": "hand-in"}, {"do": "decline"}, {"gift": "1"})

    for address in (*addresses.values(), reverse("panel-meeting", args=[world.round.code])):
        for body in sent:
            for accept in ("text/html", "application/json"):
                assert secrets_in(said_by(client.post(address, body, headers={"accept": accept}))) == []


def test_no_canary_in_a_message_to_an_expert(world: World) -> None:
    scoring.remind(world.round.code, by=world.r.officer, at=world.r.at)
    told = Message.objects.filter(to__expert__seats__round_case=world.place)

    assert told.exists()
    assert [each.body for each in told if secrets_in(f"{each.subject}{each.body}{each.link}")] == []


def test_the_search_can_find_the_officer_reads_them_all(world: World) -> None:
    text = said_by(world.client(world.r.officer).get(f"/cases/{world.r.cases[0].code}/content/"))

    assert {SHORT, LEADER, MEMBER, "白鹭", MOBILE} <= set(secrets_in(text))


def test_what_is_not_hidden_is_there_to_be_read(world: World) -> None:
    text = said_by(world.client().get(reverse("seat", args=[world.seats[0].id])))

    assert "枸杞多糖是本地产业" in text
    assert "100万元" in text
    assert f"{HIDDEN}枸杞多糖提取" in text


def test_the_released_paper_comes_under_a_neutral_name_without_its_metadata(world: World) -> None:
    answer = world.client().get(reverse("seat-paper", args=[world.seats[0].id, 1]))

    paper = PdfReader(io.BytesIO(answer.content))
    assert answer["Content-Disposition"] in ("inline; filename*=utf-8''%E6%9D%90%E6%96%991.pdf", 'inline; filename="材料1.pdf"')
    assert (paper.metadata, paper.attachments, "ETag" in answer, answer["Cache-Control"]) == (
        None,
        {},
        False,
        "private, no-store",
    )
    assert "Report" in paper.pages[0].extract_text()


def test_a_paper_that_was_not_released_or_of_another_seat_is_not_there(world: World) -> None:
    stranger = next(
        seat for seat in world.r.seats(world.round) if seat.expert_id not in {each.expert_id for each in world.seats}
    )  # fmt: skip
    mine = world.client()

    assert mine.get(reverse("seat-paper", args=[world.seats[0].id, 2])).status_code == 404
    assert mine.get(reverse("seat-paper", args=[stranger.id, 1])).status_code == 404
    assert world.client(stranger.expert.user).get(reverse("seat-paper", args=[world.seats[0].id, 1])).status_code == 404


# -- the discussion ------------------------------------------------------------------------------------


def test_no_canary_and_no_colleague_at_the_discussion(world: World) -> None:
    with transaction.atomic():
        r, code = world.r, world.round.code
        for seat in r.seats(world.round):
            r.hand_in(seat, 80)
        results.close(code, by=r.officer, at=r.later(days=11))
        meetings.call_meeting(code, [1], held_at=r.later(days=12), place="一楼", by=r.officer, at=r.later(days=11))
        meetings.attend(code, [seat.expert.code for seat in world.seats], by=r.officer, at=r.later(days=12))
        meetings.open_discussion(code, by=r.officer, at=r.later(days=12))
        for seat in world.seats:
            assert seat.expert.user is not None
            meetings.say(code, 1, f"我看出是{UNIT}，{LEADER}的项目", by=seat.expert.user, at=r.later(days=12))
        scoring.ask_again(code, [1], f"{SHORT}分差大", by=r.officer, at=r.later(days=12))

        pages = all_that_comes_back(world.client(), begin(world))
        others = {seat.expert.name for seat in r.seats(world.round)} | {seat.expert.code for seat in r.seats(world.round)}
        others -= {world.seats[0].expert.name, world.seats[0].expert.code}

        assert {address: found for address, text in pages.items() if (found := secrets_in(text))} == {}
        panel = pages[f"/reviewing/{code}/meeting/"]
        assert [label in panel for label in ("专家 A", "专家 B", "专家 C", HIDDEN)] == [True] * 4
        wrong = [(address, name) for address, text in pages.items() for name in others if re.search(rf"{name}(?!\d)", text)]
        assert wrong == []
        transaction.set_rollback(True)


# -- the fields ----------------------------------------------------------------------------------------


def test_every_fact_that_is_shown_is_of_the_project_and_no_list_of_people_is(world: World) -> None:
    facts = packs.vocabulary().facts
    people = {key for key, fact in facts.items() if fact.word.type.record and fact.word.type.record.key in ("member", "partner")}

    assert people & SHOWN == set()
    assert {key.partition(".")[0] for key in SHOWN} == {"application", "project", "result", "need"}
    assert {"project.title", "project.summary", "project.budget_lines", "project.indicators"} <= SHOWN
    assert {key for key in SHOWN if key not in facts} == set()


def test_under_single_blindness_experts_read_everything(world: World) -> None:
    world.round.refresh_from_db()
    place = world.round.cases.select_related("round__call", "case__call", "case__organisation", "case__leader").get(number=1)
    place.round.blindness = "single"

    document = document_of(handed_in([place])[place.id])

    values = "".join(line.value.zh for section in document.sections for line in section.lines)
    assert [word in values for word in (UNIT, LEADER, MEMBER, PARTNER)] == [True] * 4
    assert (document.title, len(document.papers)) == (f"{SHORT}枸杞多糖提取", 2)
    assert document.papers[0].name.zh.endswith("canary-file.pdf")


# -- releasing -----------------------------------------------------------------------------------------


def test_the_officer_is_warned_of_what_a_paper_says(world: World) -> None:
    case = case_of(world.r.officer, world.round.code, 1)

    assert [(paper.released, paper.can_be, bool(paper.found)) for paper in case.papers] == [(1, True, False), (None, True, True)]
    assert case.papers[1].found == (SHORT,)
    assert case.may_run
    assert not case_of(world.r.auditor, world.round.code, 1).may_run


def test_a_release_keeps_its_number_and_what_is_taken_back_is_gone(world: World) -> None:
    with transaction.atomic():
        one, two = (row.id for row in world.r.cases[0].attachments.order_by("id"))
        code, by, at = world.round.code, world.r.officer, world.r.at

        both = releasing.release(code, 1, [two, one], by=by, at=at)
        second = releasing.release(code, 1, [two], by=by, at=at)
        again = releasing.release(code, 1, [one, two], by=by, at=at)

        assert [(row.attachment_id, row.number) for row in both] == [(one, 1), (two, 2)]
        assert [(row.attachment_id, row.number) for row in second] == [(two, 2)]
        assert [(row.attachment_id, row.number) for row in again] == [(two, 2), (one, 3)]
        assert verify().faults == ()
        transaction.set_rollback(True)


def test_what_cannot_be_released_is_refused_and_nothing_changes(world: World) -> None:
    code, by, at = world.round.code, world.r.officer, world.r.at
    other = world.r.cases[1].attachments.order_by("id")[0]  # its PDF holds no page: it cannot be made neutral
    before = list(Release.objects.values_list("id", "number"))

    with pytest.raises(Refused):
        releasing.release(code, 1, [other.id], by=by, at=at)
    with pytest.raises(BadInput) as no:
        releasing.release(code, 2, [other.id], by=by, at=at)
    for who, number in ((world.r.auditor, 1), (world.expert, 1), (world.r.leaders[0], 1), (by, 99)):
        with pytest.raises(Refused):
            releasing.release(code, number, [], by=who, at=at)

    assert [(each.code, each.file) for each in no.value.problems] == [("paper-not-readable", other.name)]
    assert list(Release.objects.values_list("id", "number")) == before


@pytest.mark.parametrize("words", [["一"], ["长" * 61], [f"词{number}" for number in range(51)]])
def test_words_that_would_mask_too_much_or_too_many_are_refused(world: World, words: list[str]) -> None:
    with pytest.raises(Refused):
        releasing.hide(world.round.code, 1, words, by=world.r.officer, at=world.r.at)


def test_a_seat_that_was_given_up_is_no_longer_a_way_in(world: World) -> None:
    with transaction.atomic():
        seat = Seat.objects.get(id=world.seats[0].id)
        seat.status = "replaced"
        seat.save()

        assert seat.id not in seats_of(world.expert).values_list("id", flat=True)
        assert world.client().get(reverse("seat", args=[seat.id])).status_code == 404
        transaction.set_rollback(True)


def test_names_are_neutral_in_both_languages(world: World) -> None:
    document = document_of(case_of(world.r.officer, world.round.code, 1).known)

    assert [paper.name for paper in document.papers] == [Text("材料1.pdf", "paper-1.pdf")]
    with pytest.raises(NotSeen):
        case_of(world.r.leaders[1], world.round.code, 1)
