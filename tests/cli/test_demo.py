"""`zhinan demo`, `serve` and `manage` as a person runs them: each in a process and a home of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def zhinan(tmp_path: Path) -> Run:
    """Run a command with nothing set but a home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZHINAN_", "DATABASE_URL", "DJANGO_"))}
    home = {"ZHINAN_HOME": str(tmp_path / "home")}

    def run(*words: str, typed: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "zhinan", *words]
        return subprocess.run(
            command, env={**kept, **home, **more}, input=typed, capture_output=True, text=True, check=False, cwd=tmp_path
        )

    return run


def test_the_demo_fills_itself_once_and_every_page_of_every_persona_opens(zhinan: Run, tmp_path: Path) -> None:
    first = zhinan("demo", "--check")
    assert (first.returncode, first.stderr, first.stdout.splitlines()[-1].endswith(" 页，0 页没有打开。")) == (0, "", True)
    pages = [line for line in first.stdout.splitlines() if " ms  " in line]
    assert {line.split()[0] for line in pages} >= {"访客", "项目负责人", "县区推荐", "受理科室", "审计监督", "平台管理员"}
    assert (tmp_path / "home" / "demo.txt").exists()

    again = zhinan("demo", "--check", "--lang", "en")
    said = again.stdout.splitlines()
    assert (again.returncode, said[-1].endswith(" pages, 0 did not open.")) == (0, True)
    assert "The demo's data is there already." in said
    assert any(line.startswith("keeper of the platform") and line.endswith("Bodies and people") for line in said)

    office = zhinan("serve", ZHINAN_BASE_URL="http://127.0.0.1:8000")
    assert (office.returncode, "[holds-demo-data]" in office.stderr) == (2, True)
    kept = zhinan("manage", "backup", "all.tar")
    new = zhinan("manage", "restore", "all.tar", ZHINAN_HOME=str(tmp_path / "new"))
    assert (kept.returncode, new.returncode, new.stdout.strip().endswith("个事件核验无误。")) == (0, 0, True)


def test_a_port_that_was_asked_for_and_is_taken_is_refused(zhinan: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = zhinan("demo", "--port", str(port))
    assert (ran.returncode, ran.stdout, ran.stderr) == (
        2, "",
        f"端口 {port} 已被占用，或者不许使用 [port-taken]\n    先停掉占用它的程序，或者换一个：--port {port + 1}\n",
    )  # fmt: skip


def test_the_demo_empties_no_folder_but_its_own(zhinan: Run, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("precious")
    ran = zhinan("demo", "--fresh", "--check")
    assert (ran.returncode, "[not-a-demo-folder]" in ran.stderr) == (2, True)
    assert (tmp_path / "home" / "letter.txt").read_text() == "precious"


def test_the_first_keeper_is_made_on_the_terminal_and_only_once(zhinan: Run) -> None:
    zhinan("manage", "migrate", "--verbosity", "0")
    typed = "顾守渡\nkeeper\nkeeper@example.org\n一句别人猜不到的话语\n"
    made = zhinan("manage", "create-keeper", typed=typed)
    assert (made.returncode, made.stdout, made.stderr) == (0, "管理员 keeper 已建好；登录后请马上启用两步验证。\n", "")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        office = zhinan("serve", "--port", str(taken.getsockname()[1]), ZHINAN_BASE_URL="http://127.0.0.1:8000")
    assert [line.rpartition("[")[2] for line in office.stderr.splitlines()[::2]] == ["port-taken]"]
    again = zhinan("manage", "--lang", "en", "create-keeper", typed=typed.replace("keeper", "other"))
    assert (again.returncode, again.stderr.splitlines()[0]) == (2, "the platform has a keeper already: 顾守渡 [keeper-exists]")


def test_a_weak_password_makes_no_keeper(zhinan: Run) -> None:
    zhinan("manage", "migrate", "--verbosity", "0")
    ran = zhinan("manage", "create-keeper", "--name", "甲", "--login", "k", "--email", "k@example.org", typed="123\n")
    assert (ran.returncode, "[weak-password]" in ran.stderr) == (2, True)


def test_an_unknown_command_of_the_office_is_told_in_both_languages(zhinan: Run) -> None:
    assert zhinan("manage", "nonsense").stderr == (
        "没有“nonsense”这个管理命令 [no-such-manage-command]\n    zhinan manage 列出办公用的命令\n"
    )
    assert zhinan("manage", "nonsense", "--lang", "en").stderr.startswith("there is no command “nonsense” to manage with")


def test_manage_alone_lists_what_an_office_needs(zhinan: Run) -> None:
    ran = zhinan("manage")
    assert (ran.returncode, ran.stderr) == (0, "")
    words = [line.split()[0] for line in ran.stdout.splitlines() if line.startswith("  ")]
    assert words == ["migrate", "create-keeper", "work", "verify", "backup", "restore", "check", "--lang", "--help"]
    assert zhinan("manage", "work", "--help").returncode == 0
