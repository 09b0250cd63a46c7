"""What may be wrong when an applicant starts, fills in, hands in or takes back an application."""

from __future__ import annotations

from zhinan.values.problem import Mistake
from zhinan.values.text import Text

UNKNOWN_FIELD = Mistake(
    "no-such-field", Text("表单里没有“{key}”这一项", "the form has no field “{key}”"),
    Text("刷新页面，表单可能已经修订", "reload: the form may have been revised"),
)  # fmt: skip
NOT_MARKED = Mistake(
    "not-marked",
    Text("“{label}”不在退回补正的范围内，不能修改", "“{label}” was not sent back for correction and cannot be changed"),
    Text("只有标出的内容可以修改", "only what was marked may be changed"),
)
TOO_LONG = Mistake(
    "answer-too-long", Text("“{label}”太长：最多 {most} 个字", "“{label}” is too long: {most} characters at most"),
    Text("缩短后再保存，或者作为附件上传", "shorten it, or upload it as a paper"),
)  # fmt: skip
CHANGED_ELSEWHERE = Mistake(
    "changed-elsewhere", Text("“{label}”刚在别处改过", "“{label}” was just changed elsewhere"),
    Text("先看对方的内容，再决定保留哪一份", "look at the other text, then decide which to keep"),
)  # fmt: skip
HAS_DRAFT = Mistake(
    "draft-exists", Text("您在这个事项下已有草稿 {code}", "you already have a draft under this scheme: {code}"),
    Text("打开那份草稿继续填写", "open that draft and go on with it"),
)  # fmt: skip
NOT_OF_UNIT = Mistake(
    "not-of-the-unit",
    Text("您不是这个单位的成员", "you do not belong to this unit"),
    Text("请单位管理员为您开户", "ask the unit's administrator for an account"),
)
NOT_CONFIRMED = Mistake(
    "unit-not-confirmed",
    Text("单位注册还没有得到确认，不能提交申报", "the unit's registration is not confirmed yet: nothing can be handed in"),
    Text("请联系所在县区或园区的科技管理部门", "ask the science office of your county or park"),
)
NO_TOPIC = Mistake(
    "no-topic",
    Text(
        "本批次先由园区选题，您的园区还没有可选的题目",
        "in this call the park settles the topics first; yours has none to choose from",
    ),
    Text("请联系园区科技管理部门", "ask the science office of the park"),
)
NOT_YOUR_LEADER = Mistake(
    "leader-is-another",
    Text("只有单位管理员能替别人建申报书", "only the unit's administrator begins an application for somebody else"),
    Text("由本人新建，或请单位管理员办理", "let them begin it, or ask the administrator"),
)
ENDED = Mistake(
    "case-ended", Text("这份申报书已经结束，不能再提交", "this application has ended and cannot be handed in any more"),
    Text("批次仍在受理时，可以新建一份", "while the call is open, begin another"),
)  # fmt: skip
CALL_ENDED = Mistake(
    "call-ended", Text("这个批次已停止受理，不能提交", "this call has stopped taking applications: nothing can be handed in"),
    Text("填写的内容都还在；请联系主管部门", "all that was filled in is kept; ask the authority"),
)  # fmt: skip
NOT_NOTED = Mistake(
    "revision-not-noted", Text("批次修订过，修订内容还没有确认", "the call was revised and you have not taken note of it yet"),
    Text("在表单上方看过修订内容，点“知道了”", "read what changed above the form and say so"),
)  # fmt: skip
NO_REASON = Mistake(
    "withdrawal-reason-missing",
    Text("请写明撤回的原因", "say why you take it back"),
    Text("办理过它的单位会看到", "the bodies that had it will read it"),
)
CANNOT_WITHDRAW = Mistake(
    "cannot-withdraw", Text("现在的环节不能由您撤回", "it cannot be withdrawn by you at this stage"),
    Text("请受理单位退回后再撤回", "ask the body that has it to return it first"),
)  # fmt: skip
