"""The doorkeeper: nobody passes without an account, a first password is changed first, and a refusal becomes a page."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.directory import is_first_run

OPEN = ("/login/", "/setup/", "/static/", "/about/", "/api/")
"""Addresses that need no session: the interface asks for a token itself; the first-run page closes itself once there is a zone."""


class Doorkeeper:
    """Django middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path
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
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal that no form caught is shown as a page, or as a strip for htmx, with the right status."""
        if not isinstance(error, Refusal):
            return None
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
