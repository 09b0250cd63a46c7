"""Two editions compared: whole sentences in both languages, nothing for equal packs, and something for whatever a reader sees."""

from __future__ import annotations

import json
import shutil
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.policy.making import CASES, OUTLINE, PACK, SCHEME, made
from tests.policy.test_procedures import SIMPLE
from tests.policy.test_scores import INDEX
from zhinan.cli import main
from zhinan.policy.aspects import aspects_of, expressions_of
from zhinan.policy.diff import Change, diff_packs
from zhinan.policy.item import Item
from zhinan.policy.load import load_pack, read_pack, shipped_packs
from zhinan.policy.model import Pack
from zhinan.policy.vocabulary import base_vocabulary, words_of

TALENT, SMES, YINCHUAN = "schemes/young-talent.yaml", "schemes/sme-innovation.yaml", "yinchuan-2026"
#: A plausible edition of the year after: file, what it says, what it will say.
YEAR_AFTER = [
    ("pack.yaml", "id: yinchuan-2026", "id: yinchuan-2027"),
    ("pack.yaml", "2026-01-01, to: 2026-12-31", "2027-01-01, to: 2027-12-31"),
    (TALENT, "value: 10万元", "value: 15万元"),
    (TALENT, "2026-12-31) ≤ 40岁", "2026-12-31) ≤ 38岁"), (TALENT, "2026-12-31) < 40岁", "2026-12-31) < 38岁"),
    (TALENT, "    require: 项目负责人.已有相关成果数 ≥ 1项\n", "    require: 项目负责人.已有相关成果数 ≥ 2项\n"),
    (TALENT, "  - id: ability\n", "  - id: resident\n    clause: 六(一)2\n    require: 申报单位.独立法人\n    says: {zh: 单位是独立法人, en: the unit is a legal person}\n  - id: ability\n"),
    (TALENT, "  - id: value\n    clause: 六(二)¶\n    rules: [YC06-R15]\n    judge: {zh: 预期有经济、社会或生态价值, en: \"some economic, social or ecological value is to be expected\"}\n", ""),
    (TALENT, "share: 40%", "share: 50%"),
    (TALENT, "parameters:\n", "lines:\n  - {id: overseas, name: {zh: 归国人员, en: people back from abroad}, clause: 六¶}\nparameters:\n"),
    (TALENT, "require: 材料.单位支持承诺书", "require: 材料.单位支持承诺书 且 申报单位.独立法人"),
    (SMES, "soft: true", "soft: false"),
    ("readings.yaml", "    default: inclusive\n", "    default: exclusive\n"),
    ("directions.yaml", "  - id: D-YC02\n", "  - {id: D-YC11, clause: 一(一), name: {zh: 商业航天, en: commercial space flight}}\n  - id: D-YC02\n"),
]  # fmt: skip
ZH = """\
整个政策包: 有效期由“2026-01-01 至 2026-12-31”改为“2027-01-01 至 2027-12-31”
青年科技人才培养（基础研究引导）专项: 单个项目资助上限由 10万元 提高到 15万元（六(三)¶）
青年科技人才培养（基础研究引导）专项: 新增子项：归国人员（六¶）
青年科技人才培养（基础研究引导）专项: “申请人到2026年底不超过40周岁”中的数值由 40岁 降低到 38岁（六(一)2）
青年科技人才培养（基础研究引导）专项: 新增条件：单位是独立法人（六(一)2）
青年科技人才培养（基础研究引导）专项: “至少有一项与研究方向相关的成果”对已有相关成果数的要求由 1项 提高到 2项（六(一)3）
青年科技人才培养（基础研究引导）专项: 取消条件：预期有经济、社会或生态价值（六(二)¶）
青年科技人才培养（基础研究引导）专项: “单位支持承诺书”由“材料.单位支持承诺书”改为“材料.单位支持承诺书 且 申报单位.独立法人”（六(一)4）
青年科技人才培养（基础研究引导）专项: 拨款批次由“立项时 40%、验收后 其余”改为“立项时 50%、验收后 其余”（六(三)¶）
中小企业创新发展专项: “实施周期不超过24个月”由“可放宽”改为“自动判定”（九(四)¶）
解读: “‘40周岁以下’是否包含40周岁”由“含40周岁”改为“不含40周岁”（六(一)2）
支持方向: 新增支持方向：商业航天（一(一)）
"""
EN = """\
the whole pack: the period in force: was “2026-01-01 to 2026-12-31”, is now “2027-01-01 to 2027-12-31”
Young talent and basic research: cap on the grant of a project rises from 100 000 CNY to 150 000 CNY (六(三)¶)
Young talent and basic research: new line: people back from abroad (六¶)
Young talent and basic research: a figure in “the applicant is within the age limit of 40 at the end of 2026” falls from 40 years old to 38 years old (六(一)2)
Young talent and basic research: new condition: the unit is a legal person (六(一)2)
Young talent and basic research: the limit on prior results in “at least one earlier result in the research direction” rises from 1 item to 2 items (六(一)3)
Young talent and basic research: condition dropped: some economic, social or ecological value is to be expected (六(二)¶)
Young talent and basic research: “undertaking of support by the employer”: was “documents.unit_support”, is now “documents.unit_support and applicant.legal_person” (六(一)4)
Young talent and basic research: the instalments: was “40% on establishment, the rest after acceptance”, is now “50% on establishment, the rest after acceptance” (六(三)¶)
SME innovation: “it lasts 24 months at the most”: was “may be waived”, is now “decided from facts” (九(四)¶)
readings: “does the age limit of 40 include 40”: was “40 included”, is now “40 excluded” (六(一)2)
directions: new direction: commercial space flight (一(一))
"""


