"""Small random courses over weeks in which the clock changes, the same for the same seed."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from clinic.domain.time import zone
from clinic.engine.bitmap import ALWAYS
from clinic.engine.calendars import Calendars, Patient, Room, Therapist
from clinic.engine.horizon import Horizon, horizon
from clinic.engine.kind import Blocked, Kind, Part, Reason, Staff
from clinic.engine.request import Apart, Gap, Often, Pin, Prefer, Request, Step, Was, Weights


@dataclass(frozen=True)
class Setting:
    """Where and when: a zone, the first day, and the grid of starts in minutes."""

    zone: str
    first_on: date
    days: int
    grid: int

    def horizon(self) -> Horizon:
        return horizon(zone(self.zone), self.first_on, self.days, grid_minutes=self.grid)


SETTINGS = (
    Setting("Europe/London", date(2026, 10, 22), 8, 60),
    Setting("Europe/London", date(2026, 3, 26), 9, 60),
    Setting("America/New_York", date(2026, 10, 29), 10, 60),
    Setting("Australia/Lord_Howe", date(2026, 4, 1), 7, 30),
    Setting("Asia/Kathmandu", date(2026, 6, 1), 12, 90),
    Setting("Europe/Vienna", date(2026, 10, 21), 9, 50),
)


LARGER = (
    Setting("Europe/London", date(2026, 10, 5), 42, 60),
    Setting("America/New_York", date(2026, 10, 12), 35, 60),
    Setting("Europe/Vienna", date(2026, 3, 9), 49, 60),
    Setting("Europe/London", date(2026, 10, 12), 28, 90),
    Setting("Australia/Lord_Howe", date(2026, 3, 16), 56, 60),
)


def larger_problem(seed: int) -> tuple[Setting, Request]:
    """A course of six to ten sessions over weeks, of regions that take turns or one, as it might be asked for; most of
    the easy ones can be placed, few of the others."""
    rng = Random(seed)
    setting, easy = rng.choice(LARGER), rng.random() < 0.6
    share = rng.choice((0.5, 0.6, 0.7) if easy else (0.3, 0.4, 0.5))
    calendars = _calendars(rng, setting.horizon(), rng.randint(3, 5), rng.randint(3, 4), share)
    regions = rng.choice((1, 1, 2, 2, 3))
    kinds = [_kind(rng, calendars) for _ in range(regions)]
    gap = _gap(rng, 7 if easy else 3)
    count = rng.choice((6, 6, 7, 7, 8, 10))
    steps = tuple(_in_turn(rng, setting, calendars, kinds[n % regions], gap, n, regions) for n in range(count))
    earliest = setting.first_on + timedelta(rng.randint(0, 4))
    weights, often = _weights(rng), replace(_often(rng, setting), week=rng.choice((None, None, 2 + easy, 3, 4)))
    prefer = _prefer(rng, calendars)
    return setting, Request(calendars, steps, earliest, 10, prefer=prefer, weights=weights, often=often)


def _gap(rng: Random, least: int) -> Gap:
    low = rng.randint(1, 4)
    return Gap(low, low + rng.randint(0, 2), low + rng.randint(least, least + 4))


def _in_turn(rng: Random, setting: Setting, calendars: Calendars, kind: Kind, gap: Gap, n: int, regions: int) -> Step:
    pin = _pin(rng, calendars) if rng.random() < 0.01 else None
    was = _was(rng, setting, calendars) if rng.random() < 0.1 else None
    since = (setting.first_on + timedelta(rng.randrange(setting.days)),) if rng.random() < 0.05 else ()
    if n < regions:
        between = Gap(1, max(1, (gap.ideal or 1) // regions), gap.max)
        return Step(kind, between if n else gap, pin, since=since, was=was)
    floor = Apart(n - regions, minutes=rng.choice((24, 48, 72)) * 60)
    deep = (Apart(rng.randrange(n), days=2),) if rng.random() < 0.2 else ()
    return Step(kind, gap, pin, n - regions if regions > 1 else None, (floor, *deep), since, was)


def random_problem(seed: int) -> tuple[Setting, Request]:
    """A course of at most four sessions with every kind of rule in it; more of the easy ones can be placed."""
    rng = Random(seed)
    setting, easy = rng.choice(SETTINGS), rng.random() < 0.8
    calendars = _calendars(rng, setting.horizon(), rng.randint(1, 3), rng.randint(1, 2))
    kinds = [_kind(rng, calendars) for _ in range(rng.randint(1, 2))]
    count = rng.choice((1, 2, 2, 3, 3, 4))
    steps = tuple(_step(rng, setting, calendars, rng.choice(kinds), n, easy=easy) for n in range(count))
    earliest = setting.first_on + timedelta(rng.choice((-1, 0, 0, 0, 1)))
    return setting, Request(
        calendars,
        steps,
        earliest,
        rng.randint(4 if easy else 1, 6),
        latest=earliest + timedelta(rng.randint(4, setting.days)) if rng.random() < 0.2 else None,
        prefer=_prefer(rng, calendars),
        weights=_weights(rng),
        often=_often(rng, setting),
    )


def _weights(rng: Random) -> Weights:
    weights = Weights() if rng.random() < 0.5 else Weights(*(rng.randint(0, 9) for _ in range(7)))
    if rng.random() < 0.4:
        weights = replace(weights, irregular_day=rng.choice((0, 1, 6)), irregular_15min=rng.choice((0, 1, 2, 5)))
    if rng.random() < 0.5:
        weights = replace(weights, alone=rng.randint(0, 9), moved_day=rng.randint(0, 9), moved_15min=rng.randint(0, 2))
    return weights


def _often(rng: Random, setting: Setting) -> Often:
    besides = tuple(
        setting.first_on + timedelta(rng.randint(-2, setting.days)) for _ in range(rng.choice((0, 0, 1, 3)))
    )
    return Often(rng.choice((None, 1, 1, 2)), rng.choice((None, None, 1, 2, 3)), besides)


def _calendars(rng: Random, span: Horizon, people: int, places: int, share: float = 1.0) -> Calendars:
    hours = _hours(rng, span, share)
    therapists = tuple(
        Therapist(
            f"t{n}",
            hours & _hours(rng, span, 0.9),
            _some_days(rng, span, 0.1),
            _lanes(rng, span),
            _blocks(rng, span) if rng.random() < 0.2 else 0,
        )
        for n in range(people)
    )
    rooms = tuple(Room(f"r{n}", ALWAYS if rng.random() < 0.5 else hours, _lanes(rng, span)) for n in range(places))
    patient = Patient(
        ALWAYS if rng.random() < 0.8 else _hours(rng, span, 0.9), _some_days(rng, span, 0.05), _blocks(rng, span)
    )
    not_before = span.first_tick + rng.randint(0, 500) if rng.random() < 0.3 else 0
    paused = sum(1 << day for day in range(span.days) if rng.random() < 0.3) if rng.random() < 0.3 else 0
    return Calendars(span, therapists, rooms, patient, hours, not_before, paused)


def _hours(rng: Random, span: Horizon, share: float) -> int:
    """A few hours from early morning on, on so large a share of the days."""
    found = 0
    for day in range(span.days):
        if rng.random() < share:
            begin = day * span.ticks // span.days + 12 * rng.choice((0, 0, 1))
            found |= ((1 << 12 * rng.randint(4, 6)) - 1) << begin
    return found & span.every


def _some_days(rng: Random, span: Horizon, share: float) -> int:
    return sum(((1 << 288) - 1) << 288 * day for day in range(span.days) if rng.random() < share) & span.every


def _blocks(rng: Random, span: Horizon) -> int:
    found = 0
    for _ in range(rng.randint(0, span.days)):
        found |= ((1 << rng.randint(3, 30)) - 1) << rng.randrange(span.days) * 288 + rng.randint(0, 80)
    return found & span.every


def _lanes(rng: Random, span: Horizon) -> tuple[int, ...]:
    return tuple(_blocks(rng, span) for _ in range(rng.choice((1, 1, 1, 2))))


def _kind(rng: Random, calendars: Calendars) -> Kind:
    if rng.random() < 0.65:
        parts = (_part(rng, calendars, rng.randint(3, 14), 0),)
    else:
        parts = tuple(_part(rng, calendars, rng.randint(3, 8), n) for n in range(rng.choice((2, 2, 3))))
        if len(parts) == 3:  # so that no room is set up while it is still being cleaned
            parts = (replace(parts[0], cleanup=0), replace(parts[1], ticks=max(parts[1].ticks, 4)), parts[2])
    horizon = calendars.horizon
    starts = horizon.on_days(_some(rng, calendars, 0.1)) | _blocks(rng, horizon) & horizon.offered
    blocked = (Blocked(starts, Reason("needled_elsewhere")),) if rng.random() < 0.3 else ()
    return Kind(parts, blocked, rng.randrange(len(parts)))


def _some(rng: Random, calendars: Calendars, share: float) -> int:
    return sum(1 << day for day in range(calendars.horizon.days) if rng.random() < share)


def _part(rng: Random, calendars: Calendars, ticks: int, n: int) -> Part:
    staff = tuple(
        Staff(
            therapist.id,
            ALWAYS if rng.random() < 0.7 else _some(rng, calendars, 0.7),
            Reason("credential_expired", {"therapist": therapist.id}) if rng.random() < 0.5 else None,
            beyond_wish=rng.random() < 0.15,
            watched=tuple(_hours(rng, calendars.horizon, 0.8) for _ in range(2)) if rng.random() < 0.1 else (ALWAYS,),
            at_once=rng.choice((1, 1, 1, 2, 3)),
        )
        for therapist in calendars.therapists
        if rng.random() < 0.95
    )
    rooms = tuple(room.id for room in calendars.rooms if rng.random() < 0.95)
    around = rng.choice((0, 0, 2)), rng.choice((0, 0, 3))
    if rng.random() < 0.1:
        return Part(ticks, staff, None, wait=rng.choice((0, 2)) if n else 0)
    return Part(ticks, staff, rooms, *around, wait=rng.choice((0, 0, 1, 3)) if n else 0)


def _step(rng: Random, setting: Setting, calendars: Calendars, kind: Kind, n: int, *, easy: bool) -> Step:
    low = rng.randint(1, 2)
    ideal = None if rng.random() < 0.1 else rng.randint(0, 4)
    others = rng.choice((0, 0, 0, 0, 0, 1) if easy else (0, 0, 0, 0, 1, 2))
    since = [setting.first_on + timedelta(rng.randint(-3, setting.days)) for _ in range(others)]
    return Step(
        kind,
        Gap(low, ideal, low + rng.choice((2, 3, 4, 6) if easy else (0, 1, 2, 3, 4, 6))),
        _pin(rng, calendars) if rng.random() < (0.02 if easy else 0.05) else None,
        rng.randrange(n) if n and rng.random() < 0.2 else None,
        _apart(rng, n),
        tuple(sorted(since)),
        _was(rng, setting, calendars) if rng.random() < 0.15 else None,
    )


def _pin(rng: Random, calendars: Calendars) -> Pin:
    therapist = rng.choice(calendars.therapists).id if rng.random() < 0.5 else None
    room = rng.choice(calendars.rooms).id if rng.random() < 0.5 else None
    return Pin(calendars.horizon.first_tick + int(rng.choice(calendars.horizon.starts)), therapist, room)


def _apart(rng: Random, n: int) -> tuple[Apart, ...]:
    if not n or rng.random() < 0.5:
        return ()
    floor = Apart(n - 1, minutes=rng.choice((24, 48, 48, 60, 72)) * 60)
    deep = Apart(rng.randrange(n), rng.randint(0, 4), rng.choice((0, 0, 48, 72)) * 60)
    return rng.choice(((floor,), (floor,), (floor, deep), (deep,)))


def _was(rng: Random, setting: Setting, calendars: Calendars) -> Was:
    on = setting.first_on + timedelta(rng.randint(-1, setting.days))
    return Was(on, 5 * rng.randint(0, 80), rng.choice(calendars.therapists).id)


def _prefer(rng: Random, calendars: Calendars) -> Prefer:
    return Prefer(
        rng.choice(calendars.therapists).id if rng.random() < 0.6 else None,
        (60 * rng.randint(0, 3), 60 * rng.randint(4, 7)) if rng.random() < 0.6 else None,
        frozenset(rng.sample(range(7), rng.randint(1, 6))) if rng.random() < 0.3 else None,
        frozenset(each.id for each in calendars.therapists if rng.random() < 0.5) if rng.random() < 0.2 else None,
        _beside(rng, calendars.horizon) if rng.random() < 0.2 else (),
    )


def _beside(rng: Random, span: Horizon) -> tuple[tuple[int, int], ...]:
    begins = [span.first_tick + 288 * rng.randrange(span.days) + rng.randint(0, 60) for _ in range(rng.randint(1, 3))]
    return tuple((begin, begin + rng.randint(3, 12)) for begin in begins)
