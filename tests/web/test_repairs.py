"""Repairs as the desk sees them: entered, looked at, accepted."""

import re

import pytest
from sqlalchemy import select, update

from clinic.db.courses import repairs
from clinic.db.tables import practice
from clinic.db.tables.access import account
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.care.record import Record
from clinic.domain.care.response import Told
from clinic.services.care.records import sign
from clinic.services.care.responses import tell
from clinic.services.courses.repair.run import solve_due
from tests.under_way import under_way
from tests.web.conftest import Browser, Enter
from tests.world import ACTOR, NOW, World

ILL = {"who": "staff:staff1", "what": "absence", "first": "2026-11-23", "until": "2026-11-27", "enter": "1"}


@pytest.fixture
def repair(desk: Browser, sqlite_database: Database, world: World) -> str:
    """The address of a repair of two patients' visits."""
    under_way(sqlite_database, world, ("booked", 3), ("booked", 7))
    under_way(sqlite_database, world, ("pencilled", 4), patient=1, hour=11)
    answer = desk.send("/repairs", **ILL, kind="sick", key="a")
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def press(desk: Browser, page: str, label: str) -> str:
    """Send the form of the button with that name; where it leads."""
    forms = re.findall(r"<form method.*?</form>", page, re.DOTALL)
    form = next(each for each in forms if f'aria-label="{label}"' in each or f">{label}<" in each)
    fields = dict(re.findall(r'name="(key|version|patient)" value="([^"]*)"', form))
    answer = desk.send(re.findall(r'action="([^"]*)"', form)[0], **fields)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def staff(database: Database, world: World, patient: int) -> list[int | None]:
    with database.read() as unit:
        visits = loads.of_patient(unit.connection, world.patients[patient])
    return [visit.stretches[0].staff_id for visit in visits]


def test_those_at_the_desk_may_repair_and_others_not(world: World, signed_in: Enter) -> None:
    for role in ("front desk", "admin"):
        assert "Somebody is away" in signed_in(role).get("/worklist").text
        assert signed_in(role).get("/repairs").status_code == 200
    for role in ("therapist", "assistant"):
        assert signed_in(role).get("/repairs").status_code == 403
    assert "Somebody is away" not in signed_in("therapist").get("/worklist").text


def test_an_absence_shows_what_would_move_and_all_of_it_is_accepted(
    desk: Browser, repair: str, sqlite_database: Database, world: World
) -> None:
    page = desk.get(repair).text
    for said in ("B. Lindqvist is away", "3 visits move", "Looking for the best", "Mon 23 Nov, 10:00", "C. Marin"):
        assert said in page
    assert 'hx-trigger="every 1s"' in page
    assert "search begins" in desk.get(f"{repair}/progress").text
    solve_due(sqlite_database.begin, sqlite_database.read, now=lambda: NOW)
    assert desk.get(f"{repair}/progress").headers["HX-Refresh"] == "true"
    page = desk.get(repair).text
    assert "No other proposal disturbs the visits less." in page
    assert press(desk, page, "Accept all 3 visits") == repair
    page = desk.get(repair).text
    assert page.count(">Moved</small>") == 3
    assert "Accept" not in page
    assert staff(sqlite_database, world, 0) == [world.staff[1], world.staff[1]]
    assert "B. Lindqvist is away" in desk.get("/repairs").text


def test_patients_are_accepted_and_left_out_one_by_one(
    desk: Browser, repair: str, sqlite_database: Database, world: World
) -> None:
    press(desk, desk.get(repair).text, "Leave out: Ada Adler1")
    press(desk, desk.get(repair).text, "Accept: Ada Adler2")
    page = desk.get(repair).text
    assert (staff(sqlite_database, world, 0), staff(sqlite_database, world, 1)) == (
        [world.staff[0], world.staff[0]],
        [world.staff[1]],
    )
    assert "Left out" in page
    assert "the best so far" not in page


def test_a_search_is_stopped_and_a_repair_dropped(desk: Browser, repair: str) -> None:
    press(desk, desk.get(repair).text, "Stop and keep the best so far")
    page = desk.get(repair).text
    assert "the best so far" in page
    assert "progress" not in page
    press(desk, page, "Drop the proposal")
    assert "Dropped" in desk.get(repair).text
    assert desk.send(f"{repair}/accept", version=3, key="x").status_code == 400