def edited(home: Path, pack: str, changes: list[tuple[str, str, str]]) -> Pack:
    """A shipped pack with its text changed, in a folder named after its (new) id."""
    folder = home / "edited"
    shutil.copytree(shipped_packs()[pack], folder)
    for name, old, new in changes:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text, old
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    for case in (folder / "cases").glob("*.yaml"):
        case.unlink()
    read = read_pack(folder, base_vocabulary())
    assert [problem for problem in read.problems if problem.code != "wrong-file-name"] == []
    return read.pack


def differences(old: Pack, new: Pack) -> list[Change]:
    return diff_packs(old, new, words_of(base_vocabulary(), [*old.parameter_words(), *new.parameter_words()]))


def lines(changes: list[Change], lang: str = "zh") -> list[str]:
    if lang == "zh":
        return [f"{each.about.zh}: {each.says.zh}{f'（{each.clause}）' if each.clause else ''}" for each in changes]
    return [f"{each.about.en}: {each.says.en}{f' ({each.clause})' if each.clause else ''}" for each in changes]


def test_the_edition_of_the_year_after_is_told_in_sentences(tmp_path: Path) -> None:
    changes = differences(load_pack(YINCHUAN), edited(tmp_path, YINCHUAN, YEAR_AFTER))
    assert lines(changes) == ZH.splitlines()
    assert lines(changes, "en") == EN.splitlines()


def test_the_edition_before_is_told_the_other_way_round(tmp_path: Path) -> None:
    changes = lines(differences(edited(tmp_path, YINCHUAN, YEAR_AFTER[2:5]), load_pack(YINCHUAN)))
    assert changes == [
        "青年科技人才培养（基础研究引导）专项: 单个项目资助上限由 15万元 降低到 10万元（六(三)¶）",
        "青年科技人才培养（基础研究引导）专项: “申请人到2026年底不超过40周岁”中的数值由 38岁 提高到 40岁（六(一)2）",
    ]


def test_a_changed_target_is_told(tmp_path: Path) -> None:
    old = load_pack("shizuishan-2025")
    target = next(each for each in old.indicators if each.id == "I-SZ-02")
    new = edited(tmp_path, "shizuishan-2025", [("indicators.yaml", 'target: {op: "≥", value: "120", year: 2025}', 'target: {op: "≥", value: "150", year: 2027}')])  # fmt: skip
    (change,) = differences(old, new)
    assert change.about.zh == "指标"
    assert change.says.zh == f"“{target.name.zh}”的目标值由“≥ 120家（2025年）”改为“≥ 150家（2027年）”"
    assert change.says.en == f"the target of “{target.name.en}”: was “≥ 120 (2025)”, is now “≥ 150 (2027)”"


@pytest.mark.parametrize("id", shipped_packs())
def test_equal_packs_do_not_differ(id: str) -> None:
    pack, again = (read_pack(shipped_packs()[id], base_vocabulary()).pack for _ in range(2))
    assert differences(pack, again) == []


# ─── nothing, where a reader would notice nothing; something, where he would ────────────────────

