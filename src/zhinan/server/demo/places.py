"""The bodies of the demo: two regions, a city with its sections and counties, parks, a body by line, a university."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from zhinan.values.text import Text


class Body(NamedTuple):
    """A body to establish: its code, name, kind, region, the body above it, the park it stands for."""

    code: str
    name: Text
    kind: str
    region: str
    above: str = ""
    park_key: str = ""


BODIES = (
    Body("ningxia", Text("宁夏回族自治区科学技术厅", "Ningxia department of science and technology"), "region", "640000"),
    Body("yinchuan", Text("银川市科学技术局", "Yinchuan bureau of science and technology"), "city", "640100", "ningxia"),
    Body("xingqing", Text("兴庆区科学技术局", "Xingqing district science bureau"), "county", "640104", "yinchuan"),
    Body("xixia", Text("西夏区科学技术局", "Xixia district science bureau"), "county", "640105", "yinchuan"),
    Body("jinfeng", Text("金凤区科学技术局", "Jinfeng district science bureau"), "county", "640106", "yinchuan"),
    Body("yongning", Text("永宁县科学技术局", "Yongning county science bureau"), "county", "640121", "yinchuan"),
    Body("helan", Text("贺兰县科学技术局", "Helan county science bureau"), "county", "640122", "yinchuan"),
    Body("lingwu", Text("灵武市科学技术局", "Lingwu city science bureau"), "county", "640181", "yinchuan"),
    Body("yc-high-tech", Text("银川高新区管委会", "Yinchuan high-tech zone"), "park", "640181", "yinchuan", "other_park"),
    Body("yc-development", Text("银川经开区管委会", "Yinchuan development zone"), "park", "640105", "yinchuan", "other_park"),
    Body("yc-health", Text("银川市卫生健康委员会", "Yinchuan health commission"), "sector", "640100", "yinchuan"),
    Body("shuyuan", Text("宁夏曙原大学科研处", "Shuyuan University, research office"), "institution", "640105", "ningxia"),
    Body("xinjiang", Text("新疆维吾尔自治区科学技术厅", "Xinjiang department of science and technology"), "region", "650000"),
    Body("urumqi", Text("乌鲁木齐市科学技术局", "Urumqi bureau of science and technology"), "city", "650100", "xinjiang"),
    Body("changji", Text("昌吉州科学技术局", "Changji bureau of science and technology"), "city", "652300", "xinjiang"),
    Body("urumqi-system", Text("乌鲁木齐市推荐服务中心", "Urumqi recommendation centre"), "system", "650100", "urumqi"),
    Body("urumqi-ht", Text("乌鲁木齐高新区管委会", "Urumqi high-tech zone"), "park", "650104", "urumqi", "urumqi_high_tech"),
    Body("urumqi-dev", Text("乌鲁木齐经开区管委会", "Urumqi development zone"), "park", "650106", "urumqi", "urumqi_development"),
    Body("changji-ht", Text("昌吉高新区管委会", "Changji high-tech zone"), "park", "652301", "changji", "changji_high_tech"),
)
#: The sections of the city, as the guide names them in its routing.
SECTIONS = (
    Text("高新技术科", "high-tech section"), Text("农业科技与社会发展科", "section for agriculture and society"),
    Text("成果转化与平台管理科", "section for results and platforms"), Text("创新体系与政策法规科", "section for policy"),
    Text("科技人才与对外合作科", "section for talent and cooperation"),
)  # fmt: skip

_OFF_2026 = (
    ("元旦", (1, 1), 3), ("春节", (2, 15), 9), ("清明节", (4, 4), 3), ("劳动节", (5, 1), 5), ("端午节", (6, 19), 3),
    ("中秋节", (9, 25), 3), ("国庆节", (10, 1), 7),
)  # fmt: skip
_WORKED_2026 = (
    ("元旦", (1, 4)), ("春节", (2, 14)), ("春节", (2, 28)), ("劳动节", (5, 9)), ("国庆节", (9, 20)), ("国庆节", (10, 10)),
)  # fmt: skip
#: The holidays of 2026 and the weekends worked for them, as a keeper enters them; an office checks them before it relies on them.
HOLIDAYS = "\n".join([
    *(f"{date(2026, *day) + timedelta(days=number)} {name}（请核对）" for name, day, days in _OFF_2026 for number in range(days)),
    *(f"{date(2026, *day)} （请核对）{name}调休上班" for name, day in _WORKED_2026),
])  # fmt: skip
