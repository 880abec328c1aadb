"""What is asked of a case file, which files are looked at, what is found, and the plan."""

from audits.models.casework import CaseAudit, Given, RemedialAction
from audits.models.doing import (
    Action,
    Occurrence,
    Owner,
    Source,
    TimingChange,
    Update,
)
from audits.models.findings import Finding, FindingAction, FindingKind
from audits.models.plan import Aim, Judged, Outcome, Plan, Theme
from audits.models.rounds import Draw, Round, RoundKind, SampledCase
from audits.models.tools import Choice, GradeGuidance, Indicator, Tool

__all__ = [
    "Action",
    "Aim",
    "CaseAudit",
    "Choice",
    "Draw",
    "Finding",
    "FindingAction",
    "FindingKind",
    "Given",
    "GradeGuidance",
    "Indicator",
    "Judged",
    "Occurrence",
    "Outcome",
    "Owner",
    "Plan",
    "RemedialAction",
    "Round",
    "RoundKind",
    "SampledCase",
    "Source",
    "Theme",
    "TimingChange",
    "Tool",
    "Update",
]
