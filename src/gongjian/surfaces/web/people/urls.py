"""Addresses: logging in, first run, units and officers."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
