"""What a person receives: `./run` that explains itself, locks that name no host, a wheel with its data."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
import zipfile
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from hatchling.builders.wheel import WheelBuilder

REQUIREMENT = re.compile(r"^([a-z0-9][a-z0-9.\-]*)==(\S+)", re.MULTILINE)


@pytest.fixture
def run(root: Path) -> ModuleType:
    loader = SourceFileLoader("run_script", str(root / "run"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("run_script", loader))
    loader.exec_module(module)
    return module


def pins(root: Path, name: str) -> set[tuple[str, str]]:
    return set(REQUIREMENT.findall((root / "locks" / f"{name}.txt").read_text(encoding="utf-8")))


def unhashed(lock: str) -> list[str]:
    """The requirements that would be installed without looking whether they are what was locked."""
    blocks = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)
    return [block.split()[0] for block in blocks if REQUIREMENT.match(block) and "--hash=sha256:" not in block]


def test_an_old_python_can_read_run_and_is_refused_by_it(root: Path, run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    ast.parse((root / "run").read_text(encoding="utf-8"), feature_version=(3, 6))
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))

    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer; this is 3\.9\.2"):
        run.main(["packs"])


def test_run_needs_nothing_but_the_standard_library(root: Path) -> None:
    tree = ast.parse((root / "run").read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert sorted({name.partition(".")[0] for name in imported} - sys.stdlib_module_names) == []


def test_a_python_without_venv_is_told_what_to_install(run: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(run, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(run, "heard", lambda _: SimpleNamespace(returncode=1, stdout=b"ensurepip is not available"))

    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        run.make_room()


def test_a_changed_lock_is_installed_again_and_an_unchanged_one_is_not(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("uv", "run", "dev", "bench"):
        (tmp_path / f"{name}.txt").write_text("click==8\n", encoding="utf-8")
    for name, value in {"LOCKS": tmp_path, "VENV": tmp_path, "PYTHON": tmp_path / "uv.txt"}.items():
        monkeypatch.setattr(run, name, value)
    (tmp_path / ".made-by").write_text(run.maker(), encoding="utf-8")
    run.stamp("dev").write_text(run.fingerprint("dev"), encoding="utf-8")

    before = [run.is_ready(need) for need in ("run", "dev", "bench")]
    (tmp_path / "dev.txt").write_text("click==9\n", encoding="utf-8")
    after = [run.is_ready(need) for need in ("run", "dev", "bench")]

    assert (before, after) == ([True, True, False], [False, False, False])


@pytest.mark.parametrize("name", ["uv", "run", "dev", "bench"])
def test_every_locked_thing_is_hashed(root: Path, name: str) -> None:
    lock = (root / "locks" / f"{name}.txt").read_text(encoding="utf-8")

    assert pins(root, name) != set()
    assert unhashed(lock) == []
    assert "://" not in lock


def test_an_unhashed_requirement_is_noticed() -> None:
    lock = "click==8 \\\n    --hash=sha256:00\n    # via zhinan\nrich==15\n    # via zhinan\n"

    assert unhashed(lock) == ["rich==15"]


def test_each_lock_holds_the_one_below(root: Path) -> None:
    assert pins(root, "run") < pins(root, "dev") < pins(root, "bench")


def test_the_wheel_carries_its_data_and_its_licence(root: Path, tmp_path: Path) -> None:
    house = root / "src" / "zhinan"
    data = {
        path.relative_to(root / "src").as_posix()
        for path in house.rglob("*")
        if path.suffix in {".yaml", ".csv"} or path.name == "py.typed"
    }

    [wheel] = WheelBuilder(str(root)).build(directory=str(tmp_path), versions=["standard"])
    names = set(zipfile.ZipFile(wheel).namelist())

    assert {"zhinan/py.typed", "zhinan/values/gb2260.csv"} <= data
    assert sorted(data - names) == []
    assert any(name.endswith("/licenses/LICENSE") for name in names)