def test_the_same_form_twice_is_one_repair(desk: Browser, repair: str, sqlite_database: Database) -> None:
    again = desk.send("/repairs", **ILL, kind="sick", key="a")
    assert again.headers["Location"] == repair
    with sqlite_database.read() as unit:
        assert len(repairs.latest(unit.connection, 5)) == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"who": ""}, 'id="who-fault"'),
        ({"first": "soon"}, "from"),
        ({"until": "2026-11-20"}, "ends before it starts"),
        ({"who": "room:room1", "what": "cover"}, "can only be closed"),
        ({"what": "handover"}, "takes the courses over"),
        ({"what": "nonsense"}, "what"),
        ({"kind": "nonsense"}, "kind"),
        ({"from_time": "noon"}, 'id="from_time-fault"'),
        ({"until_time": "25:00"}, 'id="until_time-fault"'),
        ({"until": "", "from_time": "12:00", "until_time": "10:00"}, "ends before it starts"),
        ({"who": "room:room1", "from_time": "12:00"}, "closed by whole days"),
    ],
)
def test_a_form_that_says_too_little_is_shown_again(desk: Browser, changed: dict[str, str], said: str) -> None:
    answer = desk.send("/repairs", **{**ILL, "kind": "sick", **changed})
    assert answer.status_code == 400
    assert said in answer.text


def test_whoever_has_no_place_is_named(desk: Browser, sqlite_database: Database, world: World) -> None:
    only = {"therapist": "staff1", "therapist_required": True}
    under_way(sqlite_database, world, ("done", -3), ("booked", 3), ("booked", 9), preferences=only)
    page = desk.get(desk.send("/repairs", **ILL, kind="sick").headers["Location"]).text
    for said in ("Without a place", "Nothing is free on the days that its course leaves it", "Allow another therapist"):
        assert said in page


@pytest.mark.parametrize(
    ("times", "moved", "when"),
    [
        ({"from_time": "09:00", "until_time": "10:15"}, True, "Monday 23 November 2026, 09:00–10:15"),
        ({"from_time": "10:30"}, False, "Monday 23 November 2026, 10:30–24:00"),
        ({"until_time": "10:00"}, False, "Monday 23 November 2026, 00:00–10:00"),
        (
            {"from_time": "10:15", "until": "2026-11-24", "until_time": "12:00"},
            True,
            "Monday 23 November 2026, 10:15 – Tuesday 24 November 2026, 12:00",
        ),
        ({"until": "2026-11-24"}, True, "23 Nov to 24 Nov 2026"),
    ],
)
def test_whoever_is_away_for_hours_loses_the_visits_of_those_hours_alone(
    desk: Browser, sqlite_database: Database, world: World, times: dict[str, str], moved: bool, when: str
) -> None:
    under_way(sqlite_database, world, ("booked", 3), ("booked", 7))
    away = {"who": "staff:staff1", "what": "absence", "first": "2026-11-23", "enter": "1", "kind": "sick", **times}
    page = desk.get(desk.send("/repairs", **away).headers["Location"]).text
    assert when in page
    assert ("Accept 1 visit" in page) == moved
    assert ("No visit ahead is affected" in page) == (not moved)


def test_a_room_is_closed_and_nobody_is_affected(desk: Browser) -> None:
    sent = desk.send("/repairs", who="room:room1", what="absence", first="2026-11-23", enter="1", kind="other")
    page = desk.get(sent.headers["Location"]).text
    assert "Room 1 is closed" in page
    assert "No visit ahead is affected" in page


def test_a_course_that_was_handed_over_waits_until_the_next_therapist_has_read_it(
    desk: Browser, sqlite_database: Database, world: World, signed_in: Enter
) -> None:
    under_way(sqlite_database, world, ("done", -4), ("booked", 3), lead_staff_id=world.staff[0], goals="Run again")
    told = {"who": "staff:staff1", "what": "handover", "first": "2026-11-23", "to": "staff2"}
    page = desk.get(desk.send("/repairs", **told).headers["Location"]).text
    assert "B. Lindqvist hands over to C. Marin" in page
    assert "tell them of C. Marin" in page
    press(desk, page, "Accept 1 visit")
    waiting = desk.get("/handovers").text
    assert "I have read it" not in waiting
    therapist = signed_in("therapist")
    assert "Handed over" in therapist.get("/worklist").text
    page = therapist.get("/handovers").text
    known = ("1 course waits", "Ada Adler1", "Run again", "1 of 2 visits", "Monday 23 November")
    for said in (*known, "Monday 16 November 2026, 10:00: Manual therapy", "No response recorded yet"):
        assert said in page
    assert "No course that was handed over" in therapist.get("/handovers?therapist=staff1").text
    press(therapist, page, "I have read it: Ada Adler1")
    assert "No course that was handed over" in therapist.get("/handovers").text
    assert "Handed over" not in therapist.get("/worklist").text


