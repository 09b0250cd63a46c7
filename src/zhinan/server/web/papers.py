"""Papers of an application: added, looked at, taken off."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from zhinan.policy.form_layout import PAPERS
from zhinan.server import clock, keeping, uploads_mistakes
from zhinan.server.actions import papers
from zhinan.server.file_names import shown_name
from zhinan.server.queries.access import FILL, case_for
from zhinan.server.queries.applications import filled
from zhinan.server.queries.changes import paper_for
from zhinan.server.refused import NotSeen
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.filling import show
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.text import Text

_NO_FILE = Mistake(
    "no-file", Text("还没有选文件", "no file has been chosen"), Text("选一个文件再上传", "choose one, then upload it")
)
_MEGABYTE = 1024 * 1024
#: What a browser may show in the page; everything else is saved.
_SHOWN = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}


class StopAtLimit(FileUploadHandler):
    """Stops reading a file as soon as it is larger than any that is taken, and says so; the rest is thrown away unread."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.size = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:  # Any: passed on as Django gives it
        super().new_file(*args, **kwargs)
        self.size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.size += len(raw_data)
        if self.size > settings.UPLOAD_LIMIT:
            assert self.request is not None
            self.request.META["zhinan.too_large"] = self.file_name or ""
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Those after this one keep the file."""


@csrf_exempt
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Add papers under an upload. The limit is set before anything is read; the token is looked at in what follows."""
    if request.method == "POST":
        request.upload_handlers.insert(0, StopAtLimit(request))
    return _add(request, code)


@csrf_protect
@require_POST
@signed_in
def _add(request: HttpRequest, code: str) -> HttpResponse:
    upload, by = request.POST.get("upload", ""), person(request)
    problems: list[Problem] = []
    if request.META.get("zhinan.too_large"):
        limit = f"{settings.UPLOAD_LIMIT / _MEGABYTE:g}"
        problems.append(
            uploads_mistakes.TOO_LARGE.at(limit=limit).placed(file=str(request.META["zhinan.too_large"])[:120], line=0)
        )
    files = request.FILES.getlist("file")
    if not files and not problems:
        problems.append(_NO_FILE.at())
    for file in files:
        try:
            papers.add(
                code,
                upload,
                name=file.name or "",
                content=file.read(),
                declared_type=file.content_type or "",
                by=by,
                at=clock.now(),
            )
        except NotSeen:
            raise
        except BadInput as bad:
            problems += [_named(each, file.name or "") for each in bad.problems]
    now = filled(case_for(by, code, to=FILL), on=clock.today())
    page = next((each for each in now.form.pages if each.id == PAPERS), None)
    if problems and page is not None:
        is_known = any(each.id == upload for each in now.form.uploads)
        return show(request, now, page, refused={upload: problems}, problems=() if is_known else problems, status=422)
    return HttpResponseRedirect(_back(code, upload))


def _named(problem: Problem, name: str) -> Problem:
    """With the name of the file it is about, since several may have been sent."""
    file = problem.file or shown_name(name)
    return replace(problem, message=Text(f"“{file}”：{problem.message.zh}", f"“{file}”: {problem.message.en}"))


def _back(code: str, upload: str) -> str:
    return f"{reverse('form', args=[code, PAPERS])}#upload-{upload}"


@require_POST
@signed_in
def remove(request: HttpRequest, code: str, paper: int) -> HttpResponse:
    """Take a paper off."""
    row = paper_for(person(request), code, paper)
    papers.remove(code, paper, by=person(request), at=clock.now())
    messages.success(request, Text(f"已删去 {row.name}", f"{row.name} was taken off").in_lang(lang()))
    return HttpResponseRedirect(_back(code, row.upload))


@require_GET
@signed_in
def show_paper(request: HttpRequest, code: str, paper: int) -> HttpResponse:
    """The file itself: shown where a browser can do so safely, saved otherwise."""
    row = paper_for(person(request), code, paper)
    kept = keeping.path_of(row.sha256)
    if not kept.is_file():
        raise NotSeen
    response = HttpResponse(kept.read_bytes(), content_type=_SHOWN.get(row.kind, "application/octet-stream"))
    response["Content-Disposition"] = content_disposition_header(row.kind not in _SHOWN, row.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


addresses = [
    path("cases/<slug:code>/papers/", add, name="papers"),
    path("cases/<slug:code>/papers/<int:paper>/", show_paper, name="paper"),
    path("cases/<slug:code>/papers/<int:paper>/remove/", remove, name="paper-remove"),
]
