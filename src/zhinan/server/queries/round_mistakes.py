"""What can be wrong with a round of review, its asking and its draws, in words."""

from __future__ import annotations

from zhinan.values.problem import Mistake
from zhinan.values.text import Text

NO_NAME = Mistake(
    "round-no-name",
    Text(
        "中英文名称都要写，中文最多120个字，英文最多160个字符", "both names are needed: 120 characters in Chinese, 160 in English"
    ),
    Text("没有英文名称时可以照写中文", "without an English one, write the Chinese again"),
)
NOT_NOW = Mistake(
    "round-not-now",
    Text("这一轮评审现在不能这样做：{state}", "the round cannot do that now: it is {state}"),
    Text("刷新页面看看它的进度", "reload to see how far it has come"),
)
NOT_FOR_REVIEW = Mistake(
    "round-case-not-for-review",
    Text("{code} 现在不在评审环节，不能列入", "{code} does not stand at a review stage and cannot be put in"),
    Text("刷新页面后重新选择", "reload and choose again"),
)
IN_ANOTHER = Mistake(
    "round-case-in-another",
    Text("{code} 已经在另一轮评审中：{round}", "{code} is in another round already: {round}"),
    Text("先从那一轮移出", "take it out of that round first"),
)
NOTHING_CHOSEN = Mistake(
    "round-nothing-chosen", Text("没有选中任何项目", "nothing was chosen"), Text("在列表中勾选", "tick it in the list")
)
NO_CASES = Mistake(
    "round-no-cases",
    Text("这一轮还没有项目", "there is no case in the round yet"),
    Text("先列入待评审的项目", "put the cases in first"),
)
LEFT_REVIEW = Mistake(
    "round-case-left-review",
    Text("{code} 已不在评审环节（{stage}）", "{code} no longer stands at the review stage ({stage})"),
    Text("把它移出这一轮", "take it out of the round"),
)
CASE_WAS_DRAWN = Mistake(
    "round-case-was-drawn",
    Text("{code} 在作废的抽取中有过专家组，不能移出", "a draw that was voided had a panel for {code}: it cannot be taken out"),
    Text("取消这一轮，另建一轮", "cancel the round and make another"),
)
NO_SHEET = Mistake(
    "round-no-sheet",
    Text("还没有选定评分表", "no score sheet is chosen yet"),
    Text("在“规则”中选择", "choose it among the rules"),
)
NO_SUCH_SHEET = Mistake(
    "round-no-such-sheet",
    Text("没有评分表“{key}”", "there is no score sheet “{key}”"),
    Text("在列表中选择", "choose one of the list"),
)
NO_DAY = Mistake(
    "round-no-day", Text("还没有定{what}", "{what} is not set yet"), Text("在“规则”中填写", "set it among the rules")
)
DAY_OVER = Mistake(
    "round-day-over", Text("{what}（{when}）已经过去", "{what} ({when}) has passed already"), Text("改到将来", "set a time ahead")
)
DAYS_CROSS = Mistake(
    "round-days-cross",
    Text("评分截止不晚于申报回避截止", "the scoring ends no later than the declaring"),
    Text("评分截止应当更晚", "let the scoring end later"),
)
BAD_CAP = Mistake(
    "round-bad-cap",
    Text("抽取概率上限 {cap}‰ 不在1到1000之间", "the cap {cap} ‰ is not within 1 to 1000"),
    Text("通常取500‰，至少要有 专家人数‰ 能凑满一组", "usually 500 ‰"),
)
NO_PLAN_REASON = Mistake(
    "round-plan-reason-missing",
    Text("不抽取而直接确定专家组，须写明理由", "panels set without a draw need a reason"),
    Text("理由会留痕", "the reason stays on record"),
)
NOT_CONFIRMED = Mistake(
    "round-defaults-unconfirmed",
    Text(
        "评分权重、专家组组成、回避年限等为默认值，尚未确认",
        "weights, panels and look-backs are defaults that nobody has confirmed",
    ),
    Text("核对后勾选“已确认”", "look at them, then tick “confirmed”"),
)
REASON_MISSING = Mistake(
    "round-reason-missing",
    Text("请写明理由", "give the reason"),
    Text("一句话即可，会留痕", "a sentence is enough; it stays on record"),
)

# -- asking ------------------------------------------------------------------------------------------
NOBODY_CHOSEN = Mistake(
    "asking-nobody-chosen", Text("没有选中任何专家", "no expert was chosen"), Text("在名单中勾选", "tick them in the list")
)
NOT_IN_BANK = Mistake(
    "asking-not-in-bank",
    Text("专家 {code} 不在可用名单内", "the expert {code} cannot be asked"),
    Text("可能已暂停、移出或正在请假，刷新后再选", "they may be paused, removed or away: reload and choose again"),
)
BARRED_FOR_ALL = Mistake(
    "asking-barred-for-all",
    Text("专家 {code} 对本轮全部项目都应回避", "the expert {code} is barred from every case of the round"),
    Text("不邀请这位专家", "do not ask them"),
)
NO_ACCOUNT = Mistake(
    "asking-no-account",
    Text("专家 {code} 还没有账号，不能申报回避", "the expert {code} has no account and could not declare"),
    Text("在专家库中邀请开户", "invite them from the bank first"),
)
DECLARING_OVER = Mistake(
    "declaring-over",
    Text("申报回避已于 {when} 截止", "declaring ended on {when}"),
    Text("请联系主管部门", "ask the authority in charge"),
)
DECLARED_ALREADY = Mistake(
    "declared-already",
    Text("本轮专家组已开始抽取，不能再改", "the draw of this round has begun: it cannot be changed"),
    Text("如发现新的利害关系，在收到评审席位后申报", "declare what you find later on the seat you are given"),
)
NOT_OF_ROUND = Mistake(
    "declare-unit-unknown",
    Text("所选单位不在本轮名单内", "a unit that was ticked is not on the list of this round"),
    Text("刷新页面后再选", "reload and choose again"),
)
KIND_MISSING = Mistake(
    "declare-kind-missing",
    Text("“{unit}”还没有选择关系种类", "the kind of relation with “{unit}” is missing"),
    Text("在这一行选择", "choose it on its line"),
)
OTHERS_UNCONFIRMED = Mistake(
    "declare-others-unconfirmed",
    Text("还没有确认与其他单位没有利害关系", "it is not confirmed that there is no relation with the others"),
    Text("勾选最后的确认", "tick the confirmation at the end"),
)

