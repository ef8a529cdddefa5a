"""The doorkeeper: nobody passes without an account, a first password is changed first, and a refusal becomes a page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode

from gongjian.kernel.errors import Forbidden, Refusal, Stale
from gongjian.kernel.people.models import Zone

OPEN = ("/login/", "/setup/", "/static/", "/about/")
"""Addresses that need no account; the first-run page closes itself once there is a zone."""


class Doorkeeper:
    """Django middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path
        if not request.user.is_authenticated and not path.startswith(OPEN):
            if not Zone.objects.exists():
                return redirect("/setup/")
            if request.headers.get("HX-Request"):
                response = HttpResponse(status=401)
                response["HX-Redirect"] = "/login/"
                return response
            return redirect("/login/?" + urlencode({"next": request.get_full_path()}))
        waiting = request.user.is_authenticated and request.user.must_change_password
        if waiting and not path.startswith(("/password/", "/logout/", "/static/")):
            return redirect("/password/")
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal that no form caught is shown as a page, or as a strip for htmx, with the right status."""
        if not isinstance(error, Refusal):
            return None
        from gongjian.surfaces.web.page import page  # the page needs the request's user, set up after this module loads

        status = 403 if isinstance(error, Forbidden) else 409 if isinstance(error, Stale) else 422
        template = "partials/refusal.html" if request.headers.get("HX-Request") else "refusal.html"
        return page(request, template, status=status, refusal=error)
