"""The worklist as the desk sees it: each kind in words, with the way that mends it."""

import re

import pytest
from sqlalchemy import delete, insert, update

from clinic.db.courses import reads
from clinic.db.tables.courses import component, plan_session
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import location
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain.courses.protocol import Reassess, Reassessing
from clinic.web import paging
from clinic.web.courses import worklist
from tests.under_way import after, day, mark, under_way
from tests.web.conftest import Browser, Enter
from tests.world import World

WEEK_3 = (Reassess(Reassessing.WEEK, 3),)


def statuses(database: Database, course: str) -> list[str | None]:
    with database.read() as unit:
        rows = reads.sessions(unit.connection, reads.plan_row(unit.connection, course).id)
    return [row.status for row in rows]


def actions(page: str) -> list[str]:
    """The names of what can be done, in order."""
    return re.findall(r'aria-label="([^":]*): Ada', page)


def press(admin: Browser, page: str, label: str) -> str:
    """Send the form of that button; where it leads."""
    form = next(each for each in re.findall(r"<form method.*?</form>", page, re.DOTALL) if f">{label}<" in each)
    fields = dict(re.findall(r'name="(key|version)" value="([^"]*)"', form))
    answer = admin.send(re.findall(r'action="([^"]*)"', form)[0], **fields)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_when_nothing_needs_anybody_it_says_so(admin: Browser) -> None:
    page = admin.get("/worklist").text
    assert "Nothing needs anybody: every course has its dates." in page
    assert "0 things need somebody" in page
    assert re.search(r'aria-current="page"[^>]*>[^W]*Worklist', page)
    assert "Show everything" in admin.get("/worklist?kind=missed").text


def test_those_who_plan_may_read_it_and_others_not(world: World, signed_in: Enter) -> None:
    for role in ("therapist", "front desk", "admin"):
        assert signed_in(role).get("/worklist").status_code == 200
    helper = signed_in("assistant")
    assert helper.get("/worklist").status_code == 403
    assert "/worklist" not in helper.get("/patients").text


def test_sessions_without_a_date_are_named_with_the_day_by_which_they_are_due(
    admin: Browser, sqlite_database: Database, world: World
) -> None:
    course = under_way(sqlite_database, world, ("done", -5), None, ("booked", 5), None, None)
    page = admin.get("/worklist").text
    for said in ("Visits 2, 4–5 have no date", "By Sun 22 Nov", "1 thing needs somebody", "born 1 Mar 1980"):
        assert said in page
    assert "Overdue" not in page
    assert f'href="/courses/{course}"' in page
    assert actions(page) == ["Find a date"]
    under_way(sqlite_database, world, ("done", -9), None, hour=11)
    page = admin.get("/worklist").text
    assert "Visit 2 has no date" in page
    assert "Overdue" in page


def test_a_date_is_found_by_placing_the_rest_of_the_course_anew(
    admin: Browser, sqlite_database: Database, world: World
) -> None:
    course = under_way(sqlite_database, world, ("no_show", -1), None)
    page = admin.get("/worklist").text
    assert actions(page) == ["Find a date", "Find a date"]
    assert f'href="/courses/{course}/replan"' in page
    assert "Visit 1 was missed or cancelled and has no new date" in page


def test_what_is_pencilled_is_confirmed_or_released_from_here(
    admin: Browser, sqlite_database: Database, world: World
) -> None:
    sessions = (("done", -4), ("pencilled", 1), ("pencilled", 5), ("pencilled", 9))
    course = under_way(sqlite_database, world, *sessions, reassess=(after(1), after(3)))
    mark(sqlite_database, course, 1)
    page = admin.get("/worklist").text
    assert "The reassessment is done: visits 2–3 are still pencilled" in page
    assert "Since Thu 19 Nov" in page
    assert actions(page) == ["Confirm 2 visits", "Release 3 visits"]
    assert press(admin, page, "Confirm 2 visits") == f"/courses/{course}"
    assert statuses(sqlite_database, course) == ["done", "booked", "booked", "pencilled"]
    assert "Nothing needs anybody" in admin.get("/worklist").text


def test_pencilled_visits_are_released_from_here(admin: Browser, sqlite_database: Database, world: World) -> None:
    course = under_way(sqlite_database, world, ("done", -4), ("pencilled", 1), reassess=(after(1),))
    mark(sqlite_database, course, 1)
    page = admin.get("/worklist").text
    assert "visit 2 is still pencilled" in page
    press(admin, page, "Release 1 visit")
    assert statuses(sqlite_database, course) == ["done", None]
    assert "Visit 2 has no date" in admin.get("/worklist").text


def test_what_lies_behind_an_open_review_is_not_confirmed_from_here(
    admin: Browser, sqlite_database: Database, world: World
) -> None:
    sessions = (("done", -4), ("pencilled", 1), ("pencilled", 18))
    course = under_way(sqlite_database, world, *sessions, reassess=(after(1), *WEEK_3))
    mark(sqlite_database, course, 1)
    assert actions(admin.get("/worklist?kind=ready").text) == ["Release 2 visits"]


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (2, "Visit 2 is 2 days after visit 1; planned: at least 3 days"),
        (12, "Visit 2 is 12 days after visit 1; planned: at most 7 days"),
        (-1, "Visit 2 lies before visit 1"),
    ],
)
def test_a_gap_that_drifted_leads_to_moving_the_visit(
    admin: Browser, sqlite_database: Database, world: World, days: int, sentence: str
) -> None:
    under_way(sqlite_database, world, ("booked", 3), ("booked", 3 + days))
    page = admin.get("/worklist").text
    assert sentence in page
    assert actions(page) == ["Move this visit"]
    (href,) = re.findall(r'href="(/visits/[^"]*/move)"', page)
    assert admin.get(href).status_code in (200, 422)


