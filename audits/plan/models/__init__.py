"""The action plan: its themes, outcomes and aims, and what is done for them."""

from audits.plan.models.action import Action, Occurrence, Owner, Source, TimingChange, Update
from audits.plan.models.plan import Aim, Judged, Outcome, Plan, Theme

__all__ = [
    "Action",
    "Aim",
    "Judged",
    "Occurrence",
    "Outcome",
    "Owner",
    "Plan",
    "Source",
    "Theme",
    "TimingChange",
    "Update",
]
