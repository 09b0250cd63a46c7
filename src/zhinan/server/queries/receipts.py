"""Receipts, read by anyone who holds one: only what stands on the paper itself, and whether what was handed in is unchanged."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from zhinan.server import packs
from zhinan.server.hashing import content_hash
from zhinan.server.models import Submission
from zhinan.values.text import Text

#: As long as a receipt's number can be.
_LONGEST = 40
_HASH = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says, from the record. `is_intact`: what was handed in still has the hash it was received with."""

    number: str
    call: Text
    scheme: Text
    at: datetime
    hash: str
    is_intact: bool


def receipt_of(number: str) -> Receipt | None:
    """The receipt of that number, however its letters are written; `None` where there is none."""
    if not (wanted := receipt_number(number)):
        return None
    kept = Submission.objects.filter(receipt__iexact=wanted).select_related("application__call").first()
    if kept is None:
        return None
    case = kept.application
    name = packs.scheme(case.call.pack, case.scheme).name
    whole = content_hash(kept.content) == kept.content_hash
    return Receipt(kept.receipt, Text(case.call.title_zh, case.call.title_en), name, kept.at, kept.content_hash, whole)


def receipt_number(written: str) -> str:
    """A number as it was written down, without spaces and full-width forms; nothing if it can be none."""
    number = "".join(unicodedata.normalize("NFKC", written).split())
    return number if re.fullmatch(rf"[0-9A-Za-z_-]{{1,{_LONGEST}}}", number) else ""


def written_hash(written: str) -> str | None:
    """A fingerprint as it was copied, in groups or not; `None` if it cannot be one."""
    hash = "".join(unicodedata.normalize("NFKC", written).split()).lower()
    return hash if _HASH.fullmatch(hash) else None
