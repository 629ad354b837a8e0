"""The entries of subscribed calendars: what each reader may see, as events (CALENDAR §4 and §5)."""

import hashlib
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final

from clinic.calendars import feed
from clinic.calendars.event import Event
from clinic.calendars.event import Status as Shows
from clinic.content import letters as words
from clinic.db.messages import entries
from clinic.db.messages.entries import Entry, Reader
from clinic.db.messages.feeds import Feed
from clinic.db.unit import Unit
from clinic.domain.errors import NotFound
from clinic.domain.messages.notes import FEED_LIMIT, Disclosure, Note, compose, feed_text
from clinic.domain.time import at_wall, instant_of, tick_floor, zone
from clinic.domain.visits.visit import Status
from clinic.services.messages import disclosing

VERSION: Final = 1
"""Part of every ETag: raise it when the same visits would make other entries, or the shipped notes change."""

COLOR: Final = "teal"
PAST_DAYS: Final = 30
CANCELLED_DAYS: Final = 7
STAFF_DAYS: Final = (7, 180)


def rendered(unit: Unit, given: Feed, notes: Collection[Note], *, today: date) -> bytes:
    """The feed as it is on that day of the practice's. Raises NotFound for a kind that this version does not draw."""
    if given.patient_id is not None:
        return _patient(unit, given, given.patient_id, notes, today=today)
    if given.staff_id is not None:
        return _staff(unit, given, given.staff_id, today=today)
    raise NotFound("calendar")


def _midnight(given: Feed, today: date, days: int) -> datetime:
    return at_wall(today + timedelta(days=days), 0, zone(given.tz))


def _patient(unit: Unit, given: Feed, patient_id: int, notes: Collection[Note], *, today: date) -> bytes:
    reader = entries.reader(unit.connection, patient_id)
    level = reader.disclosure if given.level is None else given.level
    found = entries.of_patient(
        unit.connection,
        patient_id,
        since=tick_floor(_midnight(given, today, -PAST_DAYS)),
        cancelled_since=tick_floor(_midnight(given, today, -CANCELLED_DAYS)),
    )
    practice = disclosing.practice_shown(level, reader.practice, reader.neutral_name)
    name = practice if level >= Disclosure.PRACTICE else ""
    events = [_visit(entry, reader, level, practice, notes) for entry in found]
    return feed.render(events, name=name or words.APPOINTMENTS, color=COLOR, tz=given.tz)


def _visit(entry: Entry, reader: Reader, level: int, practice: str, notes: Collection[Note]) -> Event:
    gone = entry.status is Status.CANCELLED
    title = disclosing.title(level, practice, entry.number, entry.total)
    return Event(
        uid=entry.uid,
        sequence=entry.sequence,
        starts=instant_of(entry.starts),
        ends=instant_of(entry.ends),
        tz=entry.tz,
        summary=words.CANCELLED.format(title=title) if gone else title,
        status=Shows.CANCELLED if gone else Shows.CONFIRMED,
        created_at=entry.created_at,
        revised_at=entry.revised_at,
        description="" if gone else _description(entry, reader, level, notes),
        location=disclosing.place(level, entry.address, show_address=reader.show_address),
        alarm_lead=None if gone or reader.alarm_minutes is None else timedelta(minutes=reader.alarm_minutes),
    )


def _description(entry: Entry, reader: Reader, level: int, notes: Collection[Note]) -> str:
    if level < Disclosure.PRACTICE:
        return ""
    phone = words.PHONE.format(phone=entry.phone)
    if level < Disclosure.AFTERCARE or not entry.emergency_number:
        return phone
    aftercare = compose(
        notes,
        entry.modalities,
        {target.region for target in entry.targets},
        level,
        emergency_number=entry.emergency_number,
        phone=entry.phone,
        language=reader.language,
    )
    told = feed_text(aftercare, words.HEADINGS, limit=FEED_LIMIT - len(phone) - 2)
    return f"{told}\n\n{phone}" if told else phone


def _staff(unit: Unit, given: Feed, staff_id: int, *, today: date) -> bytes:
    since, until = (_midnight(given, today, days) for days in (-STAFF_DAYS[0], STAFF_DAYS[1]))
    bounds = {"since": tick_floor(since), "until": tick_floor(until)}
    events = [_stretch(entry) for entry in entries.of_staff(unit.connection, staff_id, **bounds)]
    events += [
        Event(
            uid=_own_uid(away.public_id),
            sequence=0,
            starts=away.starts_at,
            ends=away.ends_at,
            tz=given.tz,
            summary=words.AWAY,
            status=Shows.CONFIRMED,
            created_at=given.created_at,
            revised_at=given.created_at,
        )
        for away in entries.absences(unit.connection, staff_id, since=since, until=until)
    ]
    return feed.render(events, name=words.APPOINTMENTS, color=COLOR, tz=given.tz)


def _stretch(entry: Entry) -> Event:
    """A visit as its therapist sees it outside the practice's system: initials and room, nothing of the patient's."""
    return Event(
        uid=_own_uid(entry.uid),
        sequence=entry.sequence,
        starts=instant_of(entry.starts),
        ends=instant_of(entry.ends),
        tz=entry.tz,
        summary=entry.initials.strip() or words.APPOINTMENT,
        status=Shows.TENTATIVE if entry.status is Status.PENCILLED else Shows.CONFIRMED,
        created_at=entry.created_at,
        revised_at=entry.revised_at,
        location=", ".join(entry.rooms),
    )


def _own_uid(uid: str) -> str:
    """A UID that ties nothing to the patient's entry about the same visit."""
    return f"{hashlib.sha256(f'staff:{uid}'.encode()).hexdigest()[:32]}@{uid.rpartition('@')[2]}"
