"""Audit rounds: planned, opened, closed, and who audits what by when."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
