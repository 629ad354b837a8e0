"""One desk's day, driven step by step in the product and in the model: single visits, forms that keep a time, undo."""

from collections.abc import Callable
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlalchemy import update

from clinic.db.tables.practice import location, practice
from clinic.db.unit import Database
from clinic.domain.access.actors import Actor
from clinic.domain.errors import ClinicError
from clinic.domain.visits.catalogue import single
from clinic.domain.visits.visit import Status
from clinic.services.visits.book import book
from clinic.services.visits.change import move, turn
from clinic.services.visits.keep import give_back, keep
from clinic.services.visits.undo import undo
from clinic.services.visits.wanted import Spot, WantedVisit
from tests.db.desk_cards import TICKS, Card, Place
from tests.db.desk_model import Desk, Freed, Letter, No
from tests.waiting import crowd
from tests.world import ACTOR, NOW, at

DAYS: Final = ("2026-11-26", "2026-11-30")
STARTS: Final = tuple(at(day, hour) for day in DAYS for hour in (8, 9))
MANUAL: Final = "manual-therapy"
pick, pair = st.integers(0, 999), st.integers(0, 1)
patient, start = st.integers(0, 3), st.sampled_from(STARTS)
sometimes = st.sampled_from((False, False, False, True))


class Singles(RuleBasedStateMachine):
    """What happens to visits that stand alone. `take` and `leave` are the test's: an empty database, and back."""

    take: Callable[[], tuple[Database, Callable[[], object]]]

    def __init__(self) -> None:
        super().__init__()
        self.database, self.leave = type(self).take()
        self.world = crowd(self.database)
        with self.database.begin() as unit:
            unit.connection.execute(update(practice).values(most_visits_a_day=5, most_visits_a_week=14))
            unit.connection.execute(update(location).values(grid_minutes=60))
        self.desk = Desk(self.world.rooms, NOW)
        self.letters: list[tuple[Freed, Letter]] = []
        self.plans: list[str] = []
        self.settled: set[str] = set()
        self.opened: dict[str, str] = {}
        self.forms = self.jumps = 0

    def form(self) -> str:
        self.forms += 1
        return f"form-{self.forms}"

    def actor(self, form: str) -> Actor:
        return Actor("account:desk", ACTOR.permissions, form)

    @property
    def gates(self) -> tuple[Any, Any]:
        return self.database.begin, self.database.read

    def both(self, ours: Callable[[], object], theirs: Callable[[], Any]) -> Any:
        """What the product answers, where the model says that it can be; None where both say no, for one reason."""
        said = answer = None
        try:
            with self.desk.opening():
                ours()
        except No as no:
            said = str(no)
        refused = None
        try:
            answer = theirs()
        except ClinicError as error:
            refused = error.code
        assert refused == said, f"{refused}, but the model says {said}"
        return answer

    def place(self, starts: int, staff: int, room: int) -> Place:
        return Place(starts, starts + TICKS, self.world.staff[staff], self.world.rooms[room])

    def spot(self, starts: int, staff: int, room: int) -> Spot:
        return Spot(starts, f"staff{staff + 1}", f"room{room + 1}")

    def some(self, names: Any, n: int) -> Any:
        every = list(names)
        return every[n % len(every)]

    def version(self, name: str, stale: bool) -> int:
        return self.desk.cards[name].version - stale

    @rule(who=patient, starts=start, staff=pair, room=pair, kept=pick, with_kept=sometimes)
    def books(self, who: int, starts: int, staff: int, room: int, kept: int, with_kept: bool) -> None:
        self.asks(who, starts, staff, room, kept, with_kept, False)

    @rule(who=patient, starts=start, staff=pair, room=pair, kept=pick, with_kept=sometimes)
    def opens_a_form(self, who: int, starts: int, staff: int, room: int, kept: int, with_kept: bool) -> None:
        self.asks(who, starts, staff, room, kept, with_kept, True)

    def asks(self, who: int, starts: int, staff: int, room: int, kept: int, with_kept: bool, hold: bool) -> None:
        """Somebody asks for a time: it is kept for a form, or booked, perhaps out of what was kept before."""
        form, desk = self.form(), self.desk
        own = self.some(desk.kept, kept) if with_kept and desk.kept else None
        card = Card(self.world.patients[who], self.place(starts, staff, room), "held" if hold else "booked")
        wanted = WantedVisit(f"patient{who + 1}", "loc1", single(MANUAL))
        asked = (*self.gates, wanted, self.spot(starts, staff, room))
        how = {"actor": self.actor(form), "now": desk.now}
        if hold:
            name = self.both(lambda: desk.may_take(card, own), lambda: keep(*asked, instead=own or "", **how).public_id)
            if name:
                desk.keep(form, card, own, name)
        else:
            desk.overdue()
            name = self.both(lambda: desk.may_take(card, own), lambda: book(*asked, kept=own or "", **how))
            if name:
                desk.booked(form, card, own, name)

    @precondition(lambda self: any(self.desk.own(one) for one in self.desk.kept))
    @rule(n=pick)
    def sends_the_form(self, n: int) -> None:
        """What was kept is booked as it is."""
        form, desk = self.form(), self.desk
        own = self.some([one for one in desk.kept if desk.own(one)], n)
        kept = desk.cards[own]
        who, place = self.world.patients.index(kept.patient) + 1, kept.place
        spot = self.spot(place.starts, self.world.staff.index(place.staff), self.world.rooms.index(place.room))
        asked = (*self.gates, WantedVisit(f"patient{who}", "loc1", single(MANUAL)), spot)
        how = {"kept": own, "actor": self.actor(form), "now": desk.now}
        card = Card(kept.patient, place, "booked")
        desk.overdue()
        name = self.both(lambda: desk.may_take(card, own), lambda: book(*asked, **how))  # type: ignore[arg-type]
        if name:
            desk.booked(form, card, own, name)

    @precondition(lambda self: self.desk.kept)
    @rule(n=pick)
    def leaves_the_form(self, n: int) -> None:
        form, own = self.form(), self.some(self.desk.kept, n)
        give_back(self.database.begin, own, actor=self.actor(form), now=self.desk.now)
        if self.desk.own(own):
            self.desk.done(form, self.desk.turn(own, "released"))

    @initialize(asked=st.lists(st.tuples(patient, start, pair), min_size=2, max_size=4))
    def a_day_like_any_other(self, asked: list[tuple[int, int, int]]) -> None:
        for who, starts, which in asked:
            self.asks(who, starts, which, which, 0, False, False)

    @precondition(lambda self: self.desk.cards)
    @rule(n=pick, starts=start, staff=pair, room=pair, stale=sometimes)
    def moves(self, n: int, starts: int, staff: int, room: int, stale: bool) -> None:
        form, name = self.form(), self.some(self.desk.cards, n)
        version, place = self.version(name, stale), self.place(starts, staff, room)
        how = {"version": version, "actor": self.actor(form), "now": self.desk.now}
        to = self.spot(starts, staff, room)
        self.both(
            lambda: self.desk.move(form, name, place, version),
            lambda: move(*self.gates, name, to, **how),  # type: ignore[arg-type]
        )

    @precondition(lambda self: self.desk.cards)
    @rule(n=pick, stale=sometimes)
    def cancels(self, n: int, stale: bool) -> None:
        form, name = self.form(), self.some(self.desk.cards, n)
        version = self.version(name, stale)
        how = {"version": version, "actor": self.actor(form), "reason": "patient_ill", "now": self.desk.now}
        self.both(
            lambda: self.desk.cancel(form, name, version),
            lambda: turn(self.database.begin, name, Status.CANCELLED, **how),  # type: ignore[arg-type]
        )

    @precondition(lambda self: self.desk.deeds)
    @rule(n=st.sampled_from((0, 0, 0, 1, 2, 3)))
    def undoes(self, n: int) -> None:
        """Mostly what was done a moment ago."""
        own = [form for form in self.desk.deeds if n > 2 or self.desk.fresh(form)]
        if not own:
            return
        way_back, form = self.form(), own[-1 - n % len(own)]
        self.both(
            lambda: self.desk.undo(form, way_back),
            lambda: undo(self.database.begin, form, actor=self.actor(way_back), now=self.desk.now),
        )
