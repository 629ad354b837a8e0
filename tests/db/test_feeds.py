"""Subscribed calendars on both databases: what each reader sees, and bytes that stay the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import event, insert, update

from clinic.content import notes
from clinic.db.messages import subscriptions as rows
from clinic.db.patients import records, relatives
from clinic.db.tables.access import audit
from clinic.db.tables.messages import feed, feed_bytes
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import absence, location, practice
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Forbidden, Invalid, NotFound
from clinic.domain.messages.subscriptions import Subscription
from clinic.domain.messages.terms import banned_terms
from clinic.domain.patients.relatives import Relation
from clinic.domain.visits.visit import Status
from clinic.services.messages import feeds
from clinic.services.messages.feeds import Fetched
from clinic.services.patients.write import edit
from tests.db.post import THURSDAY, Post
from tests.world import ACTOR, at, build


def subscribe(post: Post, kind: str = "patient", owner: str = "patient1", name: str = "iPhone") -> str:
    return feeds.create(post.database.begin, kind, owner, name, actor=ACTOR, now=post.now).secret


def fetch(post: Post, secret: str) -> Fetched:
    return feeds.fetch(post.database.begin, post.database.read, secret, by="Calendar/1", now=post.now)


def events(post: Post, secret: str) -> list[Any]:
    return list(Calendar.from_ical(fetch(post, secret).body).walk("VEVENT"))


def titles(post: Post, secret: str) -> list[str]:
    return [str(found["SUMMARY"]) for found in events(post, secret)]


def test_a_patient_sees_what_is_booked_and_nothing_pencilled(both: Post) -> None:
    secret = subscribe(both)
    assert titles(both, secret) == []
    both.book(THURSDAY, Status.PENCILLED).book()
    (found,) = events(both, secret)
    assert (str(found["SUMMARY"]), str(found["UID"])) == ("Appointment", both.visit.uid)
    assert str(found["LOCATION"]) == "Lindenweg 4, Berlin"
    assert "DESCRIPTION" not in found
    assert found.walk("VALARM") == []


def test_a_cancelled_visit_stays_marked_until_a_week_after_its_start(both: Post) -> None:
    secret = subscribe(both)
    both.book().turn(Status.CANCELLED)
    both.book(THURSDAY, Status.PENCILLED).turn(Status.CANCELLED)
    (found,) = events(both, secret)
    assert (str(found["SUMMARY"]), str(found["STATUS"])) == ("Cancelled: Appointment", "CANCELLED")
    assert str(found["TRANSP"]) == "TRANSPARENT"
    both.now = datetime(2026, 11, 30, 22, 59, tzinfo=UTC)  # the last minute of the seventh day in Berlin
    assert len(titles(both, secret)) == 1
    assert titles(both.later(minutes=1), secret) == []


def test_visits_leave_the_feed_a_month_after_their_day(post: Post) -> None:
    secret = subscribe(post)
    post.book()
    post.now = datetime(2026, 12, 23, 22, 59, tzinfo=UTC)
    assert len(titles(post, secret)) == 1
    assert titles(post.later(minutes=1), secret) == []


def test_one_clinic_day_gives_the_same_bytes_and_one_statement(both: Post) -> None:
    secret = subscribe(both)
    both.book()
    first = fetch(both, secret)
    statements: list[str] = []
    listener = lambda *given: statements.append(given[2])  # noqa: E731
    event.listen(both.database.engine, "before_cursor_execute", listener)
    again = fetch(both.later(minutes=14), secret)
    event.remove(both.database.engine, "before_cursor_execute", listener)
    assert again == first
    assert [statement for statement in statements if not statement.startswith("BEGIN")] == statements[-1:]
    tomorrow = fetch(both.later(days=1), secret)
    assert tomorrow.etag != first.etag
    assert (tomorrow.body, tomorrow.modified_at) == (first.body, first.modified_at)


def test_a_change_makes_another_etag_and_a_later_date(post: Post) -> None:
    secret = subscribe(post)
    first = fetch(post.book(), secret)
    second = fetch(post.move(THURSDAY), secret)
    assert second.etag != first.etag
    assert second.modified_at == first.modified_at + timedelta(seconds=1)
    (found,) = Calendar.from_ical(second.body).walk("VEVENT")
    assert (found["SEQUENCE"], found["DTSTAMP"].dt) == (1, found["LAST-MODIFIED"].dt)


def test_a_change_of_the_practice_is_seen(post: Post) -> None:
    secret = subscribe(post)
    first = fetch(post.book(), secret)
    with post.database.begin() as unit:
        unit.connection.execute(update(location).values(address="Ulmenweg 1; hinten 🌳\rX:Y"))
        unit.connection.execute(update(practice).values(revision=2))
    second = fetch(post, secret)
    assert second.etag != first.etag
    assert "LOCATION:Ulmenweg 1\\; hinten 🌳 X:Y\r\n".encode() in second.body


def test_a_relative_reads_on_in_another_language_at_once(both: Post) -> None:
    one, other = both.world.patients
    with both.database.begin() as unit:
        relatives.relate(unit.connection, Relation(one, other))
        relatives.permit(unit.connection, one, other, allowed=True)
    asked = Subscription("her phone", relative="patient2", level=1)
    made = feeds.create(both.database.begin, "patient", "patient1", asked, actor=ACTOR, now=both.now)
    both.book()
    assert titles(both, made.secret) == ["Appointment"]
    with both.database.read() as unit:
        known = records.record(unit.connection, "patient2")
    speaks = replace(known.person, language="de")
    edit(both.database.begin, "patient2", speaks, known.choices, seen=known.version, actor=ACTOR, now=both.now)
    assert titles(both, made.secret) == ["Termin"]


def test_the_second_level_names_the_practice_and_its_phone(post: Post) -> None:
    secret = subscribe(post)
    post.patient(disclosure=2, alarm_minutes=1440).book()
    (found,) = events(post, secret)
    # "Needle" is what is treated with: the neutral name stands in.
    assert str(found["SUMMARY"]) == "Appointment, The Practice"
    assert str(found["DESCRIPTION"]) == "Phone +49 30 555 0100"
    assert found.walk("VALARM")[0]["TRIGGER"].dt == timedelta(days=-1)
    post.turn(Status.CANCELLED)
    assert events(post, secret)[0].walk("VALARM") == []


def test_the_third_level_has_the_aftercare_and_its_title_names_nothing(both: Post) -> None:
    secret = subscribe(both)
    both.patient(disclosure=3).book()
    (found,) = events(both, secret)
    told = str(found["DESCRIPTION"])
    assert str(found["SUMMARY"]) == "Appointment, The Practice"
    for part in ("When to get help now", "After", "Call us if", "112", "Phone +49 30 555 0100"):
        assert part in told
    assert len(told) <= 1500
    assert banned_terms(told, 3) == ()
    with both.database.begin() as unit:
        unit.connection.execute(update(location).values(emergency_number=""))
        unit.connection.execute(update(practice).values(revision=2))
    assert str(events(both, secret)[0]["DESCRIPTION"]) == "Phone +49 30 555 0100"


def test_without_notes_the_phone_stands_alone(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "load", tuple)
    secret = subscribe(post)
    post.patient(disclosure=3).book()
    assert str(events(post, secret)[0]["DESCRIPTION"]) == "Phone +49 30 555 0100"


def test_a_feed_can_show_less_than_its_patient_chose(post: Post) -> None:
    secret = subscribe(post)
    post.patient(disclosure=3).book()
    with post.database.begin() as unit:
        unit.connection.execute(update(feed).values(level=1))
    assert titles(post, secret) == ["Appointment"]


def test_summer_and_winter_stand_at_the_wall_time_that_was_promised(post: Post) -> None:
    secret = subscribe(post)
    post.book().book(at("2027-03-29", 10))
    shown = [(found["DTSTART"].params["TZID"], found["DTSTART"].dt.strftime("%H:%M")) for found in events(post, secret)]
    assert shown == [("Europe/Berlin", "10:00")] * 2


def test_a_therapist_sees_initials_rooms_and_absences(both: Post) -> None:
    secret = subscribe(both, "staff", "t1", "office")
    both.book().book(THURSDAY, Status.PENCILLED)
    with both.database.begin() as unit:
        away = {"public_id": "away1", "staff_id": both.world.staff[0], "kind": "sick"}
        span = {"starts_at": both.now + timedelta(days=9), "ends_at": both.now + timedelta(days=10)}
        unit.connection.execute(insert(absence).values(**away, **span))
        unit.connection.execute(update(patient).values(family_name="", given_names="").where(patient.c.id == 2))
    shown = [
        (str(found["SUMMARY"]), str(found["STATUS"]), str(found.get("LOCATION", ""))) for found in events(both, secret)
    ]
    assert shown == [("AA", "CONFIRMED", "Room 1"), ("AA", "TENTATIVE", "Room 1"), ("Away", "CONFIRMED", "")]
    assert both.visit.uid.encode() not in fetch(both, secret).body
    with both.database.begin() as unit:
        unit.connection.execute(update(appointment).values(status="no_show"))
    both.later(days=1)
    assert titles(both, secret) == ["Away"]


@pytest.mark.parametrize(("family", "named"), [("\ufeff\u200b", "Appointment"), ("\ufeffPaulsen", "Paulsen")])
def test_a_name_with_signs_that_nobody_sees_leaves_the_calendar_whole(post: Post, family: str, named: str) -> None:
    secret = subscribe(post, "staff", "t1", "office")
    post.book()
    with post.database.begin() as unit:
        unit.connection.execute(update(patient).values(family_name=family, given_names=""))
    assert titles(post, secret) == ["Appointment"]
    with post.database.begin() as unit:
        unit.connection.execute(update(practice).values(feed_titles="name"))
    post.later(days=1)
    assert titles(post, secret) == [named]


def test_a_revoked_feed_is_gone_like_one_that_never_was(both: Post) -> None:
    made = feeds.create(both.database.begin, "patient", "patient1", "iPhone", actor=ACTOR, now=both.now)
    fetch(both, made.secret)
    feeds.revoke(both.database.begin, made.public_id, actor=ACTOR, now=both.now)
    for secret in (made.secret, "unknown", ""):
        with pytest.raises(NotFound) as refused:
            fetch(both, secret)
        assert refused.value.params == {"what": "calendar"}
    assert both.rows(feed_bytes) == []
    assert [row.act for row in both.rows(audit)] == ["feed.created", "feed.revoked"]
    with pytest.raises(NotFound):
        feeds.revoke(both.database.begin, made.public_id, actor=ACTOR, now=both.now)


def test_secrets_are_stored_hashed_and_shown_in_no_text(post: Post) -> None:
    made = feeds.create(post.database.begin, "patient", "patient1", "iPhone", actor=ACTOR, now=post.now)
    assert made.secret not in repr(made)
    assert made.secret not in repr(post.rows(feed))
    assert feeds.address("https://clinic.test", made.secret) == f"https://clinic.test/feeds/{made.secret}.ics"
    assert feeds.webcal("https://clinic.test", made.secret) == f"webcal://clinic.test/feeds/{made.secret}.ics"


def test_the_last_reader_is_noted_at_most_every_quarter_of_an_hour(post: Post) -> None:
    secret = subscribe(post)
    noted = []
    for minutes in (0, 14, 1):
        fetch(post.later(minutes=minutes), secret)
        with post.database.read() as unit:
            noted.append(rows.of_patient(unit.connection, post.world.patients[0])[0].fetched_at)
    assert noted == [post.now - timedelta(minutes=15), post.now - timedelta(minutes=15), post.now]
    assert post.rows(feed)[0].fetched_by == "Calendar/1"


def test_a_feed_that_makes_no_sense_is_refused(post: Post) -> None:
    for kind, owner, name, error in (
        ("door", "room1", "x", Invalid),
        ("room", "nowhere", "x", NotFound),
        ("location", "nowhere", "x", NotFound),
        ("patient", "patient1", " ", Invalid),
        ("patient", "patient1", "n" * 65, Invalid),
        ("patient", "nobody", "x", NotFound),
        ("staff", "nobody", "x", NotFound),
    ):
        with pytest.raises(error):
            subscribe(post, kind, owner, name)
    with pytest.raises(Forbidden):
        feeds.create(
            post.database.begin, "patient", "patient1", "x", actor=replace(ACTOR, permissions=frozenset()), now=post.now
        )
    made = feeds.create(post.database.begin, "patient", "patient1", "iPhone", actor=ACTOR, now=post.now)
    with pytest.raises(Forbidden):
        feeds.revoke(post.database.begin, made.public_id, actor=Actor("account:x", frozenset()), now=post.now)


def test_nobody_needs_more_than_twenty(post: Post) -> None:
    for _ in range(feeds.MOST):
        subscribe(post)
    with pytest.raises(Invalid) as refused:
        subscribe(post)
    assert refused.value.code == "too_many_feeds"


def test_a_patient_without_a_practice_has_an_empty_feed(database: Database) -> None:
    post = Post(database, build(database))
    secret = subscribe(post)
    with database.begin() as unit:
        unit.connection.execute(practice.delete())
    assert titles(post, secret) == []
