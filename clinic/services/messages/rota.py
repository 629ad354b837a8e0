"""The calendars of therapists, rooms and locations: of a patient no more than the practice wants outside."""

import hashlib
from datetime import date, datetime, timedelta
from typing import Final

from clinic.calendars.event import Event, Status
from clinic.content import letters as words
from clinic.db.messages import rota
from clinic.db.messages.feeds import Feed
from clinic.db.messages.rota import Duty
from clinic.db.unit import Unit
from clinic.domain.limits import seen
from clinic.domain.messages.subscriptions import code_of
from clinic.domain.time import at_wall, instant_of, tick_floor, zone
from clinic.domain.visits.visit import Status as Stands

STAFF_DAYS: Final = (-7, 180)
PLACE_DAYS: Final = (-1, 60)
"""From which day of the clinic's until which, for rooms and locations."""


def of_staff(unit: Unit, given: Feed, staff_id: int, *, today: date) -> list[Event]:
    """A therapist's own stretches and absences; a patient is called what the practice chose."""
    since, until = _window(given, today, STAFF_DAYS)
    duties = rota.of_staff(unit.connection, staff_id, since=tick_floor(since), until=tick_floor(until))
    away = rota.absences(unit.connection, staff_id, since=since, until=until)
    return [
        *(_event(given, duty, _called(given.titles, duty), place=", ".join(duty.rooms)) for duty in duties),
        *(
            Event(
                uid=own_uid("staff", one.public_id, unit.host),
                sequence=0,
                starts=one.starts_at,
                ends=one.ends_at,
                tz=given.tz,
                summary=words.AWAY,
                status=Status.CONFIRMED,
                created_at=given.created_at,
                revised_at=given.created_at,
                private=given.private,
            )
            for one in away
        ),
    ]


def of_room(unit: Unit, given: Feed, room_id: int, *, today: date) -> list[Event]:
    """When the room is taken, set-up and clean-up included, and by which visit's code: nobody's name."""
    since, until = _window(given, today, PLACE_DAYS)
    duties = rota.of_room(unit.connection, room_id, since=tick_floor(since), until=tick_floor(until))
    return [
        _event(given, duty, words.BUSY.format(code=code_of(duty.public_id)), before=duty.setup, after=duty.cleanup)
        for duty in duties
    ]


def of_location(unit: Unit, given: Feed, location_id: int, *, today: date) -> list[Event]:
    """Every visit of the location in one calendar for staff: therapists' initials, the visit's code and its rooms."""
    since, until = _window(given, today, PLACE_DAYS)
    duties = rota.of_location(unit.connection, location_id, since=tick_floor(since), until=tick_floor(until))
    return [
        _event(
            given,
            duty,
            " ".join([*duty.therapists, code_of(duty.public_id)]),
            place=", ".join(duty.rooms),
        )
        for duty in duties
    ]


def _window(given: Feed, today: date, days: tuple[int, int]) -> tuple[datetime, datetime]:
    """Cut at midnight of the clinic's day, so that the bytes change at most daily."""
    first, last = (at_wall(today + timedelta(days=number), 0, zone(given.tz)) for number in days)
    return first, last


def _called(titles: str, duty: Duty) -> str:
    if titles == "name":
        return duty.patient if seen(duty.patient).strip() else words.APPOINTMENT
    if titles == "code":
        return code_of(duty.public_id)
    return seen(duty.patient_initials).strip() or words.APPOINTMENT


def _event(given: Feed, duty: Duty, title: str, *, place: str = "", before: int = 0, after: int = 0) -> Event:
    return Event(
        uid=own_uid(given.kind, duty.public_id, duty.uid.rpartition("@")[2]),
        sequence=duty.sequence,
        starts=instant_of(duty.starts - before),
        ends=instant_of(duty.ends + after),
        tz=duty.tz,
        summary=title,
        status=Status.TENTATIVE if duty.status is Stands.PENCILLED else Status.CONFIRMED,
        created_at=duty.created_at,
        revised_at=duty.revised_at,
        location=place,
        private=given.private,
    )


def own_uid(audience: str, public_id: str, host: str) -> str:
    """A visit's UID for one audience. It is made of the visit's public id, which never leaves the practice, so nobody
    can tell that two audiences' entries are about the same visit."""
    return f"{hashlib.sha256(f'{audience}:{public_id}'.encode()).hexdigest()[:32]}@{host}"
