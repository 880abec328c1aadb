"""Audit tools: kept, put in use, copied to a new version."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
