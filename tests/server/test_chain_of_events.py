"""An event that is changed, taken out or put in behind the platform's back is found, and named."""

from __future__ import annotations

import json

import pytest

from tests.server.making import NOON
from tests.server.tampering import CHEAP, Travelled, found, last_of, tamper
from zhinan.server.actions import applications
from zhinan.server.hashing import canonical, link
from zhinan.server.models import Event
from zhinan.server.queries.chain import hashes_at, timeline, verify, verify_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, tmp_path) -> Travelled:
    settings.PASSWORD_HASHERS, settings.MEDIA_ROOT = CHEAP, tmp_path
    return Travelled()


def test_a_whole_life_verifies_and_counts_what_was_looked_at(world):
    world.send_back()
    applications.save(world.case.code, {"project.summary": "又写了一遍。"}, by=world.leader, at=NOON)
    applications.submit(world.case.code, by=world.admin, at=NOON, begun_at=NOON)
    now = verify()
    assert (now.events, now.cases, now.submissions, now.faults) == (Event.objects.count(), 1, 2, ())
    assert now.head == Event.objects.order_by("-sequence")[0].hash
    of_case = verify_case(world.case)
    assert (of_case.events, of_case.cases, of_case.submissions, of_case.faults) == (len(timeline(world.case)), 1, 2, ())


def test_an_answer_that_was_sent_back_may_differ_and_no_other(world):
    world.send_back()
    applications.save(world.case.code, {"project.summary": "还没写完"}, by=world.leader, at=NOON)
    assert found() == []
    tamper("UPDATE zhinan_answer SET text = 'x' WHERE application_id = %s AND key = 'project.content'", world.case.id)
    assert found() == [(f"{world.case.code} project.content", "答案与提交的内容不符")]


def test_a_draft_may_be_written_in_without_events(world):
    second = applications.start(
        by=world.admin, leader=world.admin, call=world.call, scheme="sme-innovation", organisation=world.unit, at=NOON
    )
    applications.save(second.code, {"project.title": "另一项"}, by=world.admin, at=NOON)
    assert verify().faults == ()


# -- events ------------------------------------------------------------------------------------------


def test_a_changed_payload_is_found(world):
    event = last_of("submit")
    tamper(
        "UPDATE zhinan_event SET body = replace(body, %s, %s) WHERE sequence = %s",
        event.body[-20:],
        event.body[-20:] + " ",
        event.sequence,
    )
    assert found() == [(f"#{event.sequence}", "内容与哈希不符：事件被改动")]
    assert [fault.where for fault in verify_case(world.case).faults] == [f"#{event.sequence}"]


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"payload": 1}', "null"])
def test_a_body_that_is_no_longer_one_is_found(world, body):
    event = last_of("send-list")
    tamper("UPDATE zhinan_event SET body = %s WHERE sequence = %s", body, event.sequence)
    assert (f"#{event.sequence}", "事件内容无法读取：被改动") in found()


@pytest.mark.parametrize(
    "payload",
    ["{}", '{"marks": [1], "stage": "x"}', '{"steps": 1}', '{"content_hash": "x"}', '{"steps": [["a"]]}', '{"marked": 1}'],
)
def test_a_payload_that_no_longer_means_anything_is_found(world, payload):
    event = last_of("check")
    body = canonical({**json.loads(event.body), "payload": json.loads(payload)})
    tamper("UPDATE zhinan_event SET body = %s WHERE sequence = %s", body, event.sequence)
    assert (f"#{event.sequence}", "内容与哈希不符：事件被改动") in found()


def test_a_changed_actor_is_found(world):
    event = last_of("check")
    tamper("UPDATE zhinan_event SET actor_id = %s WHERE sequence = %s", world.officer.id, event.sequence)
    assert found() == [(f"#{event.sequence}", "列“actor”与事件内容不符")]


def test_a_changed_time_is_found(world):
    event = last_of("submit")
    tamper("UPDATE zhinan_event SET at = %s WHERE sequence = %s", "2026-03-01 00:00:00+00:00", event.sequence)
    assert found() == [(f"#{event.sequence}", "列“at”与事件内容不符")]


def test_a_changed_action_or_case_is_found(world):
    event = last_of("submit")
    tamper("UPDATE zhinan_event SET action = 'accept', case_id = NULL, case_sequence = NULL WHERE sequence = %s", event.sequence)
    assert found() == [(f"#{event.sequence}", f"列“{name}”与事件内容不符") for name in ("action", "case", "case_sequence")]


def test_a_deleted_first_event_is_found(world):
    tamper("DELETE FROM zhinan_event WHERE sequence = 1")
    assert found()[:2] == [("#1", "事件缺失：被删去"), ("#2", "与前一事件的链接断开")]


