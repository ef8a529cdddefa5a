"""The addresses of the list benchmark: all of the system's, and the admin's list of the same enterprises."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import path

from gongjian.ground.enterprises import Enterprise
from gongjian.surfaces.web.urls import urlpatterns as ours

REGISTER = Enterprise.register


class Site(admin.AdminSite):
    """The admin, open to every officer."""

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_authenticated)


class Enterprises(admin.ModelAdmin):
    """The list with the register's own columns, filters, search and order."""

    list_display = REGISTER.columns
    list_filter = REGISTER.filters
    search_fields = REGISTER.search
    ordering = REGISTER.sort
    list_per_page = 50
    list_select_related = ("unit",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True


site = Site()
site.register(Enterprise, Enterprises)
urlpatterns = [path("admin/", site.urls), *ours]
