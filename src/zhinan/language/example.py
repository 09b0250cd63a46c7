"""A small vocabulary for the manual: the words its examples are about. Real words come from the packs."""

from __future__ import annotations

from zhinan.language.types import (
    BOOL,
    DATE,
    MONEY_TYPE,
    MONTHS_TYPE,
    NUMBER,
    REGION,
    TEXT,
    TREE,
    Choice,
    Kind,
    Member,
    Record,
    Type,
    Word,
    count_of,
)
from zhinan.language.words import APPLICATION_DAY, Words
from zhinan.values.text import Text

_SECTOR = Choice(
    "sector",
    Text("行业门类", "sector"),
    (Member("industry", Text("工业", "industry")), Member("service", Text("服务业", "service"))),
)
_TITLE = Choice(
    "title",
    Text("资质", "title"),
    (
        Member("tech_sme", Text("科技型中小企业", "technology SME")),
        Member("high_tech", Text("高新技术企业", "high-tech enterprise")),
    ),
)
_INCIDENT = Record(
    "incident",
    Text("事故", "incident"),
    "起",
    (
        Word("date", "日期", "date", DATE),
        Word("kind", "类别", "kind", Type(Kind.CHOICE, choice=_SECTOR)),
    ),
)
_PARTNER = Record("partner", Text("参与单位", "partner"), "家", (Word("funds", "承担经费", "funds", MONEY_TYPE),))

_EVERY = (
    Word("applicant.legal_person", "申报单位.独立法人", "applicant.legal_person", BOOL),
    Word("applicant.sector", "申报单位.行业门类", "applicant.sector", Type(Kind.CHOICE, choice=_SECTOR)),
    Word("applicant.titles", "申报单位.资质", "applicant.titles", Type(Kind.SET, choice=_TITLE)),
    Word("applicant.revenue", "申报单位.上年营业收入", "applicant.revenue", MONEY_TYPE),
    Word("applicant.rnd_ratio", "申报单位.研发强度", "applicant.rnd_ratio", NUMBER),
    Word("applicant.staff", "申报单位.从业人数", "applicant.staff", count_of("人")),
    Word("applicant.registered_on", "申报单位.注册日期", "applicant.registered_on", DATE),
    Word("applicant.region", "申报单位.所在地", "applicant.region", REGION),
    Word("applicant.incidents", "申报单位.重大事故", "applicant.incidents", Type(Kind.RECORDS, record=_INCIDENT)),
    Word("leader.birth_date", "项目负责人.出生日期", "leader.birth_date", DATE),
    Word("project.rnd_spending", "项目.总研发投入", "project.rnd_spending", MONEY_TYPE),
    Word("project.own_funds", "项目.自筹经费", "project.own_funds", MONEY_TYPE),
    Word("project.funds_asked", "项目.申请经费", "project.funds_asked", MONEY_TYPE),
    Word("project.budget", "项目.总预算", "project.budget", MONEY_TYPE),
    Word("project.duration", "项目.实施周期", "project.duration", MONTHS_TYPE),
    Word("project.direction", "项目.支持方向", "project.direction", TREE),
    Word("project.partners", "项目.参与单位", "project.partners", Type(Kind.RECORDS, record=_PARTNER)),
    Word("result.finished_on", "成果.完成日期", "result.finished_on", DATE),
    Word("application.line", "申报.子项", "application.line", TEXT),
)

#: What the checker takes.
WORDS = Words.of(_EVERY, nodes=("D-01", "D-01.1", "D-02"))
#: What the formatter takes.
BY_KEY = {word.key: word for word in (APPLICATION_DAY, *_EVERY)}
