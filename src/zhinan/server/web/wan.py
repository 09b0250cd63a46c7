"""Money as officers type it in a box that counts 万元 (10 000 yuan), and back."""

from __future__ import annotations

import re
from decimal import Decimal

from zhinan.server.paper.wording import in_wan
from zhinan.server.refused import Refused
from zhinan.values.problem import Mistake
from zhinan.values.quantity import FEN, WAN
from zhinan.values.text import Text
from zhinan.values.width import half_width

_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")
_BAD_AMOUNT = Mistake(
    "bad-amount", Text("“{text}”不是以万元计的金额", "“{text}” is no amount in 10 000 yuan"),
    Text("只写数字，例如 30 或 12.5", "write a number only, such as 30 or 12.5"),
)  # fmt: skip


def fen_of(text: str) -> int | None:
    """The amount in fen; `None` for an empty box. Raises `Refused`.

    >>> fen_of("30"), fen_of(" 1,234.5万元 "), fen_of("")
    (30000000, 1234500000, None)
    """
    plain = half_width(text).replace(",", "").strip().removesuffix("万元").strip()
    if not plain:
        return None
    if not _AMOUNT.fullmatch(plain):
        raise Refused(_BAD_AMOUNT.at(text=text.strip()[:30]))
    return int(Decimal(plain) * WAN * FEN)


def wan_of(fen: int | None) -> str:
    """The figure for the box.

    >>> wan_of(30_000_000), wan_of(None)
    ('30', '')
    """
    return "" if fen is None else f"{in_wan(fen).normalize():f}"
