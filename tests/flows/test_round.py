"""A whole round in the browser: made, asked, drawn, scored, calibrated, discussed, ranked, decided, on notice, objected to, awarded."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.flows.between import POINTS
from tests.flows.office import ROOT, Office, environment
from tests.flows.visitors import Visitors
from zhinan.server import clock

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

ROUND = "yc-2026-r1"
#: Who is before the browser of those who declare and score.
EXPERT = "r-expert-1"
PANEL = {"size": "3", "finance": "1", "outside": "0", "per_unit": "1", "threshold": "10", "least_sheets": "3"}
PHRASES = {"officer": "贺兰山下的雪水，二〇二六", "r-auditor": "塞上江南稻花香，一二三四"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A platform with five cases at their review and eight experts in the bank."""
    home = tmp_path_factory.mktemp("office") / "home"
    home.mkdir()
    for command in ("migrate", "createcachetable"):
        _python(home, "django", command, "--verbosity", "0")
    running = Office(home, **_meanwhile(home, "fill"))
    running.open()
    yield running
    running.close()


def _python(home: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, env=environment(home), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _meanwhile(home: Path, step: str, *about: str) -> Any:
    """What others do without a browser; see `others.py`."""
    return json.loads(_python(home, "tests.flows.between", step, *about).splitlines()[-1])


def test_a_round_from_its_making_to_the_award(visitors: Visitors) -> None:
    officer = visitors.arrive("officer")
    _make(visitors, officer)
    _declare(visitors)
    _draw(visitors, officer)
    _score(visitors)
    _look_at_results(visitors, officer)
    _meet(visitors, officer)
    _rank(visitors, officer)
    _decide(visitors, officer)
    notice = _publish(visitors, officer)
    receipt, word = _object(visitors, notice)
    _answer(visitors, officer, receipt)
    _read_the_answer(visitors, receipt, word)
    visitors.office.close()
    visitors.office.open("tests.flows.later:application")
    _end_the_notice(officer)
    _award(visitors, officer)
    assert _meanwhile(visitors.office.home, "verify") == []


# -- from the cases to the panels ---------------------------------------------------------------------


def _tab(page: Page, name: str) -> None:
    """Go to another page of the round, as one does: by its tabs."""
    page.get_by_role("navigation", name=re.compile("这一轮评审|This round")).get_by_role("link", name=name, exact=True).click()


def _done(page: Page, button: str | re.Pattern[str], says: str) -> None:
    """Press a button; it is said to be done."""
    page.get_by_role("main").get_by_role("button", name=button, exact=isinstance(button, str)).click()
    expect(page.locator("body")).to_contain_text(says)


def _make(visitors: Visitors, page: Page) -> None:
    """The officer makes a round of what waits, sets its rules and days, confirms them and asks every expert."""
    page.goto("/desk/")
    page.get_by_role("link", name="评审", exact=True).first.click()
    page.get_by_role("link", name="新建一轮评审").click()
    page.get_by_label("中文名称").fill("第一轮网上评审")
    page.get_by_label("英文名称").fill("First round")
    _done(page, "建立", f"已建立：{ROUND}")
    _done(page, "列入勾选的项目", "已列入 5 个项目")
    visitors.look(page, "r-01-cases")
    _tab(page, "规则")
    for name, figure in PANEL.items():
        page.locator(f'[name="{name}"]').fill(figure)
    page.locator('[name="kind"][value="mean"]').check()
    for name, days in (("declare_by", 3), ("score_by", 10)):
        page.locator(f'[name="{name}"]').fill(f"{clock.now() + timedelta(days=days):%Y-%m-%dT%H:%M}")
    _done(page, "保存规则", "规则已保存")
    visitors.look(page, "r-02-rules")
    _tab(page, "进度")
    page.get_by_label(re.compile("^已核对")).check()
    visitors.look(page, "r-03-course")
    _done(page, "确认规则，开始邀请专家", "可以邀请专家了")
    for box in page.locator('[name="expert"]').all():
        box.check()
    _done(page, "邀请勾选的专家", "已邀请 8 位专家")
    visitors.look(page, "r-04-asked")


def _declare(visitors: Visitors) -> None:
    """One expert declares on a telephone, in English, to be tied to nobody; the others do so elsewhere."""
    page = visitors.arrive(EXPERT, lang="en", width=360)
    page.goto("/inbox/")
    visitors.look(page, "r-05-message")
    page.goto("/reviewing/")
    page.get_by_role("link", name="First round").click()
    expect(page.get_by_role("main")).not_to_contain_text("枸杞多糖")
    page.get_by_label(re.compile("^With the others")).check()
    visitors.look(page, "r-06-declare")
    _done(page, "Declare", "Declared, thank you")
    assert _meanwhile(visitors.office.home, "declare", ROUND) == 7


def _draw(visitors: Visitors, officer: Page) -> None:
    """The officer commits; officer and auditor seal, then open; the panels are drawn and anyone can read how."""
    officer.goto(f"/rounds/{ROUND}/")
    _tab(officer, "抽取")
    visitors.look(officer, "r-07-prospect")
    _done(officer, "冻结输入并提交", "抽取已提交")
    auditor = visitors.arrive("r-auditor")
    auditor.goto("/rounds/")
    auditor.get_by_role("link", name="第一轮网上评审").click()
    _tab(auditor, "抽取")
    parties = {"officer": officer, "r-auditor": auditor}
    for login, page in parties.items():
        page.get_by_label("我的随机短语").fill(PHRASES[login])
        _done(page, "封存", "已封存")
    visitors.look(auditor, "r-08-sealed")
    for login, page in parties.items():
        page.goto(f"/rounds/{ROUND}/draw/")
        page.get_by_label(re.compile("^开启")).fill(PHRASES[login])
        _done(page, "开启", "已开启")
    officer.goto(f"/rounds/{ROUND}/draw/")
    _done(officer, "抽取专家组", "专家组已抽出")
    visitors.look(officer, "r-09-panels")
    stranger = visitors.arrive()
    stranger.goto(f"/draws/{ROUND}/1/")
    for phrase in PHRASES.values():
        expect(stranger.get_by_role("main")).to_contain_text(phrase)
    visitors.look(stranger, "r-10-public-draw")


# -- scores and the meeting ---------------------------------------------------------------------------


def _score(visitors: Visitors) -> None:
    """One expert takes a seat and scores by keyboard; the other sheets are handed in elsewhere."""
    mine = _meanwhile(visitors.office.home, "seats", ROUND)[0]
    page = visitors.arrive(mine["login"])
    page.goto("/reviewing/")
    page.locator(f'a[href="/reviewing/seat/{mine["seat"]}/"]').click()
    visitors.look(page, "r-11-seat")
    _done(page, "接受评审", "已接受")
    boxes = page.locator("[data-criterion]")
    for number in range(1, boxes.count() + 1):
        most = float(boxes.nth(number - 1).get_attribute("data-most") or "0")
        page.keyboard.press(str(number))
        page.keyboard.type(f"{int(most * POINTS[mine['case']] / 100)}")
        page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.keyboard.type("目标明确，路线可行，指标可以测量；产业化的时间安排偏紧，建议补充中试条件的说明。" * 3)
    page.keyboard.press("Escape")
    page.locator("#field-verdict").focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-left]")).to_be_hidden()
    visitors.look(page, "r-12-sheet")
    page.get_by_role("button", name="提交评分").focus()
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text("已提交")
    assert _meanwhile(visitors.office.home, "score", ROUND) == 14


