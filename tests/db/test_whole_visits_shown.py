"""A visit of several stretches is one visit to the patient, to every calendar and on every screen."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from clinic.calendars import card
from clinic.db.courses import reads as courses
from clinic.db.unit import Database
from clinic.db.visits import reads
from clinic.domain.courses.component import Component
from clinic.domain.courses.plan import NewPlan
from clinic.domain.courses.protocol import Anchor, Phase, Protocol
from clinic.domain.practice.modality import Modality
from clinic.domain.time import local_date, zone
from clinic.domain.visits.changes import Book, Move, Open, Turn
from clinic.domain.visits.visit import Kind, NewVisit, Status, Stretch
from clinic.services.messages import feeds
from tests.db.post import MONDAY, THURSDAY, Post
from tests.world import ACTOR, SHOULDER, TZ, World, build, needling, single


@pytest.fixture
def post(database: Database) -> Post:
    return Post(database, build(database))


def stretches(world: World, starts: int) -> tuple[Stretch, ...]:
    """Needling, then after a wait of ten minutes exercise with somebody else in the gym."""
    return needling(world, starts), Stretch(starts + 11, starts + 17, world.staff[1], world.gym, (Modality.EXERCISE,))


def events(post: Post, kind: str, owner: str) -> list[Any]:
    secret = feeds.create(post.database.begin, kind, owner, owner, actor=ACTOR, now=post.now).secret
    found = feeds.fetch(post.database.begin, post.database.read, secret, by="Calendar/1", now=post.now)
    return list(Calendar.from_ical(found.body).walk("VEVENT"))


def span(event: Any) -> tuple[datetime, datetime]:
    return event["DTSTART"].dt.astimezone(UTC), event["DTEND"].dt.astimezone(UTC)


def shown(post: Post) -> list[tuple[datetime, datetime]]:
    """From when to when each letter's entry lasts."""
    cards = [card.read(page.calendar or b"") for page in post.pages]
    return [(each.starts, each.ends) for each in cards]


def local(*clock: int) -> datetime:
    return datetime(2026, 11, 23, *clock, tzinfo=zone(TZ))


def test_a_patients_calendar_has_it_once_and_each_therapists_his_own_part(post: Post) -> None:
    post.do(Book(single(post.world, *stretches(post.world, MONDAY))))
    (whole,) = events(post, "patient", "patient1")
    assert span(whole) == (local(10), local(11, 25))
    (first,), (second,) = events(post, "staff", "staff1"), events(post, "staff", "staff2")
    assert (span(first), str(first["LOCATION"])) == ((local(10), local(10, 45)), "Room 1")
    assert (span(second), str(second["LOCATION"])) == ((local(10, 55), local(11, 25)), "Room 3")


def test_one_letter_tells_of_it_from_its_start_to_its_end(post: Post) -> None:
    post.public_id = post.do(Book(single(post.world, *stretches(post.world, MONDAY))))[0]
    post.run()
    assert [letter[0] for letter in post.letters] == ["REQUEST"]
    assert shown(post) == [(local(10), local(11, 25))]
    post.do(Move(post.visit, stretches(post.world, THURSDAY)))
    post.run()
    post.turn(Status.CANCELLED)
    post.run()
    assert [letter[:2] for letter in post.letters] == [("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2)]


def test_a_shorter_wait_is_news_because_the_visit_ends_earlier(post: Post) -> None:
    post.public_id = post.do(Book(single(post.world, *stretches(post.world, MONDAY))))[0]
    post.run()
    first, second = stretches(post.world, MONDAY)
    sooner = Stretch(second.starts - 2, second.ends - 2, second.staff_id, second.room_id, second.modalities)
    post.do(Move(post.visit, (first, sooner)))
    post.run()
    assert [ends for _, ends in shown(post)] == [local(11, 25), local(11, 15)]


def test_a_patients_record_names_everybody_and_every_room(post: Post) -> None:
    post.do(Book(single(post.world, *stretches(post.world, MONDAY))))
    with post.database.read() as unit:
        (row,) = reads.of_patient(unit.connection, post.world.patients[0], MONDAY - 1)
    assert (row.therapist, row.room) == ("B. Lindqvist, C. Marin", "Room 1, Room 3")
    assert row.modalities == ("dry-needling", "exercise")
    assert (row.stretch_starts, row.stretch_ends) == (row.starts, row.ends) == (MONDAY, MONDAY + 17)


def test_a_session_of_a_course_names_everybody_and_every_room(post: Post) -> None:
    needle = Component(Modality.DRY_NEEDLING, 35, "dry-needling")
    phase = Phase("A", 2, 5, 7, 10, (needle, Component(Modality.EXERCISE, 30, "exercise", apart=True, wait_minutes=10)))
    protocol = Protocol("two", 1, "Two", "", (phase,), Anchor.NEEDLING, 6)
    world = post.world
    plan = NewPlan(world.patients[0], world.location, protocol, local_date(post.now, zone(TZ)), targets=(SHOULDER,))
    sessions = [
        NewVisit(
            world.patients[0],
            world.location,
            TZ,
            Kind.SESSION,
            Status.BOOKED,
            stretches(world, starts),
            (SHOULDER,),
            ordinal=at,
        )
        for at, starts in ((1, MONDAY), (2, THURSDAY))
    ]
    post.do(Open(plan), *(Book(visit) for visit in sessions))
    with post.database.read() as unit:
        rows = courses.sessions(unit.connection, 1)
        board = reads.board(unit.connection, world.location, MONDAY - 100, MONDAY + 100)
    assert [(row.ordinal, row.therapist, row.room) for row in rows] == [
        (at, "B. Lindqvist, C. Marin", "Room 1, Room 3") for at in (1, 2)
    ]
    assert rows[0].modalities == ("dry-needling", "exercise")
    assert [(row.staff_id, row.room_id) for row in board] == [
        (world.staff[0], world.rooms[0]),
        (world.staff[1], world.gym),
    ]


def test_a_missed_session_that_has_another_visit_shows_that_one(post: Post) -> None:
    phase = Phase("A", 1, 5, 7, 10, (Component(Modality.DRY_NEEDLING, 35, "dry-needling"),))
    protocol = Protocol("one", 1, "One", "", (phase,), Anchor.NEEDLING, 6)
    world = post.world
    plan = NewPlan(world.patients[0], world.location, protocol, local_date(post.now, zone(TZ)))
    new = single(world, *stretches(world, MONDAY))
    values = (new.patient_id, new.location_id, new.tz, Kind.SESSION, Status.BOOKED)
    post.public_id = post.do(Open(plan), Book(NewVisit(*values, new.stretches, ordinal=1)))[0]
    session = post.visit.session_id
    post.later(days=4)
    post.do(Turn(post.visit, Status.NO_SHOW))
    again = (needling(world, THURSDAY + 7 * 288, staff=1),)
    post.do(Book(NewVisit(*values, again, session_id=session)))
    with post.database.read() as unit:
        (row,) = courses.sessions(unit.connection, 1)
    assert (row.therapist, row.status, row.modalities) == ("C. Marin", "booked", ("dry-needling",))
    assert timedelta(minutes=5) * ((row.starts or 0) - THURSDAY) == timedelta(days=7)
