"""Ten people at once, through a real server on SQLite: forms and imports; nobody's change is lost, nobody is turned away."""

from __future__ import annotations

import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from tests.kernel.registers.entries import venture
from tests.surfaces.web.registers.steps import sheet

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

    from gongjian.kernel.people.models import Officer

PEOPLE = 10
ROUNDS = 2
pytestmark = pytest.mark.skipif(
    os.environ.get("GONGJIAN_TEST_DATABASE", "sqlite") != "sqlite", reason="SQLite has one writer; PostgreSQL has many"
)


def _session(officer: Officer) -> str:
    """A session as the login makes it."""
    store = SessionStore()
    store[SESSION_KEY] = str(officer.pk)
    store[BACKEND_SESSION_KEY] = "gongjian.kernel.people.accounts.Accounts"
    store[HASH_SESSION_KEY] = officer.get_session_auth_hash()
    store.create()
    return str(store.session_key)


class Person:
    """A browser without a screen."""

    def __init__(self, base: str, session: str) -> None:
        self.base, self.session, self.token = base, session, "a" * 32
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def ask(self, path: str, data: bytes | None = None, kind: str = "") -> tuple[int, str, str]:
        """Status, page and final address."""
        request = Request(self.base + path, data=data)
        request.add_header("Cookie", f"sessionid={self.session}; csrftoken={self.token}")
        request.add_header("X-CSRFToken", self.token)
        if kind:
            request.add_header("Content-Type", kind)
        try:
            with self.opener.open(request, timeout=90) as answer:
                return answer.status, answer.read().decode(), answer.url
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(), path

    def post(self, path: str, values: dict[str, str]) -> tuple[int, str, str]:
        """Send a form."""
        return self.ask(path, urlencode(values).encode(), "application/x-www-form-urlencoded")

    def upload(self, path: str, data: bytes) -> tuple[int, str, str]:
        """Send a workbook."""
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
        return self.ask(path, head + data + b"\r\n--x--\r\n", "multipart/form-data; boundary=x")


@pytest.fixture
def server(transactional_db: None, tmp_path: Path, cast: Cast) -> Iterator[tuple[str, Path, Any]]:
    """A server of its own on a copy of the test's database, with the cast and one venture; address, database, the row."""
    made = venture("共用项目", by=cast.supervisor, unit=cast.science, remark="0")
    sessions = [_session(cast.supervisor) for _ in range(PEOPLE)]
    database = tmp_path / "gongjian.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(database) as copy:
        connection.connection.backup(copy)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "GONGJIAN_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "gongjian.settings"}
    environment["GONGJIAN_SECRET_KEY"] = settings.SECRET_KEY  # the sessions above are signed with it
    environment.pop("PYTEST_XDIST_WORKER", None)
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "2"]
    command += ["--blocking-threads", "4", "--no-ws", "--log-level", "error", "gongjian.surfaces.wsgi:application"]
    process = subprocess.Popen(command, env=environment)
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.25)
        yield base, database, (made, sessions)
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_ten_people_edit_and_import_at_once_and_nothing_is_lost(server: tuple[str, Path, Any]) -> None:
    base, database, (made, sessions) = server

    def edit(number: int) -> tuple[int, list[str]]:
        """Add 1 to the shared row's remark through its form, again whenever somebody was quicker."""
        person, said, done = Person(base, sessions[number]), [], 0
        path = f"/registers/venture/{made.pk}/edit/"
        for _ in range(40):
            if done == ROUNDS:
                break
            status, page, _ = person.ask(path)
            said.append(page) if status >= 500 else None
            values = dict(_fields(page))
            values["remark"] = str(int(values["remark"]) + 1)
            status, page, _ = person.post(path, values)
            done += status == 200
            said.append(page) if status not in (200, 409) else None
        return done, said

    def take_in(number: int) -> tuple[int, list[str]]:
        """Import a sheet of ten own rows, round after round."""
        person, said, done = Person(base, sessions[number]), [], 0
        for turn in range(ROUNDS):
            rows = [[f"{number}号第{n}个项目", f"载体{turn}"] for n in range(10)]
            status, page, address = person.upload("/registers/venture/import/", sheet(["项目名称", "孵化载体"], *rows))
            said.append(page) if status != 200 else None
            seen = re.search(r'name="seen" value="(\w+)"', page)
            assert seen, page[-2000:]
            status, page, _ = person.post(address.removeprefix(base), {"seen": seen[1]})
            done += status == 200 and "行已写入" in page
            said.append(page) if status != 200 else None
        return done, said

    with ThreadPoolExecutor(PEOPLE) as pool:
        work = [pool.submit(edit if number % 2 else take_in, number) for number in range(PEOPLE)]
        results = [one.result() for one in work]
    faults = [page for _, said in results for page in said]
    assert not faults, faults[0][-1500:]
    assert [done for done, _ in results] == [ROUNDS] * PEOPLE
    with sqlite3.connect(database) as look:
        (remark,) = look.execute("SELECT remark FROM zone_venture WHERE name='共用项目'").fetchone()
        (count,) = look.execute("SELECT count(*) FROM zone_venture").fetchone()
        (written,) = look.execute("SELECT count(*) FROM zone_venture WHERE carrier=?", [f"载体{ROUNDS - 1}"]).fetchone()
    assert int(remark) == PEOPLE // 2 * ROUNDS
    assert (count, written) == (1 + PEOPLE // 2 * 10, PEOPLE // 2 * 10)


def _fields(page: str) -> list[tuple[str, str]]:
    """The edit form's fields with what stands in them."""
    form = page.partition('name="revision"')
    whole = page[max(0, len(form[0]) - 3000) :]
    found = re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', whole)
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', whole, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)"[^>]*selected', options)
        found.append((name, chosen[1] if chosen else ""))
    found += re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', whole, re.DOTALL)
    return [(name, value) for name, value in found if name != "csrfmiddlewaretoken"]
