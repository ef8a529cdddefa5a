"""Addresses of the pages, one module of views for each noun."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(url="/plan/"), name="home"),
    path("", include("gongjian.surfaces.web.people.urls")),
    path("", include("gongjian.surfaces.web.plan.urls")),
    path("", include("gongjian.surfaces.web.registers.urls")),
]
