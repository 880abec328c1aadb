"""Addresses for those who run the site."""

from django.urls import path

from earlyhelp.operations import views

urlpatterns = [
    path("live", views.live, name="live"),
    path("ready", views.ready, name="ready"),
    path("metrics", views.metrics, name="metrics"),
    path("status/", views.status, name="status"),
]
