"""Starting the platform: what is missing is told before it opens, both processes end with it, backups come back whole."""

from __future__ import annotations

import http.client
import io
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.server.making import NOON, person
from zhinan.server.actions import setting_up
from zhinan.server.starting import backup, demo, ports, readiness
from zhinan.values.problem import BadInput, Problem


def told(problems: Sequence[Problem]) -> list[str]:
    return [f"{problem.message.zh} / {problem.mend.zh}" for problem in problems]


def refused(act: Callable[..., object], *args: object, **given: object) -> list[str]:
    with pytest.raises(BadInput) as caught:
        act(*args, **given)
    return told(caught.value.problems)


# -- what is missing ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_office_that_has_everything_lacks_nothing(settings: Settings) -> None:
    settings.BASE_URL, settings.ALLOWED_HOSTS = "https://grants.example.org", ["grants.example.org"]
    readiness.bring_up_to_date()
    assert told(readiness.lacks(has_base_url=True)) == []


@pytest.mark.django_db
def test_everything_an_office_lacks_is_told_at_once(settings: Settings) -> None:
    settings.DEMO, settings.BASE_URL, settings.ALLOWED_HOSTS = True, "https://grants.example.org", ["localhost"]
    readiness.bring_up_to_date()
    setting_up.mark_as_demo(at=NOON)

    assert told(readiness.lacks(has_base_url=True)) == [
        "ZHINAN_DEMO 打开着：任何人都能一键登录 / 去掉 ZHINAN_DEMO 再启动；要看演示用 zhinan demo",
        "ZHINAN_HOSTS 里没有网址中的主机 grants.example.org，所有页面都会被拒绝 / 设定 ZHINAN_HOSTS=grants.example.org",
        "这个数据库里是演示数据 / 给正式平台另一个数据库（DATABASE_URL）或另一个目录（ZHINAN_HOME）",
    ]
    assert told(readiness.lacks(has_base_url=False))[1] == (
        "没有设定 ZHINAN_BASE_URL（人们访问平台的网址） / 例如 ZHINAN_BASE_URL=https://kjxm.example.org"
    )


@pytest.mark.django_db
def test_a_keeper_is_warned_of_what_does_not_bar(settings: Settings) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "zhinan.server.outbox.KeepInOutbox", ""
    settings.BASE_URL, settings.HAS_TLS = "http://grants.example.org", False
    assert [warning.zh.partition("：")[0] for warning in readiness.warnings()] == [
        "没有设定邮件服务器（ZHINAN_SMTP_HOST）", "网址不是 https", "还没有平台管理员",
    ]  # fmt: skip
    keeper = person("keeper")
    setting_up.appoint(keeper, "keeper", by=None, at=NOON, since=NOON.date())
    settings.EMAIL_HOST, settings.BASE_URL = "mail.example.org", "http://127.0.0.1:8000"
    assert readiness.warnings() == []


def test_nothing_secret_is_told_at_the_start() -> None:
    far = {"ENGINE": "django.db.backends.postgresql", "HOST": "db", "NAME": "zhinan", "USER": "u", "PASSWORD": "hush"}
    near = {"ENGINE": "django.db.backends.sqlite3", "NAME": "/var/zhinan.sqlite3"}
    assert (readiness.place_of(far), readiness.place_of(near)) == ("postgresql db/zhinan", "/var/zhinan.sqlite3")


# -- ports ----------------------------------------------------------------------------------------


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that something listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_a_taken_port_is_told_and_the_next_free_one_found(taken: int) -> None:
    assert refused(ports.refuse_port, "127.0.0.1", taken) == [
        f"端口 {taken} 已被占用，或者不许使用 / 先停掉占用它的程序，或者换一个：--port {taken + 1}"
    ]
    assert taken < ports.free_port("127.0.0.1", taken) < taken + ports.TRIED


def test_a_port_that_cannot_be_is_not_free() -> None:
    assert (ports.is_free("127.0.0.1", 70_000), ports.is_free("no-such-host.invalid", 8000)) == (False, False)


# -- the demo's folder ----------------------------------------------------------------------------


