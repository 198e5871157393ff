"""Column types that mean the same on SQLite and PostgreSQL: times, money, text, JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Numeric, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine
from typing_extensions import override

MICRO = Decimal(1_000_000)


class UtcTime(TypeDecorator[datetime]):
    """An aware time; stored in UTC with microseconds, read back aware."""

    impl = DateTime
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=dialect.name != "sqlite"))

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Money(TypeDecorator[Decimal]):
    """An exact amount with six decimals; SQLite, without decimals, keeps whole millionths."""

    impl = Numeric(20, 6)
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kept: TypeEngine[Any] = BigInteger() if dialect.name == "sqlite" else Numeric(20, 6)
        return dialect.type_descriptor(kept)

    @override
    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | int | None:
        if value is None or dialect.name != "sqlite":
            return value
        return int((value * MICRO).to_integral_exact())

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        amount = Decimal(value) / MICRO if dialect.name == "sqlite" else Decimal(value)
        return amount.quantize(1 / MICRO)


class Words(TypeDecorator[str]):
    """Text of bounded length; NUL and lone surrogates, which PostgreSQL refuses, are replaced."""

    impl = String
    cache_ok = True

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or (value.isprintable() and value.isascii()):
            return value
        sound = value.encode("utf-8", "replace").decode("utf-8")
        return sound.replace("\x00", "\N{REPLACEMENT CHARACTER}")


class Json(TypeDecorator[Any]):
    """A JSON value; `jsonb` where there is one."""

    impl = JSON
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        sqlite = dialect.name == "sqlite"
        kept: TypeEngine[Any] = JSON(none_as_null=True) if sqlite else JSONB(none_as_null=True)
        return dialect.type_descriptor(kept)
