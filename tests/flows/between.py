"""What happens between the clicks of a whole round, by calling actions in the office's own home: `python -m tests.flows.between STEP`.

A process of its own, because the process of the tests has another database. Prints JSON.
"""

from __future__ import annotations

import json
import sys

import django

#: What the experts give a case, of a hundred: the more, the higher its number.
POINTS = {1: 60, 2: 67, 3: 74, 4: 81, 5: 88}


def main() -> None:
    """Take one step: `fill`, or one of `declare`, `seats`, `score`, `vote`, `verify` with the code of a round."""
    django.setup()
    from tests.flows import others

    step, *about = sys.argv[1:]
    sys.stdout.write(json.dumps(getattr(others, step)(*about)))


if __name__ == "__main__":
    main()