READING = """\
readings:
  - id: R-1
    clauses: [一(一)]
    question: {zh: 含不含本数, en: is the number included}
    alternatives: {yes: {zh: 含, en: included}, no: {zh: 不含, en: not included}}
    default: yes
    recorded: true
"""
DIRECTIONS = "directions:\n  - {id: D-1, clause: 一, name: {zh: 新材料, en: materials}, topics: {zh: 硅, en: silicon}}\n"
TASKS = """\
units: [{key: K, name: {zh: 科技局, en: bureau}}, {key: F, name: {zh: 发改委, en: planning}}]
tasks: [{id: T-1, clause: 一, kind: measure, title: {zh: 建平台, en: build}, lead: K, due: 2025-12-31, evidence: {zh: 平台, en: platform}}]
"""
REGISTERS = "registers: [{id: RG-1, clause: 一, name: {zh: 台账, en: register}, group: firms, criteria: {zh: 规上, en: large}}]\n"
INSTRUMENTS = """\
instruments:
  - {id: voucher, code: V1, clause: 一, name: {zh: 创新券, en: voucher}, kind: voucher, who: {zh: 企业, en: firms}, gives: {zh: 抵扣, en: a rebate}, when: 申报单位.独立法人}
"""  # fmt: skip
PROVISIONS = """\
provisions:
  - {id: talk, clause: 一, type: procedure, says: {zh: 先谈话, en: a talk first}, every: 1年, when: 申报单位.独立法人}
"""
MORE = """\
selection: {clause: 一(二), method: competitive, planned: 5-10}
routing: [{clause: 一(二), section: 高新科, when: 申报单位.独立法人}]
recommendation: [{clause: 一(二), by: {zh: 县科技局, en: county bureau}}]
duties: [{id: report, clause: 一(二), at: acceptance, says: {zh: 提交报告, en: hand in a report}}]
payment: {clause: 一(二), modes: [upfront], instalments: [{at: establishment, share: 40%}, {at: acceptance, share: rest}], lump_sum: true}
documents: [{id: audit, clause: 一(二), name: {zh: 审计报告, en: audit report}, require: 申报单位.独立法人}]
preferences: [{id: sme, clause: 一(二), when: 申报单位.独立法人, says: {zh: 法人优先, en: legal persons first}}]
"""
FILES = {
    "readings.yaml": READING, "directions.yaml": DIRECTIONS, "tasks.yaml": TASKS, "registers.yaml": REGISTERS,
    "instruments.yaml": INSTRUMENTS, "provisions.yaml": PROVISIONS, "procedures/simple.yaml": SIMPLE,
    "indexes/innovation.yaml": INDEX, "schemes/small-grant.yaml": SCHEME + MORE, "pack.yaml": PACK, "outline.yaml": OUTLINE,
    "cases/small.yaml": CASES.split("  - id")[0].replace("cases:", "cases: []"),
}  # fmt: skip


def small(home: Path, file: str = "", old: str = "", new: str = "") -> Pack:
    """The small pack with something of everything in it, and one change."""
    folder = made(home)
    for name, text in FILES.items():
        assert name != file or old in text, old
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.replace(old, new, 1) if name == file else text, encoding="utf-8")
    read = read_pack(folder, base_vocabulary())
    assert read.problems == ()
    return read.pack


