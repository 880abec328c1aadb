"""An auditor's list, and one page for each case."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
