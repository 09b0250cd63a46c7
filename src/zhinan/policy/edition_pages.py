"""The reader's edition as pages: Markdown, or one HTML page that needs nothing else (no script, no font, no second file)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape

from zhinan.language.types import Word
from zhinan.policy.edition import Entry, Passage, passages
from zhinan.policy.model import Pack, Reading
from zhinan.values.text import Lang, Text

_CONTENTS = Text("目录", "Contents")
_NOTE = Text("说明性", "informational")
_RULES = Text("规则", "rules")
_READING = Text("解读", "reading")
_DEFAULT = Text("采用", "in force")
_COUNTS = Text(
    "{clauses} 条：{carried} 条由内容承载，{informational} 条只作说明",
    "{clauses} clauses: {carried} carried, {informational} informational",
)
_DEEPEST = 3


def _counts(found: list[Passage], lang: Lang) -> str:
    informational = sum(1 for passage in found if passage.informational is not None)
    filled = _COUNTS.filled(clauses=len(found), carried=len(found) - informational, informational=informational)
    return filled.in_lang(lang)


def _issued(pack: Pack, lang: Lang) -> list[str]:
    begin, end = (day.isoformat() for day in pack.in_force)
    open_ended = pack.in_force[1].year == _FOREVER
    if lang == "zh":
        until = "起" if open_ended else f" 至 {end}"
        return [pack.issuer.zh, f"{pack.year} 年", f"有效期 {begin}{until}", f"政策包 {pack.id}", f"内容校验 {pack.digest[:12]}"]
    until = "from " + begin if open_ended else f"{begin} to {end}"
    return [pack.issuer.en, str(pack.year), f"in force {until}", f"pack {pack.id}", f"digest {pack.digest[:12]}"]


#: The last year of a pack whose end is not stated.
_FOREVER = 9999

# -- Markdown --------------------------------------------------------------------------------------


def edition_markdown(pack: Pack, words: Mapping[str, Word], lang: Lang = "zh") -> str:
    """The reader's edition in Markdown."""
    found = passages(pack, words)
    lines = [f"# {_plain(pack.title.in_lang(lang))}", "", _plain(" · ".join(_issued(pack, lang))), "", _counts(found, lang), ""]
    for passage in found:
        lines += [*_passage_lines(passage, lang), ""]
    return "\n".join(lines).rstrip() + "\n"


def _passage_lines(passage: Passage, lang: Lang) -> Iterator[str]:
    rules = f"  `{' '.join(passage.rules)}`" if passage.rules else ""
    yield f"{'#' * (2 + min(passage.depth, _DEEPEST))} {_plain(f'{passage.path} {passage.gist.in_lang(lang)}')}{rules}"
    yield ""
    if passage.informational is not None:
        yield f"*{_NOTE.in_lang(lang)}{_colon(lang)}{_plain(passage.informational.in_lang(lang))}*"
    for entry in passage.entries:
        id = f" {entry.id}" if entry.id else ""
        yield f"- **{entry.kind.in_lang(lang)}{id}** {_plain(entry.says.in_lang(lang))}".rstrip()
        yield from (f"  - {_plain(note.in_lang(lang))}" for note in entry.notes)
        yield from (f"  - `{run.in_lang(lang)}`" for run in entry.runs)
    for reading in passage.readings:
        yield f"- **{_READING.in_lang(lang)} {_plain(reading.id)}** {_plain(reading.question.in_lang(lang))}"
        for name, text in reading.alternatives.items():
            default = f" ← {_DEFAULT.in_lang(lang)}" if name == reading.default else ""
            yield f"  - `{name}` {_plain(text.in_lang(lang))}{default}"


def _plain(text: str) -> str:
    """Text in which nothing is markup."""
    return re.sub(r"([\\`*_<\[\]])", r"\\\1", text)


def _colon(lang: Lang) -> str:
    return "：" if lang == "zh" else ": "


# -- HTML ------------------------------------------------------------------------------------------


def edition_html(pack: Pack, words: Mapping[str, Word], lang: Lang = "zh") -> str:
    """The reader's edition as one HTML page that needs nothing else."""
    found = passages(pack, words)
    title = escape(pack.title.in_lang(lang))
    issued = "".join(f"<li>{escape(part)}</li>" for part in _issued(pack, lang))
    body = "\n".join(_section(passage, lang) for passage in found)
    return (
        f'<!doctype html>\n<html lang="{"zh-Hans" if lang == "zh" else "en"}">\n<head><meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>\n{_STYLE}</style></head>\n<body>\n<header><h1>{title}</h1>\n<ul>{issued}</ul>\n"
        f"<p>{escape(_counts(found, lang))}</p></header>\n{_contents(found, lang)}\n<main>\n{body}\n</main>\n</body></html>\n"
    )


def _contents(found: Iterable[Passage], lang: Lang) -> str:
    """The clauses at the top of the outline, without what stands before the first of them."""
    tops = [passage for passage in found if passage.depth == 0 and not _is_front(passage)]
    items = "".join(
        f'<li><a href="#{_anchor(top)}"><span>{escape(top.path)}</span> {escape(top.gist.in_lang(lang))}</a></li>' for top in tops
    )
    return f"<nav><h2>{_CONTENTS.in_lang(lang)}</h2><ol>{items}</ol></nav>"


def _is_front(passage: Passage) -> bool:
    """Whether it stands before the document proper: title, addressees, preamble."""
    return passage.path.startswith("front")


