"""The front desk's day in plain Python: who has which time, where each visit stands, who waits for what, and what leads
back. It knows neither database nor rules of the product: what it forbids is what a person with a pencil would."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from tests.db.desk_cards import AGREED, LIVE, Card, Deed, Place, Step, given_back, restored

KEPT_FOR: Final = timedelta(minutes=7, seconds=30)
UNDOABLE_FOR: Final = timedelta(hours=24)
BY_LETTER: Final = timedelta(hours=24)
LEFT_TO_CALL: Final = timedelta(hours=12)
BERLIN: Final = ZoneInfo("Europe/Berlin")


def next_close(now: datetime) -> datetime:
    """When the place closes on its next working day: at six, Monday to Friday."""
    day = now.astimezone(BERLIN) + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day.replace(hour=18, minute=0, second=0, microsecond=0)


class No(Exception):
    """What is asked cannot be, and why."""


@dataclass
class Letter:
    """A free time offered to one patient, by mail or on the phone."""

    entry: int
    outcome: str = "open"
    version: int = 1
    by_mail: bool = True


@dataclass
class Freed:
    """A therapist's time that was given back."""

    staff: int
    starts: int
    ends: int
    state: str = "open"
    version: int = 1
    keeper: str | None = None
    until: datetime | None = None
    letters: list[Letter] = field(default_factory=list)

    @property
    def open(self) -> list[Letter]:
        return [one for one in self.letters if one.outcome == "open"]


@dataclass
class Entry:
    patient: int
    state: str = "open"
    version: int = 1


