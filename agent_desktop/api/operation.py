"""An API operation: a typed handler whose signature validates requests and documents itself."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, get_type_hints
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from agent_desktop.api.parsing import read_body, read_query
from agent_desktop.errors import NotFound, NotSignedIn
from agent_desktop.policy import Policy
from agent_desktop.rates import RATES
from agent_desktop.reader import words_for
from agent_desktop.services import SERVICES, Services
from agent_desktop.sessions import Visitor, visitor
from crm_core.sentences import Translate

PREFIX = "/api/v1"
LONGEST_NAME = 64  # of a thing that is named in a path


@dataclass(frozen=True, slots=True)
class Ask:
    """One request as handlers see it."""

    request: web.Request

    @property
    def services(self) -> Services:
        """Return what handlers work with."""
        return self.request.app[SERVICES]

    @property
    def visitor(self) -> Visitor:
        """Return who asks; refuses on a public route when nobody is signed in."""
        who = visitor(self.request)
        if who is None:
            raise NotSignedIn
        return who


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A route with its policy; `body`, `query`, ids and the answer come from the handler's hints.

    A handler is `async def verb(ask, *, body: Model, query: Model, call_id: UUID) -> Model`, each
    keyword optional; a `str` is a name in the path. It may return a `web.StreamResponse` of its
    own.
    """

    method: str
    path: str  # below /api/v1
    handler: Callable[..., Awaitable[Any]]
    policy: Policy
    status: int = 200
    answer: type[BaseModel] | None = None  # for documents, where the handler writes the response
    media_type: str = "application/json"
    takes: str = ""  # media type of a body the handler reads itself, such as audio/*
    most_a_minute: int = 0  # by one user or address; 0: as often as one likes
    refusals: tuple[int, ...] = field(default=())  # statuses beside those every route can give

    @cached_property
    def hints(self) -> dict[str, Any]:
        """Return the handler's types by parameter name; the answer under `return`."""
        return get_type_hints(self.handler)

    @property
    def summary(self) -> str:
        """Return the handler's docstring: the operation in one sentence."""
        return inspect.cleandoc(self.handler.__doc__ or "").splitlines()[0]

    @property
    def answer_model(self) -> type[BaseModel] | None:
        """Return the model of a good answer; None for one without a JSON body."""
        found = self.answer or self.hints.get("return")
        return found if isinstance(found, type) and issubclass(found, BaseModel) else None

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Parse, call the verb, write its answer."""
        if self.most_a_minute:
            name = f"{self.method} {self.path}"
            request.app[RATES].count(request, operation=name, most=self.most_a_minute)
        answer = await self.handler(Ask(request), **await self._given(request))
        if isinstance(answer, web.StreamResponse):
            return answer
        return self._write(answer, words_for(request))

    async def _given(self, request: web.Request) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for name, hint in self.hints.items():
            if hint is UUID:
                given[name] = path_id(request, name)
            elif hint is str:
                given[name] = path_name(request, name)
            elif name == "body":
                given[name] = await read_body(request, hint)
            elif name == "query":
                given[name] = read_query(request, hint)
        return given

    def _write(self, answer: BaseModel | None, words: Translate) -> web.Response:
        if answer is None:
            return web.Response(status=204)
        return web.Response(
            body=answer.model_dump_json(context=words).encode(),
            status=self.status,
            content_type="application/json",
            charset="utf-8",
        )


def path_id(request: web.Request, name: str) -> UUID:
    """Return the id in the path; anything but a UUID is simply not there."""
    try:
        return UUID(request.match_info[name])
    except ValueError:
        raise NotFound from None


def path_name(request: web.Request, name: str) -> str:
    """Return the name in the path; one that nothing can have is simply not there."""
    found = request.match_info[name]
    if len(found) > LONGEST_NAME or not found.isprintable():
        raise NotFound
    return found
