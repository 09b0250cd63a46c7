"""The units of the demo: invented firms, a hospital and a university, with codes that have their right check digit."""

from __future__ import annotations

from typing import NamedTuple

from zhinan.values.codes import WrongCode, check_credit_code


class Unit(NamedTuple):
    """A unit to enter: a key, name, kind, region, the park or the body by line, the body that it is itself."""

    key: str
    name: str
    kind: str
    region: str
    park: str = ""
    sector: str = ""
    body: str = ""


_XINGQING, _XIXIA, _JINFENG, _YONGNING, _HELAN, _LINGWU = "640104", "640105", "640106", "640121", "640122", "640181"
_FIRMS = (
    ("gouyun", "银川枸韵食品有限公司", _XINGQING, ""),
    ("tanyuan", "银川滩原冷鲜有限公司", _XINGQING, ""),
    ("hetao", "银川河套测控有限公司", _XINGQING, ""),
    ("yunshuo", "银川云朔软件有限公司", _XINGQING, ""),
    ("quxin", "银川渠心环保设备有限公司", _XINGQING, ""),
    ("mingzhu", "银川明渚智能水务有限公司", _XINGQING, ""),
    ("shahu", "银川沙湖生物检测有限公司", _XINGQING, ""),
    ("lanting", "银川岚汀包装有限公司", _XINGQING, ""),
    ("zhenbei", "银川镇北酒庄装备有限公司", _XIXIA, ""),
    ("helanshi", "宁夏贺兰石新材料有限公司", _XIXIA, "yc-development"),
    ("guiyan", "宁夏硅岩半导体材料有限公司", _XIXIA, "yc-development"),
    ("fengling", "宁夏风陵电气有限公司", _XIXIA, "yc-development"),
    ("yuehai", "银川阅海数据有限公司", _JINFENG, ""),
    ("feiyan", "银川飞雁低空科技有限公司", _JINFENG, ""),
    ("chengyi", "银川澄壹仪表有限公司", _JINFENG, ""),
    ("jinghe", "银川景禾农业科技有限公司", _JINFENG, ""),
    ("ningquan", "永宁宁泉种业有限公司", _YONGNING, ""),
    ("minning", "永宁闽宁菌草有限公司", _YONGNING, ""),
    ("liquan", "贺兰沥泉水产有限公司", _HELAN, ""),
    ("changhe", "贺兰长禾机械有限公司", _HELAN, ""),
    ("lanyuan", "贺兰岚原乳业装备有限公司", _HELAN, ""),
    ("lingzhou", "宁夏灵洲羊绒有限公司", _LINGWU, "yc-high-tech"),
    ("changzao", "灵武长枣食品有限公司", _LINGWU, ""),
    ("baitu", "宁夏白土岗储能有限公司", _LINGWU, "yc-high-tech"),
    ("yangzhi", "宁夏羊脂化工催化剂有限公司", _LINGWU, "yc-high-tech"),
    ("xingshan", "银川杏山铸造有限公司", _XINGQING, ""),
    ("shuofang", "昌吉朔方储能有限公司", "652301", "changji-ht"),
    ("hongshan", "昌吉红杉电气有限公司", "652301", "changji-ht"),
    ("beiting", "昌吉北庭棉机有限公司", "652301", "changji-ht"),
    ("tianchi", "昌吉天池硅业有限公司", "652301", "changji-ht"),
    ("ganquan", "乌鲁木齐甘泉风电有限公司", "650104", "urumqi-ht"),
    ("yamalik", "乌鲁木齐雅岭算力有限公司", "650104", "urumqi-ht"),
    ("toutun", "乌鲁木齐头屯机械有限公司", "650106", "urumqi-dev"),
    ("midong", "乌鲁木齐米禾化工有限公司", "650106", "urumqi-dev"),
)
#: Those that apply in the calls under review alone; they come last, so that the codes of the others stay.
_REVIEWED = (
    ("jingyao", "宁夏晶曜光伏材料有限公司", _XIXIA, "yc-development"),
    ("tanfeng", "宁夏炭峰新材料有限公司", _LINGWU, "yc-high-tech"),
    ("lanbao", "银川蓝堡晶体有限公司", _XIXIA, "yc-development"),
    ("qinghe", "宁夏氢禾能源装备有限公司", _LINGWU, "yc-high-tech"),
    ("peiwang", "银川配望智联电力有限公司", _JINFENG, ""),
    ("ruquan", "贺兰乳泉食品有限公司", _HELAN, ""),
    ("yanxi", "银川岩溪酒庄有限公司", _XIXIA, ""),
    ("suimi", "永宁穗米粮油有限公司", _YONGNING, ""),
    ("jizhun", "银川极准机床有限公司", _XINGQING, ""),
    ("chixun", "贺兰齿讯传动有限公司", _HELAN, ""),
    ("yuncai", "银川云采数据有限公司", _JINFENG, ""),
    ("suanhe", "银川算禾科技有限公司", _JINFENG, ""),
    ("muche", "银川木辙新材有限公司", _XINGQING, ""),
    ("binglu", "银川冰麓冷链设备有限公司", _JINFENG, ""),
    ("yihui", "银川医汇仪器有限公司", _JINFENG, ""),
    ("shenghe", "贺兰晟禾饲料有限公司", _HELAN, ""),
    ("tieyun", "贺兰铁耘农机有限公司", _HELAN, ""),
    ("guangyu", "灵武光屿照明有限公司", _LINGWU, ""),
    ("zhichuan", "银川智川安防有限公司", _XINGQING, ""),
    ("moxin", "永宁墨芯电子有限公司", _YONGNING, ""),
    ("ronghua", "灵武绒桦纺织有限公司", _LINGWU, "yc-high-tech"),
    ("hanji", "银川焊迹机器人有限公司", _JINFENG, ""),
    ("panyan", "灵武磐岩矿山装备有限公司", _LINGWU, "yc-high-tech"),
    ("meiqing", "灵武煤清洗选科技有限公司", _LINGWU, "yc-high-tech"),
)
UNITS = (
    *(Unit(key, name, "enterprise", region, park) for key, name, region, park in _FIRMS),
    Unit("hospital", "银川杏林第九医院", "medical_institution", _XINGQING, sector="yc-health"),
    Unit("shuyuan", "宁夏曙原大学", "university", _XIXIA, body="shuyuan"),
    *(Unit(key, name, "enterprise", region, park) for key, name, region, park in _REVIEWED),
)
_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
#: Who holds how much of whom, in thousandths: one group of three.
GROUP = (("gouyun", "lanting", 600), ("gouyun", "changzao", 350))


def code_of(unit: Unit) -> str:
    """Its unified social credit code: invented, with the right check digit."""
    number = [each.key for each in UNITS].index(unit.key) + 1
    body = f"{'91' if unit.kind == 'enterprise' else '12'}{unit.region}MA{number:07d}"
    return next(body + digit for digit in _DIGITS if _checks(body + digit))


def _checks(code: str) -> bool:
    try:
        return check_credit_code(code) == code
    except WrongCode:
        return False
