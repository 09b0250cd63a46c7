"""Experts imported from a workbook: what the preview says, what is entered, and that numbers of people stay nowhere."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import openpyxl
import pytest

from tests.server.banking import TYPED, book, expert, identity
from tests.server.making import NOON, Yinchuan, code_of, person, post
from zhinan.server.actions import expert_import as imports
from zhinan.server.actions import experts
from zhinan.server.actions.expert_import import COLUMNS, Preview
from zhinan.server.models import BankImport, Event, Expert, Role
from zhinan.server.paper.bank import read_bank, template
from zhinan.server.queries.chain import verify
from zhinan.server.refused import NotSeen, Refused
from zhinan.values.problem import BadInput

pytestmark = pytest.mark.django_db
ROW = {"name": "赵一", "unit_name": "沙湖大学", "region": "银川市", "kinds": "技术"}


@pytest.fixture
def y() -> Yinchuan:
    return Yinchuan()


def look(y: Yinchuan, content: bytes) -> Preview:
    imports.upload("yinchuan", name="专家.xlsx", content=content, declared_type="", by=y.officer, at=NOON)
    seen = imports.preview("yinchuan", by=y.officer, at=NOON)
    assert seen is not None
    return seen


def confirm(y: Yinchuan, seen: Preview, *, only_if_all: bool = False, is_vetted: bool = False) -> imports.Imported:
    return imports.import_experts("yinchuan", seen=seen.seen, only_if_all=only_if_all, is_vetted=is_vetted, by=y.officer, at=NOON)


def verdicts(seen: Preview) -> list[tuple[int, str, list[str]]]:
    return [(row.line, row.verdict, [each.code for each in row.wrong]) for row in seen.rows]


def test_what_is_right_is_entered_in_one_event(y: Yinchuan) -> None:
    full = {
        **ROW, "title": "教授", "identity": identity(1), "email": "a@example.org", "unit": code_of(3), "since": NOON.date().replace(year=2019),
        "disciplines": "46040", "directions": "D-YC09", "keywords": "膜、盐", "summary": "多年。", "most": 7,
    }  # fmt: skip
    seen = look(y, book(full, {**ROW, "name": "钱𠮷"}))
    assert verdicts(seen) == [(2, "new", []), (3, "new", [])]
    assert not Expert.objects.exists(), "nothing is entered before it is confirmed"
    before = Event.objects.count()
    assert confirm(y, seen) == imports.Imported(2, 0, 0)
    assert Event.objects.count() == before + 1
    made = Expert.objects.get(name="赵一")
    assert (made.disciplines, made.directions, made.keywords, made.most, made.source, made.status, made.region) == (
        ["46040"], ["D-YC09"], ["膜", "盐"], 7, "import", "candidate", "640100",
    )  # fmt: skip
    assert [(row.unit, str(row.since)) for row in made.tenures.all()] == [(code_of(3), "2019-03-02")]
    assert not BankImport.objects.exists()
    assert verify().faults == ()


def test_every_refused_row_says_which_column_what_and_how(y: Yinchuan) -> None:
    expert(y.officer, identity=identity(4))
    gone = expert(y.officer, name="孙三")
    experts.set_status(gone.code, "removed", by=y.officer, at=NOON, reason="退出")
    seen = look(y, book(
        {**ROW}, {**ROW, "unit_name": "沙湖 大学"}, {**ROW, "name": ""}, {**ROW, "name": "李二", "kinds": "厨师", "most": "十"},
        {**ROW, "name": "周四", "identity": 640104196001010000}, {**ROW, "name": "吴五", "identity": "12345"},
        {**ROW, "name": "郑六", "summary": f"证号{identity(9)}"}, {**ROW, "name": "王七", "identity": identity(4)},
        {**ROW, "name": "孙三", "unit_name": "凤城大学"}, {**ROW, "name": "冯八", "code": "E-0000"},
        {**ROW, "name": "陈九", "identity": identity(5)}, {**ROW, "name": "褚十", "identity": identity(5)},
        {**ROW, "name": "卫十一", "since": "2099-01-01"}, {**ROW, "name": "蒋十二", "region": ""},
    ))  # fmt: skip
    assert verdicts(seen) == [
        (2, "new", []), (3, "refused", ["expert-twice-in-file"]), (4, "refused", ["field-blank"]),
        (5, "refused", ["expert-kind", "expert-load"]), (6, "refused", ["number-rounded"]), (7, "refused", ["identity-number-length"]),
        (8, "refused", ["identity-elsewhere"]), (9, "refused", ["identity-of-another"]), (10, "refused", ["expert-removed-before"]),
        (11, "refused", ["expert-code-unknown"]), (12, "new", []), (13, "refused", ["expert-twice-in-file"]),
        (14, "refused", ["tenure-ahead"]), (15, "refused", ["field-blank"]),
    ]  # fmt: skip
    assert [each.column.zh for row in seen.rows for each in row.wrong][:4] == ["姓名", "姓名", "专家类型", "每轮最多承担件数"]
    assert all(each.mend.zh and each.mend.en and each.message.en for row in seen.rows for each in row.wrong)


def test_rows_about_someone_in_the_bank_change_them(y: Yinchuan) -> None:
    known = expert(y.officer, title="讲师", identity=identity(4), most="5")
    plain = expert(y.officer, name="李四")
    by_number = {**ROW, "name": "张枸杞", "unit_name": "贺兰山研究院", "identity": identity(4), "title": "教授", "most": ""}
    by_code = {"name": "李四四", "unit_name": "凤城大学", "region": "640104", "kinds": "技术", "code": plain.code}
    seen = look(y, book(by_number, by_code, {**ROW, "name": "张枸杞", "unit_name": "凤城大学", "identity": identity(6)}))
    assert verdicts(seen) == [(2, "change", []), (3, "change", []), (4, "new", [])]
    assert {(each.label.zh, each.before, each.after) for each in seen.rows[0].changes} == {
        ("职称", "讲师", "教授"), ("工作单位", "凤城大学", "贺兰山研究院"), ("所在地", "宁夏回族自治区银川市兴庆区", "宁夏回族自治区银川市"),
    }  # fmt: skip
    assert confirm(y, seen) == imports.Imported(1, 2, 0)
    known.refresh_from_db()
    plain.refresh_from_db()
    assert (known.title, known.most, known.status, known.tenures.count()) == ("教授", 5, "active", 2)
    assert (plain.name, plain.unit_name) == ("李四四", "凤城大学")
    assert verify().faults == ()
    again = look(y, book(by_number))
    assert verdicts(again) == [(2, "same", [])]
    with pytest.raises(Refused) as caught:
        confirm(y, again)
    assert caught.value.problem.code == "import-nothing"


def test_a_number_that_is_added_is_not_shown(y: Yinchuan) -> None:
    expert(y.officer)
    row = {**TYPED, "kinds": "技术", "identity": identity(8)}
    seen = look(y, book(row))
    assert [(each.label.zh, each.before, each.after) for each in seen.rows[0].changes] == [("身份证号", "", "＊＊＊")]


def test_only_if_all_are_right_means_none_otherwise(y: Yinchuan) -> None:
    seen = look(y, book(ROW, {**ROW, "name": "李二", "kinds": "厨师"}))
    with pytest.raises(Refused) as caught:
        confirm(y, seen, only_if_all=True)
    assert (caught.value.problem.code, Expert.objects.count()) == ("import-not-all", 0)
    assert confirm(y, seen, is_vetted=True) == imports.Imported(1, 0, 1)
    assert [each.status for each in Expert.objects.all()] == ["active"]
    with pytest.raises(Refused) as over:
        confirm(y, seen)
    assert over.value.problem.code == "import-over"


def test_a_bank_that_changed_meanwhile_is_looked_at_once_more(y: Yinchuan) -> None:
    seen = look(y, book(ROW))
    other = person("officer-2")
    post(other, Role.OFFICER, authority=y.city)
    experts.add("yinchuan", {**ROW, "kinds": "technical", "region": "640100"}, by=other, at=NOON)
    with pytest.raises(Refused) as caught:
        confirm(y, seen)
    assert caught.value.problem.code == "import-changed"
    assert Expert.objects.count() == 1


def test_what_waits_is_one_s_own_and_for_a_day(y: Yinchuan) -> None:
    look(y, book(ROW))
    other = person("officer-2")
    post(other, Role.OFFICER, authority=y.city)
    assert imports.preview("yinchuan", by=other, at=NOON) is None
    assert imports.preview("yinchuan", by=y.officer, at=NOON + timedelta(days=1)) is None
    with pytest.raises(NotSeen):
        imports.preview("yinchuan", by=y.recommender, at=NOON)
    with pytest.raises(NotSeen):
        imports.upload("yinchuan", name="a.xlsx", content=book(ROW), declared_type="", by=y.leader, at=NOON)
    imports.upload("yinchuan", name="a.xlsx", content=book(ROW), declared_type="", by=other, at=NOON + timedelta(days=2))
    assert [row.by for row in BankImport.objects.all()] == [other], "what nobody confirmed for a day is gone"
    imports.discard("yinchuan", by=other)
    assert not BankImport.objects.exists()


def test_no_number_of_a_person_is_kept_anywhere(y: Yinchuan) -> None:
    number = identity(11)
    wrong_digit = number[:-1] + ("0" if number[-1] != "0" else "1")
    seen = look(y, book(
        {**ROW, "identity": number}, {**ROW, "name": "李二", "identity": wrong_digit}, {**ROW, "name": number}, {**ROW, "name": "周四", "kinds": number},
    ))  # fmt: skip
    said = json.dumps([BankImport.objects.get().content, str(seen)], ensure_ascii=False)
    confirm(y, seen)
    said += "".join(Event.objects.values_list("body", flat=True)) + str(list(Expert.objects.values()))
    assert number not in said
    assert wrong_digit not in said


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.xlsx", "upload-empty"), (b"%PDF-1.4\n%%EOF\n", "a.pdf", "upload-wrong-kind"), (b"PK\x03\x04rubbish", "a.xlsx", None),
        (book({"name": "甲"}), "a.xlsx", "bank-no-header"), (book(header=("name", "unit_name", "region", "kinds")), "a.xlsx", "bank-empty"),
        (book(ROW, header=("name", "name", "unit_name", "region", "kinds")), "a.xlsx", "bank-column-twice"), (book(), "a.xlsx", "bank-empty"),
    ],
    ids=("nothing", "a PDF", "rubbish", "columns missing", "no rows", "a column twice", "empty"),
)  # fmt: skip
def test_a_file_that_is_no_such_workbook_is_refused(y: Yinchuan, content: bytes, name: str, code: str | None) -> None:
    with pytest.raises(BadInput) as caught:
        imports.upload("yinchuan", name=name, content=content, declared_type="", by=y.officer, at=NOON)
    assert not BankImport.objects.exists()
    if code:
        assert [each.code for each in caught.value.problems] == [code]


def test_a_cell_at_the_end_of_the_sheet_costs_nothing(y: Yinchuan) -> None:
    made = openpyxl.load_workbook(io.BytesIO(book(ROW)))
    made.active["XFD1048576"] = "="  # type: ignore[index]  # there is one
    file = io.BytesIO()
    made.save(file)
    assert verdicts(look(y, file.getvalue())) == [(2, "new", [])]


def test_the_template_can_be_filled_in_and_read_in_both_languages(y: Yinchuan) -> None:
    for lang in ("zh", "en"):
        made = openpyxl.load_workbook(io.BytesIO(template(COLUMNS, [("D-YC09", "方向", "指南")], lang)))  # type: ignore[arg-type]  # of two
        assert len(made.sheetnames) == 3
        page = made.worksheets[0]
        page.append([{"姓名": "甲", "Name": "甲"}.get(str(cell.value).strip("*"), "x") for cell in page[1]])
        file = io.BytesIO()
        made.save(file)
        (line,) = read_bank(file.getvalue(), COLUMNS).lines
        assert (line.number, line.cells["name"], line.cells.keys()) == (2, "甲", {each.key for each in COLUMNS})


def test_too_many_rows_are_refused_before_any_is_judged(y: Yinchuan) -> None:
    with pytest.raises(BadInput) as caught:
        look(y, book(*({**ROW, "name": f"专家{number}"} for number in range(2001))))
    assert [each.code for each in caught.value.problems] == ["bank-too-long"]
