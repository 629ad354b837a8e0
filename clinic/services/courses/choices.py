"""Other times for one session of a placed course, its neighbours left where they are."""

from clinic.engine.course import Course
from clinic.engine.next_best import Neighbourhood
from clinic.engine.request import Request
from clinic.engine.slots import Choice, nearest


def others(
    request: Request, course: Course, ordinal: int, *, around: Neighbourhood | None = None, most: int = 3
) -> tuple[Choice, ...]:
    """Up to `most` other times for the session, nearest first. Each keeps every rule: choosing it moves nothing else.
    `around` is the course's neighbourhood where it is known."""
    session = course.sessions[ordinal - 1]
    places = (around or Neighbourhood(request, course)).places(ordinal - 1)
    free = [slot for slot in places.slots() if slot.start != session.start]
    return nearest(places.opening, free, session.start, session.therapist, most=most)
