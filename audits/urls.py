"""The addresses of audits and of the action plan: one list for each topic."""

from audits.views import (
    actions,
    aims,
    allocation,
    auditing,
    cases,
    doing,
    findings,
    keeping,
    moderating,
    plan,
    reading,
    results,
    rounds,
    safety,
    tools,
)

urlpatterns = [
    *tools.urlpatterns,
    *rounds.urlpatterns,
    *cases.urlpatterns,
    *allocation.urlpatterns,
    *reading.urlpatterns,
    *auditing.urlpatterns,
    *moderating.urlpatterns,
    *safety.urlpatterns,
    *results.urlpatterns,
    *findings.urlpatterns,
    *plan.urlpatterns,
    *keeping.urlpatterns,
    *aims.urlpatterns,
    *actions.urlpatterns,
    *doing.urlpatterns,
]
