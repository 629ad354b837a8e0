"""Who looked at which patient: kept apart from the audit trail, which tells what was changed."""

from datetime import datetime

from sqlalchemy import Connection, insert

from clinic.db.tables.access import access_log
from clinic.domain.access.actors import Actor


def keep(connection: Connection, patient_id: int, *, route: str, actor: Actor, now: datetime) -> None:
    """Remember that the actor saw the patient by that route."""
    row = {"at": now, "actor": actor.name, "route": route, "patient_id": patient_id, "request_id": actor.request_id}
    connection.execute(insert(access_log), row)
