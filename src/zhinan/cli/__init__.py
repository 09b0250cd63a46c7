"""The command line: the one shell. It alone reads the clock, the environment and the terminal; it decides nothing."""

from __future__ import annotations

from zhinan.cli.command import Contents

#: The entry of `zhinan` and of `python -m zhinan`.
main = Contents()