@dataclass
class Desk:
    """All of it; visits go by the names that the product gave them."""

    rooms: tuple[int, ...]
    now: datetime
    cards: dict[str, Card] = field(default_factory=dict)
    kept: dict[str, datetime] = field(default_factory=dict)
    deeds: dict[str, Deed] = field(default_factory=dict)
    freed: list[Freed] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    plans: dict[str, tuple[datetime, tuple[str, ...]]] = field(default_factory=dict)
    led_to: dict[tuple[str, int], int] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)

    def as_it_is(self, name: str) -> int:
        """The first version at which the card was as it is now."""
        version = self.cards[name].version
        while (name, version) in self.led_to:
            version = self.led_to[name, version]
        return version

    def free(self, card: Card, without: Iterable[str] = ()) -> bool:
        others = (one for name, one in self.cards.items() if name not in set(without) and one.status in LIVE)
        return not any(card.clashes(one) for one in others)

    def must_be_free(self, card: Card, *without: str) -> None:
        if not self.free(card, without):
            raise No("slot_taken")

    def put(self, name: str, card: Card) -> Step:
        """The card as it is now; a therapist's time that nobody has any more is there for others."""
        before = self.cards.get(name)
        after = card if before is None else replace(card, version=before.version + 1)
        self.cards[name] = after
        if before is not None and before.status in AGREED:
            was, place = before.place, after.place
            stays = (was.starts, was.ends, was.staff) == (place.starts, place.ends, place.staff)
            if after.status not in LIVE or not stays:
                self._give(was)
        return Step(name, before, after)

    def _give(self, place: Place) -> None:
        for one in self.freed:
            if one.state == "open" and one.staff == place.staff and one.starts < place.ends and place.starts < one.ends:
                one.state = "closed"
        self.freed.append(Freed(place.staff, place.starts, place.ends))

    def turn(self, name: str, status: str) -> Step:
        return self.put(name, replace(self.cards[name], status=status))

    def done(self, form: str, *steps: Step, whole: bool = True, stays: bool = False) -> None:
        self.deeds |= {form: Deed(self.now, steps, whole, stays)} if steps else {}

    def overdue(self) -> None:
        """What forms keep too long is free."""
        for name, until in self.kept.items():
            if until <= self.now and self.cards[name].status == "held":
                self.turn(name, "released")

    def own(self, name: str | None) -> str | None:
        return name if name in self.kept and self.cards[name].status == "held" else None

    @contextmanager
    def opening(self) -> Iterator[None]:
        """Whoever writes finds free what was kept too long, and leaves it as it was where the answer is no."""
        before = dict(self.cards)
        self.overdue()
        try:
            yield
        except No:
            self.cards = before
            raise

    def may_take(self, card: Card, kept: str | None) -> None:
        """A form that keeps a time asks for this one."""
        self.must_be_free(card, *filter(None, [self.own(kept)]))

    def booked(self, form: str, card: Card, kept: str | None, name: str) -> None:
        """The form is sent: what it kept becomes the visit, or goes."""
        own = self.own(kept)
        if own is not None and (self.cards[own].patient, self.cards[own].place) == (card.patient, card.place):
            assert name == own
            self.done(form, self.turn(own, "booked"))
            return
        gone = [self.turn(own, "released")] if own else []
        self.done(form, *gone, self.put(name, card))

    def keep(self, form: str, card: Card, instead: str | None, name: str) -> None:
        own = self.own(instead)
        gone = [self.turn(own, "released")] if own else []
        self.kept[name] = self.now + KEPT_FOR
        self.done(form, *gone, self.put(name, card))

    def seen(self, name: str, version: int) -> Card:
        """The visit as it was looked at, to be changed; one that keeps a time on offer goes with the offer alone."""
        if self.cards[name].version != version:
            raise No("stale")
        if any(each.state == "offered" and each.keeper == name for each in self.freed):
            raise No("visit_on_offer")
        return self.cards[name]

    def move(self, form: str, name: str, place: Place, version: int) -> None:
        """A visit that is over is told before its time is looked at; a clash before that."""
        card = self.seen(name, version)
        self.must_be_free(replace(card, place=place), name)
        if card.status not in LIVE:
            raise No("visit_settled")
        self.done(form, self.put(name, replace(card, place=place)))

    def cancel(self, form: str, name: str, version: int) -> None:
        if self.seen(name, version).status not in LIVE:
            raise No("visit_settled")
        self.done(form, self.turn(name, "cancelled"))

    def fresh(self, form: str) -> bool:
        """Whether it can be undone, as far as nobody took its time."""
        deed = self.deeds[form]
        return deed.whole and not deed.stays and not self.changed(deed)

    def changed(self, deed: Deed) -> bool:
        return any(self.as_it_is(step.visit) != step.after.version for step in deed.steps)

    def undo(self, form: str, way_back: str) -> None:
        """All as it was before the form, or a reason and nothing."""
        deed = self.deeds[form]
        if deed.at < self.now - UNDOABLE_FOR:
            raise No("not_found")
        if not deed.whole or deed.stays:
            raise No("stays_done")
        if self.changed(deed):
            raise No("some_changed_since" if len({step.visit for step in deed.steps}) > 1 else "changed_since")
        if any(step.after.status == "held" and step.before is None for step in deed.steps):
            raise No("stays_done")
        lead = [step for step in reversed(deed.steps) if not given_back(step)]
        back = [(step.visit, restored(step)) for step in lead]
        if not back:
            raise No("stays_done")
        for _name, card in back:
            if card.status in LIVE:
                self.must_be_free(card, *(one for one, _ in back))
        self.done(way_back, *(self.put(name, card) for name, card in back), stays=True)
        for step, (name, card) in zip(lead, back, strict=True):
            if step.before is None or card == step.before:
                self.led_to[name, self.cards[name].version] = step.after.version - 1
        self.undone.add(form)

    def fits(self, freed: Freed, entry: Entry) -> bool:
        """Whether who waits could come then: he, the therapist and some room are free."""
        places = (Place(freed.starts, freed.ends, freed.staff, room) for room in self.rooms)
        without = [freed.keeper] if freed.keeper else []
        could = any(self.free(Card(entry.patient, place, "booked"), without) for place in places)
        return entry.state == "open" and could

    def close(self, freed: Freed, state: str) -> None:
        if freed.keeper is not None and self.cards[freed.keeper].status in LIVE:
            self.turn(freed.keeper, "released")
        freed.state, freed.version, freed.keeper, freed.until = state, freed.version + 1, None, None

    def reply(self, letter: Letter, outcome: str) -> None:
        letter.outcome, letter.version = outcome, letter.version + 1

    def may_answer(self, freed: Freed, letter: Letter) -> None:
        if letter.outcome == "taken":
            raise No("offer_taken")
        if letter.outcome != "open" or freed.until is None or freed.until <= self.now:
            raise No("offer_over")

    def refuse(self, freed: Freed, letter: Letter) -> None:
        self.may_answer(freed, letter)
        self.hears_no(freed, letter.entry)

    def hears_no(self, freed: Freed, entry: int) -> None:
        """Who was written to does not want it; when nobody is left who might, it is free again."""
        letters = [one for one in freed.open if one.entry == entry]
        for one in letters:
            self.reply(one, "refused")
        if letters and not freed.open:
            self.close(freed, "open")

    def taken(self, freed: Freed, letter: Letter) -> None:
        """He said yes first: the others are told, and he waits no longer."""
        entry = self.entries[letter.entry]
        for other in freed.open:
            self.reply(other, "accepted" if other.entry == letter.entry else "taken")
        entry.state, entry.version = "placed", entry.version + 1
        self.close(freed, "closed")

    def passes(self) -> None:
        """Whatever ends by itself has ended: times kept for forms, offers of free times, offers of courses."""
        self.overdue()
        for freed in self.freed:
            if freed.state == "offered" and freed.until is not None and freed.until <= self.now:
                for letter in freed.open:
                    self.reply(letter, "expired")
                self.close(freed, "open")
        for plan, (until, _) in list(self.plans.items()):
            if until <= self.now:
                self.settle(plan, "released")

    def settle(self, plan: str, status: str) -> tuple[Step, ...]:
        _, visits = self.plans.pop(plan)
        return tuple(self.turn(one, status) for one in visits if self.cards[one].status == "held")
