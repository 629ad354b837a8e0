"""What a repair asks of the patients and of the practice is said in words and counts."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import update

from clinic.db.courses import repairs
from clinic.db.tables.messages import job
from clinic.db.unit import Database
from clinic.domain.courses.repair import Fate, Moving, Status
from tests.under_way import under_way
from tests.web.conftest import Browser, Clock
from tests.world import NOW, World, build

DAY = 24 * 12
ILL = {"who": "staff:staff1", "what": "absence", "first": "2026-11-23", "until": "2026-11-27", "kind": "sick"}
Change = Callable[[int, Moving], Moving]


@pytest.fixture
def world(sqlite_database: Database, clock: Clock) -> World:
    clock.at = NOW
    return build(sqlite_database)


@pytest.fixture
def desk(world: World, signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("front desk")


@pytest.fixture
def page(desk: Browser, sqlite_database: Database, world: World) -> str:
    """The address of a repair of three visits of a course, after one that stays."""
    under_way(sqlite_database, world, ("done", -2), ("booked", 3), ("booked", 7), ("booked", 11))
    return str(desk.send("/repairs", **{**ILL, "until": "2026-12-04"}).headers["Location"])


def changed(database: Database, page: str, change: Change, **values: object) -> None:
    """The repair as if it had been found like that."""
    with database.begin() as unit:
        row = repairs.row(unit.connection, page.rpartition("/")[2])
        moves = tuple(change(n, move) for n, move in enumerate(row.proposal.moves))
        repairs.revise(unit.connection, row, proposal=replace(row.proposal, moves=moves), **values)


def later(move: Moving, ticks: int) -> Moving:
    return replace(move, to=replace(move.to, starts=move.was.starts + ticks, ends=move.was.ends + ticks))


def facts(page: str) -> dict[str, str]:
    return dict(
        re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page.partition("Where it stands")[2].partition("</section>")[0])
    )


def test_days_times_people_rooms_and_gaps_that_change_are_counted(
    desk: Browser, page: str, sqlite_database: Database
) -> None:
    def change(n: int, move: Moving) -> Moving:
        elsewhere = replace(move, to=replace(move.to, room="other" if n else move.was.room))
        return later(elsewhere, (0, 15, 2 * DAY)[n])

    changed(sqlite_database, page, change)
    assert facts(desk.get(page).text) == {
        "Patients": "1",
        "Day and time as before": "1 visit",
        "Another time that day": "1 visit, by 1 hour 15 minutes at most",
        "Another day": "1 visit, by 2 days at most",
        "Another therapist": "3 visits",
        "Another room": "2 visits",
        "Gaps between visits": "1 longer, the longest then 6 days",
    }


def test_a_gap_that_gets_shorter_names_the_shortest(desk: Browser, page: str, sqlite_database: Database) -> None:
    changed(sqlite_database, page, lambda n, move: later(move, DAY if n == 0 else 0))
    assert facts(desk.get(page).text)["Gaps between visits"] == (
        "1 shorter, the shortest then 3 days; 1 longer, the longest then 6 days"
    )


def test_what_is_left_out_asks_nothing_of_anybody(desk: Browser, page: str, sqlite_database: Database) -> None:
    changed(sqlite_database, page, lambda n, move: replace(move, fate=Fate.LEFT_OUT if n else Fate.OPEN))
    shown = desk.get(page).text
    assert "1 visit moves, 2 stay as they are" in shown
    assert facts(shown)["Another therapist"] == "1 visit"
    changed(sqlite_database, page, lambda _, move: replace(move, fate=Fate.LEFT_OUT))
    assert facts(desk.get(page).text) == {}


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"status": Status.STOPPED, "objective": 200, "bound": 187}, "disturbs the visits 7 % less at most."),
        ({"status": Status.OPTIMAL, "objective": 200, "bound": 200}, "No other proposal disturbs the visits less."),
        ({"status": Status.STOPPED, "objective": 200, "bound": 0}, ""),
        ({"status": Status.DROPPED, "objective": 200, "bound": 200}, ""),
    ],
)
def test_how_good_a_proposal_is_stands_there_in_words_and_not_as_a_number(
    desk: Browser, page: str, sqlite_database: Database, found: dict[str, object], said: str
) -> None:
    changed(sqlite_database, page, lambda _, move: move, **found)
    shown = desk.get(page).text
    assert said in shown
    assert ("disturbs" in shown) == bool(said)
    assert "200" not in re.sub(r"<[^>]*>", "", shown)


def test_a_search_says_for_how_long_and_what_it_could_still_save(
    desk: Browser, page: str, sqlite_database: Database
) -> None:
    changed(sqlite_database, page, lambda _, move: move, status=Status.SOLVING)
    with sqlite_database.begin() as unit:
        told = {"best": 1363, "bound": 1288, "seconds": 4.2}
        unit.connection.execute(update(job).where(job.c.kind == "repair").values(progress=told))
    shown = desk.get(f"{page}/progress").text
    assert "Searched for 4 seconds." in shown
    assert "disturbs the visits 6 % less at most." in shown
    assert "1363" not in shown


def test_a_proposal_that_leaves_visits_without_a_place_says_that_none_places_more(
    desk: Browser, sqlite_database: Database, world: World
) -> None:
    only = {"therapist": "staff1", "therapist_required": True}
    under_way(sqlite_database, world, ("done", -3), ("booked", 3), ("booked", 9), preferences=only)
    page = str(desk.send("/repairs", **ILL).headers["Location"])
    changed(sqlite_database, page, lambda _, move: move, status=Status.OPTIMAL)
    assert "No other proposal finds more visits a place, or disturbs them less." in desk.get(page).text
