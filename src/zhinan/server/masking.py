"""Masking for blind reading: what would tell who applies is taken out of a text, however it is written there.

    mask = mask_of(["宁夏杞源生物科技有限公司", "张三"])
    mask.over("杞 源 生 物 的张三教授")

It finds known words and numbers that lead to their owners. It cannot find what is only hinted at: an officer reads the papers
before they are released.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from zhinan.values.regions import find_region

#: What stands where something was taken out.
HIDDEN = "〔隐去〕"


@dataclass(frozen=True, slots=True)
class Mask:
    """What is to be taken out of texts: patterns over their folded form."""

    patterns: tuple[re.Pattern[str], ...]

    def over(self, text: str) -> str:
        """The text with everything that was found replaced by `HIDDEN`; masking twice changes nothing more."""
        parts, end = [], 0
        for start, stop in _joined(self._spans(text)):
            parts += [text[end:start], HIDDEN]
            end = stop
        return "".join([*parts, text[end:]])

    def found(self, text: str) -> tuple[str, ...]:
        """What would be taken out, as it is written there, each once."""
        return tuple(dict.fromkeys(text[start:stop] for start, stop in _joined(self._spans(text))))

    def _spans(self, text: str) -> list[tuple[int, int]]:
        folded, places = _folded(text)
        spans = []
        for pattern in self.patterns:
            spans += [(places[found.start()], places[found.end() - 1] + 1) for found in pattern.finditer(folded)]
        return sorted(spans)


#: The mask that hides nothing.
OPEN = Mask(())


def mask_of(words: Iterable[str], *, common: str = "") -> Mask:
    """The mask for the names of a case: of units with the short forms people use, of persons with their titles, and numbers.

    `common` is text of everyone's (the directions of a guide): a short form of two characters that stands there is a word.
    """
    names = dict.fromkeys(form for word in words for form in forms_of(word, common=common))
    known = (pattern for name in sorted(names, key=len, reverse=True) if (pattern := _pattern(name)))
    people = (_titled(name) for name in names if _PERSON.fullmatch(name))
    return Mask(tuple(re.compile(each) for each in dict.fromkeys((*known, *people, *_NUMBERS))))


# ─── the forms of a name ───


def forms_of(word: str, *, common: str = "") -> Iterator[str]:
    """A name and the short forms people make of it.

    >>> list(forms_of("宁夏杞源生物科技有限公司"))
    ['宁夏杞源生物科技有限公司', '宁夏杞源生物科技', '杞源生物科技', '杞源']
    >>> list(forms_of("宁夏大学")), list(forms_of("枸杞科技有限公司", common="枸杞精深加工"))
    (['宁夏大学'], ['枸杞科技有限公司', '枸杞科技'])
    """
    whole = unicodedata.normalize("NFKC", word).strip()
    without = re.sub(r"\([^()]*\)", "", whole)
    core = _LEGAL.sub("", without)
    bare = _without_place(core)
    brand = _TRADE_END.sub("", bare)
    for form in dict.fromkeys((whole, without, core, bare, brand)):
        is_word = len(_letters(form)) <= _SHORT and form != whole and form in common
        if len(_letters(form)) > 1 and not _GENERIC.fullmatch(form) and not is_word:
            yield form
    if two := _TWO_NAMES.fullmatch(whole):
        yield f"{two[2]} {two[1]}"


def _without_place(name: str) -> str:
    """A name without the places it begins with."""
    for length in range(len(name) - 1, 1, -1):
        if find_region(name[:length]) is not None:
            return _without_place(name[length:]) if length < len(name) - 1 else name
    return name.removeprefix("中国") if len(name) > _SHORT + 1 else name


_SHORT = 2
_LEGAL = re.compile(
    r"(?:股份有限公司|有限责任公司|集团有限公司|有限公司|分公司|总公司|集团公司|公司|集团|合伙企业|专业合作社|合作社)+$"
)
_TRADE = (
    "生物|科技|技术|工程|医药|药业|食品|农业|能源|电力|电气|电子|信息|智能|环保|材料|新材料|化工|机械|装备|制造|实业|产业|发展|投资|开发|"
    "研究|研发|设计|服务|网络|软件|数据|医疗|健康|新能源|数字|现代|创新|文化|工业|商贸|贸易|控股|建设|建筑|设备|仪器|汽车|矿业|冶金|酒业|牧业|乳业|种业|"
    "大学|学院|学校|职业|师范|医科|理工|农林|研究院|研究所|研究中心|科学院|医院|中心|实验室|设计院|工程院|中学|技师|院|所|厂|店|社|局|企业|单位|人民|附属|第[一二三四五六七八九十]"
)
_TRADE_END = re.compile(rf"(?:{_TRADE})+$")
#: Words that name nobody.
_GENERIC = re.compile(rf"(?:{_TRADE}|省|市|区|县|自治区|无|没有|不详|未知|本人|本单位|暂无|股份|有限|集团|公司)+")
_TWO_NAMES = re.compile(r"([A-Za-z'’-]+) ([A-Za-z'’-]+)")

# ─── patterns ───

_IDEOGRAPH = "\u3400-\u9fff\U00020000-\U000323af"
_PERSON = re.compile(rf"[{_IDEOGRAPH}]{{2,4}}")
_TWO_SURNAMES = "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|令狐|慕容|宇文|长孙|司徒|夏侯|端木|南宫|司空|闻人|呼延|独孤"
_TITLES = (
    "副?教授|副?研究员|院士|博士|硕士|老师|导师|副?主任|副?所长|副?院长|副?校长|董事长|副?总经理|副?经理|副?总工|总工程师|高级工程师|工程师|高工|副?厂长|副?书记|"
    "副?处长|副?会长|团队|课题组"
)
#: Between the characters of a short name only blanks and the dot within foreign names; of a long one any signs.
_NARROW, _WIDE = r"[ \t·•‧・]{0,3}", r"[\W_]{0,4}"


def _letters(name: str) -> list[str]:
    return [sign for sign in _folded(name)[0] if sign.isalnum()]


def _pattern(name: str) -> str:
    """A pattern for a name; empty for one that is too short to be told from other words."""
    letters = _letters(name)
    if len(letters) < _SHORT:
        return ""
    gap = _NARROW if len(letters) <= _SHORT + 1 else _WIDE
    before = r"(?<![0-9a-z])" if letters[0].isascii() else ""
    after = r"(?![0-9a-z])" if letters[-1].isascii() else ""
    return before + gap.join(map(re.escape, letters)) + after


def _titled(name: str) -> str:
    """A person by family name and title."""
    family = found.group() if (found := re.match(_TWO_SURNAMES, name)) and len(name) > _SHORT else name[0]
    return _NARROW.join(family) + _NARROW + f"(?:{_TITLES})"


_EDGE, _STOP = r"(?<![0-9a-z])", r"(?![0-9a-z])"
#: What leads to its owner without any name: addresses, telephones, codes of units and persons, patents, registrations, papers.
_NUMBERS = (
    r"[0-9a-z._%+-]+ ?(?:@|\[at\]|\(at\)) ?[0-9a-z-]+(?: ?\. ?[0-9a-z-]+)+",
    r"(?:https?|ftp)\s?:\s?//[!-~]+",
    rf"{_EDGE}(?:[0-9a-z-]+\.)+(?:com|cn|net|org|edu|gov|top|vip|info|tech)(?:\.cn)?(?:/[!-~]*)?{_STOP}",
    rf"{_EDGE}(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d){{8}}{_STOP}",
    rf"{_EDGE}\(?0\d{{2,3}}\)?[ \-\u2010-\u2015]?\d{{3,4}}[ \-\u2010-\u2015]?\d{{4}}{_STOP}",
    rf"{_EDGE}[0-9a-hj-npqrtuwxy]{{2}}\d{{6}}[0-9a-hj-npqrtuwxy]{{10}}{_STOP}",
    rf"{_EDGE}zl ?\d{{4}} ?\d ?\d{{7}}(?: ?\. ?[0-9x])?{_STOP}",
    rf"{_EDGE}cn ?\d{{7,12}}(?:\.[0-9x])?(?: ?[abcuy]\d?)?{_STOP}",
    rf"{_EDGE}20\d{{2}}[12389]\d{{7}}\.[0-9x]{_STOP}",
    rf"{_EDGE}\d{{4}}sr\d{{6,8}}{_STOP}",
    rf"{_EDGE}10\.\d{{4,9}}/[!-~]+",
)  # fmt: skip


def _folded(text: str) -> tuple[str, list[int]]:
    """The text in one form (half-width, small letters, no accents, nothing invisible), and where each sign of it is from."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for plain in unicodedata.normalize("NFKD", sign).casefold():
            if unicodedata.category(plain) not in ("Mn", "Me", "Cf", "Cc") or plain in "\n\t":
                signs.append(plain)
                places.append(place)
    return "".join(signs), places


def _joined(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans that touch as one."""
    joined: list[tuple[int, int]] = []
    for start, stop in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    assert all(first[1] < second[0] for first, second in pairwise(joined))
    yield from joined
