"""The calendars of rooms and locations, of therapists as the practice wants them, and who may open and shut which."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import insert, update

from clinic.db.messages import subscriptions
from clinic.db.messages.subscriptions import Policy
from clinic.db.tables.access import account, audit
from clinic.db.tables.messages import feed
from clinic.db.tables.practice import location, staff
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Forbidden, Invalid, NotFound
from clinic.domain.messages.subscriptions import Subscription, code_of
from clinic.domain.visits.visit import Status
from clinic.services.access import accounts
from clinic.services.messages import feeds
from tests.db.post import MONDAY, THURSDAY, Post
from tests.world import ACTOR, at

THERAPIST = Actor("account:mine", frozenset({"feed.own"}))


def subscribe(post: Post, kind: str, owner: str, actor: Actor = ACTOR) -> str:
    return feeds.create(post.database.begin, kind, owner, "wall", actor=actor, now=post.now).secret


def body(post: Post, secret: str) -> bytes:
    return feeds.fetch(post.database.begin, post.database.read, secret, by="Calendar/1", now=post.now).body


def shown(post: Post, secret: str) -> list[tuple[str, str, str]]:
    """(title, start by the wall clock, status) of every entry."""
    events = Calendar.from_ical(body(post, secret)).walk("VEVENT")
    return [(str(one["SUMMARY"]), f"{one['DTSTART'].dt:%d.%m. %H:%M}", str(one["STATUS"])) for one in events]


def test_a_room_is_busy_with_a_code_until_it_is_clean_and_names_nobody(both: Post) -> None:
    secret = subscribe(both, "room", "room-1")
    both.book()
    code = code_of(both.public_id)
    both.book(THURSDAY, Status.PENCILLED)
    later = code_of(both.public_id)
    assert shown(both, secret) == [
        (f"Busy {code}", "23.11. 10:00", "CONFIRMED"),
        (f"Busy {later}", "26.11. 10:00", "TENTATIVE"),
    ]
    document = body(both, secret).decode()
    assert "DTEND;TZID=Europe/Berlin:20261123T105000" in document
    assert "NAME:Room 1\r\n" in document
    for told in ("Ada", "Adler", "Lindqvist", "LOCATION", "DESCRIPTION", "needl", both.visit.uid.split("@")[0]):
        assert told not in document
    assert "AA" not in document.replace(code, "").replace(later, "")
    both.turn(Status.CANCELLED)
    assert [title for title, _, _ in shown(both, secret)] == [f"Busy {code}"]


def test_a_location_shows_who_is_where_and_drops_what_is_cancelled(both: Post) -> None:
    secret = subscribe(both, "location", "mitte")
    both.book()
    (event,) = Calendar.from_ical(body(both, secret)).walk("VEVENT")
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == (f"B. {code_of(both.public_id)}", "Room 1")
    assert b"Ada" not in body(both, secret)
    both.turn(Status.CANCELLED)
    assert shown(both, secret) == []


def test_a_room_and_a_location_show_sixty_days_and_yesterday(post: Post) -> None:
    secrets = [subscribe(post, "room", "room1"), subscribe(post, "location", "loc1")]
    post.now -= timedelta(days=40)
    for day in ("2026-12-09", "2026-12-10"):  # sixty days on, and the day after
        post.book(at(day, 10))
    assert [[when for _, when, _ in shown(post, secret)] for secret in secrets] == [["09.12. 10:00"]] * 2
    post.now += timedelta(days=60)
    assert [len(shown(post, secret)) for secret in secrets] == [2, 2]
    post.later(days=1)
    assert [[when for _, when, _ in shown(post, secret)] for secret in secrets] == [["10.12. 10:00"]] * 2


def test_a_therapists_calendar_calls_patients_what_the_practice_chose(both: Post) -> None:
    secret = subscribe(both, "staff", "t1")
    both.book()
    told = {"initials": "AA", "code": code_of(both.public_id), "name": "Ada Adler1"}
    for titles, title in told.items():
        feeds.set_policy(both.database.begin, Policy(titles, 7), actor=ACTOR, now=both.now)
        assert [each for each, _, _ in shown(both, secret)] == [title]
    with both.database.read() as unit:
        assert subscriptions.policy(unit.connection) == Policy("name", 7)


def test_nobody_can_tell_that_the_entries_of_two_audiences_are_one_visit(post: Post) -> None:
    post.book()
    owners = {"patient": "patient1", "staff": "t1", "room": "room1", "location": "loc1"}
    documents = [body(post, subscribe(post, kind, owner)) for kind, owner in owners.items()]
    uids = [str(Calendar.from_ical(each).walk("VEVENT")[0]["UID"]) for each in documents]
    assert len(set(uids)) == 4
    assert {uid.partition("@")[2] for uid in uids} == {"clinic.invalid"}


def test_a_room_in_another_zone_is_at_home_there(post: Post) -> None:
    secret = subscribe(post, "room", "room1")
    with post.database.begin() as unit:
        unit.connection.execute(update(location).values(tz="Europe/London"))
    assert b"X-WR-TIMEZONE:Europe/London" in body(post, secret)


def mine(post: Post) -> int:
    """The account of the first therapist."""
    with post.database.begin() as unit:
        values = {"public_id": "mine", "email": "b@clinic.test", "name": "B", "password_hash": "x"}
        new = insert(account).values(**values, created_at=post.now).returning(account.c.id)
        found = int(unit.connection.execute(new).scalar_one())
        unit.connection.execute(update(staff).where(staff.c.code == "t1").values(account_id=found))
        return found


def test_a_therapist_opens_and_shuts_her_own_and_nobody_elses(both: Post) -> None:
    mine(both)
    subscribe(both, "staff", "t1", THERAPIST)
    for owner in ("t2", "staff2"):
        with pytest.raises(NotFound):
            subscribe(both, "staff", owner, THERAPIST)
    hers = feeds.create(both.database.begin, "staff", "t2", "wall", actor=ACTOR, now=both.now)
    for change in (feeds.revoke, lambda *given, **more: feeds.set_private(*given, False, **more)):
        with pytest.raises(NotFound):
            change(both.database.begin, hers.public_id, actor=THERAPIST, now=both.now)
    for kind, owner in (("room", "room1"), ("location", "loc1"), ("patient", "patient1")):
        with pytest.raises(Forbidden):
            subscribe(both, kind, owner, THERAPIST)
    with pytest.raises(Forbidden):
        feeds.set_policy(both.database.begin, Policy(), actor=THERAPIST, now=both.now)


def test_a_disabled_account_has_no_calendar_any_more(both: Post) -> None:
    mine(both)
    hers, others = subscribe(both, "staff", "t1"), subscribe(both, "staff", "t2")
    accounts.set_active(both.database.begin, "b@clinic.test", False, actor=ACTOR, now=both.now)
    with pytest.raises(NotFound):
        body(both, hers)
    assert body(both, others)
    told = both.rows(audit)[-1]
    assert (told.act, told.detail) == ("disabled", {"feeds": 1})
    accounts.set_active(both.database.begin, "b@clinic.test", True, actor=ACTOR, now=both.now)
    with pytest.raises(NotFound):
        body(both, hers)


def test_a_therapist_who_has_left_has_no_calendar(both: Post) -> None:
    hers, others = subscribe(both, "staff", "t1"), subscribe(both, "staff", "t2")
    with both.database.begin() as unit:
        unit.connection.execute(update(staff).where(staff.c.code == "t1").values(active=False))
    with pytest.raises(NotFound):
        body(both, hers)
    assert body(both, others)


def test_what_a_room_is_asked_to_be_beyond_a_room_is_not_kept(post: Post) -> None:
    asked = Subscription("wall", relative="patient2", level=3, label="mine", private=False)
    feeds.create(post.database.begin, "room", "room1", asked, actor=ACTOR, now=post.now)
    (row,) = post.rows(feed)
    assert (row.relative_id, row.level, row.label, row.private) == (None, None, "", False)


def test_a_feed_does_not_show_more_than_its_patient_chose(post: Post) -> None:
    post.patient(disclosure=2)
    asked = Subscription("phone", level=3)
    with pytest.raises(Invalid) as refused:
        feeds.create(post.database.begin, "patient", "patient1", asked, actor=ACTOR, now=post.now)
    assert refused.value.code == "feed_level"
    made = feeds.create(post.database.begin, "patient", "patient1", replace(asked, level=2), actor=ACTOR, now=post.now)
    post.book(MONDAY).patient(disclosure=1)
    assert [title for title, _, _ in shown(post, made.secret)] == ["Appointment"]


def test_a_restricted_record_has_no_calendar_meanwhile(both: Post) -> None:
    secret = subscribe(both.book(), "patient", "patient1")
    assert len(shown(both, secret)) == 1
    both.patient(restricted_at=both.now)
    with pytest.raises(NotFound):
        body(both, secret)
    both.patient(restricted_at=None)
    assert len(shown(both, secret)) == 1


def test_a_feed_speaks_its_patients_language(post: Post) -> None:
    post.patient(disclosure=2, language="de").book().turn(Status.CANCELLED)
    document: Any = body(post, subscribe(post, "patient", "patient1")).decode()
    assert "SUMMARY:Abgesagt: Termin\\, The Practice" in document
