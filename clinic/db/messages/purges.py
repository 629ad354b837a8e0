"""Deleting what has served its time."""

from datetime import datetime

from sqlalchemy import Connection, delete, update

from clinic.db.tables.access import idempotency_key
from clinic.db.tables.messages import seal, visit_link


def links(connection: Connection, before: datetime) -> None:
    """Visit links that expired before then."""
    connection.execute(delete(visit_link).where(visit_link.c.expires_at < before))


def keys(connection: Connection, before: datetime) -> None:
    """Keys of forms that were sent before then."""
    connection.execute(delete(idempotency_key).where(idempotency_key.c.created_at < before))


def payloads(connection: Connection, before: datetime) -> None:
    """The bytes of letters that were settled before then; what they showed stays, to compare the next one with."""
    settled = seal.c.state.in_(["sent", "superseded", "dead"])
    connection.execute(update(seal).where(settled, seal.c.next_at < before, seal.c.payload != b"").values(payload=b""))
