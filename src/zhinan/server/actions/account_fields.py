"""What a new account and the fields of a registration must be like; everything wrong is told at once, field by field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from zhinan.server.models import User
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.text import Text, same

BLANK = Mistake("field-blank", Text("“{label}”还没有填", "“{label}” has not been filled in"), Text("填写后再提交", "fill it in"))
LOGIN_TAKEN = Mistake(
    "login-taken", Text("登录名 {login} 已经有人用了", "the login {login} is taken"), Text("换一个登录名", "choose another")
)
_WEAK = Mistake(
    "weak-password",
    Text("密码不够安全：{why}", "the password is not safe enough: {why}"),
    Text("用一句别人猜不到的话，至少10个字符", "use a phrase nobody can guess, ten characters at least"),
)
_TOO_LONG = Mistake(
    "field-too-long",
    Text("“{label}”太长：最多 {most} 个字", "“{label}” is too long: {most} characters at most"),
    Text("请缩短", "shorten it"),
)
_BAD_LOGIN = Mistake(
    "bad-login", Text("登录名只能用字母、数字、点、横线和下划线",
    "a login has letters, digits, dots, hyphens and underscores only"),
    Text("例如 zhang.ning", "for example zhang.ning"),
)  # fmt: skip
_BAD_EMAIL = Mistake(
    "bad-email",
    Text("“{text}”不是邮箱地址", "“{text}” is no e-mail address"),
    Text("例如 name@example.org", "for example name@example.org"),
)
#: In our own words: Django's are not all in Chinese.
_WHY_WEAK = {
    "password_too_short": Text("太短", "too short"),
    "password_too_similar": Text("和登录名、姓名或邮箱太像", "too like the login, the name or the e-mail"),
    "password_too_common": Text("太常见", "too common"),
    "password_entirely_numeric": Text("只有数字", "digits only"),
}
#: No @: a login is never taken for somebody's address.
_LOGIN = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True)
class Account:
    """What a new person chooses."""

    login: str
    name: str
    email: str
    password: str


class BadFields(BadInput):
    """Fields that cannot be taken as they are; `by_field` holds the problems of each, by the name of the field."""

    def __init__(self, by_field: Mapping[str, list[Problem]]) -> None:
        self.by_field = {name: problems for name, problems in by_field.items() if problems}
        super().__init__([problem for problems in self.by_field.values() for problem in problems])


def refuse_account(account: Account) -> dict[str, list[Problem]]:
    """What is wrong with a new account, by field: `login`, `person`, `email`, `password`."""
    login = account.login.strip()
    problems = {
        "login": refuse_text(login, Text("登录名", "login"), most=40), "person": refuse_text(account.name, Text("姓名", "name"),
        most=60),
        "email": refuse_address(account.email), "password": _refuse_password(account),
    }  # fmt: skip
    if not problems["login"] and not _LOGIN.fullmatch(login):
        problems["login"].append(_BAD_LOGIN.at())
    elif User.objects.filter(username__iexact=login).exists():
        problems["login"].append(LOGIN_TAKEN.at(login=login))
    return problems


def _refuse_password(account: Account) -> list[Problem]:
    try:
        validate_password(account.password, User(username=account.login, name=account.name, email=account.email))
    except ValidationError as weak:
        return [_WEAK.at(why=_WHY_WEAK.get(str(each.code), same(str(each.message)))) for each in weak.error_list]
    return [_TOO_LONG.at(label=Text("密码", "password"), most=200)] if len(account.password) > 200 else []


def refuse_address(email: str) -> list[Problem]:
    """What is wrong with an e-mail address."""
    if problems := refuse_text(email, Text("邮箱", "e-mail"), most=254):
        return problems
    try:
        validate_email(email.strip())
    except ValidationError:
        return [_BAD_EMAIL.at(text=email.strip()[:60])]
    return []


#: Controls, and marks that turn text round: with them a name could read as another's.
_UNSEEN = re.compile("[\x00-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def as_shown(name: str) -> str:
    """A name as people will read it: nothing unseen in it, and single spaces.

    >>> as_shown(" 李\\u202e  宁 ")
    '李 宁'
    """
    return " ".join(_UNSEEN.sub("", name).split())


def refuse_text(text: str, label: Text, *, most: int) -> list[Problem]:
    """What is wrong with a text that must be there and must not be longer than `most`."""
    if not as_shown(text):
        return [BLANK.at(label=label)]
    return [_TOO_LONG.at(label=label, most=most)] if len(text.strip()) > most else []
