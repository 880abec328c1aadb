"""The addresses of audits: one list for each topic."""

from audits.allocation import views as allocation
from audits.casework import views as auditing
from audits.findings import views as findings
from audits.moderation import views as moderating
from audits.results import views as results
from audits.rounds import views as rounds
from audits.safety import views as safety
from audits.tools import views as tools

_TOPICS = (tools, rounds, allocation, auditing, moderating, safety, results, findings)

urlpatterns = [pattern for topic in _TOPICS for pattern in topic.urlpatterns]
