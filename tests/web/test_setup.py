"""The practice's own set-up on screen: every change is one write, and says first which visits it leaves stranded."""

import re
from html.parser import HTMLParser

import pytest
from sqlalchemy import select

from clinic.db.practice.stored import stored
from clinic.db.tables.access import audit
from clinic.db.unit import Database
from clinic.domain.practice.practice import Practice
from clinic.domain.visits.changes import Book
from clinic.services.apply import apply
from tests.web.conftest import Browser, Enter
from tests.world import ACTOR, NOW, World, at, needling, single


def known(database: Database) -> Practice:
    with database.read() as unit:
        return stored(unit.connection).practice


def acts(database: Database) -> list[tuple[str, str]]:
    with database.read() as unit:
        query = select(audit.c.act, audit.c.subject_kind).where(audit.c.permission == "practice.write")
        return [(row.act, row.subject_kind) for row in unit.connection.execute(query.order_by(audit.c.id))]


class Filled(HTMLParser):
    """What the first form with fields would send if nobody touched it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.select = ""
        self.feed(re.findall(r'<form class="panel fields".*?</form>', page, re.S)[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        name, value = told.get("name", ""), told.get("value", "")
        if tag == "select":
            self.select = name
        elif tag == "option" and ("selected" in told or self.select not in self.sent):
            self.sent[self.select] = [value]
        elif tag == "input" and (told.get("type") != "checkbox" or "checked" in told):
            self.sent.setdefault(name, []).append(value)


def fields(page: str) -> dict[str, str]:
    """The form's fields; one that has several values has them all."""
    sent = Filled(page).sent
    del sent["csrf_token"]
    return {name: values if len(values) > 1 else values[0] for name, values in sent.items()}  # type: ignore[misc]


def code(database: Database, kind: str) -> str:
    practice = known(database)
    return {"location": practice.locations[0].code, "staff": practice.staff[0].code}.get(
        kind, practice.locations[0].rooms[0].code
    )


def booked(database: Database, world: World, day: str = "2026-11-23", hour: int = 10) -> str:
    with database.begin() as unit:
        new = single(world, needling(world, at(day, hour)))
        return apply(unit, (Book(new),), actor=ACTOR, now=NOW).visits[0]


def test_the_overview_leads_to_everything_that_is_there(admin: Browser, sqlite_database: Database) -> None:
    page = admin.get("/setup")
    assert page.status_code == 200
    for href in set(re.findall(r'href="(/setup/[^"]+)"', page.text)):
        assert admin.get(href).status_code == 200, href


@pytest.mark.parametrize("kind", ["practice", "location", "room", "staff"])
def test_a_form_that_is_sent_as_it_stands_changes_nothing(admin: Browser, sqlite_database: Database, kind: str) -> None:
    paths = {"practice": "practice", "location": "locations", "room": "rooms", "staff": "people"}
    path = f"/setup/{paths[kind]}" + (f"/{code(sqlite_database, kind)}" if kind != "practice" else "")
    before = known(sqlite_database)
    assert admin.send(path, **fields(admin.get(path).text)).status_code == 303
    assert known(sqlite_database) == before
    assert acts(sqlite_database) == []


@pytest.mark.parametrize(
    "path",
    ["locations/{location}/hours", "people/{staff}/hours", "people/{staff}/credentials", "people/{staff}/starts"],
)
def test_rows_that_are_sent_as_they_stand_change_nothing(admin: Browser, sqlite_database: Database, path: str) -> None:
    path = "/setup/" + path.format(**{kind: code(sqlite_database, kind) for kind in ("location", "staff")})
    before = known(sqlite_database)
    assert admin.send(path, **fields(admin.get(path).text)).status_code == 303
    assert known(sqlite_database) == before


def test_the_practice_is_renamed_once_and_the_trail_says_so(admin: Browser, sqlite_database: Database) -> None:
    form = fields(admin.get("/setup/practice").text) | {"name": "Needle & Co", "cancel_hours": "48"}
    for _ in range(2):
        assert admin.send("/setup/practice", **form).status_code == 303
    profile = known(sqlite_database).profile
    assert profile is not None
    assert (profile.name, profile.cancel_hours) == ("Needle & Co", 48)
    assert acts(sqlite_database) == [("changed", "practice")]


