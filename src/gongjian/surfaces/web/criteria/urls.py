"""Addresses: the shelf of rulebooks, one rulebook, one subject by one or all of them, what if, calendar, decisions."""

from __future__ import annotations

from django.urls import URLPattern, path

from gongjian.surfaces.web.criteria import (
    book,
    calendar,
    deciding,
    diagnosing,
    figure,
    figures,
    printing,
    sheet,
    shelf,
    whatif,
    whatif_list,
)

urlpatterns: list[URLPattern] = [
    path("criteria/", shelf.show, name="criteria"),
    path("criteria/calendar/", calendar.show, name="criteria-calendar"),
    path("criteria/figures/", figures.listing, name="criteria-figures"),
    path("criteria/figures/file/", figures.download, name="criteria-figures-file"),
    path("criteria/figures/take-over/", figures.take_over, name="criteria-figures-take-over"),
    path("criteria/figures/acts/<int:pk>/file/", figure.file, name="criteria-figure-file"),
    path("criteria/figures/acts/<int:pk>/end/", figure.act, {"what": "end"}, name="criteria-figure-end"),
    path("criteria/figures/acts/<int:pk>/withdraw/", figure.act, {"what": "withdraw"}, name="criteria-figure-withdraw"),
    path("criteria/figures/<slug:standard>/<int:year>/<str:label>/", figure.window, name="criteria-window"),
    path("criteria/figures/<slug:standard>/<slug:name>/", figure.one, name="criteria-figure"),
    path("criteria/what-if/<slug:register>/", whatif_list.show, name="criteria-what-if-list"),
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
