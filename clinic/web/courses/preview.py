"""The answer to a wanted course, as the preview shows it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from clinic.content.sentences import sentence
from clinic.engine.course import Course, NoCourse, Relaxation
from clinic.engine.kind import Reason
from clinic.engine.slots import Choice
from clinic.services.courses.choices import others
from clinic.services.courses.place import Answer
from clinic.services.courses.reasons import named, why
from clinic.web import words
from clinic.web.courses.forms import CourseForm, change_value, changes_from, pin_value
from clinic.web.courses.strip import Mark, strip
from clinic.web.patients import wording

MARKS = (
    ("closed", "–"),
    ("on_leave", "L"),
    ("fully_booked", "T"),
    ("not_working", "T"),
    ("reserved", "T"),
    ("no_room", "R"),
    ("patient", "P"),
    ("needled_near", "N"),
    ("too_", "‹"),
    ("after_latest", "›"),
    ("credential", "C"),
)


def view(answer: Answer, form: CourseForm, key: str, *, may_book: bool) -> dict[str, Any]:
    """What `courses/_preview.html` expects."""
    shown: dict[str, Any] = {
        "title": "",
        "verdict": "",
        "notices": list(_notices(answer)),
        "relaxed": [(value, _said_changes(value)) for value in form.relax],
        "strip": None,
        "sessions": [],
        "book": None,
        "failure": None,
    }
    if isinstance(answer.outcome, NoCourse):
        return shown | {"failure": _failure(answer, answer.outcome)}
    course = answer.outcome
    fields = [*form.pairs(), *(("expect", _pin(course, n)) for n in range(1, len(course.sessions) + 1))]
    book = {
        "post_to": url_for("new_course.book"),
        "key": key,
        "label": ngettext("Book %(num)s visit", "Book %(num)s visits", answer.booked_through),
        "fields": fields,
    }
    return shown | {
        "title": _title(course),
        "strip": strip(_marks(answer, course)),
        "verdict": _verdict(answer, course),
        "sessions": [_session(answer, course, n) for n in range(1, len(course.sessions) + 1)],
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
    said = gettext("Booked now: visits 1 to %(now)s, to the reassessment.", now=now)
    waiting = gettext("Pencilled until it is done: visits %(first)s to %(last)s.", first=now + 1, last=total)
    return f"{said} {waiting}"


def _notices(answer: Answer) -> list[str]:
    """What the placer kept to that the form alone does not show."""
    said = []
    wishes = wording.wishes(answer.times.preferences, _name(answer, answer.times.preferences.therapist or ""))
    own = "; ".join(value for _, value in wishes if value)
    if answer.wanted.wishes is None and own:
        said.append(gettext("The patient’s own wishes count: %(wishes)s.", wishes=own))
    provisional = {
        each.therapist
        for kind in answer.request.kinds
        for each in kind.staff
        if each.otherwise is not None and each.otherwise.code == "credential_provisional"
    }
    names = sorted(one.name for one in answer.site.staff if one.public_id in provisional)
    if names:
        said.append(
            gettext("Proposed for needling only while a supervisor is at work: %(names)s.", names=", ".join(names))
        )
    return list(dict.fromkeys(said))


def _session(answer: Answer, course: Course, ordinal: int) -> dict[str, Any]:
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
        "therapist": _name(answer, placed.therapist),
        "room": _room(answer, placed.room),
        "gap": "" if gap is None else words.days(gap),
        "gap_off": _gap_off(answer, course, ordinal),
        "why": " ".join(_said(answer, reason) for reason in why(answer, course, ordinal)),
        "pinned": ordinal in answer.wanted.pins,
        "pin": _pin(course, ordinal),
        "others": [_other(answer, ordinal, one) for one in others(answer.request, course, ordinal)],
    }


def _gap_off(answer: Answer, course: Course, ordinal: int) -> bool:
    """Whether the gap before a visit is not the ideal one."""
    return course.sessions[ordinal - 1].costs["gap_day"] > 0


def _marks(answer: Answer, course: Course) -> list[Mark]:
    marks = []
    for ordinal, (placed, planned) in enumerate(zip(course.sessions, answer.plan.sessions, strict=True), 1):
        modalities = [modality.value for modality in planned.phase.modalities]
        status = "booked" if ordinal <= answer.booked_through else "pencilled"
        fit = "off" if _gap_off(answer, course, ordinal) else ""
        label = f"{ordinal}: {words.day(placed.on)}, {words.clock(placed.start, answer.site.tz)}"
        marks.append(Mark(placed.on, ordinal, words.kind_of(modalities), status, label, fit=fit))
    return marks


def _pin(course: Course, ordinal: int) -> str:
    placed = course.sessions[ordinal - 1]
    return pin_value(ordinal, placed.start, placed.therapist, placed.room)


def _other(answer: Answer, ordinal: int, choice: Choice) -> tuple[str, str]:
    on = words.day(words.local(choice.start, answer.site.tz).date())
    label = f"{on}, {words.clock(choice.start, answer.site.tz)}, {_name(answer, choice.therapist)}"
    return pin_value(ordinal, choice.start, choice.therapist, choice.room), label


def _name(answer: Answer, public_id: str) -> str:
    colleague = answer.site.colleague(public_id)
    return "" if colleague is None else colleague.name


def _room(answer: Answer, public_id: str | None) -> str:
    room = answer.site.room(public_id)
    return "" if room is None else room.name


def _said(answer: Answer, reason: Reason) -> str:
    reason = named(answer, reason)
    return sentence(reason.code, reason.params, gettext)


def _said_changes(value: str) -> str:
    return " ".join(sentence(change.code, change.params, gettext) for change in changes_from(value))


def _failure(answer: Answer, outcome: NoCourse) -> dict[str, Any]:
    meanings = {
        "–": gettext("closed"),
        "L": gettext("leave"),
        "T": gettext("therapists busy or not there"),
        "R": gettext("no room"),
        "P": gettext("patient cannot come"),
        "N": gettext("too near another needling"),
        "‹": gettext("too soon"),
        "›": gettext("after the latest end"),
        "C": gettext("no valid credential"),
        "·": gettext("other reasons"),
    }
    days = [_day(answer, blocked.on, blocked.reasons, meanings) for blocked in outcome.window]
    used = {day["mark"] for day in days}
    return {
        "title": gettext("Visit %(number)s cannot be placed", number=outcome.session),
        "days": days,
        "legend": [(mark, text) for mark, text in meanings.items() if mark in used],
        "relaxations": [_relaxation(way) for way in outcome.relaxations if _offered(way)],
    }


def _offered(way: Relaxation) -> bool:
    """A shorter course is another plan, not another wish."""
    return all(change.code != "fewer_sessions" for change in way.changes)


def _day(answer: Answer, on: date, reasons: Sequence[Reason], meanings: Mapping[str, str]) -> dict[str, Any]:
    codes = [reason.code for reason in reasons]
    mark = next((sign for prefix, sign in MARKS for code in codes if code.startswith(prefix)), "·")
    said = " ".join(_said(answer, reason) for reason in reasons)
    return {
        "weekday": words.weekday(on),
        "column": on.isoweekday(),
        "day": str(on.day),
        "mark": mark,
        "short": meanings[mark],
        "reason": f"{words.day(on)}: {said}",
    }


def _relaxation(way: Relaxation) -> dict[str, str]:
    last = way.course.sessions[-1].on
    return {
        "value": change_value(way.changes),
        "label": " ".join(sentence(change.code, change.params, gettext) for change in way.changes),
        "gives": gettext("Last visit %(day)s", day=words.day(last)),
    }
