"""The first run: the zone, its first accounts and, if at hand, the whole roster; then the first passwords on paper."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people import intake, policy
from gongjian.kernel.people.actions import create_zone
from gongjian.kernel.people.directory import is_first_run
from gongjian.kernel.people.models import Role, Zone
from gongjian.kernel.people.roster import Roster, judge
from gongjian.surfaces.web.page import officer, page
from gongjian.surfaces.web.people.sheets import Upload, as_file, marked, uploaded, workbook

PROXIES = ("HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")
"""Headers, besides X-Forwarded-..., by which a proxy on this machine tells that somebody else asks."""
FIELDS = ("name", "short_name", "administrator", "administrator_username", "supervisor", "supervisor_username")


@never_cache
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Form, preview, done. The page closes itself for good once there is a zone or an account."""
    if not is_first_run():
        return _closed(request)
    _require_this_machine(request)
    typed = {field: request.POST.get(field, "").strip() for field in FIELDS}
    if request.method == "GET":
        return _form(request, typed)
    step = request.POST.get("step", "preview")
    upload: Upload | None = None
    roster: Roster | None = None
    try:
        upload = None if step == "drop" else uploaded(request)
        roster = judge(units=upload.units, officers=upload.officers, by=None) if upload else None
        if step in ("edit", "drop"):
            return _form(request, typed, upload=upload, roster=roster)
        if step == "marks" and upload and roster:
            return as_file(marked(upload=upload, roster=roster), "名册(标出错误).xlsx")
        founders = _founders(typed)
        intake.founding(name=typed["name"], founders=founders, roster=roster)
        if step != "confirm":
            return _form(request, typed, upload=upload, roster=roster, founders=founders)
        issued = intake.set_up(
            name=typed["name"], short_name=typed["short_name"], founders=founders, roster=roster, at=clock.now()
        )
    except Refusal as refusal:
        return _form(request, typed, upload=upload, roster=roster, refusal=refusal)
    return page(request, "people/strips.html", issued=issued, first_run=True)


@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """The empty roster to fill in."""
    return as_file(workbook(), "单位和人员名册(模板).xlsx")


def _require_this_machine(request: HttpRequest) -> None:
    """Whoever sets the system up owns it, so the first run is for somebody who sits at the machine it runs on."""
    forwarded = any(name.startswith("HTTP_X_FORWARDED_") or name in PROXIES for name in request.META)
    if request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1") and not forwarded:
        return
    cause = "首次设置只能在安装本系统的电脑上进行"
    raise Refusal(
        "setup.elsewhere",
        cause,
        "请在那台电脑上打开 http://127.0.0.1:8000/setup/,或用命令 gongjian user add 建立第一个账号",
    )


def _founders(typed: dict[str, str]) -> list[dict[str, str]]:
    rows = []
    for who, role in (("administrator", Role.ADMINISTRATOR), ("supervisor", Role.SUPERVISOR)):
        if typed[who] or typed[f"{who}_username"]:
            rows.append({"name": typed[who], "username": typed[f"{who}_username"], "role": str(role)})
    return rows


def _form(
    request: HttpRequest,
    typed: dict[str, str],
    *,
    upload: Upload | None = None,
    roster: Roster | None = None,
    founders: list[dict[str, str]] | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    context = {"typed": typed, "upload": upload, "roster": roster, "founders": founders, "refusal": refusal}
    return page(request, "people/setup.html", status=422 if refusal else 200, **context)


def _closed(request: HttpRequest) -> HttpResponse:
    """After the first run: to the login; where accounts were made by command, an administrator names the zone."""
    if Zone.objects.exists():
        if request.method == "GET":
            return redirect("login")
        raise Refusal("zone.exists", "本系统已经建立园区,首次设置页面已关闭", "请用系统管理员账号登录后办理")
    if not request.user.is_authenticated:
        return redirect("/login/?next=/setup/")
    me = officer(request)
    policy.require(by=me, verb="people.manage")
    typed = {field: request.POST.get(field, "").strip() for field in FIELDS}
    if request.method == "GET":
        return page(request, "people/zone.html", typed=typed, refusal=None)
    try:
        create_zone(name=typed["name"], short_name=typed["short_name"], by=me, at=clock.now())
    except Refusal as refusal:
        return page(request, "people/zone.html", status=422, typed=typed, refusal=refusal)
    return redirect("people")
