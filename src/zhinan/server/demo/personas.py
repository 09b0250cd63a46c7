"""The personas: whom a visitor of the demo can be, and what each might try first."""

from __future__ import annotations

from typing import NamedTuple

from zhinan.values.text import Text

YINCHUAN, REVIEW, XINJIANG, PLATFORM = (
    Text("银川：单位申报，县区推荐，市里受理", "Yinchuan: units apply, counties recommend, the city takes in"),
    Text("银川：专家评审，排序，公示，立项", "Yinchuan: experts review; ranking, notice, awards"),
    Text("新疆：园区选题，地州市出清单，自治区受理", "Xinjiang: parks settle topics, cities list, the region takes in"),
    Text("平台", "The platform"),
)
GROUPS = (YINCHUAN, REVIEW, XINJIANG, PLATFORM)

#: The rounds: lived through to its awards, in the middle of its scoring, waiting for its draw.
DECIDED, SCORING, ASKING = "/rounds/yc-2026-1-r1", "/rounds/yc-2026-1-r2", "/rounds/yc-2026-2-r1"


class Persona(NamedTuple):
    """Someone to be: the login, name, group, role, place, what to try first; `pages` show what their navigation leads past."""

    login: str
    name: str
    group: Text
    role: Text
    place: Text
    try_first: Text
    pages: tuple[str, ...] = ()


