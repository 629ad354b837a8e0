"""Why a session lies where it lies: the wishes that it misses, as codes with parameters."""

from collections.abc import Iterator

from clinic.engine.course import Course
from clinic.engine.kind import Reason
from clinic.services.courses.place import Answer


def why(answer: Answer, course: Course, ordinal: int) -> tuple[Reason, ...]:
    """What the session gives up and against what; `as_wished` alone when it misses no wish."""
    if ordinal in answer.wanted.pins:
        return (Reason("pinned"),)
    return tuple(_missed(answer, course, ordinal)) or (Reason("as_wished"),)


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


def named(answer: Answer, reason: Reason) -> Reason:
    """The reason with the therapist's name in place of his id."""
    therapist = reason.params.get("therapist")
    if therapist is None:
        return reason
    return Reason(reason.code, {**reason.params, "therapist": _name(answer, str(therapist))})
