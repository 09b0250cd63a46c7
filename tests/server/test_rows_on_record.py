"""A row or a file that is changed behind the platform's back is found, and named."""

from __future__ import annotations

import json

import pytest
from django.db import connection, transaction

from tests.server.making import NOON, Yinchuan
from tests.server.tampering import CHEAP, PDF, Travelled, found, last_of, tamper
from zhinan.server import keeping
from zhinan.server.actions import applications, calls
from zhinan.server.hashing import canonical, content_hash
from zhinan.server.models import Application, Authority, AuthorityKind
from zhinan.server.queries.chain import verify, verify_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, tmp_path) -> Travelled:
    settings.PASSWORD_HASHERS, settings.MEDIA_ROOT = CHEAP, tmp_path
    return Travelled()


def test_a_changed_stage_is_found(world):
    tamper("UPDATE zhinan_application SET stage = 'accepted' WHERE id = %s", world.case.id)
    assert found() == [(world.case.code, f"环节记为“accepted”，按事件应为“{world.case.stage}”")]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("scheme", "soft-science"),
        ("submitted_at", "2026-02-01 00:00:00+00:00"),
        ("leader_id", "admin"),
        ("organisation_id", "unit"),
    ],
)
def test_a_changed_column_of_a_case_is_found(world, column, value):
    from tests.server.making import unit

    chosen = {"admin": lambda: world.admin.id, "unit": lambda: unit(2).id}.get(value, lambda: value)()
    tamper(f"UPDATE zhinan_application SET {column} = %s WHERE id = %s", chosen, world.case.id)
    assert (world.case.code, f"列“{column.removesuffix('_id')}”与事件不符") in found()


@pytest.mark.parametrize(("column", "value"), [("grant", 1), ("title", "别的"), ("verdict", "ineligible")])
def test_a_changed_figure_that_lists_show_is_found(world, column, value):
    tamper(f'UPDATE zhinan_application SET "{column}" = %s WHERE id = %s', value, world.case.id)
    assert found() == [(world.case.code, f"列“{column}”与提交的内容不符")]


def test_changed_content_of_a_submission_is_found(world):
    row = world.case.submissions.get()
    changed = {**row.content, "title": "别的题目"}
    tamper("UPDATE zhinan_submission SET content = %s WHERE id = %s", json.dumps(changed), row.id)
    assert (row.receipt, "提交内容与回执的哈希不符") in found()
    tamper("UPDATE zhinan_submission SET content_hash = %s WHERE id = %s", content_hash(changed), row.id)
    assert (row.receipt, "提交内容与回执的哈希不符") in found()


@pytest.mark.parametrize(
    ("column", "value"),
    [("content_hash", "0" * 64), ("grant", 7), ("number", 3), ("verdict", "x"), ("at", "2026-02-01 00:00:00+00:00")],
)
def test_a_changed_column_of_a_submission_is_found(world, column, value):
    row = world.case.submissions.get()
    tamper(f'UPDATE zhinan_submission SET "{column}" = %s WHERE id = %s', value, row.id)
    assert (row.receipt, "提交内容与回执的哈希不符") in found()


def test_a_deleted_submission_is_found(world):
    row = world.case.submissions.get()
    tamper("DELETE FROM zhinan_check WHERE submission_id = %s", row.id)
    tamper("DELETE FROM zhinan_submission WHERE id = %s", row.id)
    assert (row.receipt, "提交记录被删除") in found()


@pytest.mark.parametrize(
    "sql",
    ["UPDATE zhinan_answer SET text = '2000万元'", "UPDATE zhinan_answer SET source = 'register'", "DELETE FROM zhinan_answer"],
)
def test_a_changed_answer_of_a_case_that_was_handed_in_is_found(world, sql):
    tamper(f"{sql} WHERE application_id = %s AND key = 'applicant.revenue_last_year'", world.case.id)
    assert found() == [(f"{world.case.code} applicant.revenue_last_year", "答案与提交的内容不符")]


def test_a_changed_file_is_found_and_a_missing_one(world):
    paper = world.case.attachments.get()
    keeping.path_of(paper.sha256).write_bytes(PDF.replace(b"1.4", b"1.5"))
    assert found() == [(f"{world.case.code} 报表.pdf", "文件缺失或被改动")]
    keeping.path_of(paper.sha256).unlink()
    assert found() == [(f"{world.case.code} 报表.pdf", "文件缺失或被改动")]
    assert [fault.case for fault in verify_case(world.case).faults] == [world.case.code]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE zhinan_attachment SET name = '别的.pdf'",
        "DELETE FROM zhinan_attachment",
        "UPDATE zhinan_attachment SET removed_at = '2026-03-03 00:00:00+00:00'",
    ],
)
def test_a_changed_paper_is_found(world, sql):
    tamper(f"{sql} WHERE application_id = %s", world.case.id)
    assert (world.case.code, "材料“报表.pdf”（evidence-below-threshold）与事件不符") in found()


