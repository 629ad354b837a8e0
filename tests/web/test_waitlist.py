"""The wait list on screen: putting somebody on it, who fits a time that became free, and asking them."""

import re

import pytest
from sqlalchemy import insert, select, update

from clinic.db.tables.patients import patient
from clinic.db.tables.waiting import freed_offer, waiting
from clinic.db.unit import Database
from clinic.domain.time import instant_of
from clinic.domain.visits.catalogue import single
from clinic.services.visits import fitting
from clinic.services.visits.book import book as take
from clinic.services.visits.keep import keep
from clinic.services.visits.wanted import Spot, WantedVisit
from tests.waiting import LATER, TUESDAY, book, cancel, crowd, free, given_back, sooner, state, statuses, wait
from tests.web.conftest import Browser, Clock, Enter
from tests.world import ACTOR, NOW, World

SUITS = {"urgency": "soon", "notice": "24", "first": "2026-11-20"}


@pytest.fixture
def world(sqlite_database: Database, clock: Clock) -> World:
    clock.at = NOW
    return crowd(sqlite_database)


@pytest.fixture
def slot(sqlite_database: Database, world: World) -> str:
    """The address of Tuesday at ten, which is free again."""
    return f"/waitlist/times/{given_back(sqlite_database, world).public_id}"


def test_a_visit_is_booked_later_and_listed_for_a_sooner_time(
    desk: Browser, sqlite_database: Database, world: World
) -> None:
    visit = book(sqlite_database, world, LATER, 1)
    address = f"/waitlist/new?visit={visit}"
    assert f'href="{address}"' in desk.get(f"/visits/{visit}").text
    page = desk.get(address).text
    assert "The visit stands until the patient takes a sooner time." in page
    assert 'name="last" type="date" value="2026-12-01"' in page
    assert desk.send("/waitlist", visit=visit, **SUITS).headers["Location"] == "/waitlist"
    assert "Sooner than Tue 1 Dec, 10:00" in desk.get("/waitlist").text
    assert "waits for that already" in desk.send("/waitlist", visit=visit, **SUITS).text
    assert "On the wait list" in desk.get(f"/visits/{visit}").text


def test_who_has_no_visit_waits_for_one_with_what_suits_him(
    desk: Browser, sqlite_database: Database, world: World
) -> None:
    assert desk.get("/waitlist/new").status_code == 200
    wish = {"patient": "patient2", "kind": "manual-therapy", "location": "loc1", "region": "shoulder", "side": "left"}
    hours = {"weekday": ["0", "2"], "from": "09:00", "until": "12:00", "therapist": ["staff1"], "note": "after school"}
    assert desk.send("/waitlist", **SUITS | wish | hours).status_code == 303
    page = desk.get("/waitlist").text
    assert "Monday, Wednesday · 09:00–12:00 · from 20 Nov 2026 · 1 day&#39;s notice" in page
    assert "after school" in page
    with sqlite_database.read() as unit:
        entry = unit.connection.execute(select(waiting)).one()
    assert (entry.windows, entry.staff) == ([[0, 540, 720], [2, 540, 720]], ["staff1"])
    edit = desk.get(f"/waitlist/{entry.public_id}").text
    assert 'value="0" checked' in edit
    assert 'name="from" type="time" value="09:00"' in edit
    changed = desk.send(f"/waitlist/{entry.public_id}", version="1", **SUITS | {"last": "2026-12-24"})
    assert changed.status_code == 303
    assert "until 24 Dec 2026" in desk.get("/waitlist").text
    assert desk.send(f"/waitlist/{entry.public_id}/close", version="2").status_code == 303
    assert "Nobody waits." in desk.get("/waitlist").text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"patient": ""}, "patient"),
        ({"patient": "nobody"}, "patient"),
        ({"first": "soon"}, "first"),
        ({"urgency": ""}, "urgency"),
        ({"notice": "x"}, "notice"),
        ({"last": "2026-11-01"}, "last"),
        ({"weekday": "9"}, "weekday"),
        ({"from": "12:00", "until": "09:00"}, "until"),
        ({"kind": ""}, "kind"),
    ],
)
def test_a_wrong_wish_is_said_beside_its_field(desk: Browser, wrong: dict[str, str], said: str) -> None:
    wish = {"patient": "patient2", "kind": "manual-therapy", "location": "loc1"}
    answer = desk.send("/waitlist", **SUITS | wish | wrong)
    assert answer.status_code in (400, 404)
    assert f'href="#{said}"' in answer.text or f'id="{said}-fault"' in answer.text, answer.text


