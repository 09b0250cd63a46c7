"""Why a step from the review to the award is refused: what is wrong, why that matters, what to do next."""

from __future__ import annotations

from zhinan.values.problem import Mistake
from zhinan.values.text import Text

# -- bidding -----------------------------------------------------------------------------------------
LIST_FIELDS_MISSING = Mistake(
    "list-fields-missing",
    Text("榜单还缺 {count} 项：{fields}；缺了揭榜方无从应答", "the list lacks {count}: {fields}; nobody could bid on it"),
    Text("补齐后再发榜", "fill them in, then publish the list"),
)
SOLVER_UNCHECKED = Mistake(
    "solver-unchecked",
    Text("揭榜方的条件还没有核对", "whether the bidder meets the conditions has not been checked"),
    Text("主管部门先设定揭榜条件，再逐条核对", "the authority sets the conditions, then each is checked"),
)
SOLVER_UNFIT = Mistake(
    "solver-unfit",
    Text("揭榜方有 {count} 项条件不满足：{conditions}", "the bidder does not meet {count} of the conditions: {conditions}"),
    Text("条件补齐后再揭榜", "bid again once they are met"),
)
SOLVER_UNNAMED = Mistake(
    "solver-unnamed",
    Text("没有写明选定的揭榜方", "who was chosen is not named"),
    Text("写明选定的单位和理由", "name the one chosen, and say why"),
)

# -- review ------------------------------------------------------------------------------------------
NOT_DECLARED = Mistake(
    "not-declared",
    Text("专家还没有声明与本项目有无利害关系，不能打分", "the expert has not declared whether they are tied to this project"),
    Text("先作回避声明，再打分", "declare first, then score"),
)
CONFLICT_OF_INTEREST = Mistake(
    "conflict-of-interest",
    Text("专家与本项目有利害关系：{ties}，应当回避", "the expert is tied to this project: {ties}, and must step back"),
    Text("申报回避，由候补专家接替", "declare it and step back; an alternate takes the seat"),
)
EXPERT_NOT_REPLACED = Mistake(
    "expert-not-replaced",
    Text(
        "回避专家的席位还没有人接替，评审组不完整",
        "nobody has taken the seat of the expert who steps back; the panel is not whole",
    ),
    Text("由候补专家接替；候补用完的，补抽", "give the seat to the next alternate, or draw again where none is left"),
)
NO_SEATS = Mistake(
    "no-seats",
    Text("还没有抽取评审专家，无从知道应有几份评分", "no panel is drawn yet, so nobody knows how many score sheets are due"),
    Text("先抽取专家，再结束评审", "draw the panel before the review is closed"),
)
SCORES_MISSING = Mistake(
    "scores-missing",
    Text(
        "应有 {wanted} 份评分，只交了 {found} 份，评审不能结束", "{found} of {wanted} score sheets are in; the review is not over"
    ),
    Text("催交评分；专家不能评的，由候补接替", "remind the experts; who cannot score is replaced by an alternate"),
)
SCORE_UNKNOWN = Mistake(
    "score-unknown",
    Text("还没有评审得分", "there is no score yet"),
    Text("先结束评分、算出得分", "close the scoring first, so that the score is worked out"),
)
THRESHOLD_UNSET = Mistake(
    "threshold-unset",
    Text("没有设达标分数，无从判断是否通过", "no score to reach is set, so nobody can say whether it is passed"),
    Text("由主管部门设定达标分数", "the authority sets the score to reach"),
)
SCORE_NOT_REACHED = Mistake(
    "score-not-reached",
    Text("得分 {score}，低于达标分数 {threshold}", "the score is {score}, below the {threshold} to reach"),
    Text("写明理由，按未达标办理", "end the case as falling short, and say why"),
)
MAJOR_UNKNOWN = Mistake(
    "major-unknown",
    Text("还没有确定是不是重大项目", "whether this is a major project has not been settled"),
    Text("由主管部门确定", "the authority settles it"),
)
NOT_MAJOR = Mistake(
    "not-major",
    Text("不是重大项目，不用提交咨询委员会论证", "this is no major project, so the committee is not asked"),
    Text("按一般项目继续办理", "go on as with an ordinary project"),
)
IS_MAJOR = Mistake(
    "is-major",
    Text("重大项目要先经咨询委员会论证", "a major project goes to the advisory committee first"),
    Text("先提交论证", "send it to the committee"),
)
COMMITTEE_UNHEARD = Mistake(
    "committee-unheard",
    Text("没有咨询委员会的论证意见", "the advice of the committee is not on record"),
    Text("记录论证意见后再办理", "put the advice on record first"),
)

