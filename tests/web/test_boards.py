"""The boards: what they show, whether they changed, and what they answer to a card that is pulled."""

import re
from dataclasses import replace

import pytest

from clinic.db.tables.practice import reserved_start
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.practice.modality import Modality
from clinic.domain.visits import catalogue
from clinic.domain.visits.changes import Book, Turn
from clinic.domain.visits.visit import Status, Stretch
from clinic.services.apply import apply
from clinic.services.visits.keep import keep
from clinic.services.visits.wanted import Spot, WantedVisit
from tests.web.conftest import Browser, Clock
from tests.world import ACTOR, NOW, World, at, needling, single

MONDAY = "2026-11-23"
TEN = at(MONDAY, 10)
SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def made(sqlite_database: Database, world: World) -> str:
    return book(sqlite_database, world)


def book(database: Database, world: World, starts: int = TEN, patient: int = 0, **where: int) -> str:
    with database.begin() as unit:
        change = Book(single(world, needling(world, starts, **where), patient=patient))
        return apply(unit, (change,), actor=ACTOR, now=NOW).visits[0]


def live(admin: Browser, page: str) -> tuple[str, str]:
    """Where a board asks for itself, and its mark."""
    found = re.search(r'data-live="([^"]*)" data-mark="([^"]*)"', admin.get(page).text)
    assert found is not None
    return found[1].replace("&amp;", "&"), found[2]


@pytest.mark.parametrize("page", [f"/day/{MONDAY}", f"/day/{MONDAY}?by=room", f"/week/{MONDAY}?who=staff1"])
def test_a_board_that_is_as_it_was_is_not_sent_again(
    admin: Browser, sqlite_database: Database, world: World, made: str, clock: Clock, page: str
) -> None:
    href, mark = live(admin, page)
    asked = {"If-None-Match": f'"{mark}"'}
    same = admin.get(href, headers=asked)
    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", f'"{mark}"')
    book(sqlite_database, world, TEN + 24, patient=1)
    changed = admin.get(href, headers=asked)
    assert changed.status_code == 200
    assert changed.text.lstrip().startswith("<day-board")
    assert "Ada Adler2" in changed.text
    again = {"If-None-Match": changed.headers["ETag"]}
    assert admin.get(href, headers=again).status_code == 304


def test_a_time_that_was_kept_too_long_is_off_the_board_at_that_moment(
    admin: Browser, sqlite_database: Database, world: World, clock: Clock
) -> None:
    wanted = WantedVisit("patient1", "loc1", catalogue.single("assessment"))
    spot = Spot(at("2026-11-24", 10), "staff1", "room1")
    keep(sqlite_database.begin, sqlite_database.read, wanted, spot, actor=ACTOR, now=NOW)
    href, mark = live(admin, "/day/2026-11-24")
    clock.wait(seconds=449)
    assert admin.get(href, headers={"If-None-Match": f'"{mark}"'}).status_code == 304
    assert "Held" in admin.get(href).text
    clock.wait(seconds=1)
    changed = admin.get(href, headers={"If-None-Match": f'"{mark}"'})
    assert (changed.status_code, "Held" in changed.text) == (200, False)


def test_a_board_that_asks_by_itself_keeps_no_session_alive(admin: Browser, made: str, clock: Clock) -> None:
    href, _ = live(admin, f"/day/{MONDAY}")
    for _ in range(4):
        clock.wait(minutes=4)
        answer = admin.get(href)
    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["Location"]


def pull(admin: Browser, made: str, at_minute: int, **more: str) -> tuple[int, dict[str, object]]:
    """The card of the visit at ten pulled to that minute."""
    sent = {
        "from": "600",
        "to": str(at_minute),
        "date": MONDAY,
        "by": "therapist",
        "column": "",
        "version": "1",
        "key": str(at_minute),
    }
    answer = admin.post(f"/visits/{made}/move", data={"csrf_token": admin.token(), **sent, **more}, headers=SCRIPT)
    return answer.status_code, answer.get_json()


def test_a_card_that_is_pulled_moves_and_is_put_back(admin: Browser, sqlite_database: Database, made: str) -> None:
    status, told = pull(admin, made, 605)
    assert (status, told["said"], told["version"]) == (200, "Moved to Mon 23 Nov, 10:05.", 2)
    undone = admin.post(str(told["undo"]), data={"csrf_token": admin.token(), "key": "z"}, headers=SCRIPT)
    assert (undone.status_code, undone.get_json()["said"]) == (200, "Undone.")
    again = admin.post(str(told["undo"]), data={"csrf_token": admin.token(), "key": "y"}, headers=SCRIPT)
    assert (again.status_code, again.get_json()["code"]) == (409, "changed_since")
    with sqlite_database.read() as unit:
        assert loads.visit(unit.connection, made).starts == TEN


