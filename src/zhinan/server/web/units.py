"""Units: registration, the unit's own page, confirmation by the officers of its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhinan.server import packs
from zhinan.server.actions import people as acts
from zhinan.server.actions.account_fields import Account, BadFields
from zhinan.server.clock import now
from zhinan.server.paper.sheet import rows_xlsx
from zhinan.server.queries import people, units
from zhinan.server.refused import NotSeen, Refused
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.refusals import as_json
from zhinan.server.web.typed import Box, Option, asked, of, options, posted, told
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from zhinan.server.models import Organisation

#: A new account is signed in by its password, as it would be a minute later.
PASSWORD_BACKEND = "django.contrib.auth.backends.ModelBackend"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PER_PAGE = 25
_REGISTERED = Text(
    "单位已注册，等待所在地科技管理部门确认。现在就可以开始填写申报书。",
    "The unit is registered and waits to be confirmed by the science office of its place. You can begin filling in now.",
)
#: No list of units of one place is longer in Excel.
_MOST_ROWS = 20_000


def account_boxes(request: HttpRequest, bad: BadInput | None, *, email: str = "", name: str = "") -> list[Box]:
    """The fields of a new account, with what was typed (never the password)."""
    sent = request.method == "POST"
    return [
        Box("login", Text("登录名", "Login"), value=posted(request, "login"), problems=of(bad, "login"), autocomplete="username",
            help=Text("字母、数字、点、横线和下划线，以后用它或邮箱登录。",
            "Letters, digits, dots, hyphens, underscores. Sign in with it or your e-mail.")),
        Box("person", Text("姓名", "Your name"), value=posted(request, "person") if sent else name, problems=of(bad, "person"),
            autocomplete="name"),
        Box("email", Text("邮箱", "E-mail"), kind="email", value=posted(request, "email") if sent else email, problems=of(bad,
            "email"), autocomplete="email",
            help=Text("通知和重设密码的邮件发到这里。", "Notices and password resets go there.")),
        Box("password", Text("密码", "Password"), kind="password", problems=of(bad, "password"), autocomplete="new-password",
            help=Text("至少10个字符，用一句别人猜不到的话。", "Ten characters at least: a phrase nobody can guess.")),
    ]  # fmt: skip


def account_of(request: HttpRequest) -> Account:
    """The account that was typed."""
    return Account(
        posted(request, "login"), posted(request, "person"), posted(request, "email"), posted(request, "password", most=1000)
    )


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """A unit registers with its first administrator, who is then signed in."""
    bad: BadInput | None = None
    if request.method == "POST":
        try:
            unit = acts.register_unit(
                uscc=posted(request, "uscc"), name=posted(request, "name"), kind=posted(request, "kind"), region=posted(request,
                "region"),
                park=next((each for each in units.parks() if each.code == posted(request, "park")), None),
                account=account_of(request), at=now(),
            )  # fmt: skip
        except BadInput as refused:
            bad = refused
        else:
            login(request, people.people_at(unit)[0].user, backend=PASSWORD_BACKEND)
            messages.success(request, _REGISTERED.in_lang(lang()))
            return HttpResponseRedirect(reverse("organisation"))
    shown = {"boxes": _unit_boxes(request, bad), "account": account_boxes(request, bad), "problems": told(bad)}
    return render(request, "units/register.html", shown, status=422 if bad else 200)


def _unit_boxes(request: HttpRequest, bad: BadInput | None) -> list[Box]:
    kinds = tuple(Option(member.key, member.name) for member in packs.vocabulary().choices["unit_kind"].members)
    parks = tuple(Option(park.code, Text(park.name_zh, park.name_en)) for park in units.parks())
    parks = (Option("", Text("不在园区内", "in none")), *parks) if parks else ()
    boxes = [
        Box("uscc", Text("统一社会信用代码", "Credit code"), kind="code", help=Text("18位，见营业执照或法人证书。",
            "18 characters, as on the certificate.")),
        Box("name", Text("单位名称", "Name of the unit"), help=Text("与证照一致。", "As on the certificate."),
            autocomplete="organization"),
        Box("kind", Text("单位性质", "Kind of unit"), kind="choice", options=kinds),
        Box("region", Text("所在县（市、区）", "County or district"), help=Text("例如 银川市兴庆区，或六位代码。",
            "In Chinese, as 银川市兴庆区, or its six-digit code.")),
        *([Box("park", Text("所在园区", "Park"), kind="choice", options=parks, required=False)] if parks else []),
    ]  # fmt: skip
    return [
        Box(box.name, box.label, box.kind, posted(request, box.name), box.help, box.required, box.options, of(bad, box.name),
            box.autocomplete)
        for box in boxes
    ]  # fmt: skip


@require_GET
def check_code(request: HttpRequest) -> HttpResponse:
    """Whether a credit code can be registered, for the script that asks while one types."""
    code, problems = acts.read_code(asked(request, "uscc"))
    return JsonResponse({"code": code, "problems": [as_json(problem) for problem in problems]})


@require_GET
@signed_in
def organisation(request: HttpRequest) -> HttpResponse:
    """My unit: how it stands, what is on record, its people."""
    return _organisation(request, asked(request, "unit"))


def _organisation(request: HttpRequest, uscc: str, bad: BadInput | None = None) -> HttpResponse:
    user = person(request)
    unit = units.my_unit(user, uscc)
    is_admin = units.administers(user, unit)
    roles = options(people.ROLE_NAMES, acts.UNIT_ROLES)
    boxes = [
        Box("invitee", Text("姓名", "Name"), value=posted(request, "invitee"), problems=of(bad, "invitee")),
        Box("email", Text("邮箱", "E-mail"), kind="email", value=posted(request, "email"), problems=of(bad, "email")),
        Box("role", Text("岗位", "Post"), kind="choice", options=roles, value=posted(request, "role") or "member",
            problems=of(bad, "role")),
    ]  # fmt: skip
    shown = {
        "unit": unit, "status": units.STATUS_NAMES[unit.status], "facts": _about(unit), "known": units.known_of(unit),
        "posts": _named(people.people_at(unit)), "mine": units.my_units(user), "is_admin": is_admin, "boxes": boxes,
        "pending": _named(people.invited_to(unit, at=now())) if is_admin else (), "problems": told(bad),
    }  # fmt: skip
    return render(request, "units/organisation.html", shown, status=422 if bad else 200)


def _about(unit: Organisation) -> list[dict[str, object]]:
    return [
        {"label": Text("统一社会信用代码", "Credit code"), "value": unit.uscc},
        {"label": Text("单位性质", "Kind"), "value": units.kind_name(unit.kind)},
        {"label": Text("所在地", "Region"), "value": units.region_name(unit.region)},
        {"label": Text("园区", "Park"), "value": Text(unit.park.name_zh, unit.park.name_en) if unit.park else ""},
        {"label": Text("注册时间", "Registered"), "value": f"{unit.registered_at:%Y-%m-%d}"},
        *([{"label": Text("确认意见", "Note"), "value": unit.note}] if unit.note else []),
    ]


def _named(rows: object) -> list[tuple[object, Text]]:
    """Posts and invitations with what their role is called."""
    return [(row, people.ROLE_NAMES[row.role]) for row in rows]  # type: ignore[attr-defined]  # posts and invitations alike


@require_POST
@signed_in
def invite(request: HttpRequest) -> HttpResponse:
    """An administrator invites a person into the unit."""
    unit = units.my_unit(person(request), posted(request, "unit"))
    try:
        acts.invite(
            by=person(request), email=posted(request, "email"), name=posted(request, "invitee"), role=posted(request, "role"),
            at=now(), link="/join/{secret}/", organisation=unit,
        )  # fmt: skip
    except BadFields as bad:
        return _organisation(request, unit.uscc, bad)
    messages.success(request, Text("邀请已发出。", "The invitation is on its way.").in_lang(lang()))
    return HttpResponseRedirect(_back(unit.uscc))


@require_POST
@signed_in
def end_post(request: HttpRequest, post: int) -> HttpResponse:
    """An administrator ends a post of the unit."""
    unit = units.my_unit(person(request), posted(request, "unit"))
    acts.end_post(post, by=person(request), at=now())
    messages.success(request, Text("任职已结束。", "The post has ended.").in_lang(lang()))
    return HttpResponseRedirect(_back(unit.uscc) if unit in units.my_units(person(request)) else reverse("desk"))


@require_POST
@signed_in
def withdraw(request: HttpRequest, invitation: int) -> HttpResponse:
    """An administrator takes an invitation back."""
    acts.withdraw_invitation(invitation, by=person(request), at=now())
    messages.success(request, Text("邀请已撤回。", "The invitation was taken back.").in_lang(lang()))
    return HttpResponseRedirect(_back(posted(request, "unit")))


def _back(uscc: str) -> str:
    return f"{reverse('organisation')}?unit={uscc}" if uscc.isalnum() and uscc.isascii() else reverse("organisation")


@require_GET
@signed_in
def listing(request: HttpRequest) -> HttpResponse:
    """The units of an officer's place."""
    rows = _narrowed(request)
    kinds = [{"key": member.key, "name": member.name} for member in packs.vocabulary().choices["unit_kind"].members]
    statuses = [{"key": str(key), "name": name} for key, name in units.STATUS_NAMES.items()]
    page = Paginator(rows, _PER_PAGE).get_page(request.GET.get("page"))
    filters = [
        {"name": "words", "label": Text("名称或代码", "Name or code"), "value": asked(request, "words")},
        {"name": "status", "label": Text("状态", "Status"), "value": asked(request, "status"), "options": statuses},
        {"name": "kind", "label": Text("单位性质", "Kind"), "value": asked(request, "kind"), "options": kinds},
    ]
    shown = [(unit, units.kind_name(unit.kind), units.region_name(unit.region), units.STATUS_NAMES[unit.status]) for unit in page]
    return render(request, "units/list.html", {"page": page, "rows": shown, "filters": filters, "sort": asked(request, "sort")})


