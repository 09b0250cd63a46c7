"""Which procedure a scheme follows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from zhinan.policy import mistakes
from zhinan.policy.load import find_pack, read_procedures, shared_procedures
from zhinan.policy.model import Pack, Scheme
from zhinan.policy.nearest import near
from zhinan.policy.procedure import Procedure
from zhinan.values.problem import BadInput

#: What a scheme follows when its document says nothing of the way.
ORDINARY = "procedures/competitive"


def procedure_of(pack: Pack, scheme: Scheme) -> Procedure:
    """The procedure a case of `scheme` lives by. Raises `BadInput` when the scheme names one that nobody has."""
    known = known_procedures(pack)
    name = scheme.procedure or ORDINARY
    if name not in known:
        problem = mistakes.UNKNOWN_PROCEDURE.at(word=name, hint=near(name, known))
        raise BadInput([problem.placed(file=scheme.file, line=scheme.line)])
    return known[name]


def known_procedures(pack: Pack) -> Mapping[str, Procedure]:
    """Every procedure a scheme of `pack` may name: the shared ones, those of its shipped parents, its own."""
    known = dict(_shared())
    for parent in pack.parents:
        known |= _of_parent(parent)
    return known | {procedure.id: procedure for procedure in pack.procedures}


def _shared() -> dict[str, Procedure]:
    return {f"procedures/{procedure.id}": procedure for procedure in shared_procedures()}


@cache
def _of_parent(pack: str) -> Mapping[str, Procedure]:
    return {f"{pack}/{procedure.id}": procedure for procedure in read_procedures(find_pack(pack), _shared(), [])}
