"""What can stand in the way of a decision on the money of a round, in words."""

from __future__ import annotations

from zhinan.values.problem import Mistake
from zhinan.values.text import Text

NOT_RANKED = Mistake(
    "not-ranked-yet",
    Text("排序还没有确定，或者已经作出决定", "the ranking is not fixed yet, or it is decided already"),
    Text("刷新页面，看看这一轮到了哪一步", "reload the page to see how far the round has come"),
)
NO_BUDGET = Mistake(
    "budget-not-set",
    Text("还没有写明本轮可用的资金", "the money of this round is not stated"),
    Text("在分配规则里填写“可用资金”", "write it among the rules of the allocation"),
)
OVER_CALL = Mistake(
    "over-the-call",
    Text("可用资金 {budget} 超过本批次余下的 {left}", "{budget} is more than the {left} that the call has left"),
    Text("减少可用资金，或先调整批次的预算", "lower it, or have the budget of the call raised"),
)
REASON_SHORT = Mistake(
    "departure-reason",
    Text("调整的理由太短（至少 {least} 个字）", "the reason of a departure is too short (at least {least} characters)"),
    Text(
        "写明为什么不按排序，依据是什么；申请人可能看到",
        "say why the ranking is not followed and on what ground; the applicant may read it",
    ),
)
NO_DEPARTURE = Mistake(
    "no-departure", Text("“{code}”没有调整", "there is no departure on {code}"), Text("刷新页面", "reload the page")
)
NOT_CLEAR = Mistake(
    "award-not-clear",
    Text("“{code}”的立项前核查{state}", "{code}: the check before the award {state}"),
    Text(
        "先核查；查出问题的，认定不影响立项并写明理由，或者调整决定",
        "check it; where something was found, decide on it with a reason, or depart",
    ),
)
NO_CLAUSE = Mistake(
    "clause-for-refusal",
    Text("有 {number} 个项目不予立项，还没有选依据的条款", "{number} cases are refused and no clause is named"),
    Text("选一条政策条款", "choose a clause of the guide"),
)
NO_WAY = Mistake(
    "no-way-on",
    Text("“{code}”停在“{stage}”，那里没有对应的步骤", "{code} stands at “{stage}”, from where there is no such step"),
    Text("先把它办到排序或拟立项环节", "bring it to the ranking or the proposal first"),
)
NOT_RESERVE = Mistake(
    "not-in-reserve", Text("“{code}”不在备选中", "{code} is not in reserve"), Text("刷新页面", "reload the page")
)
OVER_LEFT = Mistake(
    "reserve-over-budget",
    Text("递补需要 {amount}，只余 {left}", "it needs {amount}, and {left} is left"),
    Text("等有项目退出后再递补", "wait until another project leaves"),
)
