"""A role that holds at one location: what is at another one is not there, by whichever address it is asked for."""

from collections.abc import Callable

import pytest
from flask import Flask

from clinic.db.access import places
from clinic.db.unit import Database
from tests.elsewhere import DAY, ELSEWHERE, ROOM, Things, only_at, second_place, things
from tests.web.conftest import PASSWORD, Browser, Enter, browser
from tests.web.routes import ROUTES
from tests.world import World

THINGS = {
    "/courses/<plan>": "course",
    "/courses/<public_id>": "course",
    "/handovers/<public_id>": "handover",
    "/repairs/<public_id>": "repair",
    "/setup/locations/<code>": "location code",
    "/setup/rooms/<code>": "room code",
    "/tasks/<public_id>": "task",
    "/visits/<public_id>": "visit",
    "/visits/kept/<public_id>": "visit",
    "/waitlist/<public_id>": "waiting",
    "/waitlist/times/<public_id>": "freed",
}
"""What is at a location, by the address before it."""

OF_THE_PRACTICE = ("/calendars", "/rules/<", "/setup/accounts", "/setup/people")
"""For whom it holds everywhere."""

ANYWHERE = (
    "/day/<on>",
    "/demo/mailbox/<",
    "/events/<",
    "/my/calendars/<",
    "/my/changes/<",
    "/notes/<",
    "/outbox/<",
    "/patients/<",
    "/protocols/<",
    "/staff/<public_id>/busy",
    "/week/<on>",
)
"""Patients, letters and texts are the practice's; a day is shown at the locations that one may see."""

NAMED = {"location code": "mitte", "room code": "room-1"}


@pytest.fixture
def far(sqlite_database: Database, world: World) -> int:
    return second_place(sqlite_database, world)


@pytest.fixture
def made(sqlite_database: Database, world: World, far: int) -> Things:
    return things(sqlite_database, world)


@pytest.fixture
def bound(app: Flask, account: Callable[[str], str], sqlite_database: Database, far: int) -> Enter:
    """`bound("therapist")`: somebody who is one at the second location alone."""

    def enter(role: str) -> Browser:
        email, mine = account(role), browser(app)
        only_at(sqlite_database, email, role, far)
        assert mine.send("/sign-in", login=email, password=PASSWORD).status_code == 303
        mine.get("/")
        return mine

    return enter


def routes() -> list[tuple[str, str]]:
    """(method, rule) of each that names something."""
    asked = [route.split(" ") for route, needs in ROUTES.items() if needs != "public" and "<" in route]
    return [(method, rule) for method, rule in asked if rule != "/static/dist/<name>"]


def kind_of(rule: str) -> str | None:
    """What the rule names; None for what belongs to no location. A rule that is not listed here fails."""
    starts = [start for start in THINGS if rule == start or rule.startswith(f"{start}/")]
    if starts:
        return THINGS[max(starts, key=len)]
    return "practice" if rule.startswith(OF_THE_PRACTICE) else None


def test_every_route_that_names_something_is_sorted() -> None:
    for _, rule in routes():
        assert kind_of(rule) is not None or rule.startswith(ANYWHERE), f"{rule}: at which location is that?"


def filled(rule: str, name: str) -> str:
    parts = rule.split("/")
    first = next(number for number, part in enumerate(parts) if part.startswith("<"))
    parts[first] = name
    return "/".join("1" if part.startswith("<") else part for part in parts)


def test_what_is_at_another_location_is_not_there(
    bound: Enter, made: Things, sqlite_database: Database, world: World
) -> None:
    mine, asked = bound("admin"), 0
    for method, rule in routes():
        kind = kind_of(rule)
        if kind is None:
            continue
        name = NAMED.get(kind) or getattr(made, kind, "x")
        if kind != "practice":
            with sqlite_database.read() as unit:
                assert world.location in places.of(unit.connection, kind, name), f"{rule}: nothing is there"
        path = filled(rule, name)
        answer = mine.open(path, method=method, data={"csrf_token": mine.token()})
        assert answer.status_code == 404, (method, path, answer.status_code)
        asked += 1
    assert asked > 90


@pytest.mark.parametrize(
    "path",
    [
        f"/day/{DAY}?location=loc1",
        f"/day/{DAY}/live?location=loc1",
        f"/week/{DAY}?location=loc1&who=staff1",
        f"/day/{DAY}/sheets?location=loc1",
        "/calls?location=loc1",
        "/visits/new?location=loc1",
        "/courses/new?location=loc1",
        "/waitlist/new?location=loc1",
        "/worklist?location=loc1",
        "/setup",
        "/setup/practice",
    ],
)
def test_another_location_is_not_asked_for_by_a_query(bound: Enter, path: str) -> None:
    assert bound("admin").get(path).status_code == 404


@pytest.mark.parametrize("path", ["/visits", "/visits/kept", "/visits/overbook", "/courses", "/courses/preview"])
def test_nor_by_a_form(bound: Enter, made: Things, path: str) -> None:
    assert bound("front desk").send(path, location="loc1", patient="patient1").status_code == 404


