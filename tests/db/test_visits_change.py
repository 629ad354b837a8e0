from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from clinic.db.access.idempotency import Once
from clinic.db.tables.access import audit
from clinic.db.tables.practice import absence
from clinic.db.tables.visits import appointment, claim
from clinic.db.unit import Database
from clinic.db.visits import claims, reads
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Forbidden, Invalid, NotFound, Refused, SlotTaken, Stale
from clinic.domain.visits.changes import Book
from clinic.domain.visits.visit import Status
from clinic.services.apply import apply
from clinic.services.visits.change import move, turn
from clinic.services.visits.offers import MOST_A_DAY, MOST_DAYS, Offer, offers_for_move
from clinic.services.visits.wanted import Spot
from tests.world import ACTOR, NOW, World, at, needling, single, visit_now

TEN = at("2026-11-23", 10)
THURSDAY = Spot(at("2026-11-26", 10), "staff2", "room2")


def booked(database: Database, world: World, starts: int = TEN, **how: int) -> str:
    with database.begin() as unit:
        patient = how.pop("patient", 0)
        change = Book(single(world, needling(world, starts, **how), patient=patient))
        return apply(unit, (change,), actor=ACTOR, now=NOW).visits[0]


def pencilled(database: Database, world: World) -> str:
    with database.begin() as unit:
        change = Book(single(world, needling(world, TEN), status=Status.PENCILLED))
        return apply(unit, (change,), actor=ACTOR, now=NOW).visits[0]


def shift(
    database: Database, public_id: str, to: Spot, version: int = 1, reason: str = "", once: Once | None = None
) -> None:
    begin, read = database.begin, database.read
    move(begin, read, public_id, to, version=version, actor=ACTOR, reason=reason, once=once, now=NOW)


def offers(database: Database, public_id: str, patient: str = "patient1") -> tuple[Offer, ...]:
    return offers_for_move(database.read, public_id, patient, date(2026, 11, 23), now=NOW)


def test_a_visit_is_offered_every_time_but_its_own_with_its_own_therapist(database: Database, world: World) -> None:
    found = offers(database, booked(database, world, staff=1, room=1))
    assert len(found) >= MOST_DAYS * (MOST_A_DAY - 1)
    assert {offer.spot.therapist for offer in found if offer.spot.start != TEN} == {"staff2"}
    assert not any(offer.findings for offer in found)


def test_another_therapist_is_offered_where_ones_own_is_away(database: Database, world: World) -> None:
    public_id = booked(database, world, staff=1)
    with database.begin() as unit:
        away = {"starts_at": NOW + timedelta(days=5), "ends_at": NOW + timedelta(days=30)}
        unit.connection.execute(absence.insert().values(public_id="a", staff_id=world.staff[1], kind="leave", **away))
    therapists = {offer.on: offer.spot.therapist for offer in offers(database, public_id)}
    assert therapists[date(2026, 11, 24)] == "staff2"
    assert therapists[date(2026, 11, 26)] == "staff1"


def test_its_own_time_is_offered_with_another_therapist_alone(database: Database, world: World) -> None:
    found = {offer.spot.start: offer for offer in offers(database, booked(database, world, THURSDAY.start, staff=1))}
    assert found[THURSDAY.start].spot.therapist == "staff1"
    assert {offer.spot.therapist for start, offer in found.items() if start != THURSDAY.start} == {"staff2"}


def test_a_move_near_another_needling_needs_a_reason_or_is_not_offered(database: Database, world: World) -> None:
    booked(database, world)
    found = offers(database, booked(database, world, THURSDAY.start))
    assert {offer.on for offer in found if offer.needs_reason} >= {date(2026, 11, 25)}
    assert date(2026, 11, 23) not in {offer.on for offer in found}


def test_a_visit_moves_and_back_again(database: Database, world: World) -> None:
    public_id = booked(database, world)
    shift(database, public_id, THURSDAY)
    moved = visit_now(database, public_id)
    assert (moved.starts, moved.version, moved.stretches[0].staff_id) == (THURSDAY.start, 2, world.staff[1])
    with pytest.raises(Stale):
        shift(database, public_id, Spot(TEN, "staff1", "room1"), version=1)
    shift(database, public_id, Spot(TEN, "staff1", "room1"), version=2)
    back = visit_now(database, public_id)
    assert (back.starts, back.version, back.sequence, back.uid) == (TEN, 3, 2, moved.uid)
    assert back.stretches == (needling(world, TEN),)
    with database.read() as unit:
        assert unit.connection.execute(text("SELECT count(*) FROM claim WHERE active")).scalar_one() == 3
        assert unit.connection.execute(text("SELECT count(*) FROM obligation")).scalar_one() == 1


def test_a_visit_moves_within_its_own_time(database: Database, world: World) -> None:
    public_id = booked(database, world)
    shift(database, public_id, Spot(TEN + 3, "staff1", "room1"))
    with database.read() as unit:
        held = unit.connection.execute(select(claim.c.starts).where(claim.c.active)).scalars().all()
        assert held == [TEN + 3] * 3
        assert claims.overlaps(unit.connection) == []