def test_a_changed_answer_of_an_officer_is_found(world):
    item = world.case.checks.order_by("item")[0].item
    tamper("UPDATE zhinan_check SET mark = 'no' WHERE application_id = %s AND item = %s", world.case.id, item)
    assert found() == [(f"{world.case.code} {item}", "核对意见与事件不符")]


def test_a_changed_return_is_found(world):
    world.send_back()
    tamper("UPDATE zhinan_correction SET reason = '无' WHERE application_id = %s", world.case.id)
    assert found() == [(world.case.code, "退回补正的记录与事件不符")]


def test_a_changed_place_on_a_list_or_letter_is_found(world):
    listing = world.call.listings.get()
    tamper("UPDATE zhinan_listing SET letter = '兴科函2号' WHERE id = %s", listing.id)
    assert found() == [(f"yc-2026 {listing.stage} xingqing 1", "推荐清单或函与事件不符")]


@pytest.mark.parametrize(
    ("column", "value", "name"),
    [
        ("status", "closed", "status"),
        ("budget", 5, "budget"),
        ("closes_at", "2027-01-01 00:00:00+00:00", "closes_at"),
        ("readings", '{"AMB-01": "city"}', "readings"),
    ],
)
def test_a_changed_call_is_found(world, column, value, name):
    tamper(f"UPDATE zhinan_call SET {column} = %s WHERE code = 'yc-2026'", value)
    assert ("yc-2026", f"批次的“{name}”与事件不符") in found()


def test_a_case_and_a_call_that_the_platform_did_not_make_are_found(world):
    from zhinan.server.models import Call

    call = Call.objects.create(
        code="by-hand", authority=world.city, pack="yinchuan-2026", title_zh="x", title_en="x", year=2026, made_at=NOON
    )
    Application.objects.create(
        code="by-hand-1", call=call, scheme="sme-innovation", organisation=world.unit, leader=world.leader, stage="draft", entered_at=NOON,
        made_at=NOON, saved_at=NOON,
    )  # fmt: skip
    assert found() == [
        ("by-hand-1", "办件没有任何事件：不是由平台产生的"),
        ("by-hand", "批次没有任何事件：不是由平台产生的"),
    ]


def test_a_deleted_case_is_found():
    world = Yinchuan()
    case = world.draft()
    tamper("DELETE FROM zhinan_answer WHERE application_id = %s", case.id)
    with connection.constraint_checks_disabled() if connection.vendor == "sqlite" else transaction.atomic():
        tamper("UPDATE zhinan_event SET case_id = NULL WHERE case_id = %s", case.id)
        tamper("DELETE FROM zhinan_application WHERE id = %s", case.id)
    assert (case.code, "办件被删除，事件还在") in found()


def test_a_topic_that_no_park_settled_is_found(world):
    park = Authority.objects.create(code="park", name_zh="园区", name_en="park", kind=AuthorityKind.PARK, region="640104")
    from zhinan.server.models import Topic

    Topic.objects.create(call=world.call, park=park, title="凭空的题目", direction="D-YC01", made_at=NOON)
    assert found() == [("yc-2026 park", "选题“凭空的题目”与事件不符")]


def test_steps_that_do_not_follow_the_procedure_are_named(world):
    event = last_of("submit")
    body = json.loads(event.body)
    body["payload"]["steps"] = [["accepted", "submit"]]
    tamper("UPDATE zhinan_event SET body = %s WHERE sequence = %s", canonical(body), event.sequence)
    assert (world.case.code, "事件不能按程序走通") in found()


def test_looking_at_many_cases_takes_no_more_queries_than_at_one(world, django_assert_num_queries):
    calls.set_quota("yc-2026", "recommendation", world.county, 3, by=world.officer, at=NOON)
    with django_assert_num_queries(38):
        verify()
    for number in range(3):
        calls.create(
            by=world.officer,
            authority=world.city,
            code=f"more-{number}",
            pack="yinchuan-2026",
            schemes=["soft-science"],
            title=world_title(),
            at=NOON,
        )
        calls.set_quota(f"more-{number}", "recommendation", world.county, 3, by=world.officer, at=NOON)
    second = applications.start(
        by=world.admin, leader=world.admin, call=world.call, scheme="sme-innovation", organisation=world.unit, at=NOON
    )
    applications.save(second.code, {"project.title": "另一项"}, by=world.admin, at=NOON)
    with django_assert_num_queries(38):
        verify()


def world_title():
    from zhinan.values.text import Text

    return Text("又一个批次", "one more call")


def test_a_call_that_was_deleted_is_found(world):
    calls.create(
        by=world.officer,
        authority=world.city,
        code="gone",
        pack="yinchuan-2026",
        schemes=["soft-science"],
        title=world_title(),
        at=NOON,
    )
    tamper("DELETE FROM zhinan_call WHERE code = 'gone'")
    assert found() == [("gone", "批次被删除")]


def test_a_case_put_back_into_the_hands_of_its_applicant_is_found(world):
    tamper("UPDATE zhinan_application SET stage = 'draft' WHERE id = %s", world.case.id)
    assert found() == [(world.case.code, f"环节记为“draft”，按事件应为“{world.case.stage}”")]
