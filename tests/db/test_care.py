"""The gate of care in the database: what holds needling, what a reason covers, and that no path leads around it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from clinic.db.care import consents, settings
from clinic.db.care.documents import answers_from, day_from, to_document
from clinic.db.tables.care import screening
from clinic.db.tables.messages import task
from clinic.db.tables.visits import override
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.access.actors import Actor
from clinic.domain.care.findings import Level
from clinic.domain.care.screening import Answers, DayAnswers, Degree, Limb
from clinic.domain.errors import Forbidden, Invalid, Refused, Stale
from clinic.domain.practice.body import Region
from clinic.domain.practice.modality import Modality
from clinic.domain.time import instant_of, local_date, zone
from clinic.domain.visits.catalogue import single as kind_named
from clinic.domain.visits.changes import Book, Move, Turn
from clinic.domain.visits.visit import Status, Stretch, Visit
from clinic.services.apply import apply
from clinic.services.care.consents import withdraw
from clinic.services.care.screening import answer, reaffirm
from clinic.services.courses.book import book as book_course
from clinic.services.visits.flow import flow
from clinic.services.visits.offers import offers_for_move, offers_for_single
from clinic.services.visits.start import start
from clinic.services.visits.wanted import WantedVisit
from tests.cared import asked, consented, ready, screened
from tests.db.test_courses import wanted
from tests.world import ACTOR, NOW, SHOULDER, TZ, World, at, needling, single, visit_now

START = at("2026-11-23", 10)
THEN = instant_of(START)
BLOCKED = Answers(due_on=date(2027, 7, 20))
"""The first three months of a pregnancy, in November 2026."""


def booked(database: Database, world: World, *stretches: Stretch, reason: str = "") -> Visit:
    with database.begin() as unit:
        given = stretches or (needling(world, START),)
        public_id = apply(unit, (Book(single(world, *given)),), actor=ACTOR, reason=reason, now=NOW).visits[0]
        return loads.visit(unit.connection, public_id)


def arrived(database: Database, visit: Visit) -> Visit:
    flow(database.begin, visit.public_id, Status.ARRIVED, version=visit.version, actor=ACTOR, now=THEN)
    return visit_now(database, visit.public_id)


def begun(database: Database, visit: Visit, *, needling: bool = True, reason: str = "") -> Visit:
    given = {"needling": needling, "reason": reason, "version": visit.version}
    start(database.begin, visit.public_id, **given, actor=ACTOR, now=THEN)
    return visit_now(database, visit.public_id)


def say(database: Database, answers: Answers, version: int) -> None:
    answer(database.begin, "patient1", answers, questions=1, version=version, actor=ACTOR, now=NOW)


def held(database: Database) -> list[str]:
    with database.read() as unit:
        query = select(task.c.state).where(task.c.kind == "needling_held").order_by(task.c.id)
        return list(unit.connection.execute(query).scalars())


def spoken(database: Database) -> dict[int, dict[str, int]]:
    with database.read() as unit:
        return {rule: dict(said) for rule, said in settings.rates(unit.connection, NOW - timedelta(days=1)).items()}


def test_answers_are_stored_as_what_differs_from_nothing_said() -> None:
    said = Answers(
        immune=True,
        epilepsy=Degree.SEVERE,
        due_on=date(2027, 3, 8),
        implants=(Region.KNEE,),
        lymphoedema=(Limb.LEFT_ARM,),
    )
    assert to_document(Answers()) == {}
    assert answers_from(to_document(said) | {"no_longer_asked": True}) == said
    today = DayAnswers(soreness=3, wounds=(Region.NECK,), settled=False)
    assert day_from(to_document(today)) == today


def test_every_change_is_a_version_and_the_same_answers_are_none(database: Database, world: World) -> None:
    say(database, Answers(), 0)
    say(database, Answers(), 1)
    say(database, Answers(immune=True), 1)
    with pytest.raises(Stale):
        say(database, Answers(), 1)
    with database.read() as unit:
        found = unit.connection.execute(select(screening.c.version, screening.c.answers)).all()
    assert sorted((number, dict(answers)) for number, answers in found) == [(1, {}), (2, {"immune": True})]
    with pytest.raises(Forbidden):
        answer(database.begin, "patient1", BLOCKED, questions=1, version=2, actor=Actor("x", frozenset()), now=NOW)


def test_needling_starts_when_it_was_agreed_to_and_asked_for_today(database: Database, world: World) -> None:
    visit = arrived(database, booked(database, world))
    with pytest.raises(Refused, match="consent_missing"):
        begun(database, visit)
    consented(database, world.patients[0])
    screened(database, world.patients[0])
    with pytest.raises(Refused, match="screening_not_today"):
        begun(database, visit)
    asked(database, world.patients[0], [THEN.date() - timedelta(days=1)])
    with pytest.raises(Refused, match="screening_not_today"):
        begun(database, visit)
    reaffirm(database.begin, visit.public_id, DayAnswers(), changed=False, version=1, actor=ACTOR, now=THEN)
    assert begun(database, visit).status is Status.IN_SESSION


def test_answers_that_change_on_the_day_are_asked_for_again(database: Database, world: World) -> None:
    ready(database, world.patients[0], THEN.date())
    visit = arrived(database, booked(database, world))
    say(database, Answers(faints=True), 1)
    with pytest.raises(Refused, match="screening_not_today"):
        begun(database, visit)
    with pytest.raises(Invalid, match="screening_changed"):
        reaffirm(database.begin, visit.public_id, DayAnswers(), changed=True, version=2, actor=ACTOR, now=THEN)
    with pytest.raises(Stale):
        reaffirm(database.begin, visit.public_id, DayAnswers(), changed=False, version=1, actor=ACTOR, now=THEN)


def test_nothing_is_reaffirmed_that_nobody_asked(database: Database, world: World) -> None:
    visit = booked(database, world)
    with pytest.raises(Invalid, match="screening_missing"):
        reaffirm(database.begin, visit.public_id, DayAnswers(), changed=False, version=0, actor=ACTOR, now=THEN)


def test_manual_therapy_and_exercise_begin_whatever_is_open(database: Database, world: World) -> None:
    screened(database, world.patients[0], BLOCKED)
    plain = Stretch(START, START + 6, world.staff[0], world.rooms[0], (Modality.MANUAL_THERAPY,))
    assert begun(database, arrived(database, booked(database, world, plain))).status is Status.IN_SESSION


def test_a_visit_without_its_needling_keeps_the_rest(database: Database, world: World) -> None:
    first = Stretch(START, START + 6, world.staff[0], world.rooms[0], (Modality.DRY_NEEDLING, Modality.EXERCISE))
    then = needling(world, START + 6)
    done = begun(database, arrived(database, booked(database, world, first, then)), needling=False)
    assert [one.modalities for one in done.stretches] == [(Modality.EXERCISE,), (Modality.EDUCATION,)]
    assert not done.needles


def test_a_new_answer_holds_the_booked_needling_and_nothing_else(database: Database, world: World) -> None:
    visit = booked(database, world)
    booked(database, world, Stretch(START + 24, START + 30, world.staff[0], world.rooms[0], (Modality.EXERCISE,)))
    say(database, Answers(diabetes=Degree.STEADY), 0)
    assert held(database) == []
    say(database, BLOCKED, 1)
    assert held(database) == ["open"]
    say(database, Answers(), 2)
    assert held(database) == ["dropped"]
    say(database, Answers(bleeding=True), 3)
    assert held(database) == ["dropped", "open"]
    assert visit_now(database, visit.public_id).status is Status.BOOKED


def test_a_consent_that_is_taken_back_holds_what_it_covered(database: Database, world: World) -> None:
    ready(database, world.patients[0], THEN.date())
    visit = booked(database, world)
    with database.read() as unit:
        given = consents.of_patient(unit.connection, world.patients[0])
    (dry,) = [one for one in given if one.modality is Modality.DRY_NEEDLING]
    taken = withdraw(database.begin, "patient1", dry.public_id, "Ada", version=1, actor=ACTOR, now=NOW)
    assert (taken, held(database)) == ((visit.public_id,), ["open"])
    with pytest.raises(Refused, match="consent_missing"):
        begun(database, arrived(database, visit))


def test_one_reason_covers_the_plan_until_the_answers_change(database: Database, world: World) -> None:
    screened(database, world.patients[0], Answers(antithrombotics=True))
    new = wanted("plantar-heel")
    with pytest.raises(Refused, match="antithrombotics_taken") as raised:
        book_course(database.begin, database.read, new, actor=ACTOR, now=NOW)
    assert raised.value.params["overridable"]
    book_course(database.begin, database.read, new, actor=ACTOR, reason="Her physician agrees", now=NOW)
    assert spoken(database) == {16: {"warned": 0, "asked": 1, "overridden": 1, "blocked": 0}}
    with database.read() as unit:
        kept = unit.connection.execute(select(override.c.rule, override.c.answers)).all()
        visits = loads.of_patient(unit.connection, world.patients[0])
    assert [tuple(row) for row in kept] == [(16, 1)]
    first, last = visits[0], visits[-1]
    offered = offers_for_move(database.read, last.public_id, "patient1", _day(last), now=NOW)
    assert offered
    assert not any(one.needs_reason for one in offered)
    ready_on = local_date(instant_of(first.starts), zone(TZ))
    asked(database, world.patients[0], [ready_on])
    consented(database, world.patients[0])
    then = instant_of(first.starts)
    flow(database.begin, first.public_id, Status.ARRIVED, version=1, actor=ACTOR, now=then)
    start(database.begin, first.public_id, needling=True, version=2, actor=ACTOR, now=then)
    screened(database, world.patients[0], Answers(antithrombotics=True, faints=True))
    offered = offers_for_move(database.read, last.public_id, "patient1", _day(last), now=NOW)
    assert all(one.needs_reason for one in offered)


def _day(visit: Visit) -> date:
    return local_date(instant_of(visit.starts), zone(TZ))


def test_a_reason_for_a_visit_that_stands_alone_holds_until_it_begins(database: Database, world: World) -> None:
    screened(database, world.patients[0], Answers(bleeding=True))
    asked(database, world.patients[0], [THEN.date()])
    consented(database, world.patients[0])
    visit = booked(database, world, reason="Agreed")
    with pytest.raises(Refused, match="bleeding_disorder"):
        booked(database, world, needling(world, at("2026-12-07", 10)))
    assert begun(database, arrived(database, visit)).status is Status.IN_SESSION


def test_a_practice_chooses_how_strongly_a_rule_speaks(database: Database, world: World) -> None:
    screened(database, world.patients[0], BLOCKED)
    with pytest.raises(Refused, match="pregnancy_early"):
        booked(database, world, reason="Agreed")
    with database.begin() as unit:
        settings.choose(unit.connection, 14, Level.OVERRIDE, by=ACTOR.name, now=NOW)
    assert booked(database, world, reason="Agreed").status is Status.BOOKED
    assert spoken(database)[14]["overridden"] == 1


def test_no_path_books_or_moves_a_blocked_visit_or_starts_its_needling(database: Database, world: World) -> None:
    before = booked(database, world)
    screened(database, world.patients[0], BLOCKED)
    elsewhere = (needling(world, START + 24),)
    for changes in (
        (Book(single(world, needling(world, at("2026-11-30", 10)))),),
        (Book(single(world, needling(world, at("2026-11-30", 10)), status=Status.PENCILLED)),),
        (Move(before, elsewhere),),
    ):
        with database.begin() as unit, pytest.raises(Refused, match="pregnancy_early"):
            apply(unit, changes, actor=ACTOR, reason="I insist", now=NOW)
    with pytest.raises(Refused, match="pregnancy_early"):
        book_course(database.begin, database.read, wanted("plantar-heel"), actor=ACTOR, reason="I insist", now=NOW)
    new = WantedVisit("patient1", "loc1", kind_named("dry-needling"), (SHOULDER,))
    spots = offers_for_single(database.read, new, date(2026, 11, 30), now=NOW)
    assert spots == ()
    offered = offers_for_move(database.read, before.public_id, "patient1", date(2026, 11, 24), now=NOW)
    assert offered == ()
    asked(database, world.patients[0], [THEN.date()])
    consented(database, world.patients[0])
    there = arrived(database, before)
    with pytest.raises(Refused, match="pregnancy_early"):
        begun(database, there, reason="I insist")
    with database.begin() as unit, pytest.raises(Refused, match="pregnancy_early"):
        apply(unit, (Turn(there, Status.IN_SESSION),), actor=ACTOR, reason="I insist", now=THEN)
    assert begun(database, there, needling=False).status is Status.IN_SESSION


def test_what_is_said_and_signed_leaves_ids_alone_in_the_audit_trail(database: Database, world: World) -> None:
    say(database, BLOCKED, 0)
    with database.read() as unit:
        kept = unit.connection.execute(text("SELECT act, detail FROM audit")).all()
    assert [row.act for row in kept] == ["screening.answered"]
    assert "due_on" not in str(kept)


def test_a_course_is_warned_of_once_however_many_visits_it_has(database: Database, world: World) -> None:
    screened(database, world.patients[0], Answers(diabetes=Degree.STEADY))
    book_course(database.begin, database.read, wanted("plantar-heel"), actor=ACTOR, now=NOW)
    assert spoken(database) == {19: {"warned": 1, "asked": 0, "overridden": 0, "blocked": 0}}
