"""Discussion on a row: remarks of officers and instructions (批示) of leaders, in the row's own thread."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Act
from gongjian.kernel.registers import actions, merged
from gongjian.kernel.registers.access import NoPurpose
from gongjian.kernel.registers.entry import Entry
from gongjian.surfaces.web.page import officer
from gongjian.surfaces.web.registers.common import register_of, say
from gongjian.surfaces.web.registers.reading import row_of

SHOWN_MOST = 200


def thread(row: Entry) -> list[Act]:
    """What was said on a row and on those merged into it, oldest first; instructions have the verb `entry.instructed`."""
    return merged.said(entry=row, most=SHOWN_MOST)


@require_POST
def say_on(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Add a remark; a leader's is an instruction."""
    from gongjian.surfaces.web.registers import detail  # the page asks this module for the thread

    register = register_of(name)
    try:
        row = row_of(request, register, pk)
        actions.comment(entry=row, text=request.POST.get("text", ""), by=officer(request), at=clock.now())
    except NoPurpose:
        raise
    except Refusal as refusal:
        return detail.render(request, register, pk, refusal=refusal, place="thread")
    say(request, "已写入讨论。")
    return redirect(f"{reverse('entry', args=[register.name, pk])}#thread")