def test_an_authorisation_says_what_is_used_booked_and_left(
    admin: Browser, sqlite_database: Database, world: World
) -> None:
    sessions = (("done", -4), ("booked", 1), ("booked", 5))
    under_way(sqlite_database, world, *sessions, authorised_visits=2, authorised_until=day(4))
    under_way(sqlite_database, world, *sessions, hour=11, authorised_until=day(4))
    page = admin.get("/worklist").text
    for said in (
        "Authorised until 24 Nov 2026, 1 visit is later; 1 visit is not authorised",
        "2 authorised: 1 used, 2 booked, 0 left",
        "1 used, 2 booked, of 3 in the course",
        "Until Tue 24 Nov",
    ):
        assert said in page
    assert actions(page) == ["Open the course", "Open the course"]


def test_a_reassessment_that_took_place_is_marked_from_here_by_a_therapist(
    admin: Browser, signed_in: Enter, sqlite_database: Database, world: World
) -> None:
    course = under_way(sqlite_database, world, ("done", -4), ("pencilled", 1), reassess=(after(1),))
    assert actions(signed_in("front desk").get("/worklist").text) == ["Open the course"]
    page = admin.get("/worklist").text
    assert "Visit 1 took place, its reassessment is not marked" in page
    assert actions(page) == ["Mark the reassessment as done"]
    assert press(admin, page, "Mark the reassessment as done") == f"/courses/{course}"
    assert "visit 2 is still pencilled" in admin.get("/worklist").text


def test_a_dated_review_is_booked_or_ended_from_here(admin: Browser, sqlite_database: Database, world: World) -> None:
    course = under_way(sqlite_database, world, ("done", -24), reassess=WEEK_3)
    page = admin.get("/worklist").text
    assert "The review of the course has no visit" in page
    assert "Overdue" in page
    assert actions(page) == ["Book the review", "Mark the reassessment as done", "Stop the course here"]
    assert 'href="/visits/new?patient=patient1&amp;kind=review"' in page
    press(admin, page, "Stop the course here")
    with sqlite_database.read() as unit:
        assert reads.plan_row(unit.connection, course).status == "stopped"


def test_a_review_that_took_place_waits_for_its_mark(admin: Browser, sqlite_database: Database, world: World) -> None:
    under_way(sqlite_database, world, ("done", -24), ("done", -2), reassess=WEEK_3)
    with sqlite_database.begin() as unit:
        second = appointment.c.wall > f"{day(-3)}"
        unit.connection.execute(update(appointment).where(second).values(session_id=None, kind="review"))
        unit.connection.execute(delete(component).where(component.c.session_id == 2))
        unit.connection.execute(delete(plan_session).where(plan_session.c.id == 2))
    page = admin.get("/worklist").text
    assert "The review took place and is not marked" in page
    assert actions(page) == ["Mark the reassessment as done", "Stop the course here"]


def test_the_list_is_narrowed_and_keeps_what_was_chosen(
    admin: Browser, sqlite_database: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (paging, worklist):
        monkeypatch.setattr(module, "A_PAGE", 2)
    for n in range(3):
        under_way(sqlite_database, world, ("no_show", -3 - n), hour=9 + n, lead_staff_id=world.staff[0])
    under_way(sqlite_database, world, None, patient=1)
    page = admin.get("/worklist?kind=missed&therapist=staff1").text
    assert "1 to 2 of 3" in page
    assert "kind=missed&amp;therapist=staff1&amp;page=2" in page
    assert '<option value="staff1" selected>' in page
    assert "3 to 3 of 3" in admin.get("/worklist?kind=missed&therapist=staff1&page=2").text
    assert "3 to 3 of 3" in admin.get("/worklist?kind=missed&therapist=staff1&page=9").text
    assert "4 things need somebody" in admin.get("/worklist?kind=odd&page=x").text
    assert "Adler2" not in admin.get("/worklist?therapist=staff1").text
    assert 'name="location"' not in page


def test_a_location_is_chosen_where_there_are_several(admin: Browser, sqlite_database: Database, world: World) -> None:
    with sqlite_database.begin() as unit:
        row = dict(unit.connection.execute(location.select()).mappings().one())
        other = {"id": row["id"] + 1, "public_id": "loc2", "code": "nord", "name": "Nord"}
        unit.connection.execute(insert(location), row | other)
    under_way(sqlite_database, world, None)
    assert '<option value="loc2" selected>Nord' in admin.get("/worklist?location=loc2").text
    assert "Nothing of this kind" in admin.get("/worklist?location=loc2").text


def test_nobody_is_asked_to_call_somebody_who_has_died(admin: Browser, sqlite_database: Database, world: World) -> None:
    under_way(sqlite_database, world, None)
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(patient).values(deceased=True))
    assert "Deceased" in admin.get("/worklist").text
