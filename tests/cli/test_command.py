"""The frame of all commands: help, languages, refusals, exit codes, and what is not imported."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zhinan import __version__
from zhinan.cli.command import COMMANDS

Run = Callable[..., Any]  # conftest's Ran cannot be imported from a test


def python(*args: str, **given: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *args], capture_output=True, text=True, check=False, **given)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_help_reads_well(zhinan: Run, golden: Callable[[str, str], None], lang: str) -> None:
    ran = zhinan("--lang", lang, "--help")

    assert (ran.code, ran.err) == (0, "")
    golden(f"help-{lang}.txt", ran.out)


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_command_has_help_in_its_language(zhinan: Run, name: str, lang: str) -> None:
    ran = zhinan(name, "--help", "--lang", lang)
    chinese = any("一" <= char <= "鿿" for char in ran.out.replace("万元", ""))

    assert ran.code == 0
    assert ran.out.startswith({"zh": f"用法：zhinan {name}", "en": f"Usage: zhinan {name}"}[lang])
    assert chinese == (lang == "zh")


def test_without_a_command_the_help_is_shown(zhinan: Run) -> None:
    assert zhinan() == zhinan("--help")


def test_the_version(zhinan: Run) -> None:
    assert (zhinan("--version").code, zhinan("--version").out) == (0, f"zhinan {__version__}\n")


def test_the_language_may_come_from_the_environment(zhinan: Run) -> None:
    assert zhinan("--help", ZHINAN_LANG="en").out == zhinan("--lang", "en", "--help").out
    assert zhinan("--help", "--lang", "zh", ZHINAN_LANG="en").out == zhinan("--help").out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["asess"], "没有“asess”这个命令 [no-such-command]\n    最接近的：assess、assign、ask\n"),
        (["assess"], "没有写主体文件 [usage]\n    用法：zhinan assess 主体.yaml [选项]\n"),
        (
            ["check", "--jsno"],
            "没有 --jsno 这个选项。最接近的：--json、--lang [usage]\n    用法：zhinan check [政策包或目录 …] [选项]\n",
        ),
        (["packs", "--lang", "fr"], "--lang 只能是：zh en [usage]\n    用法：zhinan packs\n"),
        (["assess", "a.yaml", "b.yaml"], "命令写法有误，多写或少写了内容 [usage]\n    用法：zhinan assess 主体.yaml [选项]\n"),
        (["ask", "a.yaml", "--out"], "选项 --out 后面要写值 [usage]\n    用法：zhinan --help\n"),
        (["screen", "a.csv"], "缺少 --out [usage]\n    用法：zhinan screen 表格 --out 文件 [选项]\n"),
        (
            ["screen", "a.csv", "--out", "b.csv", "--near", "x"],
            "--near 后面应是 0 或更大的整数 [usage]\n    用法：zhinan screen 表格 --out 文件 [选项]\n",
        ),
        (["--lang", "en", "asess"], "there is no command “asess” [no-such-command]\n    the nearest: assess, assign, ask\n"),
        (["--lang", "en", "ask"], "SUBJECT.yaml is missing [usage]\n    usage: zhinan ask SUBJECT.yaml [OPTIONS]\n"),
    ],
)
def test_a_wrong_line_is_answered_with_the_right_one(zhinan: Run, args: list[str], said: str) -> None:
    ran = zhinan(*args)

    assert (ran.code, ran.out, ran.err) == (2, "", said)


def test_a_reader_who_leaves_early_is_not_argued_with(small_firm: str, tmp_path: Path, pocket: str) -> None:
    script = f"'{sys.executable}' -m zhinan assess {small_firm} --pack '{pocket}' --why | head -n 1; echo ${{PIPESTATUS[0]}}"

    ran = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert ran.stderr == ""
    assert ran.stdout.splitlines()[-1] in ("0", "141")  # 0 where all was written before head left


def test_a_full_disk_is_said_plainly(small_firm: str, tmp_path: Path, pocket: str) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "zhinan", "assess", small_firm, "--pack", pocket],
            cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip

    assert ran.returncode == 2
    assert ran.stderr.startswith("写不了：")


def test_ctrl_c_leaves_with_130(tmp_path: Path, pocket: str) -> None:
    command = [sys.executable, "-m", "zhinan", "ask", "new.yaml", "--pack", pocket]
    ran = subprocess.Popen(command, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert ran.stdout
    while "›" not in (seen := ran.stdout.read(1)) and seen:
        pass
    time.sleep(0.1)
    ran.send_signal(signal.SIGINT)
    out, _ = ran.communicate(timeout=60)

    assert ran.returncode == 130
    assert out.endswith("没有回答，没有可写的内容。\n")
    assert list(tmp_path.iterdir()) == []


def test_the_help_imports_nothing_heavy() -> None:
    script = "import sys; sys.argv = ['zhinan', '--help']\nfrom zhinan.cli import main\ntry: main()\nexcept SystemExit: pass\n"
    script += "print(sorted({'rich', 'polars', 'yaml', 'orjson'} & set(sys.modules)), file=sys.stderr)"

    assert python("-c", script).stderr == "[]\n"


def test_it_runs_as_a_module() -> None:
    ran = python("-m", "zhinan", "--version", env=dict(os.environ))

    assert (ran.returncode, ran.stdout) == (0, f"zhinan {__version__}\n")
