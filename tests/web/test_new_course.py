"""The form of a new course: its wishes, other courses, and what is said of each visit."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from clinic.db.patients.relatives import relate
from clinic.db.tables.patients import patient
from clinic.db.unit import Database
from clinic.domain.patients.relatives import Relation
from clinic.engine.course import Course, NoCourse
from clinic.engine.placement import place
from clinic.engine.request import Request
from tests.web.conftest import Browser, Clock
from tests.web.test_courses import WISHES, hidden
from tests.world import World


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("widen_gap:2:9", "Allow up to 9 days before session 2."),
        ("widen_gap::9", "Allow up to 9 days between sessions."),
        ("start_later::1", "Begin a day later."),
        ("end_later::4", "Let the course end up to 4 days later."),
        ("unpin::", "Let the pinned sessions move."),
        ("other_therapist::", "Allow another therapist."),
        ("any_time::", "Look at any time of day, beyond the hours that suit the patient."),
        ("release_reserved::", "Use times that are kept for new patients and urgent visits."),
        ("more_a_week::1", "Allow one visit more a week."),
    ],
)
def test_every_change_that_helps_can_be_made(admin: Browser, way: str, said: str) -> None:
    shown = admin.send("/courses/preview", **WISHES, relax=way)
    assert f"<span>{said}</span>" in shown.text
    assert len(hidden(shown, "expect")) == 6


def test_a_course_that_is_not_proven_the_best_says_so(admin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "The best that was found in a few seconds; a better course may exist."
    assert said not in admin.send("/courses/preview", **WISHES).text
    monkeypatch.setattr("clinic.services.courses.place.place", unproven)
    assert said in admin.send("/courses/preview", **WISHES).text


def test_a_course_that_is_not_proven_impossible_says_so(admin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    said, late = "No course was found as far as the search went; one may exist.", {**WISHES, "pin": "1|5985000|staff1|"}
    known = admin.send("/courses/preview", **late)
    assert "What would help" in known.text
    assert said not in known.text
    monkeypatch.setattr("clinic.services.courses.place.place", unproven)
    assert said in admin.send("/courses/preview", **late).text


def test_a_second_course_of_a_protocol_is_said_before_it_is_booked(admin: Browser) -> None:
    said = "The patient has a course of this protocol already, from 23 Nov 2026 on: this is a second one beside it."
    first = admin.send("/courses/preview", **WISHES)
    assert said not in first.text
    assert admin.send("/courses", **WISHES, expect=hidden(first, "expect"), key="a").status_code == 303
    second = admin.send("/courses/preview", **WISHES).text
    assert second.count(said) == 1
    assert second.index(said) < second.index("data-submit")


def test_each_visit_names_its_next_best_time(admin: Browser) -> None:
    shown = admin.send("/courses/preview", **WISHES)
    assert shown.text.count("Next best: ") == 6
    assert "Next best: Mon 23 Nov, 08:00 with C. Marin. One change of therapist more." in shown.text


def test_other_courses_are_cards_that_can_be_taken(admin: Browser) -> None:
    wishes = {**WISHES, "protocol": "plantar-heel"}
    later = admin.send("/courses/preview", **wishes)
    assert 'hx-post="/courses/alternatives"' in later.text
    cards = admin.send("/courses/alternatives", **wishes)
    assert "Ends 11 days sooner." in cards.text
    take = re.findall(r'name="take" value="([^"]*)"', cards.text)
    taken = admin.send("/courses/preview", **wishes, take=take[0])
    assert hidden(taken, "expect") == take[0].split("+")
    assert taken.text.count("Pinned to this time.") == 4
    assert "None that ends sooner" in admin.send("/courses/alternatives", **wishes, pin=take[0].split("+")).text
    plain = admin.send("/courses/new", **wishes, others="1")
    assert take[0] in plain.text
    assert "Look for other courses" not in plain.text


def test_there_are_no_other_courses_while_there_is_none(admin: Browser) -> None:
    assert "None that ends sooner" in admin.send("/courses/alternatives", **{**WISHES, "protocol": ""}).text
    nobody = admin.send("/courses/alternatives", **WISHES, gender="male", gender_is="require")
    assert "None that ends sooner" in nobody.text


def test_sides_take_turns_and_exercise_is_in_the_gym_with_its_own_time(admin: Browser) -> None:
    wishes = {**WISHES, "protocol": "shoulder-subacromial", "side": "both", "alternate": "1", "apart": "1"}
    shown = admin.send("/courses/preview", **wishes)
    assert "Shoulder, left" in shown.text
    assert "Shoulder, right" in shown.text
    assert "Exercise · Room 3" in shown.text
    booked = admin.send("/courses", **{**wishes, "expect": hidden(shown, "expect"), "key": hidden(shown, "key")[0]})
    assert booked.status_code == 303
    assert {"alternate", "apart"} <= set(re.findall(r'name="([a-z]+)" value="1"', shown.text))


def test_wishes_for_this_course_leave_the_patients_own(admin: Browser, sqlite_database: Database) -> None:
    with sqlite_database.begin() as unit:
        wishes = {"gender": "female", "gender_required": True}
        unit.connection.execute(update(patient).values(preferences=wishes))
    shown = admin.send("/courses/preview", **WISHES, regular="1")
    assert "With the patient’s own wishes these count: Woman, no exceptions; Same weekday and time." in shown.text
    assert "own wishes count: Woman" in admin.send("/courses/preview", **WISHES).text


def test_visits_back_to_back_with_a_relative_are_named(
    admin: Browser, world: World, sqlite_database: Database, clock: Clock
) -> None:
    with sqlite_database.begin() as unit:
        relate(unit.connection, Relation(world.patients[0], world.patients[1], True))
    assert "Back to back" not in admin.send("/courses/preview", **WISHES).text
    other = {**WISHES, "patient": "patient2"}
    shown = admin.send("/courses/preview", **other)
    booked = {**other, "expect": hidden(shown, "expect"), "key": hidden(shown, "key")[0]}
    assert admin.send("/courses", **booked).status_code == 303
    beside = admin.send("/courses/preview", **WISHES)
    assert "Back to back with Ada Adler2: visit 1, 2, 3, 4, 5, 6." in beside.text
    assert beside.text.count("Back to back with Ada Adler2.") == 6
    late = admin.send("/courses/preview", **WISHES, pin=_hours_later(beside))
    assert "No visit could be put back to back with those of Ada Adler2." in late.text


def unproven(request: Request) -> Course | NoCourse:
    return replace(place(request), proven=False)


def _hours_later(page: TestResponse) -> list[str]:
    """The pins of the visits as shown, all in the afternoon."""
    pins = (value.split("|") for value in hidden(page, "expect"))
    return [f"{n}|{int(start) + 60}|{who}|" for n, start, who, _ in pins]