SCHEME_FILE = "schemes/small-grant.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("pack.yaml", "title: {zh: 小指南", "title: {zh: 大指南", "整个政策包: 名称由“小指南”改为“大指南”"),
        ("pack.yaml", "银川市科学技术局", "银川市科技局", "整个政策包: 发布机关由“银川市科学技术局”改为“银川市科技局”"),
        ("pack.yaml", "region: 银川市", "region: 固原市", "整个政策包: 适用地区由“640100”改为“640400”"),
        ("outline.yaml", "{zh: 金额, en: amount}", "{zh: 资金, en: money}", "条款: 内容由“金额”改为“资金”（一(二)）"),
        (SCHEME_FILE, "小额专项", "小专项", "小专项: 名称由“小额专项”改为“小专项”（一）"),
        (SCHEME_FILE, "applicant: organisation", "applicant: person", "小额专项: “小额专项”的申报主体由“单位申报”改为“个人申报”（一）"),
        (SCHEME_FILE, "kind: grant", "kind: reward", "小额专项: “小额专项”的种类由“项目资助”改为“奖励”（一）"),
        (SCHEME_FILE, "≤ 300人", "< 300人", "小额专项: “人数不超过上限”由“申报单位.从业人数 ≤ 300人”改为“申报单位.从业人数 < 300人”（一(一)）"),
        (SCHEME_FILE, "≤ 300人\n", "≤ 300人\n    when: 申报单位.规模以上\n", "小额专项: “人数不超过上限”的适用范围由“没有限定”改为“申报单位.规模以上”（一(一)）"),
        (SCHEME_FILE, "≤ 300人\n", "≤ 300人\n    evidence: [社保清单]\n", "小额专项: “人数不超过上限”由“自动判定”改为“须有佐证”（一(一)）"),
        (SCHEME_FILE, "人数不超过上限", "人数在上限以内", "小额专项: 说明由“人数不超过上限”改为“人数在上限以内”（一(一)）"),
        (SCHEME_FILE, "judge: {zh: 有意义", "judge: {zh: 有新意", "小额专项: 新增由人判断的要点：有新意（一(二)）"),
        (SCHEME_FILE, "value: 50万元", "value: 60万元", "小额专项: 上限由 50万元 提高到 60万元（一(二)）"),
        (SCHEME_FILE, "value: 50万元", "ask: authority", "小额专项: 上限由“50万元”改为“未定”（一(二)）"),
        (SCHEME_FILE, "较小(30% ×", "较小(40% ×", "小额专项: “三成，有上限”中的数值由 30% 提高到 40%（一(二)）"),
        (SCHEME_FILE, "三成，有上限", "有上限", "小额专项: 说明由“三成，有上限”改为“有上限”（一(二)）"),
        (SCHEME_FILE, "planned: 5-10", "planned: 8", "小额专项: 遴选办法由“择优；拟立项 5–10 项”改为“择优；拟立项 8 项”（一(二)）"),
        (SCHEME_FILE, "section: 高新科", "section: 农村科", "小额专项: 新增受理科室：农村科（一(二)）"),
        (SCHEME_FILE, "section: 高新科, when: 申报单位.独立法人", "section: 高新科", "小额专项: “高新科”的适用范围由“申报单位.独立法人”改为“没有限定”（一(二)）"),
        (SCHEME_FILE, "by: {zh: 县科技局", "by: {zh: 区科技局", "小额专项: 新增推荐单位：区科技局（一(二)）"),
        (SCHEME_FILE, "zh: 提交报告", "zh: 提交总结", "小额专项: 名称由“提交报告”改为“提交总结”（一(二)）"),
        (SCHEME_FILE, "modes: [upfront]", "modes: [upfront, post]", "小额专项: 拨款方式由“前引导”改为“前引导、后支持”（一(二)）"),
        (SCHEME_FILE, "lump_sum: true", "lump_sum: false", "小额专项: 经费管理由“包干制”改为“无”（一(二)）"),
        (SCHEME_FILE, "name: {zh: 审计报告", "name: {zh: 审计意见", "小额专项: 名称由“审计报告”改为“审计意见”（一(二)）"),
        (SCHEME_FILE, "documents: [{id: audit", "documents: [{id: audits", "小额专项: 取消材料：审计报告（一(二)）"),
        (SCHEME_FILE, "{id: sme, clause: 一(二), when: 申报单位.独立法人", "{id: sme, clause: 一(二), when: 申报单位.规模以上", "小额专项: “法人优先”由“申报单位.独立法人”改为“申报单位.规模以上”（一(二)）"),
        ("readings.yaml", "default: yes", "default: no", "解读: “含不含本数”由“含”改为“不含”（一(一)）"),
        ("readings.yaml", "{zh: 不含, en: not included}", "{zh: 除外, en: not included}", "解读: “含不含本数”的各种理解由“含、不含”改为“含、除外”（一(一)）"),
        ("readings.yaml", "zh: 含不含本数", "zh: 是否含本数", "解读: 解读 R-1由“含不含本数”改为“是否含本数”（一(一)）"),
        ("directions.yaml", "topics: {zh: 硅", "topics: {zh: 碳", "支持方向: “新材料”的内容由“硅”改为“碳”（一）"),
        ("directions.yaml", "name: {zh: 新材料", "name: {zh: 材料", "支持方向: 方向 D-1由“新材料”改为“材料”（一）"),
        ("tasks.yaml", "lead: K", "lead: F", "任务: “建平台”的责任单位由“科技局”改为“发改委”（一）"),
        ("tasks.yaml", "2025-12-31", "2026-12-31", "任务: “建平台”的期限由“2025-12-31”改为“2026-12-31”（一）"),
        ("tasks.yaml", "evidence: {zh: 平台", "evidence: {zh: 牌子", "任务: “建平台”的完成标志由“平台”改为“牌子”（一）"),
        ("registers.yaml", "criteria: {zh: 规上", "criteria: {zh: 全部", "登记事项: “台账”的标准由“规上”改为“全部”（一）"),
        ("instruments.yaml", "gives: {zh: 抵扣", "gives: {zh: 全免", "支持措施: “创新券”的内容由“抵扣”改为“全免”（一）"),
        ("instruments.yaml", "when: 申报单位.独立法人", "when: 申报单位.规模以上", "支持措施: “创新券”的适用范围由“申报单位.独立法人”改为“申报单位.规模以上”（一）"),
        ("provisions.yaml", "every: 1年", "every: 2年", "管理规定: “先谈话”的周期由“1年”改为“2年”（一）"),
        ("procedures/simple.yaml", "{days: 30}", "{working_days: 5}", "简易流程: “填报”的期限由“30 天内”改为“5 个工作日内”"),
        ("procedures/simple.yaml", "to: draft, by: [authority]", "to: done, by: [authority]", "简易流程: “决定”的可以办理由“立项（科技局 → 立项）、退回（科技局 → 填报）”改为“立项（科技局 → 立项）、退回（科技局 → 立项）”"),
        ("indexes/innovation.yaml", "points: 25}", "points: 30}", "创新得分: “科技人员占比”中的数值由 25分 提高到 30分（一(一)）"),
        ("indexes/innovation.yaml", "choose: best", "choose: sum", "创新得分: “研发”的算法由“取最高的一项”改为“各项相加”"),
    ],
)  # fmt: skip
def test_whatever_a_reader_would_notice_is_told(file: str, old: str, new: str, says: str, tmp_path: Path) -> None:
    changes = lines(differences(small(tmp_path / "old"), small(tmp_path / "new", file, old, new)))
    assert says in changes
    assert len(changes) <= 2, changes  # a thing told by its words is dropped and added; papers added bring their kind along


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("", "", ""),
        ("pack.yaml", 'sha256: "0"', 'sha256: "1"'),
        (SCHEME_FILE, "rules: [T1-R01]", "rules: [T1-R01, T1-R03]"),
        (SCHEME_FILE, "    clause: 一(一)\n    rules: [T1-R01]", "    clause: 一(二)\n    rules: [T1-R01]"),
        (SCHEME_FILE, "require: 申报单位.从业人数 ≤ 300人", "require: 申报单位.从业人数 <= 300 人"),
        (
            SCHEME_FILE,
            "require: 申报单位.从业人数 ≤ 300人",
            "require: {all: [{clause: 一(一), require: 申报单位.从业人数 ≤ 300人}]}",
        ),
    ],
)
def test_what_no_reader_sees_is_not_told(file: str, old: str, new: str, tmp_path: Path) -> None:
    assert lines(differences(small(tmp_path / "old"), small(tmp_path / "new", file, old, new))) == []


