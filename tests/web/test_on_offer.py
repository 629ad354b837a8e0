"""A time on offer: it is nobody's yet, on the board, at its own address and in the list of what one did."""

import re

import pytest

from clinic.db.unit import Database
from tests.waiting import TUESDAY, crowd, given_back, statuses, wait
from tests.web.conftest import Browser, Clock
from tests.world import NOW, World


@pytest.fixture
def world(sqlite_database: Database, clock: Clock) -> World:
    clock.at = NOW
    return crowd(sqlite_database)


@pytest.fixture
def slot(sqlite_database: Database, world: World) -> str:
    """The address of Tuesday at ten, which is free again."""
    return f"/waitlist/times/{given_back(sqlite_database, world).public_id}"


def test_a_time_on_offer_stands_on_the_board_in_nobodys_name(
    desk: Browser, sqlite_database: Database, world: World, slot: str
) -> None:
    entry = wait(sqlite_database, 1)
    desk.send(f"{slot}/offer", version="1", waiting=entry, key="o")
    board = desk.get("/day/2026-11-24").text
    assert "On offer, 10:00, Wait list, Held" in board
    assert "Adler2" not in board
    assert "data-version" not in board, "it is not pulled elsewhere while it is on offer"
    [keeper] = re.findall(r'is-held[^>]*href="(/visits/\w+)"', board)
    panel = desk.get(keeper).text
    assert "Whoever takes it first has it" in panel
    assert f'href="{slot}"' in panel
    assert "/cancel" not in panel


def test_a_time_on_offer_is_neither_moved_nor_cancelled_beside_the_offer(
    desk: Browser, sqlite_database: Database, world: World, slot: str
) -> None:
    entry = wait(sqlite_database, 1)
    desk.send(f"{slot}/offer", version="1", waiting=entry, key="o")
    [keeper] = re.findall(r'is-held[^>]*href="(/visits/\w+)"', desk.get("/day/2026-11-24").text)
    for way in ("move", "cancel"):
        assert desk.get(f"{keeper}/{way}").headers["Location"] == slot
    start, to = f"{TUESDAY + 24}|staff1|room1", {"version": "1"}
    every = [
        desk.send(f"{keeper}/move", start=start, key="m", **to),
        desk.send(f"{keeper}/cancel", reason="other", key="c", **to),
        desk.send(f"{keeper}/confirm", key="b", **to),
    ]
    for answer in every:
        assert answer.status_code == 400
        assert "This time is on offer" in answer.text
        assert f'href="{slot}">To the offer' in answer.text
    pulled = {"date": "2026-11-24", "from": "600", "to": "660", "by": "therapist", "column": ""}
    json = {"Accept": "application/json"}
    told = desk.post(f"{keeper}/move", data={"csrf_token": desk.token(), "key": "p", **to, **pulled}, headers=json)
    assert (told.status_code, told.get_json()["code"]) == (422, "locked_status")
    assert statuses(sqlite_database, world.patients[1]) == ["held"]
    assert desk.send(f"{slot}/end", version="2").status_code == 303


def test_ones_changes_name_an_offer_as_that_and_not_by_who_was_asked_first(
    desk: Browser, sqlite_database: Database, slot: str
) -> None:
    entry = wait(sqlite_database, 1)
    desk.send(f"{slot}/offer", version="1", waiting=entry, key="o")
    desk.send(f"{slot}/end", version="2", key="e")
    mine = desk.get("/my/changes").text
    assert mine.index("Offer ended: Tue 24 Nov, 10:00") < mine.index("Offered by mail: Tue 24 Nov, 10:00")
    assert "Adler2" not in mine
    assert "/undo" not in mine
