"""Ports: is one free, and which is the next."""

from __future__ import annotations

import socket

from zhinan.server.refused import Refused
from zhinan.values.problem import Mistake
from zhinan.values.text import Text

#: How many ports after the wanted one are tried.
TRIED = 20
_TAKEN = Mistake(
    "port-taken", Text("端口 {port} 已被占用，或者不许使用", "port {port} is taken, or not allowed"),
    Text("先停掉占用它的程序，或者换一个：--port {other}", "stop what uses it, or take another: --port {other}"),
)  # fmt: skip


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError):
            return False
    return True


def free_port(host: str, wanted: int) -> int:
    """The wanted port, or the first free one after it. Raises `Refused` when there is none near."""
    found = next((port for port in range(wanted, wanted + TRIED) if is_free(host, port)), None)
    if found is None:
        raise Refused(_TAKEN.at(port=wanted, other=wanted + TRIED))
    return found


def refuse_port(host: str, port: int) -> None:
    """Raises `Refused` if nothing can listen there."""
    if not is_free(host, port):
        raise Refused(_TAKEN.at(port=port, other=port + 1))
