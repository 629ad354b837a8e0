"""One gate: whatever writes goes through it, and nothing blocked passes it, whatever else is done with it."""

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update

import clinic
from clinic.db.care import statements
from clinic.db.tables.practice import credential, staff
from clinic.db.tables.records import adverse_event
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database, Unit
from clinic.db.visits import loads
from clinic.domain.care.screening import Answers, Limb
from clinic.domain.errors import Refused
from clinic.domain.practice.body import Region
from clinic.domain.practice.modality import Modality
from clinic.domain.visits.changes import Book, Change, Move, Turn
from clinic.domain.visits.visit import Status, Stretch, Visit
from clinic.services.apply import apply
from tests.world import ACTOR, NOW, World, at, needling, single

SERVICES: Final = Path(clinic.__file__).parent / "services"
INSISTS: Final = "I insist"

WRITES: Final = {
    "care/events.py:_turn": "events alone",
    "care/events.py:happened": "events alone",
    "care/measures.py:take": "measures alone",
    "care/records.py:amend": "records alone",
    "care/records.py:save": "records alone",
    "care/records.py:sign": "records alone",
    "care/responses.py:tell": "what is told alone",
    "courses/book.py:book": "a course",
    "courses/offering.py:_release": "gives time back",
    "courses/offering.py:accept": "an offer",
    "courses/repair/accept.py:moved": "moves",
    "courses/releasing.py:release": "a phase that waited; it books nothing",
    "courses/replan.py:replan": "the rest of a course",
    "courses/seen.py:change_plan": "a home programme, what is told, who pays: no visit",
    "apply/lapsed.py:give_back_lapsed": "gives time back",
    "messages/checkins.py:_keep": "what is told alone, and events",
    "messages/links.py:_write": "a link",
    "messages/replies.py:_act": "an answer, which leaves the visit where it is",
    "visits/book.py:book": "a visit",
    "visits/change.py:move": "a move",
    "visits/change.py:turn": "a confirmation",
    "visits/flow.py:back": "a step back, which starts nothing",
    "visits/flow.py:came": "a no-show that was none",
    "visits/flow.py:flow": "the day's flow: it starts nothing",
    "visits/freed.py:_offer": "holds, moves and bookings",
    "visits/freed.py:_take": "holds, moves and bookings",
    "visits/freed.py:called": "holds, moves and bookings",
    "visits/freed.py:end": "gives time back",
    "visits/freed.py:expire": "gives time back",
    "visits/freed.py:refuse": "gives time back",
    "visits/keep.py:_give_back": "gives time back",
    "visits/keep.py:keep": "a time kept for a form",
    "visits/overbook.py:overbook": "a time given twice",
    "visits/promises.py:accept": "moves",
    "visits/reassess.py:decide": "a reassessment",
    "visits/reassess.py:mark": "a reassessment; releases alone",
    "visits/reassess.py:settle": "what is pencilled",
    "visits/start.py:start": "a start",
    "visits/undo.py:undo": "the inverse changes",
    "visits/waitlist.py:add": "the wait list alone",
    "visits/waitlist.py:change": "the wait list alone",
    "visits/waitlist.py:close": "the wait list alone",
}
"""Every use case that writes, and what; screens, links, mailed answers and the command line come to these alone."""