def _look_at_results(visitors: Visitors, page: Page) -> None:
    """The officer closes the scoring with a line of two: official scores rank, calibrated ones stand beside them."""
    page.goto(f"/rounds/{ROUND}/")
    _tab(page, "评分")
    visitors.look(page, "r-13-progress")
    _tab(page, "结果")
    page.get_by_label(re.compile("^预计立项数")).fill("2")
    _done(page, "结束评分", "评分已结束")
    expect(page.get_by_role("main")).to_contain_text("校准分（仅供参考）")
    expect(page.get_by_role("main").locator("table").get_by_text(re.compile(r"±")).first).to_be_visible()
    visitors.look(page, "r-14-results")


def _meet(visitors: Visitors, page: Page) -> None:
    """A meeting discusses the first case: its experts vote, the votes are counted, minutes are kept."""
    _tab(page, "会评")
    for box in page.locator('[name="agenda"]').all():
        box.set_checked(box.get_attribute("value") == "1")
    page.get_by_label("地点").fill("三楼会议室")
    _done(page, "召集", "会评已定，已通知专家")
    expect(page.get_by_role("main")).to_contain_text("· 三楼会议室")
    for box in page.locator('[name="present"]').all():
        box.check()
    _done(page, "开始讨论", "讨论已开始")
    _done(page, re.compile("^开始投票"), "投票中")
    visitors.look(page, "r-15-meeting")
    mine = _meanwhile(visitors.office.home, "seats", ROUND)[0]
    expert = visitors.arrive(mine["login"], width=360)
    expert.goto("/reviewing/")
    expert.get_by_role("main").locator(f'a[href="/reviewing/{ROUND}/meeting/"]').click()
    expert.get_by_role("radio", name="同意", exact=True).check()
    visitors.look(expert, "r-16-vote")
    _done(expert, re.compile("^投票"), "改投")
    assert _meanwhile(visitors.office.home, "vote", ROUND) == 2
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("已投 3 票")
    _done(page, re.compile("^结束投票并计票"), "第 1 次投票")
    _done(page, "保存纪要，结束会评", "已结束的会评")
    visitors.look(page, "r-17-minutes")
    minutes = page.get_by_role("link", name="纪要 PDF").get_attribute("href")
    assert page.request.get(str(minutes)).body().startswith(b"%PDF")


