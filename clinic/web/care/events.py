"""Adverse events: recorded at a visit, listed, acknowledged by name, closed."""

from datetime import datetime
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.content.events import GRADES, KINDS
from clinic.content.labels import label
from clinic.db.access.accounts import name_of
from clinic.db.care import events
from clinic.db.care.events import EventLine
from clinic.db.unit import Unit
from clinic.db.visits import reads
from clinic.domain.access.actors import ACCOUNT, LINK
from clinic.domain.care.events import Event, Grade, Kind, event_named
from clinic.domain.dates import day_of
from clinic.domain.errors import Invalid
from clinic.domain.practice.body import region_named, side_named
from clinic.domain.time import at_wall, zone
from clinic.services.care.events import acknowledge, close, happened
from clinic.web import words
from clinic.web.care.record_words import joined
from clinic.web.errors import said, status_of
from clinic.web.forms import new_key, once, sent
from clinic.web.frame import practice
from clinic.web.gate import actor, needs, parts

blueprint = Blueprint("events", __name__)

MOST: Final = 200
FIELDS: Final = ("kind", "grade", "region", "side", "onset_on", "onset_time", "action", "note", "hospital", "physician")


@blueprint.get("/visits/<public_id>/event")
@needs("event.write")
def new(public_id: str) -> str:
    """An event of a visit, to be filled in; what a patient told of it comes with the address."""
    told = {name: request.args[name] for name in ("kind", "region", "onset_on", "onset_time") if name in request.args}
    return _form(public_id, told, {})


@blueprint.post("/visits/<public_id>/event")
@needs("event.write")
def write(public_id: str) -> Answer | tuple[str, int]:
    """Record it, or show what is wrong."""
    values = {name: request.form.get(name, "").strip() for name in FIELDS}
    try:
        event = _read(values, _tz(public_id))
        happened(parts().begin, public_id, event, actor=actor(), once=once(), now=parts().now())
    except Invalid as error:
        return _form(public_id, values, {error.field or "": said(error)}), status_of(error)
    return redirect(url_for(".listed"), 303)


@blueprint.get("/events")
@needs("event.read")
def listed() -> str:
    """What is open, alarms first; `state=closed` shows the rest."""
    return _list({})


@blueprint.post("/events/<public_id>/acknowledge")
@needs("event.write")
def know(public_id: str) -> Answer:
    """Whoever is signed in knows of it, and grades what a patient told by himself."""
    graded = request.form.get("grade")
    grade = event_named(Kind.OTHER, graded)[1] if graded else None
    acknowledge(parts().begin, public_id, grade, **sent())
    return redirect(url_for(".listed"), 303)


@blueprint.post("/events/<public_id>/close")
@needs("event.write")
def end(public_id: str) -> Answer | tuple[str, int]:
    """Nothing is left to do about it."""
    try:
        close(parts().begin, public_id, request.form.get("outcome", ""), **sent())
    except Invalid as error:
        return _list({"": said(error)}), status_of(error)
    return redirect(url_for(".listed"), 303)


def _tz(public_id: str) -> str:
    with parts().read() as unit:
        return reads.panel(unit.connection, public_id)[0].tz


def _read(values: dict[str, str], tz: str) -> Event:
    """Raises Invalid, with the field of the form."""
    kind, grade = event_named(values["kind"], values["grade"])
    region = region_named(values["region"]) if values["region"] else None
    return Event(
        kind,
        grade,
        _onset(values, tz),
        region,
        side_named(values["side"]) if region and values["side"] else None,
        values["action"],
        values["note"],
        bool(values["hospital"]),
        bool(values["physician"]),
    )


def _onset(values: dict[str, str], tz: str) -> datetime:
    try:
        on = day_of(values["onset_on"])
        clock = datetime.strptime(values["onset_time"], "%H:%M").time()  # noqa: DTZ007 - a time of day alone
    except ValueError as error:
        raise Invalid("text_malformed", field="onset_on", like="2026-11-23, 10:00") from error
    return at_wall(on, clock.hour * 60 + clock.minute, zone(tz))


