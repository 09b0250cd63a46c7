"""The library of guides, the clause reader, and each scheme with all that it asks and gives."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from zhinan.policy.edition import Passage
from zhinan.server import clock
from zhinan.server.queries import guides as library
from zhinan.server.queries.public_calls import open_calls_with
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.address import one_of, word
from zhinan.values.text import Lang, Text


@require_GET
def guides(request: HttpRequest) -> HttpResponse:
    """Every guide, narrowed by what stands in the address."""
    regions = library.regions_of_guides()
    words = word(request.GET, "words")
    kind, region = one_of(request.GET, "kind", library.KINDS), one_of(request.GET, "region", regions)
    filters = [
        {"name": "words", "label": Text("指南、发布机构或事项", "Guide, issuer or scheme"), "value": words},
        {"name": "kind", "label": Text("类别", "Kind"), "value": kind, "options": _options(library.KINDS)},
        {"name": "region", "label": Text("地区", "Region"), "value": region, "options": _options(regions)},
    ]
    today = clock.today()
    found = library.guides_listed(words=words, kind=kind, region=region)
    rows = [(each, each.is_in_force(today)) for each in found]
    return render(request, "guides/guides.html", {"filters": filters, "rows": rows})


def _options(names: dict[str, Text]) -> list[dict[str, object]]:
    return [{"key": key, "name": name} for key, name in names.items()]


@require_GET
def guide(request: HttpRequest, pack: str) -> HttpResponse:
    """The clause reader."""
    found, words = library.guide(pack), word(request.GET, "words")
    clauses = library.clauses_found(pack, words) if words else ()
    shown = {
        "guide": found, "words": words, "count": len(clauses), "outline": library.outline(pack),
        "clauses": _shown(clauses, pack, flat=True) if words else _all_shown(pack, lang()),
        "is_in_force": found.is_in_force(clock.today()),
    }  # fmt: skip
    return render(request, "guides/guide.html", shown)


@lru_cache(maxsize=64)
def _all_shown(pack: str, _lang: Lang) -> SafeString:
    """Every clause of a guide in one language: the same for everybody, and much to make."""
    return _shown(library.clauses_of(pack), pack)


def _shown(clauses: tuple[Passage, ...], pack: str, *, flat: bool = False) -> SafeString:
    return render_to_string("guides/clauses.html", {"clauses": clauses, "pack": pack, "flat": flat})


@require_GET
def guide_scheme(request: HttpRequest, pack: str, scheme: str) -> HttpResponse:
    """One scheme of a guide."""
    read = library.scheme_read(pack, scheme)
    return render(request, "guides/scheme.html", {"read": read, "calls": open_calls_with(pack, scheme, at=clock.now())})


addresses = [
    path("guides/", guides, name="guides"),
    path("guides/<slug:pack>/", guide, name="guide"),
    path("guides/<slug:pack>/<slug:scheme>/", guide_scheme, name="guide-scheme"),
]
