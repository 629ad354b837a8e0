from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from clinic.db.access.idempotency import Once
from clinic.db.tables.access import audit, idempotency_key
from clinic.db.tables.patients import patient as patients
from clinic.db.tables.practice import closure, location_hours
from clinic.db.tables.visits import appointment, segment
from clinic.db.unit import Database
from clinic.db.visits import loads, reads
from clinic.domain.care.findings import Level
from clinic.domain.errors import Invalid, NotFound, Refused, SlotTaken
from clinic.domain.time import instant_of, zone
from clinic.domain.visits.catalogue import single
from clinic.domain.visits.visit import Status
from clinic.services.visits.book import book
from clinic.services.visits.offers import MOST_A_DAY, MOST_DAYS, Offer, offers_for_single
from clinic.services.visits.wanted import Spot, WantedVisit
from tests.world import ACTOR, NOW, SHOULDER, TZ, World, at

MONDAY = date(2026, 11, 23)
TEN = Spot(at("2026-11-23", 10), "staff1", "room1")
NEEDLING = WantedVisit("patient1", "loc1", single("dry-needling"), (SHOULDER,))
TALK = WantedVisit("patient1", "loc1", single("assessment"))


def make(
    database: Database, spot: Spot = TEN, wanted: WantedVisit = NEEDLING, reason: str = "", once: Once | None = None
) -> str:
    return book(database.begin, database.read, wanted, spot, actor=ACTOR, reason=reason, once=once, now=NOW)


def offers(database: Database, wanted: WantedVisit = NEEDLING, on: date = MONDAY) -> tuple[Offer, ...]:
    return offers_for_single(database.read, wanted, on, now=NOW)


def test_free_times_are_spread_over_the_next_days_of_opening_hours(database: Database, world: World) -> None:
    found = offers(database)
    by_day = Counter(offer.on for offer in found)
    assert len(by_day) == MOST_DAYS
    assert min(by_day) == MONDAY
    assert set(by_day.values()) == {MOST_A_DAY}
    walls = [instant_of(offer.spot.start).astimezone(zone(TZ)) for offer in found]
    assert walls == sorted(walls)
    assert {wall.hour for wall in walls} <= set(range(8, 18))
    assert not any(offer.needs_reason for offer in found)


def test_free_times_never_lie_in_the_past(database: Database, world: World) -> None:
    found = offers(database, on=date(2026, 1, 1))
    assert instant_of(found[0].spot.start) >= NOW


def test_a_time_too_near_another_needling_needs_a_reason_or_is_not_offered(database: Database, world: World) -> None:
    make(database)
    found = offers(database)
    assert not any(abs(offer.spot.start - TEN.start) < 24 * 12 for offer in found)
    reasoned = {offer.on for offer in found if offer.needs_reason}
    assert {date(2026, 11, 24), date(2026, 11, 25)} <= reasoned <= {date(2026, 11, n) for n in (24, 25, 26)}
    assert {finding.level for offer in found for finding in offer.findings} == {Level.OVERRIDE}


def test_the_therapist_who_is_asked_for_is_a_must(database: Database, world: World) -> None:
    chosen = WantedVisit("patient1", "loc1", single("dry-needling"), (SHOULDER,), "staff2")
    assert {offer.spot.therapist for offer in offers(database, chosen)} == {"staff2"}
    with pytest.raises(SlotTaken):
        make(database, TEN, chosen)


def test_a_place_that_is_closed_offers_nothing(database: Database, world: World) -> None:
    with database.begin() as unit:
        days = {"first_on": date(2026, 1, 1), "last_on": date(2027, 12, 31)}
        unit.connection.execute(closure.insert().values(location_id=world.location, name="Moving", **days))
    assert offers(database) == ()


def test_a_day_with_few_free_times_offers_them_all(database: Database, world: World) -> None:
    whole = offers(database, NEEDLING, MONDAY)
    with database.begin() as unit:
        unit.connection.execute(update(location_hours).values(opens_minute=480, closes_minute=555))
    few = Counter(offer.on for offer in offers(database))
    assert set(few.values()) == {4}
    assert whole[0].on == min(few)


def test_the_nearest_free_times_keep_the_therapist_if_they_can(database: Database, world: World) -> None:
    make(database)
    found = offers_for_single(database.read, replace(NEEDLING, patient="patient2"), MONDAY, near=TEN, now=NOW)
    spots = [offer.spot for offer in found]
    assert TEN.start + 9 in {spot.start for spot in spots if spot.therapist == "staff1"}
    assert [spot.start for spot in spots] == sorted({spot.start for spot in spots})


def test_nothing_is_free_for_a_new_visit_when_everybody_is_away(database: Database, world: World) -> None:
    with database.begin() as unit:
        unit.connection.execute(update(location_hours).values(until_on=date(2026, 1, 1)))
    assert offers_for_single(database.read, NEEDLING, MONDAY, near=TEN, now=NOW) == ()


def test_a_day_beyond_what_the_practice_plans_is_refused(database: Database, world: World) -> None:
    with pytest.raises(Invalid, match="beyond_horizon"):
        offers(database, NEEDLING, date(2031, 1, 6))


