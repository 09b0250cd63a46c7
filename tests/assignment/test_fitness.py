"""Fitness: each part by an example told whole, and the laws that hold for any experts and cases."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from math import log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhinan.assignment.fitness import (
    FULL_COSINE,
    NO_RARITY,
    WHOLE,
    Fit,
    FitWeights,
    Part,
    Profile,
    Rarity,
    Subject,
    fit_all,
    fitness,
    rarity_of,
)
from zhinan.values.disciplines import Discipline
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

WEIGHTS = FitWeights()
EXPERT = Profile(
    id="E1",
    disciplines=(Discipline("55020"), Discipline("350")),
    directions=("D-XJ.1",),
    keywords=("枸杞", "多糖提取"),
    summary="从事枸杞多糖提取和功能食品研究",
)
CASE = Subject(
    id="C1",
    disciplines=(Discipline("5502030"),),
    directions=("D-XJ.3",),
    keywords=("枸杞", "多糖", "挤压膨化"),
    title="枸杞多糖绿色提取",
    summary="功能食品",
)


def only(name: str) -> FitWeights:
    return FitWeights(**({"discipline": 0, "direction": 0, "keyword": 0, "text": 0} | {name: 1}))


def part(name: str, expert: Profile, case: Subject) -> tuple[int, str]:
    found = next(each for each in fitness(expert, case, only(name)).parts if each.name == name)
    return found.points, found.why.zh


# ─── examples ───────────────────────────────────────────────────────────────────────────────────


def test_a_fit_told_whole() -> None:
    assert fitness(EXPERT, CASE, WEIGHTS) == Fit(
        693_333,
        (
            Part("discipline", 320_000, 400_000, Text("同属二级学科 550.20", "same second-level discipline 550.20")),
            Part(
                "direction",
                80_000,
                200_000,
                Text("支持方向 D-XJ.3 与 D-XJ.1 同属 D-XJ", "the directions D-XJ.3 and D-XJ.1 both belong to D-XJ"),
            ),
            Part(
                "keyword",
                93_333,
                200_000,
                Text(
                    "关键词相同：枸杞；关键词相近：多糖≈多糖提取",
                    "same keywords: 枸杞; similar keywords: 多糖≈多糖提取",
                ),
            ),
            Part(
                "text",
                200_000,
                200_000,
                Text(
                    "用词相同：功能食品、枸杞多糖、提取（余弦 0.50）",
                    "terms in common: 功能食品, 枸杞多糖, 提取 (cosine 0.50)",
                ),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("expert", "case", "points", "why"),
    [
        (("4604020",), ("4604020",), WHOLE, "同属三级学科 460.4020"),
        (("46040",), ("4604020",), 800_000, "同属二级学科 460.40"),
        (("460",), ("4604020",), 400_000, "同属一级学科 460 机械工程"),
        (("470", "46050"), ("4604020",), 400_000, "同属一级学科 460 机械工程"),
        (("460", "46040"), ("46040",), 800_000, "同属二级学科 460.40"),
        (("460",), ("46010", "470"), 200_000, "同属一级学科 460 机械工程"),
        (("470",), ("460",), 0, "学科没有相同之处"),
        ((), ("460",), 0, "专家未登记学科"),
        (("460",), (), 0, "申报书未填学科"),
    ],
)
def test_disciplines_agree_by_their_level(expert: tuple[str, ...], case: tuple[str, ...], points: int, why: str) -> None:
    mine = Profile(id="E", disciplines=tuple(map(Discipline, expert)))
    its = Subject(id="C", disciplines=tuple(map(Discipline, case)))

    assert part("discipline", mine, its) == (points, why)


@pytest.mark.parametrize(
    ("expert", "case", "points", "why"),
    [
        ("D-YC09", "D-YC09", WHOLE, "支持方向相同：D-YC09"),
        ("D-YC09", "D-YC09.1.2", 700_000, "支持方向 D-YC09.1.2 与 D-YC09 为上下级"),
        ("D-YC09.1.2", "D-YC09", 700_000, "支持方向 D-YC09 与 D-YC09.1.2 为上下级"),
        ("D-XJ.1", "D-XJ.3", 400_000, "支持方向 D-XJ.3 与 D-XJ.1 同属 D-XJ"),
        ("D-YC09.1.1", "D-YC09.2.1", 0, "支持方向没有相同之处"),
        ("D-YC0", "D-YC09", 0, "支持方向没有相同之处"),
    ],
)
def test_directions_agree_by_their_tree(expert: str, case: str, points: int, why: str) -> None:
    assert part("direction", Profile(id="E", directions=(expert,)), Subject(id="C", directions=(case,))) == (points, why)


@pytest.mark.parametrize(
    ("expert", "case", "points", "why"),
    [
        ("ＡＩ  大模型", "ai 大模型", WHOLE, "关键词相同：ai 大模型"),
        ("枸杞", "枸杞多糖", 400_000, "关键词相近：枸杞多糖≈枸杞"),
        ("枸杞", "枸杞多糖提取", 0, "关键词没有相同之处"),
        ("硅", "硅", WHOLE, "关键词相同：硅"),
        ("", "硅", 0, "专家未登记关键词"),
    ],
)
def test_keywords_agree_when_they_are_the_same_or_share_half(expert: str, case: str, points: int, why: str) -> None:
    assert part("keyword", Profile(id="E", keywords=(expert,)), Subject(id="C", keywords=(case,))) == (points, why)


def test_a_rare_term_tells_more_than_one_in_every_text() -> None:
    case = Subject(id="C", title="枸杞研究")
    rare, common = Profile(id="R", summary="枸杞栽培"), Profile(id="C", summary="水泥研究")
    rarity = rarity_of([rare, common, *(Profile(id=str(at), summary="研究") for at in range(20))], [case])

    points = [fitness(one, case, only("text"), rarity).score for one in (rare, common)]

    assert points[0] > points[1] > 0


def test_the_cosine_is_the_one_of_the_textbook() -> None:
    one, other = Profile(id="E", summary="alpha alpha beta"), Subject(id="C", title="alpha gamma")
    rarity = Rarity(10, {"alpha": 4, "beta": 1, "gamma": 2})
    idf = {term: 1 + log(11 / (rarity.found[term] + 1)) for term in rarity.found}
    mine = {"alpha": (1 + log(2)) * idf["alpha"], "beta": idf["beta"]}
    dot = mine["alpha"] * idf["alpha"]
    cosine = dot / sqrt((mine["alpha"] ** 2 + mine["beta"] ** 2) * (idf["alpha"] ** 2 + idf["gamma"] ** 2))

    assert cosine < 1
    assert f"（余弦 {cosine:.2f}）" in fitness(one, other, only("text"), rarity).parts[3].why.zh


def test_a_text_with_itself_agrees_entirely_and_short_ones_need_not_be_equal() -> None:
    same = Profile(id="E", summary="枸杞多糖")

    assert part("text", same, Subject(id="C", title="枸杞多糖")) == (WHOLE, "用词相同：枸杞多糖（余弦 1.00）")
    assert FULL_COSINE < WHOLE


def test_the_same_score_comes_out_of_another_process() -> None:
    script = (
        "from zhinan.assignment.fitness import *\n"
        "e = [Profile(id=str(n), summary='枸杞多糖提取工艺 LiFePO4' * n) for n in range(4)]\n"
        "c = [Subject(id='C', title='枸杞提取', summary='多糖 LiFePO4 电池')]\n"
        "print(sorted(fit_all(e, c, FitWeights()).items()))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path), "PYTHONIOENCODING": "utf-8"},
        ).stdout
        for seed in ("1", "2")
    }

    assert len(told) == 1


@pytest.mark.parametrize(
    "given",
    [
        {"discipline": -1},
        {"discipline": 0, "direction": 0, "keyword": 0, "text": 0},
        {"text": "2"},
        {"texts": 2},
        {"text": True},
        [],
    ],
)
def test_weights_that_cannot_be_are_refused(given: object) -> None:
    with pytest.raises(BadInput) as refused:
        FitWeights.from_json(given)

    assert refused.value.problems[0].code == "bad-fit-weights"


# ─── laws ───────────────────────────────────────────────────────────────────────────────────────

disciplines = st.lists(st.sampled_from([Discipline(code) for code in ("110", "11014", "1101410", "46040")]), max_size=3)
directions = st.lists(st.sampled_from(["D-A", "D-A.1", "D-A.2", "D-A.1.1", "D-B.1"]), max_size=3)
keywords = st.lists(st.text("枸杞多糖 a", max_size=5), max_size=3)
texts = st.text("枸杞多糖提 ab，", max_size=30)
profiles = st.builds(
    Profile,
    id=st.just("E"),
    disciplines=disciplines.map(tuple),
    directions=directions.map(tuple),
    keywords=keywords.map(tuple),
    summary=texts,
)
subjects = st.builds(
    Subject,
    id=st.just("C"),
    disciplines=disciplines.map(tuple),
    directions=directions.map(tuple),
    keywords=keywords.map(tuple),
    title=texts,
    summary=texts,
)
weights = (
    st.tuples(*[st.integers(0, 1000)] * 4)
    .filter(any)
    .map(lambda four: FitWeights(**dict(zip(("discipline", "direction", "keyword", "text"), four, strict=True))))
)


@given(st.lists(profiles, max_size=4), st.lists(subjects, max_size=4), weights)
def test_all_at_once_says_what_each_pair_says(experts: list[Profile], cases: list[Subject], weights: FitWeights) -> None:
    experts = [replace(one, id=f"E{at}") for at, one in enumerate(experts)]
    cases = [replace(one, id=f"C{at}") for at, one in enumerate(cases)]
    rarity = rarity_of(experts, cases)

    assert fit_all(experts, cases, weights) == {
        (case.id, expert.id): fitness(expert, case, weights, rarity).score for case in cases for expert in experts
    }


@given(profiles, subjects, weights)
def test_a_score_is_the_sum_of_its_parts_and_within_its_bounds(expert: Profile, case: Subject, weights: FitWeights) -> None:
    fit = fitness(expert, case, weights, rarity_of([expert], [case]))

    assert fit.score == sum(part.points for part in fit.parts) <= WHOLE
    assert all(0 <= part.points <= part.most and part.why.zh and part.why.en for part in fit.parts)


@given(profiles, subjects, st.randoms(use_true_random=False))
def test_the_order_of_the_lists_never_matters(expert: Profile, case: Subject, chance: st.Random) -> None:
    def shuffled(several: tuple) -> tuple:
        return tuple(chance.sample(several, len(several)))

    lists = ("disciplines", "directions", "keywords")
    stirred = replace(expert, **{name: shuffled(getattr(expert, name)) for name in lists})
    turned = replace(case, **{name: shuffled(getattr(case, name)) for name in lists})

    assert fitness(expert, case, WEIGHTS) == fitness(stirred, turned, WEIGHTS)


@given(profiles, subjects, disciplines, directions, keywords)
def test_knowing_more_never_lowers_the_listed_parts(
    expert: Profile, case: Subject, more: list[Discipline], ways: list[str], words: list[str]
) -> None:
    wiser = replace(
        expert,
        disciplines=(*expert.disciplines, *more),
        directions=(*expert.directions, *ways),
        keywords=(*expert.keywords, *words),
    )
    before, after = (fitness(one, case, WEIGHTS).parts[:3] for one in (expert, wiser))

    assert all(then.points <= now.points for then, now in zip(before, after, strict=True))


@given(texts, texts)
def test_likeness_of_texts_is_mutual(one: str, other: str) -> None:
    there = fitness(Profile(id="E", summary=one), Subject(id="C", title=other), only("text"), NO_RARITY).score
    back = fitness(Profile(id="E", summary=other), Subject(id="C", title=one), only("text"), NO_RARITY).score

    assert there == back


@given(weights)
def test_weights_are_read_as_they_were_written(weights: FitWeights) -> None:
    assert FitWeights.from_json(weights.to_json()) == weights
