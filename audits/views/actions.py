"""One action: reported on, claimed, accepted, moved, carried over."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
