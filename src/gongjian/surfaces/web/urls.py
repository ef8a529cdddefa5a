"""Addresses of the pages, one module of views for each noun."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView

from gongjian.surfaces.api.door import lead

urlpatterns = [
    path("", RedirectView.as_view(url="/plan/"), name="home"),
    path("", include("gongjian.surfaces.web.people.urls")),
    path("", include("gongjian.surfaces.web.plan.urls")),
    path("", include("gongjian.surfaces.web.registers.urls")),
    path("", include("gongjian.surfaces.web.criteria.urls")),
    path("", include("gongjian.surfaces.web.policies.urls")),
    path("", include("gongjian.surfaces.web.innovation.urls")),
    path("", include("gongjian.surfaces.web.interface.urls")),
    path("api/<path:rest>", lead),
]

handler400 = "gongjian.surfaces.web.faults.bad_request"
handler403 = "gongjian.surfaces.web.faults.forbidden"
handler404 = "gongjian.surfaces.web.faults.not_found"
handler500 = "gongjian.surfaces.web.faults.broken"
