"""The plan of the house (import-linter's contracts in pyproject.toml) holds, and would notice a trespass."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

# What a trespasser writes, and the contract that stops him.
TRESPASSES = {
    "an import upwards": ({"values/money.py": "import zhinan.policy.pack"}, "The house, top to bottom"),
    "one hidden in a function": (
        {"language/parse.py": "def parse():\n    from zhinan.cli import main"},
        "The house, top to bottom",
    ),
    "siblings that know each other": (
        {"review/sheet.py": "import zhinan.lifecycle.stage", "lifecycle/stage.py": ""},
        "The house, top to bottom",
    ),
    "a package nobody placed": ({"helpers/strings.py": ""}, "The house, top to bottom"),
    "two modules in a circle": (
        {"policy/pack.py": "import zhinan.policy.scheme", "policy/scheme.py": "import zhinan.policy.pack"},
        "No cycles",
    ),
    "a page that reads rows itself": ({"server/web/calls.py": "import zhinan.server.models.calls"}, "Pages never touch rows"),
    "a query that writes": (
        {"server/queries/calls.py": "import zhinan.server.actions.calls", "server/actions/calls.py": ""},
        "Inside the server",
    ),
    "django outside the server": ({"policy/pack.py": "import django"}, "Only the server knows the web"),
}


def test_the_plan_holds(root: Path) -> None:
    verdict = _lint(root, source=root / "src")

    assert verdict.returncode == 0, verdict.stdout


def test_a_house_without_trespass_passes(root: Path, tmp_path: Path) -> None:
    _build(tmp_path, {"server/urls.py": "import django", "cli/serve.py": "import zhinan.server.urls"})

    assert _lint(root, source=tmp_path).returncode == 0


@pytest.mark.parametrize("trespass", TRESPASSES)
def test_a_trespass_is_noticed(root: Path, tmp_path: Path, trespass: str) -> None:
    files, contract = TRESPASSES[trespass]
    _build(tmp_path, files)

    verdict = _lint(root, source=tmp_path)

    broken = [line for line in verdict.stdout.splitlines() if line.endswith(" BROKEN")]
    assert verdict.returncode == 1, verdict.stdout
    assert [line[: len(contract)] for line in broken] == [contract]


def _lint(root: Path, *, source: Path) -> subprocess.CompletedProcess[str]:
    """The contracts of this repository, laid on the `zhinan` found in `source`."""
    lint = Path(sys.executable).with_name("lint-imports")
    command = [str(lint), "--no-cache", "--config", str(root / "pyproject.toml")]
    paths = {**os.environ, "PYTHONPATH": str(source), "COLUMNS": "200"}
    return subprocess.run(command, cwd=source, env=paths, capture_output=True, text=True, check=False)


def _build(folder: Path, files: dict[str, str]) -> None:
    """A small house: the rooms every house has, and `files` on top."""
    rooms = {
        "values/money.py": "",
        "language/parse.py": "",
        "policy/pack.py": "",
        "lifecycle/fold.py": "",
        "assignment/plan.py": "",
        "review/sheet.py": "",
        "server/models/calls.py": "",
        "server/queries/calls.py": "",
        "server/web/calls.py": "",
        "cli/__init__.py": "main = 1",
    }
    for name, source in {**rooms, **files}.items():
        path = folder / "zhinan" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
        for room in path.relative_to(folder).parents[:-1]:
            (folder / room / "__init__.py").touch()
