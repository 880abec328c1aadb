"""The addresses of board reports: one list for each topic."""

from earlyhelp.report.publishing import views as publishing
from earlyhelp.report.reading import views as reading
from earlyhelp.report.writing import block_views as blocks
from earlyhelp.report.writing import views as writing
from earlyhelp.report.writing import word_views as word

_TOPICS = (reading, writing, blocks, word, publishing)
urlpatterns = [pattern for topic in _TOPICS for pattern in topic.urlpatterns]
