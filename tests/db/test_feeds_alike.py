"""Every kind of feed, in five zones, through both changes of the clock: the linter finds nothing, and every reader of
calendars sees the same visits."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from sqlalchemy import insert, update

from clinic.content import notes
from clinic.db.connect import open_engine
from clinic.db.patients import relatives
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import absence, location, practice, room
from clinic.db.unit import Database
from clinic.domain.messages.notes import Line, Note
from clinic.domain.messages.subscriptions import Subscription
from clinic.domain.patients.relatives import Relation
from clinic.domain.practice.evidence import Confidence
from clinic.domain.practice.modality import Modality
from clinic.domain.time import at_wall, tick_floor, zone
from clinic.domain.visits.changes import Book, Turn
from clinic.domain.visits.visit import Status
from clinic.services.messages import feeds
from tests.db.post import Post
from tests.unit.calendars.linter import findings
from tests.unit.calendars.readers import MORE, READERS, Reader, Seen, by_ics
from tests.world import ACTOR, build, needling, single

ZONES = {
    "Europe/Berlin": (date(2026, 10, 25), date(2027, 3, 28)),
    "Europe/London": (date(2026, 10, 25), date(2027, 3, 28)),
    "America/New_York": (date(2026, 11, 1), date(2027, 3, 14)),
    "Australia/Sydney": (date(2026, 10, 4), date(2027, 4, 4)),
    "Asia/Kolkata": (date(2026, 10, 25), date(2027, 3, 28)),
}
NAME = 'Übung, Müßig; "Ruhe" \\ 😀'
LONG = "Nach dem Üben ruhen, trinken; nichts heben: 😀 " * 8
PLACES = (("room", "room1"), ("location", "loc1"), ("staff", "t1"))


@dataclass(frozen=True)
class Told:
    """A feed with what it should say, by (start, end) instants, and the secret of its address."""

    what: str
    secret: str
    document: bytes
    meant: list[tuple[datetime, datetime, str]]


def days_around(changes: tuple[date, date]) -> Iterator[tuple[date, int]]:
    """(day, minute) of visits: before, on and after each change, at the hours it hits and in the middle of the day."""
    for change in changes:
        for days, minutes in ((-1, (600, 1380)), (0, (0, 60, 200, 600, 1350)), (1, (0, 600))):
            yield from ((change + timedelta(days=days), minute) for minute in minutes)


@pytest.fixture
def practice_in(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Post]]:
    """A practice of its own for each zone, and notes of two kilobytes."""
    line = Line(LONG, LONG, "source", Confidence.CLINIC_PAGE)
    note = Note("n", 1, Modality.MANUAL_THERAPY, None, "en", (line,) * 2, (line,) * 2, (line,), (line,))
    monkeypatch.setattr(notes, "load", lambda: (note,))
    engines = []

    def make(tz: str) -> Post:
        path = tmp_path / f"{tz.replace('/', '-')}.db"
        shutil.copyfile(sqlite_template, path)
        engines.append(open_engine(f"sqlite:///{path}"))
        database = Database(engines[-1])
        return Post(database, build(database))

    yield make
    for engine in engines:
        engine.dispose()


def dressed(post: Post, tz: str) -> None:
    """The practice in that zone, everything called by a nasty name, the second patient the first one's relative."""
    with post.database.begin() as unit:
        run = unit.connection.execute
        run(
            update(practice).values(
                most_visits_a_day=5,
                most_visits_a_week=14,
                name=NAME,
                neutral_name=NAME,
                revision=practice.c.revision + 1,
            )
        )
        run(update(location).values(tz=tz, address=NAME, name=NAME))
        run(update(room).values(name=NAME + room.c.code))
        run(update(patient).values(family_name=NAME, disclosure=3, alarm_minutes=1440))
        relatives.relate(unit.connection, Relation(*post.world.patients))
        relatives.permit(unit.connection, post.world.patients[0], post.world.patients[1], allowed=True)
        away = {"starts_at": post.now + timedelta(days=2), "ends_at": post.now + timedelta(days=3)}
        run(insert(absence).values(public_id="away", staff_id=post.world.staff[0], kind="sick", **away))


