import re
from datetime import timedelta

from sqlalchemy import insert, select, text
from werkzeug.test import TestResponse

from clinic.db.patients import records
from clinic.db.patients.records import Record
from clinic.db.tables.access import access_log
from clinic.db.tables.courses import plan
from clinic.db.unit import Database
from clinic.db.visits.occupied import Busy, occupy
from clinic.domain.patients.preferences import Preferences
from clinic.domain.time import zone
from clinic.domain.visits.changes import Book
from clinic.services.apply import apply
from tests.web.conftest import Browser, Clock
from tests.world import ACTOR, NOW, TZ, World, at, needling, patient, single

MIKA = {
    "given_name": "Mika Jo",
    "family_name": "Sample",
    "born": "1980-02-29",
    "gender": "female",
    "language": "en",
    "disclosure": "1",
    "invites": "invites",
    "show_address": "1",
}
FULL = {
    **MIKA,
    "email": "mika@example.org",
    "phone": "555",
    "address": "York",
    "language": "pl",
    "disclosure": "3",
    "invites": "feed",
    "alarm": "60",
    "channel": "text",
    "reminder": "36",
    "tz": "Europe/London",
    "follow_up": "1",
    "weekday": ["0", "2"],
    "from": "09:00",
    "until": "12:30",
    "therapist": "staff1",
    "therapist_required": "1",
    "wish_gender": "female",
    "wish_gender_required": "1",
    "regular": "1",
    "extra_minutes": "15",
    "interpreter": "Polish",
}


def test_the_list_says_when_a_patient_comes_next_and_for_what(
    desk: Browser, world: World, sqlite_database: Database
) -> None:
    with sqlite_database.begin() as unit:
        for day in ("2026-11-26", "2026-11-23"):
            booking = Book(single(world, needling(world, at(day, 10))))
            apply(unit, [booking], actor=ACTOR, reason="", now=NOW)
        for title in ("Tension-type headache", "Heel pain"):
            unit.connection.execute(insert(plan), _plan(world, title))
    page = desk.get("/patients").text
    assert "2 patients" in page
    assert "Mon 23 Nov, 10:00" in page
    assert "Tension-type headache, Heel pain" in page
    assert "Monday 23 November 2026" in desk.get("/patients/patient1").text


def test_a_record_lists_visits_page_by_page_the_latest_first(
    desk: Browser, world: World, sqlite_database: Database
) -> None:
    with sqlite_database.begin() as unit:
        days = (at(f"2026-{month:02}-{day:02}", 10) for month in (9, 10, 12) for day in range(1, 18))
        who = world.patients[0], "t1"
        rows = [Busy(f"v{n}", f"{n}@x.test", *who, starts, starts + 6) for n, starts in enumerate(days)]
        occupy(unit.connection, world.location, zone(TZ), rows, now=NOW)
    first, second = desk.get("/patients/patient1").text, desk.get("/patients/patient1?page=2").text
    assert ("1 to 50 of 51" in first, "51 to 51 of 51" in second) == (True, True)
    oldest = 'href="/visits/v0"'
    assert (oldest in first, oldest in second) == (False, True)
    assert first.index('href="/visits/v50"') < first.index('href="/visits/v1"')
    assert all("Tuesday 1 December 2026" in page for page in (first, second)), "the next one is on every page"


def _plan(world: World, title: str) -> dict[str, object]:
    return {
        "public_id": title,
        "patient_id": world.patients[0],
        "location_id": world.location,
        "protocol_key": "x",
        "protocol_revision": 1,
        "protocol": {},
        "title": title,
        "status": "active",
        "preferences": {},
        "earliest_on": NOW.date(),
        "start_within_days": 7,
        "created_at": NOW,
    }


def test_the_list_goes_page_by_page_and_finds(desk: Browser, sqlite_database: Database) -> None:
    with sqlite_database.begin() as unit:
        for number in range(3, 29):
            patient(unit.connection, number, deceased=number == 3)
        for number in range(3, 29):
            other = {"public_id": f"x{number}", "search_name": f"other{number}", "family_name": f"Other{number}"}
            patient(unit.connection, number, **other)
    first = desk.get("/patients")
    assert "1 to 50 of 54" in first.text
    assert 'href="/patients?page=2" rel="next"' in first.text
    second = desk.get("/patients?page=9")
    assert "51 to 54 of 54" in second.text
    assert 'href="/patients" rel="prev"' in second.text
    found = desk.get("/patients?q=adler3")
    assert ("Adler3" in found.text, "Deceased" in found.text, "Adler4" in found.text) == (True, True, False)
    assert "No patient matches" in desk.get("/patients?q=zebra&page=x").text


