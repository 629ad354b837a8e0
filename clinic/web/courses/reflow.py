"""The rest of a course as it would be placed anew, as the pages that propose it show it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext, ngettext
from werkzeug.datastructures import MultiDict

from clinic.content.sentences import sentence
from clinic.domain.errors import Invalid
from clinic.domain.practice.site import Site
from clinic.domain.time import instant_of
from clinic.domain.visits.visit import Status, Visit
from clinic.engine.course import Change, NoCourse
from clinic.engine.kind import Reason
from clinic.services.courses.losing import Lost
from clinic.services.courses.reflow import Line, Reflow
from clinic.services.courses.replan import Seen
from clinic.services.courses.tail import Asked
from clinic.web import words
from clinic.web.courses.forms import change_value, changes_from
from clinic.web.courses.page import longer_gap

DAYS_SHOWN: Final = 14
ASKED: Final = ("gap_after", "keep", "relax")
"""The fields of a form that asks for the rest of a course."""
UNASKABLE: Final = frozenset({"not_a_number", "out_of_range", "unknown_relaxation"})
"""Faults of such a form: the rest is shown as if nothing were asked."""


def asked_from(plan: str, form: "MultiDict[str, str]", lost: Lost | None = None) -> Asked:
    """What a form asks of the rest of the course with that public id. Raises Invalid."""
    days = form.get("gap_after", "").strip()
    if days and not (days.isdecimal() and len(days) < 5):
        raise Invalid("not_a_number", field="gap_after")
    return Asked(
        plan,
        keep=frozenset(int(one) for one in form.getlist("keep") if one.isdecimal() and len(one) < 4),
        gap_after=int(days) if days else None,
        given_up=given_up(form.getlist("relax")),
        lost=lost,
    )


def asked_fields(form: "MultiDict[str, str]") -> list[tuple[str, str]]:
    """The same, as hidden fields."""
    return [(name, value) for name in ASKED for value in form.getlist(name) if value]


def keepable(found: Reflow, kept: Sequence[str]) -> list[dict[str, Any]]:
    """The visits that could stay where they are, come what may; `kept` are the numbers of those that shall."""
    return [
        {
            "number": one.ordinal,
            "label": gettext("Visit %(number)s, %(day)s", number=one.ordinal, day=words.day(found.plan.on(one.visit))),
            "kept": str(one.ordinal) in kept,
        }
        for one in found.tail.sessions
        if one.visit is not None
    ]


def view(found: Reflow, *, fixed: Iterable[str] = ()) -> dict[str, Any]:
    """What `courses/_reflow.html` expects; relaxations with the codes `fixed` are not offered."""
    outcome = found.outcome
    failure = _failure(found, outcome, frozenset(fixed)) if isinstance(outcome, NoCourse) else None
    return {
        "summary": _summary(found),
        "asked": _asked(found),
        "lines": [_line(found, line) for line in found.lines],
        "failure": failure,
    }


def given_up(values: Sequence[str]) -> tuple[Change, ...]:
    """What a form gave up. Raises Invalid."""
    return tuple(change for value in dict.fromkeys(values) for change in changes_from(value))


def relaxed(values: Sequence[str]) -> list[tuple[str, str]]:
    """The same to be taken back: value and sentence."""
    return [(value, _changes(changes_from(value))) for value in dict.fromkeys(values)]


def seen_fields(found: Reflow) -> list[tuple[str, str]]:
    """What somebody sees, as hidden fields."""
    versions = [("seen", f"{visit}:{version}") for visit, version in sorted(found.versions.items())]
    return versions + [("expect", place) for place in found.places()]


def seen_from(form: "MultiDict[str, str]") -> Seen:
    """Read them. Raises Invalid(version_missing)."""
    versions: dict[str, int] = {}
    for value in form.getlist("seen"):
        visit, _, version = value.partition(":")
        if not version.isdecimal() or len(version) > 9:
            raise Invalid("version_missing", field="version")
        versions[visit] = int(version)
    return Seen(versions, tuple(form.getlist("expect")))


def _asked(found: Reflow) -> list[str]:
    """The longer gaps that are kept, of the sessions that are placed; not the one that is asked for anew."""
    new = None if found.longer is None else found.tail.sessions[0].id
    ahead = {one.id for one in found.tail.sessions} - {new}
    return [
        gettext("Visit %(number)s: %(said)s", number=row.ordinal, said=longer_gap(row, found.site.tz))
        for row in found.plan.rows
        if row.id in ahead and row.asked_days is not None
    ]


def _summary(found: Reflow) -> str:
    moved = sum(line.session.visit is not None for line in found.changed)
    new = len(found.changed) - moved
    said = []
    if moved:
        said.append(ngettext("%(num)s visit moves", "%(num)s visits move", moved))
    if new:
        said.append(ngettext("%(num)s visit gets a date", "%(num)s visits get a date", new))
    staying = len(found.lines) - len(found.changed)
    if staying:
        said.append(ngettext("%(num)s visit stays", "%(num)s visits stay", staying))
    return ", ".join(said)


def _line(found: Reflow, line: Line) -> dict[str, Any]:
    session, visit = line.session, line.session.visit
    modalities = [modality.value for modality in session.planned.phase.modalities]
    if line.stays:
        what, to = gettext("Stays"), ""
    else:
        what = gettext("New date") if visit is None else gettext("Moves")
        to = _said(found.site, line.placed.start, line.placed.therapist)
    new = visit is None and found.plan.status(session, line.placed.on) is Status.PENCILLED
    return {
        "number": session.ordinal,
        "kind": words.kind_of(modalities),
        "kind_label": words.kind_label(modalities),
        "open": new or (visit is not None and visit.status is Status.PENCILLED),
        "stays": line.stays,
        "what": what,
        "was": _was(found.site, visit or session.lost),
        "lost": visit is None and session.lost is not None,
        "to": to,
    }


def _was(site: Site, visit: Visit | None) -> str:
    if visit is None:
        return ""
    names = {one.id: one.public_id for one in site.staff}
    return _said(site, visit.starts, names.get(visit.stretches[0].staff_id or 0, ""))


def _said(site: Site, start: int, therapist: str) -> str:
    local: datetime = instant_of(start).astimezone(site.tz)
    who = site.colleague(therapist)
    when = f"{words.day(local.date())}, {local:%H:%M}"
    return when if who is None else f"{when}, {who.name}"


def _failure(found: Reflow, outcome: NoCourse, fixed: frozenset[str]) -> dict[str, Any]:
    ways = [way for way in found.ways if not any(change.code in fixed for change in way[0])]
    days = outcome.window
    return {
        "title": gettext("Visit %(number)s cannot be placed", number=found.ordinal(outcome.session)),
        "doubt": _doubt(found, outcome),
        "days": [
            (words.day(day.on), " ".join(_reason(found.site, reason) for reason in day.reasons))
            for day in days[:DAYS_SHOWN]
        ],
        "more": ngettext("%(num)s later day", "%(num)s later days", len(days) - DAYS_SHOWN)
        if len(days) > DAYS_SHOWN
        else "",
        "relaxations": [
            {
                "value": change_value(changes),
                "label": _changes(changes),
                "gives": gettext("Last visit %(day)s", day=words.day(last)),
            }
            for changes, last in ways
        ],
    }


def _doubt(found: Reflow, outcome: NoCourse) -> str:
    """What the search left open, or nothing."""
    doubt = outcome.doubt
    return "" if doubt is None else sentence(doubt.code, {"session": found.ordinal(outcome.session)}, gettext)


def _reason(site: Site, reason: Reason) -> str:
    who = site.colleague(str(reason.params.get("therapist", "")))
    params = reason.params if who is None else {**reason.params, "therapist": who.name}
    return words.in_words(reason.code, params)


def _changes(changes: Sequence[Change]) -> str:
    return " ".join(words.in_words(change.code, change.params) for change in changes)