# -- from the ranking to the award --------------------------------------------------------------------


def _rank(visitors: Visitors, page: Page) -> None:
    """The ranking is fixed by the official scores; if a sheet happens to lie apart, its reason is noted first."""
    _tab(page, "结果")
    while (noting := page.get_by_role("button", name="记录", exact=True)).count():
        page.locator('[name^="reason:"]').first.fill("专家在会上作了口头说明，见纪要。")
        noting.first.click()
    page.get_by_role("link", name="确定排序").click()
    for box in page.locator('main input[type="radio"][value="no"]').all():
        box.check()
    visitors.look(page, "r-18-fix")
    _done(page, "确定排序", "排序已确定")
    numbers = [int(re.findall(r"(\d+)/$", str(link.get_attribute("href")))[0]) for link in _rows(page).locator("a").all()]
    assert numbers == [5, 4, 3, 2, 1]
    visitors.look(page, "r-19-ranking")


def _rows(page: Page) -> Locator:
    return page.get_by_role("main").locator("table").first.locator("tbody tr")


def _decide(visitors: Visitors, page: Page) -> None:
    """Two projects, none in reserve: tried, kept, cleared, decided."""
    page.get_by_role("link", name="去分配资金").click()
    for name, figure in {"budget": "100", "most_projects": "2", "most_reserves": "0"}.items():
        page.locator(f'[name="{name}"]').fill(figure)
    page.get_by_role("button", name="试算，不保存").click()
    _done(page, "采用这套规则", "已保存")
    _done(page, re.compile("^核查拟立项的 2 项"), "已保存")
    visitors.look(page, "r-20-cleared")
    clause = page.locator('[name="clause"]')
    clause.select_option(index=1)
    _done(page, "保存决定", "决定已保存：2 项立项")
    visitors.look(page, "r-21-decided")


