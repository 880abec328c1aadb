"""The addresses of audits and of the action plan: one list for each topic."""

from audits.views import (
    actions,
    auditing,
    cases,
    findings,
    moderating,
    plan,
    results,
    rounds,
    safety,
    tools,
)

urlpatterns = [
    *tools.urlpatterns,
    *rounds.urlpatterns,
    *cases.urlpatterns,
    *auditing.urlpatterns,
    *moderating.urlpatterns,
    *safety.urlpatterns,
    *results.urlpatterns,
    *findings.urlpatterns,
    *plan.urlpatterns,
    *actions.urlpatterns,
]
