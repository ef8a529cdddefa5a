"""Addresses: registers: list, form, detail, import, export, evidence."""

from __future__ import annotations

from django.urls import URLPattern, path

from gongjian.surfaces.web.registers import detail, form, importing, listing, proofs

urlpatterns: list[URLPattern] = [
    path("registers/", listing.index, name="registers"),
    path("registers/<slug:name>/", listing.show, name="register"),
    path("registers/<slug:name>/export.xlsx", listing.export, name="register-export"),
    path("registers/<slug:name>/template.xlsx", importing.template, name="register-template"),
    path("registers/<slug:name>/new/", form.new, name="entry-new"),
    path("registers/<slug:name>/lookup/<slug:field>/", form.lookup, name="entry-lookup"),
    path("registers/<slug:name>/import/", importing.upload, name="register-import"),
    path("registers/<slug:name>/import/<str:digest>/", importing.confirm, name="register-import-confirm"),
    path("registers/<slug:name>/import/<str:digest>/refused.xlsx", importing.refused, name="register-import-refused"),
    path("registers/<slug:name>/<int:pk>/", detail.show, name="entry"),
    path("registers/<slug:name>/<int:pk>/edit/", form.edit, name="entry-edit"),
    path("registers/<slug:name>/<int:pk>/move/", detail.move, name="entry-move"),
    path("registers/<slug:name>/<int:pk>/withdraw/<int:move_id>/", detail.withdraw, name="entry-withdraw"),
    path("registers/<slug:name>/<int:pk>/evidence/<slug:part>/", proofs.upload, name="evidence-upload"),
    path("evidence/<int:pk>/", proofs.download, name="evidence"),
    path("evidence/<int:pk>/verify/", proofs.verify, name="evidence-verify"),
    path("evidence/<int:pk>/return/", proofs.send_back, name="evidence-return"),
]
