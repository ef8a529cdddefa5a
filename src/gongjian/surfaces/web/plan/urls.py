"""Addresses: the plan, its review, commitments, reported values, the task table."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