def writing() -> set[str]:
    """Each function of the services that calls `apply`."""
    found: set[str] = set()
    for path in SERVICES.glob("**/*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name != "apply" and _applies(node):
                found.add(f"{path.relative_to(SERVICES)}:{node.name}")
    return found


def _applies(node: ast.FunctionDef) -> bool:
    return any(isinstance(each, ast.Call) and ast.unparse(each.func) == "apply" for each in ast.walk(node))


def test_every_use_case_that_writes_is_known_here() -> None:
    assert writing() == set(WRITES)


def test_nothing_else_writes_visits() -> None:
    """The writing modules are closed to all but the gate's package (the contracts in setup.cfg), and no raw statement
    leads around them."""
    contracts = (SERVICES.parent.parent / "setup.cfg").read_text("utf-8")
    assert "clinic.db.visits.writes" in contracts
    for path in SERVICES.parent.glob("**/*.py"):
        told = path.read_text("utf-8").lower()
        if "db" not in path.relative_to(SERVICES.parent).parts[:1]:
            assert "insert into appointment" not in told
            assert "update appointment" not in told


def _says(**answers: Any) -> Callable[[Unit, World], None]:
    def say(unit: Unit, world: World) -> None:
        statements.add_screening(unit.connection, world.patients[0], Answers(**answers), 5, 1, by=ACTOR.name, now=NOW)

    return say


def _reported(unit: Unit, world: World) -> None:
    row = {"public_id": "event1", "patient_id": world.patients[0], "kind": "nerve", "grade": "mild", "alarm": True}
    kept = row | {"onset_at": NOW, "status": "open", "actor": "x", "recorded_at": NOW}
    unit.connection.execute(insert(adverse_event), kept)


def _unlicensed(unit: Unit, _world: World) -> None:
    unit.connection.execute(update(credential).values(valid_until=date(2020, 2, 1)))


def _assistants(unit: Unit, _world: World) -> None:
    unit.connection.execute(update(staff).values(kind="assistant"))


BLOCKS: Final[dict[str, Callable[[Unit, World], None]]] = {
    "early in a pregnancy": _says(due_on=date(2027, 7, 20)),
    "varicose veins there": _says(varicose=(Region.SHOULDER,)),
    "lymphoedema there": _says(lymphoedema=(Limb.RIGHT_ARM,)),
    "a red flag": _reported,
    "no licence": _unlicensed,
    "assistants": _assistants,
}


class Undo(Exception):
    """Ends a trial, whatever it wrote."""


@contextmanager
def trial(database: Database) -> Iterator[Unit]:
    """A transaction of which nothing stays."""
    try:
        with database.begin() as unit:
            yield unit
            raise Undo
    except Undo:
        pass


def standing(unit: Unit, *starts: int) -> list[Visit]:
    """A visit with needling at each start, and where it is confirmed later."""
    world = World(1, (1, 2), 3, (1, 2), (1, 2))
    booked = [
        apply(unit, (Book(single(world, needling(world, tick), status=status)),), actor=ACTOR, now=NOW).visits[0]
        for tick, status in zip(starts, (Status.PENCILLED, Status.BOOKED, Status.BOOKED), strict=True)
    ]
    unit.connection.execute(update(appointment).where(appointment.c.public_id == booked[2]).values(status="arrived"))
    return [loads.visit(unit.connection, public_id) for public_id in booked]


def harmless(world: World) -> Book:
    tick = at("2026-12-21", 9)
    return Book(single(world, Stretch(tick, tick + 6, world.staff[1], world.rooms[1], (Modality.MANUAL_THERAPY,))))


def needled(world: World, visits: list[Visit], at_days: int, ways: list[str]) -> list[Change]:
    """Changes that would book, move, confirm or start needling."""
    pencilled, booked, arrived = visits
    later = tuple(
        replace(one, starts=one.starts + 288 * at_days, ends=one.ends + 288 * at_days) for one in booked.stretches
    )
    new = needling(world, at("2026-12-28", 10), staff=1, room=1)
    made: dict[str, Change] = {
        "book": Book(single(world, new)),
        "pencil": Book(single(world, new, status=Status.PENCILLED)),
        "hold": Book(single(world, new, status=Status.HELD)),
        "move": Move(booked, later),
        "stay": Move(booked, booked.stretches),
        "confirm": Turn(pencilled, Status.BOOKED),
        "start": Turn(arrived, Status.IN_SESSION),
    }
    return [made[way] for way in ways]


WAYS: Final = ("book", "move", "confirm", "start")
TURNS: Final = st.lists(st.sampled_from([*WAYS, "pencil", "hold", "stay"]), min_size=1, max_size=3, unique=True)


TOGETHER: Final = given(
    block=st.sampled_from(sorted(BLOCKS)),
    ways=TURNS.filter(
        lambda ways: len({"book", "pencil", "hold"} & set(ways)) < 2 and not {"move", "stay"} <= set(ways)
    ),
    days=st.sampled_from([3, 4, 7, 21]),
    first=st.booleans(),
)


def often(examples: int) -> settings:
    fresh = [HealthCheck.function_scoped_fixture]
    return settings(derandomize=True, deadline=None, max_examples=examples, suppress_health_check=fresh)


def nothing_blocked_is_done(
    database: Database, world: World, block: str, ways: list[str], days: int, first: bool
) -> None:
    with trial(database) as unit:
        visits = standing(unit, at("2026-11-24", 10), at("2026-11-30", 10), at("2026-12-07", 10))
        BLOCKS[block](unit, world)
        changes = needled(world, visits, days, ways)
        both = [harmless(world), *changes] if first else [*changes, harmless(world)]
        with pytest.raises(Refused) as raised:
            apply(unit, tuple(both), actor=ACTOR, reason=INSISTS, now=NOW)
        assert not raised.value.params["overridable"]
        apply(unit, (harmless(world),), actor=ACTOR, now=NOW)
        apply(unit, (Turn(visits[2], Status.IN_SESSION, without_needling=True),), actor=ACTOR, now=NOW)
        apply(unit, (Turn(visits[0], Status.RELEASED), Turn(visits[1], Status.CANCELLED)), actor=ACTOR, now=NOW)


@pytest.mark.thorough
@often(20)
@TOGETHER
def test_whatever_is_done_together_nothing_blocked_is_booked_or_started(
    database: Database, world: World, block: str, ways: list[str], days: int, first: bool
) -> None:
    nothing_blocked_is_done(database, world, block, ways, days, first)


@pytest.mark.prove
@often(600)
@TOGETHER
def test_whatever_is_done_together_nothing_blocked_is_done_at_length(
    database: Database, world: World, block: str, ways: list[str], days: int, first: bool
) -> None:
    nothing_blocked_is_done(database, world, block, ways, days, first)
