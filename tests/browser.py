"""How the browser tests start Chromium: the machine's own where there is one, else the one playwright fetched."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def executable() -> str | None:
    """The path of the Chromium to test with (GONGJIAN_CHROMIUM first), or None for playwright's own.

    A snap's Chromium is passed over: it does not start as root or in a container.
    """
    found = (shutil.which(name) for name in ("chromium", "google-chrome"))
    return os.environ.get("GONGJIAN_CHROMIUM") or next((path for path in found if path and "/snap/" not in path), None)


def launch(playwright: Playwright) -> Browser:
    """Start a headless Chromium that calls nobody; GONGJIAN_CHROMIUM_ARGS adds switches, separated by spaces."""
    arguments = [*QUIET, *os.environ.get("GONGJIAN_CHROMIUM_ARGS", "").split()]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return playwright.chromium.launch(executable_path=executable(), args=arguments)
