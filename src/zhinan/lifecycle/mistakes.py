"""Why a step is refused: what is wrong, why that matters, what to do next."""

from __future__ import annotations

from zhinan.values.problem import Mistake
from zhinan.values.text import Text

# -- the step ----------------------------------------------------------------------------------------
BROKEN_HISTORY = Mistake(
    "broken-history",
    Text(
        "办理记录接不上：“{stated}”环节的“{action}”，而申报书当时在“{stage}”环节，或该环节没有这一步",
        "the history does not fit together: “{action}” in “{stated}” while the case was in “{stage}”, or no such step there",
    ),
    Text(
        "不要改动记录；请管理员核对流程的版本和事件链",
        "change nothing; ask an administrator to check the edition of the procedure and the events",
    ),
)
NO_SUCH_STAGE = Mistake(
    "no-such-stage",
    Text("流程“{procedure}”没有环节“{stage}”", "the procedure “{procedure}” has no stage “{stage}”"),
    Text(
        "刷新页面；仍然如此，请管理员核对流程的版本",
        "reload the page; if it stays so, ask an administrator which edition of the procedure is used",
    ),
)
CASE_CLOSED = Mistake(
    "case-closed",
    Text("已办结（{stage}），不能再办理", "the case is closed ({stage}); nothing more can be done in it"),
    Text("需要重新办理的，另行申报", "to try again, file a new application"),
)
NO_SUCH_ACTION = Mistake(
    "no-such-action",
    Text(
        "“{stage}”环节不能办理“{action}”，可能有人已经先办了",
        "“{action}” cannot be done in the stage “{stage}”; perhaps someone has already acted",
    ),
    Text("刷新页面；这一环节可以：{choices}", "reload the page; what can be done here: {choices}"),
)
ROLE_MAY_NOT = Mistake(
    "role-may-not",
    Text("您不能办理“{action}”：流程把它交给{who}", "you may not do “{action}”: the procedure leaves it to {who}"),
    Text(
        "请{who}办理；您就是的，请管理员把您加入这一角色", "ask {who} to do it; if that is you, ask an administrator for the role"
    ),
)
LATER_STAGE = Mistake(
    "later-stage",
    Text(
        "平台暂不办理“{action}”：它属于立项（认定）之后的环节，目前在线下办理",
        "the platform does not carry “{action}” yet: it belongs to what follows the award, which is handled on paper for now",
    ),
    Text("按主管部门的线下程序办理", "follow the authority's procedure on paper"),
)
UNKNOWN_GUARD = Mistake(
    "unknown-guard",
    Text(
        "“{action}”要先核对“{guard}”，平台不知道怎样核对，不能放行",
        "“{action}” waits for “{guard}”, which the platform does not know how to check, so it is not let through",
    ),
    Text("请管理员核对流程文件里的这一项", "ask an administrator to check this entry of the procedure"),
)

