"""The addresses of counting, signing off and reporting: one list for each topic."""

from measures.commentary import views as commentary
from measures.corrections import views as corrections
from measures.exchange import views as imports
from measures.framework import views as framework
from measures.performance import views as performance
from measures.quarters import views as quarters
from measures.releases import views as releases
from measures.returns import reading_views as returns
from measures.returns import together_views as together
from measures.returns import views as entry
from measures.review import views as review

urlpatterns = [
    *returns.urlpatterns,
    *entry.urlpatterns,
    *together.urlpatterns,
    *review.urlpatterns,
    *quarters.urlpatterns,
    *releases.urlpatterns,
    *corrections.urlpatterns,
    *imports.urlpatterns,
    *performance.urlpatterns,
    *commentary.urlpatterns,
    *framework.urlpatterns,
]
