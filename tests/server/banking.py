"""The bank of experts for the server's tests: experts entered by actions, workbooks filled in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

import openpyxl
from stdnum.cn.ric import calc_check_digit

from tests.server.making import NOON
from zhinan.server.actions import experts
from zhinan.server.actions.expert_import import COLUMNS
from zhinan.server.models import Expert, User

TYPED = {"name": "张枸杞", "unit_name": "凤城大学", "region": "640104", "kinds": "technical"}


def identity(number: int) -> str:
    """An identity number of nobody, with its right check digit, the same for the same number."""
    body = f"640104{1960 + number % 40}0101{number % 1000:03d}"
    return body + calc_check_digit(f"{body}0")


def expert(by: User, bank: str = "yinchuan", *, at: datetime = NOON, status: str = "active", **typed: str) -> Expert:
    """An expert entered by an officer, and confirmed."""
    made = experts.add(bank, {**TYPED, **typed}, by=by, at=at)
    return experts.set_status(made.code, status, by=by, at=at) if status != "candidate" else made


def book(*rows: dict[str, object], header: Sequence[str] = (), language: str = "zh") -> bytes:
    """A workbook with these rows, by the keys of their columns."""
    keys = header or [key for key in (each.key for each in COLUMNS) if any(key in row for row in rows)]
    names = {each.key: each.name.in_lang(language) for each in COLUMNS}  # type: ignore[arg-type]  # zh or en
    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    page.append([names.get(key, key) for key in keys])
    for row in rows:
        page.append([row.get(key) for key in keys])
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()
