"""The check without an account: which schemes are looked at, what the answers so far come to, which fact matters most next.

Nothing here is kept: answers come in as texts and go out as results.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from urllib.parse import urlencode

from zhinan.language.tree import Value
from zhinan.language.types import Kind
from zhinan.policy.assess import PARAMETER, Assessor, Result, Verdict
from zhinan.policy.form import DIRECTION, Field, Option
from zhinan.policy.form_answers import read_answer
from zhinan.policy.load import Heading
from zhinan.policy.telling import PERIODS, Wording, best_first, waiting
from zhinan.server import packs
from zhinan.server.models import Call
from zhinan.server.queries.calls import public_call
from zhinan.server.queries.guides import guide, library, regions_of_guides
from zhinan.server.refused import NotSeen
from zhinan.values.problem import BadInput, Problem
from zhinan.values.text import Lang, Text

Pairs = tuple[tuple[str, str], ...]
#: So many questions are put at once.
AT_ONCE = 5
#: So much may be answered in all; more is no one's typing.
MOST = 60_000


@dataclass(frozen=True, slots=True)
class Scope:
    """What is checked: schemes of some packs (all of them where none is named), perhaps as a call has set them.

    `asked` is what stands in the address to come back to it; `is_old` says that none of the packs is in force any more.
    """

    asked: Pairs
    name: Text
    packs: tuple[str, ...]
    schemes: tuple[str, ...] = ()
    readings: Pairs = ()
    parameters: Pairs = ()
    call: Call | None = None
    is_old: bool = False

    @property
    def address(self) -> str:
        """The query string that means this scope."""
        return "?" + urlencode(self.asked)

    @property
    def wider(self) -> str:
        """The query string of all schemes, where only one is looked at."""
        whole = tuple(pair for pair in self.asked if pair[0] != "scheme")
        return "?" + urlencode(whole) if whole != self.asked else ""

    def focused(self, pack: str, scheme: str) -> Scope:
        """One scheme of this scope alone; of several packs, that of its pack."""
        whole = tuple(pair for pair in self.asked if pair[0] == "call") or (("pack", pack),)
        return replace(self, asked=(*whole, ("scheme", scheme)), packs=(pack,), schemes=(scheme,))


_EVERYWHERE = Text("全部指南", "all guides")


def scope_of(asked: Mapping[str, str], *, on: date) -> Scope | None:
    """The scope that `call`, `pack`, `region` or `every` asks for; `None` while nothing is chosen. Raises `NotSeen`."""
    if code := asked.get("call"):
        return _focused(_of_call(code), asked.get("scheme", ""))
    if id := asked.get("pack"):
        return _focused(_of_pack(id, on=on), asked.get("scheme", ""))
    if region := asked.get("region"):
        return _of_region(region, on=on)
    return _of_packs((("every", "1"),), _EVERYWHERE, [each.id for each in library()], on=on) if asked.get("every") else None


def _focused(scope: Scope, scheme: str) -> Scope:
    """One scheme of a pack or a call, where one is named. Raises `NotSeen` for a scheme they do not have."""
    if not scheme:
        return scope
    found = guide(scope.packs[0]).pack.scheme(scheme)
    if found is None or (scope.schemes and scheme not in scope.schemes):
        raise NotSeen
    whole = Text(f"{found.name.zh}（{scope.name.zh}）", f"{found.name.en} ({scope.name.en})")
    return replace(scope.focused(scope.packs[0], scheme), name=whole)


def _of_call(code: str) -> Scope:
    call = public_call(code)
    return Scope(
        (("call", call.code),), Text(call.title_zh, call.title_en), (call.pack,), tuple(call.schemes),
        tuple(sorted(call.readings.items())), tuple(sorted(call.parameters.items())), call,
    )  # fmt: skip


def _of_pack(id: str, *, on: date) -> Scope:
    found = guide(id)
    return Scope((("pack", id),), found.pack.title, (id,), is_old=not found.is_in_force(on))


def _of_region(region: str, *, on: date) -> Scope:
    """The packs that concern a unit registered there: its own, and those of the region above and of the country."""
    names = regions_of_guides()
    if region not in names:
        raise NotSeen
    here = [each.id for each in library() if Heading(each.pack.region, _ALWAYS).concerns(on=on, region=region)]
    return _of_packs((("region", region),), names[region], here, on=on)


_ALWAYS = (date.min, date.max)


def _of_packs(asked: Pairs, name: Text, ids: Iterable[str], *, on: date) -> Scope:
    """Those in force; all of them where none is."""
    with_schemes = [id for id in ids if guide(id).pack.schemes]
    in_force = tuple(id for id in with_schemes if guide(id).is_in_force(on))
    return Scope(asked, name, in_force or tuple(with_schemes), is_old=not in_force)


# ─── what the answers come to ───


@dataclass(frozen=True, slots=True)
class Check:
    """The answers as facts, and how every scheme comes out, the best first."""

    scope: Scope
    answers: Mapping[str, str]
    facts: Mapping[str, Value]
    fields: Mapping[str, Field]
    results: tuple[Result, ...]

    def count(self, verdict: Verdict) -> int:
        """How many schemes came out so."""
        return sum(1 for result in self.results if result.verdict is verdict)

    def result(self, pack: str, scheme: str) -> Result:
        """How one scheme came out. Raises `NotSeen`."""
        found = next((each for each in self.results if (each.pack.id, each.scheme.id) == (pack, scheme)), None)
        if found is None:
            raise NotSeen
        return found


def checked(scope: Scope, answers: Mapping[str, str], *, on: date) -> Check:
    """How things stand. An answer that cannot be read under this scope counts as not given."""
    fields = fields_of(scope)
    facts = {key: value for key, text in answers.items() if key in fields and (value := _read(fields[key], text)) is not None}
    results = best_first(_assessor(scope.packs, scope.schemes, scope.readings, scope.parameters).assess(facts, on=on))
    return Check(scope, {key: answers[key] for key in facts}, facts, fields, tuple(results))


def _read(field: Field, text: str) -> Value:
    try:
        return read_answer(field, text)
    except BadInput:
        return None


def problems_in(field: Field, text: str) -> tuple[Problem, ...]:
    """What is wrong with an answer."""
    try:
        read_answer(field, text)
    except BadInput as bad:
        return tuple(bad.problems)
    return ()


@lru_cache(maxsize=64)
def _assessor(ids: tuple[str, ...], schemes: tuple[str, ...], readings: Pairs, parameters: Pairs) -> Assessor:
    if len(ids) == 1:
        every = schemes or tuple(scheme.id for scheme in packs.pack(ids[0]).schemes)
        return packs.assessor(ids[0], every, dict(readings), dict(parameters))
    return Assessor([packs.pack(id) for id in ids])


def fields_of(scope: Scope) -> Mapping[str, Field]:
    """How each fact that may be asked for is asked, by key."""
    return _fields(scope.packs, scope.schemes, scope.readings, scope.parameters)


@lru_cache(maxsize=64)
def _fields(ids: tuple[str, ...], schemes: tuple[str, ...], readings: Pairs, parameters: Pairs) -> Mapping[str, Field]:
    """As the forms of the schemes ask it; a paper is asked for as a yes or no, since nothing is handed in here."""
    found: dict[str, Field] = {}
    directions: dict[str, Option] = {}
    for id in ids:
        for scheme in packs.pack(id).schemes:
            if schemes and scheme.id not in schemes:
                continue
            form = packs.form(id, scheme.id, readings=dict(readings), parameters=dict(parameters))
            for field in (*form.fields, *form.elsewhere):
                found.setdefault(field.key, field)
                if field.key == DIRECTION:
                    directions |= {option.key: option for option in field.options}
            found |= {each.fact: _paper(each.fact) for each in form.uploads if each.fact and each.fact not in found}
    if DIRECTION in found:
        found[DIRECTION] = _with_directions(found[DIRECTION], directions, ids)
    return found


def _paper(key: str) -> Field:
    fact = packs.vocabulary().facts[key]
    return Field(key=key, label=fact.label, help=fact.help, kind="bool", whence=fact.whence, type=fact.word.type)


def _with_directions(field: Field, options: Mapping[str, Option], ids: Iterable[str]) -> Field:
    """All directions of these packs, in their order, so that each is told from its like by its number."""
    nodes = [node.id for id in ids for root in packs.pack(id).directions for node in root.walk()]
    named = (options[id] for id in nodes if id in options)
    shown = tuple(Option(each.key, Text(f"{each.key} {each.name.zh}", f"{each.key} {each.name.en}")) for each in named)
    return replace(field, options=shown)


# ─── what to ask next ───

#: A long answer must settle more to be asked for before a short one.
_EFFORT = {"records": 6.0, "direction": 3.0, "region": 1.5, "set": 1.5}


def next_keys(check: Check, skipped: Iterable[str], *, most: int = AT_ONCE, scheme: Result | None = None) -> tuple[str, ...]:
    """The facts that matter most and were not asked for yet: for the open verdicts, then for the amounts.

    What others decide, and what the platform looks up itself, comes last.
    """
    known = check.facts.keys() | set(skipped)
    results = check.results if scheme is None else (scheme,)
    weights: dict[str, float] = {}
    for key, weight in _weights(results):
        if key in check.fields and key not in known:
            weights[key] = weights.get(key, 0) + weight / _EFFORT.get(check.fields[key].kind, 1)
    return tuple(sorted(weights, key=lambda key: (check.fields[key].source in _OTHERS, -weights[key]))[:most])


_OTHERS = ("register", "authority")
#: What only an amount waits for matters less than any verdict.
_AMOUNT = 0.001


def _weights(results: Iterable[Result]) -> Iterator[tuple[str, float]]:
    """A condition that waits for one fact alone gives it 1, for it and another 1/2 …"""
    for result in results:
        if result.verdict is Verdict.UNDETERMINED:
            for finding in waiting(result):
                yield from ((key, 1 / len(finding.missing)) for key in finding.missing)
        yield from ((key, _AMOUNT) for key in result.missing if not key.startswith(PARAMETER))


def why(check: Check, key: str, lang: Lang, *, most: int = 4) -> tuple[str, ...]:
    """The conditions that wait for a fact, each with its scheme and clause; of many, the first."""
    told = wording_of(check.scope, lang)
    colon = "：" if lang == "zh" else ": "
    reasons = [
        f"{told.say(result.scheme.name)}{colon}{told.said(finding.item)}"
        for result in check.results if result.verdict is Verdict.UNDETERMINED
        for finding in waiting(result) if key in finding.missing
    ]  # fmt: skip
    amounts = [result for result in check.results if result.grant and key in result.grant.missing]
    reasons += [f"{told.say(each.scheme.name)}{colon}{told.say(_FOR_THE_AMOUNT)}" for each in amounts]
    rest = len(reasons) - most
    return (*reasons[:most], told.say(Text(f"另有 {rest} 处也看这一项", f"and {rest} more"))) if rest > 0 else tuple(reasons)


_FOR_THE_AMOUNT = Text("算资助金额", "to compute the amount")


def wording_of(scope: Scope, lang: Lang) -> Wording:
    """Results of this scope, put into words."""
    return _wording(scope.packs, lang)


@lru_cache(maxsize=32)
def _wording(ids: tuple[str, ...], lang: Lang) -> Wording:
    return Wording(packs.vocabulary(), [packs.pack(id) for id in ids], lang)


# ─── how an answer is written ───

_HOW = {
    "money": Text("写数字和单位，如 1500万元", "a number and its unit, such as 1500万元 or 15 000 000 CNY"),
    "ratio": Text("写比例，如 35%", "a share, such as 35%"),
    "duration": Text("如 24个月", "such as 24 months"),
    "age": Text("如 38岁", "such as 38岁"),
    "points": Text("如 12分", "such as 12 points"),
    "region": Text("名称或六位代码，如 银川市兴庆区", "a region's Chinese name or its code, such as 640104"),
    "code": Text("18 位统一社会信用代码", "the unified social credit code of 18 characters"),
}


def label_of(field: Field) -> Text:
    """What a fact is called, and whose it is: `单位性质（申报单位）`."""
    owner = packs.vocabulary().facts[field.key].root
    return Text(f"{field.label.zh}（{owner.zh}）", f"{field.label.en[:1].upper()}{field.label.en[1:]} ({owner.en})")


def help_for(field: Field) -> Text:
    """What helps to answer: the period, the vocabulary's own help, how it is written."""
    period = Text(field.period, PERIODS.get(field.period, field.period))
    parts = [period, field.help, _HOW.get(field.kind, Text("", ""))]
    if field.type.kind is Kind.COUNT:
        parts.append(Text("写数字", "a number"))
    return Text("；".join(part.zh for part in parts if part.zh), "; ".join(part.en for part in parts if part.en))
