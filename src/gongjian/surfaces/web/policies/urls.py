"""Addresses: all policies, one policy with its list, the list as a sheet, and pushing it to the enterprises."""

from __future__ import annotations

from django.urls import URLPattern, path

from gongjian.surfaces.web.policies import one, shelf

urlpatterns: list[URLPattern] = [
    path("policies/", shelf.show, name="policies"),
    path("policies/<slug:name>/", one.show, name="policy"),
    path("policies/<slug:name>/list.xlsx", one.download, name="policy-list"),
    path("policies/<slug:name>/push/", one.push, name="policy-push"),
]
