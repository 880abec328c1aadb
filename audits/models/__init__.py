"""What is asked of a case file, which files are looked at, and what is found."""

from audits.models.casework import CaseAudit, Given, RemedialAction
from audits.models.findings import Finding, FindingAction, FindingKind
from audits.models.rounds import Draw, Round, RoundKind, SampledCase
from audits.models.tools import Choice, GradeGuidance, Indicator, Tool

__all__ = [
    "CaseAudit",
    "Choice",
    "Draw",
    "Finding",
    "FindingAction",
    "FindingKind",
    "Given",
    "GradeGuidance",
    "Indicator",
    "RemedialAction",
    "Round",
    "RoundKind",
    "SampledCase",
    "Tool",
]
