"""A course's measures beside their start, and what follows from them: it goes on, is placed anew, or ends."""

from collections.abc import Sequence
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as Answer

from clinic.content.labels import label
from clinic.db.access import reading
from clinic.db.care import measures
from clinic.db.courses import reads
from clinic.db.courses.reads import PlanRow, SessionRow
from clinic.db.unit import Unit
from clinic.domain.care.measures import MEASURES, Better, Course, Measure, over_a_course
from clinic.domain.errors import ClinicError, Invalid, Refused
from clinic.domain.time import local_date, zone
from clinic.domain.visits.visit import Visit
from clinic.services.care.measures import take
from clinic.services.visits.reassess import decide, mark, turning
from clinic.web import words
from clinic.web.care.measure_chart import chart, points
from clinic.web.errors import said, status_of
from clinic.web.forms import new_key, once, sent
from clinic.web.gate import actor, needs, parts

blueprint = Blueprint("measures", __name__)

CHANGE: Final = "change"


@blueprint.get("/courses/<public_id>/measures")
@needs("record.read")
def page(public_id: str) -> str:
    """What was measured, and the decision that waits."""
    return _page(public_id, {})


@blueprint.post("/courses/<public_id>/measures")
@needs("record.write")
def write(public_id: str) -> Answer | tuple[str, int]:
    """Keep today's values."""
    given, values = parts(), {name: request.form.get(name, "").strip() for name in MEASURES}
    with given.read() as unit:
        plan = reads.plan_row(unit.connection, public_id)
        pending = _pending(reads.sessions(unit.connection, plan.id))
    session, on = None if pending is None else pending.id, local_date(given.now(), zone(plan.tz))
    try:
        take(given.begin, public_id, values, on=on, session=session, actor=actor(), once=once(), now=given.now())
    except Invalid as error:
        return _page(public_id, {error.field or "": said(error)}), status_of(error)
    return redirect(url_for(".page", public_id=public_id), 303)


@blueprint.post("/courses/<public_id>/measures/<session>/<outcome>")
@needs("reassessment.mark")
def conclude(public_id: str, session: str, outcome: str) -> Answer | tuple[str, int]:
    """The course goes on as it is pencilled (`continue`), ends (`stop`), or is placed anew (`change`)."""
    try:
        if outcome == CHANGE:
            mark(parts().begin, public_id, session, "continue", **sent())
            return redirect(url_for("replan.page", plan=public_id), 303)
        decide(parts().begin, public_id, session, outcome, reason=request.form.get("reason", "").strip(), **sent())
    except (Invalid, Refused) as error:
        return _refused(public_id, error)
    return redirect(url_for("courses.course", public_id=public_id), 303)


def _refused(public_id: str, error: ClinicError) -> tuple[str, int]:
    return _page(public_id, {"reason" if error.params.get("overridable") else "": said(error)}), status_of(error)


def _pending(rows: Sequence[SessionRow]) -> SessionRow | None:
    """The next reassessment that is not done."""
    return next((row for row in rows if row.reassess and row.reassessed_at is None), None)


def _page(public_id: str, errors: dict[str, str]) -> str:
    given = parts()
    with given.read() as unit:
        plan = reads.plan_row(unit.connection, public_id)
        rows = reads.sessions(unit.connection, plan.id)
        taken = measures.of_plan(unit.connection, plan.id)
        pending = _pending(rows) if plan.status == "active" else None
        found = over_a_course(taken, [target.region for target in plan.targets])
        asks = "reason" in errors or bool(_notices(found))
        outcomes = [] if pending is None else _outcomes(unit, plan, pending, asks=asks)
    with given.begin() as unit:
        reading.keep(unit.connection, plan.patient_id, route="measures.page", actor=actor(), now=given.now())
    return render_template(
        "care/measures.html",
        patient={"name": plan.patient, "born": words.short_date(plan.born_on)},
        course={"title": plan.title},
        lines=[_line(each) for each in found],
        fields=[_field(each) for each in MEASURES.values()],
        post_to=url_for(".write", public_id=public_id) if actor().may("record.write") else None,
        key=new_key(),
        version=plan.version,
        values={name: request.form.get(name, "") for name in (*MEASURES, "reason")},
        errors=errors,
        pending=gettext("Reassessment in visit %(number)s", number=pending.ordinal) if pending is not None else "",
        notices=_notices(found),
        outcomes=outcomes,
        back_url=url_for("courses.course", public_id=public_id),
    )


