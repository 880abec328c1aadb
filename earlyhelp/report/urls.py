"""The addresses of board reports: one list for each topic."""

from earlyhelp.report.publishing import views as publishing
from earlyhelp.report.reading import views as reading
from earlyhelp.report.writing import views as writing

urlpatterns = [pattern for topic in (reading, writing, publishing) for pattern in topic.urlpatterns]