def test_a_single_visit_is_booked_where_it_was_asked(database: Database, world: World) -> None:
    public_id = make(database)
    with database.read() as unit:
        (row,) = reads.panel(unit.connection, public_id)
        assert (row.starts, row.therapist, row.room, row.status) == (TEN.start, "B. Lindqvist", "Room 1", "booked")
        assert row.ordinal is None
        visit = loads.visit(unit.connection, public_id)
        assert visit.needles
        assert visit.targets == (SHOULDER,)
        assert [entry.act for entry in unit.connection.execute(select(audit))] == ["visit.book"]
        assert reads.letter_due(unit.connection, public_id) == NOW + timedelta(seconds=180)
        assert reads.board(unit.connection, world.location, TEN.start, TEN.start + 1) == (row,)
        assert reads.board(unit.connection, world.location, TEN.start + 1, TEN.start + 2) == ()
        assert reads.of_patient(unit.connection, world.patients[0], 0) == (row,)
        assert reads.of_patient(unit.connection, world.patients[0], row.ends) == ()


def test_a_visit_without_needles_has_no_targets(database: Database, world: World) -> None:
    public_id = make(database, wanted=WantedVisit("patient1", "loc1", single("assessment"), (SHOULDER,)))
    with database.read() as unit:
        visit = loads.visit(unit.connection, public_id)
    assert not visit.needles
    assert visit.targets == ()
    assert visit.status is Status.BOOKED


def test_a_patient_who_needs_longer_gets_longer(database: Database, world: World) -> None:
    short = make(database, wanted=TALK)
    with database.begin() as unit:
        unit.connection.execute(update(patients).values(extra_minutes=15))
    other = WantedVisit("patient2", "loc1", single("assessment"))
    long = make(database, Spot(TEN.start, "staff2", "room2"), other)
    with database.read() as unit:
        first, second = (loads.visit(unit.connection, one) for one in (short, long))
    assert (second.ends - second.starts) - (first.ends - first.starts) == 3


@pytest.mark.parametrize(
    "taken",
    [
        pytest.param(TEN, id="the same"),
        pytest.param(Spot(TEN.start + 3, "staff1", "room2"), id="the therapist is with another"),
        pytest.param(Spot(TEN.start + 3, "staff2", "room1"), id="the room is in use"),
        pytest.param(Spot(TEN.start + 1, "staff2", "room2"), id="no start is offered there"),
        pytest.param(Spot(at("2026-11-22", 10), "staff2", "room2"), id="Sunday"),
        pytest.param(Spot(at("2026-11-19", 10), "staff2", "room2"), id="past"),
        pytest.param(Spot(TEN.start, "staff2", "room3"), id="nobody is needled in the gym"),
    ],
)
def test_a_time_that_is_not_free_is_refused_and_nothing_is_written(
    database: Database, world: World, taken: Spot
) -> None:
    make(database)
    with pytest.raises(SlotTaken):
        make(database, taken, WantedVisit("patient2", "loc1", single("dry-needling"), (SHOULDER,)))
    with database.read() as unit:
        assert len(unit.connection.execute(select(appointment)).all()) == 1
        assert len(unit.connection.execute(select(segment)).all()) == 1


@pytest.mark.parametrize(
    ("wanted", "spot"),
    [
        (WantedVisit("nobody", "loc1", single("assessment")), TEN),
        (WantedVisit("patient1", "nowhere", single("assessment")), TEN),
        (TALK, Spot(TEN.start, "nobody", "room1")),
        (TALK, Spot(TEN.start, "staff1", "cellar")),
    ],
)
def test_people_and_places_that_are_not_there_are_not_found(
    database: Database, world: World, wanted: WantedVisit, spot: Spot
) -> None:
    with pytest.raises(NotFound):
        make(database, spot, wanted)


def test_a_form_that_is_sent_twice_books_once(database: Database, world: World) -> None:
    once = Once("account:x", "form-1", "abc")
    assert make(database, once=once) == make(database, once=once)
    with pytest.raises(Invalid, match="key_reused"):
        make(database, once=Once("account:x", "form-1", "xyz"))
    with database.read() as unit:
        assert len(unit.connection.execute(select(appointment)).all()) == 1


def test_a_short_gap_is_booked_with_its_reason_only(database: Database, world: World) -> None:
    make(database)
    near = Spot(at("2026-11-25", 10), "staff1", "room1")
    once = Once("account:x", "form-2", "abc")
    with pytest.raises(Refused) as refused:
        make(database, near, once=once)
    assert refused.value.params["overridable"]
    public_id = make(database, near, reason="competition on Friday", once=once)
    with database.read() as unit:
        assert reads.reasons(unit.connection, public_id) == (("needled_recently", "competition on Friday"),)
        assert len(unit.connection.execute(select(idempotency_key)).all()) == 1


@pytest.mark.parametrize("start", [-1, 10**9, 10**20])
def test_a_time_before_1970_or_after_2099_is_no_time(start: int) -> None:
    with pytest.raises(Invalid, match="out_of_range"):
        Spot(start, "staff1", "room1")


def test_a_visit_that_is_not_there_has_no_panel(database: Database, world: World) -> None:
    with database.read() as unit, pytest.raises(NotFound):
        reads.panel(unit.connection, "nothing")
