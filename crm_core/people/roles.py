"""The roles every installation begins with, and what each may do."""

from __future__ import annotations

from crm_core.people.model import Permission, Reach

AGENT = "agent"
SUPERVISOR = "supervisor"
ADMIN = "admin"

ROLE_NAMES = {
    AGENT: "座席 / Agent",
    SUPERVISOR: "班长 / Supervisor",
    ADMIN: "管理员 / Administrator",
}


def _all(object_name: str, *actions: str) -> frozenset[Permission]:
    return frozenset(Permission(object_name, action) for action in actions)


def _own(object_name: str, *actions: str) -> frozenset[Permission]:
    return frozenset(Permission(object_name, action, Reach.OWN) for action in actions)


_AGENT = (
    _all("desktop", "use")
    | _all("board", "read")
    | _all("customer", "read", "create", "write")
    | _all("ticket", "read", "create", "write")
    | _all("call", "read", "dial")
    | _own("call", "write", "hang_up", "transfer")
    | _own("report", "read")
)
_SUPERVISOR = (
    _AGENT
    | _all("call", "write", "hang_up", "transfer", "listen", "whisper", "barge", "export")
    | _all("customer", "set_pin")
    | _all("agent", "read", "force_state")
    | _all("queue", "read", "write")
    | _all("number", "read", "write", "close")
    | _all("report", "read", "export")
    | _all("statement", "read")
    | _all("recording", "play")
    | _all("flow", "read")
    | _all("prompt", "read", "write")
)
_ADMIN = frozenset({Permission("*", "*")})

ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    AGENT: frozenset(_AGENT),
    SUPERVISOR: frozenset(_SUPERVISOR),
    ADMIN: _ADMIN,
}