def test_a_form_that_was_read_before_somebody_elses_change_is_stale(admin: Browser, sqlite_database: Database) -> None:
    form = fields(admin.get("/setup/practice").text)
    assert admin.send("/setup/practice", **form | {"name": "First"}).status_code == 303
    assert admin.send("/setup/practice", **form | {"name": "Second", "key": "other"}).status_code == 409
    assert known(sqlite_database).profile.name == "First"  # type: ignore[union-attr] # there is one


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(admin: Browser, sqlite_database: Database) -> None:
    form = fields(admin.get("/setup/practice").text) | {"name": "", "cancel_hours": "900"}
    answer = admin.send("/setup/practice", **form)
    assert answer.status_code == 400
    assert 'id="name-fault"' in answer.text
    assert 'value="900"' in answer.text
    assert "Patients move and cancel by themselves until (hours before) must lie between 0 and 720" in answer.text
    assert admin.send("/setup/practice", **form | {"cancel_hours": "soon"}).status_code == 400


def test_a_location_a_room_and_a_colleague_are_added(admin: Browser, sqlite_database: Database) -> None:
    place = {"name": "Potsdam", "address": "Park 1", "phone": "+49 331 1", "emergency_number": "112", "country": "DE"}
    place |= {"tz": "Europe/Berlin", "jurisdiction": "DE", "grid_minutes": "15", "key": "a"}
    assert admin.send("/setup/locations/new", **place).status_code == 303
    room = {"name": "Room 1", "lanes": "2", "capabilities": ["treatment", "gym"], "active": "1", "key": "b"}
    assert admin.send("/setup/locations/potsdam/rooms/new", **room).status_code == 303
    person = {"name": "Zoë Berg", "initials": "ZB", "kind": "therapist", "gender": "female", "languages": ["de", "en"]}
    limits = dict.fromkeys(re.findall(r'name="(limit_\w+)"', admin.get("/setup/people/new").text), "1")
    assert admin.send("/setup/people/new", **person, **limits, active="1", key="c").status_code == 303
    practice = known(sqlite_database)
    assert practice.location("potsdam").rooms[0].code == "potsdam-room-1"
    assert practice.room("potsdam-room-1").lanes == 2
    assert practice.colleague("zoe-berg").languages == ("de", "en")
    assert acts(sqlite_database) == [("created", "location"), ("created", "room"), ("created", "staff")]


def test_an_empty_database_is_set_up_on_screen(signed_in: Enter, sqlite_database: Database) -> None:
    admin = signed_in("admin")
    assert "Name the practice" in admin.get("/setup").text
    form = fields(admin.get("/setup/practice").text)
    told = {"name": "New", "neutral_name": "The practice", "sender": "visits@clinic.test"}
    assert admin.send("/setup/practice", **form | told).status_code == 303
    assert known(sqlite_database).profile is not None


def test_hours_from_a_day_on_end_the_old_ones_the_day_before(admin: Browser, sqlite_database: Database) -> None:
    path = f"/setup/locations/{code(sqlite_database, 'location')}/hours"
    form = {name: value for name, value in fields(admin.get(path).text).items() if "." not in name}
    rows = {"weekday.0": "0-4", "starts_minute.0": "07:00", "ends_minute.0": "00:00"}
    assert admin.send(path, **form | rows | {"from_day": "2027-01-04"}).status_code == 303
    hours = known(sqlite_database).locations[0].hours
    assert {str(each.until_on) for each in hours if each.from_on is None} == {"2027-01-03"}
    assert [(each.weekday, each.starts_minute, each.ends_minute) for each in hours if each.from_on] == [
        (day, 420, 1440) for day in range(5)
    ]


