"""The stories of the demo: who applies for what, how far each has come, and how many days ago it began."""

from __future__ import annotations

from typing import NamedTuple

from zhinan.server.demo.answers import Subject


class Story(NamedTuple):
    """One application: the unit, the recipe of its answers, its subject, where it stands now, when it began.

    Where it stands: `started filled ready handed-in sent-back listed sent asked mended accepted refused turned-down withdrawn`.
    """

    unit: str
    recipe: str
    subject: Subject
    stands: str
    began: int


def _sme(title: str, thing: str, investment: int = 120) -> Subject:
    return Subject(title, thing, "D-YC09", investment)


#: The call that is open in Yinchuan.
YINCHUAN = (
    Story("gouyun", "forces", Subject("枸杞多糖低温连续提取", "枸杞多糖提取", "D-YC01.3.3", 300), "started", 6),
    Story("gouyun", "high-tech", Subject("枸杞渣发酵制备功能饲料", "枸杞渣发酵", "D-YC02.1.2", 240), "ready", 8),
    Story("gouyun", "joint", Subject("枸杞病害区域联防预警", "枸杞病害识别", "", 200), "asked", 30),
    Story("tanyuan", "sme", _sme("滩羊冷鲜肉包装延保工艺", "冷鲜肉包装"), "handed-in", 9),
    Story("hetao", "sme", _sme("铸件砂眼在线识别与分拣", "铸件缺陷识别", 160), "handed-in", 7),
    Story("yunshuo", "sme", _sme("酒庄小型发酵罐温度联控", "发酵罐控温", 90), "handed-in", 5),
    Story("quxin", "forces", Subject("压滤机滤布破损预警", "滤布状态监测", "D-YC01.4", 260), "listed", 12),
    Story("mingzhu", "sme", _sme("智能水表低功耗组网", "水表组网", 150), "listed", 11),
    Story("shahu", "sme", _sme("乳品检测试剂盒快速显色", "乳品检测", 80), "sent", 30),
    Story("xingshan", "forces", Subject("铸造旧砂热法再生", "旧砂再生", "D-YC01.4", 320), "sent", 29),
    Story("lanting", "sme", _sme("可降解冷链箱体成型", "冷链箱体成型", 100), "sent-back", 10),
    Story("zhenbei", "sme", _sme("葡萄酒庄小批量灌装装置", "小批量灌装", 130), "sent", 28),
    Story("helanshi", "high-tech", Subject("贺兰石粉改性填料制备", "石粉改性", "D-YC02.1.4", 400), "accepted", 34),
    Story("guiyan", "forces", Subject("碳化硅晶锭切割损耗控制", "晶锭切割", "D-YC01.1.1", 480), "accepted", 33),
    Story("fengling", "forces", Subject("小型风机齿轮箱油液监测", "油液监测", "D-YC01.2.2", 360), "refused", 32),
    Story("yuehai", "forces", Subject("多源遥感数据共用索引", "遥感数据索引", "D-YC01.5", 280), "mended", 34),
    Story("feiyan", "forces", Subject("低空巡检航线自动规划", "航线规划", "D-YC01.6", 350), "sent", 27),
    Story("chengyi", "sme", _sme("苜蓿草捆水分在线测定", "草捆水分测定", 140), "handed-in", 6),
    Story("jinghe", "farming", Subject("冷凉蔬菜分拣视觉装置", "蔬菜分拣", "D-YC02.2.7", 150), "filled", 4),
    Story("ningquan", "farming", Subject("酿酒葡萄抗寒砧木扩繁", "砧木扩繁", "D-YC02.2.3", 180), "handed-in", 8),
    Story("minning", "farming", Subject("菌草饲料青贮菌剂", "青贮菌剂", "D-YC02.2.6", 160), "sent", 26),
    Story("liquan", "farming", Subject("盐碱塘循环水养殖", "循环水养殖", "D-YC02.2.8", 150), "turned-down", 28),
    Story("changhe", "sme", _sme("温室卷帘机远程诊断", "卷帘机诊断", 110), "withdrawn", 20),
    Story("lanyuan", "sme", _sme("挤奶机脉动器寿命监测", "脉动器监测", 100), "started", 3),
    Story("lingzhou", "high-tech", Subject("羊绒少水印花工艺", "羊绒印花", "D-YC02.1.1", 400), "sent", 29),
    Story("changzao", "sme", _sme("长枣鲜果差压预冷", "长枣预冷", 90), "handed-in", 4),
    Story("baitu", "forces", Subject("储能柜热失控早期预警", "热失控预警", "D-YC01.2.5", 420), "handed-in", 6),
    Story("yangzhi", "high-tech", Subject("煤基蜡精制催化剂", "蜡精制催化", "D-YC02.1.3", 500), "filled", 5),
    Story("hospital", "society", Subject("社区慢病随访提醒系统", "慢病随访", "D-YC02.3.1", 60), "handed-in", 7),
    Story("shuyuan", "young", Subject("盐碱土微生物固碳机理", "土壤固碳", "D-YC06", 10), "handed-in", 9),
    Story("shuyuan", "soft", Subject("科创债券的本地路径", "科技金融", "D-YC10.2.1"), "sent", 27),
)
#: The call that has closed: what it did not take in; what it did is in `reviewed`.
CLOSED = (Story("chengyi", "forces", Subject("电磁流量计现场校准", "流量计校准", "D-YC01.4", 220), "refused", 122),)
#: The call that is open in Xinjiang; the subjects are topics that the parks have settled.
XINJIANG = (
    Story("shuofang", "cluster", Subject("钠电储能模组循环寿命提升", "钠电储能模组", "D-XJ.1"), "sent-back", 24),
    Story("hongshan", "cluster", Subject("特高压套管国产绝缘材料", "套管绝缘材料", "D-XJ.2"), "handed-in", 7),
    Story("beiting", "leadership", Subject("采棉机打包装置可靠性", "打包装置", "D-XJ.3"), "checked", 12),
    Story("tianchi", "cluster", Subject("硅基负极材料中试放大", "硅基负极", "D-XJ.1"), "city", 30),
    Story("ganquan", "cluster", Subject("戈壁风机叶片防磨涂层", "叶片涂层", "D-XJ.2"), "forwarded", 32),
    Story("yamalik", "leadership", Subject("绿色算力液冷机柜", "液冷机柜", "D-XJ.3"), "taken-in", 34),
    Story("toutun", "leadership", Subject("矿山装备齿轮再制造", "齿轮再制造", "D-XJ.3"), "with-region", 33),
    Story("midong", "cluster", Subject("煤化工浓盐水分质结晶", "分质结晶", "D-XJ.2"), "started", 3),
)
