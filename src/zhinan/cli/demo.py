"""`zhinan demo`: the whole platform on this machine with invented data; `--check` visits every persona's pages and stops."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhinan.cli import command as cli
from zhinan.cli.platform import home, padded, say, settle, until_stopped
from zhinan.values.text import Lang, Text

if TYPE_CHECKING:
    from zhinan.server.starting.processes import Processes
    from zhinan.server.starting.visits import Visit

_DETAIL = Text(
    "第一次运行时建好数据库并放入虚构的单位、人员和申报，以后直接打开。数据在 ./var/demo（或 ZHINAN_HOME）。\n"
    "设了 DATABASE_URL 就用那个数据库；里面若是正式平台，什么也不做。",
    "The first run makes the database and fills it with invented units, people and applications. It lies in ./var/demo\n"
    "(or ZHINAN_HOME). DATABASE_URL names another database; one that holds a real platform is left alone.",
)
_PORT = 8000
_PORT_SAYS = Text(f"端口，默认 {_PORT}；被占用就用下一个", f"{_PORT} by default, or the next free one")
_HOST_SAYS = Text("监听的地址，默认只限本机", "where to listen, this machine alone by default")
_CHECK_SAYS = Text("逐个角色打开各页，报告后停止", "visit every persona's pages, report, stop")
_WIDTH = 22


@cli.command("demo", detail=_DETAIL, usage=Text("[选项]", "[OPTIONS]"))
@cli.option("--port", type=click.IntRange(1, 65535), shows=Text("端口", "PORT"), says=_PORT_SAYS)
@cli.option("--host", default="127.0.0.1", shows=Text("地址", "ADDRESS"), says=_HOST_SAYS)
@cli.option("--fresh", is_flag=True, says=Text("先清空以前的演示数据", "empty what an earlier demo left"))
@cli.option("--check", is_flag=True, says=_CHECK_SAYS)
@click.pass_context
def command(ctx: click.Context, port: int | None, host: str, fresh: bool, check: bool) -> int:
    """Start the demo."""
    lang, folder = cli.lang_of(ctx), home("var/demo")
    settle(
        ZHINAN_DEMO="1", ZHINAN_HOME=str(folder), ZHINAN_EMAIL_BACKEND="zhinan.server.outbox.KeepInOutbox",
        ZHINAN_SMS="zhinan.server.texting.KeepInOutbox",
    )  # fmt: skip
    port = _port(host, port, lang)
    address = f"http://{_near(host)}:{port}"
    settle(ZHINAN_BASE_URL=address, **_hosts(host))
    return until_stopped(lambda: _run(folder, host=host, port=port, address=address, fresh=fresh, check=check, lang=lang), lang)


def _run(folder: Path, *, host: str, port: int, address: str, fresh: bool, check: bool, lang: Lang) -> int:
    _prepare(folder, fresh=fresh, lang=lang)
    from zhinan.server.starting.processes import running

    with running(host=host, port=port) as processes:
        if check:
            return _check(address, processes, lang)
        _welcome(address, folder, lang)
        return processes.watch()


def _port(host: str, port: int | None, lang: Lang) -> int:
    """One that was asked for must be free; otherwise the next free one does."""
    from zhinan.server.starting.ports import free_port, refuse_port

    if port is not None:
        refuse_port(host, port)
        return port
    found = free_port(host, _PORT)
    if found != _PORT:
        say(Text(f"端口 {_PORT} 已被占用，改用 {found}。", f"Port {_PORT} is taken; using {found}."), lang)
    return found


def _near(host: str) -> str:
    """The host as someone on this machine writes it."""
    return "127.0.0.1" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host


def _hosts(host: str) -> dict[str, str]:
    """Whoever opens the demo to others cannot know by which name they will come."""
    return {} if host in ("127.0.0.1", "localhost", "::1") else {"ZHINAN_HOSTS": "*"}


def _prepare(folder: Path, *, fresh: bool, lang: Lang) -> None:
    from zhinan.server.starting import demo, readiness

    if fresh:
        demo.empty(folder, has_other_database=bool(os.environ.get("DATABASE_URL")))
    demo.claim(folder)
    readiness.wake()
    say(Text("准备演示数据……", "Preparing the demo …"), lang)
    if not demo.prepare():
        say(Text("演示数据已在，直接打开。", "The demo's data is there already."), lang)


def _welcome(address: str, folder: Path, lang: Lang) -> None:
    from zhinan.server.demo.personas import PERSONAS

    say(Text(f"\n打开  {address}/demo/\n\n可以当的人（页面上点一下就换）：", f"\nOpen  {address}/demo/\n\nWho you can be:"), lang)
    for each in PERSONAS:
        say(f"  {padded(each.role.in_lang(lang), _WIDTH)}  {each.name} · {each.place.in_lang(lang)}", lang)
    say(Text(f"\n数据在  {folder}\n停止    Ctrl-C", f"\nData    {folder}\nStop    Ctrl-C"), lang)


def _check(address: str, processes: Processes, lang: Lang) -> int:
    """A line for each page; 1 if any did not open, or if nothing works in the background."""
    from zhinan.server.starting.visits import round_of_visits

    visits = []
    for visit in round_of_visits(address, lang):
        visits.append(visit)
        say(_line(visit, lang), lang)
    bad = [visit for visit in visits if not visit.is_good]
    say(Text(f"\n{len(visits)} 页，{len(bad)} 页没有打开。", f"\n{len(visits)} pages, {len(bad)} did not open."), lang)
    for visit in bad:
        say(f"✗ {_line(visit, lang)}", lang)
    if not processes.is_working:
        say(Text("✗ 后台工作进程没有在运行。", "✗ The worker is not running."), lang)
    return int(bool(bad) or not processes.is_working)


def _line(visit: Visit, lang: Lang) -> str:
    who = padded(visit.who.in_lang(lang), _WIDTH)
    return f"{who}  {visit.path:<36}  {visit.status:>3}  {visit.milliseconds:>5} ms  {visit.title}"
