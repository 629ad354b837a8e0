"""The audit trail: appended in the commit of what it tells, changed never."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, insert

from clinic.db.tables.access import audit
from clinic.domain.access.actors import Actor


@dataclass(frozen=True, slots=True)
class Entry:
    """One act on one subject; `detail` holds ids and codes, no names and no health text."""

    permission: str
    act: str
    subject_kind: str
    subject_id: int
    patient_id: int | None = None
    detail: Mapping[str, object] = field(default_factory=dict)


def append(connection: Connection, entries: Sequence[Entry], *, actor: Actor, now: datetime) -> None:
    """Add the entries in order, as this actor's, at this instant."""
    if not entries:
        return
    rows = [
        {
            "at": now,
            "actor": actor.name,
            "request_id": actor.request_id,
            "permission": entry.permission,
            "act": entry.act,
            "subject_kind": entry.subject_kind,
            "subject_id": entry.subject_id,
            "patient_id": entry.patient_id,
            "detail": dict(entry.detail),
        }
        for entry in entries
    ]
    connection.execute(insert(audit), rows)
