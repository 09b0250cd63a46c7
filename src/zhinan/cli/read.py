"""`zhinan read`: the reader's edition of a pack, clause by clause, as Markdown or as one HTML page."""

from __future__ import annotations

from pathlib import Path

import click

from zhinan.cli import command as cli
from zhinan.values.text import Text


@cli.command(
    "read",
    usage=Text("政策包 [选项]", "PACK [OPTIONS]"),
    detail=Text(
        "PACK 是政策包的编号或目录。不写 --out 就打印 Markdown；文件名以 .html 结尾就写网页。",
        "PACK is the id or folder of a pack. Without --out it prints Markdown; a name ending in .html makes a web page.",
    ),
)
@click.argument("pack")
@cli.option("--out", says=Text("写入这个文件", "write this file"), shows=cli.FILE)
@click.pass_context
def command(ctx: click.Context, pack: str, out: str | None) -> int:
    """Print or write the reader's edition."""
    from zhinan.policy.edition_pages import edition_html, edition_markdown
    from zhinan.policy.load import load_pack
    from zhinan.policy.vocabulary import base_vocabulary, words_of
    from zhinan.values.whole_file import write_whole

    lang, found = cli.lang_of(ctx), load_pack(pack)
    words = words_of(base_vocabulary(), found.parameter_words())
    if out is None:
        click.echo(edition_markdown(found, words, lang), nl=False)
        return 0
    make = edition_html if Path(out).suffix.lower() in (".html", ".htm") else edition_markdown
    write_whole(Path(out), make(found, words, lang))
    click.echo(Text(f"已写入 {out}", f"written: {out}").in_lang(lang))
    return 0
