"""The day board and the panel of visits with several stretches."""

import re

from clinic.db.unit import Database
from clinic.domain.practice.modality import Modality
from clinic.domain.visits.changes import Book
from clinic.domain.visits.visit import Stretch
from clinic.services.apply import apply
from tests.web.conftest import Browser
from tests.world import ACTOR, NOW, World, at, needling, single

TEN = at("2026-11-23", 10)


def book(database: Database, world: World, *stretches: Stretch) -> str:
    with database.begin() as unit:
        return apply(unit, (Book(single(world, *stretches)),), actor=ACTOR, now=NOW).visits[0]


def columns(admin: Browser, by: str) -> list[list[str]]:
    """What stands in each column: the spoken text of its cards, without what is open."""
    page = admin.get(f"/day/2026-11-23?by={by}").text
    parts = page.split('<section class="column')[1:]
    return [re.findall(r'<span class="unseen">(.*?)(?:, open: .*?)?</span>', part, re.DOTALL) for part in parts]


def test_each_column_shows_the_part_that_is_its_own(sqlite_database: Database, world: World, admin: Browser) -> None:
    exercise = Stretch(TEN + 11, TEN + 17, world.staff[1], world.gym, (Modality.EXERCISE,))
    public_id = book(sqlite_database, world, needling(world, TEN), exercise)
    first, second = "Ada Adler1, 10:00, Dry needling, Booked", "Ada Adler1, 10:55, Exercise, Booked"
    assert columns(admin, "therapist") == [[first], [second]]
    assert columns(admin, "room") == [[first], [], [second]]
    page = admin.get("/day/2026-11-23").text
    assert "1 visit<" in page
    panel = admin.get(f"/visits/{public_id}").text
    assert "10:00–11:25" in panel
    assert "B. Lindqvist, C. Marin" in panel
    assert "Room 1, Room 3, Mitte" in panel
    assert "<b>10:55</b> Exercise, C. Marin, Room 3" in panel


def test_parts_of_one_person_without_a_pause_stand_in_one_card(
    sqlite_database: Database, world: World, admin: Browser
) -> None:
    exercise = Stretch(TEN + 9, TEN + 15, world.staff[0], world.gym, (Modality.EXERCISE,))
    public_id = book(sqlite_database, world, needling(world, TEN), exercise)
    assert columns(admin, "therapist")[0] == ["Ada Adler1, 10:00, Dry needling, Exercise, Booked"]
    assert [len(each) for each in columns(admin, "room")] == [1, 0, 1]
    assert "<b>10:45</b> Exercise, B. Lindqvist, Room 3" in admin.get(f"/visits/{public_id}").text


def test_a_part_by_phone_says_so(sqlite_database: Database, world: World, admin: Browser) -> None:
    call = Stretch(TEN, TEN + 4, world.staff[0], None, (Modality.REVIEW,))
    panel = admin.get(f"/visits/{book(sqlite_database, world, call)}").text
    assert "<dd>By phone or video</dd>" in panel
    assert "In parts" not in panel


def test_a_review_by_phone_is_offered_booked_and_moved_without_a_room(admin: Browser) -> None:
    asked = {"patient": "patient1", "kind": "remote-review", "location": "loc1", "date": "2026-11-23"}
    page = admin.send("/visits/new", **asked)
    assert "B. Lindqvist, by phone or video" in page.text
    first = re.findall(r'name="start" value="([^"]*)"', page.text)[0]
    address = admin.send("/visits", **asked, start=first, key="k").headers["Location"]
    form = admin.get(f"{address}/move").text
    version = re.findall(r'name="version" value="([^"]*)"', form)[0]
    other = re.findall(r'name="start" value="([^"]*)"', form)[0]
    assert admin.send(f"{address}/move", start=other, version=version, key="m").status_code == 303
