"""Make sure that the browser tests have a Chromium that starts and a font that draws Chinese.

As root on Debian or Ubuntu both come by apt; otherwise the browser comes by playwright's own download (the font then
has to come from an administrator). GONGJIAN_CHROMIUM names another Chromium and is taken as it is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser import launch  # noqa: E402  the tests' own way of starting it is what must work

NO_BROWSER = """\
No Chromium could be started, so the browser tests cannot run. Any one of these is enough:
  - run `make test` once as root on Debian or Ubuntu: it installs chromium and fonts-noto-cjk by apt;
  - ask an administrator for `apt-get install chromium fonts-noto-cjk`;
  - set GONGJIAN_CHROMIUM to the path of a Chromium, version 109 or newer;
  - allow playwright's browser download (and `playwright install-deps chromium` for its system libraries).
Without a browser, `make test BROWSER=no` runs everything else."""
NO_FONT = "Note: no font for Chinese is installed (fonts-noto-cjk), so pages show boxes for characters."


def starts() -> str:
    """The version of the Chromium that the tests would use, or '' when none starts."""
    from playwright.sync_api import sync_playwright

    try:
        with sync_playwright() as playwright:
            browser = launch(playwright)
            version = browser.version
            browser.close()
            return version
    except Exception as error:  # playwright raises a bare Exception where its driver lacks a system library
        print(f"No Chromium starts yet: {str(error).strip().splitlines()[0]}")
        return ""


def has_chinese_font() -> bool:
    """Whether fontconfig knows a font for simplified Chinese."""
    if not shutil.which("fc-list"):
        return False
    listed = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True)
    return bool(listed.stdout.strip())


def apt(*packages: str) -> bool:
    """Install Debian packages without questions; False where there is no apt, no root or no such package."""
    if os.geteuid() or not shutil.which("apt-get"):
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print(f"Installing by apt: {' '.join(packages)} ...", flush=True)
    install = ["apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", *packages]
    for command in (["apt-get", "update", "--quiet=2"], install):
        if subprocess.run(command, env=environment, stdout=subprocess.DEVNULL).returncode:
            return False
    return True


def playwright_install() -> bool:
    """Playwright's own browser download; as root with the system libraries it needs."""
    command = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    if os.geteuid() == 0:
        command.insert(-1, "--with-deps")
    print("Installing Chromium by playwright ...", flush=True)
    return subprocess.run(command).returncode == 0


def main() -> int:
    """Exit code 0 when a browser starts."""
    if not has_chinese_font():
        apt("fonts-noto-cjk", "fontconfig")
    version = starts()
    if not version and "GONGJIAN_CHROMIUM" not in os.environ:
        # libatomic1 is what playwright's driver needs. Ubuntu's chromium package only points to a snap, which does not
        # start everywhere; playwright's own build then serves.
        version = (apt("chromium", "libatomic1") and starts()) or (playwright_install() and starts()) or ""
    if not version:
        print(NO_BROWSER, file=sys.stderr)
        return 1
    print(f"Browser tests: Chromium {version} starts.")
    if not has_chinese_font():
        print(NO_FONT)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
