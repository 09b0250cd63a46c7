"""The one way a file is written: whole or not at all, and on the disk before it is said to be there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def write_whole(path: Path, text: str) -> None:
    """Write the text, in UTF-8: whoever reads the file sees the old text or the new one, never half. Raises `OSError`."""
    with whole_file(path) as file:
        file.write(text.encode())


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file in the same folder that takes the place of `path` once it is whole; on any failure it is gone.

    Raises `OSError`.
    """
    part, file = _new_file(path)
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync_folder(path.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _new_file(path: Path) -> tuple[Path, IO[bytes]]:
    for number in range(1_000):
        part = path.with_name(f".{path.name}.{number}.part")
        try:
            return part, part.open("xb")
        except FileExistsError:  # left by one that was killed, or in use by another
            continue
    raise FileExistsError(f"{path.name}: too many unfinished parts")


def _sync_folder(folder: Path) -> None:
    """The new name on the disk as well, where folders can be synced (not on Windows)."""
    if os.name == "nt":  # pragma: no cover  # our tests run elsewhere
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
