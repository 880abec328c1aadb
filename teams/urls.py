"""The addresses of the organisation and its people."""

from teams.views import cover

urlpatterns = [
    *cover.urlpatterns,
]
