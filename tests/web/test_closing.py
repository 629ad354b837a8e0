"""A course whose visits were all held says so wherever it is shown, and what is left to do for it."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import update

from clinic.db.courses import reads
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain.courses.protocol import Reassess, Reassessing, When
from tests.under_way import after, day, protocol, under_way
from tests.web.conftest import Browser, Enter
from tests.world import World

WEEK_3 = (Reassess(Reassessing.WEEK, 3),)
WEEK_6 = (Reassess(Reassessing.WEEK, 6),)


def course(database: Database, world: World, *sessions: tuple[str, int], **more: object) -> str:
    return under_way(database, world, *sessions, lead_staff_id=world.staff[0], **more)  # type: ignore[arg-type]


def buttons(page: str) -> list[str]:
    section = page.partition('aria-labelledby="reassess"')[2].partition("</section>")[0]
    return re.findall(r'class="button[^"]*"[^>]*>([^<]*)<', section)


@pytest.mark.parametrize(("first", "tone"), [(("done", -4), "button primary"), (("booked", 2), "button ")])
def test_a_reassessment_asks_to_be_marked_once_its_visit_has_come(
    admin: Browser, sqlite_database: Database, world: World, first: tuple[str, int], tone: str
) -> None:
    begun = course(sqlite_database, world, first, ("booked", 3), reassess=(after(1),))
    assert f'class="{tone}">Mark the reassessment as done<' in admin.get(f"/courses/{begun}").text


def test_a_course_under_way_says_nothing_of_the_kind(admin: Browser, sqlite_database: Database, world: World) -> None:
    begun = course(sqlite_database, world, ("done", -4), ("booked", 3), reassess=WEEK_6)
    for page in (f"/courses/{begun}", "/patients/patient1", "/today?therapist=staff1"):
        assert "Active" in admin.get(page).text
        assert "All visits" not in re.sub("All visits of the course", "", admin.get(page).text)


def test_all_held_and_a_review_ahead_is_said_on_the_course_the_record_and_the_day(
    admin: Browser, sqlite_database: Database, world: World
) -> None:
    held = course(sqlite_database, world, ("done", -20), ("done", -15), reassess=WEEK_6)
    due = f"{day(-20 + 42):%a} {day(-20 + 42).day} {day(-20 + 42):%b}"
    page = admin.get(f"/courses/{held}").text
    assert "· All visits held</p>" in page
    assert "Active" not in page
    assert f"The review is due on {day(22):%A} {day(22).day} {day(22):%B %Y}." in page
    assert buttons(page) == ["Book the review", "Mark the reassessment as done", "Stop the course here"]
    assert f"All visits held<small>Review due {due}</small>" in admin.get("/patients/patient1").text
    today = admin.get("/today?therapist=staff1").text
    assert "All visits held: 1" in today
    assert f"<small>Review due {due}</small>" in today
    assert "Nothing needs anybody" in admin.get("/worklist").text


def test_a_review_whose_day_has_come_stands_on_the_worklist_as_the_last_thing_left(
    admin: Browser, sqlite_database: Database, world: World
) -> None:
    held = course(sqlite_database, world, ("done", -24), reassess=WEEK_3)
    assert "The review of the course has no visit<small>All visits held</small>" in admin.get("/worklist").text
    page = admin.get(f"/courses/{held}").text
    assert "The review was due on" in page
    assert "Once it is marked, the course closes." in page
    assert "Place the rest anew" not in page


def test_of_two_reviews_the_second_follows_the_first(admin: Browser, sqlite_database: Database, world: World) -> None:
    held = course(sqlite_database, world, ("done", -24), reassess=(*WEEK_3, *WEEK_6))
    assert "Once it is marked, the next one follows." in admin.get(f"/courses/{held}").text


@pytest.mark.parametrize(
    ("status", "days", "said"),
    [("booked", 4, "The review is booked for "), ("done", -1, "The review took place.")],
)
def test_a_review_that_has_a_visit_is_marked_and_not_booked_again(
    admin: Browser, sqlite_database: Database, world: World, status: str, days: int, said: str
) -> None:
    held = course(sqlite_database, world, ("done", -24), reassess=WEEK_3)
    under_way(sqlite_database, world, (status, days), hour=14)
    with sqlite_database.begin() as unit:
        review = appointment.c.wall > f"{day(-20)}"
        unit.connection.execute(update(appointment).where(review).values(session_id=None, kind="review"))
    page = admin.get(f"/courses/{held}").text
    assert said in page
    assert buttons(page) == ["Mark the reassessment as done", "Stop the course here"]


def test_the_review_is_marked_from_here_and_the_course_closes(
    admin: Browser, sqlite_database: Database, world: World
) -> None:
    held = course(sqlite_database, world, ("done", -24), reassess=WEEK_3)
    page = admin.get(f"/courses/{held}").text
    form = next(each for each in re.findall(r"<form.*?</form>", page, re.DOTALL) if "as done" in each)
    fields = dict(re.findall(r'name="(key|version)" value="([^"]*)"', form))
    assert admin.send(re.findall(r'action="([^"]*)"', form)[0], **fields).status_code == 303
    page = admin.get(f"/courses/{held}").text
    assert "All visits held" not in page
    with sqlite_database.read() as unit:
        assert reads.plan_row(unit.connection, held).status == "completed"


def test_a_reassessment_held_in_the_last_visit_is_marked_first(
    admin: Browser, sqlite_database: Database, world: World
) -> None:
    held = course(sqlite_database, world, ("done", -4), reassess=(after(1), *WEEK_6))
    page = admin.get(f"/courses/{held}").text
    assert "Reassessment in visit 1</h2>" in page
    told = "All visits held<small>Reassessment in visit 1 to be marked</small>"
    assert told in admin.get("/patients/patient1").text


def test_a_phase_that_waits_for_a_decision_keeps_the_course_open(
    admin: Browser, sqlite_database: Database, world: World, signed_in: Enter
) -> None:
    (usual,) = protocol(1).phases
    later = (replace(usual, name="B", sessions=1, when=When.RELEASED), replace(usual, name="C", sessions=1))
    held = course(sqlite_database, world, ("done", -4), later=later)
    page = signed_in("therapist").get(f"/courses/{held}").text
    assert "A phase waits to be released or left out; then the course goes on, or closes." in page
    assert buttons(page) == ["Release a phase"]
    told = "All visits held<small>A phase waits to be released or left out</small>"
    assert told in admin.get("/patients/patient1").text
    assert buttons(signed_in("front desk").get(f"/courses/{held}").text) == []


def test_who_may_neither_book_nor_mark_reads_what_is_left(
    sqlite_database: Database, world: World, signed_in: Enter
) -> None:
    held = course(sqlite_database, world, ("done", -24), reassess=WEEK_3)
    assert buttons(signed_in("front desk").get(f"/courses/{held}").text) == ["Book the review"]
