"""The front desk's day at random: whatever is booked, moved, cancelled, kept, offered, undone or left to expire, in
whatever order, the database holds what a plain model of the desk holds, and says no for the same reason."""

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run
from sqlalchemy import func, select

from clinic.db import sweep
from clinic.db.connect import open_engine
from clinic.db.tables.access import audit
from clinic.db.tables.messages import seal
from clinic.db.tables.visits import appointment
from clinic.db.tables.waiting import freed, freed_offer, waiting
from clinic.db.unit import Database
from clinic.domain.courses.offer import How
from clinic.domain.time import tick_floor
from clinic.services.courses import offering
from clinic.services.courses.book import book as book_course
from clinic.services.courses.wanted import Wanted
from clinic.services.messages.jobs import run_due
from clinic.services.messages.seal import seal_due
from tests.db.desk_cards import LIVE
from tests.db.desk_day import DAYS, patient, pick
from tests.db.desk_model import No, next_close
from tests.db.desk_waiting import Waits
from tests.under_way import protocol

FEW, MANY = 10, 200


class Day(Waits):
    """With its courses, and time that passes."""

    @precondition(lambda self: len(self.plans) < 2)
    @rule(who=patient, day=st.sampled_from(DAYS), offered=st.booleans())
    def books_a_course(self, who: int, day: str, offered: bool) -> None:
        """Three visits where there is room for them, at once or as an offer that is held."""
        desk, form = self.desk, self.form()
        wanted = Wanted(f"patient{who + 1}", "loc1", protocol(3), date.fromisoformat(day))
        how = {"offer": offered, "actor": self.actor(form), "now": desk.now}
        known = len(desk.cards)
        plan = book_course(*self.gates, wanted, **how).plan  # type: ignore[arg-type]
        found = self.written(appointment.c.session_id.is_not(None) & appointment.c.public_id.not_in(list(desk.cards)))
        assert len(found) == 3
        gaps = [(b.place.starts - a.place.starts) // 288 for (_, a), (_, b) in pairwise(found)]
        assert all(3 <= gap <= 7 for gap in gaps), gaps
        assert {card.status for _, card in found} == {"held" if offered else "booked"}
        desk.overdue()
        steps = []
        for name, card in found:
            desk.must_be_free(card)
            steps.append(desk.put(name, card))
        desk.done(form, *steps)
        assert len(desk.cards) == known + 3
        self.plans.append(plan)
        self.opened[plan] = form
        if offered:
            desk.plans[plan] = (next_close(desk.now), tuple(name for name, _ in found))

    @precondition(lambda self: self.desk.plans or len(self.plans) > 1)
    @rule(n=pick, yes=st.booleans())
    def answers_the_offer_of_a_course(self, n: int, yes: bool) -> None:
        desk, form, plan = self.desk, self.form(), self.some(self.plans, n)
        how: dict[str, Any] = {"version": 1, "actor": self.actor(form), "now": desk.now}
        if yes:
            how |= {"who": "Ada Adler", "how": How.PHONE}

        def ours() -> None:
            if plan in self.settled or self.opened[plan] in desk.undone:
                raise No("stale")
            if plan not in desk.plans:
                raise No("offer_settled")
            desk.done(form, *desk.settle(plan, "booked" if yes else "released"), whole=False)
            self.settled.add(plan)

        deed = offering.accept if yes else offering.decline
        self.both(ours, lambda: deed(self.database.begin, plan, **how))

    @rule(seconds=st.sampled_from((30, 200, 449, 450)), worker=st.booleans())
    def time_passes(self, seconds: int, worker: bool) -> None:
        """With a worker that ends what is over, or none: then the next who asks for the time must not wait for it."""
        self.desk.now += timedelta(seconds=seconds)
        if worker:
            self.ends()

    @precondition(lambda self: self.jumps < 2 and len(self.desk.cards) > 5)
    @rule()
    def the_day_closes(self) -> None:
        self.jumps += 1
        self.desk.now = next_close(self.desk.now)
        self.ends()

    def ends(self) -> None:
        run_due(*self.gates, now=self.desk.now)
        self.settled |= {plan for plan, (until, _) in self.desk.plans.items() if until <= self.desk.now}
        self.desk.passes()

    @invariant()
    def the_database_holds_what_the_model_holds(self) -> None:
        desk = self.desk
        assert dict(self.written()) == desk.cards
        times = self.rows(select(freed.c.state, freed.c.version, freed.c.starts_tick, freed.c.staff_id))
        assert sorted(map(tuple, times)) == sorted((o.state, o.version, o.starts, o.staff) for o in desk.freed)
        said = self.rows(select(freed_offer.c.outcome, freed_offer.c.version).order_by(freed_offer.c.id))
        assert [tuple(row) for row in said] == [(letter.outcome, letter.version) for _, letter in self.letters]
        listed = self.rows(select(waiting.c.state, waiting.c.version).order_by(waiting.c.id))
        assert [tuple(row) for row in listed] == [(one.state, one.version) for one in desk.entries]

    @invariant()
    def nobody_is_in_two_places_and_every_change_is_in_the_trail(self) -> None:
        live = [card for card in self.desk.cards.values() if card.status in LIVE]
        assert not any(a.clashes(b) for n, a in enumerate(live) for b in live[:n])
        entries = self.rows(select(func.count()).where(audit.c.subject_kind == "visit"))[0][0]
        assert entries == sum(card.version for card in self.desk.cards.values())

    def teardown(self) -> None:
        """In the end the database is sound, and told is what is booked and nothing else: all else was taken back
        before a letter left."""
        try:
            self.told()
        finally:
            self.database.engine.dispose()
            self.leave()

    def told(self) -> None:
        with self.database.read() as unit:
            assert sweep.faults(unit.connection) == ()
        while seal_due(*self.gates, url="https://clinic.test", now=self.desk.now + timedelta(minutes=3)).sealed:
            pass
        tick = tick_floor(self.desk.now)
        booked = {name for name, one in self.desk.cards.items() if one.status == "booked" and one.place.starts > tick}
        told = select(appointment.c.public_id).join(seal, seal.c.uid == appointment.c.uid)
        assert {row[0] for row in self.rows(told)} == booked


@pytest.fixture
def machine(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> type[Day]:
    """The day, each time in an empty database of one kind."""
    numbers = count()
    if database_url.startswith("sqlite"):
        template = request.getfixturevalue("sqlite_template")

        def take() -> tuple[Database, Callable[[], object]]:
            path = Path(shutil.copyfile(template, tmp_path / f"{next(numbers)}.db"))
            return Database(open_engine(f"sqlite:///{path}", durable=False)), path.unlink

    else:
        pool = request.getfixturevalue("postgres_pool")

        def take() -> tuple[Database, Callable[[], object]]:
            name = pool.take()
            address = database_url.replace(database_url.partition("?")[0].rpartition("/")[2], name, 1)
            return Database(open_engine(address, durable=False)), lambda: pool.give_back(name)

    return type("AnyDay", (Day,), {"take": staticmethod(take)})


def often(examples: int) -> settings:
    quiet = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)
    how: dict[str, Any] = {"derandomize": True, "deadline": None, "database": None, "suppress_health_check": quiet}
    return settings(max_examples=examples, stateful_step_count=20, **how)


@pytest.mark.oracle
def test_the_desk_and_its_model_agree(machine: type[Day]) -> None:
    run(machine, settings=often(FEW))


@pytest.mark.prove
def test_the_desk_and_its_model_agree_in_many_days(machine: type[Day]) -> None:
    run(machine, settings=often(MANY))