def test_who_and_where_are_named_when_they_are_new(admin: Browser, sqlite_database: Database, made: str) -> None:
    """By what is said at once and by what is listed, and no more once it was undone."""
    status, told = pull(admin, made, 600, column="staff2")
    assert (status, told["said"]) == (200, "Moved to Mon 23 Nov, 10:00, C. Marin.")
    changes = admin.get("/my/changes").text
    assert "Moved: Ada Adler1, Mon 23 Nov, 10:00, C. Marin<" in changes
    status, told = pull(admin, made, 600, by="room", column="room2", version="2", key="b")
    assert (status, told["said"]) == (200, "Moved to Mon 23 Nov, 10:00, Room 2.")
    assert admin.get("/my/changes").text.count("C. Marin, Room 2<") == 1
    for key in ("y", "z"):
        [way] = set(re.findall(r'action="(/my/changes/[^"]*/undo)"', admin.get("/my/changes").text))
        admin.send(way, key=key)
    assert "C. Marin" not in admin.get("/my/changes").text


def test_a_therapist_who_is_busy_is_named_with_three_times_that_would_do(
    admin: Browser, sqlite_database: Database, world: World, made: str
) -> None:
    book(sqlite_database, world, TEN + 12, patient=1)
    status, told = pull(admin, made, 660)
    assert (status, told["code"], told["message"]) == (409, "therapist_busy", "B. Lindqvist has another visit then.")
    assert told["with"] == "Ada Adler2, 11:00–11:45, B. Lindqvist"
    labels = [one["label"] for one in told["suggest"]]  # type: ignore[attr-defined]
    assert [label[12:17] for label in labels] == ["10:15", "11:45", "12:00"]
    assert labels[1] == "Mon 23 Nov, 11:45, B. Lindqvist, Room 2"


def test_a_colleague_or_the_patient_who_is_busy_is_named(
    admin: Browser, sqlite_database: Database, world: World, made: str
) -> None:
    book(sqlite_database, world, TEN + 12, patient=1, staff=1, room=1)
    assert pull(admin, made, 660, column="staff2")[1]["message"] == "C. Marin has another visit then."
    exercise = Stretch(TEN + 36, TEN + 42, world.staff[1], world.gym, (Modality.EXERCISE,))
    with sqlite_database.begin() as unit:
        change = Book(replace(single(world, exercise), targets=()))
        apply(unit, (change,), actor=ACTOR, now=NOW)
    status, told = pull(admin, made, 780)
    assert (status, told["code"], told["message"]) == (409, "patient_busy", "The patient has another visit then.")


def test_a_room_that_is_taken_is_named(admin: Browser, sqlite_database: Database, world: World, made: str) -> None:
    book(sqlite_database, world, TEN + 24, patient=1, staff=1, room=1)
    status, told = pull(admin, made, 720, by="room", column="room2")
    assert (status, told["code"]) == (409, "room_busy")
    assert told["with"] == "Ada Adler2, 12:00–12:45, C. Marin"
    assert len(told["suggest"]) == 3  # type: ignore[arg-type]


def test_a_room_that_is_taken_gives_way_to_another_that_is_free(
    admin: Browser, sqlite_database: Database, world: World, made: str
) -> None:
    book(sqlite_database, world, TEN + 24, patient=1, staff=1, room=0)
    status, told = pull(admin, made, 720)
    assert (status, told["said"]) == (200, "Moved to Mon 23 Nov, 12:00, Room 2.")
    with sqlite_database.read() as unit:
        assert loads.visit(unit.connection, made).stretches[0].room_id == world.rooms[1]


@pytest.mark.parametrize(("to", "date"), [(1200, MONDAY), (600, "2026-11-29"), (600, "2026-11-19")])
def test_a_time_that_is_not_open_is_said_so(admin: Browser, made: str, to: int, date: str) -> None:
    status, told = pull(admin, made, to, date=date)
    assert (status, told["code"], told["with"]) == (409, "outside_hours", None)


def test_a_card_that_somebody_else_moved_is_stale(admin: Browser, made: str) -> None:
    assert pull(admin, made, 660)[0] == 200
    status, told = pull(admin, made, 720)
    assert (status, told["code"]) == (409, "stale")


@pytest.mark.parametrize("sent", [{"to": "soon"}, {"to": "603"}, {"to": "1500"}, {"start": "soon"}])
def test_a_card_is_pulled_to_a_time(admin: Browser, made: str, sent: dict[str, str]) -> None:
    status, told = pull(admin, made, 600, **sent)
    assert (status, told["code"]) == (400, "choose_a_time")


def test_a_card_that_is_pulled_to_a_time_that_the_clock_skips_stays(admin: Browser, made: str) -> None:
    status, told = pull(admin, made, 150, date="2027-03-28")
    assert (status, told["code"]) == (400, "time_skipped")
    assert str(told["message"]).startswith("Time: the clock jumps from 02:00 to 03:00")


def test_a_visit_that_is_over_stays(admin: Browser, sqlite_database: Database, made: str) -> None:
    with sqlite_database.begin() as unit:
        visit = loads.visit(unit.connection, made)
        apply(unit, (Turn(visit, Status.CANCELLED),), actor=ACTOR, reason="x", now=NOW)
    status, told = pull(admin, made, 660, version="2")
    assert (status, told["code"]) == (422, "locked_status")


