"""Papers of an application: added, refused, shown, taken off; by those who may."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from tests.server.making import GOOD, NOON, PDF, Yinchuan, hand_in, person, post, unit
from zhinan.server.actions import chain, papers
from zhinan.server.models import Application, Attachment, Event, Role

pytestmark = pytest.mark.django_db

SLOT = "evidence-below-threshold"
TEXT = "说明".encode()


@pytest.fixture
def y(settings: Settings, tmp_path: Path) -> Yinchuan:
    settings.MEDIA_ROOT = tmp_path
    return Yinchuan()


@pytest.fixture
def case(y: Yinchuan) -> Application:
    return y.draft()


def upload(client: Client, case: Application, *files: SimpleUploadedFile, slot: str = SLOT) -> tuple[int, str]:
    answer = client.post(f"/cases/{case.code}/papers/", {"upload": slot, "file": list(files)})
    return answer.status_code, answer.content.decode()


def pdf(name: str = "报表.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def test_a_paper_is_added_listed_and_shown(client: Client, y: Yinchuan, case: Application) -> None:
    client.force_login(y.leader)
    answer = client.post(f"/cases/{case.code}/papers/", {"upload": SLOT, "file": pdf()})
    assert answer["location"] == f"/cases/{case.code}/form/papers/#upload-{SLOT}"
    paper = Attachment.objects.get()
    html = client.get(f"/cases/{case.code}/form/papers/").content.decode()
    for words in (
        "报表.pdf",
        paper.sha256[:12],
        "已上传",
        "用来证明：",
        "#clause-九(一)2",
        f"/cases/{case.code}/papers/{paper.id}/",
        "<iframe",
    ):
        assert words in html
    shown = client.get(f"/cases/{case.code}/papers/{paper.id}/")
    assert (shown.content, shown["content-type"], shown["x-content-type-options"]) == (PDF, "application/pdf", "nosniff")
    assert shown["content-disposition"].startswith("inline")
    assert "sandbox" in shown["content-security-policy"]


def test_what_a_browser_might_run_or_cannot_show_is_saved(client: Client, y: Yinchuan, case: Application) -> None:
    client.force_login(y.leader)
    upload(client, case, SimpleUploadedFile("说明.txt", TEXT, content_type="text/plain"))
    shown = client.get(f"/cases/{case.code}/papers/{Attachment.objects.get().id}/")
    assert (shown["content-type"], shown["content-disposition"].partition(";")[0]) == ("application/octet-stream", "attachment")


def test_a_file_that_is_refused_is_refused_beside_its_upload(client: Client, y: Yinchuan, case: Application) -> None:
    client.force_login(y.leader)
    for file, words in (
        (SimpleUploadedFile("甲.pdf", b"MZ"), "“甲.pdf”：扩展名是 pdf"), (SimpleUploadedFile("a.exe", b"MZ"), "“a.exe”："),
        (SimpleUploadedFile("b.txt", b""), "“b.txt”："), (SimpleUploadedFile("../x.svg", b"<svg/>", content_type="image/svg+xml"), "“x.svg”："),
    ):  # fmt: skip
        status, html = upload(client, case, file)
        assert status == 422
        beside = html.partition(f'id="upload-{SLOT}"')[2]
        assert 'role="alert"' in beside
        assert words in beside
    assert not Attachment.objects.exists()


def test_of_several_files_the_good_ones_are_kept(client: Client, y: Yinchuan, case: Application) -> None:
    client.force_login(y.leader)
    assert upload(client, case, pdf(), SimpleUploadedFile("a.exe", b"MZ"))[0] == 422
    assert [paper.name for paper in Attachment.objects.all()] == ["报表.pdf"]


def test_a_file_over_the_limit_is_refused_while_it_is_read(
    client: Client, y: Yinchuan, case: Application, settings: Settings
) -> None:
    settings.UPLOAD_LIMIT = 1024 * 1024
    client.force_login(y.leader)
    status, html = upload(client, case, SimpleUploadedFile("大.pdf", b"%PDF-" + b"0" * 1024 * 1024), pdf())
    assert (status, "文件超过 1 MB" in html, [paper.name for paper in Attachment.objects.all()]) == (422, True, ["报表.pdf"])


def test_the_same_file_sent_twice_is_there_once(client: Client, y: Yinchuan, case: Application) -> None:
    client.force_login(y.leader)
    for _ in range(2):
        upload(client, case, pdf())
    assert (Attachment.objects.count(), Event.objects.filter(action="add-paper").count()) == (1, 1)


def test_no_more_than_twenty_are_kept_under_one_upload(client: Client, y: Yinchuan, case: Application) -> None:
    client.force_login(y.leader)
    for number in range(papers.MOST):
        upload(client, case, SimpleUploadedFile(f"{number}.txt", TEXT))
    status, html = upload(client, case, SimpleUploadedFile("one-more.txt", TEXT))
    assert (status, "这一项已有 20 个文件" in html, Attachment.objects.count()) == (422, True, 20)


@pytest.mark.parametrize("slot", ["", "no-such", "\0", "x" * 500, "a\nb"])
def test_an_upload_that_the_form_has_not_is_refused(client: Client, y: Yinchuan, case: Application, slot: str) -> None:
    client.force_login(y.leader)
    status, html = upload(client, case, pdf(), slot=slot)
    assert (status, "表单里没有这个上传项" in html) == (422, True)


def test_nothing_chosen_is_told(client: Client, y: Yinchuan, case: Application) -> None:
    client.force_login(y.leader)
    status, html = upload(client, case)
    assert (status, "还没有选文件" in html) == (422, True)


def test_a_paper_is_taken_off_and_stays_for_the_record(client: Client, y: Yinchuan, case: Application) -> None:
    client.force_login(y.leader)
    upload(client, case, pdf())
    paper = Attachment.objects.get()
    assert client.post(f"/cases/{case.code}/papers/{paper.id}/remove/").status_code == 302
    paper.refresh_from_db()
    assert paper.removed_at is not None
    assert client.post(f"/cases/{case.code}/papers/{paper.id}/remove/").status_code == 404
    assert "报表.pdf" not in client.get(f"/cases/{case.code}/form/papers/").content.decode()


def test_without_a_token_nothing_is_taken(y: Yinchuan, case: Application) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(y.leader)
    assert upload(strict, case, pdf())[0] == 403
    assert not Attachment.objects.exists()


def test_others_see_papers_once_they_are_handed_in_and_only_those(client: Client, y: Yinchuan, case: Application) -> None:
    y.facts()
    stranger = person("stranger")
    post(stranger, Role.UNIT_ADMIN, organisation=unit(2))
    client.force_login(y.leader)
    hand_in(case, GOOD, leader=y.leader, admin=y.admin)
    handed_in = Attachment.objects.get()
    chain.move(
        case.code,
        "return-to-draft",
        by=y.recommender,
        at=NOON,
        reason="改",
        marked={SLOT: {"kind": "outdated", "note": "换新的"}},
    )
    upload(client, case, SimpleUploadedFile("新报表.txt", TEXT))
    client.post(f"/cases/{case.code}/papers/{handed_in.id}/remove/")
    added = Attachment.objects.exclude(id=handed_in.id).get()

    def sees(user: object) -> list[int]:
        client.force_login(user)  # type: ignore[arg-type]  # it is a user here
        return [client.get(f"/cases/{case.code}/papers/{paper.id}/").status_code for paper in (handed_in, added)]

    assert [sees(user) for user in (y.leader, y.admin, y.recommender, y.officer, stranger)] == [
        [200, 200], [200, 200], [200, 404], [200, 404], [404, 404],
    ]  # fmt: skip
    assert client.get(f"/cases/{case.code}/papers/{'9' * 30}/").status_code == 404
    client.logout()
    assert client.get(f"/cases/{case.code}/papers/{added.id}/").status_code == 302


def test_a_file_that_is_gone_is_not_found(client: Client, y: Yinchuan, case: Application, tmp_path: Path) -> None:
    client.force_login(y.leader)
    upload(client, case, pdf())
    paper = Attachment.objects.get()
    (tmp_path / paper.sha256[:2] / paper.sha256).unlink()
    assert client.get(f"/cases/{case.code}/papers/{paper.id}/").status_code == 404


def test_a_file_that_could_not_be_scanned_is_not_kept(client: Client, y: Yinchuan, case: Application, settings: Settings) -> None:
    settings.ANTIVIRUS = "127.0.0.1:1"
    client.force_login(y.leader)
    assert upload(client, case, pdf())[0] == 422
    assert (Attachment.objects.count(), list(Path(settings.MEDIA_ROOT).rglob("*"))) == (0, [])
