"""The command line as a person runs it, on a small pack that never changes; and golden files that a reader has judged."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from zhinan.cli import main

HERE = Path(__file__).parent
POCKET = HERE / "pocket-2026"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run left: the exit code and both streams."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def pocket() -> str:
    """The folder of the small pack."""
    return str(POCKET)


@pytest.fixture
def zhinan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command line in an empty folder, not in a terminal, with lines of `columns`."""
    monkeypatch.chdir(tmp_path)
    for name in ("ZHINAN_LANG", "COLUMNS", "FORCE_COLOR", "NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)

    def run(*args: str, columns: int = 100, typed: str = "", **env: str) -> Ran:
        result = CliRunner().invoke(main, list(args), input=typed, env={"COLUMNS": str(columns), **env})
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    """A file in the folder the command line runs in; its name comes back."""

    def written(name: str, text: str | bytes) -> str:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return name

    return written


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compare with `golden/NAME`. `ZHINAN_GOLDEN=write` writes it anew; then read it as its reader would."""

    def compare(name: str, text: str) -> None:
        path = HERE / "golden" / name
        if os.environ.get("ZHINAN_GOLDEN") == "write":
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare


SMALL_FIRM = """\
申报单位:
  名称: 袖珍苇塘精密机械有限公司
  上年营业收入: {value: 1500万元, source: document, on: 2026-01-20}
  从业人数: 120人
  独立法人: 是
  重大事故: 无
  资质: [科技型中小企业]
项目: {支持方向: D-P1.1, 总研发投入: 120万元, 实施周期: 30个月}
项目负责人: {出生日期: 1991-12-31}
"""


@pytest.fixture
def small_firm(write: Callable[..., str]) -> str:
    """The file of a firm that may apply for one scheme and lacks facts for the other."""
    return write("firm.yaml", SMALL_FIRM)
