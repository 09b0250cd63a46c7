"""Names of files by strangers, made fit to be shown, listed and saved again: cleaned, never refused."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120
#: A name of which nothing is left.
NAMELESS = "附件"
#: Signs that Windows does not save in a name.
_NOT_SAVED = re.compile(r'[<>:"|?*]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
#: Controls, marks that turn or hide text (U+202E), halves of characters, private and unassigned ones.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
#: Pictures, dingbats, and what chooses between a sign and its picture. (⺀, 𠮷 and other rare characters are kept.)
_PICTURES = ((0x1F000, 0x1FBFF), (0x2600, 0x27BF), (0xFE00, 0xFE0F), (0x20E3, 0x20E3))


def shown_name(name: str) -> str:
    """The name as it may be shown and saved: no folders, nothing invisible, at most 120 characters, same extension.

    >>> shown_name("../../𠮷林📎报告.PDF"), shown_name("C:\\\\a\\\\报告\\u202efdp.exe")
    ('𠮷林报告.pdf', '报告fdp.exe')
    """
    own = re.split(r"[/\\]", name)[-1]
    seen = "".join(" " if sign.isspace() else sign for sign in unicodedata.normalize("NFC", own) if _is_seen(sign))
    clean = " ".join(_NOT_SAVED.sub("_", seen).split()).rstrip(". ")
    stem, dot, extension = clean.rpartition(".") if _EXTENSION.search(clean) else (clean, "", "")
    stem = stem.strip(". ") or NAMELESS
    stem = f"_{stem}" if _DEVICES.match(stem) else stem
    ending = dot + extension.lower()
    return stem[: LONGEST - len(ending)].rstrip(". ") + ending


#: No kind of file has a longer one, and none is written in other letters.
_EXTENSION = re.compile(r"\.[0-9A-Za-z]{1,10}$")


def extension_of(name: str) -> str:
    """The extension in small letters, without its dot; empty if there is none.

    >>> extension_of("报告.PDF"), extension_of("报告")
    ('pdf', '')
    """
    found = _EXTENSION.search(name)
    return found.group()[1:].lower() if found else ""


def _is_seen(sign: str) -> bool:
    if sign.isspace():
        return True
    picture = any(first <= ord(sign) <= last for first, last in _PICTURES)
    return not picture and unicodedata.category(sign) not in _UNSEEN
