"""One fully explained assessment of the ten specials, in process, as JSON bytes: Zhinan against ZEN and CEL.

    python -m benchmarks.bench_assess [--rounds 60] [--batch 40] [--verify 1500] [--seed 1] [--region 640100]

With `--region` it is every scheme of every pack that concerns a unit registered there, in one call.

Every answer is first checked against the interpreter. A round times each engine on the same new subjects, one after
another, in turning order; the figure is the median over rounds of the ratio within a round.
"""

from __future__ import annotations

import argparse
import gc
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial

import orjson

from benchmarks.measure import Spent, machine, median_of, median_ratio, record, timed
from benchmarks.rails import CannotTranslate
from benchmarks.rules import (
    DAY,
    PACK,
    PARAMETERS,
    Answer,
    Interpreter,
    Special,
    Workload,
    folded,
    load_workload,
    packs_of_a_region,
)
from benchmarks.subjects import KINDS, SubjectMaker
from benchmarks.translate_cel import Cel
from benchmarks.translate_zen import Zen
from zhinan.policy.assess import Assessor
from zhinan.policy.report import Reporter
from zhinan.policy.subject import Subject

TARGET = 0.4
OURS, ZEN, ZEN_PLAIN, CEL = "zhinan", "zen with trace", "zen without trace", "cel (rust), status only"
ENGINES = (OURS, ZEN, ZEN_PLAIN, CEL)
Subjects = list[tuple[Subject, date]]


class Engines:
    """Everything prepared once; `work` gives each engine's timed work on a batch of subjects."""

    def __init__(self, workload: Workload) -> None:
        self.workload = workload
        self.peers_share = translatable(workload)
        small = folded(self.peers_share)
        self.assessor, self.reporter = Assessor(workload.packs, parameters=PARAMETERS), Reporter(workload.words)
        self.zen, self.cel = Zen(small), Cel(small)
        self.interpreter, self.peers_interpreter = Interpreter(workload), Interpreter(self.peers_share)

    def ours(self, subject: Subject, on: date) -> bytes:
        return self.reporter.assessment(self.assessor.assess(subject.facts, on=on), subject, on=on)

    def work(self, batch: Subjects) -> dict[str, Callable[[], list[bytes]]]:
        """The peers' contexts are made here, before the clock starts."""
        graph = [self.zen.context(subject.facts, on) for subject, on in batch]
        maps = [self.cel.context(subject.facts, on) for subject, on in batch]
        return {
            OURS: lambda: [self.ours(subject, on) for subject, on in batch],
            ZEN: lambda: [self.zen.explain(context) for context in graph],
            ZEN_PLAIN: lambda: [self.zen.decide(context) for context in graph],
            CEL: lambda: [self.cel.decide(context) for context in maps],
        }


def translatable(workload: Workload) -> Workload:
    """The workload without what the peers' languages cannot say (divisions in a score): less work for them."""

    def is_sayable(special: Special) -> bool:
        try:
            for peer in (Zen, Cel):
                peer(folded(replace(workload, specials=(special,))))
        except CannotTranslate:
            return False
        return True

    specials = []
    for special in workload.specials:
        bare = replace(special, rules=(), amounts={})
        rules = tuple(rule for rule in special.rules if is_sayable(replace(bare, rules=(rule,))))
        amounts = {
            line: amount if is_sayable(replace(bare, amounts={line: amount})) else None
            for line, amount in special.amounts.items()
        }
        specials.append(replace(special, rules=rules, amounts=amounts))
    return replace(workload, specials=tuple(specials))


def main() -> None:
    options = _options()
    names = packs_of_a_region(options.region, on=DAY) if options.region else [PACK]
    workload = load_workload(names)
    engines, maker = Engines(workload), SubjectMaker(workload, seed=options.seed)
    gc.collect()
    gc.freeze()  # what was prepared for one engine is not swept while another is timed
    checked = verify(engines, maker, options.verify)
    print(f"{checked['subjects']} subjects, {checked['answers']} answers compared with the interpreter: all equal")
    rounds = {kind: measure(engines, maker, kind, options) for kind in KINDS}
    everything = {name: [spent for kind in KINDS for spent in rounds[kind][name]] for name in ENGINES}
    figures: dict[str, object] = {
        "machine": machine("zen-engine", "common-expression-language", "orjson"),
        "packs": names, "schemes": len(workload.specials), "one_call_ms": one_by_one(engines, maker),
        "rules": sum(1 for _ in workload.rules()), "rules_of_the_peers": sum(1 for _ in engines.peers_share.rules()),
        "facts": len(workload.facts), "verified": checked,
        "rounds": options.rounds * len(KINDS), "batch": options.batch, "target": TARGET,
        "all": table(everything, options.batch), **{kind: table(rounds[kind], options.batch) for kind in KINDS},
    }  # fmt: skip
    for title in ("all", *KINDS):
        show(title, figures[title])  # type: ignore[arg-type]  # tables, as made above
    print("one call, ms of wall time:", figures["one_call_ms"])
    print("written:", record("assess_region" if options.region else "assess", figures).name)


