"""Tags and filters every template may use: two languages side by side, money, moments, and parts with their own slots."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.timezone import localtime

from zhinan.review.sheet import plain
from zhinan.values.quantity import format_money
from zhinan.values.text import Lang, Text

register = template.Library()


def lang() -> Lang:
    """The language of the page being made."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh"


@register.simple_tag
def t(zh: str, en: str, **words: object) -> str:
    """The words in the language of the page, escaped like any other text: `{% t "申报" "Apply" %}`; `{name}` is filled."""
    said = zh if lang() == "zh" else en
    return said.format(**words) if words else said


@register.filter
def say(text: object) -> object:
    """A `Text` in the language of the page; anything else as it is."""
    return text.in_lang(lang()) if isinstance(text, Text) else text


@register.filter
def money(fen: int | None) -> str:
    """An amount in fen as people write it; a dash when there is none."""
    return "—" if fen is None else format_money(fen, lang())


@register.filter
def score(value: Decimal | None) -> str:
    """A score without closing zeros; a dash when there is none."""
    return "—" if value is None else plain(value)


@register.filter
def moment(at: datetime | None) -> str:
    """A moment in Beijing time, to the minute."""
    return "—" if at is None else localtime(at).strftime("%Y-%m-%d %H:%M")


@register.filter
def second(at: datetime | None) -> str:
    """A moment in Beijing time, to the second."""
    return "—" if at is None else localtime(at).strftime("%Y-%m-%d %H:%M:%S")


@register.filter
def called(row: object) -> str:
    """The name of a row that has one in two languages (`name_zh`, `name_en` or `title_zh`, `title_en`)."""
    for stem in ("name", "title"):
        zh, en = getattr(row, f"{stem}_zh", None), getattr(row, f"{stem}_en", None)
        if zh is not None:
            return str(zh if lang() == "zh" else en or zh)
    return "" if row is None else str(row)


#: Addresses below which others have pages of their own: the home, the desk (calls are managed at /desk/calls/).
_APART = ("/", "/desk/")


@register.simple_tag(takes_context=True)
def here(context: Context, address: str) -> str:
    """What `aria-current` says of a link: `page` on the page itself, `true` below it, nothing elsewhere."""
    path = context["request"].path
    if path == address:
        return "page"
    return "true" if address not in _APART and path.startswith(address) else ""


@register.simple_block_tag
def part(content: str, which: str, **words: object) -> str:
    """A part of the page around what stands in it: `{% part "panel" title=name %}…{% endpart %}` shows `parts/panel.html`."""
    return render_to_string(f"parts/{which}.html", {**words, "slot": content})


@register.simple_tag
def near(number: int, last: int) -> list[int | None]:
    """The page numbers worth a link: the first, the last, those beside this one; None for what is left out between."""
    shown = sorted({1, last, *range(max(1, number - 2), min(last, number + 2) + 1)})
    return [n for page in shown for n in ((None, page) if page > 1 and page - 1 not in shown else (page,))]


@register.simple_block_tag
def sample(content: str) -> object:
    """Invented rows for the style page, written as JSON in place; `at` is a moment: `{% sample as rows %}[…]{% endsample %}`."""
    return json.loads(content, object_hook=_with_moments)


def _with_moments(row: dict[str, object]) -> dict[str, object]:
    return row | ({"at": datetime.fromisoformat(str(row["at"]))} if "at" in row else {})
