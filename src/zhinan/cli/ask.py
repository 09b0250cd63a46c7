"""`zhinan ask`: only the questions that can still change an answer, the most useful first; the subject is written at the end."""

from __future__ import annotations

from pathlib import Path

import click

from zhinan.cli import command as cli
from zhinan.values.text import Text

_DETAIL = Text(
    "主体文件可以还不存在，也可以只填了一半。每次只问一项，最能定结论的先问。\n"
    "直接回车表示不知道；? 说明为什么问；q 结束并保存。",
    "SUBJECT need not exist yet, or may be half filled. One thing is asked at a time, the most telling first.\n"
    "Enter alone: not known; ? why this is asked; q stop and save.",
)


@cli.command("ask", detail=_DETAIL, usage=Text("主体.yaml [选项]", "SUBJECT.yaml [OPTIONS]"))
@click.argument("subject", metavar="SUBJECT")
@cli.option("--pack", "packs", multiple=True, shows=cli.PACK, says=cli.USE_PACK)
@cli.option(
    "--scheme", "schemes", multiple=True, shows=cli.SCHEME, says=Text("只问这个事项要的", "ask only what this scheme needs")
)
@cli.option("--on", default="", shows=cli.DAY, says=cli.ON)
@cli.option("--reading", "readings", multiple=True, shows="AMB-05=exclusive", says=cli.READING)
@cli.option("--out", default="", shows=cli.FILE, says=Text("补全后的主体写到这里", "write the subject here"))
@click.pass_context
def command(
    ctx: click.Context,
    subject: str,
    packs: tuple[str, ...],
    schemes: tuple[str, ...],
    on: str,
    readings: tuple[str, ...],
    out: str,
) -> int:
    """Ask a person."""
    from zhinan.cli.choosing import choose, note_strange_places, region_of
    from zhinan.cli.interview import Interview, refuse_a_bad_target
    from zhinan.cli.terminal import Terminal
    from zhinan.policy.subject import Subject, read_subject
    from zhinan.policy.vocabulary import base_vocabulary
    from zhinan.values.problem import BadInput, Problem

    terminal = Terminal(cli.lang_of(ctx))
    path, target = Path(subject), Path(out) if out else None
    problems: list[Problem] = refuse_a_bad_target(target)
    known = Subject({})
    if path.exists():
        try:
            known = read_subject(path, base_vocabulary())
        except BadInput as bad:
            problems += bad.problems
    choice = choose(terminal, packs=packs, schemes=schemes, on=on, readings=readings, region=region_of(known), problems=problems)
    note_strange_places(terminal, choice, known)
    return Interview(terminal, choice, known, path=path, target=target).hold()
