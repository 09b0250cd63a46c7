"""The one place that sets pages: a template of this folder and plain values in, a PDF for the archive (PDF/A-2b) out.

What people wrote reaches a template as data and is never read as markup. No network, no fonts but those named here.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

import typst

from zhinan.server.paper.coverage import characters_of
from zhinan.server.paper.wording import BEIJING
from zhinan.values.text import Lang, Text

#: What a template is given: the words of a page, already in its language.
Words = str | Sequence["Words"] | Mapping[str, "Words"]


@dataclass(frozen=True, slots=True)
class Setting:
    """What every paper has: its title, what stands at the foot of each page, its language, its moment.

    `fonts` is a folder of the office's own fonts, for characters that the shipped ones lack.
    """

    title: str
    foot: str
    lang: Lang
    at: datetime
    fonts: Path | None = None


def typeset(template: str, words: Mapping[str, Words], setting: Setting) -> bytes:
    """The PDF that `template`.typ makes of the words; the same values give the same bytes.

    A character that no font can show stands as its number, `[U+1F600]`: nothing is lost in silence.
    """
    data = {
        **words, "title": setting.title, "foot": setting.foot[:_FOOT], "lang": setting.lang,
        "page": _PAGE.in_lang(setting.lang).split("|"),
    }  # fmt: skip
    return typst.compile(
        f"{_template('house')}\n{_template(template)}".encode(),
        font_paths=_fonts(setting.fonts),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(_shown(data, _covered(setting.fonts)))},
        pdf_standards=["a-2b"],
        timestamp=setting.at.astimezone(BEIJING).replace(microsecond=0),  # a PDF knows no smaller part
    )


#: A foot is one line.
_FOOT = 60
#: Before the number of the page, between it and how many there are, after that.
_PAGE = Text("第 | 页，共 | 页", "page | of |")


@cache
def _template(name: str) -> str:
    return files("zhinan.server.paper").joinpath(f"{name}.typ").read_text(encoding="utf-8")


# -- fonts --------------------------------------------------------------------------------------------


def _folders(office: Path | None) -> list[Path]:
    # The wheel is one of those that are always unpacked: fonts are read by the typesetter, not by Python.
    shipped = Path(str(files("pylopdf_fonts_zh_cn")))
    return [shipped] if office is None else [shipped, office]


@cache
def _fonts(office: Path | None) -> typst.Fonts:
    # With those built into the typesetter: figures and digests are set in one of them.
    return typst.Fonts(include_system_fonts=False, font_paths=[str(folder) for folder in _folders(office)])


@cache
def _covered(office: Path | None) -> frozenset[int]:
    """The characters that can be shown: those of the fonts that the typesetter could load from a file."""
    loaded = sorted({font.path for font in _fonts(office).fonts() if font.path})
    return frozenset[int]().union(*(characters_of(Path(path)) for path in loaded))


# -- what people wrote --------------------------------------------------------------------------------


def _shown(words: Words, covered: frozenset[int]) -> Words:
    if isinstance(words, str):
        return _plain(words, covered)
    if isinstance(words, Mapping):
        return {name: _shown(word, covered) for name, word in words.items()}
    return [_shown(word, covered) for word in words]


#: Controls, marks that turn or hide text, and what chooses between the shapes of a character.
_UNSEEN = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def _plain(text: str, covered: frozenset[int]) -> str:
    composed = unicodedata.normalize("NFC", re.sub(r"\r\n?|[\u2028\u2029\x85\x0b\x0c]", "\n", text).replace("\t", " "))
    return "".join(_plain_sign(sign, covered) for sign in composed)


def _plain_sign(sign: str, covered: frozenset[int]) -> str:
    if sign == "\n":
        return sign
    if unicodedata.category(sign) in {"Cc", "Cf"} or _UNSEEN.match(sign):
        return ""
    # A private character has a shape only in the font of whoever made it up.
    known = ord(sign) in covered and unicodedata.category(sign) not in {"Co", "Cs"}
    return sign if known else f"[U+{ord(sign):04X}]"
