"""Other courses than the one that is previewed, as cards."""

from typing import Any

from clinic.engine.alternatives import Alternative, alternatives
from clinic.engine.course import Course
from clinic.services.courses.place import Answer
from clinic.services.courses.reasons import named
from clinic.web import words
from clinic.web.courses.forms import pin_value


def view(answer: Answer) -> list[dict[str, Any]]:
    """What `courses/_alternatives.html` expects; empty without a course."""
    if not isinstance(answer.outcome, Course):
        return []
    return [_card(answer, each) for each in alternatives(answer.request, answer.outcome)]


def _card(answer: Answer, other: Alternative) -> dict[str, Any]:
    sessions, tz = other.course.sessions, answer.site.tz
    reasons = (named(answer, reason) for reason in other.trades)
    pins = (pin_value(n, each.start, each.therapist, each.room) for n, each in enumerate(sessions, start=1))
    return {
        "period": words.period(sessions[0].on, sessions[-1].on),
        "trades": [words.in_words(reason.code, reason.params) for reason in reasons],
        "visits": [f"{words.day(each.on)}, {words.clock(each.start, tz)}" for each in sessions],
        "take": "+".join(pins),
    }
