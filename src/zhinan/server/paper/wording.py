"""Moments, days, amounts, sizes and digests as the papers write them."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from zhinan.values.quantity import FEN, WAN
from zhinan.values.text import Lang

#: Fixed, as the typesetter wants it: China keeps one time and no summer time.
BEIJING = timezone(timedelta(hours=8))
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def written_moment(at: datetime, lang: Lang) -> str:
    """A moment in Beijing time, to the second.

    >>> from datetime import UTC
    >>> written_moment(datetime(2026, 3, 31, 9, 59, 59, tzinfo=UTC), "zh")
    '2026年3月31日 17:59:59（北京时间）'
    """
    if at.tzinfo is None:
        raise ValueError("a moment without its zone")
    here = at.astimezone(BEIJING)
    zone = "（北京时间）" if lang == "zh" else " (Beijing time)"
    return f"{written_day(here.date(), lang)} {here:%H:%M:%S}{zone}"


def written_day(day: date, lang: Lang) -> str:
    """A day as letters date it.

    >>> written_day(date(2026, 3, 31), "en")
    '31 March 2026'
    """
    return f"{day.year}年{day.month}月{day.day}日" if lang == "zh" else f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def in_wan(fen: int) -> Decimal:
    """An amount in 万元 (10 000 yuan), exact.

    >>> in_wan(150_000_000), in_wan(1)
    (Decimal('150'), Decimal('0.000001'))
    """
    return Decimal(fen) / (WAN * FEN)


def written_wan(fen: int) -> str:
    """The figure of an amount in 万元, with two decimals or as many as it has.

    >>> written_wan(150_000_000), written_wan(123_456_700_00)
    ('150.00', '12,345.67')
    """
    amount = in_wan(fen)
    digits = f"{amount:,f}"
    _, _, rest = digits.partition(".")
    return digits if len(rest) > 2 else f"{amount:,.2f}"


def written_size(octets: int) -> str:
    """The size of a file, as people say it.

    >>> written_size(0), written_size(1536), written_size(3_145_728)
    ('0 B', '1.5 KB', '3 MB')
    """
    for factor, unit in ((1 << 20, "MB"), (1 << 10, "KB")):
        if octets >= factor:
            return f"{round(octets / factor, 1):g} {unit}"
    return f"{octets} B"


def in_groups(digest: str) -> list[str]:
    """A digest in groups of eight, which can be compared by eye.

    >>> in_groups("0123456789abcdef01")
    ['01234567', '89abcdef', '01']
    """
    return [digest[start : start + 8] for start in range(0, len(digest), 8)]