def test_a_deleted_event_in_the_middle_is_found(world):
    event = last_of("add-paper")
    tamper("DELETE FROM zhinan_event WHERE sequence = %s", event.sequence)
    assert found() == [
        (f"#{event.sequence}", "事件缺失：被删去"),
        (f"#{event.sequence + 1}", "与前一事件的链接断开"),
        (f"#{event.sequence + 1}", f"办件 {world.case.code} 的事件链断开"),
        (world.case.code, "材料“报表.pdf”（evidence-below-threshold）与事件不符"),
    ]


def test_a_deleted_last_event_is_found(world):
    event = Event.objects.order_by("-sequence")[0]
    tamper("DELETE FROM zhinan_event WHERE sequence = %s", event.sequence)
    assert found()[0] == (f"#{event.sequence - 1}", "链尾与记录不一致：其后的事件被删去或添加")


def test_a_cut_tail_is_found_by_the_rows_even_when_the_head_was_set_back(world):
    last = Event.objects.order_by("-sequence")[0]
    before = Event.objects.get(sequence=last.sequence - 1)
    tamper("DELETE FROM zhinan_event WHERE sequence = %s", last.sequence)
    tamper("UPDATE zhinan_chainhead SET sequence = %s, hash = %s", before.sequence, before.hash)
    listing = world.call.listings.get()
    assert found() == [(f"yc-2026 {listing.stage} xingqing 1", "推荐清单或函与事件不符")]


def test_a_missing_head_is_found(world):
    tamper("DELETE FROM zhinan_chainhead")
    assert [what for _, what in found()] == ["链尾与记录不一致：其后的事件被删去或添加"]


def test_an_event_put_on_at_the_end_is_found(world):
    last = Event.objects.order_by("-sequence")[0]
    body = canonical({**json.loads(last.body), "sequence": last.sequence + 1})
    insert(last.sequence + 1, body, previous=last.hash)
    assert (f"#{last.sequence + 1}", "链尾与记录不一致：其后的事件被删去或添加") in found()


def test_an_event_put_in_between_is_found(world):
    place = last_of("submit").sequence
    for event in reversed(Event.objects.filter(sequence__gte=place).order_by("sequence")):
        tamper("UPDATE zhinan_event SET sequence = sequence + 1 WHERE id = %s", event.id)
    before = Event.objects.get(sequence=place - 1)
    insert(place, canonical({**json.loads(before.body), "sequence": place}), previous=before.hash)
    faults = found()
    assert (f"#{place + 1}", "与前一事件的链接断开") in faults
    assert (f"#{place + 1}", "列“sequence”与事件内容不符") in faults


def insert(sequence: int, body: str, *, previous: str) -> None:
    tamper(
        "INSERT INTO zhinan_event (sequence, at, action, body, previous, case_previous, hash) VALUES (%s, %s, 'send-list', %s, %s, '', %s)",
        sequence, NOON, body, previous, link(body, previous, ""),
    )  # fmt: skip


def test_two_events_that_changed_places_are_found(world):
    first, second = last_of("start").sequence, last_of("add-paper").sequence
    for was, now in ((first, -1), (second, first), (-1, second)):
        tamper("UPDATE zhinan_event SET sequence = %s WHERE sequence = %s", now, was)
    faults = found()
    assert {(f"#{number}", "列“sequence”与事件内容不符") for number in (first, second)} <= set(faults)
    assert (f"#{first}", "与前一事件的链接断开") in faults


def test_a_chain_written_anew_from_a_point_is_found_by_an_anchor_alone(world):
    """Who may write anything can make a new chain; a hash kept elsewhere shows it."""
    last = last_of("send-list")
    anchor = {last.sequence: last.hash}
    body = canonical({**json.loads(last.body), "actor_name": "别人"})
    forged = link(body, last.previous, "")
    tamper("UPDATE zhinan_event SET body = %s, hash = %s WHERE sequence = %s", body, forged, last.sequence)
    tamper("UPDATE zhinan_chainhead SET hash = %s", forged)
    assert verify().faults == ()
    assert hashes_at([last.sequence]) != anchor


def test_a_case_that_says_it_follows_another_pack_is_found(world):
    event = last_of("start")
    body = {**json.loads(event.body), "pack": "no-such-pack"}
    tamper("UPDATE zhinan_event SET body = %s WHERE sequence = %s", canonical(body), event.sequence)
    faults = found()
    assert (f"#{event.sequence}", "内容与哈希不符：事件被改动") in faults
    assert (world.case.code, "事件不能按程序走通") in faults
    assert (world.case.code, "列“call”与事件不符") in faults


def test_a_return_that_says_it_came_from_elsewhere_is_found(world):
    world.send_back()
    event = last_of("ask-correction")
    body = json.loads(event.body)
    body["payload"]["from"] = "nowhere"
    tamper("UPDATE zhinan_event SET body = %s WHERE sequence = %s", canonical(body), event.sequence)
    assert (world.case.code, "退回补正的记录与事件不符") in found()
