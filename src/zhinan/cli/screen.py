"""`zhinan screen`: every row of a table against every scheme; the verdicts in a file, the counts on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhinan.cli import command as cli
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.quantity import format_money
from zhinan.values.text import Lang, Text

if TYPE_CHECKING:
    from zhinan.cli.terminal import Terminal
    from zhinan.screening.columns import Progress
    from zhinan.screening.result import Screened

_DETAIL = Text(
    "表格是 .csv、.xlsx 或 .parquet；表头写词汇表里的词，例如 申报单位.上年营业收入（万元）。\n"
    "结果写入 --out：每行每个事项的结论、金额、不符合和未知的条件。写完整才落盘，不会留下半个文件。",
    "TABLE is .csv, .xlsx or .parquet; its header holds words of the vocabulary, such as applicant.staff.\n"
    "--out gets, for every row and scheme, the verdict, the amount, and what is unmet or unknown; whole or not at all.",
)
_OUT = Text("结果文件：.csv、.xlsx 或 .parquet", "the file for the results: .csv, .xlsx or .parquet")
_NEAR = Text("差不超过几条的不符合行，写明差多少", "tell how far off rows are that fail by at most so many conditions")
_LABEL = Text("只作标识、不参与判断的列", "a column that only names the row")
_HEADS = (
    Text("事项", "scheme"), Text("可以申报", "eligible"), Text("待定", "undetermined"), Text("不符合", "ineligible"),
    Text("可得金额合计", "total amount"),
)  # fmt: skip
_NO_ANALYTICS = Mistake(
    "no-analytics", Text("整表筛查要用的 polars 没有安装", "polars, which screening needs, is not installed"),
    Text('安装：pip install "zhinan[analytics]"', 'install it: pip install "zhinan[analytics]"'),
)  # fmt: skip
_ITSELF = Mistake(
    "would-overwrite-the-table", Text("结果会盖掉原表", "the results would overwrite the table"),
    Text("--out 写另一个文件名", "name another file in --out"),
)  # fmt: skip


@cli.command("screen", detail=_DETAIL, usage=Text("表格 --out 文件 [选项]", "TABLE --out FILE [OPTIONS]"))
@click.argument("table", metavar="TABLE")
@cli.option("--out", required=True, shows=cli.FILE, says=_OUT)
@cli.option("--pack", "packs", multiple=True, shows=cli.PACK, says=cli.USE_PACK)
@cli.option("--scheme", "schemes", multiple=True, shows=cli.SCHEME, says=Text("只看这个事项", "only this scheme"))
@cli.option("--near", type=click.IntRange(min=0), default=0, shows="N", says=_NEAR)
@cli.option("--label", "labels", multiple=True, shows=Text("列名", "COLUMN"), says=_LABEL)
@cli.option("--on", default="", shows=cli.DAY, says=cli.ON)
@cli.option("--reading", "readings", multiple=True, shows="AMB-05=exclusive", says=cli.READING)
@cli.option("--json", "as_json", is_flag=True, says=Text("小结用 JSON", "print the summary as JSON"))
@click.pass_context
def command(  # noqa: PLR0917  # click passes by name
    ctx: click.Context, table: str, out: str, packs: tuple[str, ...], schemes: tuple[str, ...], near: int,
    labels: tuple[str, ...], on: str, readings: tuple[str, ...], as_json: bool,
) -> int:  # fmt: skip
    """Screen a table."""
    from zhinan.cli.choosing import choose
    from zhinan.cli.terminal import Terminal

    _refuse_without_polars()
    from zhinan.screening.columns import read_register
    from zhinan.screening.screen import Screening
    from zhinan.screening.tables import read_table, write_table

    terminal = Terminal(cli.lang_of(ctx))
    source, target = Path(table), Path(out)
    choice = choose(terminal, packs=packs, schemes=schemes, on=on, readings=readings, problems=_bad_paths(source, target))
    screening = Screening(choice.packs, on=choice.on, readings=choice.readings, schemes=choice.schemes, near=near)
    register = read_register(read_table(source), choice.vocabulary, needed=screening.reads, labels=labels)
    with _progress(terminal) as progress:
        screened = screening.run(register, progress=progress)
    is_there = target.exists()
    write_table(screened.as_table(), target)
    if as_json:
        click.echo(_json(screened, choice.on.isoformat(), target, terminal.lang))
        return 0
    _show(terminal, screened)
    done = Text(f"{'已覆盖' if is_there else '已写入'} {target}", f"{'overwrote' if is_there else 'written to'} {target}")
    terminal.line(terminal.say(done))
    return 0


def _refuse_without_polars() -> None:
    from importlib.util import find_spec

    if any(find_spec(library) is None for library in ("polars", "openpyxl", "python_calamine")):
        raise BadInput([_NO_ANALYTICS.at()])


def _bad_paths(source: Path, target: Path) -> list[Problem]:
    """What is wrong with the two file names, found before anything is read."""
    from zhinan.cli.interview import refuse_a_bad_target
    from zhinan.screening.tables import check_extension

    problems: list[Problem] = []
    for path in (source, target):
        try:
            check_extension(path)
        except BadInput as bad:
            problems += bad.problems
    if source.resolve() == target.resolve():
        problems.append(_ITSELF.at().placed(file=str(target), line=0))
    return problems + refuse_a_bad_target(target)


@contextmanager
def _progress(terminal: Terminal) -> Iterator[Progress | None]:
    """A bar on the error stream while a person is looking at it; nothing otherwise."""
    if not terminal.err.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    label = terminal.say(Text("筛查", "screening"))
    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=terminal.err, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _show(terminal: Terminal, screened: Screened) -> None:
    rows = screened.register.height
    terminal.line(terminal.say(Text(f"共 {rows} 行", f"{rows} rows")))
    terminal.line()
    counts, totals = screened.counts(), _totals(screened)
    lines = []
    for scheme in screened.schemes:
        count, name = counts[scheme.name], terminal.say(scheme.resolved.scheme.name)
        numbers = [str(count.get(verdict, 0)) for verdict in ("eligible", "undetermined", "ineligible")]
        lines.append([name, *numbers, format_money(totals[scheme.name], terminal.lang)])
    terminal.table([terminal.say(head) for head in _HEADS], lines, right=(1, 2, 3, 4))
    terminal.line()


def _totals(screened: Screened) -> dict[str, int]:
    """For each scheme what its eligible rows could get together, in fen."""
    totals = {}
    for scheme in screened.schemes:
        is_eligible = screened.outcomes[f"{scheme.name}.verdict"] == "eligible"
        totals[scheme.name] = sum(screened.outcomes[f"{scheme.name}.amount"].filter(is_eligible).drop_nulls())
    return totals


def _json(screened: Screened, on: str, target: Path, lang: Lang) -> bytes:
    import orjson

    from zhinan.policy.report import yuan

    counts, totals = screened.counts(), _totals(screened)
    return orjson.dumps({
        "on": on, "rows": screened.register.height, "out": str(target),
        "schemes": [
            {
                "scheme": scheme.name, "pack": scheme.resolved.pack.id, "name": scheme.resolved.scheme.name.in_lang(lang),
                **{verdict: counts[scheme.name].get(verdict, 0) for verdict in ("eligible", "undetermined", "ineligible")},
                "amount": yuan(totals[scheme.name]),
            }
            for scheme in screened.schemes
        ],
    })  # fmt: skip
