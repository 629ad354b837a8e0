"""Session records as they are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from clinic.db.tables.care import consent
from clinic.db.tables.records import adverse_event, record, record_version, response
from clinic.db.tables.visits import appointment
from clinic.domain.care.response import Told


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A visit's record; `draft` is what was typed last, the signed versions are apart."""

    id: int
    version: int
    status: str
    draft: Mapping[str, Any]
    draft_by: str
    drafted_at: datetime

    @property
    def signed(self) -> bool:
        return self.status == "signed"


@dataclass(frozen=True, slots=True)
class VersionRow:
    """What was signed, and why, where it amends another."""

    number: int
    body: Mapping[str, Any]
    reason: str
    signing: Mapping[str, Any]
    written_at: datetime


def of_visit(connection: Connection, visit_id: int) -> RecordRow | None:
    """The visit's record, by the visit's key; None while nobody has begun it."""
    query = select(
        record.c.id, record.c.version, record.c.status, record.c.draft, record.c.draft_by, record.c.drafted_at
    )
    row = connection.execute(query.where(record.c.appointment_id == visit_id)).one_or_none()
    return None if row is None else RecordRow(*row)


def versions(connection: Connection, record_id: int) -> tuple[VersionRow, ...]:
    """What was signed, the first one first."""
    columns = (record_version.c[name] for name in ("number", "body", "reason", "signing", "written_at"))
    query = select(*columns).where(record_version.c.record_id == record_id).order_by(record_version.c.number)
    return tuple(VersionRow(*row) for row in connection.execute(query))


def before(connection: Connection, patient_id: int, starts: int) -> Mapping[str, Any] | None:
    """The latest signed record of the patient's visits before that tick, one with sites first; None without any."""
    query = (
        select(record_version.c.body)
        .join(record, record.c.id == record_version.c.record_id)
        .join(appointment, appointment.c.id == record.c.appointment_id)
        .where(record.c.patient_id == patient_id, appointment.c.starts_tick < starts)
        .order_by(appointment.c.starts_tick.desc(), record_version.c.number.desc())
    )
    bodies: list[Mapping[str, Any]] = list(connection.execute(query).scalars())
    return next((body for body in bodies if body.get("sites")), bodies[0] if bodies else None)


def last_of_plan(connection: Connection, plan_id: int) -> dict[str, Any] | None:
    """What the course's last signed record says of the patient's response, and whose visit it is; None where none is
    signed."""
    query = (
        select(record_version.c.body, appointment.c.starts_tick, appointment.c.public_id)
        .join(record, record.c.id == record_version.c.record_id)
        .join(appointment, appointment.c.id == record.c.appointment_id)
        .where(record.c.plan_id == plan_id)
        .order_by(appointment.c.starts_tick.desc(), record_version.c.number.desc())
    )
    row = connection.execute(query.limit(1)).one_or_none()
    said = ("pain_before", "pain_after", "soreness", "tolerance", "next_step")
    if row is None:
        return None
    return {name: row.body.get(name) for name in said} | {"starts": row.starts_tick, "visit": row.public_id}


@dataclass(frozen=True, slots=True)
class Scores:
    """What a visit's record and the answers after it say of pain and soreness, 0 to 10; None where nothing was said."""

    before: int | None
    after: int | None
    soreness: int | None
    told: tuple[Told, ...] = ()


def scores(connection: Connection, plan_id: int) -> dict[str, Scores]:
    """Of the course's visits whose record is signed, by the visit's public id."""
    query = (
        select(appointment.c.id, appointment.c.public_id, record_version.c.body)
        .join(record, record.c.id == record_version.c.record_id)
        .join(appointment, appointment.c.id == record.c.appointment_id)
        .where(record.c.plan_id == plan_id)
        .order_by(record_version.c.number)
    )
    latest = {row.id: (row.public_id, row.body) for row in connection.execute(query)}
    after = _told_after(connection, list(latest))
    return {
        visit: Scores(body.get("pain_before"), body.get("pain_after"), body.get("soreness"), tuple(after.get(id_, ())))
        for id_, (visit, body) in latest.items()
    }


def _told_after(connection: Connection, visits: Sequence[int]) -> dict[int, list[Told]]:
    columns = (response.c[name] for name in ("appointment_id", "hours", "pain", "soreness"))
    query = select(*columns).where(response.c.appointment_id.in_(visits)).order_by(response.c.hours, response.c.id)
    found: dict[int, list[Told]] = {}
    for row in connection.execute(query):
        found.setdefault(row.appointment_id, []).append(Told(row.hours, row.pain, row.soreness))
    return found


def retained(connection: Connection, visit_id: int) -> bool:
    """Whether a needle that stayed behind is recorded for the visit."""
    query = select(adverse_event.c.id).where(
        adverse_event.c.appointment_id == visit_id, adverse_event.c.kind == "retained-needle"
    )
    return connection.execute(query.limit(1)).first() is not None


def consents(connection: Connection, patient_id: int, at: datetime) -> list[dict[str, Any]]:
    """What the patient consented to and had not withdrawn then: kind and version of the text, as ids."""
    query = (
        select(consent.c.kind, consent.c.text_version, consent.c.given_at)
        .where(consent.c.patient_id == patient_id, consent.c.given_at <= at)
        .where(or_(consent.c.withdrawn_at.is_(None), consent.c.withdrawn_at > at))
        .order_by(consent.c.id)
    )
    rows = connection.execute(query)
    return [{"kind": row.kind, "version": row.text_version, "given_at": row.given_at.isoformat()} for row in rows]


def told(connection: Connection, visit_id: int) -> tuple[Told, ...]:
    """What was told after the visit, in the order of its hours."""
    columns = (response.c[name] for name in ("hours", "pain", "soreness", "signs", "note"))
    query = select(*columns).where(response.c.appointment_id == visit_id).order_by(response.c.hours, response.c.id)
    return tuple(
        Told(row.hours, row.pain, row.soreness, tuple(row.signs), row.note) for row in connection.execute(query)
    )
