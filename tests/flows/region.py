"""The rows that the walks begin from: the factories of the server's tests, on a calendar that ends in the coming weeks.

Run as a program in a home of its own, because the process of the tests has another: `python -m tests.flows.region` prints
the session of every person as JSON.
"""

from __future__ import annotations

import json
import sys

import django

PASSWORD = "gouqi-yu-helan-2026"


def main() -> None:
    """Fill an empty, migrated database."""
    django.setup()
    from tests.flows import rows

    sys.stdout.write(json.dumps(rows.fill(password=PASSWORD)))


if __name__ == "__main__":
    main()