# -- ranking and money -------------------------------------------------------------------------------
NOT_RANKED = Mistake(
    "not-ranked",
    Text("排序还没有确定", "the ranking is not fixed yet"),
    Text("先在评审轮次中确定排序", "fix the ranking of the round first"),
)
PREFERENCES_NOT_APPLIED = Mistake(
    "preferences-not-applied",
    Text("还没有核对优先支持的情形，名次可能变动", "the preferences have not been applied, and may change the order"),
    Text("核对优先条件后再提出名单", "apply them, then propose the list"),
)
AMOUNT_UNKNOWN = Mistake(
    "amount-unknown",
    Text("还没有确定金额", "no amount is settled yet"),
    Text("先在资金分配中确定金额", "settle it in the allocation first"),
)
BUDGET_UNKNOWN = Mistake(
    "budget-unknown",
    Text("没有设预算，无从判断是否超出", "no budget is set, so nobody can say whether it is kept"),
    Text("由主管部门先设批次预算", "the authority sets the budget of the call"),
)
OVER_BUDGET = Mistake(
    "over-budget",
    Text("金额 {amount} 超出剩余预算 {left}", "{amount} is more than the {left} left of the budget"),
    Text("列入备选，或由主管部门调整预算", "keep it in reserve, or let the authority change the budget"),
)
CAP_UNKNOWN = Mistake(
    "cap-unknown",
    Text("没有算出支持上限，不能审定金额", "the most that may be given is not worked out, so no amount can be approved"),
    Text("先补齐计算公式需要的数据", "give the facts that the formula needs"),
)
OVER_CAP = Mistake(
    "over-cap",
    Text("金额 {amount} 超过上限 {cap}", "{amount} is more than the cap of {cap}"),
    Text("按不超过上限的金额审定", "approve no more than the cap"),
)
NOT_A_CREDIT_SCHEME = Mistake(
    "not-a-credit-scheme",
    Text("本事项不是只记额度的事项", "this scheme is not one that gives credit without money"),
    Text("按拨款事项审定金额", "approve an amount instead"),
)
TEAMS_UNSET = Mistake(
    "teams-unset",
    Text("主管部门还没有定参赛团队的数目", "the authority has not set how many teams run"),
    Text("先定团队数目", "set the number of teams first"),
)
TEAMS_FULL = Mistake(
    "teams-full",
    Text("参赛团队定为 {wanted} 个，已经列入 {listed} 个", "{wanted} teams are wanted, and {listed} are on the list already"),
    Text("不再列入；需要增加的，由主管部门调整数目", "add no more, or let the authority raise the number"),
)

# -- clearance, notice, objection --------------------------------------------------------------------
NOT_CLEARED = Mistake(
    "not-cleared",
    Text(
        "立项前核查（诚信、重复、限项）还没有做", "the check before the award (integrity, duplicates, limits) has not been made"
    ),
    Text("先做立项前核查", "make the check first"),
)
CLEARANCE_FAILED = Mistake(
    "clearance-failed",
    Text("立项前核查有 {count} 项不通过：{problems}", "the check before the award found {count} against it: {problems}"),
    Text("核实；属实的不予立项，有误的改正后重查", "look into them: refuse if they stand, mend and check again if not"),
)
NO_NOTICE = Mistake(
    "no-notice",
    Text("没有公示", "it stands on no public notice"),
    Text("先发布公示", "publish the notice first"),
)
NOTICE_NOT_OPEN = Mistake(
    "notice-not-open",
    Text("公示 {opens}（北京时间）才开始，现在是 {at}", "the notice opens at {opens} (Beijing time); it is {at}"),
    Text("公示开始后再提出", "object once it is open"),
)
NOTICE_OVER = Mistake(
    "notice-over",
    Text("公示已于 {closes}（北京时间）期满，现在是 {at}", "the notice closed at {closes} (Beijing time); it is {at}"),
    Text("向监督部门反映", "write to the supervising office"),
)
NOTICE_STILL_OPEN = Mistake(
    "notice-running",
    Text("公示到 {closes}（北京时间）才期满，现在是 {at}", "the notice runs until {closes} (Beijing time); it is {at}"),
    Text("期满后再办理", "do this once it is over"),
)
OBJECTIONS_UNKNOWN = Mistake(
    "objections-unknown",
    Text("还没有核对公示期内有无异议", "whether anyone has objected has not been looked up"),
    Text("核对异议登记后再办理", "look up the objections first"),
)
OBJECTION_OPEN = Mistake(
    "objection-open",
    Text("还有 {count} 件异议没有答复", "{count} objections are not answered yet"),
    Text("逐件核查、书面答复后再办理", "look into each and answer in writing first"),
)
OTHER_OBJECTIONS_OPEN = Mistake(
    "other-objections-open",
    Text(
        "除本件外还有 {count} 件异议没有答复，不能转回公示",
        "{count} other objections are open; the case cannot go back to its notice",
    ),
    Text("先答复其余异议", "answer the others first"),
)
ANSWER_MISSING = Mistake(
    "answer-unwritten",
    Text("没有给异议人的书面答复", "there is no written answer to the one who objected"),
    Text("写明核查的事实和结论", "write what was found and what follows from it"),
)

# -- talk and award ----------------------------------------------------------------------------------
TALK_NOT_HELD = Mistake(
    "talk-not-held",
    Text("没有立项预警谈话的记录", "there is no record of the warning talk"),
    Text("谈话后记录时间和内容", "hold it, and put its time and content on record"),
)
TALK_TO_COME = Mistake(
    "talk-to-come",
    Text("谈话时间 {held} 还没有到，现在是 {at}（北京时间）", "the talk is for {held}; it is {at} (Beijing time)"),
    Text("谈话之后再记录", "put it on record once it was held"),
)
ABSENT_FROM_TALK = Mistake(
    "absent-from-talk",
    Text("谈话时不在场：{absent}；单位和负责人都要到场", "not at the talk: {absent}; the unit and the leader must both be there"),
    Text("请双方到场后再谈", "hold it with both present"),
)
FISCAL_PROCEDURE_OPEN = Mistake(
    "fiscal-procedure-open",
    Text("财政科研项目立项程序还没有完成", "the fiscal procedure for research projects is not done"),
    Text("完成后记录，再立项", "put it on record once done, then establish"),
)
BATCH_MISSING = Mistake(
    "batch-missing",
    Text("没有写明随哪一批下达", "the batch it is issued with is not named"),
    Text("列入一个批次后下达", "put it into a batch, then issue that"),
)

ALL = tuple(value for value in list(globals().values()) if isinstance(value, Mistake))
