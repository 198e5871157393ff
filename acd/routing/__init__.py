"""Who takes which call: pure choices that carry their reasons."""

from acd.routing.choice import (
    SHOWN,
    Candidate,
    Choice,
    PassedOver,
    Rule,
    WaitingCall,
    Weighed,
    clock_words,
    in_full,
)
from acd.routing.requirements import (
    Requirement,
    RequirementError,
    StepText,
    parse,
    parse_steps,
    skills_named,
    unknown_in_steps,
    unknown_skills,
)

__all__ = [
    "SHOWN",
    "Candidate",
    "Choice",
    "PassedOver",
    "Requirement",
    "RequirementError",
    "Rule",
    "StepText",
    "WaitingCall",
    "Weighed",
    "clock_words",
    "in_full",
    "parse",
    "parse_steps",
    "skills_named",
    "unknown_in_steps",
    "unknown_skills",
]