PERSONAS = (
    Persona(
        "leader",
        "周晓枸",
        YINCHUAN,
        Text("项目负责人", "project leader"),
        Text("银川枸韵食品有限公司", "Gouyun Foods, Yinchuan"),
        Text(
            "接着填那份草稿；再看被退回补正的一份要改什么。",
            "Go on with the draft; then see what the returned one asks you to mend.",
        ),
    ),
    Persona(
        "unit-admin",
        "林贺兰",
        YINCHUAN,
        Text("单位管理员", "unit administrator"),
        Text("银川枸韵食品有限公司", "Gouyun Foods, Yinchuan"),
        Text("提交已经填好的申报书，拿到回执。", "Hand in the application that is ready, and get its receipt."),
    ),
    Persona(
        "county",
        "唐向渠",
        YINCHUAN,
        Text("县区推荐", "county recommender"),
        Text("兴庆区科学技术局", "Xingqing district"),
        Text(
            "逐条核对一件新办件，加入清单，排序后随函上报。",
            "Check a new case clause by clause, list it, rank the list, send it with a letter.",
        ),
    ),
    Persona(
        "section",
        "苏沙枣",
        YINCHUAN,
        Text("受理科室", "section officer"),
        Text("市科技局高新技术科", "city, high-tech section"),
        Text(
            "受理一件，通知一件补正，拒绝一件并写明条款。", "Accept one, ask one to be corrected, refuse one citing the clause."
        ),
    ),
    Persona(
        "calls",
        "何青禾",
        YINCHUAN,
        Text("批次管理", "manager of calls"),
        Text("银川市科学技术局", "city bureau"),
        Text(
            "发布草稿批次：先设定指南没有写明的三个数。",
            "Publish the draft call: first set the three figures the guide leaves open.",
        ),
    ),
    Persona(
        "sector",
        "梁杏林",
        YINCHUAN,
        Text("主管部门推荐", "recommender by line"),
        Text("市卫生健康委员会", "city health commission"),
        Text("看医院的申报：它不经县区，由主管部门推荐。", "See the hospital's case: it goes by line, not by county."),
    ),
    Persona(
        "university",
        "谢书原",
        YINCHUAN,
        Text("高校科研处", "research office"),
        Text("宁夏曙原大学", "Shuyuan University"),
        Text("核对并推荐本校的申报：它不经县区。", "Check and recommend the university's cases: they pass no county."),
    ),
    Persona(
        "researcher",
        "冯若芷",
        YINCHUAN,
        Text("高校青年教师", "young lecturer"),
        Text("宁夏曙原大学", "Shuyuan University"),
        Text("看负责人年龄、聘期怎样逐条核对。", "See how age and term of post are checked, clause by clause."),
    ),
    Persona(
        "reviews",
        "方汀兰",
        REVIEW,
        Text("评审组织", "review officer"),
        Text("银川市科学技术局", "city bureau"),
        Text(
            "看评分到了哪一步；给第二批提交一次抽取；登记一次立项谈话，再下达。",
            "See how far the scoring is; commit a draw for the second call; enter a talk, then issue the award.",
        ),
        (
            *(f"{DECIDED}/{page}/" for page in ("panels", "results", "ranking", "allocation", "notice", "awards")),
            *(f"{SCORING}/{page}/" for page in ("cases", "draw", "panels", "progress", "release")),
            *(f"{ASKING}/{page}/" for page in ("asking", "draw")),
        ),
    ),
    Persona(
        "expert",
        "纪岚泉",
        REVIEW,
        Text("评审专家", "review expert"),
        Text("宁夏曙原大学", "Shuyuan University"),
        Text(
            "把写了一半的评分表写完提交；接受或退回还没有答复的一席。",
            "Finish the sheet you began and hand it in; take or decline the seat not answered yet.",
        ),
    ),
    Persona(
        "expert-asked",
        "闵疏桐",
        REVIEW,
        Text("受邀专家", "invited expert"),
        Text("宁夏曙原大学", "Shuyuan University"),
        Text(
            "看本轮涉及的单位，勾选有利害关系的；这时还看不到项目。",
            "Look at the units of the round and tick those you are tied to; no project is shown yet.",
        ),
        ("/reviewing/yc-2026-2-r1/declare/",),
    ),
    Persona(
        "leadership",
        "石听澜",
        REVIEW,
        Text("局领导", "leadership"),
        Text("银川市科学技术局", "city bureau"),
        Text(
            "看定下的排序和立项安排；看不到专家是谁、怎么打的分。",
            "Read the fixed ranking and the decision; who the experts are you do not see.",
        ),
        (f"{DECIDED}/ranking/",),
    ),
    Persona(
        "auditor",
        "严青石",
        REVIEW,
        Text("审计监督", "auditor"),
        Text("银川市科学技术局", "Yinchuan bureau"),
        Text(
            "重算一次已公布的抽取；为下一次抽取封存一句短语；核验事件链没有被改过。",
            "Repeat a published draw; seal a phrase for the next; verify that the record was not changed.",
        ),
        (f"{DECIDED}/draw/", f"{DECIDED}/results/", f"{SCORING}/progress/", f"{ASKING}/draw/", "/verify/"),
    ),
    Persona(
        "xj-leader",
        "马雪松",
        XINJIANG,
        Text("项目负责人", "project leader"),
        Text("昌吉朔方储能有限公司", "Shuofang Storage, Changji"),
        Text("从园区已定的选题开始一份申报。", "Begin an application from a topic the park has settled."),
    ),
    Persona(
        "xj-park",
        "艾丁草",
        XINJIANG,
        Text("园区", "park officer"),
        Text("昌吉高新区管委会", "Changji high-tech zone"),
        Text("定一个选题；核对一件，论证后报地州市。", "Settle a topic; check a case, then send it to the city."),
    ),
    Persona(
        "xj-city",
        "沈天池",
        XINJIANG,
        Text("地州市", "city officer"),
        Text("昌吉州科学技术局", "Changji bureau"),
        Text("审核、排序，出函并列入清单。", "Audit, rank, then issue the letter with the list."),
    ),
    Persona(
        "xj-system",
        "郭红柳",
        XINJIANG,
        Text("系统推荐单位", "submitting body"),
        Text("乌鲁木齐市推荐服务中心", "Urumqi recommendation centre"),
        Text("照清单把办件提交自治区。", "Submit what is listed to the region."),
    ),
    Persona(
        "xj-region",
        "秦昆仑",
        XINJIANG,
        Text("自治区受理", "region officer"),
        Text("新疆维吾尔自治区科学技术厅", "Xinjiang department"),
        Text("受理按时到达的办件，看全程记录。", "Take in what came in time; read the whole record."),
    ),
    Persona(
        "keeper",
        "顾守渡",
        PLATFORM,
        Text("平台管理员", "keeper of the platform"),
        Text("指南平台", "Zhinan"),
        Text("任命一位科室人员；您看不到任何申报内容。", "Appoint an officer. You see no application at all."),
    ),
)


def persona(login: str) -> Persona | None:
    """The persona of that login."""
    return next((each for each in PERSONAS if each.login == login), None)
