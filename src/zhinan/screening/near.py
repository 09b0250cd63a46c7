"""Near misses: for rows that fail a scheme by few conditions, how far each of those is from being met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import polars as pl

from zhinan.language.check import APPLICATION_DAY
from zhinan.language.compile.columns import from_column
from zhinan.language.explain import Step, gap, prepare, show_gap
from zhinan.language.tree import Value, facts_of
from zhinan.policy.model import Pack
from zhinan.policy.vocabulary import base_vocabulary, words_of
from zhinan.screening.outcomes import SchemeColumns
from zhinan.values.text import Lang


class NearMisses:
    """Tells the gaps of near rows, by the interpreter: they are few, and each needs its own sentence."""

    def __init__(self, packs: Iterable[Pack], schemes: Iterable[SchemeColumns], *, on: date, lang: Lang = "zh") -> None:
        parameters = [word for pack in packs for word in pack.parameter_words()]
        self.words = words_of(base_vocabulary(), parameters)
        self.schemes = tuple(schemes)
        self.on = on
        self.lang = lang

    def told(self, judged: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
        """`judged` with `{scheme}.near` in place of the columns near misses are found by; null where a row is not near."""
        for scheme in self.schemes:
            line, unmet = f"{scheme.name}.near_line", f"{scheme.name}.near_unmet"
            sentences = self.sentences(scheme, judged[line], judged[unmet], rows)
            judged = judged.drop(line, unmet).with_columns(sentences.alias(f"{scheme.name}.near"))
        return judged

    def sentences(self, scheme: SchemeColumns, line: pl.Series, unmet: pl.Series, rows: pl.DataFrame) -> pl.Series:
        near = line.is_not_null().arg_true()
        steps = [prepare(each.require) for each, _ in scheme.bars if each.require is not None]
        told = [
            self.sentence(scheme, steps, scheme.resolved.lines[place], bits & scheme.bits_of(place), facts)
            for place, bits, facts in zip(line.gather(near), unmet.gather(near), self.facts(scheme, rows, near), strict=True)
        ]
        return pl.Series([None], dtype=pl.String).new_from_index(0, rows.height).scatter(near, told)

    def facts(self, scheme: SchemeColumns, rows: pl.DataFrame, places: pl.Series) -> Iterator[dict[str, Value]]:
        """The known facts of some rows."""
        keys = dict.fromkeys(key for _, truth in scheme.bars for key in facts_of(truth) if key in rows.columns)
        columns = [from_column(rows[key].gather(places), self.words[key].type) for key in keys]
        for place in range(places.len()):
            known = {key: column[place] for key, column in zip(keys, columns, strict=True) if column[place] is not None}
            yield {**known, APPLICATION_DAY.key: self.on}

    def sentence(self, scheme: SchemeColumns, steps: list[Step], line: str, bits: int, facts: dict[str, Value]) -> str:
        parts = []
        for bit, (code, step) in enumerate(zip(scheme.codes, steps, strict=True)):
            if bits >> bit & 1:
                found = gap(step, facts)
                parts.append(f"{code}：{show_gap(found, self.words, self.lang)}" if found else code)
        return (f"[{line}] " if scheme.has_lines else "") + "；".join(parts)
