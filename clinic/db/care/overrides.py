"""What somebody decided against a rule, and why. Only `services.apply` comes here."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert

from clinic.db.tables.visits import override


def add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep the overrides."""
    if rows:
        connection.execute(insert(override), list(rows))
