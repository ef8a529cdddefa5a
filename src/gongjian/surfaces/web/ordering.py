"""The pages of an ordered file: how far it is, the file when it is there, and no longer wanting it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect

from gongjian.surfaces import jobs, progress
from gongjian.surfaces.orders import Order
from gongjian.surfaces.web.page import page


@dataclass(frozen=True, kw_only=True)
class Doors:
    """The addresses of one order's pages."""

    waiting: str
    progress: str
    file: str
    cancel: str
    back: str


def waiting(request: HttpRequest, order: Order, doors: Doors, *, template: str, **more: Any) -> HttpResponse:
    """While the file is made: how far; afterwards where it is. `template` is the whole page or the part that asks again."""
    said = progress.read(name=order.work_name)
    return page(
        request,
        template,
        order=order,
        doors=doors,
        said=said,
        is_alive=jobs.is_alive(name=order.work_name),
        has_worker=jobs.worker_is_here() or said is None or not said.is_queued or said.seconds < 10,
        size=order.path.stat().st_size / 2**20 if order.is_done else None,
        **more,
    )


def file(order: Order, doors: Doors, *, media: str) -> HttpResponse | FileResponse:
    """The finished file; the page that waits, where it is not there yet."""
    if not order.is_done:
        return redirect(doors.waiting)
    response = FileResponse(order.path.open("rb"), as_attachment=True, filename=order.name)
    response["Content-Type"] = media
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def cancel(order: Order, doors: Doors) -> HttpResponse:
    """No longer wanted."""
    if not order.is_done and jobs.is_alive(name=order.work_name):
        progress.cancel(name=order.work_name)
    return redirect(doors.back)
