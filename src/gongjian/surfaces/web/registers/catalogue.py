"""台账 catalogue: every register that one may read, by folder of the house, with its rows and what changed lately."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gongjian.kernel.people import policy
from gongjian.kernel.registers import access, lately, query
from gongjian.kernel.registers.declare import REGISTERS, Register, registers
from gongjian.surfaces.web.page import officer, page, today
from gongjian.surfaces.web.registers import purpose
from gongjian.surfaces.web.registers.common import folder_label, heard

FOLDERS = ("ground", "innovation", "industry", "projects", "townscape", "business", "governance")
DAYS = 7


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All registers that this officer may read, with how many rows of each."""
    me = officer(request)
    policy.require(by=me, verb="register.read")
    readable = [r for r in registers() if access.may(register=r, by=me, verb="register.read")]
    place = {folder: at for at, folder in enumerate(FOLDERS)}
    readable.sort(key=lambda r: (place.get(r.folder, len(FOLDERS)), r.label))
    midnight = datetime.combine(today() - timedelta(days=DAYS), time.min)
    changed = lately.changes(since=timezone.make_aware(midnight))
    groups = [
        (folder_label(folder), [_line(request, r, me, changed) for r in members])
        for folder, members in groupby(readable, key=lambda r: r.folder)
    ]
    return page(
        request,
        "registers/index.html",
        groups=groups,
        batches=[(REGISTERS[one.register], one) for one in lately.written(by=me)],
        days=DAYS,
        notice=heard(request),
    )


def _line(request: HttpRequest, register: Register, me: Any, changed: dict[str, lately.Lately]) -> dict[str, Any]:
    """One register's line; a sensitive one is counted only where its purpose has been stated."""
    held = purpose.stated(request, register) if register.sensitive else None
    is_open = not register.sensitive or (held is not None and held.is_in_force)
    asked = query.Ask(register=register, by=me, purpose=purpose.of(request, register) if register.sensitive else None)
    return {
        "register": register,
        "count": query.count(asked) if is_open else None,
        "lately": changed.get(register.name),
        "may_write": access.may(register=register, by=me, verb="register.write"),
        "may_import": access.may(register=register, by=me, verb="register.import"),
    }
