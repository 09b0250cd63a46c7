"""The officer's queue when ten thousand applications have been handed in: queries counted, the server's time for a page.

`python -m benchmarks.queue_of_10000` measures 1, 3 and 10 000 rows on SQLite and on PostgreSQL, page by page, through Django's
own client: no network, no browser. The rows are copies of one case that was handed in through the platform.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any

from benchmarks.measure import RESULTS, machine
from benchmarks.platform import place

SIZES = (1, 3, 10_000)
#: What an officer asks for: the queue as it opens, in other orders, its end, everything that came, one word among the titles.
ASKED = {
    "as it opens": "", "latest first": "?sort=submitted", "page 200": "?page=200", "all that reached us": "?whose=all",
    "by a word": "?words=枸杞", "by a word nobody used": "?words=奶业", "a stage": "?stage=intake",
}  # fmt: skip
ROUNDS = 30


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a queue of so many rows: queries, and milliseconds of the server for it."""

    rows: int
    asked: str
    queries: int
    p50: float
    p95: float


def measure(rows: int) -> list[Page]:
    """Bring the queue to so many rows and open every page."""
    from django.test import Client  # noqa: PLC0415  # this half runs where Django is ready

    from zhinan.server.models import User  # noqa: PLC0415  # as above

    _grow(rows)
    officer = Client(SERVER_NAME="localhost")
    officer.force_login(User.objects.get(username="officer"), backend="django.contrib.auth.backends.ModelBackend")
    return [_page(officer, rows, name, query) for name, query in ASKED.items()]


def _page(officer: Any, rows: int, name: str, query: str) -> Page:  # Any: Django's client, known in the other half only
    from django.db import connection  # noqa: PLC0415  # as above
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415  # as above

    officer.get(f"/queue/{query}")  # packs and templates are read once
    with CaptureQueriesContext(
        connection,
    ) as captured:
        status = officer.get(f"/queue/{query}").status_code
    queries = len(captured)  # at once: the next request begins a new count
    if status != 200:
        raise SystemExit(f"/queue/{query}: {status}")
    times = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        officer.get(f"/queue/{query}")
        times.append((perf_counter() - begun) * 1000)
    return Page(rows, name, queries, statistics.median(times), statistics.quantiles(times, n=20)[18])


def _grow(rows: int) -> None:
    """So many cases in intake at the city, of two hundred units."""
    from django.db import transaction  # noqa: PLC0415  # as above

    from benchmarks import office  # noqa: PLC0415  # as above
    from tests.server.making import unit  # noqa: PLC0415  # as above
    from zhinan.server.models import Application, Organisation, Submission  # noqa: PLC0415  # as above

    with transaction.atomic():
        first = Application.objects.filter(submitted_at__isnull=False).order_by("id").first() or office.one_in_intake()
        there = Application.objects.filter(submitted_at__isnull=False).count()
        units = list(Organisation.objects.filter(name__startswith="第").order_by("id")[:200])
        units += [unit(10_000 + number) for number in range(200 - len(units))] if rows > there + 100 else []
        body, case, reached = first.submissions.get(), Application.objects.get(id=first.id), list(first.reached.all())
        for number in range(there, rows):
            case.id = case.pk = None
            case._state.adding = True
            case.code, case.organisation, case.title = f"copy-{number}", units[number % len(units)], f"枸杞研究{number}"
            case.save()
            case.reached.add(*reached)
            body.id = body.pk = None
            body._state.adding = True
            body.application, body.receipt = case, f"copy-{number}-R1"
            body.save()
        assert Submission.objects.count() == rows
    from django.db import connection  # noqa: PLC0415  # as above

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def main() -> int:
    """Measure, print, keep the figures; 1 if the number of queries grows with the rows."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--on", choices=["SQLite", "PostgreSQL"], action="append", help="default: both")
    given = words.parse_args()
    found: dict[str, list[dict[str, Any]]] = {}  # Any: as the other process printed it
    for engine in given.on or ["SQLite", "PostgreSQL"]:
        with place(engine) as where:
            print(f"{engine} …", file=sys.stderr, flush=True)
            where.call("benchmarks.office", "fill", "1")
            found[engine] = [page for rows in SIZES for page in where.call("benchmarks.queue_of_10000", "rows", str(rows))]
    print("| database | rows | page | queries | p50 ms | p95 ms |\n|---|---|---|---|---|---|")
    for engine, pages in found.items():
        for page in pages:
            print(f"| {engine} | {page['rows']} | {page['asked']} | {page['queries']} | {page['p50']:.0f} | {page['p95']:.0f} |")
    kept = {"machine": machine("Django"), "runs": found}
    (RESULTS / "queue_of_10000.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    growing = {
        (engine, page["asked"])
        for engine, pages in found.items()
        for page in pages
        if page["queries"] != next(each["queries"] for each in pages if each["rows"] == 3 and each["asked"] == page["asked"])
        and page["rows"] > 3
    }
    print(f"more queries for more rows: {sorted(growing)}" if growing else "as many queries for 10 000 rows as for 3")
    return int(bool(growing))


if __name__ == "__main__":
    if sys.argv[1:2] == ["rows"]:
        print(json.dumps([asdict(page) for page in measure(int(sys.argv[2]))], ensure_ascii=False))
    else:
        sys.exit(main())