# -- what must come with it --------------------------------------------------------------------------
REASON_MISSING = Mistake(
    "reason-missing",
    Text("没有写理由，申报人无从知道为什么", "no reason is given; the applicant could not know why"),
    Text("用一两句话写明理由", "say why in a sentence or two"),
)
CLAUSE_MISSING = Mistake(
    "clause-missing",
    Text("没有引用条款，决定缺少依据", "no clause is cited; the decision has nothing to rest on"),
    Text("选择所依据的条款", "choose the clause it rests on"),
)
CLAUSE_UNKNOWN = Mistake(
    "clause-unknown",
    Text("指南里没有条款“{clause}”，不能作为依据", "the guide has no clause “{clause}”, so nothing can rest on it"),
    Text("从条款目录里选择", "choose one from the list of clauses"),
)
NOTHING_MARKED = Mistake(
    "nothing-marked",
    Text(
        "没有标出要改的内容；退回后只有标出的内容可以修改", "nothing is marked; after a return only what is marked can be changed"
    ),
    Text("标出需要修改的每一项", "mark every field that needs correcting"),
)
CHECKS_UNANSWERED = Mistake(
    "checks-unanswered",
    Text("审查表还有 {count} 条没有回答：{clauses}", "{count} of the check sheet are not answered yet: {clauses}"),
    Text("逐条回答后再通过", "answer each of them, then pass the case on"),
)
CHECKS_FAILED = Mistake(
    "checks-failed",
    Text(
        "审查表有 {count} 条不符合：{clauses}，不能通过",
        "{count} of the check sheet are answered no: {clauses}; the case cannot pass",
    ),
    Text(
        "能改的退回补正；不能改的引用条款不予通过",
        "return it where that can be corrected; otherwise refuse it and cite the clause",
    ),
)
CONDITIONS_BAR = Mistake(
    "conditions-bar",
    Text("有条件不满足：{conditions}，不能通过", "these conditions are not met: {conditions}; the case cannot pass"),
    Text(
        "事实有误的退回补正；属实的引用条款不予受理",
        "return it if a fact is wrong; refuse it, citing the clause, if the facts stand",
    ),
)
PAPERS_MISSING = Mistake(
    "papers-missing",
    Text("缺少材料：{papers}", "these papers are missing: {papers}"),
    Text("补齐后再办理；已报送的，退回补正", "add them first; if the case was handed in, return it for correction"),
)
FIELDS_MISSING = Mistake(
    "fields-missing",
    Text("还有内容没有填：{fields}", "these are not filled in yet: {fields}"),
    Text("填好后再提交", "fill them in, then submit"),
)
OTHER_FIELDS_CHANGED = Mistake(
    "other-fields-changed",
    Text(
        "改动了没有标出的内容：{fields}；补正只开放标出的内容",
        "fields that were not marked have changed: {fields}; a correction opens only what is marked",
    ),
    Text(
        "恢复这些内容后再提交；确需修改的，请审查人一并标出",
        "put them back and submit again; if they must change, ask the checker to mark them too",
    ),
)

# -- time --------------------------------------------------------------------------------------------
PAST_DEADLINE = Mistake(
    "past-deadline",
    Text("已过截止时间 {deadline}（北京时间），现在是 {at}", "the deadline {deadline} (Beijing time) has passed; it is {at}"),
    Text(
        "确有特殊原因的，向主管部门说明，由其决定是否延期",
        "if there is a good cause, write to the authority; only it may extend the deadline",
    ),
)
NOT_YET_DUE = Mistake(
    "not-yet-due",
    Text(
        "截止时间 {deadline}（北京时间）还没有过，现在是 {at}，不能按逾期处理",
        "the deadline {deadline} (Beijing time) has not passed; it is {at}, so nothing is late yet",
    ),
    Text("截止时间过后再办理", "do this after the deadline"),
)
NO_DEADLINE = Mistake(
    "no-deadline",
    Text("没有设截止时间，不能按逾期处理", "no deadline is set, so nothing is late"),
    Text("由主管部门先设截止时间", "the authority sets a deadline first"),
)
NOT_SUBMITTED = Mistake(
    "not-submitted",
    Text(
        "没有提交时间的记录，无法认定按时提交", "there is no record of when it was submitted, so it cannot be found to be in time"
    ),
    Text("请管理员核对提交记录", "ask an administrator to check the record of submission"),
)
SUBMITTED_LATE = Mistake(
    "submitted-late",
    Text(
        "提交时间 {submitted} 晚于截止时间 {deadline}（北京时间），不能受理",
        "it was submitted at {submitted}, after the deadline {deadline} (Beijing time), and cannot be accepted",
    ),
    Text("引用条款，按逾期不予受理", "refuse it as late, citing the clause"),
)

