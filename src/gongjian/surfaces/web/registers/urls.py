"""Addresses: registers: list, form, detail, import, export, evidence."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
