"""The addresses of the organisation and its people."""

from teams.cover import views as cover

urlpatterns = [
    *cover.urlpatterns,
]
