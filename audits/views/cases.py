"""The cases of a round: by hand, pasted, from a file, drawn at random."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
