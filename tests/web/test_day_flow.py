"""A visit's day on its panel: who he is, since when he waits, what is open, what still fits, and every step back."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from clinic.db.tables.courses import plan
from clinic.db.tables.messages import obligation
from clinic.db.tables.records import adverse_event, record, record_version
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain.time import instant_of
from tests.cared import ready
from tests.under_way import under_way
from tests.waiting import book
from tests.web.conftest import PASSWORD, Browser, Clock, Enter
from tests.web.test_boards import live
from tests.web.test_replan import visit_of
from tests.world import World, at, build

START = at("2026-11-23", 10)


@pytest.fixture
def world(sqlite_database: Database, clock: Clock) -> World:
    clock.at = instant_of(START) - timedelta(minutes=10)
    return build(sqlite_database)


@pytest.fixture
def visit(sqlite_database: Database, world: World) -> str:
    made = book(sqlite_database, world, START, 0)
    ready(sqlite_database, world.patients[0], instant_of(START).date())
    with sqlite_database.begin() as unit:
        unit.connection.execute(obligation.delete())
    return made


@pytest.fixture
def desk(world: World, signed_in: Enter) -> Browser:
    return signed_in("therapist")


def status(database: Database, visit: str) -> str:
    with database.read() as unit:
        query = select(appointment.c.status).where(appointment.c.public_id == visit)
        return str(unit.connection.execute(query).scalar_one())


def later(desk: Browser, clock: Clock, minutes: int) -> None:
    clock.wait(minutes=minutes)
    desk.send("/sign-in", login="therapist.0@clinic.test", password=PASSWORD)


def test_who_arrives_is_known_by_two_marks_and_is_seen_waiting(
    desk: Browser, sqlite_database: Database, clock: Clock, visit: str
) -> None:
    panel = desk.get(f"/visits/{visit}").text
    assert "Name and date of birth are right" in panel
    assert 'aria-keyshortcuts="A"' in panel
    refused = desk.send(f"/visits/{visit}/arrived", version="1")
    assert (refused.status_code, status(sqlite_database, visit)) == (400, "booked")
    assert "Ask for the name and the date of birth" in refused.text
    assert desk.send(f"/visits/{visit}/arrived", version="1", identified="1", key="a").status_code == 303
    later(desk, clock, 7)
    panel = desk.get(f"/visits/{visit}").text
    assert "Waits for 7 minutes, since 09:50." in panel
    assert "Not here after all" in panel


def test_the_board_tells_by_the_minute_how_long_somebody_waits(desk: Browser, clock: Clock, visit: str) -> None:
    day = f"/day/{instant_of(START).date()}"
    assert "wait" not in card(desk.get(day).text, visit)
    desk.send(f"/visits/{visit}/arrived", version="1", identified="1")
    later(desk, clock, 12)
    shown = desk.get(day).text
    assert "Arrived, waits for 12 minutes" in card(shown, visit)
    assert "<b>waits 12 min</b>" in card(shown, visit)
    again, mark = live(desk, day)
    known = {"If-None-Match": f'"{mark}"'}
    assert desk.get(again, headers=known).status_code == 304
    clock.wait(minutes=1)
    assert "waits for 13 minutes" in card(desk.get(again, headers=known).text, visit)
    desk.send(f"/visits/{visit}/start", version="2", needling="0")
    assert "wait" not in card(desk.get(day).text, visit)


def card(board: str, visit: str) -> str:
    """What the board says of it."""
    return board.partition(f'href="/visits/{visit}"')[2].partition("</li>")[0]


def test_every_step_of_the_day_leads_there_and_back_and_nobody_outside_hears_of_it(
    desk: Browser, sqlite_database: Database, visit: str
) -> None:
    address = f"/visits/{visit}"
    steps = [
        ("arrived", {"identified": "1"}, "arrived"),
        ("start", {"needling": "1"}, "in_session"),
        ("done", {}, "done"),
        ("back", {}, "in_session"),
        ("back", {}, "arrived"),
        ("back", {}, "booked"),
    ]
    for version, (step, fields, after) in enumerate(steps, 1):
        answer = desk.send(f"{address}/{step}", version=str(version), key=f"k{version}", **fields)
        assert (answer.status_code, status(sqlite_database, visit)) == (303, after), answer.text
    with sqlite_database.read() as unit:
        assert unit.connection.execute(select(obligation)).all() == []
        assert unit.connection.execute(select(appointment.c.arrived_at)).scalar_one() is None
    assert desk.send(f"{address}/back", version="7").status_code == 400


def test_what_is_done_in_a_sheet_leads_back_to_where_it_lay_and_nowhere_else(
    desk: Browser, sqlite_database: Database, world: World, visit: str
) -> None:
    """Before needling something is asked first: its page comes then."""
    board, own = "/day/2026-11-23?by=room", f"/visits/{visit}"
    arrived = desk.send(f"{own}/arrived", version="1", identified="1", back=board, key="a")
    assert arrived.headers["Location"] == f"{own}/check"
    undone = desk.send(f"{own}/back", version="2", back=f"{board}#elsewhere", key="b")
    assert undone.headers["Location"] == f"{board}#{visit}"
    assert "Undone." in desk.get(board).text
    for n, away in enumerate(("https://elsewhere.example/", "//elsewhere.example/", "")):
        desk.send(f"{own}/arrived", version=str(3 + 2 * n), identified="1", key=f"c{n}")
        left = desk.send(f"{own}/back", version=str(4 + 2 * n), back=away, key=f"d{n}")
        assert left.headers["Location"] == own
    refused = desk.send(f"{own}/cancel", version="9", back=board, key="e")
    assert refused.status_code == 400
    assert f'name="back" value="{board}"' in refused.text


def test_who_had_confirmed_has_confirmed_again(desk: Browser, sqlite_database: Database, visit: str) -> None:
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(appointment).values(status="confirmed", answer="accepted"))
    desk.send(f"/visits/{visit}/arrived", version="1", identified="1")
    desk.send(f"/visits/{visit}/back", version="2")
    assert status(sqlite_database, visit) == "confirmed"


def test_what_was_begun_without_needling_or_is_signed_stays(
    desk: Browser, sqlite_database: Database, visit: str, clock: Clock
) -> None:
    desk.send(f"/visits/{visit}/arrived", version="1", identified="1")
    desk.send(f"/visits/{visit}/start", version="2", needling="0")
    assert "begun without its needling" in desk.send(f"/visits/{visit}/back", version="3").text
    desk.send(f"/visits/{visit}/done", version="3")
    with sqlite_database.begin() as unit:
        patient_id = unit.connection.execute(select(appointment.c.patient_id)).scalar_one()
        kept = {"id": 1, "public_id": "r1", "patient_id": patient_id, "appointment_id": 1, "status": "signed"}
        unit.connection.execute(insert(record).values(kept))
        signed = {"record_id": 1, "number": 1, "body": {}, "text": "", "actor": "x", "written_at": clock()}
        unit.connection.execute(insert(record_version).values(signed))
    assert "The record is signed" in desk.send(f"/visits/{visit}/back", version="4").text


@pytest.mark.parametrize(
    ("kind", "after", "leads"),
    [("assessment", "done", True), ("assessment", "arrived", False), ("single", "done", False)],
)
def test_after_an_assessment_the_course_is_planned(
    desk: Browser, sqlite_database: Database, visit: str, kind: str, after: str, leads: bool
) -> None:
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(appointment).values(kind=kind, status=after))
    panel = desk.get(f"/visits/{visit}").text
    assert ('href="/courses/new?patient=patient1" aria-keyshortcuts="N"' in panel) == leads


def test_a_step_ahead_of_its_day_is_not_offered(desk: Browser, sqlite_database: Database, world: World) -> None:
    tomorrow = book(sqlite_database, world, START + 24 * 12, 0)
    panel = desk.get(f"/visits/{tomorrow}").text
    assert "Name and date of birth" not in panel
    assert "/late" not in panel


def test_of_a_late_visit_the_rest_fits_or_all_of_it_later(
    desk: Browser, sqlite_database: Database, clock: Clock, visit: str
) -> None:
    later(desk, clock, 30)
    assert f'href="/visits/{visit}/late"' in desk.get(f"/visits/{visit}").text
    page = desk.get(f"/visits/{visit}/late").text
    assert "20 minutes late. 25 of 45 minutes are left, until 10:45:" in page
    assert "Here now, take it shorter" in page
    spot = page.partition('name="start" value="')[2].partition('"')[0]
    moved = desk.send(f"/visits/{visit}/move", version="1", start=spot)
    assert moved.headers["Location"] == f"/visits/{visit}"
    later(desk, clock, 600)
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(appointment).values(status="arrived"))
    assert desk.get(f"/visits/{visit}/late").status_code == 400


def test_when_nothing_fits_today_another_day_is_looked_for(desk: Browser, clock: Clock, visit: str) -> None:
    later(desk, clock, 60 * 9)
    page = desk.get(f"/visits/{visit}/late").text
    assert "Nothing of the time is left." in page
    assert "No time is free today" in page
    assert "Another day…" in page


def test_alarms_and_what_no_payer_covers_are_said_with_the_way_to_them(
    desk: Browser, sqlite_database: Database, world: World, clock: Clock
) -> None:
    course = under_way(sqlite_database, world, ("booked", 3), ("booked", 8))
    second = visit_of(sqlite_database, course, 2)
    assert "adverse event of this patient" not in desk.get(f"/visits/{second}").text
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(plan).values(authorised_visits=1))
        about = {"public_id": "e1", "patient_id": world.patients[0], "kind": "other", "grade": "mild", "status": "open"}
        told = {"onset_at": clock(), "recorded_at": clock(), "actor": "x", "alarm": True}
        unit.connection.execute(insert(adverse_event).values(**about, **told))
    panel = desk.get(f"/visits/{second}").text
    assert "An adverse event of this patient waits to be acknowledged." in panel
    assert 'href="/events"' in panel
    assert "authorised fewer visits" in panel
    assert "authorised fewer visits" not in desk.get(f"/visits/{visit_of(sqlite_database, course, 1)}").text
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(plan).values(authorised_visits=None, authorised_until=clock().date()))
    assert "after the last day that the payer authorised" in desk.get(f"/visits/{second}").text
