"""Regions: the administrative divisions of GB/T 2260, found by code or by the name people write.

The table beside this module holds the 34 province-level divisions, and Gansu, Ningxia and Xinjiang down to
the county, in an edition in which 吐鲁番 and 哈密 are still 地区. A code it does not list is accepted when
its province is known; a name must be in the table.
"""

from __future__ import annotations

import csv
import difflib
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources


class Level(StrEnum):
    """How high a division stands. In GB/T 2260 the code itself tells: 640000, 640100, 640104."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"


@dataclass(frozen=True, slots=True)
class Region:
    """One division. `full_path` runs from the province down: 宁夏回族自治区/银川市/兴庆区."""

    code: str
    name: str
    level: Level
    full_path: str


def find_region(name_or_code: str) -> Region | None:
    """The one region meant by a code, a name, a path, or a name without its 省, 市, 区, 县 or 自治区.

    None when nothing is called that, and also when more than one is: `nearest_regions` then offers them.

    >>> find_region("640100").full_path
    '宁夏回族自治区/银川市'
    >>> find_region("宁夏").code, find_region("银川市兴庆区").code
    ('640000', '640104')
    >>> find_region("市辖区") is None
    True
    """
    wanted = _plain(name_or_code)
    if _is_code(wanted):
        return _table().get(wanted) or _elsewhere(wanted)
    called = _by_name().get(wanted) or _by_short_name().get(wanted) or ()
    return called[0] if len(called) == 1 else None


def is_within(code: str, ancestor_code: str) -> bool:
    """Does the region `code` lie in `ancestor_code`? A region lies within itself.

    Raises `ValueError` when either is not a six-digit code.

    >>> is_within("640104", "640000"), is_within("640104", "640200")
    (True, False)
    """
    for given in (code, ancestor_code):
        if not _is_code(given):
            raise ValueError(f"a region code has six digits, and {given!r} has not")
    return code.startswith(_stem(ancestor_code))


def nearest_regions(text: str, *, limit: int = 5) -> tuple[Region, ...]:
    """What may have been meant by a name `find_region` does not know, likeliest first; perhaps nothing.

    >>> [region.name for region in nearest_regions("银州市")][0]
    '银川市'
    >>> [region.name for region in nearest_regions("临夏")]
    ['临夏回族自治州', '临夏市', '临夏县']
    """
    wanted = _plain(text)
    if not wanted:
        return ()
    exact = [*_by_name().get(wanted, ()), *_by_short_name().get(wanted, ())]
    if exact:
        return tuple(dict.fromkeys(exact))[:limit]
    return tuple(dict.fromkeys([*_spelt_alike(wanted, limit=limit), *_holding(wanted)]))[:limit]


def _spelt_alike(wanted: str, *, limit: int) -> Iterator[Region]:
    if wanted.isdigit():
        yield from (region for code, region in _table().items() if code.startswith(wanted))
        for code in difflib.get_close_matches(wanted, _table(), n=limit, cutoff=0.7):
            yield _table()[code]
        return
    names = {**_by_short_name(), **_by_name()}
    for name in difflib.get_close_matches(wanted, names, n=limit, cutoff=0.6):
        yield from names[name]


def _holding(wanted: str) -> Iterator[Region]:
    return (region for region in _table().values() if len(wanted) > 1 and wanted in region.name)


def _plain(text: str) -> str:
    return re.sub(r"[\s/]", "", unicodedata.normalize("NFKC", text))


def _is_code(text: str) -> bool:
    return re.fullmatch(r"[0-9]{6}", text) is not None


def _stem(code: str) -> str:
    """The digits every code inside `code` begins with: 640000 → 64, 640100 → 6401."""
    return re.sub(r"(00){1,2}$", "", code)


def _elsewhere(code: str) -> Region | None:
    """A division the table does not list, in a province it does: it goes by its code."""
    if code[:2] + "0000" not in _table():
        return None
    levels = {2: Level.PROVINCE, 4: Level.PREFECTURE, 6: Level.COUNTY}
    above = _table().get(code[:4] + "00") or _table()[code[:2] + "0000"]
    return Region(code, code, levels[len(_stem(code))], f"{above.full_path}/{code}")


@cache
def _table() -> dict[str, Region]:
    """Every listed region by its code, in the order of the codes."""
    text = resources.files("zhinan.values").joinpath("gb2260.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["code"]: Region(row["code"], row["name"], Level(row["level"]), row["full_path"]) for row in rows}


@cache
def _by_name() -> dict[str, tuple[Region, ...]]:
    """兴庆区, 银川市兴庆区 and 宁夏回族自治区银川市兴庆区, each with the regions called that."""
    return _grouped(_names_of)


@cache
def _by_short_name() -> dict[str, tuple[Region, ...]]:
    """宁夏, 银川, 兴庆: the same without saying what kind of division it is."""
    return _grouped(_short_names_of)


def _grouped(names_of: Callable[[Region], Iterator[str]]) -> dict[str, tuple[Region, ...]]:
    groups: dict[str, tuple[Region, ...]] = {}
    for region in _table().values():
        for name in names_of(region):
            groups[name] = (*groups.get(name, ()), region)
    return groups


def _names_of(region: Region) -> Iterator[str]:
    parts = region.full_path.split("/")
    return ("".join(parts[start:]) for start in range(len(parts)))


_PEOPLES = "维吾尔|壮族|回族|藏族|蒙古族?|哈萨克族?|柯尔克孜|塔吉克|锡伯|裕固族|东乡族|保安族|撒拉族"
_KIND = re.compile(rf"(?P<short>.{{2,}}?)(?:{_PEOPLES})*(?:特别行政区|自治[区州县]|地区|[省市区县])")


def _short_names_of(region: Region) -> Iterator[str]:
    kind = _KIND.fullmatch(region.name)
    if kind and kind["short"] != "市辖":
        yield kind["short"]
