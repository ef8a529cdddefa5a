"""Addresses: all policies, one policy with its list, the list as a sheet, pushing it, one subject and decisions on it."""

from __future__ import annotations

from django.urls import URLPattern, path

from gongjian.surfaces.web.policies import deciding, one, shelf

urlpatterns: list[URLPattern] = [
    path("policies/", shelf.show, name="policies"),
    path("policies/<slug:name>/", one.show, name="policy"),
    path("policies/<slug:name>/list.xlsx", one.download, name="policy-list"),
    path("policies/<slug:name>/push/", one.push, name="policy-push"),
    path("policies/<slug:name>/<int:pk>/", deciding.show, name="policy-one"),
    path("policies/<slug:name>/<int:pk>/decide/", deciding.decide, name="policy-decide"),
    path("policies/<slug:name>/<int:pk>/withdraw/<int:decision>/", deciding.withdraw, name="policy-withdraw"),
]
