"""A therapist's day: his visits with what needs attention before each, his courses by state, and who is due."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext, ngettext

from clinic.content.marker import N_
from clinic.db.access import reading
from clinic.db.care import caseload, checkins
from clinic.db.care.caseload import ComingRow, CourseRow, OpenRow
from clinic.db.courses import handovers
from clinic.db.practice.lists import locations
from clinic.db.unit import Unit
from clinic.db.visits import loads
from clinic.domain.errors import NotFound
from clinic.domain.time import at_wall, local_date, tick_floor, zone
from clinic.domain.visits.changes import Move
from clinic.domain.visits.visit import EXPECTED, MOVABLE, SHOWN, Status, Visit
from clinic.services.apply.gate import foretell
from clinic.services.apply.readiness import unready
from clinic.web import words
from clinic.web.care.check import items
from clinic.web.care.response import told_before
from clinic.web.gate import actor, needs, parts, seen_at

blueprint = Blueprint("today", __name__)

RECORDS_SINCE: Final = timedelta(days=365)
FIRST_RECORDS: Final = 8
"""So many are shown at once; all of them when asked for."""
UNAGREED: Final = {
    Status.PENCILLED: N_("Only pencilled: confirm it or give it up in its course."),
    Status.HELD: N_("Only held: its offer is not answered yet."),
}


@blueprint.get("/today")
@needs("record.read")
def page() -> str:
    """One therapist's; one's own at first."""
    now = parts().now()
    with parts().read() as unit:
        everybody = caseload.everybody(unit.connection)
        therapist = _chosen(unit, [public_id for public_id, _ in everybody])
        tz = _zone(unit)
        rows = () if therapist is None else _coming(unit, therapist, tz, now=now)
        shown = {} if therapist is None else _view(unit, therapist, tz, rows, now=now)
    if rows:
        _keep(rows, now=now)
    return render_template(
        "care/today.html",
        title=words.full_day(local_date(now, tz)),
        therapists=everybody,
        values={"therapist": therapist or ""},
        action=url_for(".page"),
        **{"handed_over": "", "visits": [], "records": [], "more_records": "", "courses": [], "over": [], "states": ""}
        | shown,
    )


def _keep(rows: Sequence[ComingRow], *, now: datetime) -> None:
    """Who looked at these patients is kept."""
    with parts().begin() as unit:
        for row in rows:
            reading.keep(unit.connection, row.patient_id, route="today.page", actor=actor(), now=now)


def _chosen(unit: Unit, everybody: Sequence[str]) -> str | None:
    """Raises NotFound for somebody who is not there."""
    asked = request.args.get("therapist", "")
    if asked and asked not in everybody:
        raise NotFound("staff")
    own = caseload.own(unit.connection, actor().account or "")
    return asked or own or next(iter(everybody), None)


def _zone(unit: Unit) -> ZoneInfo:
    """That of the first location: whoever works at several has them near one another."""
    return zone(next((one.tz for one in locations(unit.connection, seen_at())), "UTC"))


def _coming(unit: Unit, therapist: str, tz: ZoneInfo, *, now: datetime) -> tuple[ComingRow, ...]:
    on = local_date(now, tz)
    first, last = (tick_floor(at_wall(day, 0, tz)) for day in (on, on + timedelta(days=1)))
    return caseload.coming(unit.connection, therapist, first, last, seen_at())


def _onward(unit: Unit, therapist: str, tz: ZoneInfo, *, now: datetime) -> dict[str, str] | None:
    """From a day without visits to the next visit, within four weeks."""
    on = local_date(now, tz)
    first, last = (tick_floor(at_wall(on + timedelta(days=days), 0, tz)) for days in (1, 29))
    ahead = caseload.coming(unit.connection, therapist, first, last, seen_at())
    if not ahead:
        return None
    starts = words.local(ahead[0].starts, zone(ahead[0].tz))
    label = f"{words.full_day(starts.date())}, {starts:%H:%M}"
    return {"label": label, "href": url_for("visits.panel", public_id=ahead[0].public_id)}


def _view(unit: Unit, therapist: str, tz: ZoneInfo, rows: Sequence[ComingRow], *, now: datetime) -> dict[str, Any]:
    tick = tick_floor(now)
    courses = caseload.courses(unit.connection, therapist, tick, seen_at())
    waiting = caseload.unsigned(unit.connection, therapist, tick_floor(now - RECORDS_SINCE), tick, seen_at())
    shown = waiting if "all" in request.args else waiting[:FIRST_RECORDS]
    left = len(waiting) - len(shown)
    unread = {each.plan for each in handovers.waiting(unit.connection, therapist, places=seen_at())}
    states, over = Counter(_state(one) for one in courses), [one for one in courses if one.over]
    return {
        "handed_over": _handed_over(len(unread)),
        "handed_over_href": url_for("handovers.listed", therapist=therapist),
        "visits": [_visit(unit, row, unread) for row in rows],
        "onward": None if rows else _onward(unit, therapist, tz, now=now),
        "records": [_record(row) for row in shown],
        "more_records": ngettext("%(num)s more", "%(num)s more", left) if left else "",
        "more_href": url_for(".page", therapist=therapist, all=1, _anchor="records"),
        "courses": [_course(row, tz) for row in courses if not row.over],
        "over": [_course(row, tz) for row in over],
        "how_many_over": ngettext(
            "%(num)s course whose visits were all held", "%(num)s courses whose visits were all held", len(over)
        ),
        "states": ", ".join(f"{state}: {count}" for state, count in sorted(states.items())),
    }


def _handed_over(count: int) -> str:
    if not count:
        return ""
    told = ngettext(
        "%(num)s course was handed over and waits to be read.",
        "%(num)s courses were handed over and wait to be read.",
        count,
    )
    return str(told)


def _visit(unit: Unit, row: ComingRow, unread: Collection[str]) -> dict[str, Any]:
    visit = loads.visit(unit.connection, row.public_id)
    return {
        "time": words.clock(row.starts, zone(row.tz)),
        "status": words.status_of(row.status),
        "href": url_for("visits.panel", public_id=row.public_id),
        "patient": row.patient,
        "born": words.short_date(row.born_on),
        "what": words.kind_label(tuple(one.value for part in visit.stretches for one in part.modalities)),
        "course": f"{row.title}, {row.ordinal}" if row.title else "",
        "course_href": url_for("courses.course", public_id=row.plan) if row.plan else None,
        "attention": [*_new(row, unread), *_noted(row), *_told(unit, row), *_spoken(unit, visit)],
        "record": _to_record(row) if row.status in SHOWN - MOVABLE else None,
    }


def _to_record(row: ComingRow) -> dict[str, str]:
    label = gettext("Record, signed") if row.signed else gettext("Record")
    return {"href": url_for("record.page", public_id=row.public_id), "label": label}


def _new(row: ComingRow, unread: Collection[str]) -> Iterable[tuple[str, str]]:
    """A course that he has taken over and read nothing of."""
    if row.plan in unread:
        yield "warn", str(gettext("The course was handed over: read what is known of it."))


def _noted(row: ComingRow) -> Iterable[tuple[str, str]]:
    """What is known without the rules."""
    if row.status in UNAGREED:
        yield "warn", str(gettext(UNAGREED[Status(row.status)]))
    if row.alarms:
        told = ngettext("%(num)s alarm nobody has acknowledged", "%(num)s alarms nobody has acknowledged", row.alarms)
        yield "alarm", str(told)
    if row.reassess:
        yield "", str(gettext("The reassessment is due in this visit."))


def _told(unit: Unit, row: ComingRow) -> Iterable[tuple[str, str]]:
    """How the patient took to the visit before, as far as he told."""
    last = checkins.before(unit.connection, row.patient_id, row.starts)
    if last is not None and Status(row.status) in EXPECTED:
        yield told_before(last)


def _spoken(unit: Unit, visit: Visit) -> list[tuple[str, str]]:
    """What the rules say to the visit as it stands, each thing once; nothing once it began."""
    if visit.status not in EXPECTED:
        return []
    found = list(unready(unit, visit))
    if visit.status in MOVABLE:
        found += foretell(unit, [Move(visit, visit.stretches)])[0]
    return list(dict.fromkeys(items(found)))


def _record(row: OpenRow) -> dict[str, str]:
    local = words.local(row.starts, zone(row.tz))
    return {
        "href": url_for("record.page", public_id=row.public_id),
        "patient": row.patient,
        "born": words.short_date(row.born_on),
        "when": f"{words.day(local.date())}, {words.clock(row.starts, zone(row.tz))}",
        "state": str(gettext("begun, not signed") if row.begun else gettext("not begun")),
    }


def _course(row: CourseRow, tz: ZoneInfo) -> dict[str, Any]:
    upcoming = "" if row.next is None else words.day(words.local(row.next, tz).date())
    return {
        "href": url_for("courses.course", public_id=row.public_id),
        "patient": row.patient,
        "born": words.short_date(row.born_on),
        "title": row.title,
        "state": _state(row),
        "held": row.held,
        "sessions": row.sessions,
        "last": "" if row.last is None else words.day(words.local(row.last, tz).date()),
        "next": upcoming,
        "due": _due(row, tz),
        "waits": row.waits,
    }


def _state(row: CourseRow) -> str:
    return words.plan_state(row.status, all_held=row.all_held)


def _due(row: CourseRow, tz: ZoneInfo) -> str:
    if row.unplanned and not row.reassess:
        return str(gettext("No visit is planned"))
    review = words.after(row.first, row.review_in, tz) if row.over else None
    return words.to_close(reassess=row.reassess, undecided=row.undecided, review_on=review)
