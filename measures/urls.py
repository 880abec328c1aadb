"""The addresses of counting, signing off and reporting: one list for each topic."""

from measures.views import (
    commentary,
    corrections,
    entry,
    imports,
    measure,
    performance,
    quarters,
    returns,
    review,
)

urlpatterns = [
    *returns.urlpatterns,
    *entry.urlpatterns,
    *review.urlpatterns,
    *quarters.urlpatterns,
    *corrections.urlpatterns,
    *imports.urlpatterns,
    *performance.urlpatterns,
    *measure.urlpatterns,
    *commentary.urlpatterns,
]
