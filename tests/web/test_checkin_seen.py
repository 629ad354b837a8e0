"""What staff sees of what patients say after a visit: with the record, on the therapist's day, among the events."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from clinic.content.checkin import load
from clinic.db.messages.seals import add_link
from clinic.db.tables.records import adverse_event, check_in
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.care.checkin import CheckIn, Since
from clinic.domain.practice.body import Region
from clinic.domain.practice.modality import Modality
from clinic.domain.time import instant_of
from clinic.domain.visits.visit import Visit
from clinic.services.access.sessions import hashed
from clinic.services.messages import checkins
from clinic.services.messages.checkins import Sent
from tests.under_way import under_way
from tests.web.conftest import Clock, Enter
from tests.world import NOW, World, build

SIGNS = load().signs
SAID = CheckIn(
    3, 4, felt=(SIGNS["ache"], SIGNS["nausea"]), regions=(Region.NECK,), since=Since.NEXT_DAY, words="At breakfast"
)


@pytest.fixture
def world(sqlite_database: Database, clock: Clock) -> World:
    clock.at = NOW
    made = build(sqlite_database)
    under_way(sqlite_database, made, ("done", -3), ("booked", 0), modality=Modality.DRY_NEEDLING, hour=14)
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(appointment).where(appointment.c.id == 2).values(status="booked"))
    return made


def visits(database: Database, world: World) -> tuple[Visit, ...]:
    with database.read() as unit:
        return loads.of_patient(unit.connection, world.patients[0])


def give(database: Database, world: World, answers: CheckIn, number: int = 0) -> str:
    """What the patient says a day after his first visit; its public id."""
    visit = min(visits(database, world), key=lambda one: one.starts)
    at = instant_of(visit.ends) + timedelta(hours=24)
    with database.begin() as unit:
        add_link(unit.connection, visit.id, hashed(f"secret{number}"), now=at, expires_at=at + timedelta(days=3))
    sent = Sent(f"secret{number}", date(1980, 3, 1), 24, number, None, "r1")
    checkins.give(database.begin, sent, answers, now=at)
    return visit.public_id


def test_it_stands_with_the_record_and_what_may_be_an_event_is_graded_there(
    signed_in: Enter, sqlite_database: Database, world: World
) -> None:
    visit, therapist = give(sqlite_database, world, SAID), signed_in("therapist")
    give(sqlite_database, world, CheckIn(1, 1, elsewhere=True), number=1)
    page = therapist.get(f"/visits/{visit}/record").text
    assert "Check-in at 24 hours: no sign of danger; An ache like after exercise, Nausea; Neck; The day after" in page
    assert "Check-in at 24 hours, added to: no sign of danger; elsewhere than treated" in page
    assert page.count("Grade as an event") == 1, "an ache is none"
    form = therapist.get(
        page.partition(f'href="/visits/{visit}/event?')[2]
        .partition('"')[0]
        .join((f"/visits/{visit}/event?", ""))
        .replace("&amp;", "&")
    )
    assert 'value="nausea" checked' in form.text
    assert 'value="neck" selected' in form.text
    assert "checked" in form.text


def test_who_may_not_read_records_sees_none_of_it(signed_in: Enter, sqlite_database: Database, world: World) -> None:
    visit, desk = give(sqlite_database, world, SAID), signed_in("front desk")
    assert desk.get(f"/visits/{visit}/record").status_code == 403
    assert "At breakfast" not in desk.get(f"/visits/{visit}").text
    assert "Nausea" not in desk.get("/tasks").text
    assert "A patient told of something after a visit" in desk.get("/tasks").text


def test_the_therapist_reads_it_before_the_next_visit(
    signed_in: Enter, sqlite_database: Database, world: World
) -> None:
    assert "Told after the last visit" not in signed_in("therapist").get("/today").text
    give(sqlite_database, world, SAID)
    page = signed_in("therapist").get("/today").text
    assert "Told after the last visit: After 24 hours: pain 3, soreness 4, At breakfast. As expected" in page


def test_an_alarm_is_graded_by_whoever_acknowledges_it(
    signed_in: Enter, sqlite_database: Database, world: World
) -> None:
    visit, therapist = give(sqlite_database, world, CheckIn(alarms=(SIGNS["fever"],))), signed_in("therapist")
    assert "Alarm: Fever" in therapist.get(f"/visits/{visit}/record").text
    page = therapist.get("/events").text
    assert "the patient" in page
    assert 'value="severe" selected' in page
    with sqlite_database.read() as unit:
        (event,) = unit.connection.execute(adverse_event.select()).all()
        assert unit.connection.execute(check_in.select()).one().alarm

    def know(**more: Any) -> int:
        sent = {"version": event.version, "key": f"k{more}"}
        return therapist.send(f"/events/{event.public_id}/acknowledge", **sent | more).status_code

    assert know(grade="terrible") == 400
    assert know(grade="moderate") == 303
    with sqlite_database.read() as unit:
        assert unit.connection.execute(adverse_event.select()).one().grade == "moderate"
    assert 'name="grade"' not in therapist.get("/events").text
