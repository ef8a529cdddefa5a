"""Taking a roster into the zone: choose a file, see what each row would do, confirm; and first passwords again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gongjian.kernel import clock
from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.people import actions, directory, intake, policy
from gongjian.kernel.people.models import Unit
from gongjian.kernel.people.roster import Roster, judge
from gongjian.surfaces.web.page import officer, page, today
from gongjian.surfaces.web.people.sheets import Upload, as_file, marked, uploaded, workbook


@never_cache
@require_http_methods(["GET", "POST"])
def take(request: HttpRequest) -> HttpResponse:
    """Form, preview, done. Good rows are taken, refused ones are handed back marked."""
    me = officer(request)
    policy.require(by=me, verb="people.manage")
    upload: Upload | None = None
    roster: Roster | None = None
    if request.method == "GET":
        return page(request, "people/roster.html", upload=None, roster=None, refusal=None)
    step = request.POST.get("step", "preview")
    try:
        upload = uploaded(request)
        if upload is None:
            raise Refusal("roster.none", "没有选择文件", "请选择填写好的名册(.xlsx、.xls 或 .csv)")
        roster = judge(units=upload.units, officers=upload.officers, by=me)
        if step == "marks":
            return as_file(marked(upload=upload, roster=roster), "名册(标出错误).xlsx")
        if step == "confirm":
            issued = intake.take_people(roster=roster, by=me, at=clock.now())
            return page(request, "people/strips.html", issued=issued, first_run=False, roster=roster)
    except Forbidden:
        raise
    except Refusal as refusal:
        return page(request, "people/roster.html", status=422, upload=upload, roster=roster, refusal=refusal)
    return page(request, "people/roster.html", upload=upload, roster=roster, refusal=None)


@require_GET
def download(request: HttpRequest) -> HttpResponse:
    """The roster as it stands, in the template's shape, so that it can be edited and taken again."""
    me = officer(request)
    policy.require(by=me, verb="people.manage")
    units: list[Unit] = [unit for unit, _ in directory.in_tree_order() if unit.is_active]
    people = directory.officers(by=me).filter(is_active=True)
    return as_file(workbook(units=units, officers=list(people)), f"单位和人员名册{today():%Y%m%d}.xlsx")


@never_cache
@require_POST
def passwords(request: HttpRequest) -> HttpResponse:
    """First passwords again for everybody who has never logged in: the printed sheet was lost in between."""
    me = officer(request)
    waiting = list(directory.officers(by=me).filter(is_active=True, last_login=None).exclude(pk=me.pk))
    policy.require(by=me, verb="people.manage")
    if not waiting:
        raise Refusal("passwords.nobody", "所有在岗人员都已经登录过", "个别人忘记密码的,请在其人员页面重置")
    issued = actions.issue_passwords(officers=waiting, by=me, at=clock.now())
    return page(request, "people/strips.html", issued=issued, first_run=False)
