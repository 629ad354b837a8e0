"""Adverse events: recorded, acknowledged by name, closed; what cannot wait is a task."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from clinic.db.access.idempotency import Once
from clinic.db.care import events
from clinic.db.care.events import EventLine
from clinic.db.tables.access import audit
from clinic.db.tables.messages import task
from clinic.db.tables.practice import location
from clinic.db.unit import Database
from clinic.domain.access.actors import Actor
from clinic.domain.care.events import Event, Grade, Kind
from clinic.domain.errors import Forbidden, Invalid, NotFound, Stale
from clinic.services.care.events import acknowledge, close, happened
from tests.db.test_records import visit_on
from tests.world import ACTOR, NOW, World


@pytest.fixture
def visit(database: Database, world: World) -> str:
    return visit_on(database, world)


def event(kind: Kind = Kind.BRUISE, onset_at: datetime = NOW, **more: Any) -> Event:
    return Event(kind, more.pop("grade", Grade.MILD), onset_at, **more)


def told(database: Database, visit: str, kind: Kind, **more: Any) -> str:
    return happened(database.begin, visit, event(kind, **more), actor=ACTOR, now=NOW)


def line(database: Database, public_id: str) -> EventLine:
    with database.read() as unit:
        return events.event(unit.connection, public_id)


def tasks_of(database: Database, state: str = "open") -> dict[str, Any]:
    with database.read() as unit:
        query = select(task.c.kind, task.c.detail).where(task.c.state == state)
        return {row.kind: row.detail for row in unit.connection.execute(query)}


def test_what_settles_by_itself_is_listed_and_nobody_is_called(database: Database, visit: str) -> None:
    found = line(database, told(database, visit, Kind.BRUISE, note="a coin's size"))
    assert (found.kind, found.therapist, found.visit, found.waits) == ("bruise", "B. Lindqvist", visit, False)
    assert tasks_of(database) == {}
    close(database.begin, found.public_id, "gone", version=1, actor=ACTOR, now=NOW)
    assert line(database, found.public_id).outcome == "gone"


def test_an_alarm_waits_for_somebody_with_a_name(database: Database, visit: str) -> None:
    public_id = told(database, visit, Kind.BREATHLESS)
    assert list(tasks_of(database)) == ["event_alarm"]
    with pytest.raises(Invalid, match="event_unacknowledged"):
        close(database.begin, public_id, "fine", version=1, actor=ACTOR, now=NOW)
    acknowledge(database.begin, public_id, version=1, actor=ACTOR, now=NOW)
    found = line(database, public_id)
    assert (found.waits, found.acknowledged_by, found.acknowledged_at) == (False, ACTOR.name, NOW)
    assert tasks_of(database) == {}
    close(database.begin, public_id, "fine", version=2, actor=ACTOR, now=NOW)
    for act in (acknowledge, lambda *given, **more: close(*given, "again", **more)):
        with pytest.raises(Invalid, match="event_closed"):
            act(database.begin, public_id, version=3, actor=ACTOR, now=NOW)


@pytest.mark.parametrize(
    ("jurisdiction", "due", "detail"),
    [
        ("US-FL", date(2026, 12, 5), {"code": "incident_due", "on": "2026-12-05"}),
        ("DE-BE", None, {"code": "incident_undated"}),
    ],
)
def test_a_transfer_to_hospital_is_an_incident_with_its_deadline(
    database: Database, visit: str, jurisdiction: str, due: date | None, detail: dict[str, str]
) -> None:
    with database.begin() as unit:
        unit.connection.execute(update(location).values(jurisdiction=jurisdiction))
    public_id = told(database, visit, Kind.FAINT, hospital=True)
    found = line(database, public_id)
    assert (found.incident, found.jurisdiction, found.report_by) == (True, jurisdiction, due)
    assert tasks_of(database) == {"event_alarm": {}, "event_incident": detail}
    acknowledge(database.begin, public_id, version=1, actor=ACTOR, now=NOW)
    assert list(tasks_of(database)) == ["event_incident"]
    close(database.begin, public_id, "reported", version=2, actor=ACTOR, now=NOW)
    assert tasks_of(database) == {}


def test_an_event_is_recorded_once_however_often_its_form_comes(database: Database, visit: str) -> None:
    form = Once("account:x", "k", "d")
    first, second = (
        happened(database.begin, visit, event(Kind.NERVE), actor=ACTOR, once=form, now=NOW) for _ in range(2)
    )
    assert first == second
    with database.read() as unit:
        assert len(events.listed(unit.connection, closed=False, most=9)) == 1


def test_what_nobody_has_acknowledged_comes_first(database: Database, visit: str) -> None:
    alarm = told(database, visit, Kind.INFECTION)
    later = told(database, visit, Kind.BRUISE)
    with database.read() as unit:
        assert [each.public_id for each in events.listed(unit.connection, closed=False, most=9)] == [alarm, later]
        assert events.count(unit.connection, closed=False) == 2
        assert events.listed(unit.connection, closed=True, most=9) == ()


def test_what_makes_no_sense_or_is_not_allowed_leaves_nothing(database: Database, visit: str) -> None:
    with pytest.raises(Invalid, match="event_ahead"):
        happened(database.begin, visit, event(onset_at=NOW + timedelta(minutes=1)), actor=ACTOR, now=NOW)
    with pytest.raises(NotFound):
        happened(database.begin, "nobody", event(), actor=ACTOR, now=NOW)
    with pytest.raises(Forbidden):
        happened(database.begin, visit, event(), actor=Actor("account:desk", frozenset()), now=NOW)
    with pytest.raises(NotFound):
        acknowledge(database.begin, "nobody", version=1, actor=ACTOR, now=NOW)
    with database.read() as unit:
        assert events.count(unit.connection, closed=False) == 0


def test_who_saw_another_state_of_it_changes_nothing(database: Database, visit: str) -> None:
    public_id = told(database, visit, Kind.NERVE)
    acknowledge(database.begin, public_id, version=1, actor=ACTOR, now=NOW)
    with pytest.raises(Stale):
        close(database.begin, public_id, "x", version=1, actor=ACTOR, now=NOW)
    with pytest.raises(Invalid, match="event_outcome"):
        close(database.begin, public_id, " ", version=2, actor=ACTOR, now=NOW)


def test_the_audit_trail_and_the_tasks_say_nothing_of_health(database: Database, visit: str) -> None:
    told(database, visit, Kind.NERVE, note="left arm", hospital=True)
    with database.read() as unit:
        kept = [str(row) for row in unit.connection.execute(select(audit.c.act, audit.c.detail))]
        raised = [str(row) for row in unit.connection.execute(select(task.c.key, task.c.detail, task.c.note))]
    assert not any(word in said for said in kept + raised for word in ("nerve", "arm'", "hospital"))
