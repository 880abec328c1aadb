"""Pages: load through a scoped queryset, ask, act, answer."""
