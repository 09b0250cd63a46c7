"""What a demo application says: the facts of a worked case that may apply, with a subject of its own and sums that agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from zhinan.language.tree import Value
from zhinan.policy.form import Form
from zhinan.policy.form_answers import write_answer
from zhinan.policy.load import load_pack
from zhinan.policy.model import WorkedCase
from zhinan.server import packs
from zhinan.values.dates import shift_months

#: Said by the platform itself, from the unit, its register and the leader's account.
_NOT_ANSWERED = ("applicant.name", "applicant.kind", "applicant.park", "leader.name", "project.title", "project.direction")
_WAN = 1_000_000


@dataclass(frozen=True, slots=True)
class Recipe:
    """How applications under a scheme are filled in: the worked case whose facts they take."""

    pack: str
    scheme: str
    case: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What a project is about: its title, the thing it works on, its direction, its investment in 万元, what it means to do."""

    title: str
    thing: str
    direction: str = ""
    investment: int = 0
    gist: str = ""


RECIPES = {
    "sme": Recipe("yinchuan-2026", "sme-innovation", "sme-industrial"),
    "forces": Recipe("yinchuan-2026", "new-productive-forces", "npf-photovoltaic"),
    "high-tech": Recipe("yinchuan-2026", "sci-tech-support", "support-textile"),
    "farming": Recipe("yinchuan-2026", "sci-tech-support", "support-mushroom-enterprise"),
    "society": Recipe("yinchuan-2026", "sci-tech-support", "support-park-fire-warning"),
    "joint": Recipe("yinchuan-2026", "regional-collaboration", "region-enterprise"),
    "joint-university": Recipe("yinchuan-2026", "regional-collaboration", "region-university"),
    "soft": Recipe("yinchuan-2026", "soft-science", "soft-university"),
    "young": Recipe("yinchuan-2026", "young-talent", "young-university"),
    "cluster": Recipe("xinjiang-liangqu-2025", "industrial-cluster", "cluster"),
    "leadership": Recipe("xinjiang-liangqu-2025", "enterprise-leadership", "leadership"),
}


def answers(recipe: Recipe, subject: Subject, form: Form, *, on: date, spread: int = 0) -> dict[str, str]:
    """The answers by key, as they would be typed. `spread` makes units differ in size."""
    facts = _facts(recipe, subject, form, on=on, spread=spread)
    return {field.key: write_answer(field, facts[field.key]) for field in form.fields if facts.get(field.key) is not None}


def line_of(recipe: Recipe) -> str:
    """The line of the scheme that the worked case applies under."""
    return str(_case(recipe).facts.get("application.line") or "")


def of_the_unit(recipe: Recipe, written: Mapping[str, str]) -> dict[str, str]:
    """The part of the answers that a register of units would hold."""
    return {key: text for key, text in written.items() if key.startswith("applicant.")}


def _facts(recipe: Recipe, subject: Subject, form: Form, *, on: date, spread: int) -> dict[str, Value]:
    case = _case(recipe)
    facts = {key: value for key, value in case.facts.items() if key not in _NOT_ANSWERED}
    if subject.investment and "project.total_rnd_investment" in facts:
        facts["project.total_rnd_investment"] = subject.investment * _WAN
    if "applicant.revenue_last_year" in facts:
        facts |= {"applicant.revenue_last_year": (640 + 83 * spread) * _WAN, "applicant.staff": 38 + 9 * spread}
    facts |= _told(subject, spread) | _times(facts, on) | {"project.direction": subject.direction or _only_direction(form)}
    return facts | _money(recipe, facts, on)


def _only_direction(form: Form) -> Value:
    field = form.field("project.direction")
    return field.options[0].key if field and field.options else None


def _times(facts: Mapping[str, Value], on: date) -> dict[str, Value]:
    months = facts.get("project.duration")
    starts = shift_months(on.replace(day=1), 4)
    ends = shift_months(starts, int(str(months or 24))) - timedelta(days=1)
    term = {"leader.available_until": shift_months(ends, 24)} if "leader.available_until" in facts else {}
    return {"project.starts_on": starts, "project.ends_on": ends, **term}


