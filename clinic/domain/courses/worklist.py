"""The worklist: what needs somebody in the courses under way, found in flat facts. Days are those of the location.

Each thing is told once: a session whose visit was missed or cancelled is missed, any other without a time is unplaced,
and a gap is judged where both its ends have a day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from clinic.domain.courses.protocol import Anchor
from clinic.domain.courses.sequence import Treatment, distances
from clinic.domain.practice.body import Target
from clinic.domain.time import local_date


class Kind(StrEnum):
    """What is wrong, in the order in which it is listed."""

    UNPLACED = "unplaced"
    READY = "ready"
    DRIFTED = "drifted"
    MISSED = "missed"
    AUTHORISATION = "authorisation"
    REASSESSMENT = "reassessment"
    OFFERED = "offered"


class Standing(StrEnum):
    """Where a session stands. `AGREED` is held, booked or confirmed; `MISSED` a no-show or cancelled, not replaced."""

    UNPLACED = "unplaced"
    MISSED = "missed"
    PENCILLED = "pencilled"
    AGREED = "agreed"
    BEGUN = "begun"
    DONE = "done"


DATED: Final = frozenset({Standing.PENCILLED, Standing.AGREED, Standing.BEGUN, Standing.DONE})
AHEAD: Final = frozenset({Standing.PENCILLED, Standing.AGREED})


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session that treats. `on` and `visit` are of the visit that it has, or of the one that was missed.

    `least` and `most` are days of its gap; `reassess` when a reassessment is held in it; `asked`: so many days at least
    from the visit before, where somebody asked for that.
    """

    session: str
    ordinal: int
    standing: Standing
    on: date | None
    visit: str | None
    least: int
    most: int
    needles: bool = False
    targets: tuple[Target, ...] = ()
    reassess: bool = False
    reassessed_at: datetime | None = None
    asked: int = 0

    @property
    def longest(self) -> int:
        """Where a longer gap is asked for, the longest grows with it."""
        return max(self.most, self.asked + self.most - self.least) if self.asked else self.most


@dataclass(frozen=True, slots=True)
class Review:
    """A dated review, so many days after the first session. `held_on` and `done` are of a visit that is its own."""

    session: str
    ordinal: int
    offset_days: int
    reassessed_at: datetime | None = None
    held_on: date | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class ReviewVisit:
    """A review of the patient that was booked as a visit of its own."""

    on: date
    done: bool


@dataclass(frozen=True, slots=True)
class Course:
    """An active plan. `sittings` and `reviews` are in order, without phases that nobody released; `start_by` is the
    last day its first session may have; `paused` are [first, last] days that do not count towards the longest gap."""

    plan: int
    patient: int
    tz: ZoneInfo
    start_by: date
    sittings: tuple[Sitting, ...]
    anchor: Anchor = Anchor.SESSION
    reviews: tuple[Review, ...] = ()
    review_visits: tuple[ReviewVisit, ...] = ()
    paused: tuple[tuple[date, date], ...] = ()
    authorised_visits: int | None = None
    authorised_until: date | None = None

    @property
    def first_on(self) -> date | None:
        """The day of its first session that has one."""
        return min((one.on for one in self.sittings if one.on is not None and one.standing in DATED), default=None)


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the worklist: what is wrong with which plan, since or until `on`; `params` fill its sentence."""

    kind: Kind
    patient: int
    plan: int
    ordinal: int | None
    on: date
    params: Mapping[str, object]


def find(course: Course, *, today: date) -> tuple[Item, ...]:
    """Everything that is wrong with the course."""
    always = (*_unplaced(course), *_ready(course), *_missed(course))
    return (*always, *drifted(course, today), *_beyond(course, today), *_due(course, today))


def _item(course: Course, kind: Kind, ordinal: int | None, on: date, **params: object) -> Item:
    return Item(kind, course.patient, course.plan, ordinal, on, params)


def _unplaced(course: Course) -> Iterable[Item]:
    """The sessions that are neither booked nor pencilled, as one item; on: the day by which the first should be held,
    its longest gap after the latest session before it that has a day."""
    found = [one for one in course.sittings if one.standing is Standing.UNPLACED]
    if found:
        first = found[0]
        days = [one.on for one in course.sittings if one.ordinal < first.ordinal and one.standing in DATED and one.on]
        by = max(days) + timedelta(days=first.most) if days else course.start_by
        yield _item(course, Kind.UNPLACED, first.ordinal, by, ordinals=tuple(one.ordinal for one in found))


def _ready(course: Course) -> Iterable[Item]:
    """The pencilled sessions that no open reassessment holds back any more, as one item; on: the day of the latest
    reassessment that is done. `whole` when they are all that a confirmation would take."""
    points: tuple[Sitting | Review, ...] = (*course.sittings, *course.reviews)
    marked = [one.reassessed_at for one in points if one.reassessed_at is not None]
    pencilled = [one for one in course.sittings if one.standing is Standing.PENCILLED]
    if not marked or not pencilled:
        return
    held_in = [one.ordinal for one in course.sittings if one.reassess and one.reassessed_at is None]
    last = min(held_in, default=pencilled[-1].ordinal)
    through = [one for one in pencilled if one.ordinal <= last]
    review_on = min((on for one, on in _review_days(course) if one.reassessed_at is None), default=date.max)
    found = [one for one in through if one.on is not None and one.on <= review_on]
    if found:
        ordinals = tuple(one.ordinal for one in found)
        params = {"ordinals": ordinals, "pencilled": len(pencilled), "whole": len(found) == len(through)}
        yield _item(course, Kind.READY, ordinals[0], local_date(max(marked), course.tz), **params)


def _review_days(course: Course) -> list[tuple[Review, date]]:
    first = course.first_on
    if first is None:
        return []
    return [(one, first + timedelta(days=one.offset_days)) for one in course.reviews]


def drifted(course: Course, today: date) -> Iterable[Item]:
    """Each visit ahead that lies closer to the one before than somebody asked for, closer to the one its gap is counted
    from than the phase's minimum, or further than its maximum; on: its day."""
    if not any(_can_move(one, today) for one in course.sittings):
        return
    treated = tuple((one.needles or one.standing not in DATED, one.targets) for one in course.sittings)
    befores: list[Sitting] = []
    for one, counted_from in zip(course.sittings, _counted_from(treated, course.anchor), strict=True):
        if one.on is not None and _can_move(one, today):
            asked = [(befores[-1], one.asked)] if befores and one.asked else []
            counted = [] if counted_from is None else [(course.sittings[counted_from], one.least)]
            for before, least in asked + counted:
                gap = _off(course, before, one, least)
                if gap is not None:
                    params = {"visit": one.visit, "before": before.ordinal, "days": gap}
                    yield _item(course, Kind.DRIFTED, one.ordinal, one.on, **params, least=least, most=one.longest)
                    break
        if one.standing in DATED and one.on is not None:
            befores.append(one)