# -- before filing -----------------------------------------------------------------------------------
RULES_NOT_VERSIONED = Mistake(
    "rules-not-versioned",
    Text(
        "规则的版本没有固定，申报人会对着变动的规则填报",
        "the edition of the rules is not fixed; applicants would face rules that move",
    ),
    Text("先选定政策包及其版本，再开放申报", "fix the pack and its edition, then open the call"),
)
TOPIC_MISSING = Mistake(
    "topic-missing",
    Text("没有写明属于园区主导产业的选题", "no topic of the park's leading industry is named"),
    Text("写明选题和所属主导产业", "name the topic and the leading industry it belongs to"),
)
UNIT_NOT_REGISTERED = Mistake(
    "unit-not-registered",
    Text("单位还没有注册，不能开户填报", "the unit is not registered, so no account can be opened for it"),
    Text("先由单位管理员注册单位", "the unit's own account registers it first"),
)
UNIT_NOT_ON_CLOSED_LIST = Mistake(
    "unit-not-on-closed-list",
    Text("单位不在定向委托的名单内", "the unit is not on the closed list this call is meant for"),
    Text("只能委托名单内的单位", "only units of the list may be commissioned"),
)
SECOND_TYPE = Mistake(
    "second-type",
    Text(
        "本单位已申报别的类型：{types}；只能报一类，报两类以上全部退回",
        "the unit has applied for another type: {types}; only one is allowed, or all are returned",
    ),
    Text("先撤回另一份，或改报同一类型", "withdraw the other one first, or keep to its type"),
)
NO_REPORT = Mistake(
    "no-report",
    Text("没有查新报告的日期", "the novelty report has no date"),
    Text("填写报告日期并上传报告", "give its date and attach it"),
)
REPORT_TOO_LATE = Mistake(
    "report-too-late",
    Text("查新报告的日期 {report} 晚于申报日 {day}", "the novelty report is dated {report}, after the day of application {day}"),
    Text("换上申报前出具的报告", "attach a report made before the application"),
)
NOT_SELF_FUNDED = Mistake(
    "not-self-funded",
    Text("不是全额自筹，不能走自主管理的流程", "it is not wholly self-funded, so the unit cannot manage it by itself"),
    Text(
        "把申请财政资金改为零，或改报需要评审立项的项目",
        "ask for no public money, or apply for a project that is reviewed and established",
    ),
)

# -- the list ----------------------------------------------------------------------------------------
ACADEMICIAN_ABSENT = Mistake(
    "academician-absent",
    Text(
        "这类项目要求院士本人参加论证，记录中院士没有参加",
        "this type needs the academician at the argumentation, and the record shows none",
    ),
    Text("另行组织论证，或不予通过", "hold the argumentation again, or do not pass it"),
)
ACADEMICIAN_UNKNOWN = Mistake(
    "academician-unknown",
    Text("还没有确定这个项目是否要求院士本人到场", "nobody has found out whether this project needs the academician in person"),
    Text("按政策条款确定；院士到场的，记录下来", "settle it by the clauses; if the academician was there, put it on record"),
)
NOT_ON_THE_LIST = Mistake(
    "not-on-the-list",
    Text("不在推荐清单上，不能上报", "it is not on the list, so it cannot be sent up"),
    Text("先排序列入清单", "rank it and put it on the list first"),
)
OUTSIDE_QUOTA = Mistake(
    "outside-quota",
    Text("排在第 {rank} 位，推荐名额只有 {quota} 个", "it is ranked {rank}, and the quota is {quota}"),
    Text(
        "只上报名额以内的；需要增加名额的，请主管部门调整",
        "send up only those within the quota; the authority alone can raise it",
    ),
)
QUOTA_USED = Mistake(
    "quota-used",
    Text("推荐名额 {quota} 个已经用完（已上报 {listed} 个）", "the quota of {quota} is used up ({listed} were sent up)"),
    Text("需要增加名额的，请主管部门调整；否则不予推荐", "ask the authority to raise it, or do not recommend"),
)
LETTER_MISSING = Mistake(
    "letter-missing",
    Text("没有推荐函的文号；清单随函上报", "the letter has no number; a list goes up with its letter"),
    Text("先出函，填写文号", "issue the letter and give its number"),
)

ALL = tuple(value for value in list(globals().values()) if isinstance(value, Mistake))
