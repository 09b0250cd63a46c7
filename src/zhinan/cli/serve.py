"""`zhinan serve`: the platform for an office; it says everything that is missing before it opens."""

from __future__ import annotations

import os

import click

from zhinan.cli import command as cli
from zhinan.cli.platform import home, say, settle, until_stopped
from zhinan.values.problem import BadInput
from zhinan.values.text import Lang, Text

_DETAIL = Text(
    "启动监听进程和后台工作进程；其中一个意外退出会被重新拉起。设置都在环境变量里，说明见 docs/howto/run-the-platform.md。",
    "Starts the processes that listen and the one that works in the background, and keeps them up. Everything is set in the\n"
    "environment; docs/howto/run-the-platform.md tells what.",
)
_HOST_SAYS = Text("监听的地址，默认只限本机（由反向代理转来）", "where to listen; this machine alone, behind a proxy, by default")
_PORT_SAYS = Text("端口，默认 8000", "8000 by default")
_WORKERS_SAYS = Text("监听进程数，默认 2", "processes that listen, 2 by default")
_MIGRATE_SAYS = Text("先更新数据库（更新前请备份）", "bring the database up to date first (back up before)")


@cli.command("serve", detail=_DETAIL, usage=Text("[选项]", "[OPTIONS]"))
@cli.option("--host", default="127.0.0.1", shows=Text("地址", "ADDRESS"), says=_HOST_SAYS)
@cli.option("--port", default=8000, type=click.IntRange(1, 65535), shows=Text("端口", "PORT"), says=_PORT_SAYS)
@cli.option("--workers", default=2, type=click.IntRange(1, 64), shows="N", says=_WORKERS_SAYS)
@cli.option("--migrate", is_flag=True, says=_MIGRATE_SAYS)
@click.pass_context
def command(ctx: click.Context, host: str, port: int, workers: int, migrate: bool) -> int:
    """Start the platform."""
    lang = cli.lang_of(ctx)
    settle(ZHINAN_HOME=str(home()))
    _refuse(host, port, migrate=migrate)
    _tell(lang)
    return until_stopped(lambda: _run(host, port, workers, lang), lang)


def _refuse(host: str, port: int, *, migrate: bool) -> None:
    """Raises `BadInput` with everything that keeps the platform from opening."""
    from zhinan.server.starting import ports, readiness

    readiness.wake()
    if problems := readiness.lacks(has_base_url=bool(os.environ.get("ZHINAN_BASE_URL")), migrate=migrate):
        raise BadInput(problems)
    ports.refuse_port(host, port)


def _run(host: str, port: int, workers: int, lang: Lang) -> int:
    from zhinan.server.starting.processes import running

    with running(host=host, port=port, workers=workers) as processes:
        how = Text(
            f"已启动，监听 {host}:{port}。停止：Ctrl-C 或 SIGTERM。", f"Listening on {host}:{port}. Ctrl-C or SIGTERM stops it."
        )
        say(how, lang)
        return processes.watch()


def _tell(lang: Lang) -> None:
    from zhinan.server.starting import readiness

    for name, place in readiness.places():
        say(f"{name.in_lang(lang)}  {place}", lang)
    for warning in readiness.warnings():
        say(Text(f"注意：{warning.zh}", f"Note: {warning.en}"), lang)
