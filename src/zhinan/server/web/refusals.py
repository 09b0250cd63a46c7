"""Refusals as pages: the same calm page for everything that may not be, with what to do next; JSON for a script."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from zhinan.server.refused import NOT_HERE, NotSeen, Refused, Stale
from zhinan.server.templatetags.zhinan import lang
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.text import Text

_log = logging.getLogger(__name__)
_FORGED = Mistake(
    "form-expired",
    Text("这个表单已经过期，没有提交", "this form has expired and was not handed in"),
    Text("返回上一页，刷新后再提交；填写的内容还在", "go back, reload and hand it in again; what you typed is still there"),
)
_LOCKED = Mistake(
    "too-many-tries",
    Text("登录失败次数过多，这个账号暂时不能登录", "too many failed attempts: this account cannot sign in for now"),
    Text("15分钟后再试，或者用“忘记密码”重设", "try again in 15 minutes, or reset the password"),
)
_BROKEN = Mistake(
    "our-fault",
    Text("平台出了问题，刚才的操作没有完成", "something went wrong on our side; nothing was done"),
    Text("稍后再试；已经确认保存的内容不受影响", "try again later; what was confirmed as saved is safe"),
)
_BAD_REQUEST = Mistake(
    "bad-request",
    Text("浏览器发来的内容无法读取", "what the browser sent cannot be read"),
    Text("返回后重试", "go back and try again"),
)
_STATUS = {NotSeen: 404, Stale: 409, Refused: 403}


class ShowRefusals:
    """A refusal raised by a page becomes an answer; a write that was under way has been undone by then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:  # PostgreSQL fails on it in whatever is looked up, in a library's pages too
            return not_found(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer to a refusal; any other failure goes its way."""
        if isinstance(error, Refused):
            return refusal(request, error.problems, status=_STATUS[type(error)])
        if isinstance(
            error, OperationalError
        ):  # the disk is full, the database away: nothing was done, and a script may try again
            _log.error("the database did not take it: %s", error)
            return refusal(request, [_BROKEN.at()], status=503)
        return refusal(request, error.problems, status=400) if isinstance(error, BadInput) else None


def refusal(request: HttpRequest, problems: list[Problem], *, status: int) -> HttpResponse:
    """The page (or, for a script, the JSON) that says no."""
    if wants_json(request):
        return JsonResponse({"problems": [as_json(problem) for problem in problems]}, status=status)
    return render(request, "refused.html", {"problems": problems, "status": status}, status=status)


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asked, not a person."""
    return request.headers.get("accept", "").startswith("application/json")


def as_json(problem: Problem) -> dict[str, str]:
    """One problem for a script."""
    return {"code": problem.code, "message": problem.message.in_lang(lang()), "mend": problem.mend.in_lang(lang())}


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: it is old, or from elsewhere."""
    return refusal(request, [_FORGED.at()], status=403)


def locked_out(request: HttpRequest, credentials: object = None, *args: object, **kwargs: object) -> HttpResponse:
    """Too many failed sign-ins."""
    return refusal(request, [_LOCKED.at()], status=429)


def not_found(request: HttpRequest, exception: object = None) -> HttpResponse:
    """No such page: the same words as for a row one may not see."""
    return refusal(request, [NOT_HERE.at()], status=404)


def bad_request(request: HttpRequest, exception: object = None) -> HttpResponse:
    """Too many fields, a broken upload, a host that is not ours."""
    return refusal(request, [_BAD_REQUEST.at()], status=400)


def failed(request: HttpRequest) -> HttpResponse:
    """A failure of ours: a page without anything that could fail again."""
    problem = _BROKEN.at()
    text = (
        f"<!doctype html><html lang=zh-CN><meta charset=utf-8><title>500</title><h1>{problem.message.zh}</h1>"
        f"<p>{problem.mend.zh}</p><p lang=en>{problem.message.en}. {problem.mend.en}.</p>"
    )
    return HttpResponse(text, status=500)