def test_a_rule_that_asks_for_a_reason_takes_one(admin: Browser, sqlite_database: Database, world: World) -> None:
    book(sqlite_database, world)
    later = book(sqlite_database, world, at("2026-11-26", 10))
    status, told = pull(admin, later, 660, date="2026-11-25")
    assert (status, told["reason"]) == (422, True)
    status, _ = pull(admin, later, 665, date="2026-11-25", reason="leaves on Thursday")
    assert status == 200


def test_a_suggested_time_is_taken(admin: Browser, sqlite_database: Database, world: World, made: str) -> None:
    book(sqlite_database, world, TEN + 24, patient=1)
    _, told = pull(admin, made, 720)
    chosen = told["suggest"][0]["value"]  # type: ignore[index]
    status, _ = pull(admin, made, 720, start=chosen, key="b")
    assert status == 200


def test_kept_starts_breaks_and_what_is_open_stand_on_the_board(
    admin: Browser, sqlite_database: Database, world: World, made: str
) -> None:
    kept = {"weekday": 0, "starts_minute": 840, "ends_minute": 900, "kind": "new", "release_days": 1}
    with sqlite_database.begin() as unit:
        row = {"staff_id": world.staff[0], "location_id": world.location, **kept}
        unit.connection.execute(reserved_start.insert().values(row))
    page = admin.get(f"/day/{MONDAY}").text
    assert 'class="kept h-14 m-0 hours-1 for-0">Kept for new patients' in page
    assert "open: consent, questions before needling" in page


def test_who_may_not_ask_the_questions_is_not_told_what_is_open(made: str, signed_in) -> None:  # type: ignore[no-untyped-def]
    assert "open: consent" not in signed_in("assistant").get(f"/day/{MONDAY}").text


def test_a_week_says_how_full_it_is_and_leads_to_one_of_them(admin: Browser, made: str) -> None:
    page = admin.get(f"/week/{MONDAY}").text
    assert 'class="full-1" data-label="Mon 23 Nov"><span><b>1</b> <span class="soft">8 %' in page
    assert "23 Nov to 29 Nov 2026" in page
    week = admin.get("/week/2026-11-25?who=staff1").text
    assert "B. Lindqvist, 23 Nov to 29 Nov 2026" in week
    assert week.count('<section class="column') == 5
    assert admin.get(f"/week/{MONDAY}?who=nobody").status_code == 404
    assert admin.get("/day/20261123xx").status_code == 404
    rooms = admin.get(f"/week/{MONDAY}?by=room").text
    assert "Room 3" in rooms
    assert admin.get(f"/week/{MONDAY}?by=room&who=room1").text.count("Ada Adler1") == 2


@pytest.mark.parametrize("day", ["2026-11-28", "2026-11-29"])
def test_a_day_on_which_nobody_works_leads_to_the_next_on_which_somebody_does(admin: Browser, day: str) -> None:
    page = admin.get(f"/day/{day}").text
    assert "Nobody works here on this day." in page
    assert re.findall(r'href="([^"?]*)[^"]*">Monday 30 November 2026</a>', page) == ["/day/2026-11-30"]
    assert "0 visits" not in page
    assert "Pencilled" not in page


def test_the_picker_leads_to_a_day_or_a_week(admin: Browser) -> None:
    assert "/day/2026-12-01" in admin.get("/day?date=2026-12-01").headers["Location"]
    assert "/week/2026-11-30" in admin.get("/day?date=2026-12-01&week=1&by=room").headers["Location"]


def test_my_changes_are_listed_undone_once_and_nobody_elses(admin: Browser, made: str, signed_in) -> None:  # type: ignore[no-untyped-def]
    assert "Nothing yet" in admin.get("/my/changes").text
    page = admin.get(f"/visits/{made}/cancel")
    form = {name: re.search(rf'name="{name}" value="([^"]*)"', page.text)[1] for name in ("key", "version")}  # type: ignore[index]
    assert admin.send(f"/visits/{made}/cancel", **form, reason="patient_ill").status_code == 303
    toast = admin.get(f"/day/{MONDAY}").text
    assert "Cancelled: Ada Adler1, Mon 23 Nov, 10:00" in toast
    assert "Cancelled" not in admin.get(f"/day/{MONDAY}").text.partition("<toast-list")[2].partition("</toast-list>")[0]
    [way] = set(re.findall(r'action="(/my/changes/[^"]*/undo)"', admin.get("/my/changes").text))
    assert signed_in("therapist").send(way, key="other").status_code == 404
    undone = admin.send(way, key="mine", back=f"/day/{MONDAY}")
    assert undone.headers["Location"] == f"/day/{MONDAY}"
    refused = admin.send(way, key="again", back="https://elsewhere.example")
    assert refused.status_code == 409
    assert "Undone: Ada Adler1" in admin.get("/my/changes").text
