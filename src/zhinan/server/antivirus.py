"""Asks a clamd daemon about a file; for offices that run one."""

from __future__ import annotations

import re
import socket
import struct
from io import BytesIO
from typing import IO

from django.conf import settings

from zhinan.server import uploads_mistakes as mistakes
from zhinan.values.problem import BadInput

_PIECE = 1 << 16
#: The daemon answers in one short line.
_LONGEST_ANSWER = 4096


def scan_if_set(content: bytes) -> None:
    """Ask the office's own daemon, where one is set. Raises as `scan` does."""
    if settings.ANTIVIRUS:
        host, _, port = settings.ANTIVIRUS.rpartition(":")
        scan(content, host, int(port))


def scan(content: bytes | IO[bytes], host: str, port: int, *, timeout: float = 30.0) -> None:
    """Nothing, when the daemon at `host:port` finds nothing. Raises `BadInput` if it does, and if it cannot be asked.

    A file in doubt is not taken: a scanner that is away would else be the way in.
    """
    file = BytesIO(content) if isinstance(content, bytes) else content
    file.seek(0)
    try:
        answer = _asked(file, (host, port), timeout)
    except OSError:
        raise BadInput([mistakes.SCANNER_AWAY.at()]) from None
    file.seek(0)
    if found := re.search(r": (.+) FOUND$", answer):
        raise BadInput([mistakes.INFECTED.at(found=found.group(1))])
    if not answer.endswith(": OK"):
        raise BadInput([mistakes.SCANNER_AWAY.at()])


def _asked(file: IO[bytes], address: tuple[str, int], timeout: float) -> str:
    """The daemon's answer to INSTREAM: the content in pieces, each after its length, closed by an empty one."""
    with socket.create_connection(address, timeout) as line:
        line.sendall(b"zINSTREAM\0")
        while piece := file.read(_PIECE):
            line.sendall(struct.pack(">I", len(piece)) + piece)
        line.sendall(struct.pack(">I", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER and (part := line.recv(_LONGEST_ANSWER)):
            answer += part
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
