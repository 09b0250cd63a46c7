"""What the demo's experts write on their sheets: points that follow a case's merit and their own severity, and comments."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from zhinan.review.sheet import COMMENT, VERDICT, SheetForm, plain

#: The new productive forces from the best to the weakest, as most would have it; so many points each below the one before.
_BEST_FIRST = (
    "枸杞糖肽中试分离与稳定化", "大尺寸单晶炉热场寿命提升", "风机主轴承微裂纹在线监测", "五轴加工中心主轴热变形补偿",
    "碱性电解槽宽负荷运行", "等静压石墨细粉回用成型", "异质结电池银浆用量降低", "台区低压拓扑自动识别",
    "本土酿酒酵母筛选与控温发酵", "铅炭储能电站均衡管理", "乳清蛋白膜分离连续化", "减速机齿轮表面强化与寿命评价",
    "蓝宝石窗口片双面研磨平整度控制", "滩羊肉低温熟成工艺", "智算中心余热回用与负载调度", "城市低空物流起降点调度",
    "低升糖重组米挤压成型", "政企数据隐私计算一体机",
)  # fmt: skip
_TOP, _STEP = 88.0, 1.7
#: The one sheet that is far from all others: whom it is of, and how many points below.
WILD_CASE, WILD_BELOW = "本土酿酒酵母筛选与控温发酵", 38.0
#: From which share of the points an expert recommends, and from which with changes.
_RECOMMENDS, _WITH_CHANGES = 0.76, 0.64
_STRONG = (
    "项目针对{thing}中的实际问题，目标具体，指标可以检测，与现有做法的比较有数据支撑。",
    "{thing}的技术路线清楚，关键环节有前期试验，考核办法写得明白，实施条件基本具备。",
    "选题来自生产一线，{thing}的难点抓得准，试验安排由浅入深，成果可以在同行中推广。",
)
_WEAK = (
    "{thing}的需求写得较笼统，与同类技术相比的先进性没有说清，主要指标缺少依据。",
    "{thing}的创新点分散，关键参数怎样确定没有交代，进度安排与任务量不相称。",
    "{thing}的前期基础偏弱，样机之后怎样在用户现场考核，没有落实到单位和时间。",
)
_MEND = (
    "建议补充连续运行的考核条件，说明检测机构和取样办法。",
    "建议把设备购置与已有条件的关系说清，压减与任务无关的费用。",
    "建议补充对照试验和统计方法，把不确定因素和备选方案写进任务书。",
    "建议进一步明确知识产权归属和推广对象，量化经济效益的测算过程。",
)
#: Why the outlying sheet is as it is; and why another would be, should one come about.
_WILD_REASON = "菌株来源、保藏号和安全性评价在材料中没有交代，按现有材料无法判断能否用于生产，因此创新性和可行性给分明显偏低。"
_OTHER_REASON = "对前期基础和指标依据的判断与其他专家不同，理由已写在评语里，维持原来的评分。"


def merit(title: str) -> float:
    """What a case deserves, in points, as the demo has it."""
    if title in _BEST_FIRST:
        return _TOP - _STEP * _BEST_FIRST.index(title)
    return Random(title).uniform(62, 86)


def severity(expert: str) -> float:
    """How many points an expert, by their name, gives more (or fewer) than others would."""
    return max(-7.0, min(7.0, Random(expert).gauss(0, 3.4)))


def why_wild(title: str) -> str:
    """An expert's reason for an outlying sheet of a case."""
    return _WILD_REASON if title == WILD_CASE else _OTHER_REASON


def filled_in(sheet: SheetForm, *, title: str, thing: str, expert: str, below: float = 0.0) -> dict[str, str]:
    """A whole sheet as it is typed; the same for the same. `below` takes points off beside what severity does."""
    random = Random(f"{title}|{expert}")
    share = max(0.2, min(0.97, (merit(title) + severity(expert) + random.gauss(0, 1.6) - below) / 100))
    points = {each.key: _points(each.most, sheet.step, share + random.uniform(-0.05, 0.05)) for each in sheet.criteria}
    said = (random.choice(_STRONG if share >= _WITH_CHANGES else _WEAK), random.choice(_MEND), random.choice(_MEND[:2]))
    comment = "".join(dict.fromkeys(said)).format(thing=thing)
    verdict = "recommend" if share >= _RECOMMENDS else "recommend-with-changes" if share >= _WITH_CHANGES else "not-recommend"
    return {**points, COMMENT: comment, VERDICT: verdict}


def _points(most: Decimal, step: Decimal, share: float) -> str:
    """So large a share of the most, in whole steps."""
    steps = round(float(most / step) * max(0.0, min(1.0, share)))
    return plain(step * steps)
