"""The action plan: read, kept, printed, downloaded."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
