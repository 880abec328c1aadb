"""The addresses of the action plan: one list for each topic."""

from audits.plan import action_views, views

urlpatterns = [*views.urlpatterns, *action_views.urlpatterns]
