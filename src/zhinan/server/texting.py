"""Text messages: what a gateway must be able to do, and the one that keeps them in the outbox."""

from __future__ import annotations

from typing import Protocol


class Gateway(Protocol):
    """Sends one text. Raises `OSError` when it cannot; the job tries again."""

    def send(self, *, mobile: str, text: str) -> None:
        """Send `text` to `mobile`."""


class KeepInOutbox:
    """Sends nothing: the message stays in the platform's table, where the demo shows it."""

    def send(self, *, mobile: str, text: str) -> None:
        """Nothing leaves."""
