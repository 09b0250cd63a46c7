"""What must be there before the platform opens to people, and what a keeper should know; the rows brought up to date."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError

from zhinan.server.environment import SETTINGS
from zhinan.values.problem import Mistake, Problem
from zhinan.values.text import Text

_NO_DATABASE = Mistake(
    "no-database",
    Text("数据库连不上：{why}", "the database cannot be reached: {why}"),
    Text(
        "检查 DATABASE_URL；用 SQLite 时检查 ZHINAN_HOME 目录能不能写",
        "check DATABASE_URL; with SQLite, whether ZHINAN_HOME can be written",
    ),
)
_IS_DEMO_SWITCHED_ON = Mistake(
    "demo-is-on",
    Text("ZHINAN_DEMO 打开着：任何人都能一键登录", "ZHINAN_DEMO is on: anyone could sign in as anyone"),
    Text("去掉 ZHINAN_DEMO 再启动；要看演示用 zhinan demo", "unset ZHINAN_DEMO; for the demo there is zhinan demo"),
)
_HOLDS_DEMO = Mistake(
    "holds-demo-data",
    Text("这个数据库里是演示数据", "this database holds the demo's invented data"),
    Text(
        "给正式平台另一个数据库（DATABASE_URL）或另一个目录（ZHINAN_HOME）",
        "give the office another database (DATABASE_URL) or folder (ZHINAN_HOME)",
    ),
)
_NOT_MIGRATED = Mistake(
    "not-migrated",
    Text("数据库还差 {number} 步更新，第一步是 {first}", "the database lacks {number} migrations, the first is {first}"),
    Text(
        "先备份，再运行 zhinan manage migrate；或者 zhinan serve --migrate",
        "back up, then run zhinan manage migrate; or zhinan serve --migrate",
    ),
)
_NO_BASE_URL = Mistake(
    "no-base-url",
    Text(
        "没有设定 ZHINAN_BASE_URL（人们访问平台的网址）",
        "ZHINAN_BASE_URL is not set: the address at which people reach the platform",
    ),
    Text("例如 ZHINAN_BASE_URL=https://kjxm.example.org", "such as ZHINAN_BASE_URL=https://grants.example.org"),
)
_HOST_UNKNOWN = Mistake(
    "host-not-accepted",
    Text(
        "ZHINAN_HOSTS 里没有网址中的主机 {host}，所有页面都会被拒绝",
        "ZHINAN_HOSTS lacks {host}, the host of the address: every page would be refused",
    ),
    Text("设定 ZHINAN_HOSTS={host}", "set ZHINAN_HOSTS={host}"),
)
_NO_MAIL = Text(
    "没有设定邮件服务器（ZHINAN_SMTP_HOST）：邀请和找回密码的邮件发不出去，只留在平台内",
    "no mail server is set (ZHINAN_SMTP_HOST): invitations and password resets stay inside the platform",
)
_NO_TLS = Text(
    "网址不是 https：密码会以明文经过网络；请在前面放一个带证书的反向代理",
    "the address is not https: passwords would cross the network in the clear; put a proxy with a certificate in front",
)
_NO_KEEPER = Text("还没有平台管理员：运行 zhinan manage create-keeper", "there is no keeper yet: run zhinan manage create-keeper")


def wake() -> None:
    """Load the platform's parts. The environment must be settled by then."""
    django.setup()


def bring_up_to_date() -> None:
    """Bring the tables to where this version needs them; done already, nothing happens."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def lacks(*, has_base_url: bool, migrate: bool = False) -> list[Problem]:
    """Everything that keeps an office from opening. With `migrate` the tables are brought up to date, if nothing else bars."""
    problems = []
    if settings.DEMO:
        problems.append(_IS_DEMO_SWITCHED_ON.at())
    if not has_base_url:
        problems.append(_NO_BASE_URL.at())
    host = urlsplit(settings.BASE_URL).hostname or ""
    if has_base_url and not {host, "*"} & set(settings.ALLOWED_HOSTS):
        problems.append(_HOST_UNKNOWN.at(host=host))
    return [*problems, *_lacks_in_rows(migrate=migrate and not problems)]


def _lacks_in_rows(*, migrate: bool) -> list[Problem]:
    from zhinan.server.actions.setting_up import is_demo  # noqa: PLC0415  # the rows are there once Django is awake

    try:
        if migrate:
            bring_up_to_date()
        if steps := unapplied():
            return [_NOT_MIGRATED.at(number=len(steps), first=steps[0])]
        return [_HOLDS_DEMO.at()] if is_demo() else []
    except DatabaseError as error:
        return [_NO_DATABASE.at(why=str(error).strip().split("\n")[0])]


def unapplied() -> list[str]:
    """The migrations this database still lacks, in order; its table of kept answers counts as one."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    found = [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
    table = settings.CACHES["default"]["LOCATION"]
    return found if found or table in connection.introspection.table_names() else ["createcachetable"]


def warnings() -> list[Text]:
    """What a keeper should know, though the platform can open."""
    from zhinan.server.actions.setting_up import has_keeper  # noqa: PLC0415  # as above

    found = []
    if not settings.EMAIL_HOST and "KeepInOutbox" in settings.EMAIL_BACKEND:
        found.append(_NO_MAIL)
    if not settings.HAS_TLS and urlsplit(settings.BASE_URL).hostname not in ("127.0.0.1", "localhost", "::1"):
        found.append(_NO_TLS)
    return found if has_keeper() else [*found, _NO_KEEPER]


def places() -> list[tuple[Text, str]]:
    """Where things are kept, to be told at the start."""
    key = Path(settings.HOME) / "secret.key"
    kept = str(key) if key.exists() else SETTINGS["ZHINAN_SECRET_KEY"].name
    return [
        (Text("数据库", "database"), place_of(settings.DATABASES["default"])),
        (Text("上传的文件", "uploads"), str(settings.MEDIA_ROOT)),
        (Text("签名密钥", "signing key"), kept),
    ]


def place_of(database: Mapping[str, object]) -> str:
    """A database by its file, or by its host and name: never with its password."""
    if str(database["ENGINE"]).endswith("sqlite3"):
        return str(database["NAME"])
    return f"{str(database['ENGINE']).rpartition('.')[2]} {database['HOST']}/{database['NAME']}"