def _publish(visitors: Visitors, page: Page) -> str:
    """The list goes on public notice for three working days. Returns its address."""
    _tab(page, "公示")
    page.get_by_label("公示几个工作日").fill("3")
    page.get_by_label(re.compile("^受理异议的部门和方式")).fill("监督科，金凤区某路1号")
    _done(page, "发布公示", "已公示")
    visitors.look(page, "r-22-notices")
    return f"/notices/{ROUND}-n1/"


def _object(visitors: Visitors, notice: str) -> tuple[str, str]:
    """Somebody without an account objects, on a telephone and in English. Returns the receipt and its word."""
    page = visitors.arrive(lang="en", width=360)
    page.goto("/notices/")
    page.get_by_role("main").locator(f'a[href="{notice}"]').click()
    visitors.look(page, "r-23-notice")
    page.get_by_role("link", name="Object").first.click()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("alert")).to_contain_text("No name is given")
    page.get_by_label(re.compile("^Name, or full name")).fill("某某")
    page.get_by_label(re.compile("^How to reach you")).fill("somebody@example.org")
    page.get_by_label(re.compile("^Facts and reasons")).fill("The pilot line it speaks of was sold last year.")
    visitors.look(page, "r-24-object")
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your objection was received")
    visitors.look(page, "r-25-receipt")
    receipt, word = (code.inner_text() for code in page.get_by_role("main").locator("code").all()[:2])
    return receipt, word


def _answer(visitors: Visitors, page: Page, receipt: str) -> None:
    """The officer finds the objection, admits it, looks into it, and dismisses it in writing."""
    page.goto("/desk/")
    page.get_by_role("link", name="异议", exact=False).first.click()
    page.get_by_role("main").get_by_role("link", name=receipt).click()
    _done(page, "受理", "核查和答复")
    page.locator('[name="findings"]').fill("现场核查：中试线在原址运行，台账和照片齐全。")
    page.locator('[name="answer"]').fill("经现场核查，中试线在原址正常运行，异议不成立。")
    page.get_by_label("不成立", exact=True).check()
    visitors.look(page, "r-26-objection")
    _done(page, "答复", "答复时间")


def _read_the_answer(visitors: Visitors, receipt: str, word: str) -> None:
    page = visitors.arrive()
    page.goto("/notices/")
    page.get_by_role("link", name="查询异议答复").click()
    page.get_by_label(re.compile("^回执编号")).fill(receipt)
    page.get_by_label(re.compile("^查询码")).fill(word)
    _done(page, "查询", "中试线在原址正常运行，异议不成立。")
    expect(page.get_by_role("main")).not_to_contain_text("台账")
    visitors.look(page, "r-27-answer")


def _end_the_notice(page: Page) -> None:
    page.goto(f"/rounds/{ROUND}/notice/")
    _done(page, "结束公示", "公示已结束")


def _award(visitors: Visitors, page: Page) -> None:
    """Both talks are entered, both awards issued with one letter; anyone finds them."""
    _tab(page, "谈话和立项")
    for _ in range(2):
        for name in ("is_unit_present", "is_leader_present"):
            page.locator(f'[name="{name}"][value="是"]').check()
        page.locator('[name="matters"]').fill("专款专用，按期完成指标，及时报告重大变化。")
        visitors.look(page, "r-28-talk")
        _done(page, "登记谈话", "谈话已登记")
    for box in page.locator('[name="case"]').all():
        box.check()
    page.get_by_label(re.compile("^立项文件文号")).fill("银科发〔2026〕12号")
    page.locator('[name="fiscal"][value="是"]').check()
    visitors.look(page, "r-29-issue")
    _done(page, "下达", "已下达 2 项")
    stranger = visitors.arrive(width=360)
    stranger.goto("/awards/")
    expect(stranger.get_by_role("main").locator("tbody tr")).to_have_count(2)
    for text in ("YC-2026-001", "YC-2026-002", "银科发〔2026〕12号"):
        expect(stranger.get_by_role("main")).to_contain_text(text)
    visitors.look(stranger, "r-30-awards")
