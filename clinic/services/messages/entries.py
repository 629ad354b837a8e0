"""The entries of subscribed calendars: what each reader may see, as events (CALENDAR §4 and §5)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from clinic.calendars.event import Event
from clinic.calendars.event import Status as Shows
from clinic.content import languages
from clinic.content import letters as words
from clinic.content import notes as content
from clinic.content.languages import Wording
from clinic.db.messages import entries
from clinic.db.messages import rota as places
from clinic.db.messages.entries import Entry, Reader
from clinic.db.messages.feeds import Feed
from clinic.db.unit import Unit
from clinic.domain.messages.notes import FEED_LIMIT, Disclosure, Note, feed_text
from clinic.domain.time import at_wall, instant_of, tick_floor, zone
from clinic.domain.visits.visit import SHOWN, Status
from clinic.services.messages import disclosing, rota

VERSION: Final = 4
"""Part of every ETag: raise it when the same visits would make other entries, or the shipped notes change."""

COLOR: Final = "teal"
PAST_DAYS: Final = 30
CANCELLED_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Shown:
    """What a feed shows on a day: its events, its name and the zone it is at home in."""

    events: list[Event]
    name: str
    tz: str


def shown(unit: Unit, given: Feed, notes: Collection[Note], *, today: date) -> Shown:
    """What the feed shows on that day of the practice's."""
    if given.patient_id is not None:
        return _patient(unit, given, given.patient_id, notes, today=today)
    if given.room_id is not None:
        place = places.room_place(unit.connection, given.room_id)
        return Shown(rota.of_room(unit, given, given.room_id, today=today), *place)
    if given.location_id is not None:
        place = places.location_place(unit.connection, given.location_id)
        return Shown(rota.of_location(unit, given, given.location_id, today=today), *place)
    return Shown(rota.of_staff(unit, given, given.staff_id or 0, today=today), words.APPOINTMENTS, given.tz)


def _midnight(given: Feed, today: date, days: int) -> datetime:
    return at_wall(today + timedelta(days=days), 0, zone(given.tz))


def _patient(unit: Unit, given: Feed, patient_id: int, notes: Collection[Note], *, today: date) -> Shown:
    reader = entries.reader(unit.connection, patient_id)
    found = entries.of_patient(
        unit.connection,
        patient_id,
        since=tick_floor(_midnight(given, today, -PAST_DAYS)),
        cancelled_since=tick_floor(_midnight(given, today, -CANCELLED_DAYS)),
    )
    other = None if given.relative_id is None else entries.reader(unit.connection, given.relative_id)
    told = _Told.by(given, reader, (other or reader).language)
    name = told.practice if told.level >= Disclosure.PRACTICE else ""
    name = given.label or name or told.wording.say(words.APPOINTMENTS)
    events = [_visit(entry, reader, told, notes) for entry in found]
    if reader.follow_up and not told.relative:
        events += [_follow_up(entry, told) for entry in found if _needled(entry)]
    return Shown(events, name, given.tz)


@dataclass(frozen=True, slots=True)
class _Told:
    """How a feed speaks: at most at its patient's level, in its reader's language, of the practice as that level calls
    it. A relative's has no alarm, calls a visit what its reader wants, and its UIDs are its own."""

    level: int
    practice: str
    wording: Wording
    called: str
    relative: bool
    private: bool

    @classmethod
    def by(cls, given: Feed, reader: Reader, language: str) -> "_Told":
        level = reader.disclosure if given.level is None else min(given.level, reader.disclosure)
        wording = languages.wording(language)
        return cls(
            level=level,
            practice=disclosing.practice_shown(level, reader.practice, reader.neutral_name),
            wording=wording,
            called=given.label or wording.say(words.APPOINTMENT),
            relative=given.relative_id is not None,
            private=given.private,
        )

    def uid(self, entry: Entry) -> str:
        if not self.relative:
            return entry.uid
        return rota.own_uid("relative", entry.public_id, entry.uid.rpartition("@")[2])

    def title(self, entry: Entry) -> str:
        title = disclosing.title(self.level, self.practice, entry.number, entry.total, called=self.called)
        return self.wording.say(words.CANCELLED, title=title) if entry.status is Status.CANCELLED else title


def _visit(entry: Entry, reader: Reader, told: _Told, notes: Collection[Note]) -> Event:
    gone = entry.status is Status.CANCELLED
    alarm = None if gone or told.relative else reader.alarm_minutes
    return Event(
        uid=told.uid(entry),
        sequence=entry.sequence,
        starts=instant_of(entry.starts),
        ends=instant_of(entry.ends),
        tz=entry.tz,
        summary=told.title(entry),
        status=Shows.CANCELLED if gone else Shows.CONFIRMED,
        created_at=entry.created_at,
        revised_at=entry.revised_at,
        description="" if gone else _description(entry, told, notes),
        location=disclosing.place(told.level, entry.address, show_address=reader.show_address),
        private=told.private,
        alarm_lead=None if alarm is None else timedelta(minutes=alarm),
    )


_FOLLOW_UP_AFTER: Final = timedelta(hours=24)
_FOLLOW_UP_LASTS: Final = timedelta(minutes=15)


def _needled(entry: Entry) -> bool:
    return entry.status in SHOWN and any(modality.needles for modality in entry.modalities)


def _follow_up(entry: Entry, told: _Told) -> Event:
    """A quarter of an hour on the day after needling that blocks nothing; it goes when the visit does."""
    at = instant_of(entry.starts) + _FOLLOW_UP_AFTER
    calls = told.level >= Disclosure.PRACTICE and entry.phone
    said = (told.wording.say(words.FOLLOW_UP_IS), told.wording.say(words.QUESTIONS, phone=entry.phone) if calls else "")
    return Event(
        uid=rota.own_uid("follow-up", entry.public_id, entry.uid.rpartition("@")[2]),
        sequence=entry.sequence,
        starts=at,
        ends=at + _FOLLOW_UP_LASTS,
        tz=entry.tz,
        summary=told.wording.say(words.FOLLOW_UP),
        status=Shows.CONFIRMED,
        created_at=entry.created_at,
        revised_at=entry.revised_at,
        description=" ".join(filter(None, said)),
        transparent=True,
        private=told.private,
        related_to=told.uid(entry),
    )


def _description(entry: Entry, told: _Told, notes: Collection[Note]) -> str:
    if told.level < Disclosure.PRACTICE:
        return ""
    phone = told.wording.say(words.PHONE, phone=entry.phone)
    if told.level < Disclosure.AFTERCARE or not entry.emergency_number:
        return phone
    aftercare = content.aftercare(
        notes,
        entry.modalities,
        {target.region for target in entry.targets},
        told.level,
        emergency_number=entry.emergency_number,
        phone=entry.phone,
        language=told.wording.language,
    )
    headings = content.headings(told.wording.language)
    text = feed_text(aftercare, headings, limit=FEED_LIMIT - len(phone) - 2)
    return f"{text}\n\n{phone}" if text else phone
