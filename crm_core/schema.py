"""What every table shares: names of constraints, tenant, id, and the lock of edited records."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import MetaData, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from crm_core.clock import utc_now
from crm_core.columns import Json, Money, UtcTime, Words
from crm_core.ids import new_id

CONSTRAINT_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(DeclarativeBase):
    """A row of a table of ours."""

    metadata = MetaData(naming_convention=CONSTRAINT_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        UUID: Uuid(),
        datetime: UtcTime(),
        Decimal: Money(),
        str: Words(),
        dict[str, Any]: Json(),
        list[Any]: Json(),
        list[str]: Json(),
    }


class Tenanted:
    """Belongs to one tenant; every query names it."""

    tenant_id: Mapped[UUID] = mapped_column(sort_order=-9)


class Identified(Tenanted):
    """Has an id of its own."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-10)


class Edited(Identified):
    """Is edited by people: of two who edit at once the second is told."""

    created_at: Mapped[datetime] = mapped_column(default=utc_now, sort_order=90)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now, sort_order=91)
    row_version: Mapped[int] = mapped_column(sort_order=92)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        """Let SQLAlchemy count and check `row_version`."""
        return {"version_id_col": cls.row_version}
