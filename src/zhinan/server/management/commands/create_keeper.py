"""`zhinan manage create-keeper`: the platform's first keeper, asked for on the terminal."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand

from zhinan.server.actions import setting_up
from zhinan.server.actions.account_fields import Account
from zhinan.server.clock import now
from zhinan.server.templatetags.zhinan import lang
from zhinan.values.text import Lang, Text

_ASKED = {
    "name": Text("姓名：", "Name: "), "login": Text("登录名：", "Login: "), "email": Text("邮箱：", "E-mail: "),
}  # fmt: skip
_PASSWORD = Text("密码（至少10个字符，不显示）：", "Password (ten characters at least, not shown): ")
_DONE = Text(
    "管理员 {login} 已建好；登录后请马上启用两步验证。", "Keeper {login} is there. Sign in and turn on two-step sign-in at once."
)


class Command(BaseCommand):
    """Asks for what was not given; the password never stands on the command line."""

    help = "The platform's first keeper. / 建第一位平台管理员。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name, asked in _ASKED.items():
            parser.add_argument(f"--{name}", default="", help=f"{asked.zh}/ {asked.en}")

    def handle(self, *args: Any, **options: Any) -> None:  # Any: Django's
        say = lang()
        given = {name: options[name] or self._ask(asked, say) for name, asked in _ASKED.items()}
        password = getpass(_PASSWORD.in_lang(say)) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        account = Account(login=given["login"], name=given["name"], email=given["email"], password=password)
        setting_up.create_keeper(account, at=now())
        self.stdout.write(_DONE.in_lang(say).format(login=account.login.strip()))

    def _ask(self, asked: Text, say: Lang) -> str:
        if sys.stdin.isatty():
            self.stdout.write(asked.in_lang(say), ending="")
            self.stdout.flush()
        return sys.stdin.readline().strip()
