"""All tables, by subject: verbs of one subject read those of another, tables know no verbs."""

from __future__ import annotations

from crm_core.schema import Row
from crm_core.tables.audit import AuditEntryRow
from crm_core.tables.billing import (
    RatedCallRow,
    RateRow,
    StatementLineRow,
    StatementRow,
    TariffRow,
)
from crm_core.tables.callbacks import CallbackAttemptRow, CallbackRow
from crm_core.tables.callers import CustomerPinRow, SurveyScoreRow, VoiceMessageRow
from crm_core.tables.calls import (
    CallDataRow,
    CallDispositionRow,
    CallEventRow,
    CallLegRow,
    CallRow,
    DispositionRow,
    QueueVisitRow,
)
from crm_core.tables.configuration import ConfigurationVersionRow
from crm_core.tables.directory import AccountRow, CallerMatchRow, ContactPointRow, ContactRow
from crm_core.tables.flows import FlowDraftRow, FlowInForceRow, FlowVersionRow
from crm_core.tables.lead import LeadRow
from crm_core.tables.numbers import (
    BlockedNumberRow,
    NumberClosingRow,
    NumberDraftRow,
    NumberVersionRow,
    RoutedCallRow,
    SiteRow,
    SplitCounterRow,
)
from crm_core.tables.people import (
    ApiTokenRow,
    LoginAttemptsRow,
    OrgUnitRow,
    RolePermissionRow,
    RoleRow,
    UserRoleRow,
    UserRow,
    UserSessionRow,
)
from crm_core.tables.prompts import PromptVersionRow
from crm_core.tables.queues import (
    AgentStateRow,
    DidRow,
    NotReadyReasonRow,
    QueueMemberRow,
    QueueRow,
)
from crm_core.tables.tickets import RunningNumberRow, TicketCallRow, TicketEventRow, TicketRow
from crm_core.tables.timeline import InteractionLinkRow, InteractionRow

METADATA = Row.metadata

# Rows of these are written once: the database itself refuses to change or delete them.
APPEND_ONLY = (
    FlowVersionRow,
    NumberVersionRow,
    PromptVersionRow,
    RoutedCallRow,
    AgentStateRow,
    AuditEntryRow,
    CallDispositionRow,
    CallEventRow,
    ConfigurationVersionRow,
    RatedCallRow,
    StatementLineRow,
    SurveyScoreRow,
    TicketEventRow,
)

__all__ = [
    "APPEND_ONLY",
    "METADATA",
    "AccountRow",
    "AgentStateRow",
    "ApiTokenRow",
    "AuditEntryRow",
    "BlockedNumberRow",
    "CallDataRow",
    "CallDispositionRow",
    "CallEventRow",
    "CallLegRow",
    "CallRow",
    "CallbackAttemptRow",
    "CallbackRow",
    "CallerMatchRow",
    "ConfigurationVersionRow",
    "ContactPointRow",
    "ContactRow",
    "CustomerPinRow",
    "DidRow",
    "DispositionRow",
    "FlowDraftRow",
    "FlowInForceRow",
    "FlowVersionRow",
    "InteractionLinkRow",
    "InteractionRow",
    "LeadRow",
    "LoginAttemptsRow",
    "NotReadyReasonRow",
    "NumberClosingRow",
    "NumberDraftRow",
    "NumberVersionRow",
    "OrgUnitRow",
    "PromptVersionRow",
    "QueueMemberRow",
    "QueueRow",
    "QueueVisitRow",
    "RateRow",
    "RatedCallRow",
    "RolePermissionRow",
    "RoleRow",
    "RoutedCallRow",
    "RunningNumberRow",
    "SiteRow",
    "SplitCounterRow",
    "StatementLineRow",
    "StatementRow",
    "SurveyScoreRow",
    "TariffRow",
    "TicketCallRow",
    "TicketEventRow",
    "TicketRow",
    "UserRoleRow",
    "UserRow",
    "UserSessionRow",
    "VoiceMessageRow",
]
