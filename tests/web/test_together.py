"""Moving and cancelling a visit of a course: what would have to move with it is shown, and moved when asked."""

import re
from html import unescape

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from clinic.db.tables.courses import plan
from clinic.db.tables.practice import practice
from clinic.db.unit import Database
from tests.under_way import day, under_way
from tests.web.conftest import Browser
from tests.web.test_replan import days_of, form, shown, visit_of
from tests.world import World, at


@pytest.fixture
def course(sqlite_database: Database, world: World) -> str:
    sessions = (("done", -3), ("booked", 3), ("booked", 7), ("booked", 11), ("booked", 17))
    return under_way(sqlite_database, world, *sessions)


def spot(days: int, hour: int = 10) -> str:
    return f"{at(day(days).isoformat(), hour)}|staff1|room1"


def asked(desk: Browser, visit: str, start: str, **more: str) -> TestResponse:
    return desk.send(f"/visits/{visit}/move", start=start, version="1", key="a", **more)


def test_a_move_that_keeps_its_gaps_is_a_move(desk: Browser, sqlite_database: Database, course: str) -> None:
    assert asked(desk, visit_of(sqlite_database, course, 3), spot(6)).status_code == 303
    assert days_of(sqlite_database, course) == [-3, 3, 6, 11, 17]


def test_a_move_that_breaks_a_gap_says_which_and_takes_along_what_must_move(
    desk: Browser, sqlite_database: Database, course: str
) -> None:
    visit = visit_of(sqlite_database, course, 3)
    page = asked(desk, visit, spot(10))
    assert page.status_code == 200
    assert days_of(sqlite_database, course) == [-3, 3, 7, 11, 17]
    assert "Visit 4 is 1 day after visit 3; planned: at least 3 days" in page.text
    assert "2 visits move, 2 visits stay" in page.text
    assert [line.endswith("Stays") for line in shown(page)] == [True, False, False, True]
    fields = form(page, f"/visits/{visit}/move")
    assert desk.send(f"/visits/{visit}/move/all", **fields).status_code == 303
    assert days_of(sqlite_database, course) == [-3, 3, 10, 13, 17]
    assert desk.send(f"/visits/{visit}/move/all", **fields).status_code == 303
    again = desk.send(f"/visits/{visit}/move/all", **{**fields, "key": "other"})
    assert again.status_code == 409


def test_one_visit_can_be_moved_alone_beyond_its_gaps(desk: Browser, sqlite_database: Database, course: str) -> None:
    visit = visit_of(sqlite_database, course, 3)
    assert "Move only this one" in asked(desk, visit, spot(10)).text
    assert asked(desk, visit, spot(10), only="1").status_code == 303
    assert days_of(sqlite_database, course) == [-3, 3, 10, 11, 17]


def test_what_lies_elsewhere_by_then_is_shown_again(desk: Browser, sqlite_database: Database, course: str) -> None:
    visit = visit_of(sqlite_database, course, 3)
    fields = form(asked(desk, visit, spot(10)), f"/visits/{visit}/move")
    taken = desk.send(f"/visits/{visit}/move/all", **{**fields, "expect": fields["expect"][1:]})
    assert taken.status_code == 409
    assert "Somebody has that time now" in taken.text
    assert "2 visits move" in taken.text
    fine = desk.send(f"/visits/{visit}/move/all", **{**fields, "start": spot(6)})
    assert fine.status_code == 409
    assert desk.send(f"/visits/{visit}/move/all", **{**fields, "start": "soon"}).status_code == 400
    assert days_of(sqlite_database, course) == [-3, 3, 7, 11, 17]


def test_where_nothing_can_follow_it_says_why_and_what_would_help(
    desk: Browser, sqlite_database: Database, course: str
) -> None:
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(plan).values(latest_on=day(18)))
    visit = visit_of(sqlite_database, course, 3)
    page = asked(desk, visit, spot(13))
    assert "Visit 5 cannot be placed" in page.text
    assert "Move all of these" not in page.text
    (way,) = re.findall(r'name="relax" value="(end_later::\d+)"', page.text)
    wider = asked(desk, visit, spot(13), relax=way)
    assert f'value="{way}" checked' in wider.text
    fields = form(wider, f"/visits/{visit}/move")
    assert desk.send(f"/visits/{visit}/move/all", relax=way, **fields).status_code == 303
    assert days_of(sqlite_database, course)[2:] == [13, 17, 20]


def test_what_cannot_even_be_asked_leaves_the_visit_to_move_alone(
    desk: Browser, sqlite_database: Database, course: str
) -> None:
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(plan).values(latest_on=day(-1)))
    visit = visit_of(sqlite_database, course, 3)
    page = asked(desk, visit, spot(10))
    assert "choose a later end" in page.text
    assert "Move all of these" not in page.text
    assert asked(desk, visit, spot(10), only="1").status_code == 303


def test_a_course_that_is_over_asks_nothing(desk: Browser, sqlite_database: Database, course: str) -> None:
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(plan).values(status="stopped"))
    assert asked(desk, visit_of(sqlite_database, course, 3), spot(10)).status_code == 303


def test_a_visit_is_cancelled_alone(desk: Browser, sqlite_database: Database, course: str) -> None:
    visit = visit_of(sqlite_database, course, 3)
    answer = desk.send(f"/visits/{visit}/cancel", version="1", reason="patient_ill", note="")
    assert answer.headers["Location"] == f"/visits/{visit}"


def test_a_week_that_is_full_is_said_though_the_gaps_hold(
    desk: Browser, sqlite_database: Database, course: str
) -> None:
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(practice).values(most_visits_a_week=1))
    page = asked(desk, visit_of(sqlite_database, course, 3), spot(6))
    assert "that week already" in page.text
    assert asked(desk, visit_of(sqlite_database, course, 3), spot(6), only="1").status_code == 303


def test_another_time_is_chosen_without_losing_the_page_that_the_visit_lay_over(
    desk: Browser, sqlite_database: Database, course: str
) -> None:
    visit, board = visit_of(sqlite_database, course, 3), "/day/2026-11-24"
    page = asked(desk, visit, spot(10), back=board)
    other = f"/visits/{visit}/move?back={board}"
    assert page.text.count(f'href="{other}"') == 2
    again = desk.get(other)
    assert f'href="{board}#{visit}">Leave it as it is' in again.text
    later = unescape(re.findall(r'href="([^"]*on=[^"]*)"', again.text)[-1])
    assert f"back={board}" in later
    fields = form(desk.get(later), f"/visits/{visit}/move") | {"start": [spot(6)]}
    assert fields["back"] == [board]
    moved = desk.send(f"/visits/{visit}/move", **fields)
    assert moved.headers["Location"] == f"{board}#{visit}"


def test_a_way_back_to_another_site_is_none(desk: Browser, sqlite_database: Database, course: str) -> None:
    visit = visit_of(sqlite_database, course, 3)
    page = asked(desk, visit, spot(10), back="//elsewhere.test/")
    assert page.text.count(f'href="/visits/{visit}/move"') == 2
    again = desk.get(f"/visits/{visit}/move?back=//elsewhere.test/")
    assert f'href="/visits/{visit}" data-sheet>Leave it as it is' in again.text