def test_hours_that_overlap_or_end_before_they_start_are_refused_at_their_row(
    admin: Browser, sqlite_database: Database
) -> None:
    path = f"/setup/locations/{code(sqlite_database, 'location')}/hours"
    form = fields(admin.get(path).text)
    rows = {"weekday.70": "0", "starts_minute.70": "23:30", "ends_minute.70": "23:00"}
    answer = admin.send(path, **form | rows)
    assert answer.status_code == 400
    assert 'id="ends_minute.70-fault"' in answer.text
    assert admin.send(path, **form | rows | {"starts_minute.70": "soon"}).status_code == 400
    twice = {"weekday.70": "0", "starts_minute.70": "09:00", "ends_minute.70": "23:00"}
    assert "overlap" in admin.send(path, **form | twice).text


def test_an_absence_lists_the_visits_that_it_strands_before_it_is_saved(
    admin: Browser, sqlite_database: Database, world: World
) -> None:
    visit = booked(sqlite_database, world)
    path = f"/setup/people/{code(sqlite_database, 'staff')}/absences"
    form = fields(admin.get(path).text) | {"kind.0": "sick", "starts_at.0": "2026-11-23"}
    asked = admin.send(path, **form)
    assert asked.status_code == 409
    assert f'href="/visits/{visit}"' in asked.text
    assert not known(sqlite_database).staff[0].absences
    agreed = re.findall(r'name="agreed" value="([^"]+)"', asked.text)
    assert agreed == [visit]
    saved = admin.send(path, **form | {"key": "again"}, agreed=agreed)
    assert saved.headers["Location"] == "/setup/stranded"
    assert len(known(sqlite_database).staff[0].absences) == 1
    page = admin.get("/setup/stranded").text
    assert f"/visits/{visit}/move" in page
    mend = re.findall(r'href="(/repairs\?[^"]+)"', page)[0].replace("&amp;", "&")
    repair = admin.get(mend).text
    assert 'value="2026-11-23"' in repair
    assert 'value="10:00"' in repair
    assert re.search(r'value="staff:\w+" selected', repair)
    assert "1 visit ahead cannot be given" in admin.get("/setup").text


def test_a_visit_that_was_booked_meanwhile_is_asked_about_again(
    admin: Browser, sqlite_database: Database, world: World
) -> None:
    first = booked(sqlite_database, world)
    path = f"/setup/people/{code(sqlite_database, 'staff')}/absences"
    form = fields(admin.get(path).text) | {"kind.0": "leave", "starts_at.0": "2026-11-23", "ends_at.0": "2026-11-27"}
    assert admin.send(path, **form).status_code == 409
    booked(sqlite_database, world, "2026-11-27")
    assert admin.send(path, **form | {"key": "again"}, agreed=[first]).status_code == 409


def test_absences_with_times_are_wall_times_and_are_taken_out_by_emptying_their_row(
    admin: Browser, sqlite_database: Database
) -> None:
    path = f"/setup/people/{code(sqlite_database, 'staff')}/absences"
    row = {"kind.0": "training", "starts_at.0": "2026-12-01", "from_time.0": "13:00", "ends_at.0": "2026-12-01"}
    assert admin.send(path, **fields(admin.get(path).text) | row | {"until_time.0": "15:30"}).status_code == 303
    (away,) = known(sqlite_database).staff[0].absences
    assert (f"{away.starts_at:%H:%M}", f"{away.ends_at:%H:%M}") == ("12:00", "14:30")
    form = fields(admin.get(path).text)
    assert (form["from_time.0"], form["until_time.0"]) == ("13:00", "15:30")
    assert admin.send(path, **form).status_code == 303
    assert len(known(sqlite_database).staff[0].absences) == 1
    empty = {name: "" for name in form if name.endswith(".0")}
    assert admin.send(path, **fields(admin.get(path).text) | empty).status_code == 303
    assert not known(sqlite_database).staff[0].absences