def told(post: Post, tz: str) -> Iterator[Told]:
    """Visits around the changes of one zone, the last cancelled, as each kind of feed tells them a week before."""
    post.now = at_wall(min(ZONES[tz]) - timedelta(days=7), 600, zone(tz))
    dressed(post, tz)
    meant = []
    for on, minute in days_around(ZONES[tz]):
        starts = tick_floor(at_wall(on, minute, zone(tz)))
        stretch = replace(needling(post.world, starts), modalities=(Modality.MANUAL_THERAPY,))
        post.public_id = post.do(Book(replace(single(post.world, stretch), tz=tz)))[0]
        begin = datetime.fromtimestamp(starts * 300, UTC)
        meant.append((begin, begin + timedelta(minutes=45), "CONFIRMED"))
    post.do(Turn(post.visit, Status.CANCELLED))
    gone = (*meant.pop()[:2], "CANCELLED")
    relative = Subscription("her phone", relative="patient2", level=3, label="Für Omi, 😀")
    asked = [("patient", "patient1", Subscription("phone")), ("patient", "patient1", relative)]
    for kind, owner, wanted in (*asked, *((kind, owner, Subscription("x")) for kind, owner in PLACES)):
        made = feeds.create(post.database.begin, kind, owner, wanted, actor=ACTOR, now=post.now, agreed=True)
        body = feeds.fetch(post.database.begin, post.database.read, made.secret, by="x", now=post.now).body
        yield Told(f"{tz} {kind} {wanted.name}", made.secret, body, expected(post, kind, meant, gone))


def expected(
    post: Post, kind: str, meant: list[tuple[datetime, datetime, str]], gone: tuple[datetime, datetime, str]
) -> list[tuple[datetime, datetime, str]]:
    """A patient's has all; a place's ends after sixty days, a room's is busy until it is clean."""
    if kind == "patient":
        return sorted([*meant, gone])
    until = post.now + timedelta(days=62 if kind != "staff" else 181)
    seen = [each for each in meant if each[0] < until]
    if kind == "staff":
        seen.append((post.now + timedelta(days=2), post.now + timedelta(days=3), "CONFIRMED"))
    if kind == "room":
        seen = [(starts, ends + timedelta(minutes=5), status) for starts, ends, status in seen]
    return sorted(seen)


QUICK = tuple(reader for reader in (*READERS, *MORE) if reader is not by_ics)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("zones", "readers"),
    [
        pytest.param(("Europe/Berlin", "Australia/Sydney"), QUICK, id="two-zones"),
        pytest.param(tuple(ZONES), (*READERS, *MORE), id="five-zones", marks=pytest.mark.prove),
    ],
)
def test_every_reader_sees_the_same_in_every_feed_and_the_linter_finds_nothing(
    practice_in: Callable[[str], Post], zones: tuple[str, ...], readers: tuple[Reader, ...]
) -> None:
    everything = [each for tz in zones for each in told(practice_in(tz), tz)]
    documents = [each.document for each in everything]
    seen = [sorted(by_hand(document)) for document in documents]
    for each, found in zip(everything, seen, strict=True):
        assert findings(each.document) == [], each.what
        assert sorted((one.start, one.end, one.status) for one in found) == each.meant, each.what
    assert max(map(len, documents)) > 20_000
    for reader in readers:
        assert reader(documents) == seen, reader.__name__


def by_hand(document: bytes) -> Iterator[Seen]:
    """What a document says, its local times taken in the zone by its name."""
    for event in Calendar.from_ical(document).walk("VEVENT"):
        starts, ends = (
            event[name].dt.replace(tzinfo=zone(event[name].params.get("TZID", "UTC"))).astimezone(UTC)
            for name in ("DTSTART", "DTEND")
        )
        yield Seen(str(event["UID"]), starts, ends, str(event["SUMMARY"]), str(event["STATUS"]))
