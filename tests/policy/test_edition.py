"""The reader's edition: every clause once, every kind of item described, nothing in a pack can become markup."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from tests.policy.making import OUTLINE, loaded, made
from tests.policy.test_diff import small
from zhinan.policy.edition import KINDS_OF_ITEM, Entry, depths_of, passages
from zhinan.policy.edition_pages import edition_html, edition_markdown
from zhinan.policy.item import Item
from zhinan.policy.load import load_pack, shipped_packs
from zhinan.policy.model import Pack
from zhinan.policy.vocabulary import base_vocabulary, words_of
from zhinan.values.text import Lang, Text

LANGS: tuple[Lang, ...] = ("zh", "en")


def html(pack: Pack, lang: Lang = "zh") -> str:
    return edition_html(pack, words_of(base_vocabulary(), pack.parameter_words()), lang)


def markdown(pack: Pack, lang: Lang = "zh") -> str:
    return edition_markdown(pack, words_of(base_vocabulary(), pack.parameter_words()), lang)


def entries(pack: Pack, path: str) -> tuple[Entry, ...]:
    found = passages(pack, words_of(base_vocabulary(), pack.parameter_words()))
    return next(passage.entries for passage in found if passage.path == path)


class Page(HTMLParser):
    """What a browser makes of a page: the elements in order, their attributes, the text, and whether every tag is closed."""

    VOID = ("meta", "br")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


# ─── what ships ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("id", shipped_packs())
def test_every_clause_of_a_shipped_pack_appears_once_and_says_something(id: str) -> None:
    pack = load_pack(id)
    found = passages(pack, words_of(base_vocabulary(), pack.parameter_words()))
    assert [passage.path for passage in found] == [clause.path for clause in pack.clauses]
    assert [passage.path for passage in found if not passage.entries and passage.informational is None] == []
    for lang in LANGS:
        page = Page(html(pack, lang))
        anchors = [attrs["id"] for tag, attrs in page.elements if tag == "section"]
        assert len(anchors) == len(set(anchors)) == len(pack.clauses)
        headings = re.findall(r"^#+ (.*)$", markdown(pack, lang), flags=re.MULTILINE)
        assert len(headings) == 1 + len(pack.clauses)


@pytest.mark.parametrize("id", shipped_packs())
def test_every_item_that_cites_a_clause_is_described_there(id: str) -> None:
    pack = load_pack(id)
    cited = Counter(path for item in pack.items() for path in item.clauses)
    found = passages(pack, words_of(base_vocabulary(), pack.parameter_words()))
    assert {each.path: len(each.entries) for each in found if cited[each.path]} == dict(cited)
    empty = [(each.path, entry) for each in found for entry in each.entries if not (entry.says.zh and entry.says.en)]
    assert empty == []


@pytest.mark.parametrize("id", shipped_packs())
@pytest.mark.parametrize("lang", LANGS)
def test_a_page_is_whole_and_asks_for_nothing_from_outside(id: str, lang: Lang) -> None:
    text = html(load_pack(id), lang)
    page = Page(text)
    assert page.open == []
    assert {tag for tag, _ in page.elements} & {"script", "link", "img", "iframe", "object", "form"} == set()
    assert [name for _, attrs in page.elements for name in attrs if name.startswith("on") or name in ("src", "style")] == []
    assert "url(" not in text
    assert "@import" not in text


@pytest.mark.parametrize("id", shipped_packs())
def test_the_contents_lead_to_clauses(id: str) -> None:
    page = Page(html(load_pack(id)))
    anchors = {f"#{attrs['id']}" for tag, attrs in page.elements if tag == "section"}
    links = [attrs["href"] for tag, attrs in page.elements if tag == "a"]
    assert links != []
    assert [link for link in links if link not in anchors] == []


def test_headings_follow_the_outline() -> None:
    levels = [tag for tag, _ in Page(html(load_pack("yinchuan-2026"))).elements if re.fullmatch(r"h\d", tag)]
    assert levels[:6] == ["h1", "h2", "h2", "h3", "h3", "h4"]  # title, contents, 一, 一¶, 一(一), 一(一)1
    steps = [int(after[1]) - int(before[1]) for before, after in pairwise(levels)]
    assert max(steps) == 1  # no level is skipped on the way down


def test_a_clause_of_ten_is_not_beneath_the_first() -> None:
    assert depths_of(["专栏1", "专栏1-1", "专栏10", "专栏10-1", "二(三)", "二(三)—1"]) == {
        "专栏1": 0, "专栏1-1": 1, "专栏10": 0, "专栏10-1": 1, "二(三)": 0, "二(三)—1": 1,
    }  # fmt: skip


# ─── every kind of item ─────────────────────────────────────────────────────────────────────────


def kinds_of_item(kind: type[Item] = Item) -> set[type[Item]]:
    return {each for child in kind.__subclasses__() for each in ({child} | kinds_of_item(child))}


def test_every_kind_of_item_has_a_name() -> None:
    # slotted dataclasses leave the class they were made from behind: names tell whether a kind is known
    assert {kind.__name__ for kind in kinds_of_item()} == {kind.__name__ for kind in KINDS_OF_ITEM}


def test_the_small_pack_with_everything_is_described(tmp_path: Path) -> None:
    pack = small(tmp_path)
    described = {passage.kind.zh.partition("·")[0] for path in ("一", "一(一)", "一(二)") for passage in entries(pack, path)}
    wanted = {
        "事项", "由人判断", "支持方向", "参数", "条件", "优先", "材料", "金额", "拨款", "遴选", "受理科室", "推荐单位", "义务",
        "任务", "支持措施", "管理规定", "登记事项", "办理流程", "动作", "评价指标", "评分项",
    }  # fmt: skip
    assert described == wanted


def test_an_entry_tells_its_notes_and_what_is_run(tmp_path: Path) -> None:
    pack = small(tmp_path)
    (task,) = [each for each in entries(pack, "一") if each.id == "T-1"]
    assert task == Entry(
        Text("任务", "task"), "T-1", Text("建平台", "build"),
        (Text("责任单位：科技局", "units in charge: bureau"), Text("期限：2025-12-31", "day it is due: 2025-12-31"),
         Text("完成标志：平台", "what shows that it is done: platform")),
    )  # fmt: skip
    (condition,) = [each for each in entries(pack, "一(一)") if each.kind.zh.startswith("条件")]
    assert condition == Entry(
        Text("条件·自动判定", "condition, decided from facts"), "", Text("人数不超过上限", "staff within the limit"), (),
        (Text("申报单位.从业人数 ≤ 300人", "applicant.staff <= 300 people"),),
    )  # fmt: skip
    (payment,) = [each for each in entries(pack, "一(二)") if each.kind.zh == "拨款"]
    assert payment.says == Text(
        "前引导；立项时 40%、验收后 其余；包干制", "upfront; 40% on establishment, the rest after acceptance; lump sum"
    )


def test_a_clause_that_only_its_rules_carry_shows_the_items_that_carry_them() -> None:
    pack = load_pack("xinjiang-liangqu-2025")
    assert "六" not in {path for item in pack.items() for path in item.clauses}
    found = entries(pack, "六")
    assert found != ()
    assert len(set(found)) == len(found)


def test_each_reading_of_a_condition_is_told_by_what_it_means() -> None:
    (age,) = [each for each in entries(load_pack("yinchuan-2026"), "六(一)2") if "40周岁" in each.says.zh]
    assert [run.zh for run in age.runs] == [
        "含40周岁：年龄(项目负责人.出生日期, 2026-12-31) ≤ 40岁", "不含40周岁：年龄(项目负责人.出生日期, 2026-12-31) < 40岁",
    ]  # fmt: skip


# ─── nothing becomes markup ─────────────────────────────────────────────────────────────────────

EVIL = "<script>alert(1)</script><b onclick=x>&amp;\"'*_`[a](b)"


def evil_pack(home: Path) -> Pack:
    """The small pack with markup wherever its author may write text."""
    quoted = '"' + EVIL.replace("\\", "\\\\").replace('"', '\\"') + '"'
    outline = OUTLINE.replace("{zh: 专项, en: the special}", f"{{zh: {quoted}, en: {quoted}}}").replace(
        "zh: 只是说明", f"zh: {quoted}"
    )
    changes = (
        ("outline.yaml", OUTLINE, outline), ("pack.yaml", "zh: 小指南, en", f"zh: {quoted}, en"),
        ("pack.yaml", "zh: 银川市科学技术局", f"zh: {quoted}"), ("schemes/small-grant.yaml", "zh: 小额专项", f"zh: {quoted}"),
        ("schemes/small-grant.yaml", "zh: 人数不超过上限", f"zh: {quoted}"),
    )  # fmt: skip
    read = loaded(made(home, *changes))
    assert read.problems == ()
    return read.pack


def test_a_page_shows_text_as_it_is_written(tmp_path: Path) -> None:
    text = html(evil_pack(tmp_path))
    page = Page(text)
    assert {tag for tag, _ in page.elements} & {"script", "b"} == set()
    assert page.text.count(EVIL) == 8  # title twice, issuer, gist twice, informational, scheme, condition
    assert "<script" not in text.replace("<style", "")


def test_markdown_shows_text_as_it_is_written(tmp_path: Path) -> None:
    text = markdown(evil_pack(tmp_path))
    assert re.search(r"(?<!\\)<script", text) is None
    assert re.search(r"(?<!\\)\[a", text) is None
    assert "\\<script>alert(1)\\</script>" in text
