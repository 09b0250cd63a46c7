"""What the commands of the platform share: the environment settled, the server's libraries there, Ctrl-C as a way to stop."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import click

from zhinan.values.problem import BadInput, Mistake
from zhinan.values.text import Lang, Text
from zhinan.values.width import display_width

SETTINGS = "zhinan.server.settings"
_NOT_INSTALLED = Mistake(
    "no-server", Text("平台要用的 {name} 没有安装", "{name}, which the platform needs, is not installed"),
    Text('安装：pip install "zhinan[server]"', 'install it: pip install "zhinan[server]"'),
)  # fmt: skip
_NEEDED = ("django", "allauth", "axes", "csp", "django_tasks_db", "granian", "whitenoise", "typst")


def settle(**environment: str) -> None:
    """Settle the environment before the server reads it; refuse gently where its libraries are not installed."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise BadInput([_NOT_INSTALLED.at(name=missing[0])])
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    os.environ.update(environment)


def home(default: str = "var") -> Path:
    """The folder that holds the database and the files, as a whole path."""
    return Path(os.environ.get("ZHINAN_HOME") or default).resolve()


def say(text: Text | str, lang: Lang) -> None:
    """One line, at once: someone waits for it."""
    click.echo(text.in_lang(lang) if isinstance(text, Text) else text)


def padded(text: str, width: int) -> str:
    """The text and spaces up to a width on the screen."""
    return text + " " * (width - display_width(text))


def until_stopped(run: Callable[[], int], lang: Lang) -> int:
    """Ctrl-C and SIGTERM are the way to stop: said kindly, and no failure."""
    try:
        return run()
    except KeyboardInterrupt:
        say(Text("\n已停止。", "\nStopped."), lang)
        return 0
