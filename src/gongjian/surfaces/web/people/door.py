"""Coming in and going out: login with a safe way back, logout, one's own password."""

from __future__ import annotations

from axes.helpers import get_cool_off
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people import actions
from gongjian.kernel.people.directory import is_first_run
from gongjian.kernel.people.fields import username_of
from gongjian.surfaces.web.page import officer, page, zone


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """The login page. After eight wrong passwords the account is closed to that machine for a quarter of an hour."""
    onward = way_back(request)
    if request.method == "GET":
        if is_first_run():
            return redirect("setup")
        if request.user.is_authenticated:
            return redirect(onward)
        return _login_page(request, onward=onward)
    username = username_of(request.POST.get("username", ""))
    password = request.POST.get("password", "")
    if not username or not password:
        refusal = Refusal("login.empty", "没有填写账号或密码", "请填写账号和密码后再登录")
        return _login_page(request, onward=onward, username=username, refusal=refusal, status=422)
    found = auth.authenticate(request, username=username, password=password)
    if found is None:
        refusal = Refusal(
            "login.wrong", "账号或密码不正确,或账号已停用", "请核对后重新输入;忘记密码的请联系系统管理员重置"
        )
        return _login_page(request, onward=onward, username=username, refusal=refusal, status=422)
    auth.login(request, found)  # a new session key, so that a key known before the login is worth nothing
    return redirect(onward)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session; by POST only, so that no foreign page can end it."""
    auth.logout(request)
    return redirect("login")


@never_cache
@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """One's own password; the first one must be changed before anything else."""
    me = officer(request)
    if request.method == "GET":
        return page(request, "people/password.html", refusal=None)
    old, new, again = (request.POST.get(name, "") for name in ("old", "new", "again"))
    was_first = me.must_change_password
    try:
        saved = actions.change_password(officer=me, old=old, new=new, again=again, at=clock.now())
    except Refusal as refusal:
        return page(request, "people/password.html", status=422, refusal=refusal)
    auth.update_session_auth_hash(request, saved)  # this session goes on, every other one of the account ends
    if was_first:
        return redirect("/plan/")
    return page(request, "people/password.html", refusal=None, done=True)


def way_back(request: HttpRequest) -> str:
    """Where `next` leads, if it stays on this host; else the plan."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe and not wanted.startswith(("/login/", "/logout/")) else "/plan/"


def _login_page(
    request: HttpRequest, *, onward: str, username: str = "", refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    here = zone()
    accounts = []
    if here is not None and here.is_synthetic:
        from gongjian.demo.build import accounts as demo_accounts  # only the synthetic zone has accounts to show

        accounts = demo_accounts()
    cool_off = get_cool_off(request)
    context = {"onward": onward, "username": username, "refusal": refusal, "accounts": accounts}
    return page(request, "people/login.html", status=status, **context, cool_off=cool_off)
