"""What can be wrong with a sheet, a rule, a ballot or an allocation: what it is, and how it is mended."""

from __future__ import annotations

from zhinan.values.problem import Mistake
from zhinan.values.text import Text

# -- rules as they are stored or typed ------------------------------------------------------------------
SETTING_MISSING = Mistake(
    "setting-missing",
    Text("缺少“{key}”", "“{key}” is missing"),
    Text("补上这一项", "add it"),
)
SETTING_UNKNOWN = Mistake(
    "setting-unknown",
    Text("没有“{key}”这一项", "there is no setting “{key}”"),
    Text("删去，或改成：{choices}", "leave it out, or write one of: {choices}"),
)
SETTING_WRONG = Mistake(
    "setting-wrong",
    Text("“{key}”写成“{word}”，应是{expected}", "“{key}” is “{word}”; it should be {expected}"),
    Text("改正这一项", "correct it"),
)

# -- the form of a sheet --------------------------------------------------------------------------------
NO_CRITERIA = Mistake(
    "no-criteria",
    Text("评分表没有指标，无从打分", "the sheet has no criteria, so there is nothing to score"),
    Text("至少写一项指标", "write one criterion or more"),
)
CRITERION_TWICE = Mistake(
    "criterion-twice",
    Text("指标“{key}”写了两次", "the criterion “{key}” is there twice"),
    Text("两项用不同的代号", "give the two different keys"),
)
CRITERION_KEY = Mistake(
    "criterion-key",
    Text("“{key}”不能作指标的代号", "“{key}” cannot be the key of a criterion"),
    Text(
        "用小写字母、数字和连字符；comment 和 verdict 另有用处",
        "use small letters, digits and hyphens; comment and verdict are taken",
    ),
)
NAME_EMPTY = Mistake(
    "name-empty",
    Text("“{key}”的名称没有写全（中文、英文都要）", "the name of “{key}” is not there in both languages"),
    Text("补上中文和英文名称", "write it in Chinese and in English"),
)
WEIGHTS_OFF = Mistake(
    "weights-off",
    Text("各项权重相加是 {sum}%，不是 100%", "the weights add up to {sum}%, not to 100%"),
    Text("调整权重，使之相加为 100%", "change them so that they add up to 100%"),
)
WEIGHT_NOT_POSITIVE = Mistake(
    "weight-not-positive",
    Text("“{name}”的权重是 {weight}%，须大于 0", "the weight of “{name}” is {weight}%; it must be above 0"),
    Text("改为大于 0；不要的指标删去", "make it larger, or leave the criterion out"),
)
MOST_NOT_POSITIVE = Mistake(
    "most-not-positive",
    Text("“{name}”的满分是 {most}，须大于 0", "the most that “{name}” can get is {most}; it must be above 0"),
    Text("改为大于 0", "make it larger than 0"),
)
STEP_NOT_POSITIVE = Mistake(
    "step-not-positive",
    Text("打分的最小间隔是 {step}，须大于 0", "the step of the points is {step}; it must be above 0"),
    Text("例如 1 或 0.5", "for example 1 or 0.5"),
)
MOST_BETWEEN_STEPS = Mistake(
    "most-between-steps",
    Text(
        "“{name}”的满分 {most} 不是间隔 {step} 的整数倍，谁也打不到",
        "the {most} of “{name}” is no multiple of {step}: nobody could give it",
    ),
    Text("改满分，或改间隔", "change the one or the other"),
)
COMMENT_LEAST_OFF = Mistake(
    "comment-least-off",
    Text(
        "评语最少 {have} 字，须在 0 到 {most} 之间", "the least length of the comment is {have}; it must lie between 0 and {most}"
    ),
    Text("改为这个范围内的字数", "write a number in that range"),
)
CLASS_UNKNOWN = Mistake(
    "class-unknown",
    Text("没有“{word}”这一评价类别", "there is no evaluation class “{word}”"),
    Text("可用：{choices}", "one of: {choices}"),
)

# -- a sheet that was filled in -------------------------------------------------------------------------
POINTS_MISSING = Mistake(
    "points-missing",
    Text("“{name}”还没有打分", "“{name}” has no points yet"),
    Text("填 0 到 {most} 的分数", "write points from 0 to {most}"),
)
POINTS_UNREADABLE = Mistake(
    "points-unreadable",
    Text("“{name}”写成“{word}”，读不出分数", "“{word}” for “{name}” cannot be read as points"),
    Text("只写数字，例如 {example}", "write a number only, for example {example}"),
)
POINTS_ABOVE_MOST = Mistake(
    "points-above-most",
    Text("“{name}”打了 {points} 分，满分是 {most} 分", "“{name}” got {points} points; the most is {most}"),
    Text("填 0 到 {most} 的分数", "write points from 0 to {most}"),
)
POINTS_BETWEEN_STEPS = Mistake(
    "points-between-steps",
    Text("“{name}”打了 {points} 分；分数以 {step} 为间隔", "“{name}” got {points} points; points go in steps of {step}"),
    Text("改为 {below} 或 {above}", "make it {below} or {above}"),
)
COMMENT_SHORT = Mistake(
    "comment-short",
    Text("评语 {have} 字，至少 {least} 字", "the comment has {have} characters; at least {least} are asked"),
    Text(
        "写明优点、不足和打分的理由；申报人会看到",
        "say what is strong, what is weak and why the points; the applicant will read it",
    ),
)
COMMENT_LONG = Mistake(
    "comment-long",
    Text("评语 {have} 字，最多 {most} 字", "the comment has {have} characters; at most {most} are kept"),
    Text("删去次要的话", "leave out what matters less"),
)
VERDICT_MISSING = Mistake(
    "verdict-missing",
    Text("没有选总体意见", "no overall opinion is chosen"),
    Text("选一项：{choices}", "choose one: {choices}"),
)
VERDICT_UNKNOWN = Mistake(
    "verdict-unknown",
    Text("没有“{word}”这一总体意见", "there is no overall opinion “{word}”"),
    Text("选一项：{choices}", "choose one: {choices}"),
)
NO_SUCH_FIELD = Mistake(
    "no-such-field-of-sheet",
    Text("评分表没有“{key}”这一项", "the sheet has no field “{key}”"),
    Text("刷新页面；评分表可能换过", "reload the page; perhaps the sheet has been changed"),
)

