"""A file in doubt is not taken: neither one the scanner finds something in, nor one it cannot be asked about."""

from __future__ import annotations

import io
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from zhinan.server.antivirus import scan
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

Daemon = Callable[[bytes], tuple[int, list[bytes]]]


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    """Starts a small clamd that gives one answer; returns its port, and a list that will hold what it was sent."""
    threads: list[threading.Thread] = []

    def start(answer: bytes) -> tuple[int, list[bytes]]:
        listener, heard = socket.create_server(("127.0.0.1", 0)), list[bytes]()
        threads.append(threading.Thread(target=_serve, args=(listener, answer, heard)))
        threads[-1].start()
        return listener.getsockname()[1], heard

    yield start
    for thread in threads:
        thread.join()


def _serve(listener: socket.socket, answer: bytes, heard: list[bytes]) -> None:
    with closing(listener), listener.accept()[0] as line, line.makefile("rb") as sent:
        heard.append(sent.read(10))
        while length := struct.unpack(">I", sent.read(4))[0]:
            heard.append(sent.read(length))
        line.sendall(answer)


def test_a_clean_file_is_sent_whole_and_stands_at_its_beginning_again(daemon: Daemon) -> None:
    port, heard = daemon(b"stream: OK\0")
    file = io.BytesIO(b"x" * 70_000)

    scan(file, "127.0.0.1", port)

    assert heard == [b"zINSTREAM\0", b"x" * (1 << 16), b"x" * (70_000 - (1 << 16))]
    assert file.tell() == 0


def test_what_the_scanner_finds_is_named(daemon: Daemon) -> None:
    port, _ = daemon(b"stream: Eicar-Test-Signature FOUND\0")

    with pytest.raises(BadInput) as refused:
        scan(b"x", "127.0.0.1", port)

    [problem] = refused.value.problems
    assert problem.code == "upload-infected"
    assert problem.message == Text(
        "杀毒程序在文件里发现 Eicar-Test-Signature，没有收下",
        "the virus scanner found Eicar-Test-Signature in the file; it was not taken",
    )


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"\xff" * 5000], ids=len)
def test_an_answer_that_is_none_refuses_the_file(daemon: Daemon, answer: bytes) -> None:
    port, _ = daemon(answer)

    with pytest.raises(BadInput) as refused:
        scan(b"x", "127.0.0.1", port)

    assert [problem.code for problem in refused.value.problems] == ["upload-scanner-away"]


def test_a_scanner_that_is_away_refuses_the_file() -> None:
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]

    with pytest.raises(BadInput) as refused:
        scan(b"x", "127.0.0.1", port, timeout=5)

    assert [problem.code for problem in refused.value.problems] == ["upload-scanner-away"]
