"""The pages of a round as they are used: made, ruled, asked, declared, drawn and looked at through the browser's own forms."""

from __future__ import annotations

import io
import json
import re
from datetime import datetime, timedelta

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.server.review import PHRASES, Review
from tests.server.web.browsing import sent
from zhinan.assignment.replay import replay
from zhinan.server.actions import rounds as acts
from zhinan.server.clock import now
from zhinan.server.models import Draw, Expert, Invitee, Round, RoundCase, Seat, Tie, User
from zhinan.values.text import Text

pytestmark = pytest.mark.django_db


def as_(user: User | None) -> Client:
    client = Client()
    if user:
        client.force_login(user)
    return client


def at(name: str, round: Round, **more: object) -> str:
    return reverse(name, kwargs={"code": round.code, **more})


def form_of(html: str, button: str) -> str:
    """The HTML of the form that has this button."""
    return next(each for each in re.findall(r"<form.*?</form>", html, re.DOTALL) if button in each)


def world_of(cases: int = 3, experts: int = 10) -> Review:
    world = Review(cases=cases, experts=experts)
    world.at = now()
    return world


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M}"


def test_an_officer_brings_a_round_from_its_name_to_its_panels_by_the_forms_alone() -> None:
    world = world_of()
    officer, auditor = as_(world.officer), as_(world.auditor)
    made = officer.post(reverse("new-round"), {"call": "yc-2026", "name_zh": "秋季评审", "name_en": "Autumn"}, follow=True)
    assert made.status_code == 200
    round = Round.objects.get()
    put = sent(form_of(made.content.decode(), 'value="put"'))
    assert put.getlist("case") == [case.code for case in world.cases]  # all are ticked to begin with
    put["do"] = "put"
    officer.post(at("round-cases", round), dict(put.lists()))
    assert round.cases.count() == 3

    rules = sent(form_of(officer.get(at("round-rules", round)).content.decode(), 'value="settle"'))
    rules["do"] = "settle"
    for name, value in (
        ("size", "3"), ("finance", "1"), ("threshold", "10"), ("cap", "800"), ("years-past-unit", "5"),
        ("declare_by", moment(world.later(days=2))), ("score_by", moment(world.later(days=9))),
    ):  # fmt: skip
        rules[name] = value
    assert officer.post(at("round-rules", round), dict(rules.lists())).status_code == 302
    round.refresh_from_db()
    assert (round.panel["size"], round.panel["threshold"], round.cap) == (3, 100_000, 800)
    assert round.conflicts["rules"]["past-unit"] == {"on": True, "years": 5}
    assert round.conflicts["rules"]["supervision"] == {"on": True, "years": None}

    assert officer.post(at("round", round), {"do": "open"}).status_code == 422
    assert officer.post(at("round", round), {"do": "open", "confirmed": "yes"}).headers["Location"] == at("asking", round)
    shown = officer.get(at("asking", round)).content.decode()
    everyone = re.findall(r'name="expert" value="([^"]+)"', shown)
    assert len(everyone) == 10
    officer.post(at("asking", round), {"do": "ask", "expert": everyone})
    for expert in world.experts:
        assert as_(expert.user).post(at("declare", round), {"do": "declare", "others": "yes"}).status_code == 302

    assert officer.get(at("draw", round) + "?curve=1").status_code == 200
    officer.post(at("draw", round), {"do": "commit"})
    for step in ("seal", "open"):
        for client, who in ((officer, "officer"), (auditor, "auditor")):
            assert client.get(at("draw", round)).status_code == 200
            assert client.post(at("draw", round), {"do": step, "phrase": PHRASES[who]}).status_code == 302, (step, who)
    drawn = officer.post(at("draw", round), {"do": "draw"})
    assert drawn.headers["Location"] == at("panels", round)
    assert Seat.objects.count() == 9
    shown = officer.get(at("panels", round)).content.decode()
    assert shown.count("‰") >= 9

    draw = Draw.objects.get()
    bundle = json.loads(as_(None).get(at("draw-bundle", round, number=1)).content)
    assert replay(bundle, commit_hash=draw.commit_hash) == []


def test_what_is_wrong_with_the_rules_stays_as_it_was_typed_and_nothing_is_kept() -> None:
    world = world_of(cases=1, experts=0)
    round, officer = world.made(), as_(world.officer)
    rules = sent(form_of(officer.get(at("round-rules", round)).content.decode(), 'value="settle"'))
    for name, value in (
        ("do", "settle"),
        ("size", "四人"),
        ("weight-innovation", "多"),
        ("declare_by", "明天"),
        ("name_zh", "改名"),
    ):
        rules[name] = value
    answer = officer.post(at("round-rules", round), dict(rules.lists()))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert all(f'value="{typed}"' in html for typed in ("四人", "多", "明天", "改名"))
    assert Round.objects.get().name_zh == "第一轮网上评审"
    rules["size"], rules["weight-innovation"], rules["declare_by"] = "3", "50", ""
    assert "110" in officer.post(at("round-rules", round), dict(rules.lists())).content.decode()  # the sum of the weights


