"""`python -m zhinan` is the command line."""

from __future__ import annotations

from zhinan.cli import main

if __name__ == "__main__":
    main()
