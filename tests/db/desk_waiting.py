"""The wait list of one desk's day, driven step by step in the product and in the model."""

from datetime import date
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from sqlalchemy import func, select, update

from clinic.db.tables.visits import appointment, segment
from clinic.db.tables.waiting import freed, freed_offer, waiting
from clinic.domain.time import instant_of
from clinic.domain.visits.waiting import Outcome, Suits, Urgency
from clinic.services.access.sessions import hashed
from clinic.services.visits import freed as offers
from clinic.services.visits import waitlist
from tests.db.desk_cards import Card, Place, Step
from tests.db.desk_day import MANUAL, Singles, patient, pick
from tests.db.desk_model import BY_LETTER, LEFT_TO_CALL, Entry, Freed, Letter, No, next_close

SUITS: Final = Suits(Urgency.ROUTINE, 2, date(2026, 11, 20))


class Waits(Singles):
    """Who waits, what becomes free, and who says yes first."""

    def rows(self, query: Any) -> list[Any]:
        with self.database.read() as unit:
            return list(unit.connection.execute(query))

    def written(self, *which: Any) -> list[tuple[str, Card]]:
        """The visits as the database has them, oldest first."""
        names = ("public_id", "patient_id", "status", "version")
        query = (
            select(*(appointment.c[name] for name in names), segment)
            .join(segment, segment.c.appointment_id == appointment.c.id)
            .where(*which)
            .order_by(appointment.c.id)
        )
        return [
            (
                row.public_id,
                Card(
                    row.patient_id,
                    Place(row.starts_tick, row.ends_tick, row.staff_id, row.room_id),
                    row.status,
                    row.version,
                ),
            )
            for row in self.rows(query)
        ]

    @initialize(asked=st.lists(patient, min_size=1, max_size=2))
    def some_wait_already(self, asked: list[int]) -> None:
        for who in asked:
            self.waits(who)

    @precondition(lambda self: sum(one.state == "open" for one in self.desk.entries) < 3)
    @rule(who=patient)
    def waits(self, who: int) -> None:
        wish = waitlist.Wish(SUITS, patient=f"patient{who + 1}", location="loc1", single=MANUAL)
        key = self.world.patients[who]

        def ours() -> None:
            if any(one.patient == key and one.state == "open" for one in self.desk.entries):
                raise No("waits_already")

        how = {"actor": self.actor(self.form()), "now": self.desk.now}
        if self.both(ours, lambda: waitlist.add(self.database.begin, wish, **how)):  # type: ignore[arg-type]
            self.desk.entries.append(Entry(key))

    @precondition(lambda self: len(self.desk.entries) > 2)
    @rule(n=pick)
    def waits_no_longer(self, n: int) -> None:
        at = n % len(self.desk.entries)
        entry, public_id = self.desk.entries[at], self.rows(select(waiting.c.public_id).order_by(waiting.c.id))[at][0]

        def ours() -> None:
            if entry.state != "open":
                raise No("waits_no_longer")
            entry.state, entry.version = "closed", entry.version + 1

        how = {"version": entry.version, "actor": self.actor(self.form()), "now": self.desk.now}
        self.both(ours, lambda: waitlist.close(self.database.begin, public_id, **how))  # type: ignore[arg-type]

    @precondition(lambda self: self.desk.freed and any(one.state == "open" for one in self.desk.entries))
    @rule(n=st.sampled_from((-1, -1, -2, 0)), asked=st.sets(pick, min_size=1, max_size=3))
    def offers_by_mail(self, n: int, asked: set[int]) -> None:
        """A time that became free is held, and everybody whom it suits has a letter."""
        desk, form = self.desk, self.form()
        at = n % len(desk.freed)
        one, chosen = desk.freed[at], sorted({each % len(desk.entries) for each in asked})
        fitting = [each for each in chosen if desk.fits(one, desk.entries[each])]

        def ours() -> None:
            if one.state != "open":
                raise No("offered_already")
            if instant_of(one.starts) - desk.now <= BY_LETTER:
                raise No("offer_by_phone")
            if not fitting:
                raise No("offered_to_nobody")

        names = [row[0] for row in self.rows(select(waiting.c.public_id).order_by(waiting.c.id))]
        public_id = self.rows(select(freed.c.public_id).order_by(freed.c.id))[at][0]
        how = {"version": one.version, "actor": self.actor(form), "now": desk.now}
        wanted = (public_id, [names[each] for each in chosen])
        sent = self.both(ours, lambda: offers.offer(*self.gates, *wanted, **how))  # type: ignore[arg-type]
        if sent is None:
            return
        assert sent == len(fitting)
        name, card = self.written(appointment.c.id == self.rows(select(func.max(appointment.c.id)))[0][0])[0]
        assert (card.status, card.patient) == ("held", desk.entries[fitting[0]].patient)
        assert (card.place.starts, card.place.ends, card.place.staff) == (one.starts, one.ends, one.staff)
        desk.must_be_free(card)
        desk.done(form, desk.put(name, card))
        one.state, one.version, one.keeper = "offered", one.version + 1, name
        one.until = max(desk.now, min(next_close(desk.now), instant_of(one.starts) - LEFT_TO_CALL))
        one.letters += [Letter(each) for each in fitting]
        self.letters += [(one, letter) for letter in one.letters[-len(fitting) :]]
        with self.database.begin() as unit:
            for (id_,) in unit.connection.execute(select(freed_offer.c.id)).all():
                told = update(freed_offer).where(freed_offer.c.id == id_)
                unit.connection.execute(told.values(token_hash=hashed(f"token{id_}")))

    @precondition(lambda self: self.letters)
    @rule(n=st.sampled_from((-1, -1, -2, 0)), yes=st.booleans())
    def answers(self, n: int, yes: bool) -> None:
        """By the link in his letter, or too late."""
        mail = [number for number, (_, each) in enumerate(self.letters) if each.by_mail]
        if not mail:
            return
        at = mail[n % len(mail)]
        (one, letter), desk = self.letters[at], self.desk
        token = f"token{self.rows(select(freed_offer.c.id).order_by(freed_offer.c.id))[at][0]}"
        how = {"version": letter.version, "request_id": self.form(), "now": desk.now}
        if not yes:
            self.both(lambda: desk.refuse(one, letter), lambda: offers.refuse(*self.gates, token, **how))  # type: ignore[arg-type]
            return

        def ours() -> None:
            desk.may_answer(one, letter)
            if not desk.fits(one, desk.entries[letter.entry]):
                raise No("slot_taken")

        before = letter.version
        self.both(ours, lambda: offers.accept(*self.gates, token, **how))  # type: ignore[arg-type,func-returns-value]
        if self.rows(select(freed_offer.c.version).order_by(freed_offer.c.id))[at][0] > before:
            self.placed(one, letter)

    def placed(self, one: Freed, letter: Letter) -> Step:
        """Who said yes has a visit then, in some room that is free."""
        desk = self.desk
        desk.taken(one, letter)
        name, card = self.written(appointment.c.id == self.rows(select(func.max(appointment.c.id)))[0][0])[0]
        assert (card.status, card.patient) == ("booked", desk.entries[letter.entry].patient)
        assert (card.place.starts, card.place.staff) == (one.starts, one.staff)
        desk.must_be_free(card)
        return desk.put(name, card)

    @precondition(lambda self: self.desk.freed and any(one.state == "open" for one in self.desk.entries))
    @rule(n=st.sampled_from((-1, -1, -2, 0)), who=pick, outcome=st.sampled_from(("tried", "refused", "accepted")))
    def calls(self, n: int, who: int, outcome: str) -> None:
        """On the phone, whether a letter went out or not."""
        desk, form = self.desk, self.form()
        at, which = n % len(desk.freed), who % len(desk.entries)
        one, entry = desk.freed[at], desk.entries[which]

        def ours() -> None:
            if entry.state != "open":
                raise No("waits_no_longer")
            if not desk.fits(one, entry):
                raise No("slot_taken")

        name = self.rows(select(waiting.c.public_id).order_by(waiting.c.id))[which][0]
        public_id = self.rows(select(freed.c.public_id).order_by(freed.c.id))[at][0]
        how = {"version": one.version, "actor": self.actor(form), "now": desk.now}
        asked = (public_id, name, Outcome(outcome))
        if self.both(ours, lambda: offers.called(*self.gates, *asked, **how)) is None:  # type: ignore[arg-type]
            return
        call = Letter(which, outcome, by_mail=False)
        self.letters.append((one, call))
        if outcome == "accepted":
            desk.done(form, self.placed(one, call), whole=False)
        elif outcome == "refused":
            desk.hears_no(one, which)
