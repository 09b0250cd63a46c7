"""`zhinan assess`: what a subject can apply for, why, what is missing and how much it brings; one table, then the details."""

from __future__ import annotations

from pathlib import Path

import click

from zhinan.cli import command as cli
from zhinan.values.problem import BadInput, Problem
from zhinan.values.text import Lang, Text

_DETAIL = Text(
    "主体是一个 YAML 文件，用词汇表里的词写事实，例如：\n"
    "  申报单位: {单位性质: 企业, 行业门类: 工业, 上年营业收入: 1500万元, 从业人数: 120人}\n"
    "没写的事实按“未知”处理，不会判为不符合。不写政策包时，用当天有效的全部随附政策包。",
    "SUBJECT is a YAML file of facts in words of the vocabulary, for example:\n"
    "  applicant: {kind: enterprise, sector: industry, revenue_last_year: 15 000 000 CNY, staff: 120 people}\n"
    "A fact that is not given is unknown, not a failure. Without --pack, all shipped packs in force on the day are used.",
)


@cli.command("assess", detail=_DETAIL, usage=Text("主体.yaml [选项]", "SUBJECT.yaml [OPTIONS]"))
@click.argument("subject", metavar="SUBJECT")
@cli.option("--pack", "packs", multiple=True, shows=cli.PACK, says=cli.USE_PACK)
@cli.option("--scheme", "schemes", multiple=True, shows=cli.SCHEME, says=Text("只看这个事项", "only this scheme"))
@cli.option("--on", default="", shows=cli.DAY, says=cli.ON)
@cli.option("--reading", "readings", multiple=True, shows="AMB-05=exclusive", says=cli.READING)
@cli.option("--why", is_flag=True, says=Text("全部条件，连同理由和事实的来源", "every condition, with reasons and sources"))
@cli.option("--json", "as_json", is_flag=True, says=Text("输出 JSON", "print JSON"))
@click.pass_context
def command(  # noqa: PLR0917  # click passes by name
    ctx: click.Context, subject: str, packs: tuple[str, ...], schemes: tuple[str, ...], on: str, readings: tuple[str, ...],
    why: bool, as_json: bool,
) -> int:  # fmt: skip
    """Assess a subject."""
    from zhinan.cli.choosing import choose, note_strange_places, region_of
    from zhinan.cli.findings import show_assessment
    from zhinan.cli.terminal import Terminal
    from zhinan.policy.subject import Subject, read_subject
    from zhinan.policy.telling import Wording, best_first
    from zhinan.policy.vocabulary import base_vocabulary

    terminal = Terminal(cli.lang_of(ctx))
    problems: list[Problem] = []
    known = Subject({})
    try:
        try:
            known = read_subject(Path(subject), base_vocabulary())
        except BadInput as bad:
            problems += bad.problems
        choice = choose(
            terminal, packs=packs, schemes=schemes, on=on, readings=readings, region=region_of(known), problems=problems
        )
    except BadInput as bad:
        if not as_json:
            raise
        click.echo(_refused(bad.problems, on, terminal.lang))
        return cli.BAD_INPUT
    note_strange_places(terminal, choice, known)
    results = best_first(choice.assessor().assess(known.facts, on=choice.on))
    if as_json:
        from zhinan.policy.report import Reporter
        from zhinan.policy.vocabulary import words_of

        words = words_of(choice.vocabulary, (word for pack in choice.packs for word in pack.parameter_words()))
        click.echo(Reporter(words, terminal.lang).assessment(results, known, on=choice.on))
    else:
        wording = Wording(choice.vocabulary, choice.packs, terminal.lang)
        show_assessment(terminal, wording, results, subject=known, on=choice.on, why=why)
    return 0


def _refused(problems: list[Problem], on: str, lang: Lang) -> bytes:
    """The JSON of an assessment that could not be made."""
    import orjson

    from zhinan.policy.report import problem_json

    return orjson.dumps(
        {"on": on or None, "results": [], "problems": [problem_json(each, lang) for each in cli.in_order(problems)]}
    )
