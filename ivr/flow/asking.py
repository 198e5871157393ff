"""Nodes that ask other systems: log in, look up, HTTP data dip."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from typing_extensions import override

from crm_core.sentences import sentence
from ivr.flow.paths import checked_path
from ivr.flow.pieces import DataKey, DataValue, Node, NodeId, Target

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]{0,39})\}")

JsonPath = Annotated[str, StringConstraints(max_length=200), AfterValidator(checked_path)]


class LogInNode(Node):
    """Check the customer number and PIN the caller entered; too many wrong ones lock it.

    `account` names a value of the data, `pin` one that was collected masked. Sets
    `customer_name`.
    """

    kind: Literal["log_in"]
    account: DataKey
    pin: DataKey
    ok: NodeId
    wrong: NodeId
    locked: NodeId
    failed: NodeId

    @override
    def targets(self) -> Iterator[Target]:
        """Give the way of each outcome."""
        for way in ("ok", "wrong", "locked", "failed"):
            yield way, getattr(self, way)


class LookUpNode(Node):
    """Read a ticket, an order or the balance of the customer who has logged in.

    `number` names the data that holds the number asked for; without it the newest counts.
    Sets `ticket_number`, `ticket_status`, `ticket_opened` (so for `order_`), or `balance`.
    """

    kind: Literal["look_up"]
    what: Literal["ticket", "order", "balance"]
    number: DataKey | None = None
    found: NodeId
    missing: NodeId
    failed: NodeId

    @override
    def targets(self) -> Iterator[Target]:
        """Give the way of each outcome."""
        for way in ("found", "missing", "failed"):
            yield way, getattr(self, way)


def _checked_url(url: str) -> str:
    """Refuse a URL whose host is not written out; raises ValueError."""
    if any(char.isspace() or not char.isprintable() for char in url):
        raise ValueError(sentence("url_spaces", "a URL has no spaces"))
    parts = urlsplit(_PLACEHOLDER.sub("x", url))
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(
            sentence(
                "url_begins", "a URL begins with https:// and a host (http:// for loopback alone)"
            )
        )
    if parts.username or parts.password or parts.fragment:
        raise ValueError(sentence("url_user", "a URL has no user, password or fragment"))
    if "{" in url.split("/", 3)[2]:
        raise ValueError(
            sentence(
                "url_host",
                "the host is written out: values may stand in the path and query alone",
            )
        )
    if "{" in _PLACEHOLDER.sub("", url) or "}" in _PLACEHOLDER.sub("", url):
        raise ValueError(
            sentence("url_braces", "braces hold the name of a value, such as {order}")
        )
    if parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise ValueError(sentence("url_http", "http:// is for loopback alone: use https://"))
    return url


Url = Annotated[str, StringConstraints(max_length=500), AfterValidator(_checked_url)]


class DipNode(Node):
    """Ask an HTTP service; parts of its JSON answer go into the call's data.

    Names in braces in `url` are replaced by values, percent-encoded. `send` is the JSON body of a
    POST. After `retries` more tries of `seconds` each the `stand_in` values are set and the caller
    goes on by `failed`. The host must be on the installation's list.
    """

    kind: Literal["dip"]
    url: Url
    method: Literal["GET", "POST"] = "GET"
    send: Annotated[dict[DataKey, DataKey], Field(max_length=50)] = Field(default_factory=dict)
    keep: Annotated[dict[DataKey, JsonPath], Field(max_length=50)] = Field(default_factory=dict)
    stand_in: Annotated[dict[DataKey, DataValue], Field(max_length=50)] = Field(
        default_factory=dict
    )
    seconds: Annotated[float, Field(ge=0.1, le=10, strict=False)] = 3.0
    retries: Annotated[int, Field(ge=0, le=3)] = 1
    next: NodeId
    failed: NodeId

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.send and self.method == "GET":
            raise ValueError(
                sentence("get_body", "a GET sends no body: use POST, or put values into the URL")
            )
        return self

    @override
    def targets(self) -> Iterator[Target]:
        """Give the way of an answer and the one of none."""
        yield from (("next", self.next), ("failed", self.failed))

    @property
    def names(self) -> tuple[str, ...]:
        """The values that stand in the URL."""
        return tuple(_PLACEHOLDER.findall(self.url))