# -- draws -------------------------------------------------------------------------------------------
TOO_FEW_DECLARED = Mistake(
    "draw-nobody-declared",
    Text("还没有专家完成申报", "no expert has declared yet"),
    Text("先邀请专家，等他们申报回避", "ask experts first, and wait for them to declare"),
)
SHORT = Mistake("draw-short", Text("凑不满专家组：{why}", "the panels cannot be filled: {why}"), Text("{mend}", "{mend}"))
INPUTS_CHANGED = Mistake(
    "draw-inputs-changed",
    Text("计算期间输入有变动，没有提交", "the inputs changed while the draw was worked out: nothing was committed"),
    Text("再提交一次", "commit again"),
)
IS_COMMITTED = Mistake(
    "draw-is-committed",
    Text("第 {number} 次抽取已经提交", "draw {number} is committed already"),
    Text("完成它，或写明理由作废后重新抽取", "finish it, or void it with a reason and draw again"),
)
REDRAW_REASON = Mistake(
    "draw-again-reason-missing",
    Text("重新抽取须写明理由", "drawing again needs a reason"),
    Text("前一次抽取照样公开，理由留痕", "the draw before stays published, the reason on record"),
)
WORK_BEGUN = Mistake(
    "draw-work-begun",
    Text("已有专家提交评分，不能重新抽取", "sheets were handed in: there is no drawing again"),
    Text("个别专家请用“更换”", "replace single experts instead"),
)
NOTHING_COMMITTED = Mistake(
    "draw-nothing-committed",
    Text("没有待完成的抽取", "there is no draw to go on with"),
    Text("先提交抽取", "commit a draw first"),
)
TOO_SHORT_NONCE = Mistake(
    "draw-nonce-short",
    Text("随机短语太短：至少 {least} 个字符", "the random phrase is too short: {least} characters at least"),
    Text("写一句别人猜不到的话", "write a phrase nobody can guess"),
)
SEALED_ALREADY = Mistake(
    "draw-sealed-already",
    Text("{party} 已经封存过了", "{party} has sealed already"),
    Text("每方只封存一次", "each party seals once"),
)
SEALING_OVER = Mistake(
    "draw-sealing-over",
    Text("已经开始开启，不能再封存", "opening has begun: nothing more can be sealed"),
    Text("按已封存的继续", "go on with what was sealed"),
)
TOO_FEW_SEALED = Mistake(
    "draw-too-few-sealed",
    Text("至少要有两方封存，现有 {have} 方", "at least two parties must seal; {have} did"),
    Text("请监督人员也封存一份", "have the supervision seal one too"),
)
NOT_SEALED = Mistake(
    "draw-not-sealed", Text("您没有封存过", "you have sealed nothing"), Text("由封存人开启", "whoever sealed opens it")
)
WRONG_NONCE = Mistake(
    "draw-wrong-nonce",
    Text("与封存的不一致", "this is not what was sealed"),
    Text("一字不差地输入封存时写下的短语", "type exactly the phrase you sealed"),
)
NOT_ALL_OPEN = Mistake(
    "draw-not-all-open",
    Text("还有未开启的：{who}", "not everything is open yet: {who}"),
    Text("全部开启后才能抽取", "all must be opened before the draw"),
)
VIOLATIONS = Mistake(
    "draw-violates",
    Text("复核没有通过，没有确认：{what}", "the check found faults; nothing was confirmed: {what}"),
    Text("请告诉平台管理员，并作废这次抽取", "tell the keeper of the platform and void this draw"),
)
NO_SCORE_DAY = Mistake(
    "draw-score-day-over",
    Text("评分截止时间没有定，或已经过去", "the end of the scoring is not set or has passed"),
    Text("先把评分截止改到将来", "set it ahead first"),
)

# -- seats -------------------------------------------------------------------------------------------
SEAT_NOT_NOW = Mistake(
    "seat-not-now", Text("这个席位现在不能这样做", "the seat cannot do that now"), Text("刷新页面看看", "reload the page")
)
SEAT_HANDED_IN = Mistake(
    "seat-handed-in",
    Text("这一席已提交评分", "the sheet of this seat was handed in"),
    Text("如有问题，请联系主管部门", "ask the authority in charge"),
)
NO_SUCH_RULE = Mistake(
    "draw-no-such-relaxation",
    Text("没有看懂要放宽哪一条", "it is not clear which rule should give way"),
    Text("用页面上的按钮", "use the buttons of the page"),
)
