"""Addresses of the plan, its commitments, review, task table and reports."""

from __future__ import annotations

from django.urls import include, path

from gongjian.surfaces.web.plan import bindings, commitment, plan

urlpatterns = [
    path("plan/", plan.show, name="plan"),
    path("plan/<int:year>/", plan.show, name="plan-year"),
    path("commitment/<int:pk>/", commitment.show, name="commitment"),
    path("commitment/<int:pk>/card/", commitment.card, name="commitment-card"),
    path("commitment/<int:pk>/assign/", commitment.assign, name="commitment-assign"),
    path("commitment/<int:pk>/bind/", commitment.bind, name="commitment-bind"),
    path("commitment/<int:pk>/schedule/", commitment.schedule, name="commitment-schedule"),
    path("commitment/<int:pk>/target/", commitment.retarget, name="commitment-target"),
    path("commitment/<int:pk>/shares/", commitment.share_out, name="commitment-shares"),
    path("commitment/<int:pk>/comment/", commitment.comment, name="commitment-comment"),
    path("plan/<int:pk>/bindings/", bindings.show, name="plan-bindings"),
    path("", include("gongjian.surfaces.web.plan.office_urls")),
]
