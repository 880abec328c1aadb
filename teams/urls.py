"""The addresses of the organisation and its people."""

from teams.confirmations import views as confirmations
from teams.cover import views as cover

urlpatterns = [
    *cover.urlpatterns,
    *confirmations.urlpatterns,
]
