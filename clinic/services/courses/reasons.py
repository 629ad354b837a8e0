"""Why a session lies where it lies: the wishes that it misses, and what the next best place would cost; as codes with
parameters."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from clinic.domain.practice.hours import WEEKDAYS, clock
from clinic.domain.practice.modality import Modality
from clinic.engine.course import Change, Course
from clinic.engine.kind import Reason
from clinic.engine.next_best import NextBest
from clinic.engine.request import Weights
from clinic.services.courses.place import Answer

DIFFERENCES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "gap_day": ("off_ideal", "nearer_ideal"),
        "first_late_day": ("begins_later", "begins_sooner"),
        "last_late_day": ("later", "sooner"),
        "other_therapist": ("other_therapist_visits", "wished_therapist_visits"),
        "switch": ("more_changes", "fewer_changes"),
        "time_of_day": ("further_from_wished_time", "nearer_wished_time"),
        "irregularity": ("less_regular", "more_regular"),
        "alone": ("alone_visits", "beside_visits"),
    }
)
"""What it is called when a place costs more, or less, by one of the weights' names."""

AROUND: Final = frozenset({Modality.ASSESSMENT, Modality.EDUCATION})
DAYS: Final = frozenset({"gap_day", "first_late_day", "last_late_day"})


def why(answer: Answer, course: Course, ordinal: int) -> tuple[Reason, ...]:
    """What the session gives up and against what; `as_wished` alone when it misses no wish."""
    if ordinal in answer.wanted.pins:
        return (Reason("pinned"),)
    beside = (Reason("beside", {"name": name}) for name in beside_whom(answer, course, ordinal))
    return (*(tuple(_missed(answer, course, ordinal)) or (Reason("as_wished"),)), *beside)


def beside_whom(answer: Answer, course: Course, ordinal: int) -> tuple[str, ...]:
    """The names of the relatives whose visits the session is right before or after, each once."""
    placed = course.sessions[ordinal - 1]
    return tuple(dict.fromkeys(each.name for each in answer.beside if each.meets(placed.start, placed.ends)))


def next_best(answer: Answer, found: NextBest, when: str) -> tuple[Reason, ...]:
    """Another place of a session, `when` in words, and what it would trade: prices first, `as_good` for nothing; before
    that, whether other times of its day are as good."""
    weights = answer.request.weights
    prices = [_difference(weights, name, cost) for name, cost in found.differences.items() if cost > 0]
    gains = [_difference(weights, name, cost) for name, cost in found.differences.items() if cost < 0]
    that_day = (Reason("as_good_that_day"),) if found.that_day else ()
    return (
        *that_day,
        Reason("next_best", {"when": when, "therapist": found.therapist}),
        *((*prices, *gains) or (Reason("as_good"),)),
    )


def _difference(weights: Weights, name: str, cost: int) -> Reason:
    code = DIFFERENCES[name][cost < 0]
    if name in ("time_of_day", "irregularity"):
        return Reason(code)
    return Reason(code, {"days" if name in DAYS else "count": abs(cost) // getattr(weights, name)})


def _missed(answer: Answer, course: Course, ordinal: int) -> Iterator[Reason]:
    session = course.sessions[ordinal - 1]
    costs = session.costs
    if costs["gap_day"]:
        gap = answer.request.steps[ordinal - 1].gap
        yield Reason("off_ideal_gap", {"days": session.gap, "ideal": gap and gap.ideal})
    if costs["first_late_day"]:
        yield Reason("starts_late", {"days": (session.on - answer.request.earliest).days})
    if costs["last_late_day"]:
        ideal = answer.request.calendars.horizon.on(answer.request.ideal_end)
        yield Reason("ends_late", {"days": (session.on - ideal).days})
    if costs["other_therapist"]:
        yield _not_the_wished(answer, ordinal, session.therapist)
    if costs["switch"]:
        yield Reason("therapist_changes", {"before": _name(answer, course.sessions[ordinal - 2].therapist)})
    if costs["time_of_day"]:
        yield Reason("outside_wished_time")
    if costs["irregularity"]:
        yield Reason("irregular")
    if costs["alone"]:
        yield Reason("alone")


def _not_the_wished(answer: Answer, ordinal: int, placed: str) -> Reason:
    """Why another therapist than is wished for: he may not give it that day, or has no better time; or, where it is he
    who was placed or nobody is named, the gender is not the wished one."""
    wished, among = answer.request.prefer.therapist, answer.request.prefer.among
    if wished is None or (wished == placed and among is not None):
        return Reason("not_wished_gender")
    staff = next(each for each in answer.request.steps[ordinal - 1].kind.staff if each.therapist == wished)
    if staff.otherwise is not None and not (staff.days and any(staff.watched)):
        return staff.otherwise
    return Reason("not_wished_therapist", {"wished": _name(answer, wished)})


def _name(answer: Answer, public_id: str) -> str:
    colleague = answer.site.colleague(public_id)
    return "" if colleague is None else colleague.name


def given_up(changes: Iterable[Change]) -> Iterator[Reason]:
    """What gives way together, in as few words as it takes: gaps that are widened alike are told at once."""
    kept: dict[tuple[str, int], list[Change]] = {}
    for change in changes:
        kept.setdefault((change.code, change.days), []).append(change)
    for alike in kept.values():
        first, sessions = alike[0], tuple(change.session for change in alike)
        if first.code == "widen_gap" and len(alike) > 1:
            yield Reason("widen_gaps", {"days": first.days, "sessions": sessions})
        else:
            yield from (Reason(change.code, change.params) for change in alike)


def named(answer: Answer, reason: Reason, ordinal: int | None = None) -> Reason:
    """The reason in people's terms: names for ids, weekdays and times of day for their numbers, and what is done in the
    part of the session with that ordinal that it speaks of."""
    params = dict(reason.params)
    if "therapist" in params:
        params["therapist"] = _name(answer, str(params["therapist"]))
    if reason.code in ("regular", "same_time"):
        params["time"] = clock(int(str(params["time"])))
    if reason.code == "regular":
        params["weekday"] = WEEKDAYS[int(str(params["weekday"]))]
    if "part" in params and ordinal is not None:
        what = _done_in(answer, ordinal, int(str(params["part"])))
        return Reason(reason.code.replace("nobody_for_part", "nobody_for_what"), {"what": what})
    return Reason(reason.code, params)


def _done_in(answer: Answer, ordinal: int, part: int) -> Modality:
    """What is mainly done in a part: the first that is neither the check nor the advice around it."""
    done = answer.plan.sessions[ordinal - 1].phase.segments[part - 1].modalities
    return next((each for each in done if each not in AROUND), done[0])
