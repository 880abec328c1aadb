"""The safety loop: what an unsafe case needs, until it is put right."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
