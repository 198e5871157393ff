"""What can go wrong between us and Asterisk; each class says it in its docstring."""

from __future__ import annotations


class CtiError(Exception):
    """Base of every error this package raises on purpose."""


class LinkDown(CtiError):  # noqa: N818 - errors are named for what happened
    """There is no usable link to Asterisk's manager port."""


class LoginRefused(LinkDown):
    """Asterisk answered the login with an error: wrong user, wrong secret or second login."""


class ActionFailed(CtiError):  # noqa: N818 - errors are named for what happened
    """An action given to Asterisk did not end well."""


class ActionRefused(ActionFailed):
    """Asterisk answered the action with an error; its words are the message."""


class ActionTimedOut(ActionFailed):
    """Asterisk did not answer in time; the action may or may not have been done."""


class ActionLost(ActionFailed):
    """The link died before the answer; the action may or may not have been done.

    It is never sent again by itself: a second Originate would be a second call.
    """


class UnsafeAction(ActionFailed):
    """The action was refused before a byte was written.

    `code` is one of `invalid_characters`, `too_long`, `too_many_headers`,
    `destination_not_allowed`, `channel_not_allowed`, `variable_not_allowed`.
    """

    def __init__(self, code: str, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.code = code
        self.field = field


class AgiFailed(CtiError):  # noqa: N818 - errors are named for what happened
    """A FastAGI session cannot go on."""


class AgiHangup(AgiFailed):
    """The caller is gone, or was taken out of the session by a redirect."""


class AgiTimedOut(AgiFailed):
    """Asterisk did not answer an AGI command in time."""


class AgiRefused(AgiFailed):
    """Asterisk did not accept the AGI command, or what was asked may not be asked."""
