"""The rest of a course in the engine's terms: where its sessions lie so far, and what they keep their distance from."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from clinic.domain.courses.protocol import Anchor
from clinic.domain.courses.sequence import REST_DAYS, Distances, distances
from clinic.domain.patients.preferences import Preferences, preferences_from
from clinic.domain.practice.body import Target
from clinic.domain.time import DAY_MINUTES, instant_of, wall
from clinic.domain.visits.visit import Status
from clinic.engine.kind import Blocked, Kind, Reason
from clinic.engine.request import Apart, Gap, Pin, Step, Was
from clinic.services.courses.calendars import Placing
from clinic.services.courses.distances import Others, gap_before, kept_from, since
from clinic.services.courses.kinds import kind_of
from clinic.services.courses.needs import Need, lead_of, needs_of, needs_of_visit
from clinic.services.courses.tail import Asked, Tail
from clinic.services.courses.under_way import Session, UnderWay

_Key = tuple[tuple[Need, ...], tuple[Target, ...], int, Preferences, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked of the rest of a course: which sessions, in order, from which day on."""

    plan: UnderWay
    tail: Tail
    asked: Asked
    earliest: date


class Following:
    """The steps of a tail. `needs` are those of each of its sessions."""

    def __init__(self, asking: Asking, placed: Placing, others: Others) -> None:
        self.plan, self.tail, self.asked, self.earliest = asking.plan, asking.tail, asking.asked, asking.earliest
        self.placed, self.others = placed, others
        self.wishes = preferences_from(self.plan.row.preferences)
        self.anchor = self.plan.row.protocol.anchor
        self.turns = len({one.targets for one in self.plan.sessions if one.planned.phase.needles})
        self.kinds: dict[_Key, Kind] = {}
        treatments = [one.treatment for one, _ in self.tail.head] + [one.treatment for one in self.tail.sessions]
        self.between = distances(treatments, self.anchor)[len(self.tail.head) :]
        self.needs = tuple(self._needs(one) for one in self.tail.sessions)

    def steps(self) -> tuple[Step, ...]:
        """In order."""
        return tuple(self._step(n) for n in range(len(self.tail.sessions)))

    def lead(self, n: int) -> str | None:
        """Who leads the visit that the session has or had, by public id; None when he does not work there any more."""
        session = self.tail.sessions[n]
        visit = session.visit or session.lost
        if visit is None or len(visit.stretches) != len(self.needs[n]):
            return None
        staff_id = visit.stretches[lead_of(self.needs[n])].staff_id
        return next((one.public_id for one in self.placed.site.staff if one.id == staff_id), None)

    def _step(self, n: int) -> Step:
        session, of = self.tail.sessions[n], self.between[n]
        counts = session.planned.phase.needles and self.anchor is Anchor.NEEDLING
        days = since(self.others, session.targets, self.earliest, self.placed) if counts else ()
        if n == 0 and of.counted_from is not None:
            days = tuple(sorted({self._counted_on(of), *days}))
        within = self._within(of.counted_from)
        return Step(
            self._kind(n),
            self._gap(n),
            self._pin(n),
            within if within is not None and within != n - 1 else None,
            tuple(self._apart(n)),
            days if n or of.counted_from is not None else (),
            self._was(n),
        )

    def _within(self, place: int | None) -> int | None:
        """The place in the tail of what has a place in the course; None for what stays."""
        stays = len(self.tail.head)
        return None if place is None or place < stays else place - stays

    def _counted_on(self, of: Distances) -> date:
        return self.plan.on(self.tail.head[of.counted_from or 0][1])

    def _gap(self, n: int) -> Gap | None:
        """The gap before a session; longer where sessions in between go without a visit, or where what it is counted
        from lies further back than that already. Only where nothing was agreed so far is there an ideal."""
        session, of = self.tail.sessions[n], self.between[n]
        if of.counted_from is None:
            return None
        found = gap_before(session.planned, of, self.anchor, turns=self.turns)
        stays = [one for one, _ in self.tail.head]
        before = [*stays, *self.tail.sessions][of.counted_from]
        skipped = set(self.tail.skipped_between(before, session))
        most = found.max + sum(one.planned.phase.gap_max for one in self.plan.sessions if one.ordinal in skipped)
        least = found.min
        if self._within(of.counted_from) is None:
            days = (self.earliest - self._counted_on(of)).days
            if n:
                least = 1
            elif self.asked.gap_after is not None:
                least, most = max(least, days), max(most, days + most - least)
            elif days > most:
                most = self.placed.days.horizon.days + days
        if n and session.asked_days:
            next_to = self._within(of.counted_from) == n - 1
            most = max(most, session.asked_days + most - least)
            least = max(least, session.asked_days) if next_to else least
        settled = session.visit is not None or session.lost is not None
        return Gap(least, None if settled else max(found.ideal or least, least), most)

    def _apart(self, n: int) -> Iterator[Apart]:
        """The longer of two floors holds: either visit is judged by its own when it changes."""
        session, of = self.tail.sessions[n], self.between[n]
        if n and session.asked_days:
            yield Apart(n - 1, days=session.asked_days)
        for place in of.floor_from:
            step = self._within(place)
            if step is not None:
                floor = max(session.planned.phase.floor, self.tail.sessions[step].planned.phase.floor)
                yield Apart(step, minutes=floor * 60)
        rest = self._within(of.rest_from)
        if rest is not None:
            yield Apart(rest, days=REST_DAYS)

    def _kind(self, n: int) -> Kind:
        session, wishes = self.tail.sessions[n], self._musts(n)
        floor = session.planned.phase.floor
        own = (*self._too_soon(n), *self._given_back(session))
        key = self.needs[n], session.targets, floor, wishes, tuple(each.starts for each in own)
        if key not in self.kinds:
            needles = session.planned.phase.needles
            near = kept_from(self.others, session.targets, floor, self.placed) if needles else ()
            blocked = (*near, *own)
            self.kinds[key] = kind_of(
                self.needs[n], self.placed, targets=session.targets, wishes=wishes, blocked=blocked
            )
        return self.kinds[key]

    def _musts(self, n: int) -> Preferences:
        """The wishes, without a must that whoever has the visit so far does not meet: that was agreed."""
        lead = self.placed.site.colleague(self.lead(n) or "")
        if lead is None or self.tail.sessions[n].visit is None:
            return self.wishes
        return replace(
            self.wishes,
            therapist_required=self.wishes.therapist_required and self.wishes.therapist == lead.public_id,
            gender_required=self.wishes.gender_required and self.wishes.gender == lead.gender,
        )

    def _too_soon(self, n: int) -> Iterator[Blocked]:
        """The days that a session must keep from visits that stay and that no gap of the engine's keeps."""
        of, stays = self.between[n], self.tail.head
        days = []
        if n and of.counted_from is not None and self._within(of.counted_from) is None:
            least = gap_before(self.tail.sessions[n].planned, of, self.anchor, turns=self.turns).min
            days.append(self._counted_on(of) + timedelta(days=least))
        if of.rest_from is not None and self._within(of.rest_from) is None:
            days.append(self.plan.on(stays[of.rest_from][1]) + timedelta(days=REST_DAYS))
        horizon = self.placed.days.horizon
        if days and max(days) > horizon.first_on:
            starts = horizon.walled(0, horizon.index(max(days)) * DAY_MINUTES)
            yield Blocked(starts, Reason("too_soon_after", {"on": max(days)}))

    def _given_back(self, session: Session) -> Iterator[Blocked]:
        """The very start that was cancelled is not proposed again."""
        lost, horizon = session.lost, self.placed.days.horizon
        if lost is not None and lost.status is Status.CANCELLED and horizon.day_of(lost.starts) is not None:
            yield Blocked(1 << lost.starts - horizon.first_tick, Reason("given_back"))

    def _pin(self, n: int) -> Pin | None:
        session = self.tail.sessions[n]
        pin = self.asked.pins.get(session.ordinal)
        if pin is None and session.visit is not None and session.ordinal in self.asked.keep:
            return Pin(session.visit.starts, self.lead(n))
        return pin

    def _was(self, n: int) -> Was | None:
        session = self.tail.sessions[n]
        visit = session.visit or session.lost
        if visit is None or session.ordinal in self.asked.pins:
            return None
        on, minutes = wall(instant_of(visit.starts), self.placed.site.tz)
        return Was(on, minutes, self.lead(n) or "")

    def _needs(self, session: Session) -> tuple[Need, ...]:
        asked = needs_of(session.planned.phase.segments, self.placed.times.extra_minutes)
        return asked if session.visit is None else needs_of_visit(session.visit, asked)
