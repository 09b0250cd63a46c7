"""The packs as the server uses them: loaded once a process, their forms and assessors kept by what they were made with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from zhinan.language.tree import Value
from zhinan.lifecycle.procedures import procedure_of
from zhinan.policy.assess import Assessor
from zhinan.policy.form import Form, form_of
from zhinan.policy.load import load_pack, shipped_packs
from zhinan.policy.model import Pack, Parameter, Scheme
from zhinan.policy.procedure import Procedure
from zhinan.policy.telling import Wording
from zhinan.policy.vocabulary import Vocabulary, base_vocabulary
from zhinan.policy.written import read_value
from zhinan.values.text import Lang

Pairs = tuple[tuple[str, str], ...]


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary all shipped packs use."""
    return base_vocabulary()


@cache
def pack(id: str) -> Pack:
    """A shipped pack. Raises `BadInput` for an unknown one."""
    return load_pack(id, vocabulary(), cases=False)


@cache
def every_pack() -> tuple[Pack, ...]:
    """All shipped packs, the newest first."""
    return tuple(sorted(map(pack, shipped_packs()), key=lambda each: (-each.year, each.id)))


def scheme(pack_id: str, id: str) -> Scheme:
    """A scheme of a pack. Raises `KeyError`."""
    found = pack(pack_id).scheme(id)
    if found is None:
        raise KeyError(id)
    return found


def parameters_asked(pack_id: str, schemes: tuple[str, ...]) -> tuple[tuple[str, Parameter], ...]:
    """What the guide leaves open for these schemes, each under the name a call sets it by: `scheme.key`."""
    the_pack = pack(pack_id)
    owners = [
        (the_pack.id, the_pack.parameters),
        *((each.id, each.parameters) for each in the_pack.schemes if each.id in schemes),
    ]
    return tuple(
        (f"{owner}.{parameter.word.key.rpartition('.')[2]}", parameter)
        for owner, parameters in owners
        for parameter in parameters
        if parameter.asked
    )


def parameter_values(pack_id: str, schemes: tuple[str, ...], written: Mapping[str, str]) -> dict[str, Value]:
    """The values of parameters as an officer wrote them. Raises `BadInput`."""
    return {
        name: read_value(written[name], parameter.word.type, label=parameter.label)
        for name, parameter in parameters_asked(pack_id, schemes)
        if written.get(name)
    }


def assessor(pack_id: str, schemes: tuple[str, ...], readings: Mapping[str, str], parameters: Mapping[str, str]) -> Assessor:
    """Schemes of a pack, compiled as a call has set them."""
    return _assessor(pack_id, schemes, tuple(sorted(readings.items())), tuple(sorted(parameters.items())))


@lru_cache(maxsize=256)
def _assessor(pack_id: str, schemes: tuple[str, ...], readings: Pairs, parameters: Pairs) -> Assessor:
    values = parameter_values(pack_id, schemes, dict(parameters))
    return Assessor([pack(pack_id)], readings=dict(readings), parameters=values, schemes=schemes)


def form(
    pack_id: str, scheme_id: str, *, line: str = "", readings: Mapping[str, str], parameters: Mapping[str, str]
) -> Form:  # fmt: skip
    """The form of a scheme as a call has set it."""
    return _form(pack_id, scheme_id, line, tuple(sorted(readings.items())), tuple(sorted(parameters.items())))


@lru_cache(maxsize=512)
def _form(pack_id: str, scheme_id: str, line: str, readings: Pairs, parameters: Pairs) -> Form:
    return form_of(
        pack(pack_id), scheme(pack_id, scheme_id), vocabulary(), line=line, readings=dict(readings),
        parameters=parameter_values(pack_id, (scheme_id,), dict(parameters)),
    )  # fmt: skip


@cache
def procedure(pack_id: str, scheme_id: str) -> Procedure:
    """The procedure a case under the scheme moves by."""
    return procedure_of(pack(pack_id), scheme(pack_id, scheme_id))


@cache
def wording(pack_id: str, lang: Lang) -> Wording:
    """Results under a pack, put into words."""
    return Wording(vocabulary(), [pack(pack_id)], lang)
