"""Faults and bad input, one by one: each is refused with what and why, or taken as it was meant, and nothing kept is lost."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from openpyxl import load_workbook

from tests.server.making import GOOD, NOON, PDF, Yinchuan, code_of
from zhinan.server.actions import applications, calls
from zhinan.server.clock import now, today
from zhinan.server.models import Answer, Application, Attachment, Event, Organisation, Submission, User
from zhinan.server.paper.sheet import rows_csv, rows_xlsx
from zhinan.server.queries.applications import filled
from zhinan.server.queries.chain import verify
from zhinan.server.web.arrival import SEATS, NoteArrival, TakeTurn, arrived_at

UPLOAD = "evidence-below-threshold"
PASSWORD = "枸杞红了的时候一起去贺兰山"


@pytest.fixture(autouse=True)
def files(settings: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder of uploads of the test's own."""
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]  # pytest-django's settings
    return tmp_path


class Desk:
    """An application in the filing stage, open until next month, and its leader at a browser."""

    def __init__(self, client: Client) -> None:
        self.client, self.city = client, Yinchuan()
        self.city.facts()
        self.city.call = calls.extend(
            self.city.call.code, by=self.city.officer, at=NOON, closes_at=now() + timedelta(days=30), reason="测试"
        )
        self.case = self.city.draft()
        self.code = self.case.code
        client.force_login(self.city.admin)

    def save(self, texts: dict[str, str], **versions: int) -> tuple[int, dict[str, object]]:
        """Autosave, as the script of the page does it; the status and the JSON."""
        sent = {"texts": texts, "versions": {key.replace("__", "."): number for key, number in versions.items()}}
        answer = self.client.post(
            f"/cases/{self.code}/save/", json.dumps(sent), content_type="application/json", headers={"accept": "application/json"}
        )
        return answer.status_code, answer.json()

    def upload(self, name: str, content: bytes) -> tuple[int, str]:
        """Upload by the page; the status and the page."""
        file = SimpleUploadedFile(name, content, "application/pdf")
        answer = self.client.post(f"/cases/{self.code}/papers/", {"upload": UPLOAD, "file": file})
        return answer.status_code, answer.content.decode()

    def submit(self, **more: str) -> tuple[int, str]:
        """Hand in by the page; the status and where it leads."""
        answer = self.client.post(f"/cases/{self.code}/submit/", {"agree": "yes", "number": "1", **more})
        return answer.status_code, answer.headers.get("Location", "")

    def make_ready(self) -> None:
        """Everything filled in and attached."""
        applications.save(self.code, GOOD, by=self.city.admin, at=now())
        assert self.upload("报表.pdf", PDF)[0] == 302

    def text(self, key: str) -> str:
        """What is kept under a field."""
        return Answer.objects.get(application=self.case, key=key).text

    def value(self, key: str) -> object:
        """What it is read as."""
        return filled(Application.objects.get(id=self.case.id), on=today()).facts.get(key)


@pytest.fixture
def desk(client: Client, db: None) -> Desk:
    return Desk(client)


# ─── The disk is full ───


