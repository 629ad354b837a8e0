"""When a patient can come: weekly hours and days away."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from clinic.db.access import reading
from clinic.db.patients import records
from clinic.db.patients import times as stored
from clinic.db.patients.records import Record
from clinic.domain.dates import day_of
from clinic.domain.errors import Invalid, Stale
from clinic.domain.faults import each_fault
from clinic.domain.patients.preferences import Availability, Away
from clinic.domain.practice.hours import WeeklyHours, clock
from clinic.domain.time import DAY_MINUTES
from clinic.services.patients.times import set_times
from clinic.web import words
from clinic.web.errors import said
from clinic.web.forms import version
from clinic.web.gate import actor, needs, parts
from clinic.web.patients.form import minutes

blueprint = Blueprint("patient_times", __name__)

Rows = list[dict[str, str]]
HOURS = ("weekday", "from", "until")
AWAY = ("first", "last")
MOST_ROWS = 60


@blueprint.get("/patients/<public_id>/times")
@needs("patient.write")
def edit(public_id: str) -> str:
    given = parts()
    with given.begin() as unit:
        found = records.record(unit.connection, public_id)
        known = stored.availability(unit.connection, found.id)
        reading.keep(unit.connection, found.id, route="patient_times.edit", actor=actor(), now=given.now())
    hours = [_shown(each) for each in known.hours]
    away = [{"first": each.first_on.isoformat(), "last": each.last_on.isoformat()} for each in known.away]
    return _page(found, hours, away, {})


@blueprint.post("/patients/<public_id>/times")
@needs("patient.write")
def save(public_id: str) -> Answer | str | tuple[str, int]:
    """Keep them, show another empty row, or say what is wrong. What is kept already is as good as saved."""
    given, seen = parts(), version()
    with given.read() as unit:
        found = records.record(unit.connection, public_id)
    hours, away = _rows(request.form, HOURS), _rows(request.form, AWAY)
    if "more" in request.form:
        return _page(found, hours, away, {}, seen=seen)
    try:
        told = Availability(tuple(_weekly(row) for row in hours), tuple(_away(row) for row in away))
        set_times(given.begin, public_id, told, seen=seen, actor=actor(), now=given.now())
    except Invalid as error:
        return _page(found, hours, away, _errors(error), seen=seen), 400
    except Stale:
        with given.read() as unit:
            if stored.availability(unit.connection, found.id) != told:
                raise
    return redirect(url_for("patients.record", public_id=public_id), 303)


def _shown(hours: WeeklyHours) -> dict[str, str]:
    starts, ends = hours.starts_minute, hours.ends_minute
    return {
        "weekday": str(hours.weekday),
        "from": clock(starts) if starts else "",
        "until": clock(ends) if ends < DAY_MINUTES else "",
    }


def _rows(form: "MultiDict[str, str]", names: tuple[str, ...]) -> Rows:
    """The rows in which something stands."""
    columns = [form.getlist(name)[:MOST_ROWS] for name in names]
    rows = [dict(zip(names, (value.strip() for value in row), strict=True)) for row in zip(*columns, strict=False)]
    return [row for row in rows if any(row.values())]


def _weekly(row: dict[str, str]) -> WeeklyHours:
    """An end that is left open is the day's."""
    if row["weekday"] not in tuple("0123456"):
        raise Invalid("weekday_missing", field="weekday")
    starts = minutes("from", row["from"]) if row["from"] else 0
    return WeeklyHours(int(row["weekday"]), starts, minutes("until", row["until"]) if row["until"] else DAY_MINUTES)


def _away(row: dict[str, str]) -> Away:
    """A single day where only one is given."""
    first, last = row["first"] or row["last"], row["last"] or row["first"]
    try:
        return Away(day_of(first), day_of(last))
    except ValueError as error:
        raise Invalid("not_a_date", field="first") from error


def _errors(error: Invalid) -> dict[str, str]:
    """What is wrong, by the part of the form."""
    dates = ("first", "last_on")
    told: dict[str, str] = {}
    for fault in each_fault(error):
        name = "away" if fault.field in dates else "hours"
        label = gettext("Days away") if name == "away" else gettext("Weekly hours")
        told[name] = said(Invalid(fault.code, field=label, **fault.params))
    return told


def _page(found: Record, hours: Rows, away: Rows, wrong: dict[str, str], *, seen: int | None = None) -> str:
    back = url_for("patients.record", public_id=found.public_id)
    view: dict[str, Any] = {
        "patient": {"name": found.person.shown_name, "born": words.short_date(found.person.birth_on)},
        "post_to": url_for(".save", public_id=found.public_id),
        "version": found.version if seen is None else seen,
        "hours": [*hours, dict.fromkeys(HOURS, "")],
        "away": [*away, dict.fromkeys(AWAY, "")],
        "weekdays": [("", gettext("No day")), *((str(day), words.weekday_name(day)) for day in range(7))],
        "errors": wrong,
        "back_url": back,
    }
    return render_template("patients/times.html", **view)
