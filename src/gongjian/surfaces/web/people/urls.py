"""Addresses: logging in, the first run, units and officers, the log, the operator's page."""

from django.urls import path

from gongjian.surfaces.web.people import about, door, first_run, log, officers, roster, units

urlpatterns = [
    path("login/", door.log_in, name="login"),
    path("logout/", door.log_out, name="logout"),
    path("password/", door.password, name="password"),
    path("setup/", first_run.show, name="setup"),
    path("setup/template/", first_run.template, name="setup-template"),
    path("about/", about.show, name="about"),
    path("log/", log.show, name="log"),
    path("people/", units.tree, name="people"),
    path("people/roster/", roster.take, name="people-roster"),
    path("people/roster/download/", roster.download, name="people-roster-download"),
    path("people/passwords/", roster.passwords, name="people-passwords"),
    path("people/units/new/", units.new, name="unit-new"),
    path("people/units/<int:pk>/", units.show, name="unit"),
    path("people/officers/new/", officers.new, name="officer-new"),
    path("people/officers/<int:pk>/", officers.show, name="officer"),
    path("people/officers/<int:pk>/password/", officers.reset, name="officer-password"),
    path("people/officers/<int:pk>/transfer/", officers.transfer, name="officer-transfer"),
    path("people/officers/<int:pk>/deactivate/", officers.deactivate, name="officer-deactivate"),
    path("people/officers/<int:pk>/reactivate/", officers.reactivate, name="officer-reactivate"),
]