def test_an_absence_from_or_until_a_time_that_the_clock_shows_twice_holds_both(
    admin: Browser, sqlite_database: Database
) -> None:
    path = f"/setup/people/{code(sqlite_database, 'staff')}/absences"
    row = {"kind.0": "leave", "starts_at.0": "2027-10-31", "from_time.0": "02:30", "until_time.0": "02:45"}
    assert admin.send(path, **fields(admin.get(path).text) | row).status_code == 303
    (away,) = known(sqlite_database).staff[0].absences
    assert (f"{away.starts_at:%H:%M}", f"{away.ends_at:%H:%M}") == ("00:30", "01:45")
    form = fields(admin.get(path).text)
    assert (form["from_time.0"], form["until_time.0"]) == ("02:30", "02:45")
    assert admin.send(path, **form).status_code == 303
    assert known(sqlite_database).staff[0].absences == frozenset({away})


def test_closures_are_entered_with_the_public_holidays_of_a_year(admin: Browser, sqlite_database: Database) -> None:
    path = f"/setup/locations/{code(sqlite_database, 'location')}/closures"
    form = fields(admin.get(path).text) | {"first_on.90": "2027-02-01", "name.90": "Works"}
    assert admin.send(path, **form | {"holidays": "2027"}).status_code == 303
    closed = known(sqlite_database).locations[0].closures
    assert {"2027-02-01", "2027-12-25"} <= {str(each.first_on) for each in closed}
    again = fields(admin.get(path).text) | {"holidays": "2027"}
    assert admin.send(path, **again).status_code == 303
    assert known(sqlite_database).locations[0].closures == closed
    assert admin.send(path, **fields(admin.get(path).text) | {"holidays": "1066"}).status_code == 400


def test_a_room_is_closed(admin: Browser, sqlite_database: Database) -> None:
    room = code(sqlite_database, "room")
    path = f"/setup/rooms/{room}/closures"
    form = fields(admin.get(path).text) | {"first_on.0": "2027-02-01", "last_on.0": "2027-02-03", "name.0": "Paint"}
    assert admin.send(path, **form).status_code == 303
    assert len(known(sqlite_database).room(room).closures) == 1


def test_credentials_and_reserved_starts_are_entered(admin: Browser, sqlite_database: Database) -> None:
    person = code(sqlite_database, "staff")
    path = f"/setup/people/{person}/credentials"
    row = {"kind.80": "manual-therapy", "number.80": "MT-1", "jurisdiction.80": "DE", "valid_from.80": "2026-01-01"}
    form = fields(admin.get(path).text) | row
    assert admin.send(path, **form | {"regions.80": "neck, tail"}).status_code == 400
    assert admin.send(path, **form | {"regions.80": "neck, knee", "provisional.80": "1"}).status_code == 303
    held = [each for each in known(sqlite_database).colleague(person).credentials if each.number == "MT-1"]
    assert [(sorted(each.regions or ()), each.provisional) for each in held] == [(["knee", "neck"], True)]
    path = f"/setup/people/{person}/starts"
    place = code(sqlite_database, "location")
    row = {"location.9": place, "weekday.9": "0-4", "starts_minute.9": "08:00", "ends_minute.9": "08:30"}
    form = fields(admin.get(path).text) | row | {"kind.9": "urgent", "release_days.9": "1"}
    assert admin.send(path, **form).status_code == 303
    assert len(known(sqlite_database).colleague(person).reserved) == 5


def test_a_repair_that_enters_an_absence_makes_an_open_form_stale(
    admin: Browser, sqlite_database: Database, world: World
) -> None:
    person = code(sqlite_database, "staff")
    path = f"/setup/people/{person}/absences"
    form = fields(admin.get(path).text)
    entered = {"who": "staff:staff1", "what": "absence", "first": "2026-12-07", "enter": "1", "kind": "sick"}
    assert admin.send("/repairs", **entered).status_code == 303
    assert admin.send(path, **form).status_code == 409
    assert len(known(sqlite_database).colleague(person).absences) == 1


def test_nobody_else_sets_the_practice_up_and_what_is_not_there_is_not_found(
    admin: Browser, signed_in: Enter, sqlite_database: Database
) -> None:
    assert signed_in("front desk").get("/setup").status_code == 403
    for path in ("/setup/locations/none", "/setup/rooms/none", "/setup/people/none", "/setup/people/none/hours"):
        assert admin.get(path).status_code == 404
    assert admin.get(f"/setup/people/{code(sqlite_database, 'staff')}/rooms").status_code == 404