def _narrowed(request: HttpRequest) -> QuerySet[Organisation]:
    return units.listed(
        person(request), words=asked(request, "words"), status=asked(request, "status"), kind=asked(request, "kind"),
        sort=asked(request, "sort")
    )  # fmt: skip


@require_GET
@signed_in
def export(request: HttpRequest) -> HttpResponse:
    """The same list as a workbook."""
    headers = [Text("单位", "Unit"), Text("代码", "Code"), Text("性质", "Kind"), Text("所在地", "Region"), Text("园区", "Park"),
    Text("状态", "Status"), Text("注册日期", "Registered")]  # fmt: skip
    rows = [
        (unit.name, unit.uscc, units.kind_name(unit.kind).in_lang(lang()), units.region_name(unit.region),
        unit.park.name_zh if unit.park else "",
         units.STATUS_NAMES[unit.status].in_lang(lang()), unit.registered_at.date())
        for unit in _narrowed(request)[:_MOST_ROWS]
    ]  # fmt: skip
    made = rows_xlsx([header.in_lang(lang()) for header in headers], rows)
    return HttpResponse(made, content_type=XLSX, headers={"Content-Disposition": 'attachment; filename="units.xlsx"'})


@require_http_methods(["GET", "POST"])
@signed_in
def one(request: HttpRequest, uscc: str) -> HttpResponse:
    """One registration: what the unit gave, and the officer's decision."""
    bad: BadInput | None = None
    if request.method == "POST":
        if (decision := posted(request, "decision")) not in ("confirm", "refuse"):
            return HttpResponseRedirect(reverse("unit", args=[uscc]))
        is_confirmed = decision == "confirm"
        try:
            acts.confirm_unit(uscc, by=person(request), at=now(), is_confirmed=is_confirmed, note=posted(request, "note"))
        except NotSeen:
            raise
        except Refused as refused:
            bad = refused
        else:
            done = (
                Text("已确认，单位会收到消息。", "Confirmed; the unit is told.")
                if is_confirmed
                else Text("已退回，单位会收到理由。", "Not confirmed; the unit is told why.")
            )
            messages.success(request, done.in_lang(lang()))
            return HttpResponseRedirect(reverse("units"))
    unit = units.unit_in_place(person(request), uscc)
    shown = {
        "unit": unit, "status": units.STATUS_NAMES[unit.status], "facts": _about(unit), "known": units.known_of(unit),
        "posts": _named(people.people_at(unit)), "note": posted(request, "note"), "problems": told(bad),
    }  # fmt: skip
    return render(request, "units/one.html", shown, status=422 if bad else 200)


addresses = [
    path("register/", register, name="register-unit"),
    path("register/code/", check_code, name="check-code"),
    path("organisation/", organisation, name="organisation"),
    path("organisation/invite/", invite, name="organisation-invite"),
    path("organisation/posts/<int:post>/end/", end_post, name="organisation-end-post"),
    path("organisation/invitations/<int:invitation>/withdraw/", withdraw, name="organisation-withdraw"),
    path("units/", listing, name="units"),
    path("units/units.xlsx", export, name="units-export"),
    path("units/<slug:uscc>/", one, name="unit"),
]
