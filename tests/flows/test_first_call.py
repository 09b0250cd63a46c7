"""The tutorial of the platform, walked in the demo word by word: what it says one clicks or sees is there to be clicked or seen."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.flows.filling import fill
from tests.flows.office import ROOT, Office, environment
from tests.flows.visitors import Visitors

if TYPE_CHECKING:
    from playwright.sync_api import Page

_TUTORIAL = ROOT / "docs" / "tutorials" / "first-call.md"
_SEED = "import django; django.setup(); from zhinan.server import clock; from zhinan.server.demo.seed import seed; seed(now=clock.now())"
_MONEY = {
    "project.total_budget": "300万元", "project.requested_grant": "90万元", "project.self_raised": "210万元", "project.payment_mode": "前引导",
    "project.budget_lines": '[{"class": "设备费", "fiscal": "90万元", "own": "210万元", "basis": "提取设备"}]',
}  # fmt: skip
_WORDS = {f"project.{name}": "枸杞多糖低温连续提取。" for name in ("summary", "content", "foundation", "schedule")}
_TITLE = "枸杞多糖低温连续提取"
_LETTER = "兴科函〔2026〕88号"


@pytest.fixture(scope="module")
def office(seeds: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The demo, as `zhinan demo` fills it."""
    home = tmp_path_factory.mktemp("demo") / "home"
    home.mkdir()
    for command in (["-m", "django", "migrate", "-v", "0"], ["-m", "django", "createcachetable", "-v", "0"], ["-c", _SEED]):
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=environment(home), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    running = Office(home, {}, {})
    running.open()
    yield running
    running.close()


class Reader:
    """Someone who follows the tutorial; remembers every page they saw, as it read."""

    def __init__(self, visitors: Visitors) -> None:
        self.visitors, self.page = visitors, visitors.arrive()
        self.seen: list[str] = []

    def look(self, name: str) -> Page:
        """Read the page: its words, and what its boxes hold or offer."""
        self.page.wait_for_load_state()
        self.seen.append(self.page.locator("body").inner_text())
        self.seen += self.page.locator("input, textarea, option").evaluate_all(
            "all => all.map((it) => it.value + ' ' + it.textContent)"
        )
        self.visitors.look(self.page, f"tutorial-{name}")
        return self.page

    def become(self, name: str) -> Page:
        """Be somebody else, by the button with their name."""
        self.page.goto("/demo/")
        self.look("who")
        self.page.get_by_role("button", name=f"当{name}").click()
        self.page.wait_for_url("**/desk/")
        return self.look(name)

    def click(self, role: str, name: str, look: str) -> Page:
        """Click what is called so, and read the page it leads to."""
        self.page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]  # a role by its name
        return self.look(look)


def test_the_tutorial_can_be_followed_word_by_word(visitors: Visitors) -> None:
    reader = Reader(visitors)
    _publish(reader)
    _fill_in(reader)
    _hand_in(reader)
    _recommend(reader)
    _take_in(reader)
    _verify(reader)
    seen = "\n".join(reader.seen)
    said = re.findall(r"\*\*(.+?)\*\*", _TUTORIAL.read_text(encoding="utf-8").partition("\n# In English\n")[0])
    assert said
    assert [words for words in said if words not in seen] == []


def _publish(reader: Reader) -> None:
    reader.become("何青禾")
    reader.click("link", "批次管理", "calls")
    page = reader.click("link", "银川市2026年度成果转化（中试熟化）专项", "call")
    page.get_by_label("研发投入须连续未下降的年数").fill("2年")
    page.get_by_label("视为较高的最低资信等级").select_option(label="A级")
    page.get_by_label("成果年限从哪一天往前算").fill("2025-12-31")
    reader.click("button", "保存", "settled")
    reader.click("link", "发布…", "publish")
    reader.click("button", "发布", "published")
    reader.click("link", "公开页面", "public")


def _fill_in(reader: Reader) -> None:
    reader.become("周晓枸")
    page = reader.click("link", _TITLE, "money")
    fill(page, _MONEY)
    expect(page.locator("[data-state]")).to_contain_text("已保存")
    expect(page.get_by_text("按现有填写，可以申报")).to_be_visible()
    reader.look("money-filled")
    page.get_by_role("button", name="保存，下一页").click()
    page.wait_for_url("**/form/about/")
    fill(page, _WORDS)
    reader.look("words")
    page.get_by_role("button", name="保存，去核对提交").click()
    page.wait_for_url("**/submit/")
    reader.look("ready")
    reader.click("button", "交单位审核", "handed-over")


def _hand_in(reader: Reader) -> None:
    reader.become("林贺兰")
    page = reader.click("link", _TITLE, "submit")
    page.get_by_label("我单位承诺").check()
    page.get_by_role("button", name="提交", exact=True).click()
    page.wait_for_url("**/receipt/**")
    reader.look("receipt")
    page.get_by_role("main").locator('a[href^="/verify/"]').click()
    expect(page.get_by_role("heading", name="回执属实")).to_be_visible()
    reader.look("verified")


def _recommend(reader: Reader) -> None:
    reader.become("唐向渠")
    reader.click("link", "办件", "queue")
    page = reader.click("link", _TITLE, "case")
    page.get_by_role("link", name=re.compile("^核对（")).click()
    for item in page.locator("main form fieldset").all():
        item.get_by_label("是", exact=True).check()
    reader.look("check")
    reader.click("button", "保存", "checked")
    page = reader.click("link", "去推荐清单", "list")
    page.get_by_role("row", name=re.compile(_TITLE)).get_by_role("button", name=re.compile("加入清单")).click()
    reader.look("listed")
    page = reader.click("link", "出函并发出", "send")
    page.get_by_label("推荐函文号").fill(_LETTER)
    page.get_by_role("button", name="确认发出").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(_LETTER)
    reader.look("sent")


def _take_in(reader: Reader) -> None:
    reader.become("苏沙枣")
    reader.click("link", "办件", "intake")
    page = reader.click("link", _TITLE, "intake-case")
    page.get_by_role("link", name=re.compile("^核对（")).click()
    for item in page.locator("main form fieldset").all():
        item.get_by_label("是", exact=True).check()
    reader.click("button", "保存并返回办件", "intake-checked")
    reader.click("link", "受理", "accept")
    reader.click("button", "确认：受理", "accepted")
    reader.click("link", "办理记录", "history")


def _verify(reader: Reader) -> None:
    reader.become("严青石")
    reader.click("link", "事件链", "record")
    reader.click("button", "现在核验", "record-verified")
