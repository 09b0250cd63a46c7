"""Indexes: a score tree is lowered to one expression, unknown as long as it must be, explained as a number, the same in columns."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.making import CASES, facts_of, loaded, made, told
from zhinan.language import tree
from zhinan.language.compile.columns import to_column
from zhinan.language.compile.polars import compile_columns
from zhinan.language.evaluate import evaluate
from zhinan.language.explain import prepare, reason
from zhinan.language.format import format_typed
from zhinan.language.tree import Value
from zhinan.language.types import NUMBER
from zhinan.policy.assess import Assessor, Result, Verdict
from zhinan.policy.load import load_pack, shipped_packs
from zhinan.policy.model import Pack
from zhinan.policy.resolve import resolve_pack
from zhinan.policy.score import Index
from zhinan.policy.vocabulary import base_vocabulary, words_of

DAY = date(2026, 3, 1)
VOCABULARY = base_vocabulary()
INDEX = """\
index: innovation
name: {zh: 创新得分, en: innovation score}
clause: 一(一)
max: 100
criteria:
  - id: staff
    name: {zh: 科技人员占比, en: share of S&T staff}
    clause: 一(一)
    max: 40
    value: 占比(申报单位.科技人员数, 申报单位.职工总数)
    bands:
      - {from: 30%, points: 40}
      - {from: 20%, points: 25}
      - {else: 0}
  - id: rnd
    name: {zh: 研发, en: R&D}
    max: 30
    choose: best
    children:
      - id: rnd-money
        name: {zh: 研发投入, en: R&D spending}
        value: 申报单位.上年研发投入
        bands: [{from: 500万元, points: 30}, {from: 100万元, points: 15}]
      - id: rnd-staff
        name: {zh: 研发人员, en: R&D staff}
        value: 申报单位.研发人员数
        bands: [{from: 50人, points: 30}, {from: 10人, points: 5}]
  - {id: management, name: {zh: 管理水平, en: management}, max: 30, score: 评分.研发管理制度}
