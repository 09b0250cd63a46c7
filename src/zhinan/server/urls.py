"""Every address of the platform: each page's module lists its own."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from zhinan.server.web import (
    applications,
    asking,
    authorities,
    awards,
    call_desk,
    calls,
    cases,
    check,
    decisions,
    desk,
    doors,
    draws,
    events,
    expert_desk,
    expert_import,
    experts,
    guides,
    home,
    inbox,
    joining,
    listings,
    meetings,
    notices,
    objections,
    outbox,
    papers,
    personas,
    progress,
    queue,
    rankings,
    releasing,
    results,
    reviewing,
    round_rules,
    rounds,
    topics,
    units,
    verify,
)

_PUBLIC = (home, calls, guides, check, verify, joining, notices, awards)
_WORK = (doors, desk, inbox, applications, papers, cases, queue, listings, call_desk, topics, units, authorities, events)
_REVIEW = (rounds, round_rules, asking, draws, meetings, progress, releasing, reviewing, results, rankings, decisions, objections)
_BANK = (expert_import, experts, expert_desk)
_DEMO = (outbox, personas) if settings.DEMO else ()

urlpatterns: list[URLPattern | URLResolver] = [
    *(address for module in (*_PUBLIC, *_WORK, *_REVIEW, *_BANK, *_DEMO) for address in module.addresses),
    path("accounts/", include("allauth.urls")),
]
handler400 = "zhinan.server.web.refusals.bad_request"
handler404 = "zhinan.server.web.refusals.not_found"
handler500 = "zhinan.server.web.refusals.failed"
