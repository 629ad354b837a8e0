"""What can be done about a visit on its day, and while it lies ahead: as its panel offers it."""

from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from clinic.content.sentences import sentence
from clinic.db.unit import Unit
from clinic.db.visits import freed, kept, pending, waiting
from clinic.db.visits.reads import VisitRow
from clinic.domain.access.actors import Actor
from clinic.domain.time import instant_of, local_date, tick_floor, zone
from clinic.domain.visits.day import STEPS, minutes_since
from clinic.domain.visits.visit import AWAITED, GONE, SHOWN, Status, Visit


def flow(head: VisitRow, who: Actor, now: datetime) -> dict[str, Any]:
    """The steps of its day: `arrive_to`, `done_to` and `back_to` POST, `late_href`, each None where it is not the time
    or not permitted; `back`: what the way back is called; `here`: since when the patient waits, or empty."""
    status, may = Status(head.status), who.may("visit.flow")
    here, tz = head.public_id, zone(head.tz)
    today = local_date(instant_of(head.starts), tz) <= local_date(now, tz)
    late = status in AWAITED and instant_of(head.starts) < now < instant_of(head.ends)
    return {
        "arrive_to": url_for("begin.arrived", public_id=here) if may and today and status in AWAITED else None,
        "done_to": url_for("begin.done", public_id=here) if may and status is Status.IN_SESSION else None,
        "back_to": url_for("begin.back", public_id=here) if may and status in STEPS else None,
        "back": _back(status),
        "late_href": url_for("late.page", public_id=here) if late and may else None,
        "here": _here(head, now) if status is Status.ARRIVED else "",
    }


def _back(status: Status) -> str:
    labels: dict[Status, str] = {
        Status.ARRIVED: gettext("Not here after all"),
        Status.IN_SESSION: gettext("Not begun after all"),
        Status.DONE: gettext("Not done yet"),
    }
    return labels.get(status, "")


def _here(head: VisitRow, now: datetime) -> str:
    if head.arrived_at is None:
        return ""
    waited = minutes_since(head.arrived_at, now=now)
    since = head.arrived_at.astimezone(zone(head.tz))
    told = ngettext(
        "Waits for %(num)s minute, since %(time)s.",
        "Waits for %(num)s minutes, since %(time)s.",
        waited,
        time=f"{since:%H:%M}",
    )
    return str(told)


def open_about(unit: Unit, visit: Visit, head: VisitRow, who: Actor) -> list[dict[str, str]]:
    """What else is open before it, each with its tone and the way to it: alarms, and what a payer authorised."""
    if visit.status not in SHOWN or visit.status is Status.DONE:
        return []
    found = []
    if who.may("event.read") and pending.alarms(unit.connection, visit.patient_id):
        said = gettext("An adverse event of this patient waits to be acknowledged.")
        found.append(
            {"tone": "alarm", "said": said, "href": url_for("events.listed"), "way": gettext("Adverse events")}
        )
    beyond = _beyond(unit, visit)
    if beyond and head.plan_public_id is not None and who.may("plan.read"):
        course = url_for("courses.course", public_id=head.plan_public_id)
        found.append({"tone": "warn", "said": beyond, "href": course, "way": gettext("The course")})
    return found


def _beyond(unit: Unit, visit: Visit) -> str:
    return next((sentence(code, {}, gettext) for _, code in pending.beyond(unit.connection, [visit.public_id])), "")


def waits(unit: Unit, head: VisitRow, who: Actor, now: datetime) -> dict[str, str] | None:
    """The way to the wait list: for a sooner time of a visit that lies ahead, to whom its time could go while nobody
    has it, or who was asked about a time that it keeps."""
    if not who.may("visit.book"):
        return None
    if Status(head.status) in GONE:
        lapsed = kept.lapsed(unit.connection, now)
        free = freed.of_visit(unit.connection, head.public_id, tick_floor(now), without=lapsed)
        if free is None:
            return None
        return {"label": gettext("Who fits its time"), "href": url_for("freed.page", public_id=free.public_id)}
    offered = freed.kept_by(unit.connection, [head.public_id]).get(head.public_id)
    if offered is not None:
        return {"label": gettext("Who was asked"), "href": url_for("freed.page", public_id=offered.public_id)}
    if Status(head.status) not in AWAITED or instant_of(head.starts) <= now:
        return None
    listed = waiting.of_visit(unit.connection, head.public_id)
    if listed is not None:
        return {"label": gettext("On the wait list"), "href": url_for("waitlist.edit", public_id=listed.public_id)}
    return {"label": gettext("Sooner, if possible…"), "href": url_for("waitlist.new", visit=head.public_id)}
