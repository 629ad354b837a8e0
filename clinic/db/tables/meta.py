"""The one metadata object, constraint names, and the columns that many tables share."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, MetaData, String

from clinic.db.types import Instant, Key

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

NAME = 200
"""The longest name, title or reason, in characters."""


def key() -> Column[int]:
    return Column("id", Key, primary_key=True)


def public_id() -> Column[str]:
    return Column("public_id", String(32), nullable=False, unique=True)


def version() -> Column[int]:
    return Column("version", Integer, nullable=False, server_default="1")


def refers(name: str, target: str, *, nullable: bool = False, index: bool = True) -> Column[int]:
    """A foreign key that refuses to lose what it points at."""
    return Column(name, Key, ForeignKey(f"{target}.id", ondelete="RESTRICT"), nullable=nullable, index=index)


def at(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, Instant, nullable=nullable)


def one_of(column: str, *values: str) -> CheckConstraint:
    """The column holds one of these words."""
    words = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({words})", name=column)
