"""A therapist's day: what needs attention before each visit, unsigned records, courses and who is due."""

import re

import pytest
from sqlalchemy import select, text, update

from clinic.db.connect import WRITES
from clinic.db.tables import practice
from clinic.db.tables.access import account
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database, Unit
from clinic.domain.care.events import Event, Grade, Kind
from clinic.domain.care.record import Record
from clinic.domain.care.screening import Answers
from clinic.domain.practice.modality import Modality
from clinic.services.care.events import happened
from clinic.services.care.records import sign
from clinic.web.care import today
from tests.cared import ready, screened
from tests.under_way import after, under_way
from tests.web.conftest import Browser, Enter
from tests.world import ACTOR, NOW, World

NEEDLE = Modality.DRY_NEEDLING


def led(database: Database, world: World, *sessions: object, **more: object) -> str:
    return under_way(database, world, *sessions, modality=NEEDLE, lead_staff_id=world.staff[0], **more)  # type: ignore[arg-type]


def test_a_day_without_visits_and_courses_says_so(therapist: Browser) -> None:
    page = therapist.get("/today").text
    assert "No visit today." in page
    assert "No course is under way." in page
    assert 'href="/today" aria-current="page"' in page
    assert 'href="/rules"' in page
    assert 'href="/protocols"' in page


def test_each_visit_shows_what_needs_attention_before_it(
    therapist: Browser, sqlite_database: Database, world: World
) -> None:
    led(sqlite_database, world, ("done", -5), ("booked", 0), ("booked", 5), hour=14, reassess=(after(2),))
    page = therapist.get("/today").text
    assert "14:00" in page
    assert "Nobody has asked today" in page
    assert "No valid consent covers this needling" in page
    assert "The reassessment is due in this visit." in page
    assert "Nothing is open." not in page


def test_where_nothing_is_open_the_visit_says_so(therapist: Browser, sqlite_database: Database, world: World) -> None:
    led(sqlite_database, world, ("booked", 0), hour=14)
    ready(sqlite_database, world.patients[0], NOW.date())
    assert "Nothing is open." in therapist.get("/today").text
    screened(sqlite_database, world.patients[0], Answers(antithrombotics=True))
    assert "medicine against clotting" in therapist.get("/today").text


@pytest.mark.parametrize(("status", "said"), [("pencilled", "Only pencilled"), ("held", "Only held")])
def test_a_visit_that_nobody_agreed_to_says_so_and_leads_to_no_record(
    therapist: Browser, sqlite_database: Database, world: World, status: str, said: str
) -> None:
    led(sqlite_database, world, (status, 0), hour=14)
    ready(sqlite_database, world.patients[0], NOW.date())
    page = therapist.get("/today").text
    assert said in page
    assert "Nothing is open." not in page
    assert "/record" not in page


def test_an_alarm_and_a_red_flag_stand_before_the_visit(
    therapist: Browser, sqlite_database: Database, world: World
) -> None:
    led(sqlite_database, world, ("done", -5), ("booked", 0), hour=14)
    with sqlite_database.read() as unit:
        done = unit.connection.execute(text("SELECT public_id FROM appointment ORDER BY id")).scalars().all()[0]
    happened(sqlite_database.begin, done, Event(Kind.NERVE, Grade.MILD, NOW), actor=ACTOR, now=NOW)
    page = therapist.get("/today").text
    assert "1 alarm nobody has acknowledged" in page
    assert page.count("A red flag was reported") == 1


def test_records_wait_for_a_signature_and_courses_for_a_visit(
    therapist: Browser, sqlite_database: Database, world: World
) -> None:
    led(sqlite_database, world, ("done", -5), None, None, hour=14, reassess=(after(1),))
    led(sqlite_database, world, ("done", -9), None, patient=1, hour=16)
    page = therapist.get("/today").text
    assert "Records to sign" in page
    assert page.count("not begun") == 2
    assert "1 of 3 held" in page
    assert "Reassessment in visit 1 to be marked" in page
    assert "No visit is planned" in page
    assert "Under way: 2" in page or "Active: 2" in page


def test_courses_whose_visits_were_all_held_are_folded_away_below_the_others(
    therapist: Browser, sqlite_database: Database, world: World
) -> None:
    led(sqlite_database, world, ("done", -9), hour=16)
    led(sqlite_database, world, ("done", -5), ("booked", 5), patient=1, hour=14)
    page = therapist.get("/today").text
    assert "1 course whose visits were all held" in page
    before, folded = page.split("<details>")
    assert "1 of 2 held" in before
    assert "1 of 1 held" not in before
    assert "1 of 1 held" in folded


def test_one_sees_ones_own_day_first_and_may_look_at_another(
    therapist: Browser, sqlite_database: Database, world: World
) -> None:
    led(sqlite_database, world, ("booked", 0), hour=14)
    with sqlite_database.begin() as unit:
        me = unit.connection.execute(select(account.c.id)).scalar_one()
        unit.connection.execute(
            update(practice.staff).where(practice.staff.c.id == world.staff[1]).values(account_id=me)
        )
    assert "No visit today." in therapist.get("/today").text
    assert "14:00" in therapist.get("/today?therapist=staff1").text
    assert therapist.get("/today?therapist=nobody").status_code == 404