def test_the_dead_cannot_be_planned_for_and_a_bad_address_is_said(desk: Browser, sqlite_database: Database) -> None:
    assert "/courses/new?patient=patient1" in desk.get("/patients/patient1").text
    with sqlite_database.begin() as unit:
        unit.connection.execute(text("UPDATE patient SET deceased = 1, email_state = 'bad' WHERE id = 1"))
        unit.connection.execute(text("UPDATE patient SET restricted_at = created_at WHERE id = 2"))
    dead = desk.get("/patients/patient1").text
    assert "/courses/new?patient=patient1" not in dead
    assert "mail comes back" in dead
    assert "The record is restricted" in desk.get("/patients/patient2").text


def test_typing_offers_patients_with_their_birth_date(desk: Browser) -> None:
    options = desk.get("/patients/find?q=ada+adl").text
    assert options.count('role="option"') == 2
    assert "born 1 Mar 1980" in options
    assert "No patient is called that" in desk.get("/patients/find?q=zebra").text


def key(page: TestResponse) -> str:
    return re.findall(r'name="key" value="([^"]*)"', page.text)[0]


def stored(database: Database, public_id: str) -> Record:
    with database.read() as unit:
        return records.record(unit.connection, public_id)


def test_a_new_patient_is_taken_on_once_however_often_the_form_is_sent(
    desk: Browser, sqlite_database: Database
) -> None:
    form = {**MIKA, "key": key(desk.get("/patients/new"))}
    first = desk.send("/patients/new", **form)
    assert first.status_code == 303
    assert desk.send("/patients/new", **form).location == first.location
    page = desk.get(first.location)
    assert "Mika Jo Sample" in page.text
    assert "29 Feb 1980" in page.text
    with sqlite_database.read() as unit:
        assert unit.connection.execute(text("SELECT count(*) FROM patient")).scalar() == 3
        seen = unit.connection.execute(select(access_log.c.route)).scalars().all()
    assert seen == ["patients.record"]


def test_who_was_born_today_is_born_where_the_practice_is(world: World, clock: Clock, signed_in) -> None:  # type: ignore[no-untyped-def]
    clock.at = NOW.replace(hour=23, minute=30)
    desk = signed_in("front desk")
    for days, status in ((1, 303), (2, 400)):
        born = f"{NOW.date() + timedelta(days=days):%Y-%m-%d}"
        assert desk.send("/patients/new", **MIKA | {"born": born}, key=born).status_code == status


def test_every_field_of_the_form_is_kept_and_shown_again(desk: Browser, sqlite_database: Database) -> None:
    public_id = str(desk.send("/patients/new", **FULL).location).rsplit("/", 1)[1]
    found = stored(sqlite_database, public_id)
    assert (found.person.email, found.person.phone, found.person.address) == ("mika@example.org", "555", "York")
    assert found.choices.preferences == Preferences(
        frozenset({0, 2}), (540, 750), "staff1", True, "female", True, regular=True
    )
    assert (found.choices.disclosure, found.choices.invites, found.choices.alarm_minutes) == (3, "feed", 60)
    assert (found.choices.extra_minutes, found.choices.interpreter) == (15, "Polish")
    assert (found.choices.channel, found.choices.reminder_hours, found.choices.tz) == ("text", 36, "Europe/London")
    assert (found.choices.aftercare, found.choices.follow_up) == (False, True)
    page = desk.get(f"/patients/{public_id}/edit").text
    for shown in ('value="mika@example.org"', 'value="09:00"', 'value="12:30"', 'value="Polish"'):
        assert shown in page
    assert '<option value="pl" selected>Polish' in page
    assert '<option value="staff1" selected>B. Lindqvist' in page
    assert 'name="weekday" value="2" checked' in page
    record = desk.get(f"/patients/{public_id}").text
    for shown in (
        "With treatment and notes",
        "An hour before",
        "Monday, Wednesday",
        "09:00–12:30",
        "B. Lindqvist, nobody else",
        "Woman, no exceptions",
        "As a text message",
        "36 hours before",
        "<dd>Not wanted",
        "<dd>Europe/London",
        "<dd>Polish",
    ):
        assert shown in record


