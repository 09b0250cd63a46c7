"""`zhinan assign`: the best panels for a folder of arrays, with proven bounds; and the check of a published draw."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhinan.cli import command as cli
from zhinan.values.problem import BadInput, Mistake
from zhinan.values.text import Text, same

if TYPE_CHECKING:
    from zhinan.assignment.arrays import ArrayPlan, Arrays
    from zhinan.cli.terminal import Terminal

_DETAIL = Text(
    "文件夹里放 scores.npy（专家 × 项目）、loads.npy（每位专家最多几项）、covs.npy（每个项目几位专家），\n"
    "可以有 loads-lb.npy（每位专家最少几项）。输出 JSON：方案、总分、最差一组的分、可证明的上界、用时。\n"
    "--replay 核验公开的抽取文件：不用求解器重算一遍，逐项比对。",
    "DIR holds scores.npy (experts × applications), loads.npy (the most applications of each expert),\n"
    "covs.npy (the panel size of each application) and perhaps loads-lb.npy (the least). Out comes JSON:\n"
    "the plan, its total, the worst panel, proven bounds, seconds.\n"
    "--replay checks a published draw: it is drawn again without a solver and compared part by part.",
)
_OUT = Text("结果写入这个 JSON 文件，不写则输出到屏幕", "write the JSON to this file instead of the screen")
_SECONDS = Text("每次整数求解最多几秒，默认 25", "at most so many seconds for each search for whole panels, 25 by default")
_REPLAY = Text("核验这个抽取文件", "check this published draw")
_HASH = Text("抽取前公布的承诺值", "the commitment that was published before the draw")
_SOLVE = Text("核验时连概率也用求解器重算", "when checking, work the chances out anew too, with the solver")
_ONE = Mistake(
    "assign-what", Text("没有说要做什么", "it is not said what to do"),
    Text("写一个文件夹，或者 --replay 抽取文件", "name a folder, or --replay and the file of a draw"),
)  # fmt: skip
_NO_FILE = Mistake(
    "replay-cannot-read", Text("读不了 {file}：{why}", "cannot read {file}: {why}"),
    Text("抽取文件是 JSON，从公示页下载", "the file of a draw is JSON; download it from its public page"),
)  # fmt: skip
_NO_SOLVER = Mistake(
    "no-assignment", Text("求解要用的 numpy 没有安装", "numpy, which this needs, is not installed"),
    Text('安装：pip install "zhinan[assignment]"', 'install it: pip install "zhinan[assignment]"'),
)  # fmt: skip
_SAME = Text("一致：承诺、种子、概率和抽取结果逐项相符。", "Identical: commitment, seed, chances and outcome agree part by part.")
_OTHER = Text("不一致，发现 {number} 处：", "Not identical; found {number}:")


@cli.command("assign", detail=_DETAIL, usage=Text("[文件夹] [选项]", "[DIR] [OPTIONS]"))
@click.argument("folder", metavar="DIR", required=False, default="")
@cli.option("--out", default="", shows=cli.FILE, says=_OUT)
@cli.option("--seconds", type=click.FloatRange(min=0.1), default=25.0, shows="N", says=_SECONDS)
@cli.option("--replay", default="", shows=cli.FILE, says=_REPLAY)
@cli.option("--commit-hash", default="", shows="HASH", says=_HASH)
@cli.option("--solve", is_flag=True, says=_SOLVE)
@click.pass_context
def command(  # click passes by name
    ctx: click.Context, folder: str, out: str, seconds: float, replay: str, commit_hash: str, solve: bool
) -> int:
    """Assign experts, or check a draw."""
    from zhinan.cli.terminal import Terminal

    terminal = Terminal(cli.lang_of(ctx))
    if bool(folder) == bool(replay):
        raise BadInput([_ONE.at()])
    return _replayed(terminal, Path(replay), commit_hash, solve) if replay else _assigned(Path(folder), out, seconds)


def _assigned(folder: Path, out: str, seconds: float) -> int:
    try:
        from zhinan.assignment.arrays import assign, read_arrays
    except ImportError as error:
        raise BadInput([_NO_SOLVER.at()]) from error
    import orjson

    from zhinan.values.whole_file import write_whole

    arrays = read_arrays(folder)
    begun = time.perf_counter()
    plan = assign(arrays, seconds=seconds)
    text = orjson.dumps(_told(arrays, plan, time.perf_counter() - begun), option=orjson.OPT_APPEND_NEWLINE).decode()
    if out:
        write_whole(Path(out), text)
    else:
        click.echo(text, nl=False)
    return 0


def _told(arrays: Arrays, plan: ArrayPlan, seconds: float) -> dict[str, object]:
    """The contract: experts by their rows, panels by application; `largest_total` is null where it was not worked out."""
    largest = None if plan.largest_total != plan.largest_total else plan.largest_total
    return {
        "experts": arrays.experts, "applications": arrays.cases, "plan": [list(panel) for panel in plan.panels],
        "total": plan.total, "bound_on_total": plan.bound_on_total, "largest_total": largest, "worst": plan.worst,
        "bound_on_worst": plan.bound_on_worst, "pairs": plan.pairs, "seconds": round(seconds, 3),
    }  # fmt: skip


def _replayed(terminal: Terminal, file: Path, commit_hash: str, solve: bool) -> int:
    import orjson

    from zhinan.assignment.replay import replay

    try:
        bundle = orjson.loads(file.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise BadInput([_NO_FILE.at(file=file.name, why=same(why))]) from error
    findings = replay(bundle, commit_hash=commit_hash.strip().lower(), solve=solve)
    if not findings:
        terminal.line(terminal.say(_SAME))
        return 0
    terminal.line(terminal.say(_OTHER.filled(number=len(findings))))
    for finding in findings:
        terminal.hanging("· ", f"{terminal.say(finding.text)} [{finding.code}]")
    return 1
