"""The doorkeeper: nobody passes without an account, a first password is changed first, and a refusal becomes a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.directory import is_first_run
from gongjian.kernel.registers.numbers import number_in

OPEN = ("/login/", "/setup/", "/static/", "/about/", "/api/")
"""Addresses that need no session: the interface asks for a token itself; the first-run page closes itself once there is a zone."""
STRANGERS_MOST = 4 * 2**20
"""Bytes that somebody without an account may send: a roster at the first run, kept on disk before anybody looks at it."""
UPLOADS_MOST = 4 * settings.UPLOAD_LIMIT
"""Bytes that an officer may send at once: several files of a report, and each form says which one is too large."""


class Doorkeeper:
    """Django middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path
        most = STRANGERS_MOST if not request.user.is_authenticated else UPLOADS_MOST
        if (number_in(request.META.get("CONTENT_LENGTH") or "") or 0) > most and not path.startswith("/api/"):
            cause = f"发送的内容超过{most // 2**20}MB"
            return self._refused(request, Refusal("page.too_large", cause, "请压缩或拆分后分次上传"))
        if not request.user.is_authenticated and not path.startswith(OPEN):
            if is_first_run():
                return redirect("/setup/")
            way_in = "/login/?" + urlencode({"next": _way_back(request)})
            if request.headers.get("HX-Request"):
                return HttpResponse(status=401, headers={"HX-Redirect": way_in})
            return redirect(way_in)
        waiting = request.user.is_authenticated and request.user.must_change_password
        if waiting and not path.startswith(("/password/", "/logout/", "/static/")):
            if request.headers.get("HX-Request"):
                return HttpResponse(status=401, headers={"HX-Redirect": "/password/"})
            return redirect("/password/")
        response = self.get_response(request)
        if request.user.is_authenticated:  # no shared cache keeps an officer's page, and a later visit asks again
            patch_cache_control(response, private=True, no_cache=True)
            if "_purposes" in request.__dict__:  # rows read for a purpose are not left on the disk for who comes next
                patch_cache_control(response, no_store=True)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Refuse a mark (NUL) that no text has and no database keeps, whatever it was sent to; programs are told at /api/."""
        given = [request.GET] if request.method in {"GET", "HEAD"} else [request.GET, request.POST]
        texts = (text for one in given for name, values in one.lists() for text in (name, *values))
        if request.path.startswith("/api/") or not any("\x00" in text for text in texts):
            return None
        refusal = Refusal("page.control", "内容里有不可见的控制字符", "请删除后重新填写,或改用手工录入")
        return self._refused(request, refusal)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal that no form caught is shown as a page, or as a strip for htmx, with the right status."""
        return self._refused(request, error) if isinstance(error, Refusal) else None

    def _refused(self, request: HttpRequest, error: Refusal) -> HttpResponse:
        from gongjian.surfaces.web.faults import (
            refused,
        )  # pages need the request's user, set up after this module loads

        return refused(request, error)


def _way_back(request: HttpRequest) -> str:
    """Where to go after the login: the page asked for; for a form that was sent, the page it stood on."""
    if request.method in {"GET", "HEAD"} and not request.headers.get("HX-Request"):
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
    return came_from.path + (f"?{came_from.query}" if came_from.query else "") or "/"
