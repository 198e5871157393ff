"""Who may use which route; a route without a policy is refused."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler
from typing_extensions import override

from crm_core.people.model import Reach, User, reach_of


@dataclass(frozen=True, slots=True)
class Policy:
    """Public, or signed in, or signed in and allowed `action` on `object` to some reach.

    With `whole` only the widest reach will do: what is shown there belongs to nobody alone.
    Without `asks_who` the session is not even looked up.
    """

    public: bool = False
    object: str = ""
    action: str = ""
    whole: bool = False
    asks_who: bool = True

    def allows(self, user: User) -> bool:
        """Say whether this user may use the route at all; records are checked by their verbs."""
        if self.public or not self.object:
            return True
        reach = reach_of(user, self.object, self.action)
        return reach is Reach.ALL if self.whole else reach is not None

    @override
    def __str__(self) -> str:
        """Name the policy as documents and tests show it."""
        if self.object:
            return f"{self.object}.{self.action}" + (" of all" if self.whole else "")
        return "public" if self.public else "signed in"


PUBLIC = Policy(public=True)
SIGNED_IN = Policy()
FILES = Policy(public=True, asks_who=False)

POLICIES: web.AppKey[dict[web.AbstractRoute, Policy]] = web.AppKey("policies")


def requires(object: str, action: str, *, whole: bool = False) -> Policy:  # noqa: A002 - the trade's word
    """Ask for a permission of `crm_core.people.roles`; `whole`: for every record."""
    return Policy(object=object, action=action, whole=whole)


def add_route(
    app: web.Application, method: str, path: str, handler: Handler, policy: Policy
) -> web.AbstractRoute:
    """Register a route together with who may use it; the only way to add one."""
    route = app.router.add_route(method, path, handler)
    app[POLICIES][route] = policy
    return route


def add_static(app: web.Application, prefix: str, folder: Path) -> None:
    """Serve the files of `folder` to everyone."""
    resource = app.router.add_static(prefix, folder)
    for route in resource:
        app[POLICIES][route] = FILES


def policy_of(request: web.Request) -> Policy | None:
    """Return the policy of the matched route; None when the route has none."""
    return request.app[POLICIES].get(request.match_info.route)
