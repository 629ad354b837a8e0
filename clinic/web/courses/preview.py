"""The answer to a wanted course, as the preview shows it."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from clinic.content.sentences import sentence
from clinic.domain.courses.outline import PlannedSession
from clinic.domain.patients.preferences import Preferences
from clinic.engine.course import BlockedDay, Course, NoCourse, Placed, Relaxation
from clinic.engine.kind import Reason
from clinic.engine.next_best import Neighbourhood, Places
from clinic.engine.slots import Choice
from clinic.services.courses.choices import others
from clinic.services.courses.place import Answer
from clinic.services.courses.reasons import beside_whom, given_up, named, next_best, why
from clinic.web import words
from clinic.web.courses.forms import CourseForm, change_value, changes_from, pin_value
from clinic.web.courses.strip import Mark, strip
from clinic.web.patients import wording

MARKS = (
    ("closed", "–"),
    ("day_full", "V"),
    ("week_full", "V"),
    ("nobody_for", "T"),
    ("not_supervised", "S"),
    ("not_together", "T"),
    ("rests", "‹"),
    ("no_way_through", "‹"),
    ("on_leave", "L"),
    ("fully_booked", "T"),
    ("not_working", "T"),
    ("reserved", "T"),
    ("no_room", "R"),
    ("patient", "P"),
    ("needled_near", "N"),
    ("too_long_since", "›"),
    ("too_", "‹"),
    ("after_latest", "›"),
    ("credential", "C"),
)


def view(answer: Answer, form: CourseForm, key: str, *, may_book: bool) -> dict[str, Any]:
    """What `courses/_preview.html` expects."""
    shown: dict[str, Any] = {
        "alternatives": None,
        "alternatives_url": "",
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
    said = gettext("Booked now: visits 1 to %(now)s, to the reassessment.", now=now)
    waiting = gettext("Pencilled until it is done: visits %(first)s to %(last)s.", first=now + 1, last=total)
    return f"{said} {waiting}"


def _notices(answer: Answer) -> list[str]:
    """What the placer kept to that the form alone does not show."""
    said = []
    if isinstance(answer.outcome, Course) and not answer.outcome.proven:
        said.append(gettext("The best that was found in a few seconds; a better course may exist."))
    own = _listed(answer, answer.times.preferences)
    if answer.wanted.wishes is None and own:
        said.append(gettext("The patient’s own wishes count: %(wishes)s.", wishes=own))
    elif own:
        said.append(gettext("With the patient’s own wishes these count: %(wishes)s.", wishes=_wishes(answer)))
    said += _back_to_back(answer)
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


def _wishes(answer: Answer) -> str:
    return _listed(answer, answer.wanted.wishes_of(answer.site, answer.times))


def _listed(answer: Answer, wishes: Preferences) -> str:
    said = wording.wishes(wishes, _name(answer, wishes.therapist or ""))
    return "; ".join(value for _, value in said if value)


def _back_to_back(answer: Answer) -> list[str]:
    """Whose visits those of the course should be beside, and which of them are."""
    if not answer.beside or isinstance(answer.outcome, NoCourse):
        return []
    course, names = answer.outcome, ", ".join(dict.fromkeys(each.name for each in answer.beside))
    there = [str(n) for n in range(1, len(course.sessions) + 1) if beside_whom(answer, course, n)]
    if not there:
        return [gettext("No visit could be put back to back with those of %(names)s.", names=names)]
    return [gettext("Back to back with %(names)s: visit %(numbers)s.", names=names, numbers=", ".join(there))]


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
        "therapist": _name(answer, placed.therapist),
        "room": _room(answer, placed.room),
        "gap": "" if gap is None else words.days(gap),
        "gap_off": _gap_off(answer, course, ordinal),
        "why": " ".join(_said(answer, reason) for reason in why(answer, course, ordinal)),
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
            "who": _name(answer, part.therapist),
            "where": _room(answer, part.room),
        }
        for part, segment in zip(placed.parts, planned.phase.segments, strict=True)
    ]


def _next_best(answer: Answer, placed: Placed, places: Places) -> str:
    found = places.next_best(placed)
    if found is None:
        return ""
    when = f"{words.day(words.local(found.start, answer.site.tz).date())}, {words.clock(found.start, answer.site.tz)}"
    return " ".join(_said(answer, reason) for reason in next_best(answer, found, when))


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


def _said(answer: Answer, reason: Reason, ordinal: int | None = None) -> str:
    reason = named(answer, reason, ordinal)
    return sentence(reason.code, reason.params, gettext)


def _said_changes(value: str) -> str:
    return " ".join(sentence(reason.code, reason.params, gettext) for reason in given_up(changes_from(value)))


def _failure(answer: Answer, outcome: NoCourse) -> dict[str, Any]:
    meanings = {
        "–": gettext("closed"),
        "L": gettext("leave"),
        "T": gettext("therapists busy or not there"),
        "R": gettext("no room"),
        "P": gettext("patient cannot come"),
        "N": gettext("too near another needling"),
        "‹": gettext("too soon"),
        "›": gettext("too late"),
        "V": gettext("as many visits as agreed"),
        "S": gettext("nobody to supervise"),
        "C": gettext("no valid credential"),
        "·": gettext("other reasons"),
    }
    days = [_day(answer, outcome.session, blocked, meanings) for blocked in outcome.window]
    used = {day["mark"] for day in days}
    return {
        "title": gettext("Visit %(number)s cannot be placed", number=outcome.session),
        "doubt": "" if outcome.doubt is None else _said(answer, outcome.doubt),
        "days": days,
        "legend": [(mark, text) for mark, text in meanings.items() if mark in used],
        "relaxations": [_relaxation(way) for way in outcome.relaxations if _offered(way)],
    }


def _offered(way: Relaxation) -> bool:
    """A shorter course is another plan, not another wish."""
    return all(change.code != "fewer_sessions" for change in way.changes)


def _day(answer: Answer, ordinal: int, blocked: BlockedDay, meanings: Mapping[str, str]) -> dict[str, Any]:
    on, codes = blocked.on, [reason.code for reason in blocked.reasons]
    mark = next((sign for prefix, sign in MARKS for code in codes if code.startswith(prefix)), "·")
    said = " ".join(_said(answer, reason, ordinal) for reason in blocked.reasons)
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
    visits = ngettext("%(num)s visit", "%(num)s visits", len(way.course.sessions))
    value = change_value(way.changes)
    return {
        "value": value,
        "label": _said_changes(value),
        "gives": gettext("%(visits)s, the last on %(day)s", visits=visits, day=words.day(last)),
    }