def test_a_clause_that_is_only_renumbered_is_not_told(tmp_path: Path) -> None:
    old = small(tmp_path / "old")
    renumbered = [(name, text.replace("一(二)", "一(三)")) for name, text in FILES.items()]
    folder = made(tmp_path / "new")
    for name, text in renumbered:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    new = read_pack(folder, base_vocabulary())
    assert new.problems == ()
    assert lines(differences(old, new.pack)) == []


#: What a reader does not see, or sees elsewhere: numbers, places, ids (by which things are matched), and parts compared alone.
NOT_SEEN = {"clause", "more_clauses", "rules", "file", "line", "id", "key", "code", "word", "workflow"}
ELSEWHERE = {
    "Scheme": {"purposes", "parameters", "branches", "conditions", "preferences", "documents", "fundings", "payments", "selections",
               "routes", "recommendations", "duties", "title"},
    "Direction": {"children"}, "Task": {"children", "kind", "links"}, "Procedure": {"roles", "stages"},
    "Index": {"root"}, "Criterion": {"children"},
    "Parameter": {"name", "value", "asked"},  # the value is told as a figure
    "Condition": {"reading", "origin"}, "Preference": {"reading"}, "Document": {"reading"}, "Funding": {"reading"},
    "Payment": {"id", "soft"},  # its condition says whether it may be waived
    "Duty": {"guard"}, "Role": {"found_by"},  # how people are found when a case runs
    "Indicator": {"area", "better", "same_as", "part_of"}, "Instrument": {"kind"},
    "Provision": {"type", "at", "guard", "indicator"}, "RegisterKind": {"group", "lifecycle"},
}  # fmt: skip


