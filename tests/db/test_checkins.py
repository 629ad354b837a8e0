"""When patients are asked how they are after needling, and what becomes of what they say, in the database."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from clinic.content.checkin import load
from clinic.db.messages import followed
from clinic.db.tables.messages import task
from clinic.db.tables.records import adverse_event, check_in, record, response
from clinic.db.tables.visits import appointment, segment
from clinic.db.unit import Database
from clinic.domain.access.actors import Actor
from clinic.domain.access.permissions import granted
from clinic.domain.care.checkin import CheckIn
from clinic.domain.care.events import Event, Grade, Kind
from clinic.domain.errors import Invalid, Stale
from clinic.domain.messages.terms import banned_terms
from clinic.domain.time import instant_of
from clinic.services.care.events import acknowledge, close, happened
from clinic.services.messages import checkins
from clinic.services.messages.checkins import Sent
from clinic.services.messages.reminding import plan_due
from clinic.services.messages.seal import Sealing
from tests.db.post import MONDAY
from tests.db.test_reminding import ADA, Practice
from tests.world import build

DAY = 288
BORN = date(1980, 3, 1)
THERAPIST = Actor("account:1", granted("therapist"))
SIGNS = load().signs


@pytest.fixture
def there(database: Database) -> Practice:
    return Practice(database, build(database))


def token(there: Practice) -> str:
    return there.pages[-1].text.partition("/v/")[2].split("/")[0].split()[0]


def test_how_he_is_is_asked_on_three_days_after_the_first_needling_with_help_beside_it(there: Practice) -> None:
    there.book().run().done()
    for days in (0, 1, 2, 3, 4):
        there.at(MONDAY + 9 + days * DAY).plan()
        there.later(minutes=10).plan()
    asked = "How are you after your appointment on Monday 23 November?"
    assert there.told == ["After your appointment on Monday 23 November", asked, asked, asked]
    page = there.pages[-1]
    assert "/today" in page.text
    assert "112" in page.text
    assert banned_terms(page.subject + page.text, 1) == ()
    assert {row.recipient for row in there.notices} == {ADA}


def test_by_text_the_question_and_urgent_help_stand_in_the_message(there: Practice) -> None:
    there.who(channel="text", phone="+49 30 1").book().run().done()
    there.at(MONDAY + 9 + DAY).plan()
    payload = there.notices[-1].payload.decode()
    assert "How are you today? https://clinic.test/v/" in payload
    assert "112" in payload


def test_a_text_that_asks_ends_its_question_once(there: Practice) -> None:
    there.who(channel="text", phone="+49 30 1").book().run().done()
    there.at(MONDAY + 9).plan()
    there.at(MONDAY + 9 + DAY).plan()
    text = json.loads(there.notices[-1].payload)["text"]
    assert text.startswith("The Practice: How are you after your appointment on Monday 23 November?\n")


@pytest.mark.parametrize("how", ["undone", "cancelled", "no letters", "dead"])
def test_what_was_planned_is_dropped_where_it_holds_no_longer(there: Practice, how: str) -> None:
    there.book().run().done().at(MONDAY + 9 + 2 * DAY)
    assert plan_due(there.database.begin, there.database.read, now=there.now) == 1
    if how in ("undone", "cancelled"):
        there.done("confirmed" if how == "undone" else "cancelled")
    else:
        there.who(**({"deceased": True} if how == "dead" else {"aftercare": False}))
    assert there.seal() == Sealing(dropped=1)


def test_a_check_in_that_waited_too_long_is_dropped(there: Practice) -> None:
    there.book().run().done().at(MONDAY + 9 + 2 * DAY)
    plan_due(there.database.begin, there.database.read, now=there.now)
    assert there.later(hours=13).seal() == Sealing(dropped=1)


def needled(there: Practice, *changes: dict[str, Any]) -> list[tuple[int, ...]]:
    """After visits a week apart that took place, one a change: how often is asked after each."""
    for week, values in enumerate(changes):
        there.book(MONDAY + week * 7 * DAY)
        with there.database.begin() as unit:
            done = update(appointment).where(appointment.c.id == week + 1)
            unit.connection.execute(done.values(status="done", **values))
    with there.database.read() as unit:
        found = followed.checks(unit.connection, [there.world.patients[0]])
    return [found.get(week, ()) for week in range(1, len(changes) + 1)]


def test_a_region_that_is_known_is_asked_about_once_and_a_new_one_on_three_days(there: Practice) -> None:
    knee = {"targets": [["knee", "left", ""]]}
    assert needled(there, {}, {}, knee, knee) == [(24, 48, 72), (48,), (24, 48, 72), (48,)]
    with there.database.read() as unit:
        assert followed.checks(unit.connection, []) == {}


def test_a_flare_and_the_visit_after_it_are_asked_about_on_three_days(there: Practice) -> None:
    needled(there, {}, {}, {}, {})
    told = {"appointment_id": 2, "hours": 48, "pain": 6, "signs": [], "actor": "x", "told_at": there.now}
    typed = {"public_id": "r", "patient_id": there.world.patients[0], "appointment_id": 2, "status": "open"}
    with there.database.begin() as unit:
        unit.connection.execute(insert(response), told)
        unit.connection.execute(insert(record), typed | {"draft": {"pain_before": 3}, "drafted_at": there.now})
        unit.connection.execute(update(segment).where(segment.c.appointment_id == 4).values(modalities=["exercise"]))
    with there.database.read() as unit:
        found = followed.checks(unit.connection, [there.world.patients[0]])
    assert found == {1: (24, 48, 72), 2: (24, 48, 72), 3: (24, 48, 72)}, "the fourth was without needles"


def give(there: Practice, *signs: str, number: int = 0, **said: Any) -> checkins.Open:
    sent = Sent(token(there), BORN, 24, number, None, "r1")
    found = tuple(SIGNS[name] for name in signs)
    alarms, felt = (tuple(one for one in found if one.alarm is alarm) for alarm in (True, False))
    answers = CheckIn(**({"pain": 2, "soreness": 1} | said), alarms=alarms, felt=felt)
    return checkins.give(there.database.begin, sent, answers, now=there.now)


@pytest.fixture
def asked(there: Practice) -> Practice:
    there.book().run().done().at(MONDAY + 9 + DAY).plan()
    return there


def tasks(there: Practice) -> list[str]:
    return sorted(row.kind for row in there.rows(task) if row.state == "open")


def test_an_alarm_holds_the_needling_ahead_until_its_event_is_closed(asked: Practice) -> None:
    asked.book(MONDAY + 7 * DAY)
    give(asked, "numbness", "fever")
    assert tasks(asked) == ["event_alarm", "event_alarm", "needling_held"]
    with asked.database.read() as unit:
        lines = [row.public_id for row in unit.connection.execute(adverse_event.select())]
    for line in lines:
        acknowledge(asked.database.begin, line, Grade.MILD, version=1, actor=THERAPIST, now=asked.now)
        close(asked.database.begin, line, "Seen by a doctor", version=2, actor=THERAPIST, now=asked.now)
    assert tasks(asked) == []
    assert {row.grade for row in asked.rows(adverse_event)} == {"mild"}


def test_whoever_acknowledges_grades_and_what_is_serious_becomes_an_incident(asked: Practice) -> None:
    give(asked, "breathing")
    (event,) = asked.rows(adverse_event)
    assert (event.grade, event.incident) == ("severe", False)
    acknowledge(asked.database.begin, event.public_id, Grade.SERIOUS, version=1, actor=THERAPIST, now=asked.now)
    (event,) = asked.rows(adverse_event)
    assert (event.grade, event.incident, event.acknowledged_by) == ("serious", True, THERAPIST.name)
    assert tasks(asked) == ["event_incident"]


def test_what_is_no_alarm_waits_for_somebody_until_it_is_graded_as_an_event(asked: Practice) -> None:
    give(asked, "nausea")
    assert tasks(asked) == ["checkin_signs"]
    event = Event(Kind.NAUSEA, Grade.MILD, asked.now)
    happened(asked.database.begin, asked.public_id, event, actor=THERAPIST, now=asked.now)
    assert tasks(asked) == []


def test_an_answer_that_was_given_meanwhile_is_not_written_over_and_an_alarm_is_always_kept(asked: Practice) -> None:
    give(asked)
    with pytest.raises(Stale):
        give(asked)
    give(asked, "fever")
    give(asked, number=2)
    assert [(row.number, row.alarm) for row in asked.rows(check_in)] == [(1, False), (2, True), (3, False)]


def test_the_wrong_date_of_birth_keeps_nothing(asked: Practice) -> None:
    sent = Sent(token(asked), BORN + timedelta(days=1), 24, 0, None, "r1")
    with pytest.raises(Invalid, match="birth_date_other"):
        checkins.give(asked.database.begin, sent, CheckIn(1, 1), now=asked.now)
    assert asked.rows(check_in) == []
    assert instant_of(MONDAY) < asked.now
