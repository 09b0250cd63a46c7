"""What the walks in a browser share: a platform of their own on a free port, a browser, and people before it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.flows.office import ROOT, Office, Seeds, environment
from tests.flows.visitors import Visitors

if TYPE_CHECKING:
    from playwright.sync_api import Browser

#: Where a system keeps a browser that Playwright can drive.
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder walks in a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.flows)


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Seeds:
    """A home with the rows every walk begins from, made once a session, and who has signed in to it."""
    _browser_or_skip()
    home = tmp_path_factory.mktemp("seeds")
    for command in ("migrate", "createcachetable"):
        _run([sys.executable, "-m", "django", command, "--verbosity", "0"], home)
    told = _run([sys.executable, "-m", "tests.flows.region"], home)
    return Seeds(home, **json.loads(told.splitlines()[-1]))


def _run(command: list[str], home: Path) -> str:
    done = subprocess.run(command, cwd=ROOT, env=environment(home), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _browser_or_skip() -> str:
    pytest.importorskip("playwright.sync_api", reason="Playwright's Python package is not installed")
    if found := next(filter(None, map(shutil.which, _BROWSERS)), None):
        return found
    pytest.skip(f"no browser: none of {', '.join(_BROWSERS)} is installed")


@pytest.fixture(scope="module")
def office(seeds: Seeds, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A running platform: each module of walks has its own copy of the rows, so that none depends on another."""
    home = tmp_path_factory.mktemp("office") / "home"
    shutil.copytree(seeds.home, home)
    running = Office(home, seeds.sessions, seeds.rows)
    running.open()
    yield running
    running.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser, closed at the end of the module: Playwright's loop must not outlive it, or rows could not be read after it."""
    where = _browser_or_skip()
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=where, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def visitors(browser: Browser, office: Office) -> Iterator[Visitors]:
    """People before a browser. Whatever a browser complains about (a script, the content policy, a 5xx) fails the walk."""
    people = Visitors(browser, office)
    yield people
    people.leave()
    assert people.complaints == []
