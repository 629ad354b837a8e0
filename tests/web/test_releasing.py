"""A phase that waits, released on the course's page."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import update

from clinic.db.tables.courses import plan
from clinic.db.unit import Database
from clinic.services.courses import protocols
from clinic.services.courses.protocols import known
from tests.web.conftest import Enter
from tests.web.test_courses import WISHES, hidden
from tests.web.test_scores import booked
from tests.world import ACTOR, NOW, World

WHY = "pain better by 3 of 10 after visit 3"


@pytest.fixture
def course(world: World, signed_in: Enter) -> str:
    """The address of a course of three visits; two more wait."""
    return booked(signed_in("admin"), protocol="neck-mechanical", region="neck")


def test_a_therapist_releases_it_and_is_shown_where_its_visits_would_go(signed_in: Enter, course: str) -> None:
    therapist = signed_in("therapist")
    assert f'href="{course}/phases"' in therapist.get(course).text
    page = therapist.get(f"{course}/phases")
    assert "B: 2 visits, 5 to 10 days apart" in page.text
    form = {"phase": "B", "why": WHY, "version": hidden(page, "version")[0], "key": "k1"}
    done = therapist.send(f"{course}/phases", **form)
    assert (done.status_code, done.headers["Location"]) == (303, f"{course}/replan")
    preview = therapist.get(f"{course}/replan")
    assert "Take these dates" in preview.text
    assert therapist.send(f"{course}/phases", **form).status_code == 303
    page = therapist.get(course)
    assert re.search(rf"Released</dt><dd>Phase B: {WHY} \([^<]*, 20 Nov 2026\)", page.text)
    assert f"{course}/phases" not in page.text
    assert "Not placed" not in page.text
    assert "5 visits" in page.text
    assert "No phase of this course waits" in therapist.get(f"{course}/phases").text


def test_without_why_the_page_asks_for_it(signed_in: Enter, course: str) -> None:
    therapist = signed_in("therapist")
    form = {"phase": "B", "why": " ", "version": hidden(therapist.get(f"{course}/phases"), "version")[0]}
    refused = therapist.send(f"{course}/phases", **form)
    assert refused.status_code == 400
    assert 'id="why-fault">How its criterion is met' in refused.text
    assert "Not placed" in therapist.get(course).text


def test_what_was_seen_before_a_change_is_refused(signed_in: Enter, course: str) -> None:
    therapist = signed_in("therapist")
    assert therapist.send(f"{course}/phases", phase="B", why=WHY, version="7").status_code == 409


def test_the_desk_sees_that_it_waits_and_cannot_release_it(signed_in: Enter, course: str) -> None:
    desk = signed_in("front desk")
    page = desk.get(course).text
    assert "Not placed" in page
    assert f"{course}/phases" not in page
    assert desk.get(f"{course}/phases").status_code == 403
    assert desk.send(f"{course}/phases", phase="B", why=WHY, version="1").status_code == 403


@pytest.fixture
def middle(world: World, signed_in: Enter, sqlite_database: Database) -> str:
    """The address of a course whose second phase waits, with a third behind it."""
    neck = known()["neck-mechanical"]
    last = replace(neck.phases[0], name="C", sessions=1)
    edited = replace(neck, phases=(*neck.phases, last))
    protocols.save(sqlite_database.begin, edited, seen=0, why="to end with", actor=ACTOR, now=NOW)
    return booked(signed_in("admin"), protocol="neck-mechanical", region="neck")


def test_what_comes_behind_a_phase_that_waits_is_said_to_wait_with_it(signed_in: Enter, middle: str) -> None:
    therapist = signed_in("therapist")
    told = "Phase C, once phase B is released or left out: 1 visit"
    preview = signed_in("admin").send("/courses/preview", **WISHES | {"protocol": "neck-mechanical", "region": "neck"})
    assert f"Not placed: {told}." in preview.text
    assert '<span class="hint">once phase B is released or left out</span>' in preview.text
    page = therapist.get(middle).text
    assert f"Phase B, only when somebody releases it: 2 visits<br>{told}" in page
    assert "3 visits" in page
    form = therapist.get(f"{middle}/phases")
    assert "B: 2 visits, 5 to 10 days apart; then C" in form.text
    assert "those before it are left out" in form.text
    sent = {"phase": "B", "why": WHY, "version": hidden(form, "version")[0], "key": "k1"}
    assert therapist.send(f"{middle}/phases", **sent).status_code == 303
    page = therapist.get(middle).text
    assert "Not placed" not in page
    assert "6 visits" in page


def test_nothing_of_a_stopped_course_is_released(signed_in: Enter, course: str, sqlite_database: Database) -> None:
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(plan).values(status="stopped"))
    therapist = signed_in("therapist")
    assert f"{course}/phases" not in therapist.get(course).text
    assert therapist.send(f"{course}/phases", phase="B", why=WHY, version="1").status_code == 400
