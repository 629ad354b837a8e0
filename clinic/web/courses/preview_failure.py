"""Why a wanted course cannot be, as the preview shows it: the days of a visit, and what would help."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, ngettext

from clinic.engine.course import BlockedDay, NoCourse, Relaxation
from clinic.services.courses.place import Answer
from clinic.web import words
from clinic.web.courses.forms import change_value
from clinic.web.courses.preview_words import said, said_changes

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


def failure(answer: Answer, outcome: NoCourse) -> dict[str, Any]:
    """Which visit cannot be placed, what stands against it day by day, and what would help."""
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
        "doubt": "" if outcome.doubt is None else said(answer, outcome.doubt),
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
    reasons = " ".join(said(answer, reason, ordinal) for reason in blocked.reasons)
    return {
        "weekday": words.weekday(on),
        "column": on.isoweekday(),
        "day": str(on.day),
        "mark": mark,
        "short": meanings[mark],
        "reason": f"{words.day(on)}: {reasons}",
    }


def _relaxation(way: Relaxation) -> dict[str, str]:
    last = way.course.sessions[-1].on
    visits = ngettext("%(num)s visit", "%(num)s visits", len(way.course.sessions))
    value = change_value(way.changes)
    return {
        "value": value,
        "label": said_changes(value),
        "gives": gettext("%(visits)s, the last on %(day)s", visits=visits, day=words.day(last)),
    }
