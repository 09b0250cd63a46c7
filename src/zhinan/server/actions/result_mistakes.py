"""What can stand in the way of closing, explaining, advising and ranking, in words."""

from __future__ import annotations

from zhinan.values.problem import Mistake
from zhinan.values.text import Text

NOT_SCORING = Mistake(
    "not-scoring",
    Text("这一轮不在评分中，不能结束评分", "the round is not being scored"),
    Text("刷新页面，看看它到了哪一步", "reload the page to see how far it has come"),
)
SHEETS_MISSING = Mistake(
    "sheets-missing",
    Text(
        "{number} 号项目只有 {have} 份评分表，至少要 {least} 份；还没有交的：{labels}",
        "case {number} has {have} sheets of at least {least}; missing: {labels}",
    ),
    Text("催交，或请专家回避、由候补专家接替", "remind the experts, or have alternates take their seats"),
)
NO_COMMITTEE = Mistake(
    "no-committee",
    Text("{number} 号项目的程序没有重大项目论证环节", "the procedure of case {number} knows no committee for major projects"),
    Text("去掉“重大项目”的勾选", "take the tick off"),
)
NOT_CLOSED = Mistake(
    "not-closed",
    Text("评分还没有结束，或者排序已经确定", "scoring is not over yet, or the ranking is fixed already"),
    Text("刷新页面，看看它到了哪一步", "reload the page to see how far it has come"),
)
BAD_LINE = Mistake(
    "bad-line",
    Text("分数线须在 1 到 {most} 名之间", "the line lies between 1 and {most}"),
    Text("填预计立项的数目", "write how many are expected to be awarded"),
)
NOT_WILD = Mistake(
    "not-wild", Text("这份评分不需要说明", "nothing is asked about this sheet"), Text("刷新页面", "reload the page")
)
TOO_LATE = Mistake(
    "explained-too-late",
    Text("排序已经确定，不再收评分说明", "the ranking is fixed; reasons are no longer taken"),
    Text("有话要说的，联系组织评审的主管部门", "write to the authority that runs the review"),
)
REASON_SHORT = Mistake(
    "reason-short",
    Text("理由太短（至少 {least} 个字）", "the reason is too short (at least {least} characters)"),
    Text("写明具体依据", "say what it rests on"),
)
UNEXPLAINED = Mistake(
    "wild-unexplained",
    Text("{number} 号项目专家 {label} 的离散评分还没有说明", "the outlying sheet {label} of case {number} has no reason yet"),
    Text("等专家说明，或者由您记录为什么没有说明", "wait for the expert, or record why there is none"),
)
AT_COMMITTEE = Mistake(
    "at-committee",
    Text("{number} 号项目还在重大项目论证", "case {number} is still before the committee"),
    Text("先登记论证结果", "enter the committee's advice first"),
)
UNSTATED = Mistake(
    "preference-unstated",
    Text("{number} 号项目：“{says}”（{clause}）还没有认定", "case {number}: “{says}” ({clause}) is not decided yet"),
    Text("在下面选“符合”或“不符合”", "choose below whether it holds"),
)
STALE = Mistake(
    "scores-stale",
    Text("结束评分后又交了评分表，得分还没有重算", "sheets were handed in after the scores were worked out"),
    Text("先重新计算得分", "work the scores out again first"),
)
NOT_AT_COMMITTEE = Mistake(
    "not-at-committee",
    Text("这个项目不在重大项目论证环节", "the case is not before the committee"),
    Text("刷新页面", "reload the page"),
)
NOTHING_TO_RANK = Mistake(
    "nothing-to-rank",
    Text("没有可以排序的项目", "there is nothing to rank"),
    Text("看看各项目到了哪一步", "see where the cases stand"),
)
PASS_OPEN = Mistake(
    "second-pass-open",
    Text("再次评分还没有交齐", "a further pass of scoring is not handed in yet"),
    Text("等专家交齐，再重新计算得分", "wait for the sheets, then work the scores out again"),
)
