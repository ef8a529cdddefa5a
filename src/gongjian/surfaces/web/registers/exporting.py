"""Export and template: the rows that a list shows as a file, at once or, when there are many, after a short wait."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from gongjian.kernel import clock
from gongjian.kernel.registers import access
from gongjian.surfaces import jobs
from gongjian.surfaces import progress as far
from gongjian.surfaces.web.page import officer, page, today
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
        exports.begin(export=export)
        return redirect("export-waiting", name=name, token=export.token)
    data = b"".join(exports.pieces(export=export, by=me))
    return attachment(data=data, name=export.name, media=MEDIA[export.kind])


@require_GET
def waiting(request: HttpRequest, name: str, token: str) -> HttpResponse:
    """While the file is made: how far; afterwards where it is."""
    register, export = register_of(name), exports.found(token=token, by=officer(request))
    return page(request, "registers/export.html", register=register, export=export, **_progress(export))


@require_GET
def progress(request: HttpRequest, name: str, token: str) -> HttpResponse:
    """How far the file is, asked again and again by the page."""
    register, export = register_of(name), exports.found(token=token, by=officer(request))
    return page(request, "registers/export_progress.html", register=register, export=export, **_progress(export))


@require_GET
def download(request: HttpRequest, name: str, token: str) -> HttpResponse | StreamingHttpResponse:
    """The finished file; only for the officer who asked."""
    export = exports.found(token=token, by=officer(request))
    if not export.is_done:
        return redirect("export-waiting", name=name, token=token)
    response = FileResponse(export.path.open("rb"), as_attachment=True, filename=export.name)
    response["Content-Type"] = MEDIA[export.kind]
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def cancel(request: HttpRequest, name: str, token: str) -> HttpResponse:
    """No longer wanted."""
    export = exports.found(token=token, by=officer(request))
    if not export.is_done and jobs.is_alive(name=export.work_name):
        far.cancel(name=export.work_name)
    return redirect("register", name=name)


def _progress(export: exports.Export) -> dict[str, Any]:
    said = far.read(name=export.work_name)
    return {
        "said": said,
        "is_alive": jobs.is_alive(name=export.work_name),
        "has_worker": jobs.worker_is_here() or said is None or not said.is_queued or said.seconds < 10,
        "size": export.path.stat().st_size / 2**20 if export.is_done else None,
    }