"""
CONDITION = (
    "schemes/small-grant.yaml", "conditions:\n",
    "conditions:\n  - {id: scored, clause: 一(一), require: 指标.创新得分 ≥ 60, says: {zh: 得分不低于60, en: at least 60 points}}\n",
)  # fmt: skip
FULL = """\
申报单位: {科技人员数: 30人, 职工总数: 100人, 上年研发投入: 500万元, 研发人员数: 9人, 从业人数: 100人}
评分: {研发管理制度: 10}
"""


def pack_of(home: Path, index: str = INDEX, *changes: tuple[str, str]) -> Pack:
    for old, new in changes:
        assert old in index
        index = index.replace(old, new, 1)
    read = loaded(made(home, ("cases/small.yaml", CASES, "cases: []\n"), CONDITION, indexes__innovation=index))
    assert told(read.problems) == []
    return read.pack


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return pack_of(tmp_path_factory.mktemp("scored"))


@pytest.fixture(scope="module")
def index(pack: Pack) -> Index:
    (found,) = pack.indexes
    return found


def part(index: Index, id: str) -> tree.Typed:
    """The expression of one criterion."""
    return next(each for each in index.root.walk() if each.id == id).expression()


def shown(typed: tree.Typed) -> str:
    return format_typed(typed, words_of(VOCABULARY, []))


def worth(typed: tree.Typed, text: str) -> Value:
    return evaluate(typed, facts_of(text))  # type: ignore[arg-type]  # facts of a subject are values


# ─── lowering ───────────────────────────────────────────────────────────────────────────────────


def test_bands_are_read_from_the_top(index: Index) -> None:
    share = "申报单位.科技人员数 ÷ 申报单位.职工总数"
    assert shown(part(index, "staff")) == f"较小(若({share} ≥ 30%, 40, 若({share} ≥ 20%, 25, 0)), 40)"


def test_without_a_last_band_nothing_is_given_below_the_lowest(index: Index) -> None:
    assert (
        shown(part(index, "rnd-money")) == "若(申报单位.上年研发投入 ≥ 500万元, 30, 若(申报单位.上年研发投入 ≥ 100万元, 15, 0))"
    )
    assert worth(part(index, "rnd-money"), "申报单位: {上年研发投入: 99万元}") == 0


@pytest.mark.parametrize(("staff", "points"), [("0人", 0), ("19人", 0), ("20人", 25), ("29人", 25), ("30人", 40), ("100人", 40)])
def test_a_band_begins_at_its_bound(staff: str, points: int, index: Index) -> None:
    assert worth(part(index, "staff"), f"申报单位: {{科技人员数: {staff}, 职工总数: 100人}}") == points


@pytest.mark.parametrize(("given", "points"), [("0", 0), ("29.5", Fraction(59, 2)), ("30", 30), ("31", 30)])
def test_points_given_by_a_person_never_pass_the_maximum(given: str, points: Value, index: Index) -> None:
    assert worth(part(index, "management"), f"评分: {{研发管理制度: {given}}}") == points


def test_children_are_added_or_the_best_of_them_counts(tmp_path: Path, index: Index) -> None:
    facts = "申报单位: {上年研发投入: 100万元, 研发人员数: 10人}"
    (summed,) = pack_of(tmp_path, INDEX, ("    choose: best\n", "")).indexes
    assert worth(part(index, "rnd"), facts) == 15
    assert worth(part(summed, "rnd"), facts) == 20


def test_a_sum_is_cut_at_the_maximum(tmp_path: Path) -> None:
    (summed,) = pack_of(tmp_path, INDEX, ("    choose: best\n", "")).indexes
    assert worth(part(summed, "rnd"), "申报单位: {上年研发投入: 500万元, 研发人员数: 50人}") == 30


def test_the_whole_is_the_sum_of_its_criteria(index: Index) -> None:
    assert worth(index.expression(), FULL) == 40 + 30 + 10


def test_points_may_be_a_formula(tmp_path: Path) -> None:
    formula = ("{from: 20%, points: 25}", '{from: 20%, points: "100分 × 占比(申报单位.科技人员数, 申报单位.职工总数)"}')
    (index,) = pack_of(tmp_path, INDEX, formula).indexes
    assert worth(part(index, "staff"), "申报单位: {科技人员数: 27人, 职工总数: 100人}") == 27


@pytest.mark.parametrize("bound", ["60", "60分", "60 points", "0.6 × 100分", "100分 × 60%"])
def test_points_may_be_written_with_their_unit(bound: str, tmp_path: Path) -> None:
    file, old, new = CONDITION
    change = (file, old, new.replace("≥ 60", f"≥ {bound}"))
    read = loaded(made(tmp_path, ("cases/small.yaml", CASES, "cases: []\n"), change, indexes__innovation=INDEX))
    assert told(read.problems) == []
    assert [assess(read.pack, FULL.replace("科技人员数: 30人", f"科技人员数: {n}人")).verdict for n in (30, 19)] == [
        Verdict.ELIGIBLE, Verdict.INELIGIBLE,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("points", "message"),
    [
        (
            "占比(申报单位.科技人员数, 申报单位.职工总数)",
            "单位不一致：应是“分”，却是“” — 用“分”写，例如：100分 × … [unit-mismatch]",
        ),
        ("申报单位.科技人员数", "[type-mismatch]"),
        ("25人", "[type-mismatch]"),
    ],
)
def test_a_formula_that_gives_no_points_is_told(points: str, message: str, tmp_path: Path) -> None:
    index = INDEX.replace("{from: 20%, points: 25}", f'{{from: 20%, points: "{points}"}}')
    folder = made(tmp_path, ("cases/small.yaml", CASES, "cases: []\n"), CONDITION, indexes__innovation=index)
    assert told(loaded(folder).problems, folder)[0].endswith(message)


# ─── three values ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("facts", "points"),
    [
        ("申报单位: {上年研发投入: 500万元}", 30),  # all there is to get: the other cannot add
        ("申报单位: {研发人员数: 50人}", 30),
        ("申报单位: {上年研发投入: 100万元}", None),
        ("申报单位: {研发人员数: 9人}", None),
        ("申报单位: {}", None),
    ],
)
def test_the_best_is_settled_only_by_all_there_is_to_get(facts: str, points: Value, index: Index) -> None:
    assert worth(part(index, "rnd"), facts) == points


@pytest.mark.parametrize("missing", ["科技人员数: 30人, ", "职工总数: 100人, "])
def test_a_share_of_something_unknown_is_unknown(missing: str, index: Index) -> None:
    assert worth(index.expression(), FULL.replace(missing, "")) is None


def test_a_share_of_nothing_is_unknown_not_a_crash(index: Index) -> None:
    assert worth(part(index, "staff"), "申报单位: {科技人员数: 0人, 职工总数: 0人}") is None


def test_a_sum_is_unknown_while_a_part_is(index: Index) -> None:
    assert worth(index.expression(), FULL.replace("评分: {研发管理制度: 10}", "")) is None


# ─── in the assessment ──────────────────────────────────────────────────────────────────────────


def assess(pack: Pack, facts: str) -> Result:
    (result,) = Assessor([pack]).assess(facts_of(facts), on=DAY)  # type: ignore[arg-type]  # facts of a subject are values
    return result


def test_a_condition_names_the_score(pack: Pack) -> None:
    results = [assess(pack, FULL.replace("科技人员数: 30人", f"科技人员数: {staff}人")) for staff in (30, 20, 19)]
    assert [result.verdict for result in results] == [Verdict.ELIGIBLE, Verdict.ELIGIBLE, Verdict.INELIGIBLE]


def test_an_unmet_score_tells_by_how_many_points(pack: Pack) -> None:
    result = assess(pack, FULL.replace("科技人员数: 30人", "科技人员数: 19人"))
    (finding,) = [each for each in result.findings if each.item.id == "scored"]
    assert finding.gap is not None
    assert (finding.gap.have, finding.gap.need, finding.gap.by) == (40, 60, 20)


def test_the_facts_behind_a_score_are_what_is_missing(pack: Pack) -> None:
    result = assess(pack, "申报单位: {从业人数: 100人, 科技人员数: 30人, 上年研发投入: 500万元}\n项目: {总研发投入: 100万元}")
    assert result.verdict is Verdict.UNDETERMINED
    assert set(result.missing) == {"applicant.total_staff", "score.rnd_system"}  # not the R&D staff: the money alone gets all 30


def test_nothing_is_missing_behind_a_score_that_is_known(pack: Pack) -> None:
    assert assess(pack, FULL + "项目: {总研发投入: 100万元}").missing == ()


def test_a_score_is_explained_as_a_number(pack: Pack) -> None:
    (scheme,) = resolve_pack(pack, inline_indexes=False)
    condition = next(each for each in scheme.conditions if each.item.id == "scored")
    assert condition.require is not None
    assert format_typed(condition.require, words_of(VOCABULARY, [*pack.parameter_words()])) == "指标.创新得分 ≥ 60"
    why = reason(prepare(condition.require), {pack.indexes[0].word.key: 55})
    assert (why.value, [(part.node, part.value) for part in why.parts]) == (False, [])


def test_two_editions_keep_their_own_scores(tmp_path: Path) -> None:
    """Both have an index of one name; each condition must read its own."""
    old = pack_of(tmp_path / "old")
    folder = tmp_path / "new" / "tiny-2027"
    pack_of(tmp_path / "new", INDEX, ("{from: 30%, points: 40}", "{from: 30%, points: 26}")).digest  # noqa: B018  # it is read below
    (tmp_path / "new" / "tiny-2026").rename(folder)
    first = (folder / "pack.yaml").read_text(encoding="utf-8")
    (folder / "pack.yaml").write_text(first.replace("tiny-2026", "tiny-2027"), encoding="utf-8")
    facts = facts_of(FULL.replace("上年研发投入: 500万元", "上年研发投入: 100万元"))
    results = Assessor([old, loaded(folder).pack]).assess(facts, on=DAY)  # type: ignore[arg-type]  # facts of a subject are values
    assert {result.pack.id: result.verdict for result in results} == {
        "tiny-2026": Verdict.ELIGIBLE, "tiny-2027": Verdict.INELIGIBLE,
    }  # fmt: skip


# ─── inlined or computed first, one or many ─────────────────────────────────────────────────────

WORDS = {
    "applicant.tech_staff": st.integers(0, 60), "applicant.total_staff": st.integers(0, 60),
    "applicant.rnd_spend_last_year": st.sampled_from([0, 99_999_999, 100_000_000, 500_000_000]),
    "applicant.rnd_staff": st.sampled_from([0, 9, 10, 49, 50]), "score.rnd_system": st.integers(0, 31),
}  # fmt: skip


def test_the_words_of_the_random_subjects_are_those_the_score_reads(index: Index) -> None:
    assert set(tree.facts_of(index.expression())) == set(WORDS)


@settings(max_examples=200)
@given(st.fixed_dictionaries({}, optional=WORDS))
def test_a_score_inlined_decides_as_one_computed_first(pack: Pack, index: Index, facts: dict[str, Value]) -> None:
    (inlined,), (apart,) = (resolve_pack(pack, inline_indexes=inline) for inline in (True, False))
    score = {index.word.key: evaluate(index.expression(), facts)}
    for first, second in zip(inlined.conditions, apart.conditions, strict=True):
        assert first.require is not None
        assert second.require is not None
        assert evaluate(first.require, facts) == evaluate(second.require, {**facts, **score})


def exact(stored: dict[str, int | None] | None) -> Fraction | None:
    """A number of a column: a fraction as it is stored."""
    top, under = (stored or {}).get("top"), (stored or {}).get("under")
    return None if top is None or under is None else Fraction(top, under)


@settings(max_examples=50)
@given(st.lists(st.fixed_dictionaries({}, optional=WORDS), min_size=1, max_size=20))
def test_a_score_in_columns_is_the_score_of_each(index: Index, rows: list[dict[str, Value]]) -> None:
    table = pl.DataFrame([to_column([row.get(key) for row in rows], VOCABULARY.facts[key].word.type, key) for key in WORDS])
    program = compile_columns(
        {"score": index.expression(), "passed": tree.Compare("≥", index.expression(), tree.Constant(NUMBER, 60))}, present=WORDS
    )
    found = program.run(table)
    alone = [evaluate(index.expression(), row) for row in rows]
    assert found["passed"].to_list() == [None if points is None else points >= 60 for points in alone]  # type: ignore[operator] # a score is a number
    assert [exact(each) for each in found["score"].to_list()] == alone


@pytest.mark.parametrize("id", [id for id, folder in shipped_packs().items() if (folder / "indexes").exists()])
def test_every_shipped_score_is_at_most_its_maximum(id: str) -> None:
    for index in load_pack(id).indexes:
        parts = sum(each.max or 0 for each in index.root.children)
        best = max((each.max or 0 for each in index.root.children), default=0)
        assert index.max == (best if index.root.choose == "best" else parts)


# ─── mistakes ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "        value: 申报单位.研发人员数\n        bands: [{from: 50人, points: 30}, {from: 10人, points: 5}]\n",
            "",
            "[empty-criterion]",
        ),
        ("score: 评分.研发管理制度", "score: 申报单位.名称", "[type-mismatch]"),
        ("from: 500万元", "from: 500人", "[type-mismatch]"),
        ("max: 40", "max: 40人", ""),
        ("index: innovation", "index: creation", "[wrong-file-name]"),
        ("      - {else: 0}\n", "      - {else: 0}\n      - {from: 1%, points: 1}\n", "[wrong-shape]"),
        ("id: rnd-staff", "id: staff", "[duplicate-id]"),
        ("choose: best", "choose: worst", "[not-one-of]"),
    ],
)
def test_a_mistake_in_an_index_is_told(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in INDEX
    folder = made(tmp_path, ("cases/small.yaml", CASES, "cases: []\n"), CONDITION, indexes__innovation=INDEX.replace(old, new, 1))
    problems = told(loaded(folder).problems, folder)
    assert problems != []
    assert [each for each in problems if each.endswith(message)] != [], problems
