"""The sample council: Derby's published totals, spread over teams by a rule."""
