"""A visit that is given up: alone, or together with a new date for its session."""

import re

import pytest
from sqlalchemy import select, update

from clinic.db.tables.access import audit
from clinic.db.tables.courses import plan
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from tests.under_way import day, under_way
from tests.web.conftest import Browser
from tests.web.test_replan import days_of, form, visit_of
from tests.world import World

WHY = {"version": "1", "reason": "patient_ill", "note": "flu"}


@pytest.fixture
def course(sqlite_database: Database, world: World) -> str:
    return under_way(sqlite_database, world, ("done", -3), ("booked", 3), ("booked", 7), ("booked", 11), ("booked", 17))


def status_of(database: Database, visit: str) -> tuple[str, str]:
    query = select(appointment.c.status, appointment.c.cancel_reason).where(appointment.c.public_id == visit)
    with database.read() as unit:
        return tuple(unit.connection.execute(query).one())  # type: ignore[return-value]


def test_a_visit_is_cancelled_and_its_session_gets_a_new_date_with_one_stroke(
    desk: Browser, sqlite_database: Database, course: str
) -> None:
    visit = visit_of(sqlite_database, course, 3)
    address = f"/visits/{visit}/cancel"
    assert f'formaction="{address}/rest"' in desk.get(address).text
    page = desk.send(f"{address}/rest", **WHY)
    assert page.status_code == 200
    assert "1 visit gets a date" in page.text
    assert "<s>Fri 27 Nov, 10:00, B. Lindqvist</s>" in page.text
    assert status_of(sqlite_database, visit) == ("booked", "")
    fields = form(page, address)
    assert desk.send(f"{address}/all", **fields).headers["Location"] == f"/courses/{course}"
    assert status_of(sqlite_database, visit) == ("cancelled", "patient_ill: flu")
    assert days_of(sqlite_database, course) == [-3, 3, 7, 11, 17]
    assert visit_of(sqlite_database, course, 3) != visit
    assert desk.send(f"{address}/all", **fields).status_code == 303
    with sqlite_database.read() as unit:
        acts = unit.connection.execute(select(audit.c.act).order_by(audit.c.id)).scalars().all()
    assert acts[-2:] == ["visit.cancelled", "visit.book"]


def test_why_it_is_cancelled_is_asked_before_anything_is_shown(
    desk: Browser, sqlite_database: Database, course: str
) -> None:
    address = f"/visits/{visit_of(sqlite_database, course, 3)}/cancel"
    for way in ("rest", "all"):
        answer = desk.send(f"{address}/{way}", version="1")
        assert answer.status_code == 400
        assert "Choose why the visit is cancelled" in answer.text


def test_what_was_seen_must_still_be_so_or_nothing_is_written(
    desk: Browser, sqlite_database: Database, course: str
) -> None:
    visit = visit_of(sqlite_database, course, 3)
    address = f"/visits/{visit}/cancel"
    fields = form(desk.send(f"{address}/rest", **WHY), address)
    elsewhere = desk.send(f"{address}/all", **{**fields, "expect": fields["expect"][1:]})
    assert elsewhere.status_code == 409
    assert "Somebody has that time now" in elsewhere.text
    with sqlite_database.begin() as unit:
        moved_on = update(appointment).where(appointment.c.public_id == visit).values(version=2)
        unit.connection.execute(moved_on)
    assert desk.send(f"{address}/all", **fields).status_code == 409
    assert status_of(sqlite_database, visit) == ("booked", "")


def test_where_no_date_is_found_it_is_said_and_the_visit_can_go_alone(
    desk: Browser, sqlite_database: Database, course: str
) -> None:
    visit = visit_of(sqlite_database, course, 3)
    address = f"/visits/{visit}/cancel"
    page = desk.send(f"{address}/rest", **WHY, gap_after="30", keep=["2"])
    assert "cannot be placed" in page.text
    assert f'formaction="{address}/all"' not in page.text
    assert "What would help" in page.text
    assert desk.send(address, **form(page, address)).status_code == 303
    assert status_of(sqlite_database, visit) == ("cancelled", "patient_ill: flu")
    assert desk.send(f"{address}/rest", **WHY).status_code == 400


def test_a_longer_gap_before_the_new_date_takes_its_reason(
    desk: Browser, sqlite_database: Database, course: str
) -> None:
    address = f"/visits/{visit_of(sqlite_database, course, 2)}/cancel"
    fields = form(desk.send(f"{address}/rest", **WHY, gap_after="10"), address)
    unsaid = desk.send(f"{address}/all", **fields)
    assert unsaid.status_code == 400
    assert 'id="why-fault"' in unsaid.text
    assert desk.send(f"{address}/all", **fields, why="flare").status_code == 303
    assert "At least 10 days after the visit before: flare" in desk.get(f"/courses/{course}").text


@pytest.mark.parametrize("asked", [{"gap_after": "soon"}, {"gap_after": "0"}, {"relax": "unpin:9:"}])
def test_what_cannot_be_asked_is_said_above_the_rest_as_it_is(
    desk: Browser, sqlite_database: Database, course: str, asked: dict[str, str]
) -> None:
    page = desk.send(f"/visits/{visit_of(sqlite_database, course, 3)}/cancel/rest", **WHY, **asked)
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert "1 visit gets a date" in page.text


def test_a_course_that_is_over_gets_no_new_date(desk: Browser, sqlite_database: Database, course: str) -> None:
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(plan).values(status="stopped", latest_on=day(40)))
    answer = desk.send(f"/visits/{visit_of(sqlite_database, course, 3)}/cancel/rest", **WHY)
    assert answer.status_code == 400
    assert re.search(r'role="alert"', answer.text)