def test_a_sooner_time_of_a_visit_elsewhere_is_not_waited_for(bound: Enter, made: Things) -> None:
    desk = bound("front desk")
    assert desk.get(f"/waitlist/new?visit={made.visit}").status_code == 404
    assert desk.send("/waitlist", visit=made.visit, urgency="soon", notice="24").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        f"/day/{DAY}",
        f"/week/{DAY}",
        f"/day/{DAY}/sheets",
        f"/calls?all=1&on={DAY}",
        "/worklist",
        "/tasks",
        "/waitlist",
        "/waitlist/new",
        "/visits/new",
        "/courses/new",
        "/repairs",
        "/handovers",
        "/today?therapist=staff1",
    ],
)
def test_lists_and_menus_show_what_is_at_ones_own_location_alone(
    bound: Enter, signed_in: Enter, made: Things, path: str
) -> None:
    """Whoever holds it everywhere sees it, so there is something to leave out."""
    role = "therapist" if path.startswith("/today") else "front desk"
    told = bound(role).get(path)
    assert told.status_code == 200
    for word in ("Mitte", "Adler", "staff1"):
        assert word not in told.text.replace("therapist=staff1", "").replace('value="staff1"', ""), (path, word)
    whole = signed_in(role).get(path)
    assert any(word in whole.text for word in ("Mitte", "Adler", "staff1", "Far away"))


def test_visits_are_found_at_ones_own_location_alone(bound: Enter, signed_in: Enter, made: Things) -> None:
    for typed in ("Adler1", "25 November"):
        assert made.visit in signed_in("front desk").send("/find", q=typed).text
        found = bound("front desk").send("/find", q=typed).text
        assert made.visit not in found
    assert "B. Lindqvist" not in bound("front desk").send("/find", q="Lindqvist").text
    assert "Adler1" in bound("front desk").send("/find", q="Adler1").text, "patients are the practice's"


def test_a_record_says_when_a_patient_comes_elsewhere_and_opens_only_what_one_may_see(
    bound: Enter, signed_in: Enter, made: Things
) -> None:
    assert f'href="/visits/{made.visit}"' in signed_in("front desk").get("/patients/patient1").text
    assert f'href="/courses/{made.course}"' in signed_in("front desk").get("/patients/patient2").text
    page = bound("front desk").get("/patients/patient1").text
    assert (page.count("25 Nov, 10:00"), page.count(">Mitte<")) == (1, 2)
    assert "/visits/" not in page.replace("/visits/new", "")
    page = bound("front desk").get("/patients/patient2").text
    assert "Manual therapy" in page
    assert f"/courses/{made.course}" not in page


def test_at_ones_own_location_everything_is_as_ever(bound: Enter, made: Things) -> None:
    mine = bound("front desk")
    assert "Far away" in mine.get(f"/visits/new?location={ELSEWHERE}").text
    assert mine.get(f"/day/{DAY}?location={ELSEWHERE}").status_code == 200
    assert mine.get("/patients/patient1").status_code == 200
    boss = bound("admin")
    assert boss.get(f"/setup/rooms/{ROOM}").status_code == 200
    assert boss.get("/setup/locations/far/hours").status_code == 200


def test_a_role_of_one_location_takes_effect_and_is_shown(
    signed_in: Enter, made: Things, sqlite_database: Database
) -> None:
    admin, desk = signed_in("admin"), signed_in("front desk")
    page = admin.get("/setup/accounts").text.split('">Front Desk')[0].rsplit('href="', 1)[1]
    assert desk.get(f"/visits/{made.visit}").status_code == 200
    kept = {"version": "1", "roles": "front desk", "place_front_desk": ELSEWHERE, "staff": ""}
    assert admin.send(page, **kept).status_code == 303
    assert "Front desk at Far away" in admin.get("/setup/accounts").text
    assert f'value="{ELSEWHERE}" selected' in admin.get(page).text
    assert desk.get(f"/visits/{made.visit}").status_code == 404
    assert admin.send(page, **kept | {"version": "2", "place_front_desk": "nowhere"}).status_code == 404
    assert admin.send(page, **kept | {"version": "2", "place_front_desk": ""}).status_code == 303
    assert desk.get(f"/visits/{made.visit}").status_code == 200


def test_whoever_runs_the_practice_does_so_everywhere(signed_in: Enter, far: int) -> None:
    admin = signed_in("admin")
    new = {"name": "Kim", "email": "kim@clinic.test", "place": ELSEWHERE}
    assert "at every location" in admin.send("/setup/accounts", **new, role="admin").text
    assert admin.send("/setup/accounts", **new, role="front desk").status_code == 200
    assert "Front desk at Far away" in admin.get("/setup/accounts").text
    page = admin.get("/setup/accounts").text.split('">Kim<')[0].rsplit('href="', 1)[1]
    told = admin.send(page, version="1", roles="admin", place_admin=ELSEWHERE)
    assert (told.status_code, "at every location" in told.text) == (400, True)
