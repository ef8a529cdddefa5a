"""Addresses: the shelf of rulebooks, one rulebook, one subject by one or all of them, what if, calendar, decisions."""

from __future__ import annotations

from django.urls import URLPattern, path

from gongjian.surfaces.web.criteria import book, calendar, deciding, diagnosing, printing, sheet, shelf, whatif

urlpatterns: list[URLPattern] = [
    path("criteria/", shelf.show, name="criteria"),
    path("criteria/calendar/", calendar.show, name="criteria-calendar"),
    path("criteria/<slug:name>/", book.show, name="criterion-book"),
    path("criteria/<slug:name>/diagnose/", diagnosing.plan, name="criterion-diagnose"),
    path("criteria/<slug:name>/what-if/", whatif.of_all, name="criterion-what-if"),
    path("criteria/<slug:name>/<int:pk>/", sheet.one, name="criterion-sheet"),
    path("criteria/<slug:name>/<int:pk>/what-if/", whatif.of_one, name="criterion-what-if-one"),
    path("criteria/<slug:name>/<int:pk>/decide/", deciding.decide, name="criterion-decide"),
    path("criteria/<slug:name>/<int:pk>/withdraw/<int:decision>/", deciding.withdraw, name="criterion-withdraw"),
    path("one-policy/<int:pk>/", sheet.show, name="gap-sheet"),
    path("one-policy/<int:pk>/file/", printing.one, name="gap-sheet-file"),
    path("one-policy/print/", printing.many, name="gap-sheets"),
    path("one-policy/print/<slug:token>/", printing.waiting, name="gap-sheets-waiting"),
    path("one-policy/print/<slug:token>/progress/", printing.progress, name="gap-sheets-progress"),
    path("one-policy/print/<slug:token>/file/", printing.download, name="gap-sheets-file"),
    path("one-policy/print/<slug:token>/cancel/", printing.cancel, name="gap-sheets-cancel"),
]
