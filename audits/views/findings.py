"""Strengths and areas for improvement, and the actions they lead to."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