def test_an_entry_whose_days_went_by_says_so(
    desk: Browser, sqlite_database: Database, world: World, clock: Clock
) -> None:
    wait(sqlite_database, 1)
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(waiting).values(last_on=NOW.date()))
    assert "days have gone by" not in desk.get("/waitlist").text
    clock.wait(days=1)
    desk = desk_again(desk)
    assert "days have gone by" in desk.get("/waitlist").text


def test_the_list_goes_page_by_page_the_first_to_be_asked_first(
    desk: Browser, sqlite_database: Database, world: World, slot: str
) -> None:
    wait(sqlite_database, 1)
    with sqlite_database.begin() as unit:
        row = dict(unit.connection.execute(select(waiting)).mappings().one())
        del row["id"]
        more = [row | {"public_id": f"w{n}", "patient_id": world.patients[2]} for n in range(50)]
        unit.connection.execute(insert(waiting), [*more, row | {"public_id": "u", "urgency": "urgent"}])
    first, second = desk.get("/waitlist").text, desk.get("/waitlist?page=2").text
    assert ("1 to 50 of 52" in first, "51 to 52 of 52" in second) == (True, True)
    assert ('action="/waitlist/u/close"' in first, 'action="/waitlist/w49/close?page=2"' in second) == (True, True)
    assert 'href="/waitlist?page=2" rel="next"' in first
    assert 'href="/waitlist" rel="prev"' in second
    assert "Nobody waits." not in desk.get("/waitlist?page=x").text
    assert "52 to 52" not in desk.get("/waitlist?page=9").text
    found = desk.get(slot).text
    assert "44 more wait whom this time could suit." in found
    assert f'href="{slot}?after=8"' in found
    assert "more wait whom" not in desk.get(f"{slot}?after=48").text


def desk_again(desk: Browser) -> Browser:
    desk.send("/sign-in", login="front.desk.0@clinic.test", password="plum-9-tractor")
    return desk


