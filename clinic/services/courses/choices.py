"""Other times for one session of a placed course, its neighbours left where they are."""

from clinic.engine import bitmap
from clinic.engine.course import Course
from clinic.engine.openings import openings
from clinic.engine.request import Request
from clinic.engine.slots import Choice, nearest, slots


def others(request: Request, course: Course, ordinal: int, *, most: int = 3) -> tuple[Choice, ...]:
    """Up to `most` other times for the session, nearest first, that keep the gaps to the sessions beside it."""
    session = course.sessions[ordinal - 1]
    first, last = window(request, course, ordinal)
    found = openings(request.calendars, request.steps[ordinal - 1].kind)
    free = [slot for slot in slots(found, bitmap.between(first, last + 1)) if slot.start != session.start]
    return nearest(found, free, session.start, session.therapist, most=most)


def window(request: Request, course: Course, ordinal: int) -> tuple[int, int]:
    """The first and last day index that the gaps to the neighbours, or the course's own limits, allow."""
    index = request.calendars.horizon.index
    earliest, latest = request.first_days
    first, last = (earliest, latest) if ordinal == 1 else (0, request.last_day)
    if ordinal > 1:
        before, gap = index(course.sessions[ordinal - 2].on), request.gaps[ordinal - 2]
        first, last = before + gap.min, min(last, before + gap.max)
    if ordinal < len(course.sessions):
        after, gap = index(course.sessions[ordinal].on), request.gaps[ordinal - 1]
        first, last = max(first, after - gap.max), min(last, after - gap.min)
    return first, min(last, request.last_day)