def _money(recipe: Recipe, facts: Mapping[str, Value], on: date) -> dict[str, Value]:
    """The grant the formula allows, and own money for the rest."""
    grant = _grant(recipe, facts, on)
    investment = facts.get("project.total_rnd_investment")
    own = int(str(investment)) - grant if investment else int(str(facts.get("project.self_raised") or 0))
    first: dict[str, Value] = {
        "class": "equipment",
        "fiscal": grant * 3 // 5,
        "own": own * 3 // 5,
        "basis": "按任务分工购置与改造",
    }
    rest: dict[str, Value] = {
        "class": "operating",
        "fiscal": grant - grant * 3 // 5,
        "own": own - own * 3 // 5,
        "basis": "试验、测试与材料",
    }
    passed_on: dict[str, Value] = (
        {"project.to_domestic_partners": grant * 3 // 10} if "project.to_domestic_partners" in facts else {}
    )
    told: dict[str, Value] = {
        "project.requested_grant": grant, "project.self_raised": own, "project.total_budget": grant + own,
        "project.budget_lines": (first, rest),
    }  # fmt: skip
    return told | passed_on


def _grant(recipe: Recipe, facts: Mapping[str, Value], on: date) -> int:
    """In fen."""
    case = _case(recipe)
    found = packs.assessor(recipe.pack, (recipe.scheme,), case.readings, {}).assess({**case.facts, **facts}, on=on)[0].grant
    assert found is not None
    assert found.amount is not None
    return found.amount


#: How a project goes about its thing, and what stands behind it: units do not all write alike.
_CONTENT = (
    "一是摸清{thing}的关键参数；二是做出样机并与现有做法对比；三是形成操作规程，培训一线人员。",
    "围绕{thing}开展三项工作：机理试验和选型，关键部件试制，连续运行考核；每一项都有可测的指标。",
    "先建{thing}的试验平台，再做两轮改进，最后在用户现场连续运行三个月，数据全部留存备查。",
)
_FOUNDATION = (
    "单位从事{thing}相关工作多年，有试验场地、检测设备和固定的技术队伍，前期小试已经完成。",
    "单位已有{thing}的小试装置和两年运行数据，技术骨干八人，检测委托有资质的机构完成。",
    "与用户签有试用协议，{thing}的原理样机已通过内部评审，场地和水电条件具备。",
)
_SCHEDULE = (
    "前六个月完成方案和样机；之后六个月试运行；余下时间连续运行、整理数据和验收。",
    "第一年定型和试制，第二年现场考核；每半年对照指标检查一次，第二年末申请验收。",
    "一至四月试验选型，五至十四月试制和改进，十五月起连续运行并整理验收材料。",
)


def _told(subject: Subject, spread: int) -> dict[str, Value]:
    thing = subject.thing
    plain = f"围绕{thing}，研制一套可以在本单位稳定运行的装置和方法，先小试，再中试，最后在一条生产线上连续运行。"
    return {
        "project.title": subject.title,
        "project.summary": subject.gist or plain,
        "project.content": _CONTENT[spread % len(_CONTENT)].format(thing=thing),
        "project.foundation": _FOUNDATION[spread % len(_FOUNDATION)].format(thing=thing),
        "project.schedule": _SCHEDULE[spread % len(_SCHEDULE)],
        "project.indicators": (
            {"name": f"{thing}一次合格率", "family": "technical", "target": f"不低于{90 + spread % 8}%", "quantified": True},
            {"name": "发明专利申请", "family": "output", "target": f"{1 + spread % 3}项", "quantified": True},
            {"name": "新增销售收入", "family": "benefit", "target": f"不少于{200 + 40 * spread}万元", "quantified": True},
        ),
        "project.partners_in_region": 2,
        "applicant.platforms": frozenset({"city_platform"}),
    }  # fmt: skip


def _case(recipe: Recipe) -> WorkedCase:
    return _cases(recipe.pack)[recipe.case]


@cache
def _cases(pack: str) -> Mapping[str, WorkedCase]:
    return {case.id: case for case in load_pack(pack, packs.vocabulary()).cases}


def paper(title: str) -> bytes:
    """A small PDF that says what it stands for; its words are those of the upload's name in the form."""
    stream = f"BT /F1 20 Tf 72 740 Td (DEMO - SAMPLE PAPER) Tj /F1 12 Tf 0 -30 Td ({title}) Tj ET".encode("ascii", "replace")
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream), b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )  # fmt: skip
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return made + tail % (len(objects) + 1, table, len(objects) + 1, len(made))
