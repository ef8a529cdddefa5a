"""Addresses of review, import, task table and reports."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
