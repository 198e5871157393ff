"""A session that refuses to write, so that work under `read()` is never lost in silence."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction


class ReadOnly(Session):
    """A session for reading."""


@event.listens_for(ReadOnly, "before_flush")
def _refuse_flush(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("a change was made under read(): use transaction()")


@event.listens_for(ReadOnly, "do_orm_execute")
def _refuse_execute(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        raise RuntimeError("a change was made under read(): use transaction()")
