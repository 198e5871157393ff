"""A connection to SQLite that lets go of the file when it rolls back or is closed."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import Any
from weakref import WeakSet

from typing_extensions import override


class LettingGo(sqlite3.Connection):
    """Ends its statements with its transaction, whoever still holds a cursor.

    Who is cancelled leaves statements that were begun, and the frames of his exception keep
    them. SQLite gives back a lock only when the last statement of a connection has ended: a
    SELECT that was begun outlives the rollback and even the closing, and until somebody drops
    the exception, no writer can commit (or none even begin, where it was a write).
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._cursors: WeakSet[sqlite3.Cursor] = WeakSet()

    @override
    def cursor(self, *args: Any, **settings: Any) -> Any:
        """Make a cursor, as the driver does for every statement, and remember it."""
        cursor = super().cursor(*args, **settings)
        self._cursors.add(cursor)
        return cursor

    @override
    def rollback(self) -> None:
        """Undo what was done, and end what was asked."""
        for cursor in list(self._cursors):
            cursor.close()
        super().rollback()

    @override
    def close(self) -> None:
        """Roll back, then close; to close twice is no error."""
        with suppress(sqlite3.Error):
            self.rollback()
        super().close()
