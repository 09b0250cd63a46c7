"""Commands that speak two languages: help, usage and refusals in Chinese or in English, and clean exits.

Click parses; what a person reads is written here. A command's module is imported when the command is run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, Never, TypeVar

import click

from zhinan import __version__
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.text import Lang, Text, same
from zhinan.values.width import display_width

#: A bad command line or a bad file; a broken pipe and Ctrl-C as the shell counts them.
BAD_INPUT, INTERRUPTED, BROKEN_PIPE = 2, 130, 141

#: Each command and what it does; its module has the same name.
COMMANDS = {
    "packs": Text("列出随附的政策包", "list the policy packs"),
    "check": Text("检验政策包：类型、算例、条款覆盖", "check packs: types, worked cases, coverage of clauses"),
    "assess": Text("评估一个主体：能报什么、差在哪里、可得多少", "assess a subject: what it can get, what is missing, how much"),
    "ask": Text("问答：只问还能改变结论的问题", "ask only what can still change an answer"),
    "screen": Text("整表筛查：每一行对每一个事项", "screen a table: every row against every scheme"),
    "read": Text("对照阅读：逐条写出文件要求什么、引擎怎么做", "read a pack clause by clause: what is asked, what is run"),
    "diff": Text("比较两个版本：改了什么", "compare two editions: what changed"),
    "assign": Text("给项目排专家；核验公开的抽取", "assign experts to applications; check a published draw"),
    "demo": Text("演示平台：虚构的一年，一键换人", "the platform with invented data: be anyone by one click"),
    "serve": Text("启动正式平台", "start the platform for an office"),
    "manage": Text("管理平台：升级、备份、管理员", "keep the platform: upgrades, backups, keepers"),
}
#: What several commands take, and what stands for its value.
PACK, SCHEME, DAY, FILE = Text("政策包", "ID"), Text("事项", "ID"), Text("日期", "DATE"), Text("文件", "FILE")
USE_PACK = Text("只用这个政策包（编号或目录）", "use this pack (id or folder)")
ON = Text("申报日，默认今天", "the day of application, today by default")
READING = Text("选一种解读", "choose a reading")

_ABOUT = Text(
    "指南：让科技政策可以执行。\n\n回答三个问题：能报什么，差在哪里，可得多少；每个答案都引条款。",
    "Zhinan makes science and technology policy executable.\n\n"
    "It answers what can be applied for, what is missing and how much it brings, and cites the clause.",
)
_EXAMPLES = Text(
    "  zhinan assess 我的单位.yaml              一张表看全部事项\n"
    "  zhinan ask 我的单位.yaml                 不会写文件就从问答开始\n"
    "  zhinan demo                              在浏览器里看整个平台\n"
    "  zhinan 命令 --help                       每个命令的说明",
    "  zhinan assess our-unit.yaml              every scheme in one table\n"
    "  zhinan ask our-unit.yaml                 no file yet? answer questions\n"
    "  zhinan demo                              the whole platform in your browser\n"
    "  zhinan COMMAND --help                    about one command",
)

_ARGUMENTS = {
    "SUBJECT": Text("主体文件", "SUBJECT.yaml"), "TABLE": Text("表格文件", "TABLE"), "PACK": Text("政策包", "PACK"),
    "DIR": Text("文件夹", "DIR"), "OLD": Text("旧版政策包", "OLD"), "NEW": Text("新版政策包", "NEW"),
}  # fmt: skip
_USAGE = Mistake("usage", Text("{what}", "{what}"), Text("用法：{usage}", "usage: {usage}"))
_NO_COMMAND = Mistake("no-such-command", Text("没有“{word}”这个命令", "there is no command “{word}”"), Text("{hint}", "{hint}"))
_BROKEN = Mistake(
    "cannot-write", Text("写不了：{why}", "cannot write: {why}"), Text("检查磁盘空间和权限", "check free space and permissions")
)  # fmt: skip

Function = TypeVar("Function", bound=Callable[..., object])


def lang_of(ctx: click.Context) -> Lang:
    """The language of this run, settled before anything was parsed."""
    return "en" if ctx.find_root().obj == "en" else "zh"


class Option(click.Option):
    """An option whose help is a `Text`; `shows` is what stands for its value."""

    def __init__(self, *names: str, says: Text, shows: Text | str = "", **given: Any) -> None:  # Any: click's own options
        super().__init__(list(names), **given)
        self.says = says
        self.shows = shows

    def row(self, lang: Lang) -> tuple[str, str]:
        """The option and its sentence, for the help."""
        shown = self.shows.in_lang(lang) if isinstance(self.shows, Text) else self.shows
        several = " …" if self.multiple else ""
        return ", ".join(self.opts) + (f" {shown}" if shown else "") + several, self.says.in_lang(lang)


class Command(click.Command):
    """A command with help in two languages. Every command takes `--lang` and `--help`."""

    def __init__(
        self, name: str, *, detail: Text = Text("", ""), usage: Text | str = "", **given: Any  # Any: click's own
    ) -> None:  # fmt: skip
        super().__init__(name, add_help_option=False, **given)
        self.detail = detail
        self.shown_usage = usage
        self.params += [_lang_option(), _help_option()]

    def usage_in(self, lang: Lang) -> str:
        """One line: how it is called."""
        shown = self.shown_usage.in_lang(lang) if isinstance(self.shown_usage, Text) else self.shown_usage
        return " ".join(part for part in ("zhinan", self.name or "", shown) if part)

    def get_help(self, ctx: click.Context) -> str:
        lang = lang_of(ctx)
        about = COMMANDS[self.name].in_lang(lang) if self.name in COMMANDS else ""
        parts = [f"{'用法：' if lang == 'zh' else 'Usage: '}{self.usage_in(lang)}", about, self.detail.in_lang(lang)]
        return "\n\n".join(part for part in (*parts, _options(self, lang)) if part)


class Contents(click.Group):
    """All commands. It settles the language, refuses gently, and exits as a shell expects."""

    def __init__(self) -> None:
        super().__init__("zhinan", add_help_option=False, invoke_without_command=True, no_args_is_help=True)
        self.params += [_lang_option(), Option(
            "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version,
            says=Text("版本", "the version"),
        ), _help_option()]  # fmt: skip

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        found = import_module(f"zhinan.cli.{cmd_name}").command
        assert isinstance(found, click.Command)
        return found

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            from zhinan.policy.nearest import near

            raise BadInput([_NO_COMMAND.at(word=args[0], hint=near(args[0], COMMANDS))])
        return super().resolve_command(ctx, args)

    def get_help(self, ctx: click.Context) -> str:
        lang = lang_of(ctx)
        usage = Text("用法：zhinan 命令 [选项] …", "Usage: zhinan COMMAND [OPTIONS] …").in_lang(lang)
        commands = _two_columns([(name, text.in_lang(lang)) for name, text in COMMANDS.items()])
        heads = [Text("命令：", "Commands:"), Text("从这里开始：", "Begin here:")]
        return "\n\n".join((
            usage, _ABOUT.in_lang(lang), f"{heads[0].in_lang(lang)}\n{commands}", _options(self, lang),
            f"{heads[1].in_lang(lang)}\n{_EXAMPLES.in_lang(lang)}",
        ))  # fmt: skip

    def main(  # type: ignore[override]  # it always leaves the process
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any  # Any: as in click
    ) -> Never:  # fmt: skip
        """Run and leave the process with the code the contract promises."""
        given = list(sys.argv[1:] if args is None else args)
        lang = _language(given)
        extra.pop("standalone_mode", None)
        sys.exit(self._run(given, lang, extra))

    def _run(self, given: list[str], lang: Lang, extra: dict[str, Any]) -> int:  # Any: as in click
        try:
            code = super().main(given, "zhinan", standalone_mode=False, obj=lang, **extra)
            sys.stdout.flush()
            return code if isinstance(code, int) else 0
        except BadInput as bad:
            return _refuse(bad.problems, lang)
        except click.exceptions.NoArgsIsHelpError as bare:
            click.echo(bare.ctx.get_help())
            return 0
        except click.ClickException as wrong:
            return _refuse([_usage_problem(wrong)], lang)
        except (click.Abort, KeyboardInterrupt):
            click.echo("", err=True)
            return INTERRUPTED
        except (BrokenPipeError, SystemExit):
            # The reader has gone (`zhinan … | head`), which click answers with an exit: nothing more can be said to it.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return BROKEN_PIPE
        except OSError as error:
            why = f"{error.filename}: {error.strerror}" if error.filename else (error.strerror or str(error))
            return _refuse([_BROKEN.at(why=why)], lang)


def option(*names: str, says: Text, shows: Text | str = "", **given: Any) -> Callable[[Function], Function]:  # Any: click's own
    """Decorate a command with an option whose help is a `Text`."""

    def with_option(function: Function) -> Function:
        params = function.__dict__.setdefault("__click_params__", [])
        params.append(Option(*names, says=says, shows=shows, **given))
        return function

    return with_option


def command(name: str, *, detail: Text = Text("", ""), usage: Text | str = "") -> Callable[[Function], Command]:
    """Make a function a command; it returns its exit code."""

    def made(function: Function) -> Command:
        params = list(reversed(function.__dict__.pop("__click_params__", [])))
        return Command(name, detail=detail, usage=usage, callback=function, params=params)

    return made


def _lang_option() -> Option:
    return Option(
        "--lang", type=click.Choice(["zh", "en"]), expose_value=False, shows="zh|en",
        says=Text("显示语言，默认 zh；也可设环境变量 ZHINAN_LANG", "language, zh by default; or set ZHINAN_LANG"),
    )  # fmt: skip


def _help_option() -> Option:
    return Option(
        "--help", is_flag=True, is_eager=True, expose_value=False, callback=_show_help, says=Text("显示这份说明", "show this")
    )


def _show_help(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(ctx.get_help())
        ctx.exit()


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(f"zhinan {__version__}")
        ctx.exit()


def _language(args: Sequence[str]) -> Lang:
    """The language asked for anywhere on the line, or in ZHINAN_LANG; Chinese otherwise."""
    word = os.environ.get("ZHINAN_LANG", "zh")
    for at, arg in enumerate(args):
        if arg == "--":
            break
        if arg.startswith("--lang="):
            word = arg.partition("=")[2]
        elif arg == "--lang" and at + 1 < len(args):
            word = args[at + 1]
    return "en" if word.lower().startswith("en") else "zh"


def _options(command_: click.Command, lang: Lang) -> str:
    rows = [param.row(lang) for param in command_.params if isinstance(param, Option)]
    return f"{'选项：' if lang == 'zh' else 'Options:'}\n{_two_columns(rows)}"


def _two_columns(rows: list[tuple[str, str]]) -> str:
    width = min(max(display_width(left) for left, _ in rows), 28)
    lines = []
    for left, right in rows:
        gap = width - display_width(left)
        lines.append(f"  {left}{' ' * gap}  {right}" if gap >= 0 else f"  {left}\n  {' ' * width}  {right}")
    return "\n".join(lines)


# -- refusals ------------------------------------------------------------------------------------------


def _refuse(problems: Sequence[Problem], lang: Lang) -> int:
    for problem in in_order(problems):
        click.echo(problem.show(lang), err=True)
    return BAD_INPUT


def in_order(problems: Sequence[Problem]) -> list[Problem]:
    """Problems file by file as they came, and in each file from top to bottom."""
    files = list(dict.fromkeys(problem.file for problem in problems))
    return sorted(problems, key=lambda problem: (files.index(problem.file), problem.line))


def _usage_problem(wrong: click.ClickException) -> Problem:
    """What click has to say, in both languages."""
    from zhinan.policy.nearest import near

    ctx = wrong.ctx if isinstance(wrong, click.UsageError) else None
    asked = ctx.command if ctx else None
    lines = {lang: asked.usage_in(lang) if isinstance(asked, Command) else "zhinan --help" for lang in ("zh", "en")}
    usage = Text(lines["zh"], lines["en"])
    match wrong:
        case click.NoSuchOption(option_name=name):
            known = [opt for param in (asked.params if asked else []) for opt in param.opts]
            hint = near(name, known)
            what = Text(f"没有 {name} 这个选项。{hint.zh}".rstrip("。"), f"there is no option {name}. {hint.en}".rstrip(" ."))
        case click.MissingParameter(param=click.Argument() as param):
            file = _ARGUMENTS.get(param.human_readable_name, same(param.human_readable_name))
            what = Text(f"没有写{file.zh}", f"{file.en} is missing")
        case click.MissingParameter(param=click.Parameter() as param):
            what = Text(f"缺少 {param.opts[0]}", f"{param.opts[0]} is missing")
        case click.BadParameter(param=click.Parameter(type=click.Choice(choices=choices)) as param):
            names = " ".join(str(choice) for choice in choices)
            what = Text(f"{param.opts[0]} 只能是：{names}", f"{param.opts[0]} is one of: {names}")
        case click.BadParameter(param=click.Parameter(type=click.IntRange() | click.types.IntParamType()) as param):
            what = Text(f"{param.opts[0]} 后面应是 0 或更大的整数", f"{param.opts[0]} needs a whole number, 0 or more")
        case click.BadOptionUsage(option_name=name):
            what = Text(f"选项 {name} 后面要写值", wrong.format_message())
        case _:
            what = Text("命令写法有误，多写或少写了内容", wrong.format_message())
    return _USAGE.at(what=what, usage=usage)
