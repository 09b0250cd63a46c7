"""Authorities, sections and the people in them, and the calendar of working days: the keeper's pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhinan.server.actions import authorities as acts
from zhinan.server.actions import people as posts
from zhinan.server.actions.account_fields import BadFields
from zhinan.server.clock import now, today
from zhinan.server.queries import authorities, people
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.typed import Box, Option, asked, of, options, posted, told
from zhinan.values.dates import read_day
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

if TYPE_CHECKING:
    from zhinan.server.models import Authority

Rest = ParamSpec("Rest")
Page = Callable[Concatenate[HttpRequest, Rest], HttpResponse]
_PER_PAGE = 25


def keepers(page: Page[Rest]) -> Page[Rest]:
    """A page for the keepers of the platform; for everyone else it is not there."""

    entered = signed_in(page)

    @wraps(page)
    def guarded(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            authorities.keeper_only(person(request))
        return entered(request, *args, **kwargs)

    return guarded


def _said(request: HttpRequest, zh: str, en: str) -> None:
    messages.success(request, Text(zh, en).in_lang(lang()))


@require_GET
@keepers
def tree(request: HttpRequest) -> HttpResponse:
    """Every authority with its sections and how many people it has."""
    rows = [(branch, authorities.KIND_NAMES[branch.authority.kind]) for branch in authorities.tree()]
    return render(request, "authorities/tree.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@keepers
def add(request: HttpRequest) -> HttpResponse:
    """A new authority."""
    bad: BadFields | None = None
    everyone = authorities.every_authority()
    if request.method == "POST":
        parent = next((each for each in everyone if each.code == posted(request, "parent")), None)
        try:
            made = acts.add_authority(
                by=person(request), code=posted(request, "code").strip(), kind=posted(request, "kind"), at=now(), parent=parent,
                region=posted(request, "region"), name=Text(posted(request, "name_zh"), posted(request, "name_en")),
                park_key=posted(request, "park_key"),
            )  # fmt: skip
        except BadFields as refused:
            bad = refused
        else:
            _said(request, "机构已添加。", "The authority was added.")
            return HttpResponseRedirect(reverse("authority", args=[made.code]))
    shown = {"boxes": _authority_boxes(request, bad, everyone), "problems": told(bad)}
    return render(request, "authorities/add.html", shown, status=422 if bad else 200)


def _authority_boxes(request: HttpRequest, bad: BadFields | None, everyone: list[Authority]) -> list[Box]:
    parents = tuple(Option(each.code, Text(each.name_zh, each.name_en)) for each in everyone)
    boxes = [
        Box("name_zh", Text("中文名称", "Chinese name")), Box("name_en", Text("英文名称", "English name")),
        Box("code", Text("代码", "Code"), kind="code", help=Text("小写字母、数字和横线，以后不变。",
            "Small letters, digits, hyphens; it stays for good.")),
        Box("kind", Text("类型", "Kind"), kind="choice", options=options(authorities.KIND_NAMES)),
        Box("region", Text("行政区划", "Region"), help=Text("名称或六位代码。", "Its Chinese name or six-digit code.")),
        Box("parent", Text("上级机构", "Above it"), kind="choice", options=parents, required=False),
        Box("park_key", Text("园区词汇键", "Key of the park"), kind="code", required=False,
            help=Text("类型为园区时，词汇表中这个园区的键。", "For a park: its key in the vocabulary.")),
    ]  # fmt: skip
    return [
        Box(box.name, box.label, box.kind, posted(request, box.name), box.help, box.required, box.options, of(bad,
            box.name)) for box in boxes
    ]  # fmt: skip


@require_GET
@keepers
def one(request: HttpRequest, code: str) -> HttpResponse:
    """An authority: its sections, the people in it, who is invited."""
    return _one(request, authorities.authority_by(code))


def _one(request: HttpRequest, row: Authority, bad: BadInput | None = None) -> HttpResponse:
    sections = tuple(Option(str(each.id), Text(each.name_zh, each.name_en)) for each in row.sections.all())
    sections = (Option("", Text("不限科室", "every section")), *sections) if sections else ()
    roles = options(people.ROLE_NAMES, (*posts.AUTHORITY_ROLES, *posts.PLATFORM_ROLES))
    invite = [
        Box("invitee", Text("姓名", "Name"), value=posted(request, "invitee"), problems=of(bad, "invitee")),
        Box("email", Text("邮箱", "E-mail"), kind="email", value=posted(request, "email"), problems=of(bad, "email")),
        Box("role", Text("岗位", "Post"), kind="choice", options=roles, value=posted(request, "role"), problems=of(bad, "role")),
        *([Box("section", Text("科室", "Section"), kind="choice", options=sections, value=posted(request, "section"),
        required=False)] if sections else []),
    ]  # fmt: skip
    add_section = [
        Box("section_zh", Text("中文名称", "Chinese name"), value=posted(request, "section_zh"), problems=of(bad, "section_zh")),
        Box("section_en", Text("英文名称", "English name"), value=posted(request, "section_en"), problems=of(bad, "section_en")),
    ]
    shown = {
        "authority": row, "kind": authorities.KIND_NAMES[row.kind], "invite": invite, "add_section": add_section,
        "problems": told(bad),
        "posts": [(post, people.ROLE_NAMES[post.role]) for post in people.people_at(row)],
        "pending": [(each, people.ROLE_NAMES[each.role]) for each in people.invited_to(row, at=now())],
    }  # fmt: skip
    return render(request, "authorities/one.html", shown, status=422 if bad else 200)


@require_POST
@keepers
def add_section(request: HttpRequest, code: str) -> HttpResponse:
    """A new section."""
    row = authorities.authority_by(code)
    try:
        acts.add_section(
            row, by=person(request), name=Text(posted(request, "section_zh"), posted(request, "section_en")), at=now()
        )
    except BadFields as bad:
        return _one(request, row, bad)
    _said(request, "科室已添加。", "The section was added.")
    return HttpResponseRedirect(reverse("authority", args=[code]))


@require_POST
@keepers
def invite(request: HttpRequest, code: str) -> HttpResponse:
    """A person is invited into a post; keepers keep the platform, not one authority."""
    row, role = authorities.authority_by(code), posted(request, "role")
    section = next((each for each in row.sections.all() if str(each.id) == posted(request, "section")), None)
    is_keeper = role in posts.PLATFORM_ROLES
    try:
        posts.invite(
            by=person(request), email=posted(request, "email"), name=posted(request, "invitee"), role=role, at=now(),
            link="/join/{secret}/", authority=row, section=None if is_keeper else section,
        )  # fmt: skip
    except BadFields as bad:
        return _one(request, row, bad)
    _said(request, "邀请已发出。", "The invitation is on its way.")
    return HttpResponseRedirect(reverse("authority", args=[code]))


@require_POST
@keepers
def withdraw(request: HttpRequest, invitation: int) -> HttpResponse:
    """An invitation is taken back."""
    posts.withdraw_invitation(invitation, by=person(request), at=now())
    _said(request, "邀请已撤回。", "The invitation was taken back.")
    return HttpResponseRedirect(_back(request))


@require_POST
@keepers
def end_post(request: HttpRequest, post: int) -> HttpResponse:
    """A post ends."""
    posts.end_post(post, by=person(request), at=now())
    _said(request, "任职已结束。", "The post has ended.")
    return HttpResponseRedirect(_back(request))


def _back(request: HttpRequest) -> str:
    """To the page of the authority or the person the form stood on."""
    code, id = posted(request, "authority"), posted(request, "person")
    if code.isascii() and code.replace("-", "").isalnum():
        return reverse("authority", args=[code])
    return reverse("person", args=[int(id)]) if id.isascii() and id.isdigit() else reverse("authorities")


@require_GET
@keepers
def everyone(request: HttpRequest) -> HttpResponse:
    """Everyone with an account."""
    page = Paginator(people.everyone(asked(request, "words")), _PER_PAGE).get_page(request.GET.get("page"))
    filters = [{"name": "words", "label": Text("姓名、登录名或邮箱", "Name, login or e-mail"), "value": asked(request, "words")}]
    rows = [(each, [(post, people.ROLE_NAMES[post.role]) for post in each.posts.all()]) for each in page]
    return render(request, "authorities/people.html", {"page": page, "rows": rows, "filters": filters})


@require_GET
@keepers
def one_person(request: HttpRequest, id: int) -> HttpResponse:
    """A person, and every post they hold or have held."""
    found = people.someone(id)
    held = [
        (post, people.ROLE_NAMES[post.role], post.until is None or post.until >= today()) for post in people.every_post_of(found)
    ]
    facts = [
        {"label": Text("登录名", "Login"), "value": found.username}, {"label": Text("邮箱", "E-mail"), "value": found.email},
        {"label": Text("上次登录", "Last signed in"), "value": f"{found.last_login:%Y-%m-%d %H:%M}" if found.last_login else ""},
    ]  # fmt: skip
    return render(request, "authorities/person.html", {"found": found, "held": held, "facts": facts})


@require_POST
@keepers
def deactivate(request: HttpRequest, id: int) -> HttpResponse:
    """An account is closed."""
    posts.deactivate(id, by=person(request), at=now())
    _said(request, "账号已停用，登录会话已全部结束。", "The account is closed and its sessions have ended.")
    return HttpResponseRedirect(reverse("person", args=[id]))


@require_POST
@keepers
def reactivate(request: HttpRequest, id: int) -> HttpResponse:
    """An account is opened again."""
    posts.reactivate(id, by=person(request), at=now())
    _said(
        request, "账号已恢复；请本人用“忘记密码”设新密码。", "The account is open again; its holder sets a new password by mail."
    )
    return HttpResponseRedirect(reverse("person", args=[id]))


@require_http_methods(["GET", "POST"])
@keepers
def holidays(request: HttpRequest) -> HttpResponse:
    """The calendar of working days, by year; days are loaded from lines."""
    bad: BadInput | None = None
    if request.method == "POST":
        try:
            number = acts.load_holidays(posted(request, "lines", most=100_000), by=person(request), at=now())
        except BadInput as refused:
            bad = refused
        else:
            _said(request, f"已录入 {number} 天。", f"{number} days were entered.")
            return HttpResponseRedirect(reverse("holidays"))
    wanted = asked(request, "year")
    year = int(wanted) if wanted.isascii() and wanted.isdigit() and 2000 <= int(wanted[:6]) <= 2100 else today().year
    lines = Box("lines", Text("逐行填写", "Line by line"), kind="longtext", value=posted(request, "lines", most=100_000),
                help=Text("每行一天：2026-10-01 国庆节；周末补班写成 2026-10-10 上班。",
                "A day a line: 2026-10-01 National Day; for a weekend worked instead, 2026-10-10 work."))  # fmt: skip
    shown = {"calendar": authorities.holidays(year), "lines": lines, "problems": told(bad)}
    return render(request, "authorities/holidays.html", shown, status=422 if bad else 200)


@require_POST
@keepers
def remove_holiday(request: HttpRequest) -> HttpResponse:
    """A day is taken out of the calendar."""
    try:
        day = read_day(posted(request, "day"))
    except ValueError:
        return HttpResponseRedirect(reverse("holidays"))
    acts.remove_holiday(day, by=person(request), at=now())
    _said(request, "已删除。", "Removed.")
    return HttpResponseRedirect(f"{reverse('holidays')}?year={day.year}")


addresses = [
    path("authorities/", tree, name="authorities"),
    path("authorities/new/", add, name="add-authority"),
    path("authorities/holidays/", holidays, name="holidays"),
    path("authorities/holidays/remove/", remove_holiday, name="remove-holiday"),
    path("authorities/people/", everyone, name="people"),
    path("authorities/people/<int:id>/", one_person, name="person"),
    path("authorities/people/<int:id>/deactivate/", deactivate, name="deactivate"),
    path("authorities/people/<int:id>/reactivate/", reactivate, name="reactivate"),
    path("authorities/posts/<int:post>/end/", end_post, name="end-post"),
    path("authorities/invitations/<int:invitation>/withdraw/", withdraw, name="withdraw-invitation"),
    path("authorities/body/<slug:code>/", one, name="authority"),
    path("authorities/body/<slug:code>/sections/", add_section, name="add-section"),
    path("authorities/body/<slug:code>/invite/", invite, name="authority-invite"),
]