def _field(measure: Measure) -> dict[str, str]:
    better = gettext("lower is better") if measure.better is Better.LOW else gettext("higher is better")
    hint = gettext("%(low)s to %(high)s, %(better)s", low=measure.low, high=measure.high, better=better)
    return {"name": measure.name, "label": f"{measure.title} {measure.unit}".strip(), "hint": hint}


def _line(course: Course) -> dict[str, Any]:
    measure, change, first, last = course.measure, course.change, course.values[0], course.values[-1]
    gained = course.gained
    return {
        "title": measure.title,
        "start": f"{points(first.tenths)} ({words.short_date(first.on)})",
        "now": f"{points(last.tenths)} ({words.short_date(last.on)})" if gained is not None else "",
        "gained": "" if gained is None else points(gained),
        "matters": points(change.tenths),
        "source": f"{change.source}; {gettext(label(change.confidence.value))}",
        "verdict": _verdict(course),
        "good": bool(course.matters),
        "chart": None if measure.absolute else chart(course),
    }


def _verdict(course: Course) -> str:
    if course.matters is None:
        return str(gettext("nothing to compare yet"))
    if course.matters:
        return str(gettext("reaches the change that matters"))
    worse = course.gained is not None and course.gained < 0
    return str(gettext("worse") if worse else gettext("below the change that matters"))


def _notices(found: Sequence[Course]) -> list[tuple[str, str]]:
    """Rule 30: needling is not simply continued below the change that matters."""
    known = [each.matters for each in found if each.matters is not None]
    if not known or any(known):
        return []
    below = gettext(
        "No measure reaches the change that matters: consider ending the needling and going on with exercise."
    )
    return [("warn", below)]


def _outcomes(unit: Unit, plan: PlanRow, pending: SessionRow, *, asks: bool) -> list[dict[str, Any]]:
    """What can be decided, each with what it does to the visits that are pencilled; going on takes a reason where it
    `asks` for one."""
    if not actor().may("reassessment.mark"):
        return []
    found = []
    for outcome, label_, may in (
        ("continue", gettext("Go on"), "visit.book"),
        (CHANGE, gettext("Change the rest…"), "visit.move"),
        ("stop", gettext("Stop the course here"), "visit.cancel"),
    ):
        visits = () if outcome == CHANGE else turning(unit, plan.id, pending, outcome)[0]
        if actor().may(may):
            to = url_for(".conclude", public_id=plan.public_id, session=pending.public_id, outcome=outcome)
            lines: dict[str, Any] = {"does": _does(outcome, visits), "visits": _days(visits)}
            lines["reason"] = asks and bool(visits) and outcome == "continue" and actor().may("rule.override")
            found.append({"to": to, "label": label_, **lines})
    return found


def _does(outcome: str, visits: Sequence[Visit]) -> str:
    if outcome == CHANGE:
        return str(gettext("Marks the reassessment, leaves what is pencilled, and leads to placing the rest anew."))
    if outcome == "stop":
        told = ngettext("Releases %(num)s pencilled visit:", "Releases %(num)s pencilled visits:", len(visits))
    else:
        told = ngettext("Confirms %(num)s pencilled visit:", "Confirms %(num)s pencilled visits:", len(visits))
    return str(told if visits else gettext("No visit is pencilled."))


def _days(visits: Sequence[Visit]) -> list[str]:
    return [
        f"{words.day(words.local(one.starts, zone(one.tz)).date())}, {words.clock(one.starts, zone(one.tz))}"
        for one in visits
    ]
