"""Regions: found by code or by name, refused with the nearest when unknown or unclear."""

from __future__ import annotations

from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhinan.values.regions import Level, Region, find_region, is_within, nearest_regions

YINCHUAN = Region("640100", "银川市", Level.PREFECTURE, "宁夏回族自治区/银川市")
XINGQING = Region("640104", "兴庆区", Level.COUNTY, "宁夏回族自治区/银川市/兴庆区")
PROVINCES = (
    "北京市 天津市 河北省 山西省 内蒙古自治区 辽宁省 吉林省 黑龙江省 上海市 江苏省 浙江省 安徽省 福建省 "
    "江西省 山东省 河南省 湖北省 湖南省 广东省 广西壮族自治区 海南省 重庆市 四川省 贵州省 云南省 西藏自治区 "
    "陕西省 甘肃省 青海省 宁夏回族自治区 新疆维吾尔自治区 台湾省 香港特别行政区 澳门特别行政区"
).split()
codes = st.from_regex(r"[1-9][0-9]{5}", fullmatch=True)


@pytest.mark.parametrize(
    "written", ["640100", " ６４０１００ ", "银川市", "银川", "宁夏回族自治区/银川市", "宁夏回族自治区银川市"]
)
def test_a_region_is_found_however_it_is_written(written: str) -> None:
    assert find_region(written) == YINCHUAN


@pytest.mark.parametrize("written", ["兴庆区", "兴庆", "银川市兴庆区", "640104"])
def test_a_district_is_found_alone_or_after_its_city(written: str) -> None:
    assert find_region(written) == XINGQING


def test_all_34_provinces_are_known_by_name() -> None:
    found = [find_region(name) for name in PROVINCES]

    assert len(found) == 34
    assert [(region.name, region.level, region.code[2:]) for region in found if region] == [
        (name, Level.PROVINCE, "0000") for name in PROVINCES
    ]


@pytest.mark.parametrize(
    ("short", "code"),
    [
        ("宁夏", "640000"),
        ("新疆", "650000"),
        ("内蒙古", "150000"),
        ("广西", "450000"),
        ("西藏", "540000"),
        ("香港", "810000"),
        ("黑龙江", "230000"),
        ("甘南", "623000"),
        ("贺兰", "640122"),
    ],
)
def test_a_region_is_known_without_saying_what_kind_it_is(short: str, code: str) -> None:
    region = find_region(short)

    assert region is not None
    assert region.code == code


@pytest.mark.parametrize("unclear", ["市辖区", "临夏", "哈密", "昌吉"])
def test_a_name_of_several_regions_is_not_guessed(unclear: str) -> None:
    assert find_region(unclear) is None
    assert len(nearest_regions(unclear)) > 1


@pytest.mark.parametrize(
    ("code", "region"),
    [
        ("610113", Region("610113", "610113", Level.COUNTY, "陕西省/610113")),
        ("610100", Region("610100", "610100", Level.PREFECTURE, "陕西省/610100")),
        ("640199", Region("640199", "640199", Level.COUNTY, "宁夏回族自治区/银川市/640199")),
    ],
)
def test_a_code_of_a_known_province_goes_by_its_code(code: str, region: Region) -> None:
    assert find_region(code) == region


@pytest.mark.parametrize("wrong", ["", "990000", "000000", "64010", "6401000", "银州市", "市", "区", "Yinchuan"])
def test_what_is_no_region_is_refused(wrong: str) -> None:
    assert find_region(wrong) is None


@pytest.mark.parametrize(
    ("wrong", "first"),
    [
        ("银州市", "银川市"),
        ("石咀山市", "石嘴山市"),
        ("宁夏自治区", "宁夏回族自治区"),
        ("沙坡区", "沙坡头区"),
        ("64010", "银川市"),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest(wrong: str, first: str) -> None:
    assert nearest_regions(wrong)[0].name == first


def test_suggestions_are_few_and_different() -> None:
    suggested = nearest_regions("市辖区", limit=3)

    assert len(set(suggested)) == 3
    assert {region.name for region in suggested} == {"市辖区"}


@pytest.mark.parametrize("strange", ["", "  ", "Yinchuan", "?", "()[*"])
def test_nothing_is_suggested_for_what_is_like_nothing(strange: str) -> None:
    assert nearest_regions(strange) == ()


@pytest.mark.parametrize(
    ("code", "ancestor", "inside"),
    [
        ("640104", "640104", True),
        ("640104", "640100", True),
        ("640104", "640000", True),
        ("640104", "640200", False),
        ("640104", "650000", False),
        ("640100", "640104", False),
        ("640000", "640100", False),
        ("659001", "659000", True),
        ("610113", "610000", True),
    ],
)
def test_a_region_lies_in_itself_its_city_and_its_province(code: str, ancestor: str, inside: bool) -> None:
    assert is_within(code, ancestor) is inside


@pytest.mark.parametrize(("code", "ancestor"), [("银川市", "640000"), ("640104", "64"), ("", "640000")])
def test_only_codes_are_asked_what_they_lie_in(code: str, ancestor: str) -> None:
    with pytest.raises(ValueError, match="a region code has six digits"):
        is_within(code, ancestor)


@given(codes, codes, codes)
def test_what_lies_in_a_part_lies_in_the_whole(part: str, whole: str, larger: str) -> None:
    if is_within(part, whole) and is_within(whole, larger):
        assert is_within(part, larger)


def test_every_path_in_the_table_leads_through_regions_of_the_table() -> None:
    table = resources.files("zhinan.values").joinpath("gb2260.csv").read_text(encoding="utf-8")
    regions = [region for line in table.splitlines()[1:] if (region := find_region(line[:6]))]
    by_path = {region.full_path: region for region in regions}

    assert len(regions) == len(by_path) == 294
    for region in regions:
        above, _, name = region.full_path.rpartition("/")
        assert name == region.name
        assert not above or is_within(region.code, by_path[above].code)
