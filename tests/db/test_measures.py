"""Measures of a course, and a reassessment that decides about what is pencilled in one stroke."""

from datetime import date

import pytest
from sqlalchemy import text

from clinic.db.access.idempotency import Once
from clinic.db.care import measures
from clinic.db.courses import reads
from clinic.db.unit import Database
from clinic.domain.access.actors import Actor
from clinic.domain.care.measures import Taken
from clinic.domain.errors import Forbidden, Invalid, NotFound, Stale
from clinic.services.care.measures import take
from clinic.services.visits.reassess import decide
from tests.db.test_visits_reassess import ONCE, plan, sessions, statuses  # noqa: F401 - fixtures
from tests.world import ACTOR, NOW

ON = date(2026, 11, 20)
LATER = date(2026, 12, 4)


def taken(database: Database, course: str) -> tuple[Taken, ...]:
    with database.read() as unit:
        return measures.of_plan(unit.connection, reads.plan_row(unit.connection, course).id)


def test_what_was_entered_is_kept_and_the_last_value_of_a_day_counts(database: Database, plan: str) -> None:  # noqa: F811
    entered = {"nprs": "6", "ndi": "40,5", "groc": ""}
    assert take(database.begin, plan, entered, on=ON, actor=ACTOR, now=NOW) == 2
    take(database.begin, plan, {"nprs": "5"}, on=ON, actor=ACTOR, now=NOW)
    take(database.begin, plan, {"nprs": "3.5"}, on=LATER, actor=ACTOR, now=NOW)
    assert taken(database, plan) == (Taken("ndi", 405, ON), Taken("nprs", 50, ON), Taken("nprs", 35, LATER))


def test_a_form_with_a_wrong_value_keeps_nothing(database: Database, plan: str) -> None:  # noqa: F811
    for wrong, code in (({"nprs": "11", "ndi": "3"}, "measure_off_scale"), ({"ndi": " "}, "measures_missing")):
        with pytest.raises(Invalid, match=code):
            take(database.begin, plan, wrong, on=ON, actor=ACTOR, now=NOW)
    with pytest.raises(NotFound):
        take(database.begin, "nobody", {"nprs": "1"}, on=ON, actor=ACTOR, now=NOW)
    with pytest.raises(Forbidden):
        take(database.begin, plan, {"nprs": "1"}, on=ON, actor=Actor("account:x", frozenset()), now=NOW)
    assert taken(database, plan) == ()


def test_the_same_form_twice_is_kept_once(database: Database, plan: str) -> None:  # noqa: F811
    form = Once("account:x", "m", "d")
    for _ in range(2):
        assert take(database.begin, plan, {"nprs": "1"}, on=ON, actor=ACTOR, once=form, now=NOW) == 1


def conclude(database: Database, course: str, outcome: str, version: int = 1, once: Once | None = None) -> int:
    third = sessions(database, course)[2].public_id
    return decide(database.begin, course, third, outcome, version=version, actor=ACTOR, once=once, now=NOW)


def test_going_on_marks_and_confirms_in_one_stroke(database: Database, plan: str) -> None:  # noqa: F811
    assert conclude(database, plan, "continue", once=ONCE) == 3
    assert statuses(database, plan) == ["booked"] * 6
    assert sessions(database, plan)[2].outcome == "continue"
    assert conclude(database, plan, "continue", once=ONCE) == 0
    with pytest.raises(Invalid, match="reassessed_already"):
        conclude(database, plan, "continue", version=2)


def test_stopping_marks_and_releases_in_one_stroke(database: Database, plan: str) -> None:  # noqa: F811
    assert conclude(database, plan, "stop") == 3
    assert statuses(database, plan) == ["booked"] * 3 + [None] * 3


def test_a_decision_that_cannot_be_kept_leaves_everything(database: Database, plan: str) -> None:  # noqa: F811
    with pytest.raises(Stale):
        conclude(database, plan, "continue", version=9)
    with pytest.raises(Invalid, match="unknown_outcome"):
        conclude(database, plan, "perhaps")
    with database.begin() as unit:
        unit.connection.execute(text("UPDATE patient SET deceased = true"))
    with pytest.raises(Exception, match="patient_deceased"):
        conclude(database, plan, "continue")
    assert sessions(database, plan)[2].reassessed_at is None
    assert statuses(database, plan) == ["booked"] * 3 + ["pencilled"] * 3
