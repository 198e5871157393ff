"""The pages inside the shell: a frame with its words; what lives in it is asked from /api/v1."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from agent_desktop.sessions import Visitor, visitor
from agent_desktop.views.rendering import render


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the rail."""

    path: str
    word: str  # an English key of the catalogue; the template translates it
    icon: str
    key: str  # "g" and this letter go there
    object: str
    action: str = "read"


PLACES = (
    Place("/agent", "Desk", "headset", "a", "desktop", "use"),
    Place("/board", "Board", "layout-dashboard", "b", "board"),
    Place("/customers", "Customers", "users", "c", "customer"),
    Place("/tickets", "Tickets", "ticket", "t", "ticket"),
    Place("/calls", "Calls", "phone", "l", "call"),
    Place("/reports", "Reports", "chart-bar", "r", "report"),
    Place("/statements", "Bills", "receipt", "s", "statement"),
    Place("/numbers", "Numbers", "route", "n", "number"),
    Place("/flows", "Flows", "git-branch", "f", "flow"),
    Place("/settings", "Settings", "settings", "e", "queue"),
)


def places_of(who: Visitor) -> list[Place]:
    """Return where this person may go; a desk is only for one with a phone."""
    return [
        place
        for place in PLACES
        if who.can(place.object, place.action) and (place.path != "/agent" or who.user.is_agent)
    ]


def show(name: str) -> Handler:
    """Return the handler of one page of the shell."""

    async def handler(request: web.Request) -> web.StreamResponse:
        who = visitor(request)
        if who is None:  # the route's policy has refused nobody before: never here
            raise web.HTTPSeeOther("/login")
        values = {
            "page": name,
            "id": request.match_info.get("id", ""),
            "wall": name == "board" and request.query.get("wall") == "1",
            "places": places_of(who),
        }
        return render(request, f"{name}.html", values)

    return handler