def test_another_sheet_brings_its_own_weights() -> None:
    world = world_of(cases=1, experts=0)
    round, officer = world.made(), as_(world.officer)
    officer.post(at("round-rules", round), {"do": "sheet", "sheet": "basic-research"})
    round.refresh_from_db()
    assert (round.sheet["key"], round.sheet["is_default"]) == ("basic-research", True)
    assert officer.post(at("round-rules", round), {"do": "sheet", "sheet": "no-such"}).status_code == 422


def test_before_declaring_an_expert_sees_no_title_and_no_case_anywhere() -> None:
    world = world_of()
    for blindness in ("double", "single"):
        round = world.asked(blindness=blindness)
        client = as_(world.experts[0].user)
        pages = [at("declare", round), reverse("reviewing"), reverse("desk"), reverse("inbox"), reverse("draws")]
        said = "".join(client.get(page).content.decode() for page in pages)
        secrets = (
            [case.title for case in world.cases] + [case.code for case in world.cases] + [user.name for user in world.leaders]
        )
        assert "申报企业1" in said
        assert [secret for secret in secrets if secret in said] == []
        for name in ("round", "round-cases", "panels", "draw", "asking"):
            assert client.get(at(name, round)).status_code == 404
        acts.cancel(round.code, "下一次", by=world.officer, at=world.at)


def test_a_declaration_that_lacks_something_keeps_what_was_typed_and_one_that_is_whole_becomes_ties() -> None:
    world = world_of(cases=2, experts=1)
    round, client = world.asked(), as_(world.experts[0].user)
    html = client.get(at("declare", round)).content.decode()
    key = re.findall(r'name="kind-([0-9a-f]{12})"', html)[0]
    given = {"do": "declare", f"kind-{key}": "kin", f"note-{key}": "表兄 <b>"}
    answer = client.post(at("declare", round), given)
    assert answer.status_code == 422
    assert "表兄 &lt;b&gt;" in answer.content.decode()
    assert re.search(r'<option value="kin" selected>', answer.content.decode())
    assert client.post(at("declare", round), {**given, "others": "yes"}).status_code == 302
    assert [(tie.kind, tie.note) for tie in Tie.objects.all()] == [("kin", "表兄 <b>")]
    assert "表兄" in client.get(at("declare", round)).content.decode()
    assert client.post(at("declare", round), {"do": "decline", "reason": ""}).status_code == 422
    assert client.post(at("declare", round), {"do": "decline", "reason": "出国\x00"}).status_code == 302
    assert Invitee.objects.get().reason == "出国"
    assert client.post(at("declare", round), {"do": "what"}).status_code == 422


def test_the_public_pages_name_nobody_and_no_case() -> None:
    world = world_of()
    round, anyone = world.drawn(), as_(None)
    said = "".join(
        anyone.get(page).content.decode()
        for page in (reverse("draws"), at("public-draw", round, number=1), at("draw-bundle", round, number=1))
    )
    secrets = [word for case in world.cases for word in (case.code, case.title, case.organisation.name, case.organisation.uscc)]
    secrets += [word for expert in world.experts for word in (expert.code, expert.name, expert.unit_name)]
    secrets += [world.officer.name, world.auditor.name, round.name_zh, round.name_en]
    assert [secret for secret in secrets if secret in said] == []
    assert anyone.get(at("public-draw", round, number=2)).status_code == 404
    assert anyone.get(f"/draws/{round.code}/99999999999999999999/").status_code == 404
    assert PHRASES["officer"] in said  # opened, and so published


def test_a_phrase_that_was_opened_is_not_shown_before_the_draw() -> None:
    world = world_of()
    draw, officer = world.committed(), as_(world.officer)
    for client, who in ((officer, "officer"), (as_(world.auditor), "auditor")):
        client.post(at("draw", draw.round), {"do": "seal", "phrase": PHRASES[who]})
    officer.post(at("draw", draw.round), {"do": "open", "phrase": PHRASES["officer"]})
    said = as_(None).get(at("public-draw", draw.round, number=1)).content.decode()
    said += as_(None).get(at("draw-bundle", draw.round, number=1)).content.decode()
    said += as_(world.auditor).get(at("draw", draw.round)).content.decode()
    assert PHRASES["officer"] not in said


