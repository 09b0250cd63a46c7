"""A scheme follows the procedure it names, from wherever that ships, or else the ordinary one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.lifecycle.making import SHIPPED
from zhinan.lifecycle.procedures import known_procedures, procedure_of
from zhinan.policy.load import load_pack
from zhinan.values.problem import BadInput

YINCHUAN, XINJIANG, SHIZUISHAN = (
    load_pack(name, cases=False) for name in ("yinchuan-2026", "xinjiang-liangqu-2025", "shizuishan-2025")
)


def test_a_scheme_that_names_none_goes_the_ordinary_way() -> None:
    silent = replace(YINCHUAN.schemes[0], procedure="")

    assert procedure_of(YINCHUAN, silent) == SHIPPED["procedures/competitive"]


@pytest.mark.parametrize(
    ("pack", "name", "shipped"),
    [
        (YINCHUAN, "procedures/claim", "procedures/claim"),
        (XINJIANG, "park-city-region", "xinjiang-liangqu-2025/park-city-region"),
        (SHIZUISHAN, "ningxia-145/common", "ningxia-145/common"),
    ],
)
def test_a_name_leads_to_a_shared_an_own_or_a_parents_procedure(pack: object, name: str, shipped: str) -> None:
    assert procedure_of(pack, replace(pack.schemes[0], procedure=name)) == SHIPPED[shipped]


def test_every_shipped_scheme_finds_its_procedure() -> None:
    for pack in (YINCHUAN, XINJIANG, SHIZUISHAN):
        assert {procedure_of(pack, scheme).id for scheme in pack.schemes} <= {each.id for each in known_procedures(pack).values()}


def test_a_name_nobody_has_is_told_with_its_place() -> None:
    scheme = replace(YINCHUAN.schemes[0], procedure="procedures/competitve")
    with pytest.raises(BadInput) as bad:
        procedure_of(YINCHUAN, scheme)

    (problem,) = bad.value.problems
    assert (problem.code, problem.message.en, problem.file, problem.line) == (
        "unknown-procedure", "there is no procedure “procedures/competitve”", scheme.file, scheme.line,
    )  # fmt: skip
    assert "procedures/competitive" in problem.mend.zh