def test_a_time_that_somebody_has_is_refused_and_the_visit_stays(database: Database, world: World) -> None:
    booked(database, world, THURSDAY.start, staff=1, patient=1)
    public_id = booked(database, world)
    with pytest.raises(SlotTaken):
        shift(database, public_id, THURSDAY)
    stayed = visit_now(database, public_id)
    assert (stayed.starts, stayed.version) == (TEN, 1)


def test_a_move_that_a_rule_speaks_against_takes_a_reason(database: Database, world: World) -> None:
    booked(database, world)
    public_id = booked(database, world, THURSDAY.start)
    near = Spot(at("2026-11-25", 10), "staff1", "room1")
    with pytest.raises(Refused) as refused:
        shift(database, public_id, near)
    assert (refused.value.rule, refused.value.params["overridable"]) == (27, True)
    shift(database, public_id, near, reason="leaves on Thursday")
    with database.read() as unit:
        assert reads.reasons(unit.connection, public_id) == (("needled_recently", "leaves on Thursday"),)


def test_a_move_that_a_rule_forbids_takes_no_reason(database: Database, world: World) -> None:
    booked(database, world)
    public_id = booked(database, world, THURSDAY.start)
    with pytest.raises(Refused) as refused:
        shift(database, public_id, Spot(TEN + 30, "staff1", "room1"), reason="please")
    assert (refused.value.rule, refused.value.params["overridable"]) == (26, False)


def test_a_move_that_is_sent_twice_moves_once(database: Database, world: World) -> None:
    public_id, once = booked(database, world), Once("account:x", "form-1", "abc")
    for _ in range(2):
        shift(database, public_id, THURSDAY, once=once)
    assert visit_now(database, public_id).version == 2


def test_what_is_not_there_is_not_moved_and_not_cancelled(database: Database, world: World) -> None:
    public_id = booked(database, world)
    with pytest.raises(NotFound):
        shift(database, "nothing", THURSDAY)
    with pytest.raises(NotFound):
        turn(database.begin, "nothing", Status.CANCELLED, version=1, actor=ACTOR, now=NOW)
    for spot in (Spot(THURSDAY.start, "nobody", "room1"), Spot(THURSDAY.start, "staff1", "cellar")):
        with pytest.raises(NotFound):
            shift(database, public_id, spot)
    with pytest.raises(NotFound):
        offers(database, public_id, "nobody")


def test_a_cancelled_visit_keeps_its_reason_and_stays_cancelled(database: Database, world: World) -> None:
    public_id, once = booked(database, world), Once("account:x", "form-1", "abc")
    how = {"version": 1, "actor": ACTOR, "reason": "patient ill", "now": NOW}
    for _ in range(2):
        turn(database.begin, public_id, Status.CANCELLED, once=once, **how)  # type: ignore[arg-type]
    with database.read() as unit:
        (row,) = reads.panel(unit.connection, public_id)
        assert (row.status, row.cancel_reason, row.version) == ("cancelled", "patient ill", 2)
        assert unit.connection.execute(text("SELECT count(*) FROM claim WHERE active")).scalar_one() == 0
        entries = unit.connection.execute(select(audit.c.act, audit.c.permission).order_by(audit.c.id)).all()
        assert [tuple(entry) for entry in entries][1:] == [("visit.cancelled", "visit.cancel")]
        assert reads.board(unit.connection, world.location, TEN, TEN + 1) == ()
    with pytest.raises(Invalid, match="visit_settled"):
        shift(database, public_id, THURSDAY, version=2)


def test_a_cancellation_of_what_moved_meanwhile_is_stale(database: Database, world: World) -> None:
    public_id = booked(database, world)
    shift(database, public_id, THURSDAY)
    with pytest.raises(Stale) as stale:
        turn(database.begin, public_id, Status.CANCELLED, version=1, actor=ACTOR, now=NOW)
    assert (stale.value.params["seen"], stale.value.params["current"]) == (1, 2)


def test_a_pencilled_visit_is_confirmed_or_released(database: Database, world: World) -> None:
    first = pencilled(database, world)
    turn(database.begin, first, Status.RELEASED, version=1, actor=ACTOR, now=NOW)
    second = pencilled(database, world)
    turn(database.begin, second, Status.BOOKED, version=1, actor=ACTOR, now=NOW)
    with database.read() as unit:
        found = unit.connection.execute(select(appointment.c.status).order_by(appointment.c.id)).scalars().all()
        assert found == ["released", "booked"]
        owed = unit.connection.execute(text("SELECT count(*) FROM obligation")).scalar_one()
        assert owed == 1


def test_who_may_not_cancel_cancels_nothing(database: Database, world: World) -> None:
    public_id = booked(database, world)
    nobody = Actor("account:x", frozenset({"visit.move"}))
    with pytest.raises(Forbidden):
        turn(database.begin, public_id, Status.CANCELLED, version=1, actor=nobody, now=NOW)
    assert visit_now(database, public_id).status is Status.BOOKED
