"""`zhinan manage`: the office's own commands, and any of Django's."""

from __future__ import annotations

import click

from zhinan.cli import command as cli
from zhinan.cli.platform import home, say, settle
from zhinan.values.text import Text

OFFICE = {
    "migrate": Text("把数据库更新到这个版本", "bring the database up to date"),
    "create-keeper": Text("建第一位平台管理员", "make the first keeper"),
    "work": Text("后台工作进程（serve 已自带一个）", "a worker (serve brings one with it)"),
    "verify": Text("核验事件链：有没有被改过", "verify the record: was anything changed"),
    "backup": Text("备份到一个 .tar 文件", "back up into a .tar file"),
    "restore": Text("把备份恢复到空目录，并核验", "restore a backup into an empty home, and verify it"),
    "check": Text("检查设置", "check the settings"),
}
_ROWS = Text(*("\n".join(f"  {name:<14}  {says.in_lang(lang)}" for name, says in OFFICE.items()) for lang in ("zh", "en")))
_DETAIL = Text(
    f"办公用的命令：\n{_ROWS.zh}\n\nDjango 的其他管理命令也可以用。",
    f"The office's commands:\n{_ROWS.en}\n\nAny of Django's works as well.",
)


@click.pass_context
def _manage(ctx: click.Context, words: tuple[str, ...]) -> int:
    lang = cli.lang_of(ctx)
    if not words:
        say(ctx.get_help(), lang)
        return 0
    settle(ZHINAN_HOME=str(home()))
    from zhinan.server.starting.office import run_command

    return run_command(_without_lang(words), lang)


def _without_lang(words: tuple[str, ...]) -> list[str]:
    """`--lang` is heard by the command line as a whole; Django does not know it."""
    kept = [word for word in words if not word.startswith("--lang=")]
    while "--lang" in kept:
        at = kept.index("--lang")
        del kept[at : at + 2]
    return kept


command = cli.Command(
    "manage", detail=_DETAIL, usage=Text("命令 …", "COMMAND …"), callback=_manage,
    params=[click.Argument(["words"], nargs=-1, type=click.UNPROCESSED)],
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)  # fmt: skip