def versions(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def test_the_panel_leads_to_who_fits_the_very_time_that_its_visit_gave_back(
    desk: Browser, sqlite_database: Database, world: World, clock: Clock
) -> None:
    gone, other = book(sqlite_database, world, LATER, 0), book(sqlite_database, world, TUESDAY, 1)
    cancel(sqlite_database, other)
    there = f'href="/waitlist/times/{free(sqlite_database).public_id}"'
    cancel(sqlite_database, gone)

    def offered() -> tuple[bool, bool]:
        return there in desk.get(f"/visits/{other}").text, there in desk.get("/waitlist").text

    assert offered() == (True, True)
    elsewhere = desk.get(f"/visits/{gone}").text
    assert "Who fits its time" in elsewhere
    assert there not in elsewhere
    wanted, spot = WantedVisit("patient3", "loc1", single("assessment")), Spot(TUESDAY, "staff1", "room1")
    keep(sqlite_database.begin, sqlite_database.read, wanted, spot, actor=ACTOR, now=NOW)
    assert offered() == (False, False)
    clock.wait(seconds=450)
    assert offered() == (True, True)
    take(sqlite_database.begin, sqlite_database.read, wanted, spot, actor=ACTOR, now=clock.at)
    assert "Who fits its time" not in desk.get(f"/visits/{other}").text


def test_a_time_that_became_free_is_offered_by_mail_to_who_is_ticked(
    desk: Browser, sqlite_database: Database, world: World, slot: str
) -> None:
    later = book(sqlite_database, world, LATER, 1)
    entries = [sooner(sqlite_database, later), wait(sqlite_database, 2)]
    assert f'href="{slot}"' in desk.get("/waitlist").text
    page = desk.get(slot).text
    assert page.index("Adler2") < page.index("Adler3")
    assert "10:00–10:45" in page
    sent = desk.send(f"{slot}/offer", version=versions(page), waiting=entries)
    assert sent.headers["Location"] == slot
    page = desk.get(slot).text
    assert "on offer until Mon 23 Nov, 18:00" in page
    assert page.count("Mail sent, no answer yet") == 4
    assert statuses(sqlite_database, world.patients[1]) == ["booked", "held"]
    again = desk.send(f"{slot}/offer", version=versions(page), waiting=entries)
    assert again.status_code == 400
    assert "on offer or gone already" in again.text
    assert desk.send(f"{slot}/end", version="2").headers["Location"] == slot
    assert "Did not answer in time" in desk.get(slot).text
    assert statuses(sqlite_database, world.patients[1]) == ["booked", "released"]
    assert desk.send(f"{slot}/end", version="3").status_code == 400


def test_calls_are_kept_and_a_yes_leads_to_the_visit(
    desk: Browser, sqlite_database: Database, world: World, slot: str, clock: Clock
) -> None:
    first, second = wait(sqlite_database, 1), wait(sqlite_database, 2)
    clock.at = instant_of(TUESDAY - 12 * 20)
    desk = desk_again(desk)
    page = desk.get(slot).text
    assert "Less than a day away: call, from the top." in page
    assert "Offer by mail" not in page
    tried = desk.send(f"{slot}/calls", version="1", waiting=first, outcome="tried", note="engaged", key="a")
    assert tried.headers["Location"] == slot
    assert "engaged" in desk.get(slot).text
    assert desk.send(f"{slot}/calls", version="1", waiting=first, outcome="").status_code == 400
    taken = desk.send(f"{slot}/calls", version="1", waiting=second, outcome="accepted", key="b")
    assert taken.headers["Location"].startswith("/visits/")
    assert state(sqlite_database, second) == "placed"
    assert "is given to somebody" in desk.get(slot).text
    with sqlite_database.read() as unit:
        kept = unit.connection.execute(select(freed_offer.c.outcome).order_by(freed_offer.c.id)).scalars().all()
    assert kept == ["tried", "accepted"]


def test_what_comes_of_a_call_leads_back_to_those_at_whom_somebody_looks(
    desk: Browser, sqlite_database: Database, slot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "MOST", 1)
    wait(sqlite_database, 1)
    second = wait(sqlite_database, 2)
    assert "Back to the first ones" not in desk.get(slot).text
    page = desk.get(f"{slot}?after=1").text
    pressed_by_enter = re.findall(r'calls\?after=1".*?(<button[^>]*>)', page, re.DOTALL)
    assert [" disabled " in each for each in pressed_by_enter] == [True]
    assert ("Adler2" in page, "Adler3" in page) == (False, True)
    assert f'href="{slot}">' in page
    for way in ("calls", "offer"):
        assert f'action="{slot}/{way}?after=1"' in page
    called = desk.send(f"{slot}/calls?after=1", version="1", waiting=second, outcome="tried")
    assert called.headers["Location"] == f"{slot}?after=1"
    assert "Adler2" not in desk.send(f"{slot}/calls?after=1", version="1", waiting=second, outcome="").text
    offered = desk.send(f"{slot}/offer?after=1", version="1", waiting=second, key="b")
    assert offered.headers["Location"] == f"{slot}?after=1"
    assert "Nobody else who waits fits" in desk.get(f"{slot}?after=2").text


def test_who_gets_no_mail_is_called(desk: Browser, sqlite_database: Database, world: World, slot: str) -> None:
    wait(sqlite_database, 1)
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(patient).values(invites="none", phone=None))
    page = desk.get(slot).text
    assert "Takes it" in page
    assert "Offer by mail" not in page
    assert "tel:" not in page


def test_a_time_that_nobody_fits_says_so(desk: Browser, slot: str) -> None:
    assert "Nobody who waits fits this time." in desk.get(slot).text


def test_who_may_only_look_gets_no_forms(signed_in: Enter, sqlite_database: Database, world: World, slot: str) -> None:
    wait(sqlite_database, 1)
    assistant = signed_in("assistant")
    assert "Take off" not in assistant.get("/waitlist").text
    page = assistant.get(slot).text
    assert "Takes it" not in page
    assert "Offer by mail" not in page
