"""The rest of a course placed anew, as the desk sees it."""

import re
from dataclasses import replace
from html import unescape

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from clinic.db.courses import reads
from clinic.db.tables.courses import plan
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain.time import instant_of
from clinic.engine.placement import place
from tests.under_way import day, under_way
from tests.web.conftest import Browser, Enter
from tests.world import World


def form(page: TestResponse, to: str) -> dict[str, list[str]]:
    """The hidden fields of the form that goes there."""
    (whole,) = re.findall(rf'<form[^>]*method="post" action="{re.escape(to)}".*?</form>', page.text, re.DOTALL)
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', whole):
        if name != "csrf_token":
            found.setdefault(name, []).append(unescape(value))
    return found


def days_of(database: Database, course: str) -> list[int | None]:
    """Of each session's visit the days from today."""
    with database.read() as unit:
        rows = reads.sessions(unit.connection, reads.plan_row(unit.connection, course).id)
    return [None if row.starts is None else (instant_of(row.starts).date() - day(0)).days for row in rows]


def visit_of(database: Database, course: str, ordinal: int) -> str:
    with database.read() as unit:
        rows = reads.sessions(unit.connection, reads.plan_row(unit.connection, course).id)
    return str(rows[ordinal - 1].visit)


def shown(page: TestResponse) -> list[str]:
    """The words of the table, a line for each visit."""
    rows = re.findall(r"<tr>(.*?)</tr>", page.text.partition("<tbody>")[2], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in rows]


def test_what_has_no_date_gets_one_and_what_must_move_moves(
    desk: Browser, sqlite_database: Database, world: World
) -> None:
    course = under_way(sqlite_database, world, ("done", -3), ("cancelled", 4), ("booked", 5), ("booked", 10))
    address = f"/courses/{course}/replan"
    assert address in desk.get(f"/courses/{course}").text
    assert address in desk.get("/worklist").text
    page = desk.get(address)
    assert "1 visit moves, 1 visit gets a date, 1 visit stays" in page.text
    assert shown(page)[2].endswith("Stays")
    written = desk.send(address, **form(page, address))
    assert written.status_code == 303
    assert days_of(sqlite_database, course) == [-3, 3, 6, 10]
    assert desk.send(address, **form(page, address)).status_code == 303
    assert "Nothing has to change" in desk.get(address).text


def test_a_rest_that_is_not_proven_impossible_says_so(
    desk: Browser, sqlite_database: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = under_way(sqlite_database, world, ("done", -1), ("booked", 3), ("booked", 7), ("booked", 14))
    monkeypatch.setattr("clinic.services.courses.reflow.place", lambda request: replace(place(request), proven=False))
    kept = desk.get(f"/courses/{course}/replan?gap_after=6&keep=3")
    assert "Session 3 is the furthest that it did not reach" in kept.text


def test_a_flare_widens_the_next_gap_and_visits_can_be_kept(
    desk: Browser, sqlite_database: Database, world: World
) -> None:
    course = under_way(sqlite_database, world, ("done", -1), ("booked", 3), ("booked", 7), ("booked", 14))
    address = f"/courses/{course}/replan"
    wider = desk.get(f"{address}?gap_after=6")
    assert "2 visits move, 1 visit stays" in wider.text
    kept = desk.get(f"{address}?gap_after=6&keep=3")
    assert "Visit 3 cannot be placed" in kept.text
    assert "one may exist" not in kept.text
    assert "Move all of these" not in kept.text
    (way,) = set(re.findall(r'name="relax" value="(unpin:3:)"', kept.text))
    again = desk.get(f"{address}?gap_after=6&keep=3&relax={way}")
    assert 'value="unpin:3:" checked' in again.text
    unsaid = desk.send(address, **form(again, address))
    assert unsaid.status_code == 400
    assert "Say why the next gap is to be longer" in unsaid.text
    assert desk.send(address, **form(again, address), reason="flare").status_code == 303
    assert days_of(sqlite_database, course) == [-1, 5, 10, 14]


def test_a_longer_gap_is_kept_though_nothing_moves_and_is_shown_from_then_on(
    desk: Browser, sqlite_database: Database, world: World
) -> None:
    course = under_way(sqlite_database, world, ("done", -1), ("booked", 6), ("booked", 10))
    address = f"/courses/{course}/replan"
    page = desk.get(f"{address}?gap_after=7")
    assert "Keep this gap" in page.text
    assert desk.send(address, **form(page, address), reason="flare after visit 1").status_code == 303
    said = "At least 7 days after the visit before: flare after visit 1"
    assert said in desk.get(f"/courses/{course}").text
    assert said in desk.get(address).text
    assert "Nothing has to change" in desk.get(f"{address}?gap_after=7").text


@pytest.mark.parametrize(
    "asked", ["gap_after=soon", "gap_after=0", "gap_after=9999", "relax=nonsense", "relax=unpin:9:"]
)
def test_what_cannot_be_asked_is_said_above_the_course_as_it_is(
    desk: Browser, sqlite_database: Database, world: World, asked: str
) -> None:
    course = under_way(sqlite_database, world, ("done", -1), ("booked", 3))
    page = desk.get(f"/courses/{course}/replan?{asked}")
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert "Nothing has to change" in page.text


def test_what_changed_meanwhile_is_told_and_nothing_is_written(
    desk: Browser, sqlite_database: Database, world: World
) -> None:
    course = under_way(sqlite_database, world, ("done", -3), ("cancelled", 4), ("booked", 5), ("booked", 10))
    address = f"/courses/{course}/replan"
    fields = form(desk.get(address), address)
    elsewhere = {**fields, "expect": fields["expect"][1:]}
    taken = desk.send(address, **elsewhere)
    assert taken.status_code == 409
    assert "Somebody has that time now" in taken.text
    assert desk.send(address, **{**fields, "seen": ["x"]}).status_code == 400
    with sqlite_database.begin() as unit:
        unit.connection.execute(
            update(appointment).where(appointment.c.public_id == visit_of(sqlite_database, course, 3)).values(version=7)
        )
    assert desk.send(address, **fields).status_code == 409
    assert days_of(sqlite_database, course) == [-3, None, 5, 10]


def test_a_course_that_ended_is_not_placed_anew(desk: Browser, sqlite_database: Database, world: World) -> None:
    course = under_way(sqlite_database, world, ("done", -3), ("booked", 3))
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(plan).values(status="stopped"))
    answer = desk.get(f"/courses/{course}/replan")
    assert answer.status_code == 400
    assert "stopped" in answer.text
    assert "replan" not in desk.get(f"/courses/{course}").text


def test_a_course_with_nothing_ahead_says_so(desk: Browser, sqlite_database: Database, world: World) -> None:
    course = under_way(sqlite_database, world, ("done", -3), ("done", -1))
    assert "nothing is left to place" in desk.get(f"/courses/{course}/replan").text


def test_who_may_not_move_visits_is_refused(sqlite_database: Database, world: World, signed_in: Enter) -> None:
    course = under_way(sqlite_database, world, ("done", -3), ("booked", 3))
    assert signed_in("assistant").get(f"/courses/{course}/replan").status_code == 403
