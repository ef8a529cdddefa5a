"""Every address there is, found in the urlconf: closed to strangers, unchanged by GET, and writing by POST only."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.kernel.people.cast import Cast, make_commitment

from gongjian.kernel.people.models import Officer
from gongjian.kernel.rulebooks.models import Judgement, Watermark
from gongjian.surfaces.web.middleware import OPEN

In = Callable[[Officer], Client]
SAMPLES = {"int": "1", "str": "x", "slug": "enterprise", "path": "x", "uuid": "0" * 8 + "-0000-0000-0000-" + "0" * 12}
VERBS = ("confirm", "reject", "reopen", "owner")


def addresses() -> Iterator[tuple[str, URLPattern]]:
    """A sample address of every pattern."""

    def walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, URLPattern]]:
        for one in patterns:
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, before + str(one.pattern))
                continue
            route = str(one.pattern)
            for name, converter in one.pattern.converters.items():
                kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
                route = route.replace(f"<{kind}:{name}>", SAMPLES[kind])
            if route.startswith("^"):  # a pattern of regular expressions
                route = route.strip("^$").replace(r"(?P<pk>\d+)", "1").replace(f"(?P<verb>{'|'.join(VERBS)})", VERBS[0])
            assert not set(route) & set("<>()?"), f"no sample address for {route}"
            yield "/" + before + route, one

    importlib.import_module("gongjian.surfaces.web.urls")
    yield from walk(get_resolver().url_patterns, "")


def methods(pattern: URLPattern) -> set[str]:
    """The methods that the view's require_http_methods lets through; empty without one."""
    view = pattern.callback
    while view is not None:
        for cell in getattr(view, "__closure__", None) or ():
            found = cell.cell_contents
            if isinstance(found, list) and found and all(isinstance(m, str) and m.isupper() for m in found):
                return set(found)
        view = getattr(view, "__wrapped__", None)
    return set()


def test_there_are_addresses_and_the_open_ones_are_these() -> None:
    found = [path for path, _ in addresses()]
    assert len(found) > 40
    assert OPEN == ("/login/", "/setup/", "/static/", "/about/", "/api/")
    assert [path for path in found if path.startswith(OPEN)] == [
        "/login/",
        "/setup/",
        "/setup/template/",
        "/about/",
        "/api/x",
    ]


def test_strangers_are_led_to_the_login_from_every_address(cast: Cast) -> None:
    for path, _ in addresses():
        for call in (Client().get, Client().post):
            response = call(path)
            if path.startswith("/api/"):
                assert response.status_code in {401, 404}, path
            elif path.startswith(OPEN):
                assert "next=" not in response.headers.get("Location", ""), path
            else:
                assert response.status_code == 302, path
                assert response["Location"].startswith("/login/?next="), path


def test_before_the_first_run_every_address_leads_to_it(db: None) -> None:
    for path, _ in addresses():
        if not path.startswith(OPEN):
            assert Client().get(path)["Location"] == "/setup/", path
    assert Client().get("/login/")["Location"] == "/setup/"


def test_what_writes_only_refuses_get(cast: Cast, as_officer: In) -> None:
    client = as_officer(cast.administrator)
    only_post = [path for path, pattern in addresses() if methods(pattern) == {"POST"}]
    assert {"/logout/", "/people/passwords/", "/people/officers/1/transfer/", "/people/officers/1/deactivate/"} <= set(
        only_post
    )
    for path in only_post:
        assert client.get(path).status_code == 405, path
        assert client.head(path).status_code == 405, path


def test_every_view_says_which_methods_it_takes() -> None:
    untold = [path for path, pattern in addresses() if not methods(pattern) and path not in {"/", "/api/x"}]
    assert untold == []


KEPT = (Judgement, Watermark)
"""What is worked out from the rows and kept, like an index: a page may bring it up to date."""


def counts() -> dict[str, int]:
    """Rows of every table of ours."""
    models = [m for m in apps.get_models() if m._meta.app_label in {"kernel", "zone"} and m not in KEPT]
    return {model.__name__: model._default_manager.count() for model in models}


@pytest.mark.parametrize("role", ["leader", "supervisor", "unit_officer", "viewer", "auditor", "administrator"])
def test_no_get_of_any_role_breaks_or_changes_anything(cast: Cast, as_officer: In, role: str) -> None:
    make_commitment(owner=cast.science, leader=cast.leader, id=1)
    client = as_officer(cast.by_role[role])
    before = counts()
    for path, _ in addresses():
        if path.endswith(("/export.xlsx", "/export.csv", "/export/")):
            continue  # who took rows away is logged
        response = client.get(path)
        assert response.status_code in {200, 302, 403, 404, 405, 422}, path
        assert path.startswith(OPEN) or "/login/" not in response.headers.get("Location", ""), path
    assert counts() == before