def test_only_a_folder_that_is_the_demos_is_emptied(tmp_path: Path) -> None:
    (tmp_path / "office").mkdir()
    (tmp_path / "office" / "zhinan.sqlite3").write_text("precious")
    demo.claim(tmp_path / "office")

    assert refused(demo.empty, tmp_path / "office", has_other_database=False) == [
        f"{tmp_path / 'office'} 不是演示的目录，不会清空 / 给演示一个新目录：ZHINAN_HOME=新目录"
    ]
    assert (tmp_path / "office" / "zhinan.sqlite3").read_text() == "precious"
    demo.claim(tmp_path / "demo")
    assert refused(demo.empty, tmp_path / "demo", has_other_database=True)[0].startswith("--fresh 只清空演示自己的 SQLite")
    demo.empty(tmp_path / "demo", has_other_database=False)
    demo.empty(tmp_path / "nothing", has_other_database=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["office"]


# -- backups --------------------------------------------------------------------------------------

SQLITE = "django.db.backends.sqlite3"


@pytest.fixture
def kept(tmp_path: Path) -> backup.Kept:
    """A home with one row and one paper, and one that is just being written."""
    home = tmp_path / "home"
    paper = home / "files" / "ab" / ("ab" * 32)
    paper.parent.mkdir(parents=True)
    paper.write_bytes(b"a paper")
    (paper.parent / ".half.0.part").write_bytes(b"half")
    with closing(sqlite3.connect(home / "zhinan.sqlite3")) as rows:
        rows.executescript("PRAGMA journal_mode=WAL; CREATE TABLE t (x); INSERT INTO t VALUES ('kept')")
    return backup.Kept(SQLITE, home / "zhinan.sqlite3", home / "files")


def nothing(folder: Path) -> backup.Kept:
    return backup.Kept(SQLITE, folder / "zhinan.sqlite3", folder / "files")


def test_a_backup_comes_back_whole_and_only_to_where_nothing_is(tmp_path: Path, kept: backup.Kept) -> None:
    new = nothing(tmp_path / "new")
    with closing(sqlite3.connect(kept.rows)) as busy:  # the platform goes on writing
        busy.execute("INSERT INTO t VALUES ('not yet')")
        listed = backup.back_up(kept, tmp_path / "all.tar")

    assert sorted(listed) == ["files/ab/" + "ab" * 32, "zhinan.sqlite3"]
    assert backup.restore(tmp_path / "all.tar", new) == listed
    assert (new.files / "ab" / ("ab" * 32)).read_bytes() == b"a paper"
    with closing(sqlite3.connect(new.rows)) as rows:
        assert rows.execute("SELECT x FROM t").fetchall() == [("kept",)]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["files", "zhinan.sqlite3"]
    assert refused(backup.restore, tmp_path / "all.tar", kept) == [
        f"{tmp_path / 'home'} 里已经有平台的数据，不会盖掉 / 恢复到一个空目录：ZHINAN_HOME=新目录"
    ]
    assert refused(backup.back_up, kept, tmp_path / "all.tar") == [f"{tmp_path / 'all.tar'} 已经有了，不会盖掉 / 换一个文件名"]


@pytest.mark.parametrize("name", ["files/../../outside", "/etc/outside", "files/ab/short", "other.txt"])
def test_a_backup_with_anything_else_in_it_is_not_restored(tmp_path: Path, kept: backup.Kept, name: str) -> None:
    backup.back_up(kept, tmp_path / "all.tar")
    with tarfile.open(tmp_path / "all.tar", "a") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = 3
        tar.addfile(entry, io.BytesIO(b"bad"))

    assert refused(backup.restore, tmp_path / "all.tar", nothing(tmp_path / "new")) == [
        f"备份不完整：{name}；什么也没有恢复 / 用另一份备份"
    ]
    assert list((tmp_path / "new").iterdir()) == []


def test_a_backup_that_was_changed_or_cut_is_not_restored(tmp_path: Path, kept: backup.Kept) -> None:
    backup.back_up(kept, tmp_path / "all.tar")
    whole = (tmp_path / "all.tar").read_bytes()
    for name, content in (("changed", whole.replace(b"a paper", b"A PAPER")), ("cut", whole[: len(whole) // 2]), ("none", b"")):
        (tmp_path / "bad.tar").write_bytes(content)
        assert refused(backup.restore, tmp_path / "bad.tar", nothing(tmp_path / name))[0].startswith("备份不完整：")
        assert list((tmp_path / name).iterdir()) == []


def test_rows_in_postgresql_are_left_to_its_own_tools(tmp_path: Path) -> None:
    kept = backup.Kept("django.db.backends.postgresql", Path("zhinan"), Path("FILES"))
    assert refused(backup.back_up, kept, tmp_path / "all.tar") == [
        '数据库是 PostgreSQL，备份和恢复由它自己的工具做 / 备份：pg_dump -Fc -f 行.dump "$DATABASE_URL"，然后打包 FILES'
    ]


# -- the whole of it ------------------------------------------------------------------------------


@pytest.fixture
def office(tmp_path: Path) -> dict[str, str]:
    """The environment of an office with a home of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZHINAN_", "DATABASE_URL"))}
    return {**kept, "ZHINAN_HOME": str(tmp_path / "home"), "ZHINAN_BASE_URL": "http://127.0.0.1:8000"}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def start(office: dict[str, str], port: int, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "zhinan", "serve", "--port", str(port), "--workers", "1", *more]
    return subprocess.Popen(command, env=office, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def answer(port: int, running: subprocess.Popen[str]) -> int:
    """The status of the first page, once there is one."""
    for _ in range(1200):
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            asked.request("GET", "/")
            return asked.getresponse().status
        except OSError:
            assert running.poll() is None, running.communicate()[0]
            time.sleep(0.1)
        finally:
            asked.close()
    raise AssertionError("the platform never answered")


def test_an_office_is_told_what_is_missing_before_it_opens(office: dict[str, str]) -> None:
    del office["ZHINAN_BASE_URL"]
    run = subprocess.run([sys.executable, "-m", "zhinan", "serve"], env=office, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (2, "")
    assert next(line for line in run.stderr.splitlines() if line.endswith("]")) == (
        "没有设定 ZHINAN_BASE_URL（人们访问平台的网址） [no-base-url]"
    )
    assert "[not-migrated]" in run.stderr


def test_an_office_opens_stops_when_told_and_leaves_nothing_behind_when_killed(office: dict[str, str]) -> None:
    port = free_port()
    first = start(office, port, "--migrate")
    assert answer(port, first) == 200
    first.kill()  # as when the power of one process fails: its children must not keep the port
    first.communicate()
    for _ in range(600):
        if ports.is_free("127.0.0.1", port):
            break
        time.sleep(0.1)
    second = start(office, port)
    assert answer(port, second) == 200
    second.send_signal(signal.SIGTERM)
    said = second.communicate(timeout=120)[0]
    assert (second.returncode, said.strip().splitlines()[-1]) == (0, "已停止。")
    assert "注意：还没有平台管理员：运行 zhinan manage create-keeper" in said
    assert ports.is_free("127.0.0.1", port)
