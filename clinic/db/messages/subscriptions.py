"""Subscribed calendars as screens list them."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select, update

from clinic.db.tables.access import account
from clinic.db.tables.courses import plan
from clinic.db.tables.messages import feed
from clinic.db.tables.patients import patient, patient_relation
from clinic.db.tables.practice import location, practice, room, staff
from clinic.db.tables.visits import appointment

_relative = patient.alias("relative")


@dataclass(frozen=True, slots=True)
class Line:
    """An open feed. `whose` is who or what it shows where that is no patient, `relative` who else reads a patient's;
    `fetched_by` is a User-Agent as it came."""

    public_id: str
    kind: str
    name: str
    whose: str
    relative: str
    label: str
    level: int | None
    private: bool
    created_at: datetime
    fetched_at: datetime | None
    fetched_by: str


def _lines(connection: Connection, which: ColumnElement[bool]) -> tuple[Line, ...]:
    query = (
        select(
            feed.c.public_id,
            feed.c.kind,
            feed.c.name,
            func.coalesce(staff.c.name, room.c.name, location.c.name, ""),
            func.coalesce(_relative.c.given_names + " " + _relative.c.family_name, ""),
            feed.c.label,
            feed.c.level,
            feed.c.private,
            feed.c.created_at,
            feed.c.fetched_at,
            feed.c.fetched_by,
        )
        .outerjoin(staff, staff.c.id == feed.c.staff_id)
        .outerjoin(room, room.c.id == feed.c.room_id)
        .outerjoin(location, location.c.id == feed.c.location_id)
        .outerjoin(_relative, _relative.c.id == feed.c.relative_id)
        .where(which, feed.c.revoked_at.is_(None))
        .order_by(feed.c.id.desc())
    )
    return tuple(Line(*row[:4], row[4].strip(), *row[5:]) for row in connection.execute(query))


_RUNNING = ("draft", "offered", "active")


def over(tick: int, made_before: datetime) -> ColumnElement[bool]:
    """The feeds, made before then, of patients who had a course and have none under way, with no visit that ends after
    the tick."""
    courses = select(plan.c.id).where(plan.c.patient_id == feed.c.patient_id)
    visits = select(appointment.c.id).where(appointment.c.patient_id == feed.c.patient_id)
    return and_(
        feed.c.kind == "patient",
        feed.c.created_at < made_before,
        exists(courses),
        ~exists(courses.where(plan.c.status.in_(_RUNNING))),
        ~exists(visits.where(appointment.c.ends_tick > tick, appointment.c.status != "released")),
    )


def of_patient(connection: Connection, patient_id: int) -> tuple[Line, ...]:
    """The patient's open feeds, those that relatives read among them, newest first."""
    return _lines(connection, feed.c.patient_id == patient_id)


def of_staff(connection: Connection, staff_id: int) -> tuple[Line, ...]:
    """The therapist's open feeds, newest first."""
    return _lines(connection, feed.c.staff_id == staff_id)


def of_the_house(connection: Connection) -> tuple[Line, ...]:
    """The open feeds of every therapist, room and location, newest first."""
    return _lines(connection, feed.c.kind != "patient")


class Me(NamedTuple):
    """The therapist behind an account."""

    id: int
    public_id: str
    name: str


def me(connection: Connection, account_public_id: str) -> Me | None:
    """The therapist whose account it is; None for an account that belongs to none."""
    query = (
        select(staff.c.id, staff.c.public_id, staff.c.name)
        .join(account, account.c.id == staff.c.account_id)
        .where(account.c.public_id == account_public_id, staff.c.active)
        .order_by(staff.c.id)
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else Me._make(row)


class Reader(NamedTuple):
    """A relative who may read the patient's calendar."""

    id: int
    public_id: str
    name: str


def readers(connection: Connection, patient_id: int) -> tuple[Reader, ...]:
    """The relatives who may read the patient's calendar, by name."""
    relation = patient_relation.c
    may = select(relation.relative_id).where(relation.patient_id == patient_id, relation.sees_feed)
    other = select(relation.patient_id).where(relation.relative_id == patient_id, relation.shows_feed)
    query = (
        select(patient.c.id, patient.c.public_id, patient.c.given_names + " " + patient.c.family_name)
        .where(patient.c.id.in_(may.union_all(other)))
        .order_by(patient.c.search_name, patient.c.id)
    )
    return tuple(Reader(row[0], row[1], row[2].strip()) for row in connection.execute(query))


class Policy(NamedTuple):
    """The practice's choices: what therapists' calendars call a patient, and after how many days a feed is stale."""

    titles: str = "initials"
    stale_days: int = 7


def policy(connection: Connection) -> Policy:
    """As set; as shipped before there is a practice."""
    row = connection.execute(select(practice.c.feed_titles, practice.c.stale_feed_days)).one_or_none()
    return Policy() if row is None else Policy._make(row)


def set_policy(connection: Connection, chosen: Policy) -> None:
    """Choose anew; every feed may show something else from now on."""
    values = {"feed_titles": chosen.titles, "stale_feed_days": chosen.stale_days}
    connection.execute(update(practice).values(**values, revision=practice.c.revision + 1))
