"""When something goes wrong: no such page, no permission, a stale form, a fault of the program, each as a page."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from gongjian.kernel.errors import Forbidden, Refusal, Stale
from gongjian.kernel.registers.access import NoPurpose
from gongjian.surfaces.web.page import page
from gongjian.surfaces.web.registers import purpose


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal that no form caught, as a page (for htmx as a strip) with its status.

    A sensitive register opened without a purpose asks for one and then returns to the address.
    """
    is_part = bool(request.headers.get("HX-Request"))
    if isinstance(refusal, NoPurpose):
        back = _came_from(request) if is_part or request.method != "GET" else request.get_full_path()
        if not is_part:
            return purpose.asking(request, refusal.register, back=back)
        way = f"{reverse('register-purpose', args=[refusal.register.name])}?{urlencode({'next': back})}"
        return HttpResponse(status=403, headers={"HX-Redirect": way})
    status = 403 if isinstance(refusal, Forbidden) else 409 if isinstance(refusal, Stale) else 422
    return page(request, "partials/refusal.html" if is_part else "refusal.html", status=status, refusal=refusal)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the address or the form cannot be read; nothing of the request is trusted, so no frame."""
    return _bare(request, 400, "请求无法识别", "浏览器发来的地址或表单不完整,系统没有做任何改动", "请从首页重新进入")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 raised by the framework; the policy's own refusals carry their sentence and do not come here."""
    return _framed(
        request, 403, Refusal("page.forbidden", "您没有办理此事的权限", "如确需办理,请联系督查室或系统管理员")
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    cause = "没有这个页面,可能是地址有误,或相关内容已经合并、删除"
    return _framed(request, 404, Refusal("page.missing", cause, "请核对地址,或从左侧导航重新进入"))


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 by the CSRF check: the page was open for too long, or somebody logged in or out in another tab."""
    cause = "页面停留过久,或已在其他窗口重新登录,提交的内容没有保存"
    return _framed(request, 403, Refusal("page.csrf", cause, "请返回上一页,复制填写的内容,刷新页面后重新提交"))


def broken(request: HttpRequest) -> HttpResponse:
    """500: the program's own fault. Reads nothing from the database, which may be what is broken."""
    cause = "系统出现内部错误,本次操作没有完成,已有数据不受影响"
    return _bare(request, 500, "系统出错", cause, "请稍后重试;如反复出现,请把操作步骤和时间告诉系统管理员")


def _came_from(request: HttpRequest) -> str:
    """The page on which the form or the part stood."""
    parts = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _framed(request: HttpRequest, status: int, refusal: Refusal) -> HttpResponse:
    if not hasattr(request, "user"):
        return _bare(request, status, "未能办理", refusal.cause, refusal.remedy)
    template = "partials/refusal.html" if request.headers.get("HX-Request") else "refusal.html"
    return page(request, template, status=status, refusal=refusal)


def _bare(request: HttpRequest, status: int, title: str, cause: str, remedy: str) -> HttpResponse:
    context = {"status": status, "heading": title, "cause": cause, "remedy": remedy}
    return render(request, "fault.html", context, status=status)
