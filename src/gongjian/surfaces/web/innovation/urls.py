"""Addresses: 科创培育 at a glance, and the patents with what has to be done about them."""

from __future__ import annotations

from django.urls import URLPattern, path

from gongjian.surfaces.web.innovation import overview, patents, titles

urlpatterns: list[URLPattern] = [
    path("innovation/", overview.show, name="innovation"),
    path("innovation/titles/", titles.show, name="titles"),
    path("innovation/patents/", patents.show, name="patents"),
    path("innovation/patents/list.xlsx", patents.download, name="patents-list"),
]