# -- scores and ranking ---------------------------------------------------------------------------------
SCORED_TWICE = Mistake(
    "scored-twice",
    Text("专家 {expert} 给项目 {case} 的分数有两份", "there are two scores of expert {expert} for case {case}"),
    Text("每位专家每个项目只用一份（最近一轮）", "use one of each expert for each case: that of the latest pass"),
)
NOT_A_SCORE = Mistake(
    "not-a-score",
    Text("专家 {expert} 给项目 {case} 的分数不是有限的数", "the score of expert {expert} for case {case} is no finite number"),
    Text("更正后重新计算", "correct it and work the scores out again"),
)
TIE_RULE_UNKNOWN = Mistake(
    "tie-rule-unknown",
    Text("没有“{word}”这一同分规则", "there is no rule “{word}” for equal scores"),
    Text("可用：{choices}", "one of: {choices}"),
)
TIE_RULE_TWICE = Mistake(
    "tie-rule-twice",
    Text("同分规则“{word}”写了两次", "the rule “{word}” for equal scores is there twice"),
    Text("删去后一个", "leave the second out"),
)
LOT_NOT_LAST = Mistake(
    "lot-not-last",
    Text("抽签已分出先后，写在它后面的规则用不上", "a lot leaves nothing undecided: rules after it are never used"),
    Text("把抽签放在最后", "put the lot last"),
)
LOT_WITHOUT_SEED = Mistake(
    "lot-without-seed",
    Text("同分要抽签，但没有种子", "equal scores are to be told apart by lot, but there is no seed"),
    Text("先公布种子，再排序", "publish the seed first, then rank"),
)
RANKED_TWICE = Mistake(
    "ranked-twice",
    Text("项目 {case} 出现了两次", "the case {case} is there twice"),
    Text("每个项目只列一次", "list each case once"),
)

# -- votes ----------------------------------------------------------------------------------------------
CHOICE_UNKNOWN = Mistake(
    "choice-unknown",
    Text("{member} 的票写成“{word}”", "the ballot of {member} says “{word}”"),
    Text("只能是：{choices}", "it must be one of: {choices}"),
)
VOTED_TWICE = Mistake(
    "voted-twice",
    Text("{member} 投了两票", "{member} voted twice"),
    Text("每人一票；改票以后一票为准，删去前一票", "one vote each; if it was changed, keep the later one only"),
)
VOTER_NOT_PRESENT = Mistake(
    "voter-not-present",
    Text("{member} 不在到会名单里，却有票", "{member} voted but is not among those present"),
    Text("补登到会，或删去这一票", "enter the member as present, or leave the ballot out"),
)
MORE_PRESENT_THAN_MEMBERS = Mistake(
    "more-present-than-members",
    Text("到会 {present} 人，多于应到的 {members} 人", "{present} are present, more than the {members} members"),
    Text("核对应到人数和到会名单", "check the number of members and the list of those present"),
)

# -- allocation -----------------------------------------------------------------------------------------
AMOUNT_NEGATIVE = Mistake(
    "amount-negative",
    Text("项目 {case} 的金额小于 0", "the amount of case {case} is below 0"),
    Text("按公式重新核算", "work it out again by the formula"),
)
DEPARTURE_WITHOUT_REASON = Mistake(
    "departure-without-reason",
    Text(
        "对项目 {case} 的调整没有写理由，或没有写是谁决定的",
        "the departure on case {case} has no reason, or nobody who decided it",
    ),
    Text("写明理由和决定人；它们随结果留存", "write the reason and who decided; both stay with the result"),
)
DEPARTURE_UNKNOWN = Mistake(
    "departure-unknown",
    Text(
        "调整所说的项目 {case} 不在名单里，或调整了两次",
        "the departure on {case} is of no case of the list, or there are two of it",
    ),
    Text("每个项目至多调整一次", "at most one departure for a case of the list"),
)
DEPARTURE_OUTCOME = Mistake(
    "departure-outcome",
    Text("对项目 {case} 的调整写成“{word}”", "the departure on case {case} says “{word}”"),
    Text("只能是：{choices}", "it must be one of: {choices}"),
)
DEPARTURE_AMOUNT = Mistake(
    "departure-amount",
    Text(
        "调整给项目 {case} 的金额是 {amount}，须大于 0 且不超过核算的 {most}",
        "the departure gives case {case} {amount}; it must be above 0 and at most the {most} that was computed",
    ),
    Text("改在这个范围内；不立项的不写金额", "keep within that; give no amount unless it is an award"),
)
DEPARTURES_OVER_BUDGET = Mistake(
    "departures-over-budget",
    Text(
        "调整立项的金额合计 {sum}，超过预算 {budget}", "the awards by departure come to {sum}, more than the budget of {budget}"
    ),
    Text("减少调整，或先增加预算", "depart less, or raise the budget first"),
)
QUOTA_CROSSED = Mistake(
    "quota-crossed",
    Text("领域“{field}”的下限高于上限", "in the field “{field}” the least is above the most"),
    Text("改下限或上限", "change the one or the other"),
)
