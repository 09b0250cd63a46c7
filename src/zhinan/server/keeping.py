"""Uploaded files on the disk: each kept once under its SHA-256, written whole before it is acknowledged."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from zhinan.server.refused import Refused
from zhinan.values.problem import Mistake
from zhinan.values.text import Text
from zhinan.values.whole_file import whole_file

_NO_ROOM = Mistake(
    "cannot-keep",
    Text("文件没有保存：服务器存不下（{why}）", "the file was not kept: the server has no room for it ({why})"),
    Text(
        "文件还在您的电脑上；稍后重试，或联系平台管理员",
        "it is still on your computer; try again later, or tell the keeper of the platform",
    ),
)


def keep(content: bytes, sha256: str) -> None:
    """Keep a file. Raises `Refused` when the disk will not take it; then nothing is left behind."""
    path = path_of(sha256)
    if path.exists() and path.stat().st_size == len(content):
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as file:
            file.write(content)
    except OSError as failure:
        raise Refused(_NO_ROOM.at(why=failure.strerror or str(failure))) from failure


def path_of(sha256: str) -> Path:
    """Where a file is kept."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256