def test_a_file_the_disk_has_no_room_for_is_refused_and_the_one_before_is_still_there(
    desk: Desk, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.upload("先.pdf", PDF)
    before = sorted(path.name for path in files.rglob("*") if path.is_file())

    def no_room(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", no_room)
    status, page = desk.upload("后.pdf", PDF + b"%2\n")
    monkeypatch.undo()
    assert status == 422
    assert "文件没有保存：服务器存不下（No space left on device）" in page
    assert "文件还在您的电脑上；稍后重试，或联系平台管理员" in page
    assert [paper.name for paper in Attachment.objects.all()] == ["先.pdf"]
    assert sorted(path.name for path in files.rglob("*") if path.is_file()) == before


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a PostgreSQL server's disk is not ours to fill")
def test_a_full_database_refuses_what_is_typed_and_keeps_what_it_had(desk: Desk) -> None:
    assert desk.save({"project.summary": "已保存"})[0] == 200
    events = Event.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count={cursor.fetchone()[0]}")
    try:
        status, said = desk.save({"project.summary": "一" * 400_000})
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count=1073741823")
    assert (status, [each["code"] for each in said["problems"]]) == (503, ["our-fault"])  # type: ignore[attr-defined]  # JSON has no types
    assert (desk.text("project.summary"), Event.objects.count()) == ("已保存", events)
    assert desk.save({"project.summary": "又能保存"})[0] == 200
    assert verify().faults == ()


# ─── Twice, at once, too late ───


def test_two_tabs_do_not_overwrite_one_another_unseen(desk: Desk) -> None:
    desk.save({"project.summary": "甲"})
    assert desk.save({"project.summary": "乙"}, project__summary=1)[0] == 200
    status, said = desk.save({"project.summary": "丙"}, project__summary=1)
    assert (status, said["theirs"]["project.summary"]["text"]) == (409, "乙")  # type: ignore[index]  # JSON has no types
    assert desk.text("project.summary") == "乙"


def test_two_tabs_may_write_different_fields(desk: Desk) -> None:
    desk.save({"project.summary": "甲", "project.content": "乙"})
    assert desk.save({"project.summary": "丙"}, project__summary=1)[0] == 200
    assert desk.save({"project.content": "丁"}, project__content=1)[0] == 200
    assert (desk.text("project.summary"), desk.text("project.content")) == ("丙", "丁")


def test_a_double_click_hands_in_once_and_tells_the_same_receipt(desk: Desk) -> None:
    desk.make_ready()
    receipt = f"/cases/{desk.code}/receipt/1/"
    assert [desk.submit(), desk.submit(), desk.submit(number="")] == [(302, receipt)] * 3
    assert [each.receipt for each in Submission.objects.all()] == [f"{desk.code}-R1"]
    assert [event.action for event in Event.objects.filter(case=desk.case)].count("submit") == 1


def test_a_clock_that_jumps_back_does_not_disorder_the_record(desk: Desk) -> None:
    desk.make_ready()
    earlier = NOON - timedelta(days=3)
    applications.submit(desk.code, by=desk.city.admin, at=earlier, begun_at=earlier)
    events = list(Event.objects.order_by("sequence"))
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert events[-1].at == earlier < events[-2].at
    assert verify().faults == ()


def test_a_deadline_is_judged_by_the_server_whatever_the_browser_says(desk: Desk) -> None:
    desk.make_ready()
    Application.objects.filter(id=desk.case.id).update(due_at=now() - timedelta(minutes=2))
    said = (NOON - timedelta(days=1)).isoformat()
    answer = desk.client.post(
        f"/cases/{desk.code}/submit/",
        {"agree": "yes", "number": "1", "begun_at": said, "at": said},
        headers={"date": "Mon, 01 Jan 2024 00:00:00 GMT"},
    )
    assert (answer.status_code, Submission.objects.count()) == (422, 0)
    assert desk.text("project.title") == GOOD["project.title"]


def test_a_request_is_judged_by_when_it_arrived_not_by_when_its_turn_came() -> None:
    """All seats are taken when it comes; it is seen to have been noted before any of them is free."""
    free, taken = threading.Event(), threading.Semaphore(0)

    def page(request: HttpRequest) -> HttpResponse:
        taken.release()
        free.wait()
        return HttpResponse(arrived_at(request).isoformat())

    serve = NoteArrival(TakeTurn(page))
    requests = [RequestFactory().get("/") for _ in range(SEATS + 1)]
    with ThreadPoolExecutor(SEATS + 1) as threads:
        answers = [threads.submit(serve, request) for request in requests[:SEATS]]
        for _ in range(SEATS):
            taken.acquire()
        answers.append(threads.submit(serve, requests[SEATS]))
        while "zhinan.arrived_at" not in requests[SEATS].META:
            pass
        had_its_turn, noted = taken.acquire(blocking=False), now().isoformat()
        free.set()
    assert (had_its_turn, answers[SEATS].result().content.decode() <= noted) == (False, True)


def test_what_was_typed_survives_a_session_that_ran_out(desk: Desk) -> None:
    desk.city.admin.set_password(PASSWORD)
    desk.city.admin.save()
    fresh = Client()
    typed = {"project.summary": "会话过期前的最后一句", "project.content": "𠮷"}
    address = _page_of(desk, "project.summary")
    away = fresh.post(address, typed)
    assert (away.status_code, away["Location"]) == (302, "/accounts/login/?next=/resume/")
    assert fresh.post(away["Location"], {"login": desk.city.admin.username, "password": PASSWORD})["Location"] == "/resume/"
    page = fresh.get("/resume/").content.decode()
    assert f'action="{address}"' in page
    assert all(f'name="{key}" value="{text}"' in page for key, text in typed.items())
    assert fresh.post(address, typed).status_code == 302
    assert {key: desk.text(key) for key in typed} == typed


def _page_of(desk: Desk, key: str) -> str:
    form = filled(desk.case, on=today()).form
    page = next(page for page in form.pages if any(field.key == key for field in page.fields))
    return f"/cases/{desk.code}/form/{page.id}/"


# ─── Files ───


def _zip(**members: bytes) -> bytes:
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


BAD_FILES = {
    "0 bytes": ("报表.pdf", b"", "文件是空的（0 字节）"),
    "wrong extension": ("报表.xlsx", PDF, "扩展名是 xlsx，内容却是PDF"),
    "wrong type": ("报表.exe", b"MZ" + b"\x00" * 100, "不收这种文件：exe"),
    "a page": ("报表.svg", b"<svg onload='alert(1)'/>", "不收网页、SVG 和脚本（svg）"),
    "macros by name": ("报表.xlsm", _zip(**{"[Content_Types].xml": b"<a/>"}), "文件里有宏"),
    "macros within": (
        "报表.xlsx",
        _zip(**{"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<a/>", "xl/vbaProject.bin": b"x"}),
        "文件里有宏",
    ),
    "zip bomb": ("材料.zip", _zip(**{"a.txt": b"0" * 400_000_000}), "解开"),
    "over the limit": ("报表.pdf", PDF + b"%" * 1_500_000, "文件超过 1 MB"),
}


@pytest.mark.parametrize(("name", "content", "said"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_file_is_refused_by_the_page_and_nothing_of_it_is_kept(
    desk: Desk, files: Path, settings: pytest.FixtureRequest, name: str, content: bytes, said: str
) -> None:
    settings.UPLOAD_LIMIT = 1024 * 1024  # type: ignore[attr-defined]  # pytest-django's settings
    status, page = desk.upload(name, content)
    assert (status, said in page) == (422, True)
    assert (Attachment.objects.count(), [path for path in files.rglob("*") if path.is_file()]) == (0, [])


def test_names_of_files_are_made_safe_before_they_are_kept_or_served(desk: Desk, files: Path) -> None:
    for number, name in enumerate(("../../../../etc/报表.pdf", "D:\\报表😀.pdf", "\u202efdp.报表.pdf", "𠮷.pdf")):
        assert desk.upload(name, PDF + f"%{number}\n".encode())[0] == 302
    papers = list(Attachment.objects.order_by("id"))
    assert [paper.name for paper in papers] == ["报表.pdf", "报表.pdf", "fdp.报表.pdf", "𠮷.pdf"]
    assert {path.name for path in files.rglob("*") if path.is_file()} == {paper.sha256 for paper in papers}
    answer = desk.client.get(f"/cases/{desk.code}/papers/{papers[0].id}/")
    assert (answer.content, answer["X-Content-Type-Options"]) == (PDF + b"%0\n", "nosniff")


# ─── Text ───


@pytest.mark.parametrize(("typed", "meant"), [("１２０人", "120人"), ("１２０　人", "120人"), ("120 人", "120人")])
def test_full_width_digits_are_numbers(desk: Desk, typed: str, meant: str) -> None:
    assert desk.save({"applicant.staff": typed})[0] == 200
    read = desk.value("applicant.staff")
    desk.save({"applicant.staff": meant})
    assert (read, desk.text("applicant.staff")) == (desk.value("applicant.staff"), meant)
    assert read is not None


PASTED = ["指标\t现值\t目标\n多糖提取率\t20%\t35%\n", "𠮷野😀 é", "=1+1", "a\u202eb\u200fc", "<b>粗</b> & {{ x }}"]


@pytest.mark.parametrize("text", PASTED)
def test_long_text_is_kept_as_it_was_pasted_and_shown_as_text(desk: Desk, text: str) -> None:
    assert desk.save({"project.summary": text})[0] == 200
    assert desk.text("project.summary") == text
    page = desk.client.get(_page_of(desk, "project.summary")).content.decode()
    assert "<b>粗" not in page


def test_signs_that_no_database_keeps_do_not_cost_the_rest(desk: Desk) -> None:
    assert desk.save({"project.summary": "前\x00后\ud800"})[0] == 200
    assert desk.text("project.summary") == "前后?"


@pytest.mark.parametrize("path", ["/accounts/oidc/%00/login/callback/", "/verify/%00/", "/join/a%00b/"])
def test_an_address_that_no_database_can_look_up_is_not_there(db: None, path: str) -> None:
    assert Client().get(path).status_code == 404


def test_a_number_nobody_can_count_is_kept_as_typed_and_said_to_be_wrong(desk: Desk) -> None:
    typed = "9" * 400 + "万元"
    assert desk.save({"project.total_budget": typed})[0] == 200
    assert (desk.text("project.total_budget"), desk.client.get(_page_of(desk, "project.total_budget")).status_code) == (
        typed,
        200,
    )


FORMULAS = ("=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1")


def test_no_text_becomes_a_formula_in_an_export() -> None:
    rows = [[text] for text in FORMULAS]
    sheet = load_workbook(io.BytesIO(rows_xlsx(["名称"], rows))).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} == {"s"}
    lines = list(csv.reader(io.StringIO(rows_csv(["名称"], rows).decode("utf-8-sig"))))
    assert [line[0][0] for line in lines[1:]] == ["'"] * len(FORMULAS)


def test_the_title_of_an_application_is_no_formula_in_the_list_officers_download(desk: Desk) -> None:
    applications.save(desk.code, {**GOOD, "project.title": "=HYPERLINK(1)"}, by=desk.city.admin, at=now())
    desk.upload("报表.pdf", PDF)
    assert desk.submit()[0] == 302
    desk.client.force_login(desk.city.recommender)
    made = load_workbook(io.BytesIO(desk.client.get("/queue/export.xlsx").content)).active
    assert made is not None
    titles = [cell for row in made.iter_rows() for cell in row if "HYPERLINK" in str(cell.value)]
    assert [(cell.data_type, cell.value) for cell in titles] == [("s", "=HYPERLINK(1)")]


def test_marks_that_turn_text_round_are_taken_off_a_persons_name(db: None) -> None:
    client = Client()
    answer = client.post("/register/", {
        "uscc": code_of(1), "name": "宁夏\u202e示例公司", "kind": "enterprise", "region": "640104", "login": "li.ning", "person": "李\u202e宁\u200f", "email": "li@example.org",
        "password": PASSWORD,
    })  # fmt: skip
    assert answer.status_code == 302
    assert (User.objects.get(username="li.ning").name, Organisation.objects.get().name) == ("李宁", "宁夏示例公司")