def test_the_desk_sees_nobodys_caseload(world: World, signed_in: Enter) -> None:
    desk = signed_in("front desk")
    assert desk.get("/today").status_code == 403
    assert 'href="/today"' not in desk.get("/").text


def test_a_day_without_visits_leads_to_the_next_visit(
    therapist: Browser, sqlite_database: Database, world: World
) -> None:
    led(sqlite_database, world, ("done", -5), ("booked", 3), ("booked", 9), hour=14)
    page = therapist.get("/today").text
    assert "No visit today. The next one:" in page
    assert re.findall(r'href="/visits/[^"]*" data-sheet>([^<]*, 14:00)</a>', page) == ["Monday 23 November 2026, 14:00"]


def test_yesterdays_and_tomorrows_visits_are_not_todays(
    therapist: Browser, sqlite_database: Database, world: World
) -> None:
    led(sqlite_database, world, ("done", -1), hour=14)
    led(sqlite_database, world, ("booked", 1), hour=14, patient=1)
    page = therapist.get("/today").text
    assert "No visit today." in page
    assert "Sat 21 Nov" in page


def test_of_many_records_the_oldest_are_shown_and_the_rest_on_demand(
    therapist: Browser, sqlite_database: Database, world: World
) -> None:
    led(sqlite_database, world, *(("done", days) for days in range(-50, -10, 4)), hour=14)
    page = therapist.get("/today").text
    assert (page.count("not begun"), "2 more" in page) == (8, True)
    whole = therapist.get("/today?therapist=staff1&all=1").text
    assert (whole.count("not begun"), "2 more" in whole) == (10, False)


def test_a_course_that_nobody_leads_is_whoevers_who_treats_in_it(
    therapist: Browser, sqlite_database: Database, world: World
) -> None:
    under_way(sqlite_database, world, ("booked", 3), hour=14)
    assert "0 of 1 held" in therapist.get("/today").text
    assert "No course is under way." in therapist.get("/today?therapist=staff2").text


def test_the_rules_are_asked_before_anything_is_written(
    therapist: Browser, sqlite_database: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    led(sqlite_database, world, ("booked", 0), hour=14)
    writes: list[object] = []

    def foretelling(unit: Unit, changes: object) -> dict[int, list[object]]:
        writes.append(unit.connection.get_execution_options().get(WRITES, False))
        return {0: []}

    monkeypatch.setattr(today, "foretell", foretelling)
    assert therapist.get("/today").status_code == 200
    assert writes == [False]
    with sqlite_database.read() as unit:
        assert unit.connection.execute(text("SELECT route FROM access_log")).scalars().all() == ["today.page"]


def handed_over(desk: Browser, first: str) -> None:
    """All courses of the first therapist go to the second, from a day on."""
    told = {"who": "staff:staff1", "what": "handover", "first": first, "to": "staff2"}
    page = desk.get(desk.send("/repairs", **told).headers["Location"]).text
    to = re.findall(r'action="(/repairs/[a-z0-9]+/accept)"', page)[0]
    version = re.findall(r'name="version" value="(\d+)"', page)[0]
    assert desk.send(to, version=version).status_code == 303


def test_a_course_that_was_handed_over_says_so_until_it_is_read(
    therapist: Browser, sqlite_database: Database, world: World, signed_in: Enter
) -> None:
    led(sqlite_database, world, ("booked", 0), ("booked", 5), hour=14)
    handed_over(signed_in("front desk"), "2026-11-20")
    hers = therapist.get("/today?therapist=staff2").text
    assert "1 course was handed over and waits to be read." in hers
    assert "The course was handed over: read what is known of it." in hers
    assert "handed over" not in therapist.get("/today?therapist=staff1").text
    (to,) = re.findall(r'action="(/handovers/[a-z0-9]+/acknowledge)"', therapist.get("/handovers").text)
    therapist.send(to)
    assert "handed over" not in therapist.get("/today?therapist=staff2").text


def test_who_takes_over_reads_to_which_visit_the_patient_responded(
    therapist: Browser, sqlite_database: Database, world: World, signed_in: Enter
) -> None:
    led(sqlite_database, world, ("done", -8), ("done", -4), ("booked", 4), hour=14)
    with sqlite_database.read() as unit:
        ids = unit.connection.execute(select(appointment.c.public_id).order_by(appointment.c.id)).scalars().all()
    told = Record(pain_before=6, pain_after=4, soreness=2)
    sign(sqlite_database.begin, ids[0], told, version=0, actor=ACTOR, now=NOW)
    handed_over(signed_in("front desk"), "2026-11-24")
    page = therapist.get("/handovers").text
    assert "<dt>Response to the visit on Thu 12 Nov</dt><dd>Pain 6 before, 4 after" in page
    assert f'href="/visits/{ids[0]}/record"' in page


def test_who_takes_over_reads_which_visit_is_his_first(
    therapist: Browser, sqlite_database: Database, world: World, signed_in: Enter
) -> None:
    led(sqlite_database, world, ("booked", 0), ("booked", 5), hour=14)
    handed_over(signed_in("front desk"), "2026-11-24")
    page = therapist.get("/handovers").text
    assert "<dt>Next visit</dt><dd>Friday 20 November 2026" in page
    assert "<dt>First visit with C. Marin</dt><dd>Wednesday 25 November 2026" in page
