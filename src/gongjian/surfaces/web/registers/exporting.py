"""Export and template: the rows that a list shows as a file, at once or, when there are many, after a short wait."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from gongjian.kernel import clock
from gongjian.kernel.registers import access
from gongjian.surfaces.web import ordering
from gongjian.surfaces.web.page import officer, today
from gongjian.surfaces.web.registers import exports, purpose, workbook
from gongjian.surfaces.web.registers.behind import behind
from gongjian.surfaces.web.registers.common import XLSX, attachment, register_of

MEDIA = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8"}


@require_GET
def template(request: HttpRequest, name: str) -> HttpResponse:
    """An empty workbook with the register's heads, lists to choose from, examples and words of help."""
    register = register_of(name)
    access.require(register=register, by=officer(request), verb="register.import")
    return attachment(data=workbook.template(register=register), name=f"{register.label}_模板.xlsx")


@require_GET
def show(request: HttpRequest, name: str) -> HttpResponse:
    """The rows that the list shows, as .xlsx that can be edited and imported again, or as .csv (`as=csv`).

    `fields=all` gives all columns instead of those of the list.
    """
    me, register = officer(request), register_of(name)
    access.require_role(register=register, by=me, verb="register.export")
    why = purpose.of(request, register, what="导出")
    figure = behind(request, register)
    export = exports.ordered(
        register=register,
        by=me,
        address=request.META.get("QUERY_STRING", ""),
        kind="csv" if request.GET.get("as") == "csv" else "xlsx",
        is_whole=request.GET.get("fields") == "all",
        ids=figure.order if figure is not None else None,
        purpose=why,
        day=today(),
        at=clock.now(),
    )
    if export.rows > exports.BACKGROUND_ROWS:
        export.begin()
        return redirect("export-waiting", name=name, token=export.token)
    data = b"".join(exports.pieces(export=export, by=me))
    return attachment(data=data, name=export.name, media=MEDIA[export.kind])


@require_GET
def waiting(request: HttpRequest, name: str, token: str) -> HttpResponse:
    """While the file is made: how far; afterwards where it is."""
    export = exports.Export.found(token=token, by=officer(request))
    register = register_of(name)
    return ordering.waiting(request, export, _doors(export), template="registers/export.html", register=register)


@require_GET
def progress(request: HttpRequest, name: str, token: str) -> HttpResponse:
    """How far the file is, asked again and again by the page."""
    export = exports.Export.found(token=token, by=officer(request))
    return ordering.waiting(request, export, _doors(export), template="order_progress.html")


@require_GET
def download(request: HttpRequest, name: str, token: str) -> HttpResponse | FileResponse:
    """The finished file; only for the officer who asked."""
    export = exports.Export.found(token=token, by=officer(request))
    return ordering.file(export, _doors(export), media=MEDIA[export.kind])


@require_POST
def cancel(request: HttpRequest, name: str, token: str) -> HttpResponse:
    """No longer wanted."""
    export = exports.Export.found(token=token, by=officer(request))
    return ordering.cancel(export, _doors(export))


def _doors(export: exports.Export) -> ordering.Doors:
    at = {
        one: reverse(f"export-{one}", args=[export.register, export.token])
        for one in ("waiting", "progress", "file", "cancel")
    }
    return ordering.Doors(**at, back=reverse("register", args=[export.register]))
