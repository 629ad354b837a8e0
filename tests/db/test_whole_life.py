"""An invitation from the first mail to the last, through a real mail server, read back by software that is not ours."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import vobject
from dateutil import tz
from sqlalchemy import update

from clinic.db.tables.messages import job
from clinic.db.tables.patients import patient
from clinic.db.unit import Database
from clinic.domain.errors import NotFound
from clinic.domain.visits.changes import Move
from clinic.domain.visits.visit import Status
from clinic.mail.page import read
from clinic.mail.transports import transport_from
from clinic.services.messages.jobs import run_due
from clinic.services.messages.retelling import BATCH
from clinic.services.practice.naming import relocate, rename
from clinic.worker.loop import run_once
from clinic.worker.parts import Parts
from tests.db.post import MONDAY, THURSDAY, URL, Post
from tests.unit.mail.smtp_server import Script, serving
from tests.world import ACTOR, at, build

ADA = "ada1@example.org"
WEDNESDAY = at("2026-12-02", 14)


@dataclass(frozen=True)
class Got:
    """What somebody's calendar program took out of a mail."""

    to: str
    method: str
    uid: str
    sequence: int
    starts: str
    status: str
    place: str
    organizer: str
    attendee: str


class Life:
    """One visit, and what its reader gets: after each step the new mails alone."""

    def __init__(self, post: Post, script: Script, port: int) -> None:
        self.post, self.script, self._seen = post, script, 0
        database, transport = post.database, transport_from(f"smtp://127.0.0.1:{port}")
        self._parts = Parts(database.begin, database.read, lambda: post.now, URL, transport, lambda: 0.5)

    def got(self, *, hold: int = 180) -> list[Got]:
        """What arrives when the hold is over."""
        for _ in range(4):
            self.post.later(seconds=hold)
            run_once(self._parts)
        new, self._seen = self.script.received[self._seen :], len(self.script.received)
        return [_got(mail.recipients[0], mail.payload) for mail in new if read(mail.payload).calendar]


def _got(to: str, payload: bytes) -> Got:
    vars(vobject.icalendar)["__tzidMap"].clear()
    vobject.icalendar.registerTzid("UTC", tz.tzutc())
    calendar = vobject.readOne((read(payload).calendar or b"").decode())
    (event,) = calendar.contents["vevent"]
    return Got(
        to=to,
        method=calendar.method.value,
        uid=event.uid.value,
        sequence=int(event.sequence.value),
        starts=f"{event.dtstart.value.astimezone(ZoneInfo('Europe/Berlin')):%a %d %b %H:%M}",
        status=event.status.value,
        place=event.location.value,
        organizer=event.organizer.value,
        attendee=event.attendee.value,
    )


@pytest.fixture
def life(sqlite_database: Database) -> Iterator[Life]:
    script = Script()
    with serving(script) as port:
        yield Life(Post(sqlite_database, build(sqlite_database)), script, port)


def told(got: list[Got]) -> list[tuple[str, int, str]]:
    return [(each.method, each.sequence, each.starts) for each in got]


def test_request_move_move_again_and_cancel_are_one_entry_and_none_at_the_end(life: Life) -> None:
    life.post.book()
    first = life.got()
    assert told(first) == [("REQUEST", 0, "Mon 23 Nov 10:00")]
    life.post.move(THURSDAY)
    second = life.got()
    assert told(second) == [("REQUEST", 1, "Thu 26 Nov 10:00")]
    life.post.move(WEDNESDAY)
    third = life.got()
    assert told(third) == [("REQUEST", 2, "Wed 02 Dec 14:00")]
    life.post.turn(Status.CANCELLED)
    last = life.got()
    assert told(last) == [("CANCEL", 3, "Wed 02 Dec 14:00")]
    assert last[0].status == "CANCELLED"
    assert len({each.uid for each in (*first, *second, *third, *last)}) == 1
    assert {each.attendee for each in (*first, *last)} == {f"mailto:{ADA}"}
    assert len({each.organizer for each in (*first, *second, *third, *last)}) == 1


def test_a_visit_that_is_booked_again_is_another_entry(life: Life) -> None:
    life.post.book()
    (first,) = life.got()
    life.post.turn(Status.CANCELLED)
    life.got()
    life.post.book()
    (again,) = life.got()
    assert (again.method, again.sequence) == ("REQUEST", 0)
    assert again.uid != first.uid


