"""Addresses: tokens and the description of the interface."""

from __future__ import annotations

from django.urls import URLPattern, path

from gongjian.surfaces.web.interface import pages

urlpatterns: list[URLPattern] = [
    path("interface/", pages.show, name="interface"),
    path("interface/operations/", pages.operations, name="interface-operations"),
    path("interface/operations/<slug:name>/", pages.operations, name="interface-operations"),
    path("interface/openapi.json", pages.describe, name="interface-description"),
    path("interface/<slug:name>/openapi.json", pages.describe, name="interface-description"),
    path("interface/tokens/<int:pk>/revoke/", pages.revoke, name="token-revoke"),
]
