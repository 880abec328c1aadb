"""A moderator looks at what was graded."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
