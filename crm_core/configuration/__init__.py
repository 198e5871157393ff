"""How queues, agents, skills and reasons are set, version by version."""

from crm_core.configuration import shapes
from crm_core.configuration.difference import Difference, difference
from crm_core.configuration.model import Change, Configuration, Kind, Version
from crm_core.configuration.shapes import (
    AgentDocument,
    Document,
    QueueDocument,
    ReasonDocument,
    SkillDocument,
)
from crm_core.configuration.verbs import (
    begin,
    changes,
    current,
    history,
    in_force,
    newest,
    roll_back,
    save,
)

__all__ = [
    "AgentDocument",
    "Change",
    "Configuration",
    "Difference",
    "Document",
    "Kind",
    "QueueDocument",
    "ReasonDocument",
    "SkillDocument",
    "Version",
    "begin",
    "changes",
    "current",
    "difference",
    "history",
    "in_force",
    "newest",
    "roll_back",
    "save",
    "shapes",
]