def test_a_therapist_reads_what_is_handed_over_to_her_and_the_desk_looks_at_all(
    desk: Browser, sqlite_database: Database, world: World, signed_in: Enter
) -> None:
    under_way(sqlite_database, world, ("done", -4), ("booked", 3), lead_staff_id=world.staff[0])
    told = {"who": "staff:staff1", "what": "handover", "first": "2026-11-23", "to": "staff2"}
    press(desk, desk.get(desk.send("/repairs", **told).headers["Location"]).text, "Accept 1 visit")
    hers, his, admin = signed_in("therapist"), signed_in("therapist"), signed_in("admin")
    with sqlite_database.begin() as unit:
        accounts = select(account.c.id).where(account.c.email.startswith("therapist.")).order_by(account.c.id)
        second, first = unit.connection.execute(accounts).scalars().all()
        for number, owner in enumerate((first, second)):
            tied = update(practice.staff).where(practice.staff.c.id == world.staff[number])
            unit.connection.execute(tied.values(account_id=owner))
    assert "No course that was handed over" in his.get("/handovers").text
    assert "<dd>No response recorded yet</dd>" in hers.get("/handovers").text
    assert "Handed over" not in his.get("/worklist").text
    assert "1 course waits" in desk.get("/handovers").text
    assert "1 course was handed over and waits to be read." in hers.get("/today").text
    assert "was handed over" not in his.get("/today").text
    assert "<dt>First visit with C. Marin</dt><dd>Monday 23 November 2026" in hers.get("/handovers").text
    shown = admin.get("/handovers").text
    assert "1 course waits" in shown
    assert "I have read it" not in shown
    page = hers.get("/handovers").text
    (to,) = re.findall(r'action="(/handovers/[a-z0-9]+/acknowledge)"', page)
    assert his.send(to).status_code == 403
    assert admin.send(to).status_code == 403
    press(hers, page, "I have read it: Ada Adler1")
    assert "No course that was handed over" in desk.get("/handovers").text


def test_the_next_therapist_reads_how_the_last_record_says_it_went(
    desk: Browser, sqlite_database: Database, world: World, signed_in: Enter
) -> None:
    under_way(sqlite_database, world, ("done", -4), ("booked", 3), lead_staff_id=world.staff[0])
    with sqlite_database.read() as unit:
        first = unit.connection.execute(select(appointment.c.public_id).order_by(appointment.c.id)).scalars().first()
    assert first is not None
    told = Record(pain_before=6, pain_after=4, soreness=2, next_step="Load more")
    sign(sqlite_database.begin, first, told, version=0, actor=ACTOR, now=NOW)
    left = {"who": "staff:staff1", "what": "handover", "first": "2026-11-23", "to": "staff2"}
    press(desk, desk.get(desk.send("/repairs", **left).headers["Location"]).text, "Accept 1 visit")
    page = signed_in("therapist").get("/handovers").text
    assert "<dd>Pain 6 before, 4 after, soreness of the sites 2</dd>" in page
    assert "<dt>Next step</dt><dd>Load more</dd>" in page
    assert f'href="/visits/{first}/record"' in page
    seen = desk.get("/handovers").text
    assert "Recorded: the record says it" in seen
    assert f'href="/visits/{first}/record"' not in seen
    assert "Load more" not in seen


def test_where_no_record_says_it_the_next_therapist_reads_what_the_patient_told(
    desk: Browser, sqlite_database: Database, world: World, signed_in: Enter
) -> None:
    under_way(sqlite_database, world, ("done", -4), ("booked", 3), lead_staff_id=world.staff[0])
    with sqlite_database.read() as unit:
        first = unit.connection.execute(select(appointment.c.public_id).order_by(appointment.c.id)).scalars().first()
    tell(sqlite_database.begin, str(first), Told(24, 3), actor=ACTOR, now=NOW)
    left = {"who": "staff:staff1", "what": "handover", "first": "2026-11-23", "to": "staff2"}
    press(desk, desk.get(desk.send("/repairs", **left).headers["Location"]).text, "Accept 1 visit")
    assert "<dd>Told 24 hours after the visit: pain 3</dd>" in signed_in("therapist").get("/handovers").text
    assert "Recorded: the record says it" in desk.get("/handovers").text


def test_a_visit_that_nobody_closed_is_not_the_next(
    desk: Browser, sqlite_database: Database, world: World, signed_in: Enter
) -> None:
    under_way(sqlite_database, world, ("booked", -4), ("booked", 3), lead_staff_id=world.staff[0])
    told = {"who": "staff:staff1", "what": "handover", "first": "2026-11-23", "to": "staff2"}
    press(desk, desk.get(desk.send("/repairs", **told).headers["Location"]).text, "Accept 1 visit")
    assert (
        "<dt>First visit with C. Marin</dt><dd>Monday 23 November 2026" in signed_in("therapist").get("/handovers").text
    )


def test_of_a_course_that_has_not_begun_nothing_is_made_up(
    desk: Browser, sqlite_database: Database, world: World, signed_in: Enter
) -> None:
    under_way(sqlite_database, world, ("booked", 3), lead_staff_id=world.staff[0])
    told = {"who": "staff:staff1", "what": "handover", "first": "2026-11-23", "to": "staff2"}
    press(desk, desk.get(desk.send("/repairs", **told).headers["Location"]).text, "Accept 1 visit")
    page = signed_in("therapist").get("/handovers").text
    assert "<dd>None took place yet</dd>" in page
    assert "<dd>No response recorded yet</dd>" in page
