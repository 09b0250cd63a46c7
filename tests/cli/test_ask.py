"""`zhinan ask`: what is asked, how answers are read, what they change, and the file that is left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from zhinan.policy.subject import read_subject
from zhinan.policy.vocabulary import base_vocabulary

Run = Callable[..., Any]  # conftest's Ran cannot be imported from a test


@pytest.fixture
def talk(zhinan: Run, pocket: str) -> Run:
    """A conversation about the small pack, on a fixed day, with these answers typed one after another."""

    def held(*answers: str, args: tuple[str, ...] = (), subject: str = "new.yaml", lang: str = "zh") -> Any:
        typed = "".join(f"{answer}\n" for answer in answers)
        return zhinan("ask", subject, "--pack", pocket, "--on", "2026-03-01", "--lang", lang, *args, typed=typed)

    return held


#: Every fact of the small firm's scheme, in the order it is asked; some answers are wrong at first.
FIRM = ("是", "无", "d-p1", "1", "2", "1500", "1500万元", "?", "120", "100万元")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_conversation_as_it_is_read(talk: Run, golden: Callable[[str, str], None], lang: str) -> None:
    answers = ("yes", "none", "d-p1", "1", "2", "1500", "15 000 000 CNY", "?", "120", "1 000 000 CNY", "")

    ran = talk(*answers, args=("--scheme", "small-firms"), lang=lang)

    assert (ran.code, ran.err) == (0, "")
    golden(f"ask-{lang}.txt", ran.out)


def test_the_answers_are_in_the_file_and_read_back(talk: Run, tmp_path: Path) -> None:
    ran = talk(*FIRM, args=("--scheme", "small-firms", "--out", "done.yaml"))

    assert ran.code == 0
    assert ran.out.endswith("已写入 done.yaml。接着可以：zhinan assess done.yaml\n")
    assert (tmp_path / "done.yaml").read_text(encoding="utf-8") == (
        "申报单位:\n"
        "  独立法人: 是\n"
        "  上年营业收入: 1500万元\n"
        "  从业人数: 120人\n"
        "  重大事故: 无\n"
        "项目:\n"
        "  支持方向: D-P1.2\n"
        "  总研发投入: 100万元\n"
    )
    assert dict(read_subject(tmp_path / "done.yaml", base_vocabulary()).facts) == {
        "applicant.legal_person": True,
        "applicant.revenue_last_year": 1_500_000_000,
        "applicant.staff": 120,
        "applicant.incidents": (),
        "project.direction": "D-P1.2",
        "project.total_rnd_investment": 100_000_000,
    }


def test_an_answer_that_ends_a_scheme_ends_its_questions(talk: Run) -> None:
    ran = talk("否", args=("--scheme", "small-firms"))

    assert "→ 小企业创新资金 ✗ 不符合；结论都已确定\n" in ran.out
    assert "申报单位.独立法人应为“是”，现为“否”（一(一)）\n" in ran.out
    assert "重大事故" not in ran.out


def test_what_is_not_known_is_not_asked_again(talk: Run) -> None:
    ran = talk("", "", "", "", "", "", args=("--scheme", "small-firms"))

    assert ran.code == 0
    assert [ran.out.count(f"\n{label}（") for label in ("支持方向", "独立法人", "重大事故", "上年营业收入", "从业人数")] == [
        1
    ] * 5
    assert ran.out.endswith("没有回答，没有可写的内容。\n")


def test_what_the_authority_must_set_is_not_asked(talk: Run) -> None:
    ran = talk("", "", "", args=("--scheme", "young-researchers"))

    assert "至少要有几项成果（" not in ran.out
    assert "\n出生日期（项目负责人）\n" in ran.out


def test_a_list_is_asked_record_by_record(talk: Run, tmp_path: Path) -> None:
    answers = ("是", "有", "2026-01-05", "3", "1", "是", "2020-01-01", "质量", "", "否", "q")

    talk(*answers, args=("--scheme", "small-firms", "--out", "done.yaml"))

    facts = read_subject(tmp_path / "done.yaml", base_vocabulary()).facts
    assert [dict(record) for record in facts["applicant.incidents"]] == [  # type: ignore[union-attr]  # a list of records
        {"date": __import__("datetime").date(2026, 1, 5), "kind": "safety", "grade": "major"},
        {"date": __import__("datetime").date(2020, 1, 1), "kind": "quality"},
    ]


def test_a_list_that_is_broken_off_is_kept_and_that_is_said(talk: Run, tmp_path: Path) -> None:
    ran = talk("是", "有", "2026-01-05", "安全", "重大", "也许", "q", args=("--scheme", "small-firms", "--out", "done.yaml"))

    assert "“也许”没有看懂。有就写 有，没有就写 无\n" in ran.out
    assert "“重大事故”没有问完，先记下已答的；还有的请在文件里补上。\n" in ran.out
    assert (tmp_path / "done.yaml").read_text(encoding="utf-8") == (
        "申报单位:\n  独立法人: 是\n  重大事故:\n    - 日期: 2026-01-05\n      类别: 安全\n      等级: 重大\n"
    )


def test_quitting_keeps_what_was_said(talk: Run, tmp_path: Path) -> None:
    ran = talk("是", "无", "q", "", args=("--scheme", "small-firms"))

    assert ran.out.endswith("已写入 new.yaml。接着可以：zhinan assess new.yaml\n")
    assert (tmp_path / "new.yaml").read_text(encoding="utf-8") == "申报单位:\n  独立法人: 是\n  重大事故: 无\n"


def test_nothing_is_written_against_the_will(talk: Run, tmp_path: Path) -> None:
    ran = talk("是", "q", "n", args=("--scheme", "small-firms"))

    assert ran.out.endswith("没有写文件。\n")
    assert list(tmp_path.iterdir()) == []


def test_the_end_of_the_input_writes_nothing_by_itself(talk: Run, tmp_path: Path) -> None:
    ran = talk("是", args=("--scheme", "small-firms"))

    assert ran.code == 0
    assert ran.out.endswith("没有写文件。\n")
    assert list(tmp_path.iterdir()) == []


def test_the_subject_itself_is_never_overwritten_unasked(talk: Run, write: Callable[..., str], tmp_path: Path) -> None:
    before = "# 我的单位\n申报单位: {独立法人: 是}\n"
    subject = write("mine.yaml", before)

    ran = talk("无", "q", "", args=("--scheme", "small-firms"), subject=subject)

    assert "写到哪个文件？回车 = mine-2.yaml，n = 不写\n" in ran.out
    assert (tmp_path / "mine.yaml").read_text(encoding="utf-8") == before
    assert (tmp_path / "mine-2.yaml").exists()


def test_an_old_file_in_another_encoding_is_kept_byte_for_byte(talk: Run, tmp_path: Path) -> None:
    before = "申报单位: {独立法人: 是}\n".encode("gb18030")
    (tmp_path / "mine.yaml").write_bytes(before)
    subject = str(tmp_path / "mine.yaml")

    talk("无", "q", args=("--scheme", "small-firms", "--out", subject), subject=subject)

    assert (tmp_path / "mine.yaml.bak").read_bytes() == before
    assert "重大事故: 无" in (tmp_path / "mine.yaml").read_text(encoding="utf-8")


def test_overwriting_is_said_first_and_the_old_text_is_kept(talk: Run, write: Callable[..., str], tmp_path: Path) -> None:
    before = "# 我的单位\n申报单位: {独立法人: {value: 是, source: register, on: 2026-01-02}}\n"
    subject = write("mine.yaml", before)

    ran = talk("无", "q", args=("--scheme", "small-firms", "--out", subject), subject=subject)

    assert ran.out.startswith("mine.yaml 已经存在，结束时会覆盖；原来的内容留在 mine.yaml.bak。\n")
    assert (tmp_path / "mine.yaml.bak").read_text(encoding="utf-8") == before
    assert (tmp_path / "mine.yaml").read_text(encoding="utf-8") == (
        "申报单位:\n  独立法人: {value: 是, source: register, on: 2026-01-02}\n  重大事故: 无\n"
    )


def test_nothing_is_asked_when_nothing_can_change(talk: Run, write: Callable[..., str]) -> None:
    subject = write("no.yaml", "申报单位: {独立法人: 否}\n")

    ran = talk(args=("--scheme", "small-firms"), subject=subject)

    assert ran.code == 0
    assert ran.out.startswith("没有要问的：再多的事实也不会改变结论。\n")


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("nowhere/done.yaml", "nowhere: 没有这个文件夹 [no-such-folder]\n    先建好，或换一个路径\n"),
        (".", ".: 这是一个文件夹，不是文件 [is-a-directory]\n    写出文件夹里的文件名\n"),
    ],
)
def test_a_target_that_cannot_be_written_is_refused_before_the_first_question(talk: Run, out: str, said: str) -> None:
    ran = talk(*FIRM, args=("--out", out))

    assert (ran.code, ran.out, ran.err) == (2, "", said)


def test_all_specials_of_a_real_guide_can_be_talked_through(zhinan: Run, tmp_path: Path) -> None:
    # A wrong answer is asked again, so that sooner or later each question gets one that fits.
    some = ["是", "否", "无", "1", "2", "100万元", "3", "12个月", "2年", "30%", "2026-03-01", "银川市", "91640100MA7X00001X"]
    answers = "\n".join(Random(7).choices(some, k=5000))

    ran = zhinan("ask", "new.yaml", "--pack", "yinchuan-2026", "--on", "2026-03-01", "--out", "done.yaml", typed=answers)

    again = zhinan("ask", "done.yaml", "--pack", "yinchuan-2026", "--on", "2026-03-01")
    assert (ran.code, ran.err) == (0, "")
    assert len(read_subject(tmp_path / "done.yaml", base_vocabulary()).facts) > 5
    assert again.out.startswith("没有要问的：再多的事实也不会改变结论。\n")
