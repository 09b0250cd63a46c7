"""`zhinan check`: load packs, check every type, run the worked cases, account for every clause; all problems at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhinan.cli import command as cli
from zhinan.cli.packs import accounted
from zhinan.policy.model import Pack
from zhinan.policy.proof import Proof
from zhinan.values.problem import Problem
from zhinan.values.text import Text, same

if TYPE_CHECKING:
    from rich.text import Text as Rich

    from zhinan.cli.terminal import Terminal
    from zhinan.policy.workflow import LoadedWorkflow

_DETAIL = Text(
    "不写政策包时检验全部随附的政策包和办理流程库；也可写政策包的目录，或放着几个政策包的目录。\n有任何问题时退出码为 1。",
    "Without a pack, all shipped packs and the workflow library are checked; a folder of a pack, or of several, will do too.\n"
    "Exits with 1 if there is any problem.",
)
_READINGS = Text("列出全部解读：各种理解和默认", "list the readings with alternatives and defaults")
_KINDS = {
    "auto": Text("自动", "automatic"), "evidence": Text("材料佐证", "backed by a paper"),
    "register": Text("登记核对", "from a register"),
    "judgement": Text("由人判断", "judged by a person"), "soft": Text("可放宽", "may be waived"),
}  # fmt: skip


@cli.command("check", detail=_DETAIL, usage=Text("[政策包或目录 …] [选项]", "[PACK or DIR …] [OPTIONS]"))
@click.argument("names", nargs=-1)
@cli.option("--readings", is_flag=True, says=_READINGS)
@cli.option("--json", "as_json", is_flag=True, says=Text("输出 JSON", "print JSON"))
@click.pass_context
def command(ctx: click.Context, names: tuple[str, ...], readings: bool, as_json: bool) -> int:
    """Check packs."""
    from zhinan.cli.choosing import folders_named
    from zhinan.cli.terminal import Terminal
    from zhinan.policy.load import shipped_packs

    terminal = Terminal(cli.lang_of(ctx))
    proofs = [_proof(folder) for folder in (folders_named(names) if names else shipped_packs().values())]
    library = None if names else _library()
    if as_json:
        from zhinan.policy.report import proof_json

        click.echo(proof_json(proofs, terminal.lang, library))
    else:
        for proof in proofs:
            _show(terminal, proof)
            if readings:
                _show_readings(terminal, proof.pack)
        if library is not None:
            _show_library(terminal, library)
    broken = any(proof.problems for proof in proofs) or (library is not None and bool(library.problems))
    return 1 if broken else 0


def _proof(folder: Path) -> Proof:
    """The proof of the pack in a folder, its problems named by the shortest path from here."""
    from zhinan.policy.load import read_pack
    from zhinan.policy.proof import prove
    from zhinan.policy.vocabulary import base_vocabulary

    proof = prove(read_pack(folder, base_vocabulary()))
    return replace(proof, problems=tuple(_shortened(problem) for problem in proof.problems))


def _library() -> LoadedWorkflow:
    """The workflow library that every pack may name, its problems named by the shortest path from here."""
    from zhinan.policy.workflow import shipped_workflow

    loaded = shipped_workflow()
    return replace(loaded, problems=tuple(_shortened(problem) for problem in loaded.problems))


def _shortened(problem: Problem) -> Problem:
    path = Path(problem.file)
    here = Path.cwd()
    return replace(problem, file=str(path.relative_to(here))) if path.is_absolute() and path.is_relative_to(here) else problem


def _show(terminal: Terminal, proof: Proof) -> None:
    from rich.text import Text as Rich

    pack = proof.pack
    terminal.hanging(Rich(f"{pack.id}  ", "bold"), terminal.say(pack.title))
    for label, text in _counts(terminal, proof):
        terminal.hanging(_label(terminal, label), text, indent=2)
    _show_problems(terminal, proof.problems)


def _show_library(terminal: Terminal, library: LoadedWorkflow) -> None:
    from rich.text import Text as Rich

    workflow = library.workflow
    terminal.hanging(Rich("procedures  ", "bold"), terminal.say(Text("办理流程库", "the workflow library")))
    count = str(len(workflow.numbers))
    stages = str(sum(len(procedure.stages) for procedure in workflow.procedures))
    terminal.hanging(_label(terminal, Text("条目", "entries")), count, indent=2)
    told = Text(f"{len(workflow.procedures)}（阶段 {stages}）", f"{len(workflow.procedures)} ({stages} stages)")
    terminal.hanging(_label(terminal, Text("流程", "procedures")), terminal.say(told), indent=2)
    _show_problems(terminal, library.problems)


def _show_problems(terminal: Terminal, problems: tuple[Problem, ...]) -> None:
    from rich.text import Text as Rich

    if not problems:
        terminal.line(Rich(terminal.say(Text("✓ 没有问题", "✓ no problems")), "green"), indent=2)
    else:
        count = len(problems)
        told = Text(f"✗ {count} 个问题", f"✗ {count} problem{'s' * (count > 1)}")
        terminal.line(terminal.say(told), style="bold red", indent=2)
        terminal.problems(problems, to_out=True)
    terminal.line()


def _label(terminal: Terminal, label: Text) -> Rich:
    from rich.text import Text as Rich

    return Rich(_padded(terminal.say(label), 13 if terminal.lang == "en" else 10), "dim")


def _padded(text: str, width: int) -> str:
    from zhinan.values.width import display_width

    return text + " " * (max(width - display_width(text), 0) + 2)


def _counts(terminal: Terminal, proof: Proof) -> list[tuple[Text, str]]:
    pack, kinds = proof.pack, proof.conditions
    conditions = " · ".join(f"{terminal.say(_KINDS[kind])} {number}" for kind, number in kinds.items())
    every = sum(kinds.values())
    recorded = sum(1 for reading in pack.readings.values() if reading.recorded)
    lines = [
        (Text("条款", "clauses"), Text(
            f"{accounted(proof)}/{proof.clauses}（内容承载 {proof.carried}，说明性 {proof.informational}）",
            f"{accounted(proof)}/{proof.clauses} ({proof.carried} carried, {proof.informational} informational)",
        )),
        (Text("事项", "schemes"), Text(str(len(pack.schemes)), str(len(pack.schemes)))),
        (Text("条件", "conditions"), Text(f"{every}（{conditions}）", f"{every} ({conditions})") if every else same("0")),
        (Text("可机检规则", "machine rules"), _rules(proof)),
        *(
            (Text("", ""), Text(f"未执行 {left.rule}：{left.why.zh}", f"not executed: {left.rule}, {left.why.en}"))
            for left in proof.left
        ),
        (Text("方向", "directions"), Text(*2 * [str(sum(1 for root in pack.directions for _ in root.walk()))])),
        (Text("解读", "readings"), Text(
            f"{len(pack.readings)}（影响条件 {len(pack.readings) - recorded}，仅作记录 {recorded}）",
            f"{len(pack.readings)} ({len(pack.readings) - recorded} change a condition, {recorded} only recorded)",
        )),
        *((label, Text(str(count), str(count))) for label, count in _more(pack) if count),
        (Text("算例", "worked cases"), Text(f"{proof.cases}，失败 {proof.failed}", f"{proof.cases}, {proof.failed} failed")),
    ]  # fmt: skip
    return [(label, terminal.say(text)) for label, text in lines]


def _more(pack: Pack) -> list[tuple[Text, int]]:
    """What only some documents have: a plan has targets and tasks, a method has procedures and scores."""
    return [
        (Text("规则组", "rule sets"), len(pack.rulesets)), (Text("评价指标", "indexes"), len(pack.indexes)),
        (Text("流程", "procedures"), len(pack.procedures)), (Text("目标", "targets"), len(pack.indicators)),
        (Text("任务", "tasks"), sum(1 for task in pack.tasks for _ in task.walk())),
        (Text("政策工具", "instruments"), len(pack.instruments)), (Text("规定", "provisions"), len(pack.provisions)),
        (Text("登记", "registers"), len(pack.registers)),
    ]  # fmt: skip


def _rules(proof: Proof) -> Text:
    executable, checkable = proof.executable, proof.machine_checkable
    share = f"{100 * executable / checkable:.1f}%" if checkable else "–"
    return Text(f"{executable}/{checkable} 可执行（{share}）", f"{executable}/{checkable} executable ({share})")


def _show_readings(terminal: Terminal, pack: Pack) -> None:
    from rich.text import Text as Rich

    for reading in pack.readings.values():
        cited = "、".join(reading.clauses) if terminal.lang == "zh" else ", ".join(reading.clauses)
        terminal.hanging(Rich(f"{reading.id}  ", "bold"), f"{terminal.say(reading.question)}  [{cited}]", indent=2)
        for name, text in reading.alternatives.items():
            default = Text("（默认）", " (default)") if name == reading.default else Text("", "")
            mark = "●" if name == reading.default else "○"
            terminal.hanging(f"{mark} {name}  ", terminal.say(text) + terminal.say(default), indent=4)
        if reading.recorded:
            told = Text("仅作记录，不改变条件", "recorded only; it changes no condition")
            terminal.line(terminal.say(told), style="dim", indent=6)
        if note := terminal.say(reading.note):
            terminal.line(note, style="dim", indent=6)
    terminal.line()
