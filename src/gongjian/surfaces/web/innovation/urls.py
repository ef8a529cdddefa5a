"""Addresses: 科创培育 at a glance, and the patents with what has to be done about them."""

from __future__ import annotations

from django.urls import URLPattern, path

from gongjian.surfaces.web.innovation import overview, patents

urlpatterns: list[URLPattern] = [
    path("innovation/", overview.show, name="innovation"),
    path("innovation/patents/", patents.show, name="patents"),
    path("innovation/patents/list.xlsx", patents.download, name="patents-list"),
]
