"""Column types that mean the same on SQLite and PostgreSQL, and how the words of the domain are stored."""

from collections.abc import Collection
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, LargeBinary, String, TypeDecorator
from sqlalchemy.dialects import postgresql

Key = BigInteger().with_variant(Integer(), "sqlite")
"""A surrogate key; never leaves the house."""

Tick = Integer()
"""Five-minute ticks of UTC since 1970; fits 31 bits until the year 22000."""

Document = JSON().with_variant(postgresql.JSONB(), "postgresql")
"""A value that is read and written whole."""

Digest = String(64)
"""SHA-256 in hex: how secrets are stored."""

Bytes = LargeBinary()

Exact = String(64).with_variant(String(64, collation="C"), "postgresql")
"""Words that are compared sign by sign, in the order of Unicode, whatever language the database's own order is of."""


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC. Refuses a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive instant cannot be stored")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def stored(named: Collection[StrEnum]) -> list[str]:
    """The words that columns hold for these, for `IN`: sorted, so that the same statement is sent every time."""
    return sorted(each.value for each in named)
