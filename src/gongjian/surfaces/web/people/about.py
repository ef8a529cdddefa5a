"""The operator's page: what runs here, where the data lies, which browsers work; the inside for administrators."""

from __future__ import annotations

import platform
import shutil
from pathlib import Path

import django
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

import gongjian
from gongjian.kernel.evidence.models import StoredFile
from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer
from gongjian.surfaces.web.page import page

GIGABYTE = 1024**3


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Everybody sees version and browsers; database and folders are for administrators."""
    me = request.user if isinstance(request.user, Officer) else None
    inside = _inside() if policy.may(by=me, verb="people.manage") else []
    return page(request, "people/about.html", version=gongjian.__version__, inside=inside)


def _inside() -> list[tuple[str, str]]:
    """Label and value of what an operator asks for first."""
    home = Path(settings.HOME)
    free = shutil.disk_usage(home).free
    stored = StoredFile.objects.count()
    size = sum(StoredFile.objects.values_list("size", flat=True))
    return [
        ("数据目录(GONGJIAN_HOME)", str(home)),
        ("数据库", _database()),
        ("上传文件与佐证", f"{settings.FILES}({stored} 个文件,{size / 1024 / 1024:,.1f} MB)"),
        ("所在磁盘剩余空间", f"{free / GIGABYTE:,.1f} GB"),
        ("对外地址(GONGJIAN_HOSTS)", "、".join(settings.ALLOWED_HOSTS)),
        ("登录凭证只走 HTTPS(GONGJIAN_HTTPS)", "是" if settings.SESSION_COOKIE_SECURE else "否"),
        ("Python / Django", f"{platform.python_version()} / {django.get_version()}"),
        ("操作系统", f"{platform.system()} {platform.release()}"),
    ]


def _database() -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sqlite_version()")
            path = Path(str(connection.settings_dict["NAME"]))
            size = path.stat().st_size / 1024 / 1024 if path.exists() else 0.0
            return f"SQLite {cursor.fetchone()[0]},{path}({size:,.1f} MB)"
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
    inside = connection.settings_dict
    return f"PostgreSQL {version},{inside['HOST'] or '本机'}:{inside['PORT'] or 5432}/{inside['NAME']}"
