"""Every form of the packs that ship, made once; and short ways to one of their fields."""

from __future__ import annotations

from functools import cache

from zhinan.policy.form import Field, Form, form_of
from zhinan.policy.load import load_pack, shipped_packs
from zhinan.policy.model import Pack
from zhinan.policy.vocabulary import base_vocabulary

VOCABULARY = base_vocabulary()


@cache
def pack_of(name: str) -> Pack:
    return load_pack(name)


def made(name: str, **chosen: object) -> Form:
    """The form of `pack/scheme`."""
    pack, _, id = name.partition("/")
    scheme = pack_of(pack).scheme(id)
    assert scheme is not None
    return form_of(pack_of(pack), scheme, VOCABULARY, **chosen)  # type: ignore[arg-type]  # as the test gives it


#: Every scheme that ships, without a line and in each of its lines.
SCHEMES = [f"{name}/{scheme.id}" for name in shipped_packs() for scheme in pack_of(name).schemes]
IN_LINES = [
    (f"{name}/{scheme.id}", line)
    for name in shipped_packs()
    for scheme in pack_of(name).schemes
    for line in ("", *(branch.id for branch in scheme.branches))
]
SME, TRANSFER = "yinchuan-2026/sme-innovation", "xinjiang-liangqu-2025/results-transfer"
ALL_FIELDS = list({field.key: field for name in SCHEMES for field in made(name).fields}.values())


def field_of(key: str) -> Field:
    """The field of that key, in the last form that has it."""
    return next(field for field in ALL_FIELDS if field.key == key)
