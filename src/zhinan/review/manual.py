"""The reference page of the score sheets, made from the files that ship: classes, criteria, weights, and what is a default."""

from __future__ import annotations

from zhinan.review.sheet import EVALUATION_CLASSES, VERDICTS, SheetForm, plain, shipped_sheets
from zhinan.values.text import Text

_MADE = "<!-- 由 zhinan.review.manual 生成，不要手改。Made by zhinan.review.manual: do not edit by hand. -->"
_ABOUT = Text(
    "每个评价类别（分类评价）随软件提供一张评分表，文件在 `src/zhinan/packs/sheets/`。看什么，凡政策文件写明的，"
    "在“条款”一栏注出；**权重、满分、打分间隔和评语字数没有文件规定，都是默认值，由主管部门在开启评审前确认**，"
    "可以改，改后的表随评审轮次保存。",
    "One sheet ships for each class of evaluation, in `src/zhinan/packs/sheets/`. Where a document says what to look at, "
    "the clause is given. **Weights, points, steps and lengths are stated by no document: they are defaults that the "
    "authority confirms before a round is opened**, and may change; the changed sheet is kept with the round.",
)
_TOTAL = Text(
    "总分（0 到 100）＝ 各项 得分 ÷ 满分 × 权重 之和，精确计算，最后四舍五入到三位小数。",
    "The total (0 to 100) is the sum over the criteria of points ÷ most × weight, exact until it is rounded half up "
    "to three decimals.",
)


def sheets_page() -> str:
    """The page `docs/reference/score-sheets.md`."""
    verdicts = Text("、".join(each.zh for each in VERDICTS.values()), ", ".join(each.en for each in VERDICTS.values()))
    opinion = f"总体意见：{verdicts.zh}。\n\nOverall opinion: {verdicts.en}."
    head = ["# 评分表 · Score sheets", _MADE, _ABOUT.zh, _ABOUT.en, _TOTAL.zh, _TOTAL.en, opinion]
    return "\n\n".join([*head, *map(_sheet, shipped_sheets())]) + "\n"


def _sheet(sheet: SheetForm) -> str:
    name = EVALUATION_CLASSES[sheet.evaluation_class]
    step, least = plain(sheet.step), sheet.comment_least
    told = (
        f"`{sheet.key}` · {sheet.name.zh} · {sheet.name.en}\n\n"
        f"间隔 {step} 分，评语至少 {least} 字。Points in steps of {step}; a comment of {least} characters or more."
    )
    rows = [
        f"| `{each.key}` | {each.name.zh} | {each.name.en} | {plain(each.weight)}% | {plain(each.most)} | {each.clause} |"
        f" {each.says.zh} | {each.says.en} |"
        for each in sheet.criteria
    ]
    table = [
        "| | 指标 | criterion | 权重 weight | 满分 most | 条款 clause | 看什么 | what to look at |",
        "|---|---|---|---|---|---|---|---|",
    ]
    return "\n\n".join([f"## {name.zh} · {name.en}", told, "\n".join([*table, *rows])])