def _section(passage: Passage, lang: Lang) -> str:
    level = 2 + min(passage.depth, _DEEPEST)
    path, gist = escape(passage.path), escape(passage.gist.in_lang(lang))
    told = passage.informational
    mark = f" <em>{_NOTE.in_lang(lang)}</em>" if told is not None else ""
    rules = f"<p class=rules>{_RULES.in_lang(lang)} {escape(' '.join(passage.rules))}</p>" if passage.rules else ""
    why = f"<p class=why>{escape(told.in_lang(lang))}</p>" if told is not None else ""
    items = [*(_item(entry, lang) for entry in passage.entries), *(_noted(reading, lang) for reading in passage.readings)]
    listing = f"<dl>{''.join(items)}</dl>" if items else ""
    kind = (
        f"d{min(passage.depth, _DEEPEST)}"
        + (" informational" if told is not None else "")
        + (" front" if _is_front(passage) else "")
    )
    return (
        f'<section id="{_anchor(passage)}" class="{kind}"><h{level}><span>{path}</span> {gist}{mark}</h{level}>'
        f"{rules}{why}{listing}</section>"
    )


def _anchor(passage: Passage) -> str:
    return escape("c-" + re.sub(r"\s", "_", passage.path))


def _item(entry: Entry, lang: Lang) -> str:
    id = f" <small>{escape(entry.id)}</small>" if entry.id else ""
    notes = "".join(f"<p class=note>{escape(note.in_lang(lang))}</p>" for note in entry.notes)
    runs = "".join(f"<code>{escape(run.in_lang(lang))}</code>" for run in entry.runs)
    return f"<dt>{escape(entry.kind.in_lang(lang))}{id}</dt><dd>{escape(entry.says.in_lang(lang))}{notes}{runs}</dd>"


def _noted(reading: Reading, lang: Lang) -> str:
    ways = "".join(
        f"<li{' class=chosen' if name == reading.default else ''}>{escape(text.in_lang(lang))}"
        f"{f' <em>{_DEFAULT.in_lang(lang)}</em>' if name == reading.default else ''}</li>"
        for name, text in reading.alternatives.items()
    )
    return (
        f"<dt class=reading>{_READING.in_lang(lang)} <small>{escape(reading.id)}</small></dt>"
        f"<dd class=reading>{escape(reading.question.in_lang(lang))}<ul>{ways}</ul></dd>"
    )


_STYLE = """\
:root{--ink:#1b1f24;--soft:#57606a;--line:#d5dae0;--red:#8c1d1d;--wash:#f4f6f8;--warm:#fdf8ec}
*{box-sizing:border-box}
html{scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{font:16px/1.7 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif;color:var(--ink);
background:#fff;max-width:62rem;margin:0 auto;padding:1.5rem 1.25rem 4rem}
h1{font-size:1.6rem;line-height:1.35;margin:.2rem 0 .6rem}
header ul{list-style:none;margin:0;padding:0;color:var(--soft);font-size:.9rem}
header li{display:inline-block;margin-right:1.2em}
header p{margin:.3rem 0 0;color:var(--soft);font-size:.9rem}
nav{margin:1.2rem 0;padding:.8rem 1.1rem;background:var(--wash);border-radius:6px}
nav h2{font-size:1rem;margin:0 0 .4rem}
nav ol{list-style:none;margin:0;padding:0;columns:20rem;column-gap:2rem}
nav li{break-inside:avoid;padding:.15rem 0;line-height:1.5}
nav span{flex:none;min-width:3em;color:var(--red)}
nav a{display:flex;gap:.6em}
a{color:inherit;text-decoration:none}
a:hover,a:focus-visible{text-decoration:underline}
section{padding:.35rem 0}
section>:is(h2,h3,h4,h5){margin:.6rem 0 .2rem;line-height:1.5;font-size:1rem}
section>:is(h2,h3,h4,h5)>span{color:var(--red);margin-right:.35em}
.d0{border-top:2px solid var(--line);margin-top:1.8rem}
section>h2{font-size:1.3rem}
section>h3{font-size:1.1rem}
.front{border-top:1px solid var(--line);margin-top:.4rem}
.front>h2{font-size:1rem;font-weight:500}
em{font-style:normal;font-weight:400;font-size:.78rem;color:var(--soft);border:1px solid var(--line);border-radius:3px;
padding:.05em .45em;white-space:nowrap;vertical-align:.1em}
.informational>:is(h3,h4,h5){font-weight:500;color:var(--soft)}
.why,.rules,.note{margin:.1rem 0;color:var(--soft);font-size:.9rem}
dl{display:grid;grid-template-columns:minmax(6rem,10rem) minmax(0,1fr);gap:.45rem 1rem;margin:.4rem 0 .6rem}
dt{color:var(--soft);font-size:.88rem;padding-top:.12rem;overflow-wrap:anywhere}
dd{margin:0;min-width:0;overflow-wrap:anywhere}
small{font-size:.85em}
code{display:block;font:.86rem/1.6 ui-monospace,"Cascadia Mono",Consolas,"Noto Sans Mono CJK SC",monospace;background:var(--wash);
border-left:3px solid var(--line);padding:.2em .6em;margin:.25rem 0;overflow-wrap:anywhere}
dd.reading{background:var(--warm);border-radius:4px;padding:.3rem .7rem}
dd.reading ul{margin:.1rem 0;padding-left:1.2em}
.chosen{font-weight:600}
@media (max-width:40rem){body{padding:1rem .9rem 3rem}h1{font-size:1.35rem}nav ol{columns:auto}
dl{grid-template-columns:minmax(0,1fr);gap:.05rem}dd{margin-bottom:.6rem}dt{padding-top:.25rem}}
@media print{body{max-width:none;padding:0;font-size:10.5pt}nav{background:none;border:1px solid var(--line)}
.d0{break-before:auto}h2,h3,h4,h5{break-after:avoid}dt,dd,code,dd.reading{break-inside:avoid}
code,dd.reading,nav{-webkit-print-color-adjust:exact;print-color-adjust:exact}@page{margin:18mm 16mm}}
"""
