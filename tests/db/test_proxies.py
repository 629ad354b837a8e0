"""Who may sign for a patient: nobody of whom it is not on record."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, update

from clinic.db.care import consents
from clinic.db.patients import relatives
from clinic.db.tables.access import audit
from clinic.db.tables.patients import patient
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.access.actors import Actor
from clinic.domain.care.consents import Capacity
from clinic.domain.errors import Forbidden, Invalid, NotFound, Stale
from clinic.domain.visits.changes import Book
from clinic.services.apply import apply
from clinic.services.apply.readiness import unready
from clinic.services.care.consents import give
from clinic.services.patients.relatives import entrust, part, relate
from tests.cared import CONSENT, asked, screened
from tests.world import ACTOR, NOW, World, at, build, needling, single

CHILD, PARENT = "patient1", "patient2"
SIGNED = replace(CONSENT, given_by="  ada   ADLER2 ", capacity=Capacity.GUARDIAN)


@pytest.fixture
def world(database: Database) -> World:
    made = build(database)
    relate(database.begin, CHILD, PARENT, back_to_back=False, seen=1, actor=ACTOR, now=NOW)
    return made


def acts(database: Database, world: World) -> tuple[list[bool], list[bool]]:
    """Whether the parent acts for the child, and the child for the parent."""
    with database.read() as unit:
        child, parent = (relatives.of_patient(unit.connection, id_) for id_ in world.patients)
    return [one.acts for one in child], [one.acts for one in parent]


def trust(database: Database, one: str, other: str, seen: int, *, may: bool = True, actor: Actor = ACTOR) -> None:
    entrust(database.begin, one, other, acts=may, seen=seen, actor=actor, now=NOW)


def sign(database: Database) -> None:
    give(database.begin, CHILD, SIGNED, actor=ACTOR, now=NOW)


def test_one_acts_for_the_other_and_not_the_other_for_the_one(database: Database, world: World) -> None:
    trust(database, CHILD, PARENT, 2)
    assert acts(database, world) == ([True], [False])
    trust(database, CHILD, PARENT, 3, may=False)
    trust(database, PARENT, CHILD, 1)
    assert acts(database, world) == ([False], [True])
    with database.read() as unit:
        last = unit.connection.execute(select(audit.c.act, audit.c.detail).order_by(audit.c.id.desc()).limit(1)).one()
    assert tuple(last) == ("patient.proxy", {"other": world.patients[0], "acts": True})


def test_only_who_is_a_relative_is_entrusted_by_who_may_write(database: Database, world: World) -> None:
    with pytest.raises(Stale):
        trust(database, CHILD, PARENT, 1)
    with pytest.raises(Forbidden):
        trust(database, CHILD, PARENT, 2, actor=Actor("x", frozenset()))
    part(database.begin, CHILD, PARENT, seen=2, actor=ACTOR, now=NOW)
    with pytest.raises(NotFound):
        trust(database, CHILD, PARENT, 3)


def test_somebody_of_whom_it_is_not_on_record_signs_for_nobody(database: Database, world: World) -> None:
    with pytest.raises(Invalid, match="proxy_unknown"):
        sign(database)
    trust(database, PARENT, CHILD, 1)
    with pytest.raises(Invalid, match="proxy_unknown"):
        sign(database)
    trust(database, CHILD, PARENT, 2)
    sign(database)
    trust(database, CHILD, PARENT, 3, may=False)
    with pytest.raises(Invalid, match="proxy_unknown"):
        sign(database)
    with database.read() as unit:
        (kept,) = consents.of_patient(unit.connection, world.patients[0])
    assert (kept.capacity, kept.stands) == (Capacity.GUARDIAN, True)


def test_a_guardians_signature_lets_a_minor_be_needled(database: Database, world: World) -> None:
    on = date(2026, 11, 23)
    with database.begin() as unit:
        unit.connection.execute(
            update(patient).where(patient.c.id == world.patients[0]).values(birth_on=date(2012, 1, 1))
        )
        public_id = apply(
            unit, (Book(single(world, needling(world, at("2026-11-23", 10)))),), actor=ACTOR, now=NOW
        ).visits[0]
    screened(database, world.patients[0])
    asked(database, world.patients[0], [on])
    give(database.begin, CHILD, CONSENT, actor=ACTOR, now=NOW)
    assert open_items(database, public_id) == [23]
    trust(database, CHILD, PARENT, 2)
    with database.read() as unit:
        first = consents.of_patient(unit.connection, world.patients[0])[0]
    assert first.capacity is Capacity.PATIENT
    sign(database)
    assert open_items(database, public_id) == []


def open_items(database: Database, public_id: str) -> list[int]:
    with database.read() as unit:
        return [one.rule for one in unready(unit, loads.visit(unit.connection, public_id))]
