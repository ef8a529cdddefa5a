"""Coming in: login, lock-out, the way back, sessions, first passwords, cookies, headers, the key's file."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client, override_settings
from django.utils import timezone
from tests.kernel.people.cast import PASSWORD, Cast

from gongjian.kernel.people.models import Officer, Zone

In = Callable[[Officer], Client]
AWAY = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "https:///evil.example",
    "javascript:alert(1)",
    "http://testserver.evil.example/",
    "/login/?next=/plan/",
)

EVERYWHERE = ("/login/", "/about/", "/people/", "/nowhere/", "/logout/", "/static/app.css", "/people/officers/99999/")
DIRECTIVES = (
    "default-src 'self'",
    "script-src 'self'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
)


@pytest.fixture(autouse=True)
def fresh_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def enter(client: Client, username: str, password: str = PASSWORD, **more: str) -> object:
    return client.post("/login/", {"username": username, "password": password, **more})


def test_login_leads_where_one_wanted_to_go_with_a_new_session_key(cast: Cast) -> None:
    client = Client()
    client.get("/login/")
    session = client.session
    session["before"] = "kept by somebody who knew the key"
    session.save()
    old = session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = old
    response = client.post("/login/", {"username": " GUANLI ", "password": PASSWORD, "next": "/people/?q=1"})
    assert (response.status_code, response["Location"]) == (302, "/people/?q=1")
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != old
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = old
    assert thief.get("/people/")["Location"] == "/login/?next=%2Fpeople%2F"


@pytest.mark.parametrize("away", AWAY)
def test_login_never_leads_away(cast: Cast, away: str) -> None:
    assert enter(Client(), "guanli", next=away)["Location"] == "/plan/"  # type: ignore[index]
    page = Client().get("/login/", {"next": away}).content.decode()
    assert 'name="next" value="/plan/"' in page


@pytest.mark.parametrize(
    ("username", "password"), [("guanli", "falsch"), ("nobody", PASSWORD), ("", ""), ("guanli", "")]
)
def test_a_wrong_login_keeps_the_account_name_and_says_one_sentence(cast: Cast, username: str, password: str) -> None:
    response = enter(Client(), username, password)
    page = response.content.decode()  # type: ignore[attr-defined]
    assert response.status_code == 422  # type: ignore[attr-defined]
    said = "账号或密码不正确,或账号已停用。" if username and password else "没有填写账号或密码。"
    assert said in page and f'value="{username}"' in page


def test_a_closed_account_cannot_come_in_and_is_put_out(cast: Cast) -> None:
    client = Client()
    assert enter(client, "kechuang").status_code == 302  # type: ignore[attr-defined]
    Officer.objects.filter(username="kechuang").update(is_active=False)
    assert client.get("/people/")["Location"].startswith("/login/")
    assert enter(Client(), "kechuang").status_code == 422  # type: ignore[attr-defined]


def test_eight_wrong_passwords_lock_the_account_on_that_machine(cast: Cast, as_officer: In) -> None:
    client = Client(REMOTE_ADDR="10.0.0.5")
    for _ in range(7):
        assert enter(client, "kechuang", "falsch").status_code == 422  # type: ignore[attr-defined]
    locked = enter(client, "kechuang", "falsch")
    assert locked.status_code == settings.AXES_HTTP_RESPONSE_CODE == 429  # type: ignore[attr-defined]
    page = locked.content.decode()  # type: ignore[attr-defined]
    assert "账号“kechuang”在这台电脑上连续 8 次输错密码,已暂停登录。" in page and "请在 15 分钟后再试" in page
    assert "Content-Security-Policy" in locked  # type: ignore[operator]
    assert enter(client, "kechuang").status_code == 429  # type: ignore[attr-defined]  # the right one does not help now
    assert enter(client, "shangcu").status_code == 302  # type: ignore[attr-defined]  # others on that machine do work
    assert enter(Client(REMOTE_ADDR="10.0.0.6"), "kechuang").status_code == 302  # type: ignore[attr-defined]
    response = as_officer(cast.administrator).post(f"/people/officers/{cast.clerk.pk}/password/")
    assert response.status_code == 200
    password = response.content.decode().split('class="password">')[1].split("<")[0]
    assert enter(Client(REMOTE_ADDR="10.0.0.5"), "kechuang", password)["Location"] == "/plan/"  # type: ignore[index]


def test_the_lock_ends_after_a_quarter_of_an_hour(cast: Cast) -> None:
    from axes.models import AccessAttempt

    client = Client(REMOTE_ADDR="10.0.0.5")
    for _ in range(8):
        enter(client, "kechuang", "falsch")
    assert enter(client, "kechuang").status_code == 429  # type: ignore[attr-defined]
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert enter(client, "kechuang").status_code == 302  # type: ignore[attr-defined]


def test_only_failures_in_a_row_count(cast: Cast) -> None:
    client = Client(REMOTE_ADDR="10.0.0.5")
    for _ in range(2):
        for _ in range(7):
            assert enter(client, "kechuang", "falsch").status_code == 422  # type: ignore[attr-defined]
        assert enter(client, "kechuang").status_code == 302  # type: ignore[attr-defined]


def test_a_first_password_must_be_changed_before_anything_else(cast: Cast) -> None:
    Officer.objects.update(must_change_password=True)
    client, elsewhere = Client(), Client()
    for one in (client, elsewhere):
        enter(one, "guanli")
        assert one.get("/people/")["Location"] == "/password/"
        assert one.post("/people/units/new/", {"name": "偷偷新增"})["Location"] == "/password/"
    assert client.get("/people/", headers={"HX-Request": "true"})["HX-Redirect"] == "/password/"
    weak = client.post("/password/", {"old": PASSWORD, "new": "kurz", "again": "kurz"})
    assert weak.status_code == 422 and "密码只有 4 位,至少要 10 位" in weak.content.decode()
    new = {"old": PASSWORD, "new": "qinglan-77-xyz", "again": "qinglan-77-xyz"}
    assert client.post("/password/", new)["Location"] == "/plan/"
    assert client.get("/people/").status_code == 200
    assert elsewhere.get("/people/")["Location"].startswith("/login/")  # the other session has ended


def test_logout_is_by_post_and_ends_the_session(cast: Cast) -> None:
    client = Client()
    enter(client, "guanli")
    assert client.get("/logout/").status_code == 405
    assert client.get("/people/").status_code == 200
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/people/")["Location"].startswith("/login/")


def test_every_form_needs_its_token_and_says_what_to_do(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/login/", {"username": "guanli", "password": PASSWORD})
    assert response.status_code == 403
    assert "页面停留过久" in response.content.decode() and "<h1>页面已过期</h1>" in response.content.decode()
    strict.force_login(cast.administrator, backend="gongjian.kernel.people.accounts.Accounts")
    assert strict.post("/people/units/new/", {"name": "没有令牌"}).status_code == 403


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_answer_carries_the_headers(cast: Cast, as_officer: In, path: str) -> None:
    response = as_officer(cast.administrator).get(path)
    policy = response["Content-Security-Policy"]
    for part in (
        "default-src 'self'",
        "script-src 'self'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ):
        assert part in policy
    assert "script-src 'self' 'unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    if not path.startswith("/static/"):
        assert response["X-Frame-Options"] == "DENY"
        assert "private" in response["Cache-Control"]


def test_cookies_are_out_of_reach_of_scripts_and_foreign_pages(cast: Cast) -> None:
    client = Client()
    enter(client, "guanli")
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    assert session["httponly"] is True and session["samesite"] == "Lax" and session["max-age"] == 12 * 3600
    with override_settings(SESSION_COOKIE_SECURE=True):
        enter(client, "guanli")
        assert client.cookies[settings.SESSION_COOKIE_NAME]["secure"] is True


def test_the_signing_key_is_for_its_owner_alone() -> None:
    path = Path(settings.HOME) / "secret-key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_text().strip()) >= 50
    assert path.read_text().strip() == settings.SECRET_KEY


def test_the_demo_accounts_stand_on_the_login_page_of_the_synthetic_zone_only(cast: Cast) -> None:
    assert "演示账号" not in Client().get("/login/").content.decode()
    Zone.objects.update(is_synthetic=True)
    page = Client().get("/login/").content.decode()
    from gongjian.demo.build import accounts

    assert "演示账号" in page and page.count('class="pick"') == len(accounts()) == 7
    assert all(username in page and password in page for username, password, _ in accounts())


def test_an_htmx_call_without_a_session_is_led_to_the_login(cast: Cast) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/plan/?as_of=2025-06-30"}
    response = Client().get("/people/", headers=headers)
    assert response.status_code == 401
    assert response["HX-Redirect"] == "/login/?next=%2Fplan%2F%3Fas_of%3D2025-06-30"


@pytest.mark.django_db
def test_the_first_run_is_for_the_machine_itself() -> None:
    assert Client().get("/setup/").status_code == 200
    proxied: tuple[dict[str, str], ...] = ({"HTTP_X_FORWARDED_FOR": "192.0.2.7"}, {"HTTP_X_FORWARDED_PROTO": "https"})
    for elsewhere in ({"REMOTE_ADDR": "192.0.2.7"}, *proxied):
        refused = Client(**elsewhere).post(
            "/setup/", {"name": "别人的园区", "administrator": "外人", "step": "confirm"}
        )
        assert refused.status_code == 422
        assert "首次设置只能在安装本系统的电脑上进行" in refused.content.decode()
        assert not Zone.objects.exists()


def test_a_mark_that_no_database_keeps_is_refused_at_the_door(cast: Cast, as_officer: In) -> None:
    client = as_officer(cast.administrator)
    for path, sent in (
        ("/people/units/new/", {"name": "招商\x00中心"}),
        ("/people/officers/new/", {"username": "x", "name\x00": "y"}),
        ("/registers/enterprise/views/", {"name": "甲", "query": "q=\x00"}),
    ):
        answer = client.post(path, sent)
        assert answer.status_code == 422 and "不可见的控制字符" in answer.content.decode(), path
    assert client.get("/people/", {"q": "\x00"}).status_code == 422
    assert Client().post("/login/", {"username": "\x00", "password": "x"}).status_code == 422


def test_nobody_fills_the_disk_with_an_upload(cast: Cast, as_officer: In) -> None:
    sent = {"username": "x", "password": "y"}
    answer = Client().post("/login/", sent, CONTENT_LENGTH=str(4 * 2**20 + 1))
    assert answer.status_code == 422 and "发送的内容超过4MB" in answer.content.decode()
    client = as_officer(cast.clerk)
    assert "没有粘贴任何内容" in client.post("/registers/enterprise/import/", {"how": "paste"}).content.decode()
    answer = client.post("/registers/enterprise/import/", {}, CONTENT_LENGTH=str(settings.UPLOAD_LIMIT * 4 + 1))
    assert answer.status_code == 422 and "发送的内容超过200MB" in answer.content.decode()
