"""What somebody decided against a rule, and why. Only `services.apply` comes here."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from clinic.db.tables.visits import override


def covered(connection: Connection, patient_id: int, answers: int) -> frozenset[tuple[int | None, int | None, int]]:
    """What was set aside for a patient while that version of the answers stood: plan, visit, rule."""
    query = select(override.c.plan_id, override.c.appointment_id, override.c.rule).where(
        override.c.patient_id == patient_id, override.c.answers == answers
    )
    return frozenset((row.plan_id, row.appointment_id, row.rule) for row in connection.execute(query))


def add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep the overrides."""
    if rows:
        connection.execute(insert(override), list(rows))
