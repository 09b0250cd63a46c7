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
中小企业创新发展专项: “项目实施周期不超过2年”由“可放宽”改为“自动判定”（九(四)¶）
解读: “40周岁以下”是否包含40周岁由“含40周岁”改为“不含40周岁”（六(一)2）
支持方向: 新增支持方向：商业航天（一(一)）
"""
EN = """\
the whole pack: the period in force: was “2026-01-01 to 2026-12-31”, is now “2027-01-01 to 2027-12-31”
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
    print("\n".join(lines(changes)))
    print("\n".join(lines(changes, "en")))
    assert lines(changes) == ZH.splitlines()
    assert lines(changes, "en") == EN.splitlines()