def _form(public_id: str, values: dict[str, str], errors: dict[str, str]) -> str:
    with parts().read() as unit:
        head = reads.panel(unit.connection, public_id)[0]
    now, tz = parts().now(), zone(head.tz)
    begun = {"onset_on": now.astimezone(tz).date().isoformat(), "onset_time": f"{now.astimezone(tz):%H:%M}"}
    return render_template(
        "care/event.html",
        patient={"name": head.patient.strip(), "born": words.short_date(head.born_on)},
        visit={"day": words.full_day(words.local(head.starts, tz).date()), "starts": words.clock(head.starts, tz)},
        post_to=url_for(".write", public_id=public_id),
        key=new_key(),
        values=begun | values,
        errors=errors,
        kinds=[
            (kind.value, gettext(said_.title), gettext(said_.todo) if said_.todo else "")
            for kind, said_ in KINDS.items()
        ],
        grades=[(grade.value, gettext(GRADES[grade])) for grade in Grade],
        regions=words.region_choices(),
        sides=[("", gettext("No side")), *words.sides()],
        back_url=url_for("visits.panel", public_id=public_id),
    )


def _list(errors: dict[str, str]) -> str:
    closed = request.args.get("state") == "closed"
    with parts().read() as unit:
        found = events.listed(unit.connection, closed=closed, most=MOST)
        counts = {state: events.count(unit.connection, closed=state) for state in (False, True)}
        accounts = {by for each in found for by in (each.actor, each.acknowledged_by, each.closed_by) if by}
        names = {by: _name(unit, by) for by in accounts}
    labels = {False: gettext("Open"), True: gettext("Closed")}
    return render_template(
        "care/events.html",
        states=[
            {
                "label": labels[state],
                "href": url_for(".listed", state="closed" if state else None),
                "current": state is closed,
                "count": counts[state],
            }
            for state in (False, True)
        ],
        lines=[_line(each, names) for each in found],
        errors=errors,
    )


def _name(unit: Unit, by: str) -> str:
    if by.startswith(LINK):
        return str(gettext("the patient"))
    return name_of(unit.connection, by.removeprefix(ACCOUNT)) or by


def _line(each: EventLine, names: dict[str, str]) -> dict[str, Any]:
    kind, acts = KINDS[Kind(each.kind)], each.status == "open" and actor().may("event.write")
    where = joined([gettext(label(name)) for name in (each.region, each.side) if name])
    facts = [
        (gettext("How bad"), gettext(GRADES[Grade(each.grade)])),
        (gettext("Where"), where),
        (gettext("Since"), _at(each.onset_at, each.tz)),
        (gettext("Treated by"), each.therapist or ""),
        (gettext("Done about it"), each.action),
        (gettext("Note"), each.note),
        (gettext("Recorded"), _by(each.actor, each.recorded_at, each, names)),
        (gettext("Acknowledged"), _by(each.acknowledged_by, each.acknowledged_at, each, names)),
        (gettext("Report by"), _due(each)),
        (gettext("Closed"), joined([_by(each.closed_by, each.closed_at, each, names), each.outcome])),
    ]
    return {
        "id": each.public_id,
        "title": gettext(kind.title),
        "todo": gettext(kind.todo) if kind.todo and each.status == "open" else "",
        "source": kind.source,
        "waits": each.waits,
        "incident": each.incident,
        "patient": each.patient.strip(),
        "patient_href": url_for("patients.record", public_id=each.patient_public_id),
        "visit_href": url_for("visits.panel", public_id=each.visit) if each.visit else None,
        "facts": [(name, value) for name, value in facts if value],
        "know_to": url_for(".know", public_id=each.public_id) if acts and each.waits else None,
        "grades": [(grade.value, gettext(GRADES[grade])) for grade in Grade] if each.by_patient else [],
        "grade": each.grade,
        "close_to": url_for(".end", public_id=each.public_id) if acts and not each.waits else None,
        "key": new_key(),
        "version": each.version,
    }


def _at(moment: datetime | None, tz: str | None) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(zone(tz or practice().tz))
    return f"{words.full_day(local.date())}, {local:%H:%M}"


def _by(name: str, moment: datetime | None, each: EventLine, names: dict[str, str]) -> str:
    return joined([names.get(name, ""), _at(moment, each.tz)])


def _due(each: EventLine) -> str:
    if not each.incident:
        return ""
    if each.report_by is None:
        return str(
            gettext("No deadline was found for %(where)s: ask the board.", where=words.jurisdiction(each.jurisdiction))
        )
    return words.full_day(each.report_by)
