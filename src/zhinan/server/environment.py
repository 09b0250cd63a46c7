"""What the platform takes from its environment: the only place that reads it, with every name, its default and what it is for."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from zhinan.values.text import Text
from zhinan.values.whole_file import write_whole


@dataclass(frozen=True, slots=True)
class Setting:
    """One name of the environment."""

    name: str
    default: str
    about: Text


SETTINGS = {
    each.name: each
    for each in (
        Setting(
            "ZHINAN_HOME",
            "",
            Text(
                "数据目录：数据库、上传的文件、密钥；默认 ./var", "the folder of the database, uploads and key; ./var by default"
            ),
        ),
        Setting(
            "DATABASE_URL",
            "",
            Text(
                "数据库地址；默认用数据目录里的 SQLite，例如 postgresql://zhinan@db/zhinan",
                "the database; SQLite in the home by default, or such as postgresql://zhinan@db/zhinan",
            ),
        ),
        Setting(
            "ZHINAN_BASE_URL",
            "http://127.0.0.1:8000",
            Text(
                "人们访问的网址；邮件和回执上的链接由它开头",
                "where people reach the platform; links in mails and on receipts begin with it",
            ),
        ),
        Setting(
            "ZHINAN_HOSTS",
            "127.0.0.1,localhost,[::1]",
            Text("接受的主机名，用逗号分开", "the host names it answers to, separated by commas"),
        ),
        Setting(
            "ZHINAN_BEHIND_PROXY",
            "",
            Text("1：在反向代理之后，信任 X-Forwarded-Proto", "1: behind a proxy whose X-Forwarded-Proto is to be trusted"),
        ),
        Setting(
            "ZHINAN_SECRET_KEY",
            "",
            Text("签名密钥；不设则生成并存入数据目录", "the signing key; made and kept in the home unless set"),
        ),
        Setting(
            "ZHINAN_DEMO",
            "",
            Text(
                "1：演示，虚构数据、一键换人；办公环境不得打开",
                "1: the demo with invented data and sign-in by one click; never in an office",
            ),
        ),
        Setting(
            "ZHINAN_REQUIRE_2FA",
            "",
            Text(
                "1/0：公职人员必须用第二因素登录；办公环境默认是，演示默认否",
                "1/0: officers must use a second factor; on by default in an office, off in the demo",
            ),
        ),
        Setting(
            "ZHINAN_GRACE_SECONDS",
            "60",
            Text("截止前已开始的请求最多还可用的秒数", "seconds that a request begun before a deadline may still take"),
        ),
        Setting("ZHINAN_UPLOAD_MB", "50", Text("单个上传文件的上限（MB）", "the limit of one uploaded file, in MB")),
        Setting(
            "ZHINAN_CLAMD", "", Text("clamd 的 主机:端口；设了就扫描上传的文件", "host:port of clamd; uploads are scanned if set")
        ),
        Setting(
            "ZHINAN_SMTP_HOST",
            "",
            Text("邮件服务器；不设则邮件只留在平台内", "the mail server; without it mail stays inside the platform"),
        ),
        Setting(
            "ZHINAN_SMTP_PORT", "587", Text("邮件端口；465 用 TLS，其他用 STARTTLS", "its port; TLS on 465, STARTTLS otherwise")
        ),
        Setting("ZHINAN_SMTP_USER", "", Text("邮件账号", "the mail account")),
        Setting("ZHINAN_SMTP_PASSWORD", "", Text("邮件密码", "its password")),
        Setting("ZHINAN_SMTP_PLAIN", "", Text("1：不加密（只用于内网中继）", "1: without encryption (for a relay inside only)")),
        Setting("ZHINAN_MAIL_FROM", "zhinan@localhost", Text("发件人地址", "the sender's address")),
        Setting("ZHINAN_EMAIL_BACKEND", "", Text("另用一个 Django 邮件后端", "another mail backend of Django's")),
        Setting(
            "ZHINAN_SMS",
            "zhinan.server.texting.KeepInOutbox",
            Text("短信网关的类，见 server/texting.py", "the class of the text gateway, see server/texting.py"),
        ),
        Setting(
            "ZHINAN_OIDC_SERVER",
            "",
            Text("统一身份认证（OpenID Connect）的地址", "the address of the identity provider (OpenID Connect)"),
        ),
        Setting("ZHINAN_OIDC_NAME", "统一身份认证", Text("登录页上的名称", "what the sign-in page calls it")),
        Setting("ZHINAN_OIDC_CLIENT", "", Text("在提供方登记的客户端编号", "the client's id at the provider")),
        Setting("ZHINAN_OIDC_SECRET", "", Text("客户端密钥", "the client's secret")),
        Setting("ZHINAN_LOG", "WARNING", Text("日志级别", "the level of the log")),
    )
}


def text(name: str) -> str:
    """A setting as text. Raises `KeyError` for a name that is not in the table."""
    return os.environ.get(name, SETTINGS[name].default).strip()


def is_on(name: str, *, otherwise: bool = False) -> bool:
    """Whether a switch is on: 1, true, yes; `otherwise` where nothing is said."""
    said = text(name).lower()
    return said in ("1", "true", "yes", "on") if said else otherwise


def words(name: str) -> list[str]:
    """A setting of several words, separated by commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def home() -> Path:
    """The folder that holds the database, the uploads and the key, unless they are elsewhere."""
    folder = Path(text("ZHINAN_HOME") or Path.cwd() / "var")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def secret_key(folder: Path) -> str:
    """The key that was set, or one made once and kept in `folder`, readable by its owner alone."""
    if given := text("ZHINAN_SECRET_KEY"):
        return given
    kept = folder / "secret.key"
    if not kept.exists():
        write_whole(kept, secrets.token_urlsafe(64))
        kept.chmod(0o600)
    return kept.read_text(encoding="utf-8").strip()