def test_another_therapist_or_room_is_no_news_to_who_sees_neither(life: Life) -> None:
    life.post.book()
    life.got()
    visit = life.post.visit
    other = replace(visit.stretches[0], room_id=life.post.world.rooms[1], staff_id=life.post.world.staff[1])
    life.post.do(Move(visit, (other,)))
    assert life.got() == []
    life.post.move(THURSDAY)
    assert told(life.got()) == [("REQUEST", 2, "Thu 26 Nov 10:00")]


def test_another_address_is_a_cancellation_there_and_a_request_here(life: Life) -> None:
    life.post.book()
    life.got()
    life.post.patient(email="ada@elsewhere.example")
    got = life.got()
    assert {(each.to, each.method) for each in got} == {(ADA, "CANCEL"), ("ada@elsewhere.example", "REQUEST")}
    assert len({each.uid for each in got}) == 1


def test_a_move_and_its_undo_are_nothing_and_so_is_a_booking_that_was_cancelled_at_once(life: Life) -> None:
    life.post.book()
    life.got()
    life.post.move(THURSDAY).later(seconds=30)
    life.post.move(MONDAY)
    assert life.got() == []
    life.post.book(WEDNESDAY).later(seconds=30)
    life.post.turn(Status.CANCELLED)
    assert life.got() == []


def test_a_practice_that_is_called_otherwise_tells_those_who_see_its_name(life: Life) -> None:
    life.post.patient(disclosure=2).book()
    life.got()
    begin = life.post.database.begin
    assert rename(begin, name="Praxis Linde", actor=ACTOR, now=life.post.now)
    assert told(life.got()) == [("REQUEST", 0, "Mon 23 Nov 10:00")]
    assert "SUMMARY:Appointment\\, Praxis Linde" in (read(life.script.received[-1].payload).calendar or b"").decode()
    assert not rename(begin, name="Praxis Linde", actor=ACTOR, now=life.post.now)
    life.post.patient(disclosure=1)
    life.got()
    assert rename(begin, name="Praxis Ulme", actor=ACTOR, now=life.post.now)
    assert life.got() == []


def test_a_location_that_moves_tells_everybody_and_in_words_who_has_the_calendar_alone(life: Life) -> None:
    life.post.book()
    life.got()
    begin = life.post.database.begin
    assert relocate(begin, "mitte", address="Am Ufer 1, Berlin", actor=ACTOR, now=life.post.now)
    assert [each.place for each in life.got()] == ["Am Ufer 1, Berlin"]
    with begin() as unit:
        unit.connection.execute(update(patient).values(invites="feed"))
    assert relocate(begin, "mitte", address="Am Hang 2, Berlin", actor=ACTOR, now=life.post.now)
    assert [each.method for each in life.got()] == ["CANCEL"]
    words = next(read(mail.payload) for mail in life.script.received if "now at" in read(mail.payload).text)
    assert "now at Am Hang 2, Berlin" in words.text


def test_another_phone_is_told_too_and_what_is_not_there_is_not_found(life: Life) -> None:
    life.post.book()
    life.got()
    begin = life.post.database.begin
    assert relocate(begin, "mitte", phone="+49 30 1", actor=ACTOR, now=life.post.now)
    assert len(life.got()) == 1
    assert not relocate(begin, "mitte", phone="+49 30 1", actor=ACTOR, now=life.post.now)
    with pytest.raises(NotFound):
        relocate(begin, "nowhere", phone="+49 30 1", actor=ACTOR, now=life.post.now)


def test_many_patients_are_told_some_at_a_time(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinic.services.messages.retelling.BATCH", 1)
    assert BATCH > 1
    life.post.book()
    life.got()
    database = life.post.database
    assert relocate(database.begin, "mitte", phone="+49 30 1", actor=ACTOR, now=life.post.now)
    assert run_due(database.begin, database.read, now=life.post.now) == 2
    assert len([row for row in life.post.rows(job) if row.kind == "retell"]) == 2
    assert len(life.got()) == 1


def test_a_practice_that_is_not_there_has_no_name(sqlite_database: Database) -> None:
    with pytest.raises(NotFound):
        rename(sqlite_database.begin, name="Praxis", actor=ACTOR, now=datetime.fromisoformat("2026-11-20T09:00+00:00"))
