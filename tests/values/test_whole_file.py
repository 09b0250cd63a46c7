"""A file is written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhinan.values.whole_file import write_whole


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "subject.yaml"
    path.write_text("old", encoding="utf-8")

    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "new \ud800")

    assert [(each.name, each.read_text(encoding="utf-8")) for each in tmp_path.iterdir()] == [("subject.yaml", "old")]
