"""`zhinan diff`: what changed between two editions of a pack, in sentences, with the clause of each change."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import click

from zhinan.cli import command as cli
from zhinan.policy.diff import Change
from zhinan.values.text import Lang, Text

_NOTHING = Text("两个版本没有实质差别", "the two editions say the same")


@cli.command(
    "diff",
    usage=Text("旧版 新版 [选项]", "OLD NEW [OPTIONS]"),
    detail=Text("OLD 和 NEW 是政策包的编号或目录。", "OLD and NEW are ids or folders of packs."),
)
@click.argument("old")
@click.argument("new")
@cli.option("--json", "as_json", is_flag=True, says=Text("输出 JSON", "print JSON"))
@click.pass_context
def command(ctx: click.Context, old: str, new: str, as_json: bool) -> int:
    """Compare two editions."""
    from zhinan.policy.diff import diff_packs
    from zhinan.policy.load import load_pack
    from zhinan.policy.vocabulary import base_vocabulary, words_of

    lang = cli.lang_of(ctx)
    before, after = load_pack(old), load_pack(new)
    words = words_of(base_vocabulary(), [*before.parameter_words(), *after.parameter_words()])
    changes = diff_packs(before, after, words)
    if as_json:
        click.echo(_json(before.id, after.id, changes, lang))
        return 0
    click.echo(f"{before.title.in_lang(lang)} ({before.id}) → {after.title.in_lang(lang)} ({after.id})")
    if not changes:
        click.echo(f"  {_NOTHING.in_lang(lang)}")
    for about, group in groupby(changes, key=lambda change: change.about):
        click.echo(f"\n{about.in_lang(lang)}")
        for change in group:
            click.echo(f"  {change.says.in_lang(lang)}{_clause(change, lang)}")
    return 0


def _clause(change: Change, lang: Lang) -> str:
    if not change.clause:
        return ""
    return f"（{change.clause}）" if lang == "zh" else f" ({change.clause})"


def _json(old: str, new: str, changes: Iterable[Change], lang: Lang) -> bytes:
    import orjson

    shown = [{"about": c.about.in_lang(lang), "clause": c.clause, "says": c.says.in_lang(lang)} for c in changes]
    return orjson.dumps({"old": old, "new": new, "changes": shown})