def test_every_field_of_every_item_is_seen_or_known_not_to_be() -> None:
    """A field added to an item is either compared or listed above with a reason."""
    seen = {
        "Scheme": {"name", "kind", "applicant", "procedure"}, "Line": {"name"}, "Purpose": {"judge"},
        "Parameter": {"label", "suggest", "sure"}, "Role": {"name"},
        "Condition": {"kind", "lines", "applies", "otherwise_judge", "requires", "says", "judge", "evidence", "sure"},
        "Preference": {"lines", "whens", "judge", "says"}, "Document": {"name", "lines", "applies", "requires"},
        "Funding": {"lines", "applies", "grants", "says"}, "Selection": {"method", "planned"},
        "Payment": {"lines", "applies", "modes", "instalments", "lump_sum", "budget"},
        "Route": {"section", "applies", "lines"}, "Recommendation": {"by", "applies"},
        "Duty": {"lines", "applies", "at", "soft", "says"}, "Title": {"grants", "valid_months", "sure"},
        "Direction": {"name", "topics"},
        "Indicator": {"name", "unit", "measure", "base", "target", "lead", "support", "note"}, "History": {"name", "values", "note"},
        "Task": {"title", "lead", "support", "due", "evidence"}, "Instrument": {"name", "who", "gives", "states", "applies"},
        "Provision": {"says", "judge", "applies", "requires", "every"}, "RegisterKind": {"name", "criteria"},
        "Procedure": {"name", "start"}, "Stage": {"name", "who", "documents", "deadline", "freezes", "actions", "is_final"},
        "Action": {"to", "by", "name", "guard"}, "Index": {"name", "max", "sure"},
        "Criterion": {"name", "max", "value", "bands", "score", "choose", "sure"},
    }  # fmt: skip
    packs = [load_pack(id) for id in shipped_packs()]
    found = {type(item) for pack in packs for item in pack.items()}
    fresh = {
        kind.__name__: {each.name for each in fields(kind)} - NOT_SEEN - ELSEWHERE.get(kind.__name__, set()) for kind in found
    }
    assert fresh == {name: seen[name] for name in fresh}


@pytest.mark.parametrize("id", shipped_packs())
def test_two_items_of_a_kind_have_the_same_aspects(id: str) -> None:
    """Aspects are compared side by side, so every item of a kind must list the same ones."""
    labels: dict[type[Item], set[tuple[str, ...]]] = {}
    for item in load_pack(id).items():
        told = (*(label.zh for label, _ in aspects_of(item, {})), *(label.zh for label, _ in expressions_of(item)))
        labels.setdefault(type(item), set()).add(told)
    assert {kind.__name__: found for kind, found in labels.items() if len(found) > 1} == {}


# ─── on the command line ────────────────────────────────────────────────────────────────────────


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, [*arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_command_prints_the_changes_by_scheme(tmp_path: Path) -> None:
    small(tmp_path / "old")
    small(tmp_path / "new", SCHEME_FILE, "value: 50万元", "value: 60万元")
    old, new = str(tmp_path / "old" / "tiny-2026"), str(tmp_path / "new" / "tiny-2026")
    assert run("diff", old, new, "--lang", "zh") == (
        "小指南 (tiny-2026) → 小指南 (tiny-2026)\n\n小额专项\n  上限由 50万元 提高到 60万元（一(二)）\n"
    )
    assert run("diff", old, new, "--lang", "en") == (
        "a small guide (tiny-2026) → a small guide (tiny-2026)\n\nSmall grant\n"
        "  cap rises from 500 000 CNY to 600 000 CNY (一(二))\n"
    )
    assert json.loads(run("diff", old, new, "--json", "--lang", "zh")) == {
        "old": "tiny-2026", "new": "tiny-2026",
        "changes": [{"about": "小额专项", "clause": "一(二)", "says": "上限由 50万元 提高到 60万元"}],
    }  # fmt: skip


def test_the_command_says_that_nothing_changed() -> None:
    assert run("diff", YINCHUAN, YINCHUAN, "--lang", "zh").splitlines()[1:] == ["  两个版本没有实质差别"]
    assert run("diff", YINCHUAN, YINCHUAN, "--lang", "en").splitlines()[1:] == ["  the two editions say the same"]
    assert json.loads(run("diff", YINCHUAN, YINCHUAN, "--json"))["changes"] == []


def test_a_pack_that_is_not_there_is_a_wrong_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["diff", YINCHUAN, str(tmp_path / "nothing")])
    assert result.exit_code == 2
