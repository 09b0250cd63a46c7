"""Reference pages made from the tables themselves, so that they stay true: every problem, every word of the vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterable

from zhinan.language import mistakes as language
from zhinan.language.types import Choice, Record, Type
from zhinan.policy import mistakes
from zhinan.policy.vocabulary import WHENCE, FactWord, Vocabulary
from zhinan.values.problem import Mistake
from zhinan.values.text import Text

_MADE = "<!-- 由 zhinan.policy.manual 生成，不要手改。Made by zhinan.policy.manual: do not edit by hand. -->"


# ─── problems ───


def problems_page(of_tables: Iterable[Mistake]) -> str:
    """The page `docs/reference/problems.md`: every code that `check`, `assess` and, of tables, `screen` can report."""
    parts = [
        f"""# 问题代码 · Problem codes

{_MADE}

`zhinan check`、`zhinan assess` 和 `zhinan screen` 一次列出全部问题：文件、行号、说明、代码，下一行是改法。
代码不变，说法可能改进。

`zhinan check`, `zhinan assess` and `zhinan screen` list all problems at once: file, line, message, code, and beneath it
the mend. Codes are stable; the words may get better. … stands for what is named in the message."""
    ]
    for mistake in mistakes.ALL:
        if mistake.code in _GROUPS:
            parts.append(f"## {_GROUPS[mistake.code].zh} · {_GROUPS[mistake.code].en}")
        parts.append(_problem(mistake))
    parts += ["## 表格 · Tables", *map(_problem, of_tables)]
    links = "\n".join(f"* [{mistake.code}](language.md#{mistake.code})" for mistake in language.ALL)
    about = "这些代码在语言手册里，各有一例。Each has its example in the manual of the language."
    parts.append(f"## 表达式 · Expressions\n\n{about}\n\n{links}")
    return "\n\n".join(parts) + "\n"


#: The headings of the page, each before the first code of its group.
_GROUPS = {
    "no-such-file": Text("文件", "Files"),
    "unknown-key": Text("政策包", "Packs"),
    "unknown-fact": Text("申报主体的事实", "Facts of a subject"),
}


def _problem(mistake: Mistake) -> str:
    mend = Text("最接近的写法，或一个例子", "the nearest words, or an example") if mistake.mend.zh == "{hint}" else mistake.mend
    return f"""### {mistake.code}

* {_sentence(mistake.says.zh, "。")}改法：{_sentence(mend.zh, "。")}
* {_sentence(mistake.says.en, ".")} To mend it: {_gaps(mend.en)}"""


def _sentence(template: str, stop: str) -> str:
    text = _gaps(template)
    return text[0].upper() + text[1:] + ("" if text.endswith(("?", "？", "…")) else stop)


def _gaps(template: str) -> str:
    return re.sub(r"\{\w+\}", "…", template)


# ─── the vocabulary ───


def vocabulary_page(vocabulary: Vocabulary) -> str:
    """The page `docs/reference/vocabulary.md`: every fact, list and record."""
    roots = [_root(key, name, vocabulary) for key, name in vocabulary.roots.items()]
    choices = [_choice(choice) for choice in vocabulary.choices.values()]
    records = [_record(record) for record in vocabulary.records.values()]
    return "\n\n".join([_opening(vocabulary), *roots, "## 选项表 · Lists", *choices, "## 清单 · Records", *records]) + "\n"


def _opening(vocabulary: Vocabulary) -> str:
    whence = "\n".join(f"* `{name}` {_WHENCE[name].zh} · {_WHENCE[name].en}" for name in WHENCE)
    example = next(iter(vocabulary.facts.values()))
    return f"""# 词汇表 · Vocabulary

{_MADE}

条件和申报主体用同一套词，写中文名（`{example.word.zh}`）或英文名（`{example.word.en}`）都可以。来源说明事实通常从哪里来：

Conditions and subjects use the same words, by the Chinese or the English name. Whence tells where a fact usually comes from:

{whence}"""


_WHENCE = {
    "declared": Text("申报人填报", "the applicant says so"),
    "document": Text("有材料佐证", "a paper backs it"),
    "register": Text("平台或公共登记已知", "the platform or a public register knows"),
    "derived": Text("由其他事实得出", "follows from other facts"),
    "authority": Text("由主管部门确定", "the authority sets it"),
}


def _root(key: str, name: Text, vocabulary: Vocabulary) -> str:
    facts = [fact for fact in vocabulary.facts.values() if fact.key.partition(".")[0] == key]
    head = ("词 word", "key", "类型 type", "期间 period", "来源 whence", "说明 about")
    rows = [
        (
            fact.label.zh,
            _code(fact.key.partition(".")[2]),
            _type(fact.word.type, fact.code),
            fact.period,
            fact.whence,
            _about(fact),
        )
        for fact in facts
    ]
    return f"## {name.zh} · {name.en}\n\n{_table(head, rows)}"


def _about(fact: FactWord) -> str:
    return f"{fact.label.en}. {fact.help.zh}。{fact.help.en}." if fact.help.zh else f"{fact.label.en}."


def _choice(choice: Choice) -> str:
    rows = [(member.name.zh, _code(member.key), member.name.en) for member in choice.members]
    return f"### {choice.name.zh} · `{choice.key}`\n\n{choice.name.en}\n\n{_table(('选项 choice', 'key', 'in English'), rows)}"


def _record(record: Record) -> str:
    rows = [(field.zh, _code(field.key), _type(field.type, "")) for field in record.fields]
    about = f"{record.name.en}；每条一{record.measure}" if record.measure else record.name.en
    return f"### {record.name.zh} · `{record.key}`\n\n{about}\n\n{_table(('栏目 field', 'key', '类型 type'), rows)}"


def _type(type: Type, code: str) -> str:
    name = Text("统一社会信用代码", "unified social credit code") if code == "uscc" else type.name
    return f"{name.zh} {name.en}"


# ─── Markdown ───


def _code(text: str) -> str:
    return f"`{text}`"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
