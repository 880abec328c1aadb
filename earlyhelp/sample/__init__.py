"""The sample council: Derby's published totals for 2014-15 and 2015-16, spread over teams by a rule."""