def one_by_one(engines: Engines, maker: SubjectMaker) -> dict[str, float]:
    """How long single assessments of ours take: the median and the slowest twentieth, in milliseconds of wall time."""
    subjects = [each for kind in KINDS for each in maker.subjects(kind, 200)]
    times = sorted(timed(partial(engines.ours, *each)).wall * 1000 for each in subjects)
    return {"p50": round(times[len(times) // 2], 3), "p95": round(times[int(len(times) * 0.95)], 3)}


def verify(engines: Engines, maker: SubjectMaker, count: int) -> dict[str, object]:
    """Every truth, verdict and amount of every engine equals the interpreter's; raises `AssertionError` otherwise."""
    verdicts: Counter[str] = Counter()
    answers = 0
    for kind in KINDS:
        for subject, on in maker.subjects(kind, count // len(KINDS)):
            right = engines.interpreter.answer(subject.facts, on)
            verdicts.update(right.verdicts.values())
            answers += len(right.truths) + len(right.verdicts) + len(right.amounts)
            context, shared = engines.zen.context(subject.facts, on), engines.peers_interpreter.answer(subject.facts, on)
            same(shared, engines.zen.answer(engines.zen.explain(context)), "zen", barred_amounts=False)
            same(shared, engines.zen.answer(engines.zen.decide(context)), "zen", barred_amounts=False)
            by_cel = engines.cel.answer(engines.cel.decide(engines.cel.context(subject.facts, on)))
            same(shared, by_cel, "cel", barred_amounts=False)
            same_as_report(right, orjson.loads(engines.ours(subject, on)), engines.workload)
    return {"subjects": count // len(KINDS) * len(KINDS), "answers": answers, "verdicts": dict(verdicts)}


def same(right: Answer, found: Answer, who: str, *, barred_amounts: bool = True) -> None:
    """The two answers are equal; amounts of barred lines count only when the engine was asked for them."""
    assert found.truths == right.truths, (who, _differences(right.truths, found.truths))
    assert found.verdicts == right.verdicts, (who, _differences(right.verdicts, found.verdicts))
    asked = {place for place in right.amounts if barred_amounts or right.verdicts[place] != "ineligible"}
    amounts = {place: right.amounts[place] for place in asked}
    assert {place: found.amounts[place] for place in asked} == amounts, (who, amounts)


def _differences(right: dict, found: dict) -> dict:  # type: ignore[type-arg]  # for the eye only
    return {key: (value, found.get(key)) for key, value in right.items() if value is not found.get(key)}


_OUTCOMES = {True: {"met", "judgement"}, False: {"unmet"}, None: {"unknown"}}


def same_as_report(right: Answer, report: dict, workload: Workload) -> None:  # type: ignore[type-arg]  # JSON as it came
    """Our own report says what the interpreter says."""
    rules = {rule.name: rule for rule in workload.rules()}
    for result in report["results"]:
        scheme, line = result["scheme"], result["line"] or ""
        assert result["verdict"] == right.verdicts[scheme, line], (scheme, line)
        assert all(right.verdicts[scheme, each] == verdict for each, verdict in result["lines"].items())
        for section in ("conditions", "preferences", "documents"):
            outcomes = {item["id"]: item["outcome"] for item in result[section]}
            for name, rule in rules.items():
                if rule.scheme == scheme and rule.section == section and rule.holds_for(line):
                    assert outcomes[rule.id] in _OUTCOMES[right.truths[name]], name
        if result["verdict"] != "ineligible":
            amount = result["grant"]["amount"] if result["grant"] else None
            assert (None if amount is None else int(amount.replace(".", ""))) == right.amounts.get((scheme, line))


def measure(engines: Engines, maker: SubjectMaker, kind: str, options: argparse.Namespace) -> dict[str, list[Spent]]:
    """The time of each engine in each round, per batch; the first rounds warm up and are forgotten."""
    spent: dict[str, list[Spent]] = {name: [] for name in ENGINES}
    orders = itertools.cycle(_turns(ENGINES))
    for _ in range(options.rounds + 3):
        work = engines.work(list(maker.subjects(kind, options.batch)))
        for name in next(orders):
            gc.collect()
            spent[name].append(timed(work[name]))
    return {name: times[3:] for name, times in spent.items()}


def _turns(names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for start in range(len(names)):
        yield names[start:] + names[:start]


def table(spent: dict[str, list[Spent]], batch: int) -> dict[str, dict[str, float]]:
    """Milliseconds an assessment, and our time to theirs, by both clocks; the best rounds are the least disturbed ones."""
    return {
        name: {
            "wall_ms": round(1000 * median_of(times, "wall") / batch, 4),
            "cpu_ms": round(1000 * median_of(times, "cpu") / batch, 4),
            "ours_to_theirs_wall": round(median_ratio(spent[OURS], times, "wall"), 3),
            "ours_to_theirs_cpu": round(median_ratio(spent[OURS], times, "cpu"), 3),
            "best_cpu_ms": round(1000 * min(each.cpu for each in times) / batch, 4),
            "ours_to_theirs_best_cpu": round(min(s.cpu for s in spent[OURS]) / min(s.cpu for s in times), 3),
        }
        for name, times in spent.items()
    }


def show(title: str, rows: dict[str, dict[str, float]]) -> None:
    print(f"\n{title:26} wall ms   cpu ms   best cpu   ours/theirs: wall   cpu   best cpu")
    for name, row in rows.items():
        print(
            f"  {name:24} {row['wall_ms']:7.3f}  {row['cpu_ms']:7.3f}    {row['best_cpu_ms']:7.3f}   "
            f"{row['ours_to_theirs_wall']:17.2f}  {row['ours_to_theirs_cpu']:4.2f}   {row['ours_to_theirs_best_cpu']:8.2f}"
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60, help="rounds for each kind of subject")
    parser.add_argument("--batch", type=int, default=40, help="subjects in a round")
    parser.add_argument("--verify", type=int, default=1500, help="subjects compared with the interpreter first")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--region", default="", help="every pack that concerns a unit registered there (GB/T 2260), in one call")
    return parser.parse_args()


if __name__ == "__main__":
    main()
