"""Codes people and organisations are known by: the credit code and the identity card number, checked.

GB 32100-2015 统一社会信用代码 and GB 11643-1999 公民身份号码. python-stdnum computes the check digits. Its
`validate` is not used, because it refuses codes that are in use: rural collectives, whose credit codes begin
with N, and people whose card was first issued by a county younger than they are.
"""

from __future__ import annotations

import unicodedata

from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidComponent

from zhinan.values.problem import Mistake, Problem, Span
from zhinan.values.regions import find_region
from zhinan.values.text import Text, same


class WrongCode(ValueError):
    """A code that cannot be right. `problem` says where and why, for a reader of either language."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.show("en"))


def check_credit_code(text: str) -> str:
    """The 统一社会信用代码 in `text` as it is printed on a certificate: 18 capitals and digits, no spaces.

    Spaces, hyphens, small letters and full-width characters are put right. Raises `WrongCode` otherwise.

    >>> check_credit_code(" 91110000-600037341l ")
    '91110000600037341L'
    >>> check_credit_code("911100006000373417")
    Traceback (most recent call last):
    zhinan.values.codes.WrongCode: character 18, the check digit, should be L, not 7 [credit-code-check-digit]
        911100006000373417
                         ^
        compare the code with the certificate, character by character
    """
    written = _Written(text)
    written.refuse_a_wrong_length(_CREDIT_LENGTH)
    strange = [at for at, char in enumerate(written.code) if not _fits_credit_code(at, char)]
    if strange:
        raise _strange_in_credit_code(written, strange)
    if (expected := uscc.calc_check_digit(written.code)) != written.code[-1]:
        raise written.wrong(_CREDIT_CHECK_DIGIT, at=17, expected=expected, found=written.code[-1])
    return written.code


def check_identity_number(text: str) -> str:
    """The 公民身份号码 in `text`: 17 digits and a check digit, which may be X.

    Raises `WrongCode`. Its sentences never repeat the number, and its problem carries no source line:
    messages are logged and mailed.

    >>> check_identity_number("11010519491231002x")
    '11010519491231002X'
    """
    written = _Written(text, is_private=True)
    written.refuse_a_wrong_length(_IDENTITY_LENGTH)
    for at, char in enumerate(written.code):
        if char not in ("0123456789X" if at == 17 else "0123456789"):
            raise written.wrong(_IDENTITY_CHARACTER, at=at, place=at + 1)
    # 83 stands for residents from Taiwan and is no division of GB/T 2260.
    if written.code[:2] != "83" and find_region(written.code[:2] + "0000") is None:
        raise written.wrong(_IDENTITY_PROVINCE, at=0, to=2)
    try:
        ric.get_birth_date(written.code)
    except InvalidComponent:
        raise written.wrong(_IDENTITY_BIRTHDAY, at=6, to=14) from None
    if ric.calc_check_digit(written.code) != written.code[-1]:
        raise written.wrong(_IDENTITY_CHECK_DIGIT, at=17)
    return written.code


class _Written:
    """A code as it was written, and where each of its characters stood there."""

    def __init__(self, text: str, *, is_private: bool = False) -> None:
        kept = [
            (at, char)
            for at, raw in enumerate(text)
            for char in unicodedata.normalize("NFKC", raw).upper()
            if not char.isspace() and char not in "-\u2010\u2011\u2012\u2013\u2014"
        ]
        self.source = "" if is_private else text
        self.code = "".join(char for _, char in kept)
        self._places = [at for at, _ in kept]

    def refuse_a_wrong_length(self, mistake: Mistake) -> None:
        if len(self.code) != 18:
            raise WrongCode(self._problem(mistake, None, have=len(self.code)))

    def wrong(self, mistake: Mistake, *, at: int, to: int | None = None, **words: object) -> WrongCode:
        """The mistake, shown at characters `at` up to `to` of the code, wherever they stood in the text."""
        span = Span(self._places[at], self._places[(to or at + 1) - 1] + 1)
        return WrongCode(self._problem(mistake, span, **words))

    def _problem(self, mistake: Mistake, span: Span | None, **words: object) -> Problem:
        return mistake.at(span, **words).placed(file="", line=0, source=self.source)


def _fits_credit_code(at: int, char: str) -> bool:
    """Two characters for who registered what, six digits for the region, nine and one for the rest."""
    return char in ("0123456789" if 2 <= at < 8 else _CREDIT_ALPHABET)


def _strange_in_credit_code(written: _Written, strange: list[int]) -> WrongCode:
    mended = "".join(_LOOKS_LIKE.get(char, char) if at in strange else char for at, char in enumerate(written.code))
    is_plausible = all(_fits_credit_code(at, char) for at, char in enumerate(mended))
    is_plausible = is_plausible and uscc.calc_check_digit(mended) == mended[-1]
    return written.wrong(
        _CREDIT_CHARACTER_MENDED if is_plausible else _CREDIT_CHARACTER,
        at=strange[0],
        places=Text(
            "、".join(f"第 {at + 1} 位“{written.code[at]}”" for at in strange),
            ", ".join(f"character {at + 1} ({written.code[at]})" for at in strange),
        ),
        mended=same(mended),
    )


_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LOOKS_LIKE = {"O": "0", "I": "1", "Z": "2", "S": "5"}

_CREDIT_LENGTH = Mistake(
    "credit-code-length",
    Text("统一社会信用代码应为 18 位，这里有 {have} 位", "a credit code has 18 characters; this has {have}"),
    Text("请对照证照补全", "compare it with the certificate"),
)
_CREDIT_CHARACTER = Mistake(
    "credit-code-character",
    Text("统一社会信用代码中不会出现：{places}", "a credit code cannot have {places}"),
    Text(
        "代码不用字母 I、O、S、V、Z，第 3 至 8 位是行政区划代码，只用数字",
        "the letters I, O, S, V, Z are not used; characters 3 to 8 are the region, and digits",
    ),
)
_CREDIT_CHARACTER_MENDED = Mistake(
    _CREDIT_CHARACTER.code, _CREDIT_CHARACTER.says, Text("是否应为 {mended}？", "perhaps {mended}?")
)
_CREDIT_CHECK_DIGIT = Mistake(
    "credit-code-check-digit",
    Text(
        "第 18 位是校验码，应为 {expected}，这里是 {found}",
        "character 18, the check digit, should be {expected}, not {found}",
    ),
    Text("请对照证照逐位核对", "compare the code with the certificate, character by character"),
)
_IDENTITY_LENGTH = Mistake(
    "identity-number-length",
    Text("公民身份号码应为 18 位，这里有 {have} 位", "an identity number has 18 characters; this has {have}"),
    Text("请填写现行身份证上的 18 位号码", "give the 18 characters of the present card"),
)
_IDENTITY_CHARACTER = Mistake(
    "identity-number-character",
    Text(
        "公民身份号码第 {place} 位应为数字（第 18 位也可为 X）",
        "character {place} of an identity number is a digit (the 18th may be X)",
    ),
)
_IDENTITY_PROVINCE = Mistake(
    "identity-number-region",
    Text("没有以这两位开头的省级行政区划", "no province has the code these two digits give"),
    Text("请核对前 6 位", "look again at the first six digits"),
)
_IDENTITY_BIRTHDAY = Mistake(
    "identity-number-birthday",
    Text("第 7 至 14 位不是一个存在的日期", "characters 7 to 14 are not a day that exists"),
    Text("请核对出生日期（年年年年月月日日）", "look again at the birthday (YYYYMMDD)"),
)
_IDENTITY_CHECK_DIGIT = Mistake(
    "identity-number-check-digit",
    Text("校验码与前 17 位不符", "the check digit does not agree with the 17 digits before it"),
    Text("请对照身份证逐位核对", "compare the number with the card, character by character"),
)
