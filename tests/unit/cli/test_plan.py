"""`clinic plan`: a course from the command line."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text, update

from clinic.cli.main import main
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import credential, staff
from clinic.db.unit import Database
from clinic.engine.course import Change, Course, NoCourse, Relaxation
from clinic.engine.placement import place
from clinic.engine.request import Request
from tests import world
from tests.world import World, build


@pytest.fixture
def practice(database: Database) -> World:
    return build(database)


def plan(*more: str, patient: str = "patient1", protocol: str = "tension-headache", start: str = "2026-11-23") -> int:
    return main(["plan", "--patient", patient, "--protocol", protocol, "--from", start, *more])


@pytest.mark.usefixtures("practice")
def test_a_course_is_printed_with_gaps_and_reasons_and_nothing_is_written(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan("--therapist", "marin") == 0
    said = capsys.readouterr().out
    assert "Tension-type headache, Ada Adler1 (born 1980-03-01), Mitte" in said
    assert (
        "6 sessions, 2026-11-23 to 2026-12-04. 4 of them meet every wish. No other course meets the wishes better."
        in said
    )
    assert "   2  Wed 2026-11-25 08:00–08:30  C. Marin      Room 1   +2 d  Every wish is met." in said
    assert "◌  4" in said
    assert "Sessions up to 3 would be booked, ◌ the others would be pencilled" in said
    assert "add --book" in said
    with database.read() as unit:
        assert unit.connection.execute(text("SELECT count(*) FROM plan")).scalar_one() == 0


@pytest.mark.usefixtures("practice")
def test_the_same_course_as_json_is_booked_as_it_is_printed(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan("--json") == 0
    proposed = json.loads(capsys.readouterr().out)
    assert (proposed["patient"], proposed["protocol"], proposed["plan"]) == ("patient1", "tension-headache", None)
    assert [row["status"] for row in proposed["sessions"]] == ["proposed"] * 3 + ["pencilled"] * 3
    assert proposed["sessions"][1] == {
        "number": 2,
        "starts": "2026-11-25T08:00+01:00",
        "ends": "2026-11-25T08:30+01:00",
        "therapist": "B. Lindqvist",
        "room": "Room 1",
        "gap_days": 2,
        "parts": [
            {
                "starts": "2026-11-25T08:00+01:00",
                "ends": "2026-11-25T08:30+01:00",
                "therapist": "B. Lindqvist",
                "room": "Room 1",
            }
        ],
        "targets": ["head:both", "neck:both"],
        "why": ["Every wish is met."],
        "next_best": {
            "starts": "2026-11-25T08:00+01:00",
            "therapist": "C. Marin",
            "dearer": 10,
            "differences": {"switch": 10},
            "says": "Next best: Wed 2026-11-25 08:00 with C. Marin. 2 changes of therapist more.",
        },
        "status": "proposed",
    }
    assert plan("--json", "--book", "--location", "mitte") == 0
    booked = json.loads(capsys.readouterr().out)
    assert [row["status"] for row in booked["sessions"]] == ["booked"] * 3 + ["pencilled"] * 3
    assert [row["starts"] for row in booked["sessions"]] == [row["starts"] for row in proposed["sessions"]]
    assert proposed["reviews"] == [{"due": "2027-01-02"}]
    with database.read() as unit:
        query = text("SELECT public_id FROM plan")
        assert unit.connection.execute(query).scalar_one() == booked["plan"]
    assert plan("--book", patient="patient2", protocol="plantar-heel") == 0
    assert "Course " in capsys.readouterr().out


@pytest.mark.usefixtures("practice")
def test_a_course_that_is_not_proven_the_best_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clinic.services.courses.place.place", unproven)
    assert plan() == 0
    said = capsys.readouterr().out
    assert "No other course" not in said
    assert "The best that was found in a few seconds; a better course may exist." in said


@pytest.mark.usefixtures("practice")
@pytest.mark.parametrize(
    ("proven", "said"),
    [(False, "No course was found as far as the search went"), (True, "Not every change could be tried")],
)
def test_what_was_not_searched_to_its_end_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, proven: bool, said: str
) -> None:
    monkeypatch.setattr("clinic.services.courses.place.place", given_up(proven=proven))
    assert plan() == 1
    assert said in capsys.readouterr().out
    assert plan("--json") == 1
    failure = json.loads(capsys.readouterr().out)["failure"]
    assert (failure["proven"], failure["complete"]) == (proven, False)


@pytest.mark.usefixtures("practice")
def test_other_courses_are_told_with_what_they_trade(capsys: pytest.CaptureFixture[str]) -> None:
    assert plan("--json", protocol="plantar-heel") == 0
    (sooner,) = json.loads(capsys.readouterr().out)["alternatives"]
    assert [each["code"] for each in sooner["trades"]] == ["sooner", "no_longer_regular", "off_ideal"]
    assert sooner["says"].startswith("Ends 11 days sooner.")
    assert len(sooner["sessions"]) == 4
    assert plan(protocol="plantar-heel") == 0
    assert re.search(r"Other courses:\n  2026-11-\d\d to 2026-12-\d\d  Ends 11 days sooner. ", capsys.readouterr().out)


@pytest.mark.usefixtures("practice")
def test_sides_take_turns_exercise_is_apart_and_gender_is_a_must(capsys: pytest.CaptureFixture[str]) -> None:
    wishes = ("--alternate", "--exercise-apart", "--regular", "--gender", "female", "--only-gender")
    assert plan("--json", *wishes, "--region", "shoulder", protocol="shoulder-subacromial") == 0
    sessions = json.loads(capsys.readouterr().out)["sessions"]
    assert {each for row in sessions for each in row["targets"]} == {"shoulder:left", "shoulder:right"}
    assert [each["room"] for each in sessions[1]["parts"]] == ["Room 1", "Room 3"]
    assert plan("--json", "--gender", "male", "--only-gender") == 1


def test_without_a_course_it_says_what_blocks_each_day_and_what_would_help(
    database: Database, practice: World, capsys: pytest.CaptureFixture[str]
) -> None:
    wishes = {"gender": "male", "gender_required": True}
    with database.begin() as unit:
        unit.connection.execute(update(patient).values(preferences=wishes))
        unit.connection.execute(update(staff).where(staff.c.id == practice.staff[1]).values(gender="male"))
        only = credential.c.staff_id == practice.staff[1]
        unit.connection.execute(update(credential).where(only).values(valid_until=date(2026, 11, 1)))
    assert plan() == 1
    said = capsys.readouterr().out
    assert "Session 1 cannot be placed" in said
    assert "Tue 2026-11-24  The credential for Dry needling ended on 2026-11-01" in said
    assert "Allow another therapist." in said
    assert plan("--json", "--book") == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["objective"], found["plan"], found["sessions"]) == (None, None, [])
    assert found["failure"]["session"] == 1
    assert found["failure"]["relaxations"][0]["changes"][0]["code"] == "other_therapist"
    with database.begin() as unit:
        unit.connection.execute(update(credential).values(valid_until=date(2026, 11, 1)))
    assert plan() == 1
    assert "What would help" not in capsys.readouterr().out


def test_who_is_left_out_because_he_still_learns_and_nobody_supervises_is_said(
    database: Database, practice: World, capsys: pytest.CaptureFixture[str]
) -> None:
    with database.begin() as unit:
        only = credential.c.staff_id == practice.staff[1]
        unit.connection.execute(update(credential).where(only).values(provisional=True))
    assert plan("--therapist", "staff2", "--region", "neck:left", "--region", "head") == 0
    said = capsys.readouterr().out
    assert "Proposed for needling only while a supervisor is at work: C. Marin." in said
    assert "is provisional, and nobody who may supervise is at work then" in said


def test_nothing_is_planned_for_the_dead(
    database: Database, practice: World, capsys: pytest.CaptureFixture[str]
) -> None:
    with database.begin() as unit:
        unit.connection.execute(update(patient).values(deceased=True))
    assert plan("--json") == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "clinic: The patient has died: nothing can be planned or booked.\n")


@pytest.mark.usefixtures("practice")
@pytest.mark.parametrize(
    ("more", "how", "said"),
    [
        ((), {"protocol": "headache"}, "choose one of"),
        ((), {"start": "soon"}, "--from must be written like 2026-09-07"),
        ((), {"start": "20261130xx"}, "--from must be written like 2026-09-07"),
        ((), {"start": "2026-11-01"}, "cannot begin before today"),
        ((), {"patient": "nobody"}, "no such patient"),
        ((), {"patient": "Ada"}, "patient1 (Ada Adler1, born 1980-03-01), patient2 (Ada Adler2, born 1980-03-02)."),
        (("--therapist", "i"), {}, "t1 (B. Lindqvist), t2 (C. Marin)"),
        (("--location", "spandau"), {}, "mitte (Mitte)"),
        (("--region", "soul"), {}, "no region soul"),
        (("--region", "neck:up"), {}, "no side up"),
    ],
)
def test_what_cannot_be_understood_is_one_sentence(
    capsys: pytest.CaptureFixture[str], more: tuple[str, ...], how: dict[str, str], said: str
) -> None:
    assert plan(*more, **how) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert shown.err.count("\n") == 1


def test_without_a_practice_there_is_nowhere_to_plan(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    with database.begin() as unit:
        world.patient(unit.connection, 1)
    assert plan() == 2
    assert "clinic import practice" in capsys.readouterr().err


def given_up(*, proven: bool) -> Callable[[Request], NoCourse]:
    """Places a course too many days late, and looks no further for what would help."""

    def found(request: Request) -> NoCourse:
        away = replace(request.calendars.patient, away=request.calendars.horizon.every)
        course = place(replace(request, calendars=replace(request.calendars, patient=away)))
        other = place(request)
        assert isinstance(course, NoCourse)
        assert isinstance(other, Course)
        ways = (Relaxation((Change("any_time"),), other),)
        return replace(course, relaxations=ways, proven=proven, complete=False)

    return found


def unproven(request: Request) -> Course:
    found = place(request)
    assert isinstance(found, Course)
    return replace(found, proven=False)
