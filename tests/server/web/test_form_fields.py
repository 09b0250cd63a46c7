"""Answers in their boxes, and what is posted from them."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from tests.policy.shipped_forms import ALL_FIELDS, SME, field_of, made
from tests.server.web.browsing import sent
from zhinan.language.tree import Value
from zhinan.policy.form import Field
from zhinan.policy.form_answers import read_answer, write_answer
from zhinan.server.models import Answer
from zhinan.server.queries.answers_told import grid, told
from zhinan.server.queries.applications import Filled
from zhinan.server.web.form_boxes import box
from zhinan.server.web.form_fields import box_of, groups_of, options_of, posted, regions, shown, table, versions
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

TITLE, SECTOR, TITLES = field_of("project.title"), field_of("applicant.sector"), field_of("applicant.titles")
BUDGET, INDICATORS, MEMBERS = field_of("project.budget_lines"), field_of("project.indicators"), field_of("project.members")


def html(field: Field, text: str, **more: object) -> str:
    """The field as the page of a form shows it."""
    answers = (
        {field.key: Answer(key=field.key, text=text, version=3, source="register", observed_on=date(2026, 1, 1))} if text else {}
    )
    now = Filled(None, made(SME), answers, {}, {}, {}, None, None)  # type: ignore[arg-type]  # nothing else is looked at
    return render_to_string("applications/field.html", {"box": box(now, field, text, **more)})  # type: ignore[arg-type]  # as the test gives it


def post(**typed: str | list[str]) -> QueryDict:
    made_of = QueryDict(mutable=True)
    for name, values in typed.items():
        made_of.setlist(name, [values] if isinstance(values, str) else values)
    return made_of


def sample(field: Field) -> Value:
    """An answer of its kind."""
    if field.kind in ("choice", "line", "direction"):
        return field.options[-1].key
    if field.kind == "set":
        return frozenset(option.key for option in field.options[:2])
    if field.kind == "records":
        return tuple({column.key: sample(column) for column in field.columns[:limit]} for limit in (1, 99))
    return {
        "bool": False, "date": date(2026, 2, 28), "region": "640104", "code": "91640100MA0000001P", "money": 150_000_000,
        "ratio": 1, "count": 12, "duration": 24, "age": 38, "points": 80,
    }.get(field.kind, "文字")  # fmt: skip


@pytest.mark.parametrize("field", ALL_FIELDS, ids=lambda field: field.key)
def test_a_page_sent_as_it_stands_changes_no_answer(field: Field) -> None:
    written = write_answer(field, sample(field))
    assert read_answer(field, written) == sample(field)
    for text in (written, "", "读不懂的?", "第一行"):
        assert posted([field], sent(html(field, text)), {field.key: text}) == {field.key: text}


@pytest.mark.parametrize("field", ALL_FIELDS, ids=lambda field: field.key)
def test_what_is_chosen_in_an_empty_box_reads_as_that_answer(field: Field) -> None:
    written = write_answer(field, sample(field))
    texts = posted([field], sent(html(field, written)), {field.key: ""})
    assert read_answer(field, texts[field.key]) == sample(field)


def test_a_field_that_was_not_on_the_page_is_not_posted() -> None:
    assert posted([TITLE, SECTOR, BUDGET], post(**{"project.title": "甲"}), {}) == {"project.title": "甲"}


def test_what_is_chosen_is_kept_by_its_name() -> None:
    assert posted([SECTOR], post(**{"applicant.sector": "industry"}), {}) == {"applicant.sector": "工业"}
    assert posted([SECTOR], post(**{"applicant.sector": "没有这种"}), {}) == {"applicant.sector": "没有这种"}


def test_of_a_set_none_and_nothing_are_different_answers() -> None:
    name = {f"version:{TITLES.key}": "0"}
    assert posted([TITLES], post(**name), {}) == {TITLES.key: ""}
    assert posted([TITLES], post(**name, **{TITLES.key: ["无"]}), {}) == {TITLES.key: "无"}
    assert read_answer(TITLES, "无") == frozenset()
    assert (shown(TITLES, "无"), shown(TITLES, "")) == (frozenset({"无"}), frozenset())


def test_an_optional_question_can_be_left_open_again() -> None:
    optional = next(field for field in ALL_FIELDS if field.kind == "bool" and not field.is_required)
    assert [option.key for option in options_of(optional)] == ["是", "否", ""]
    assert posted([optional], post(**{optional.key: ""}), {optional.key: "是"}) == {optional.key: ""}


def test_few_options_are_shown_at_once_and_many_in_a_list() -> None:
    assert {box_of(field) for field in ALL_FIELDS} >= {
        "radio",
        "select",
        "grouped",
        "checks",
        "date",
        "longtext",
        "records",
        "text",
    }
    assert (box_of(SECTOR), box_of(field_of("applicant.kind"))) == ("radio", "select")


def test_directions_stand_below_their_roots() -> None:
    field = made("xinjiang-liangqu-2025/enterprise-leadership").field("project.direction")
    assert field is not None
    groups = groups_of(field)
    assert sum(len(group.options) for group in groups) == len(field.options)
    assert all(option.key.startswith(group.options[0].key.partition(".")[0]) for group in groups for option in group.options)


def test_regions_are_offered_down_to_the_county() -> None:
    assert "宁夏回族自治区/银川市/兴庆区" in regions()
    assert html(field_of("applicant.registered_in"), "640104").count('value="宁夏回族自治区/银川市/兴庆区"') == 1


# ─── lists ───


def test_rows_are_posted_in_the_order_of_their_numbers_and_empty_ones_are_left_out() -> None:
    typed = {
        "project.members.7.name": "乙", "project.members.2.name": "甲", "project.members.5.name": " ", "project.members.x.name": "丙",
        "project.members.9999999.name": "丁",
    }  # fmt: skip
    assert posted([MEMBERS], post(**typed), {}) == {"project.members": '[{"name": "甲"}, {"name": "乙"}]'}


def test_nothing_to_list_is_an_answer() -> None:
    typed = {"version:project.members": "0", "project.members.none": "无", "project.members.0.name": ""}
    assert posted([MEMBERS], post(**typed), {}) == {"project.members": "无"}
    assert table(MEMBERS, "无").is_none
    assert not table(MEMBERS, "").is_none
    assert len(table(MEMBERS, "").parts[0].rows) == 1


def test_what_a_row_holds_beside_the_columns_shown_is_kept() -> None:
    text = '[{"name": "甲", "born": "1990-01-01"}]'
    shown_columns = [column.key for column in MEMBERS.columns if column.key != "born"]
    narrow = Field(
        **{name: getattr(MEMBERS, name) for name in MEMBERS.__slots__}
        | {"columns": tuple(column for column in MEMBERS.columns if column.key in shown_columns)}
    )
    assert table(narrow, text).parts[0].rows[0].hidden == (("born", "1990-01-01"),)
    texts = posted([narrow], sent(html(narrow, text)), {MEMBERS.key: ""})
    assert json.loads(texts[MEMBERS.key]) == [{"name": "甲", "born": "1990-01-01"}]


def test_rows_may_name_their_columns_in_chinese() -> None:
    text = '[{"姓名": "甲"}]'
    assert [cell.value for cell in table(MEMBERS, text).parts[0].rows[0].cells if cell.key == "name"] == ["甲"]
    assert posted([MEMBERS], sent(html(MEMBERS, text)), {MEMBERS.key: text}) == {MEMBERS.key: text}


def test_indicators_stand_by_their_families() -> None:
    text = json.dumps(
        [{"name": "产值", "family": "效益指标"}, {"name": "提取率", "family": "技术指标"}, {"name": "别的"}], ensure_ascii=False
    )
    found = [(part.name and part.name.zh, [row.cells[0].value for row in part.rows]) for part in table(INDICATORS, text).parts]
    assert found == [("技术指标", ["提取率"]), ("效益指标", ["产值"]), (None, ["别的"])]


def test_the_budget_tells_what_its_lines_come_to() -> None:
    text = '[{"class": "设备费", "fiscal": "30万元", "own": "70万元"}, {"class": "业务费", "fiscal": "10万元"}]'
    assert table(BUDGET, text).sums == Text(
        "合计：财政经费 40万元，自筹经费 70万元，共 110万元", "sum: fiscal 400 000 CNY, own 700 000 CNY, in all 1 100 000 CNY"
    )
    assert table(BUDGET, '[{"fiscal": "很多"}]').sums == Text("", "")
    assert table(MEMBERS, '[{"name": "甲"}]').sums == Text("", "")


@pytest.mark.parametrize("text", ["[1]", "{", "[" * 9000, "12", '[{"name": {"a": 1}}]', "无的"])
def test_a_list_that_cannot_be_read_is_shown_and_not_lost(text: str) -> None:
    assert 'name="add"' in html(MEMBERS, text)
    kept = posted([MEMBERS], sent(html(MEMBERS, text)), {MEMBERS.key: text})[MEMBERS.key]
    assert kept == text or json.loads(kept) == [{"name": '{"a": 1}'}]


# ─── told ───


def test_an_answer_is_told_in_both_languages() -> None:
    assert told(SECTOR, "industry") == Text("工业", "industry")
    assert told(TITLE, " 枸杞 ") == Text("枸杞", "枸杞")
    assert told(MEMBERS, "无") == Text("无", "none")
    assert told(BUDGET, '[{"class": "设备费", "fiscal": "30万元"}]') == Text("设备费，30万元", "equipment, 300 000 CNY")
    assert told(SECTOR, "读不懂") == Text("读不懂", "读不懂")


def test_a_list_is_printed_as_a_table() -> None:
    headers, rows = grid(BUDGET, '[{"class": "设备费", "fiscal": "30万元"}]', "zh")
    assert (headers, rows) == (("科目", "财政经费", "自筹经费", "测算依据"), (("设备费", "30万元", "", ""),))
    assert grid(BUDGET, "读不懂", "zh")[1] == ()


def test_a_version_that_is_no_number_fits_none() -> None:
    typed = {"version:project.title": "9" * 40, "version:applicant.sector": "٣"}
    assert versions([TITLE, SECTOR, TITLES], post(**typed)) == {"project.title": -1, "applicant.sector": -1}


NAMES = st.sampled_from([
    "project.title", "version:project.title", "applicant.sector", "applicant.titles", "project.members", "project.members.none",
    "project.members.0.name", "project.members.00.name", "project.members.-1.name", "project.members.1.", "project.members.1.名",
    "project.budget_lines.3.fiscal", "project.starts_on", "project.direction", "applicant.registered_in",
])  # fmt: skip


@given(typed=st.lists(st.tuples(NAMES, st.text(max_size=30)), max_size=12), kept=st.dictionaries(NAMES, st.text(max_size=30)))
def test_whatever_is_posted_gives_texts_that_can_be_shown_again(typed: list[tuple[str, str]], kept: dict[str, str]) -> None:
    sending = QueryDict(mutable=True)
    for name, value in typed:
        sending.appendlist(name, value)
    fields = [
        TITLE,
        SECTOR,
        TITLES,
        MEMBERS,
        BUDGET,
        *map(field_of, ("project.starts_on", "project.direction", "applicant.registered_in")),
    ]
    for key, text in posted(fields, sending, kept).items():
        field = field_of(key)
        assert isinstance(text, str)
        try:
            read_answer(field, text)
        except BadInput as bad:
            assert bad.problems
        assert f'data-field="{key}"' in html(field, text)
        assert isinstance(told(field, text), Text)