def test_the_workbook_runs_no_formula_and_is_for_those_in_charge() -> None:
    world = world_of()
    round = world.drawn()
    Expert.objects.update(unit_name='=HYPERLINK("x")')
    book = openpyxl.load_workbook(io.BytesIO(as_(world.officer).get(at("panels-sheet", round)).content))
    cells = [cell for row in book.active.iter_rows(min_row=2) for cell in row]
    assert [cell.data_type for cell in cells if str(cell.value).startswith("=")] == ["s"] * 9
    for stranger in (world.leaders[0], world.experts[0].user, world.leadership):
        assert as_(stranger).get(at("panels-sheet", round)).status_code == 404


def test_a_shortage_is_shown_with_a_button_that_lets_the_rule_give_way() -> None:
    world = world_of(cases=2, experts=8)
    round = world.declared(panel={"size": 5, "finance": 3, "outside": 0, "per_unit": 1, "threshold": 100_000})
    officer = as_(world.officer)
    html = officer.get(at("draw", round)).content.decode()
    assert 'value="relax:finance=2"' in html
    assert officer.post(at("draw", round), {"do": "relax:finance=2", "why": ""}).status_code == 422
    assert officer.post(at("draw", round), {"do": "relax:finance=2", "why": "人手不足"}).status_code == 302
    assert 'value="commit"' in officer.get(at("draw", round)).content.decode()
    for bad in ("relax:finance=²", "relax:finance=99999999999", "relax:__class__=1", "relax", "x:y=z", ""):
        assert officer.post(at("draw", round), {"do": bad, "why": "x"}).status_code == 422, bad


def test_why_somebody_sits_on_a_panel_or_not_can_be_looked_up() -> None:
    world = world_of()
    round, officer = world.drawn(), as_(world.officer)
    for code in [expert.code for expert in world.experts]:
        assert "<strong>1 · " in officer.get(at("panels", round), {"case": "1", "expert": code}).content.decode()
    for case, expert in (("x", "zj-001"), ("77", "zj-001"), ("1", "<script>"), ("9" * 30, "zj-001")):
        answer = officer.get(at("panels", round), {"case": case, "expert": expert})
        assert (answer.status_code, b"<script>" in answer.content) == (200, False)


def test_an_expert_is_replaced_on_the_page_with_a_reason() -> None:
    world = world_of()
    round, officer = world.drawn(), as_(world.officer)
    seat = world.seat(round)
    assert officer.post(at("panels", round), {"do": f"replace:{seat.id}", "reason": ""}).status_code == 422
    assert officer.post(at("panels", round), {"do": f"replace:{seat.id}", "reason": "失联"}).status_code == 302
    seat.refresh_from_db()
    assert seat.status == "replaced"
    for bad in (f"replace:{10**20}", "replace:x", "y"):
        assert officer.post(at("panels", round), {"do": bad, "reason": "x"}).status_code in (404, 422)
    elsewhere = as_(world.auditor).post(at("panels", round), {"do": f"replace:{seat.id}", "reason": "x"})
    assert elsewhere.status_code == 422


def test_lists_ask_the_same_number_of_questions_however_long_they_are(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    world = world_of(cases=4, experts=12)
    round, officer = world.drawn(), as_(world.officer)
    for number in range(6):
        acts.create("yc-2026", name=Text(f"第{number}轮", "x"), by=world.officer, at=world.at)
    for page in (
        reverse("rounds"),
        at("round", round),
        at("round-cases", round),
        at("asking", round),
        at("panels", round),
        reverse("draws"),
    ):
        with django_assert_max_num_queries(40):
            assert officer.get(page).status_code == 200
    assert RoundCase.objects.count() == 4


def test_rounds_are_found_by_name_and_state() -> None:
    world = world_of(cases=1, experts=0)
    world.made()
    officer = as_(world.officer)
    assert "yc-2026-r1" in officer.get(reverse("rounds"), {"words": "第一轮", "state": "draft"}).content.decode()
    assert "yc-2026-r1" not in officer.get(reverse("rounds"), {"state": "scoring"}).content.decode()
    assert officer.get(reverse("rounds"), {"state": "x", "page": "9999", "words": "\x00" * 500}).status_code == 200


def test_a_round_is_put_off_and_cancelled_on_its_page() -> None:
    world = world_of(cases=1, experts=0)
    round, officer = world.opened(), as_(world.officer)
    days = {"declare_by": moment(world.later(days=4)), "score_by": moment(world.later(days=20))}
    assert officer.post(at("round", round), {"do": "put-off", **days}).status_code == 302
    assert officer.post(at("round", round), {"do": "put-off", "declare_by": "x", "score_by": "y"}).status_code == 422
    round.refresh_from_db()
    assert round.score_by is not None
    assert abs(round.score_by - world.later(days=20)) < timedelta(minutes=1)
    assert officer.post(at("round", round), {"do": "cancel", "reason": " "}).status_code == 422
    assert officer.post(at("round", round), {"do": "cancel", "reason": "不评了"}).status_code == 302
    assert officer.get(at("round", round)).status_code == 200