def test_a_wrong_form_comes_back_as_it_was_with_every_fault(desk: Browser, sqlite_database: Database) -> None:
    wrong = {
        **FULL,
        "family_name": "",
        "born": "2030-01-01",
        "email": "nobody",
        "disclosure": "9",
        "from": "13:00",
        "therapist": "stranger",
        "extra_minutes": "many",
    }
    answer = desk.send("/patients/new", **wrong)
    assert answer.status_code == 400
    for fault in ("Family name is empty", "not a mail address", "therapist", "must be a whole number"):
        assert fault in answer.text
    assert 'value="Mika Jo"' in answer.text
    assert desk.send("/patients/new", **{**FULL, "born": "1980"}).status_code == 400
    assert "Birth date is empty: fill it in." in desk.send("/patients/new", **{**FULL, "born": ""}).text
    assert desk.send("/patients/new", **{**FULL, "from": "soon"}).status_code == 400
    assert desk.send("/patients/new", **{**FULL, "from": "13:00"}).status_code == 400
    assert desk.send("/patients/new", **{**FULL, "wish_gender": ""}).status_code == 400
    late = desk.send("/patients/new", **{**FULL, "born": "2030-01-01"})
    assert "lies in the future" in late.text
    assert 'href="#born"' in late.text
    with sqlite_database.read() as unit:
        assert unit.connection.execute(text("SELECT count(*) FROM patient")).scalar() == 2


def test_a_change_is_kept_and_what_the_form_does_not_ask_for_stays(desk: Browser, sqlite_database: Database) -> None:
    with sqlite_database.begin() as unit:
        unit.connection.execute(text("UPDATE patient SET deceased_at = '2020-01-01', deceased = 1 WHERE id = 1"))
    page = desk.get("/patients/patient1/edit")
    assert 'name="version" value="1"' in page.text
    changed = desk.send("/patients/patient1/edit", **MIKA, version="1", deceased="1", until="12:00")
    assert (changed.status_code, changed.location) == (303, "/patients/patient1")
    found = stored(sqlite_database, "patient1")
    assert (found.version, found.person.deceased, found.person.deceased_at) == (2, True, "2020-01-01")
    assert (found.person.family_name, found.person.email) == ("Sample", None)
    assert found.choices.preferences.window == (0, 720)
    assert 'value="00:00"' in desk.get("/patients/patient1/edit").text
    assert desk.send("/patients/patient1/edit", **MIKA, version="2", **{"from": "12:00"}).status_code == 303
    found = stored(sqlite_database, "patient1")
    assert (found.person.deceased, found.person.deceased_at) == (False, None)
    assert found.choices.preferences.window == (720, 1440)


def test_a_wrong_change_keeps_the_version_that_was_seen(desk: Browser) -> None:
    answer = desk.send("/patients/patient1/edit", **{**MIKA, "family_name": ""}, version="1")
    assert answer.status_code == 400
    assert 'name="version" value="1"' in answer.text
    assert desk.send("/patients/patient1/edit", **MIKA).status_code == 400


def test_a_form_on_an_old_version_shows_both_versions(desk: Browser) -> None:
    assert desk.send("/patients/patient1/edit", **MIKA, version="1").status_code == 303
    answer = desk.send("/patients/patient1/edit", **{**MIKA, "phone": "777", "weekday": ["0", "x"]}, version="1")
    assert answer.status_code == 400
    answer = desk.send("/patients/patient1/edit", **{**MIKA, "phone": "777", "weekday": ["0"]}, version="1")
    assert answer.status_code == 409
    assert "777" in answer.text
    assert "Monday" in answer.text
    assert "/patients/patient1/edit" in answer.text


def test_a_language_nobody_lists_stays_a_choice(desk: Browser, sqlite_database: Database) -> None:
    for code, name in (("en-GB", "English (United Kingdom)"), ("zz-zz", "zz-zz")):
        with sqlite_database.begin() as unit:
            unit.connection.execute(text("UPDATE patient SET language = :code"), {"code": code})
        assert f'<option value="{code}" selected>{name}' in desk.get("/patients/patient1/edit").text


def test_an_alarm_of_another_length_stays_a_choice(desk: Browser, sqlite_database: Database) -> None:
    with sqlite_database.begin() as unit:
        unit.connection.execute(text("UPDATE patient SET alarm_minutes = 90"))
    assert '<option value="90" selected>90 minutes before' in desk.get("/patients/patient1/edit").text
    assert "90 minutes before" in desk.get("/patients/patient1").text


def test_nobody_edits_a_stranger_or_without_permission(desk: Browser, signed_in) -> None:  # type: ignore[no-untyped-def]
    assert desk.get("/patients/nobody/edit").status_code == 404
    assert desk.send("/patients/nobody/edit", **MIKA, version="1").status_code == 404
    assert signed_in("assistant").get("/patients/new").status_code == 403
