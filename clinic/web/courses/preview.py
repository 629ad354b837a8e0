"""The answer to a wanted course, as the preview shows it."""

from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from clinic.domain.courses.outline import PlannedSession
from clinic.engine.course import Course, NoCourse, Placed
from clinic.engine.next_best import Neighbourhood, Places
from clinic.engine.slots import Choice
from clinic.services.courses.choices import others
from clinic.services.courses.place import Answer
from clinic.services.courses.reasons import next_best, why
from clinic.web import words
from clinic.web.courses.forms import CourseForm, pin_value
from clinic.web.courses.preview_failure import failure
from clinic.web.courses.preview_notices import notices
from clinic.web.courses.preview_words import name, room, said, said_changes
from clinic.web.courses.strip import Mark, strip


def view(answer: Answer, form: CourseForm, key: str, *, may_book: bool) -> dict[str, Any]:
    """What `courses/_preview.html` expects."""
    shown: dict[str, Any] = {
        "alternatives": None,
        "alternatives_url": "",
        "title": "",
        "verdict": "",
        "notices": list(notices(answer)),
        "relaxed": [(value, said_changes(value)) for value in form.relax],
        "strip": None,
        "sessions": [],
        "book": None,
        "failure": None,
    }
    if isinstance(answer.outcome, NoCourse):
        return shown | {"failure": failure(answer, answer.outcome)}
    course = answer.outcome
    fields = [*form.pairs(), *(("expect", _pin(course, n)) for n in range(1, len(course.sessions) + 1))]
    book = {
        "post_to": url_for("new_course.book"),
        "key": key,
        "label": ngettext("Book %(num)s visit", "Book %(num)s visits", answer.booked_through),
        "fields": fields,
    }
    around = Neighbourhood(answer.request, course)
    return shown | {
        "title": _title(course),
        "strip": strip(_marks(answer, course)),
        "verdict": _verdict(answer, course),
        "sessions": [_session(answer, course, around, n) for n in range(1, len(course.sessions) + 1)],
        "book": book if may_book else None,
    }


def _title(course: Course) -> str:
    visits = ngettext("%(num)s visit", "%(num)s visits", len(course.sessions))
    first, last = course.sessions[0].on, course.sessions[-1].on
    return f"{visits}, {words.period(first, last)}"


def _verdict(answer: Answer, course: Course) -> str:
    total, now = len(course.sessions), answer.booked_through
    if now == total:
        return str(gettext("All of them are booked now."))
    booked = gettext("Booked now: visits 1 to %(now)s, to the reassessment.", now=now)
    waiting = gettext("Pencilled until it is done: visits %(first)s to %(last)s.", first=now + 1, last=total)
    return f"{booked} {waiting}"


def _session(answer: Answer, course: Course, around: Neighbourhood, ordinal: int) -> dict[str, Any]:
    placed, planned = course.sessions[ordinal - 1], answer.plan.sessions[ordinal - 1]
    before = None if ordinal == 1 else course.sessions[ordinal - 2]
    gap = None if before is None else (placed.on - before.on).days
    new_phase = before is None or planned.phase.name != answer.plan.sessions[ordinal - 2].phase.name
    modalities = [modality.value for modality in planned.phase.modalities]
    several = len(answer.plan.protocol.phases) > 1
    return {
        "number": ordinal,
        "kind": words.kind_of(modalities),
        "kind_label": words.kind_label(modalities),
        "booked": ordinal <= answer.booked_through,
        "phase": gettext("Phase %(name)s", name=planned.phase.name) if new_phase and several else "",
        "day": words.day(placed.on),
        "starts": words.clock(placed.start, answer.site.tz),
        "therapist": name(answer, placed.therapist),
        "room": room(answer, placed.room),
        "gap": "" if gap is None else words.days(gap),
        "gap_off": _gap_off(course, ordinal),
        "why": " ".join(said(answer, reason) for reason in why(answer, course, ordinal)),
        "next": _next_best(answer, placed, around.places(ordinal - 1)),
        "where": words.targets(answer.plan.targets_by_session[ordinal - 1]) if _takes_turns(answer, planned) else "",
        "parts": _parts(answer, placed, planned),
        "pinned": ordinal in answer.wanted.pins,
        "pin": _pin(course, ordinal),
        "others": [_other(answer, ordinal, one) for one in others(answer.request, course, ordinal, around=around)],
    }


def _takes_turns(answer: Answer, planned: PlannedSession) -> bool:
    return answer.plan.alternate and planned.phase.needles


def _parts(answer: Answer, placed: Placed, planned: PlannedSession) -> list[dict[str, str]]:
    """Who does what, where and when, in a visit of several parts."""
    if len(placed.parts) < 2:
        return []
    tz = answer.site.tz
    return [
        {
            "time": f"{words.clock(part.start, tz)}–{words.clock(part.start + part.ticks, tz)}",
            "what": words.kind_label([modality.value for modality in segment.modalities]),
            "who": name(answer, part.therapist),
            "where": room(answer, part.room),
        }
        for part, segment in zip(placed.parts, planned.phase.segments, strict=True)
    ]


def _next_best(answer: Answer, placed: Placed, places: Places) -> str:
    found = places.next_best(placed)
    if found is None:
        return ""
    when = f"{words.day(words.local(found.start, answer.site.tz).date())}, {words.clock(found.start, answer.site.tz)}"
    return " ".join(said(answer, reason) for reason in next_best(answer, found, when))


def _gap_off(course: Course, ordinal: int) -> bool:
    """Whether the gap before a visit is not the ideal one."""
    return course.sessions[ordinal - 1].costs["gap_day"] > 0


def _marks(answer: Answer, course: Course) -> list[Mark]:
    marks = []
    for ordinal, (placed, planned) in enumerate(zip(course.sessions, answer.plan.sessions, strict=True), 1):
        modalities = [modality.value for modality in planned.phase.modalities]
        status = "booked" if ordinal <= answer.booked_through else "pencilled"
        fit = "off" if _gap_off(course, ordinal) else ""
        label = f"{ordinal}: {words.day(placed.on)}, {words.clock(placed.start, answer.site.tz)}"
        marks.append(Mark(placed.on, ordinal, words.kind_of(modalities), status, label, fit=fit))
    return marks


def _pin(course: Course, ordinal: int) -> str:
    placed = course.sessions[ordinal - 1]
    return pin_value(ordinal, placed.start, placed.therapist, placed.room)


def _other(answer: Answer, ordinal: int, choice: Choice) -> tuple[str, str]:
    on = words.day(words.local(choice.start, answer.site.tz).date())
    label = f"{on}, {words.clock(choice.start, answer.site.tz)}, {name(answer, choice.therapist)}"
    return pin_value(ordinal, choice.start, choice.therapist, choice.room), label
