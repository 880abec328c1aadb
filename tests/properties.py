"""Hypothesis for tests: how long an example takes says nothing on a machine that does other work.

Imported by the tests that draw examples, and not for every run: it takes a second.
"""

from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")

__all__ = ["HealthCheck", "Phase", "find", "given", "settings", "st"]
