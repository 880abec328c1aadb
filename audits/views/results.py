"""What rounds found, by area, and as files."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
