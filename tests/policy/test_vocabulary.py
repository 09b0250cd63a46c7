"""The vocabulary: how its files are read, what is refused in them, and that the shipped one can be spoken."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest

from tests.policy.making import told
from zhinan.language.check import Words, check
from zhinan.language.scan import KEYWORDS
from zhinan.language.types import BOOL, MONEY_TYPE, Kind, Record, Type, Word
from zhinan.policy.load import shipped_packs
from zhinan.policy.vocabulary import WHENCE, Vocabulary, base_vocabulary, load_vocabulary, name_is_good, words_of
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

SHIPPED = base_vocabulary()


def vocabulary(home: Path, **files: str) -> Vocabulary:
    paths = []
    for name, text in files.items():
        paths.append(home / f"{name}.yaml")
        paths[-1].write_text(dedent(text), encoding="utf-8")
    return load_vocabulary(paths)


def refused(home: Path, **files: str) -> list[str]:
    with pytest.raises(BadInput) as bad:
        vocabulary(home, **files)
    return told(bad.value.problems, home)


# ─── reading ────────────────────────────────────────────────────────────────────────────────────


def test_files_are_read_whatever_order_they_come_in(tmp_path: Path) -> None:
    found = vocabulary(
        tmp_path,
        a_roots="""\
            roots:
              - key: firm
                name: {zh: 企业, en: firm}
                facts:
                  - {key: sector, zh: 行业, en: sector of work, type: choice, of: sector}
                  - {key: fires, zh: 火灾, en: fires, type: records, of: fire, whence: register, period: 上年, help: {zh: 甲, en: a}}
                  - {key: code, zh: 代码, en: code, type: code, of: uscc}
        """,
        b_records="""\
            records:
              - key: fire
                name: {zh: 火灾, en: fire}
                measure: 起
                fields:
                  - {key: loss, zh: 损失, en: loss, type: money}
                  - {key: owner, zh: 业主代码, en: code of the owner, type: code, of: uscc}
        """,
        c_choices="""\
            choices:
              - {key: sector, name: {zh: 行业, en: sector}, members: [{key: farm, zh: 农业, en: farming}]}
        """,
    )
    assert list(found.facts) == ["firm.sector", "firm.fires", "firm.code"]
    fires = found.facts["firm.fires"]
    record = Record(
        "fire", Text("火灾", "fire"), "起",
        (Word("loss", "损失", "loss", MONEY_TYPE), Word("owner", "业主代码", "owner", Type(Kind.TEXT))),
    )  # fmt: skip
    assert fires.word == Word("firm.fires", "企业.火灾", "firm.fires", Type(Kind.RECORDS, record=record))
    assert (fires.label, fires.root) == (Text("火灾", "fires"), Text("企业", "firm"))
    assert (fires.whence, fires.period, fires.help) == ("register", "上年", Text("甲", "a"))
    assert (found.facts["firm.sector"].whence, found.facts["firm.code"].code) == ("declared", "uscc")
    assert found.field_codes == {("fire", "owner"): "uscc"}
    assert found.find("企业.火灾") is found.find("firm.fires") is fires
    assert [found.root(name) for name in ("企业", "firm", "火灾")] == ["firm", "firm", None]
    assert found.near("企业.行").zh == "最接近的：企业.行业、企业.火灾、企业.代码"


def test_a_root_may_be_spread_over_files(tmp_path: Path) -> None:
    root = "roots: [{{key: firm, name: {{zh: 企业, en: firm}}, facts: [{{key: {0}, zh: {1}, en: x, type: bool}}]}}]"
    found = vocabulary(tmp_path, one=root.format("a", "甲"), two=root.format("b", "乙"))
    assert (list(found.facts), found.roots) == (["firm.a", "firm.b"], {"firm": Text("企业", "firm")})


ROOT = "roots:\n - key: firm\n   name: {{zh: 企业, en: firm}}\n   facts:\n    - {0}\n"
MISTAKES = {
    "an unknown type": (
        "{key: a, zh: 甲, en: a, type: number}",
        "“number”不在可选值之内 — 可选：",
    ),
    "a count without a unit": ("{key: a, zh: 甲, en: a, type: count}", "缺少“unit” — 补上“unit:” [missing-key]"),
    "a measure word nobody can write": (
        "{key: a, zh: 甲, en: a, type: count, unit: 里}",
        "“里”不在可选值之内 — 可选：",
    ),
    "a duration in nothing": (
        "{key: a, zh: 甲, en: a, type: duration, unit: 周}",
        "“周”不在可选值之内 — 可选：年, 个月, 天, 个工作日 [not-one-of]",
    ),
    "a list that is not there": (
        "{key: a, zh: 甲, en: a, type: choice, of: sectr}",
        "没有“sectr”这个选项表或记录表 [unknown-list]",
    ),
    "records that are not there": ("{key: a, zh: 甲, en: a, type: records, of: x}", "没有“x”这个选项表或记录表 [unknown-list]"),
    "an unknown code": ("{key: a, zh: 甲, en: a, type: code, of: isbn}", "“isbn”不在可选值之内 — 可选：uscc [not-one-of]"),
    "an unknown whence": (
        "{key: a, zh: 甲, en: a, type: bool, whence: hearsay}",
        "“hearsay”不在可选值之内 — 可选：declared, document, register, derived, authority [not-one-of]",
    ),
    "an unknown key": ("{key: a, zh: 甲, en: a, type: bool, units: 人}", "不认识“units” — 最接近的：unit [unknown-key]"),
    "no English": ("{key: a, zh: 甲, type: bool}", "缺少“en” — 补上“en:” [missing-key]"),
    "a name with a space": ("{key: a, zh: 从业 人数, en: a, type: bool}", "“从业 人数 / a”不能作词语名 — "),
    "a name that is a keyword": ("{key: a, zh: 且, en: a, type: bool}", "“且 / a”不能作词语名 — "),
    "a name with brackets": ("{key: a, zh: 甲（乙）, en: a, type: bool}", "“甲（乙） / a”不能作词语名 — "),
    "a key that is no key": ("{key: A b, zh: 甲, en: a, type: bool}", "“甲 / A b”不能作词语名 — "),
    "help in one language": ("{key: a, zh: 甲, en: a, type: bool, help: 甲}", "这里应是{zh: …, en: …} [wrong-shape]"),
}  # fmt: skip


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_in_a_fact_is_told_with_its_line(case: str, tmp_path: Path) -> None:
    fact, message = MISTAKES[case]
    (found,) = refused(tmp_path, words=ROOT.format(fact))
    assert found.startswith(f"words.yaml:5: {message}")


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    found = refused(
        tmp_path,
        bad_yaml="roots: [",
        choices="""\
            choices:
              - key: sector
                name: {zh: 行业, en: sector}
                members:
                  - {key: a, zh: 甲, en: first}
                  - {key: a, zh: 乙, en: second}
                  - {key: c, zh: 甲, en: third}
                  - {key: d, zh: 丁, en: first}
              - {key: sector, name: {zh: 行业, en: sector}, members: []}
        """,
        records="""\
            records:
              - {key: fire, name: {zh: 火灾, en: fire}, measure: 场, fields: [{key: a, zh: 甲, en: a, type: bool}]}
              - key: fire
                name: {zh: 火灾, en: fire}
                measure: 起
                fields:
                  - {key: a, zh: 甲, en: a, type: bool}
                  - {key: a, zh: 乙, en: b, type: bool}
                  - {key: c, zh: 甲, en: c, type: records, of: fire}
        """,
        roots="""\
            roots:
              - {key: firm, name: {zh: 企业, en: firm}, facts: [{key: a, zh: 甲, en: a, type: bool}]}
              - {key: firm, name: {zh: 公司, en: firm}, facts: [{key: c, zh: 乙, en: c, type: bool}]}
              - {key: other, name: {zh: 企业, en: other}, facts: [{key: b, zh: 甲, en: b, type: bool}]}
            facts: []
        """,
    )
    assert [line.partition(" — ")[0] + line[line.rindex(" [") :] for line in found] == [
        "bad_yaml.yaml:2: YAML 写法有误：这里缺少内容 [bad-yaml]",
        "roots.yaml:5: 不认识“facts” [unknown-key]",
        "choices.yaml:6: 编号“a”重复 [duplicate-id]",
        "choices.yaml:7: 编号“甲”重复 [duplicate-id]",
        "choices.yaml:8: 编号“first”重复 [duplicate-id]",
        "choices.yaml:9: 编号“sector”重复 [duplicate-id]",
        "records.yaml:2: “场”不在可选值之内 [not-one-of]",
        "records.yaml:9: 没有“fire”这个选项表或记录表 [unknown-list] [unknown-list]",
        "records.yaml:8: 编号“a”重复 [duplicate-id]",
        "records.yaml:9: 编号“甲”重复 [duplicate-id]",
        "records.yaml:3: 编号“fire”重复 [duplicate-id]",
        "roots.yaml:3: 编号“firm”重复 [duplicate-id]",
        "roots.yaml:4: 编号“企业.甲”重复 [duplicate-id]",
    ]


# ─── the shipped vocabulary ─────────────────────────────────────────────────────────────────────


def test_every_shipped_name_can_be_said_in_an_expression() -> None:
    names = [fact.label.zh for fact in SHIPPED.facts.values()] + [label.zh for label in SHIPPED.roots.values()]
    names += [field.zh for record in SHIPPED.records.values() for field in record.fields]
    assert [name for name in names if not name_is_good(name, "key")] == []
    assert [name for name in names if set(re.split(r"\W", name)) & KEYWORDS] == []


def test_every_shipped_name_is_unique() -> None:
    facts = [name for fact in SHIPPED.facts.values() for name in (fact.word.zh, fact.word.en)]
    labels = [(fact.root, fact.label.en) for fact in SHIPPED.facts.values()]
    roots = [name for key, label in SHIPPED.roots.items() for name in {key, label.zh, label.en}]
    members = [(c.key, name) for c in SHIPPED.choices.values() for m in c.members for name in {m.key, m.name.zh, m.name.en}]
    fields = [(r.key, name) for r in SHIPPED.records.values() for f in r.fields for name in {f.key, f.zh}]
    for names in (facts, labels, roots, members, fields):
        assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_every_shipped_fact_is_in_both_languages_and_says_where_it_is_from() -> None:
    for fact in SHIPPED.facts.values():
        assert all((fact.label.zh, fact.label.en, fact.root.zh, fact.root.en)), fact.key
        assert bool(fact.help.zh) == bool(fact.help.en), fact.key
        assert fact.whence in WHENCE


def test_every_shipped_fact_is_known_to_an_expression_by_both_names() -> None:
    words = Words.of(fact.word for fact in SHIPPED.facts.values())
    for fact in SHIPPED.facts.values():
        assert check(fact.word.zh, words, expected=None) == check(fact.word.en, words, expected=None)


def test_words_of_gives_every_word_by_its_key() -> None:
    parameter = Word("parameter.x.cap", "参数.上限", "parameter.cap", BOOL)
    words = words_of(SHIPPED, [parameter])
    assert set(words) == {*SHIPPED.facts, "application_day", "parameter.x.cap"}
    assert words["parameter.x.cap"] is parameter


#: Facts that no expression reads: they name, choose, or are kept for the file.
NOT_READ = {
    "application.line": "chooses the line of a scheme",
    "applicant.uscc": "identifies the subject in registers",
    "applicant.rnd_spend_last_year": "on every form; the ratio is a fact of its own",
    "enterprise.registered_in": "on the form of a joint application",
    "enterprise.rnd_years_not_falling": "on the form of a joint application",
    "agreement.form": "kept with the agreement, judged by a person",
    "agreement.long_standing": "kept with the agreement, judged by a person",
    "documents.no_secrets_statement": "handed in with every application, asked by no special of its own",
    "result.introduced": "what a person judges a result by",
    "result.recognised_as_first": "what a person judges a result by",
    "application.statement": "on every form without a project",
    "project.budget_lines": "on every form of a project with a budget",
    "project.summary": "on every form of a project",
    "project.content": "on every form of a project",
    "project.foundation": "on every form of a project",
    "project.schedule": "on every form of a project",
}
#: Words that came with packs which are still being written.
AWAITING_THEIR_PACK = """
    applicant.deducted_rnd_last_year applicant.deducted_rnd_year_before applicant.first_above_scale
    applicant.super_deduction_enjoyed
""".split()


def used_by_packs() -> set[str]:
    """The words that some expression of some shipped pack names, in either language, as written."""
    texts = "\n".join(
        path.read_text(encoding="utf-8") for folder in shipped_packs().values() for path in folder.rglob("*.yaml")
        if path.parent.name != "cases"
    )  # fmt: skip
    return {fact.key for fact in SHIPPED.facts.values() if fact.word.zh in texts or fact.word.en in texts}


def test_every_shipped_fact_is_read_by_a_pack_or_has_its_reason() -> None:
    made_into_conditions = {"project.direction", "project.payment_mode", "project.duration"}
    unread = SHIPPED.facts.keys() - used_by_packs() - made_into_conditions - NOT_READ.keys() - set(AWAITING_THEIR_PACK)
    assert sorted(key for key in unread if key.partition(".")[2] not in ("name", "title")) == []
