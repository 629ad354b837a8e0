"""Needling that waits: the task about it stays as long as anything speaks against the visit, and goes then."""

from dataclasses import replace
from datetime import timedelta

from clinic.db.care import consents
from clinic.db.unit import Database
from clinic.domain.care.response import Told
from clinic.domain.care.screening import Answers, Degree
from clinic.domain.practice.modality import Modality
from clinic.services.care.consents import give, withdraw
from clinic.services.care.responses import tell
from tests.cared import CONSENT, ready
from tests.db.test_care import BLOCKED, START, THEN, booked, held, say
from tests.world import ACTOR, NOW, World, needling

WEEK = 7 * 288


def taken_back(database: Database, world: World) -> None:
    """A visit is booked whose consent stands no longer."""
    ready(database, world.patients[0], THEN.date())
    booked(database, world)
    with database.read() as unit:
        given = consents.of_patient(unit.connection, world.patients[0])
    (dry,) = [one for one in given if one.modality is Modality.DRY_NEEDLING]
    withdraw(database.begin, "patient1", dry.public_id, "Ada", version=1, actor=ACTOR, now=NOW)


def sign(database: Database) -> None:
    dry = replace(CONSENT, modality=Modality.DRY_NEEDLING)
    give(database.begin, "patient1", dry, actor=ACTOR, now=NOW)


def test_what_was_taken_back_is_not_forgotten_over_new_answers(database: Database, world: World) -> None:
    taken_back(database, world)
    say(database, Answers(diabetes=Degree.STEADY), 1)
    assert held(database) == ["open"]


def test_a_consent_settles_what_waited_for_it_alone(database: Database, world: World) -> None:
    taken_back(database, world)
    sign(database)
    assert held(database) == ["dropped"]


def test_a_consent_leaves_what_an_answer_holds(database: Database, world: World) -> None:
    booked(database, world)
    say(database, BLOCKED, 0)
    sign(database)
    assert held(database) == ["open"]


def test_signs_that_are_told_twice_hold_needling_still(database: Database, world: World) -> None:
    done = booked(database, world)
    booked(database, world, needling(world, START + WEEK))
    for states in (["open"], ["dropped", "open"]):
        told = Told(24, signs=("numbness",))
        tell(database.begin, done.public_id, told, actor=ACTOR, now=THEN + timedelta(days=2))
        assert held(database) == states
