"""What every test gets: Qt without a display, its own folders, and a check that it leaves nothing behind."""

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling

SOAK = os.environ.get("NNB_SOAK") == "1"
"""Whether tests run their full counts instead of a seeded slice."""


def _isolate() -> None:
    """Points Qt, torch and the user's folders somewhere harmless, before any of them is imported."""
    home = Path(tempfile.mkdtemp(prefix="nnbuilder-tests-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    home.chmod(0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(home)
    _use_folders(home)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["OMP_NUM_THREADS"] = "1"


def _use_folders(home: Path) -> None:
    """Makes the folders of settings, data, state and caches lie under `home`."""
    for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
        os.environ[f"XDG_{kind}_HOME"] = str(home / kind.lower())


_isolate()

from pytestqt.qtbot import QtBot  # noqa: E402  (Qt reads the environment when imported)

from tests.leaks import Before, record_timers  # noqa: E402  (the same)
from tests.patience import PatientBot  # noqa: E402  (the same)

record_timers()

settings.register_profile(
    "default",
    derandomize=True,
    print_blob=True,
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("soak", settings.get_profile("default"), derandomize=False, max_examples=2000)
settings.load_profile("soak" if SOAK else "default")


TOGETHER = ("tests/concepts", "tests/ui/bench")
"""Folders whose files share what starts slowly: one process runs all of them."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Gives each process of pytest-xdist whole files, or all those of such a folder."""
    scheduler = LoadFileScheduling(config, log)
    file_of = scheduler._split_scope

    def share_of(nodeid: str) -> str:
        file = str(file_of(nodeid))
        return next((folder for folder in TOGETHER if file.startswith(f"{folder}/")), file)

    scheduler._split_scope = share_of
    return scheduler


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves tests that are marked `soak` to `make soak`."""
    if SOAK:
        return
    long = [item for item in items if item.get_closest_marker("soak")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remembers that a test failed: what it could not clean up is then no second failure."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> QtBot:  # noqa: ARG001  (there has to be one)
    """Works windows, and waits for what they do."""
    return PatientBot(request)


@pytest.fixture
def soaking() -> bool:
    """Whether to run full counts (`make soak`) or a slice."""
    return SOAK


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Gives each test fresh folders for settings, data, state and caches."""
    _use_folders(tmp_path_factory.mktemp("home"))


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that leaves windows, running timers, child processes or threads behind."""
    before = Before()
    yield
    leaks = before.leaks()
    if leaks and not request.node.stash.get(FAILED, False):
        pytest.fail("left behind: " + "; ".join(leaks), pytrace=False)


def pytest_sessionfinish() -> None:
    """Empties the clipboard: without a display Qt keeps what lies on it until Python is gone, and crashes."""
    gui = sys.modules.get("PySide6.QtGui")
    if gui is not None and gui.QGuiApplication.instance() is not None:
        gui.QGuiApplication.clipboard().clear()