def _off(course: Course, before: Sitting, one: Sitting, least: int) -> int | None:
    """The days of a gap that is too short or too long; None for one that fits, or where a visit has no day."""
    if before.standing not in DATED or before.on is None or one.on is None:
        return None
    gap = (one.on - before.on).days
    far = gap > one.longest and gap - paused_days(course.paused, before.on, one.on) > one.longest
    return gap if gap < least or far else None


@lru_cache(maxsize=1024)
def _counted_from(treated: tuple[tuple[bool, tuple[Target, ...]], ...], anchor: Anchor) -> tuple[int | None, ...]:
    """Many courses treat alike. A session without a day may needle anywhere."""
    found = distances([Treatment(needles, targets) for needles, targets in treated], anchor)
    return tuple(each.counted_from for each in found)


def _can_move(one: Sitting, today: date) -> bool:
    return one.standing in AHEAD and one.on is not None and one.on >= today


def paused_days(spans: Iterable[tuple[date, date]], after: date, before: date) -> int:
    """How many of the days strictly between the two lie in a span; each counts once."""
    count, at = 0, after + timedelta(days=1)
    for first, last in sorted(spans):
        first, last = max(first, at), min(last, before - timedelta(days=1))
        if first <= last:
            count += (last - first).days + 1
            at = last + timedelta(days=1)
    return count


def _missed(course: Course) -> Iterable[Item]:
    """Each session whose visit was missed or cancelled and has no other; on: the day of that visit."""
    for one in course.sittings:
        if one.standing is Standing.MISSED and one.on is not None:
            yield _item(course, Kind.MISSED, one.ordinal, one.on, visit=one.visit)


def _beyond(course: Course, today: date) -> Iterable[Item]:
    """An authorisation that ends before the course does; on: its last day, or where it is too few visits the day of the
    first beyond them, as far as that is known.

    Used are visits that took place, booked those that are agreed; what is pencilled or has no time is neither. Too late
    are visits after its last day, and sessions without a time once that day has passed.
    """
    standings = [one.standing for one in course.sittings]
    used = standings.count(Standing.DONE)
    booked = standings.count(Standing.AGREED) + standings.count(Standing.BEGUN)
    number, until = course.authorised_visits, course.authorised_until
    late = 0 if until is None else sum(_too_late(one, until, today) for one in course.sittings)
    lacking = 0 if number is None else max(0, len(standings) - number)
    if late or lacking:
        days = sorted(one.on for one in course.sittings if one.on is not None and one.standing in DATED)
        over = [*days[number:], *days[-1:], course.start_by][0]
        on = until if late and until is not None else over
        params = {"used": used, "booked": booked, "sessions": len(standings), "late": late, "lacking": lacking}
        left = None if number is None else max(0, number - used - booked)
        yield _item(course, Kind.AUTHORISATION, None, on, **params, authorised=number, left=left, until=until)


def _too_late(one: Sitting, until: date, today: date) -> bool:
    if one.standing in AHEAD and one.on is not None:
        return one.on > until
    return one.standing not in DATED and until < today


def _due(course: Course, today: date) -> Iterable[Item]:
    """Each reassessment whose session took place and that is not marked, and each dated review whose day has come while
    no visit is booked for it; on: the day of that visit, or the day on which the review falls."""
    for one in course.sittings:
        if one.reassess and one.reassessed_at is None and one.standing is Standing.DONE and one.on is not None:
            yield _item(course, Kind.REASSESSMENT, one.ordinal, one.on, session=one.session, held=True, review=False)
    days, all_held = _review_days(course), all(one.standing is Standing.DONE for one in course.sittings)
    for review, falls_on in days:
        if review.reassessed_at is None:
            found = _visits_of(course, review, days)
            params = {"session": review.session, "review": True, "all_held": all_held}
            took_place = [visit.on for visit in found if visit.done]
            if took_place:
                yield _item(course, Kind.REASSESSMENT, review.ordinal, max(took_place), held=True, **params)
            elif not found and falls_on <= today:
                yield _item(course, Kind.REASSESSMENT, review.ordinal, falls_on, held=False, **params)


def _visits_of(course: Course, review: Review, days: list[tuple[Review, date]]) -> list[ReviewVisit]:
    """The visit placed for it, and those of the patient's own reviews since the course began that it is nearest to."""
    own = [] if review.held_on is None else [ReviewVisit(review.held_on, review.done)]
    first = course.first_on
    since = [visit for visit in course.review_visits if first is not None and visit.on >= first]
    return own + [visit for visit in since if min(days, key=lambda each: abs((each[1] - visit.on).days))[0] is review]
