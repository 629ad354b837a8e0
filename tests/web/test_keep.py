import re
from collections.abc import Callable

from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.time import instant_of, zone
from clinic.domain.visits.visit import Status
from tests.web.conftest import Browser, Clock
from tests.web.test_visits import ASKED, hidden, times
from tests.world import TZ


def status(database: Database, public_id: str) -> Status:
    with database.read() as unit:
        return loads.visit(unit.connection, public_id).status


def test_the_first_free_time_is_chosen_and_kept_until_it_is_booked(desk: Browser, sqlite_database: Database) -> None:
    page = desk.send("/visits/new", **ASKED)
    first = times(page)[0]
    assert re.search(rf'value="{re.escape(first)}" required checked', page.text)
    assert 'data-src="/visits/kept"' in page.text
    told = desk.send("/visits/kept", **ASKED, start=first).get_json()
    assert told["says"] == "This time is kept for you until 10:07."
    assert told["seconds"] == 450
    assert status(sqlite_database, told["kept"]) is Status.HELD
    taken = desk.send("/visits/kept", **{**ASKED, "patient": "patient2"}, start=first)
    assert (taken.status_code, taken.get_json()["says"][:27]) == (409, "This time has just been tak")
    booked = desk.send("/visits", **ASKED, start=first, kept=told["kept"], key=hidden(page, "key"))
    assert booked.headers["Location"].endswith(told["kept"])
    assert status(sqlite_database, told["kept"]) is Status.BOOKED


def test_a_form_that_comes_back_with_a_fault_still_has_its_time(desk: Browser) -> None:
    first = times(desk.send("/visits/new", **ASKED))[0]
    kept = desk.send("/visits/kept", **ASKED, start=first).get_json()["kept"]
    again = desk.send("/visits", **{**ASKED, "date": "x"}, start="", kept=kept, key="k")
    assert again.status_code == 400
    again = desk.send("/visits/new", **ASKED, start=first, kept=kept)
    assert first in times(again)
    assert hidden(again, "kept") == kept


def test_a_form_that_is_left_gives_its_time_back(desk: Browser, sqlite_database: Database) -> None:
    first = times(desk.send("/visits/new", **ASKED))[0]
    kept = desk.send("/visits/kept", **ASKED, start=first).get_json()["kept"]
    assert first not in times(desk.send("/visits/new", **{**ASKED, "patient": "patient2"}))
    assert desk.send(f"/visits/kept/{kept}/back").status_code == 204
    assert desk.send("/visits/kept/nothing/back").status_code == 204
    assert status(sqlite_database, kept) is Status.RELEASED


def test_a_time_that_has_lapsed_is_on_no_list_before_it_is_written_down(
    desk: Browser, sqlite_database: Database, clock: Clock
) -> None:
    first = times(desk.send("/visits/new", **ASKED))[0]
    kept = desk.send("/visits/kept", **ASKED, start=first).get_json()["kept"]
    on = instant_of(int(first.partition("|")[0])).date()
    lists = (
        lambda: desk.get(f"/day/{on}/sheets").text,
        lambda: desk.get("/patients/patient1").text,
        lambda: desk.send("/find", q=f"{on:%d.%m.%Y}").text,
        lambda: desk.send("/find", q="Adler1").text,
    )
    named = ("Ada Adler1", f"/visits/{kept}", f"/visits/{kept}", f"/visits/{kept}")
    assert all(name in page() for page, name in zip(lists, named, strict=True))
    clock.wait(minutes=8)
    assert status(sqlite_database, kept) is Status.HELD
    assert not any(name in page() for page, name in zip(lists, named, strict=True))


def test_what_a_colleague_keeps_is_not_there_and_ones_own_list_calls_it_by_its_name(
    desk: Browser, signed_in: Callable[[str], Browser], sqlite_database: Database
) -> None:
    first = times(desk.send("/visits/new", **ASKED))[0]
    kept = desk.send("/visits/kept", **ASKED, start=first).get_json()["kept"]
    assert signed_in("front desk").send(f"/visits/kept/{kept}/back").status_code == 404
    assert status(sqlite_database, kept) is Status.HELD
    assert "Kept: Ada Adler1" in desk.get("/my/changes").text
    desk.send(f"/visits/kept/{kept}/back")
    listed = desk.get("/my/changes").text
    assert listed.index("Given back: Ada Adler1") < listed.index("Kept: Ada Adler1")
    assert "Booked" not in listed


def test_what_needs_a_reason_is_not_kept_before_it_is_given(desk: Browser) -> None:
    needling = {**ASKED, "kind": "dry-needling", "region": "shoulder", "side": "right"}
    page = desk.send("/visits/new", **needling)
    booked = desk.send("/visits", **needling, start=times(page)[0], key="k", reason="asked")
    assert booked.status_code == 303
    told = desk.send("/visits/kept", **needling, start=times(desk.send("/visits/new", **needling))[0])
    assert told.status_code == 200


def test_with_a_therapist_the_first_free_time_is_hers(desk: Browser) -> None:
    page = desk.get("/visits/new?patient=patient1&kind=assessment&therapist=staff2")
    assert "Anyone who may" in page.text
    assert all("|staff2|" in each for each in times(page))


def test_when_the_time_is_gone_the_nearest_is_chosen(desk: Browser) -> None:
    page = desk.send("/visits/new", **ASKED)
    start = times(page)[2]
    desk.send("/visits", **ASKED, start=start, key="a")
    gone = desk.send("/visits", **{**ASKED, "patient": "patient2"}, start=start, key="b")
    assert gone.status_code == 409
    (chosen,) = re.findall(r'name="start" value="([^"]+)" required checked', gone.text)
    assert chosen == times(gone)[0]


def test_a_time_is_given_twice_from_the_form(desk: Browser) -> None:
    first = times(desk.send("/visits/new", **ASKED))[0]
    booked = desk.send("/visits", **ASKED, start=first, key="a").headers["Location"]
    assert booked
    page = desk.send("/visits/new", **{**ASKED, "patient": "patient2"})
    assert 'action="/visits/overbook"' in page.text
    start = instant_of(int(first.partition("|")[0])).astimezone(zone(TZ))
    at = {"date": f"{start:%Y-%m-%d}", "at": f"{start:%H:%M}", "therapist": "staff1"}
    asked = {**ASKED, "patient": "patient2", **at}
    for wrong, said in (
        ({"why": ""}, "Say why the time is given twice"),
        ({"why": "in pain", "at": "x"}, "Choose one of the free times"),
        ({"why": "in pain", "at": f"{start:%H%M}"}, "Choose one of the free times"),
        ({"why": "in pain", "at": "05:00"}, "nothing was booked"),
        ({"why": "in pain", "at": "02:30", "date": "2027-03-28"}, "Time: the clock jumps from 02:00 to 03:00"),
    ):
        answer = desk.send("/visits/overbook", **{**asked, **wrong}, key="b")
        assert answer.status_code in (400, 409)
        assert said in answer.text
        assert "<details open>" in answer.text
    made = desk.send("/visits/overbook", **asked, why="in pain", key="c")
    assert made.status_code == 303
    assert "The time was given twice: in pain" in desk.get(made.headers["Location"]).text
