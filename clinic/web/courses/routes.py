"""The page of a course: where it stands, its reassessments, what is pencilled."""

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as Answer

from clinic.db.care import records as kept
from clinic.db.courses import covers, offers, preparations, reads, releases
from clinic.db.courses.reads import PlanRow, SessionRow
from clinic.db.messages import subscriptions
from clinic.db.patients import records
from clinic.db.practice import lists
from clinic.db.unit import Unit
from clinic.domain.errors import Refused
from clinic.domain.time import local_date, tick_floor, zone
from clinic.domain.visits.visit import Status
from clinic.services.courses import protocols
from clinic.services.visits import reassess
from clinic.services.visits.reassess import through_next_reassessment
from clinic.web.courses import closing, cover, feed, home, intake, offer, page, protocol_words, released
from clinic.web.courses import handout as handout_page
from clinic.web.errors import said, status_of
from clinic.web.forms import new_key, sent
from clinic.web.gate import actor, needs, parts
from clinic.web.languages import speaking

blueprint = Blueprint("courses", __name__)


@blueprint.get("/courses/<public_id>")
@needs("plan.read")
def course(public_id: str) -> str:
    return render_template("courses/course.html", **course_view(public_id))


def course_view(public_id: str) -> dict[str, Any]:
    """Everything that the page shows."""
    now = parts().now()
    with parts().read() as unit:
        plan = reads.plan_row(unit.connection, public_id)
        rows = reads.sessions(unit.connection, plan.id)
        scores = kept.scores(unit.connection, plan.id) if actor().may("record.read") else {}
        return {
            **page.view(plan, rows, scores, now=now),
            "reassessment": _reassessment(unit, plan, rows, now=now),
            "feed": feed.view(plan, subscriptions.of_patient(unit.connection, plan.patient_id))
            if actor().may("feed.create")
            else None,
            "notices": _notices(plan),
            "protocol": _protocol(unit, plan, rows),
            "told": _told(unit, plan) if actor().may("record.read") else [],
            "home": _home(unit, plan) if actor().may("plan.write") else None,
            "cover": cover.facts(plan, covers.cover(unit.connection, plan.id), rows),
            "offer": offer.view(plan, offers.of_plan(unit.connection, plan.id)),
            "measures_href": url_for("measures.page", public_id=public_id) if actor().may("record.read") else None,
            "handout_href": url_for("courses.handout", public_id=public_id),
            "replan_href": url_for("replan.page", plan=public_id)
            if plan.status == "active" and not closing.all_held(plan, rows) and actor().may("visit.move")
            else None,
            "plan_href": url_for("new_course.new", patient=plan.patient_public_id)
            if actor().may("plan.write")
            else None,
        }


def _home(unit: Unit, plan: PlanRow) -> dict[str, Any]:
    kept = preparations.exercises(unit.connection, plan.id)
    return home.facts(plan, kept, preparations.expectations(unit.connection, plan.id))


def _told(unit: Unit, plan: PlanRow) -> list[tuple[str, str]]:
    """What the patient told before the course: for those who read records."""
    connection = unit.connection
    return intake.facts(preparations.intake(connection, plan.id), preparations.goals(connection, plan.id))


def _protocol(unit: Unit, plan: PlanRow, rows: tuple[SessionRow, ...]) -> dict[str, Any]:
    """What the plan was made from, what was adapted for it, and what the practice changed in the protocol since; and
    the phases that wait for somebody to release them, or were released."""
    since, placed = protocols.since(unit, plan.protocol), {row.phase for row in rows}
    return {
        "href": url_for("protocols.shown", key=plan.protocol.key),
        "adapted": protocol_words.changes(protocols.adapted(unit, plan.protocol)),
        "since": protocol_words.changes(since or ()),
        "waiting": released.sentences(plan.protocol, placed),
        "release_href": released.href(plan, placed),
        "released": released.told(plan, releases.of_plan(unit.connection, plan.id)),
    }


def _notices(plan: PlanRow) -> list[tuple[str, str]]:
    return [("warn", gettext("This course was stopped."))] if plan.status == "stopped" else []


def _reassessment(unit: Unit, plan: PlanRow, rows: tuple[SessionRow, ...], *, now: datetime) -> dict[str, Any] | None:
    """The next reassessment that is not done, what is pencilled and waits, or what is left once all visits were held;
    none when all is settled."""
    if plan.status != "active":
        return None
    treatments = [row for row in rows if row.kind == "treatment"]
    pending = next((row for row in treatments if row.reassess and row.reassessed_at is None), None)
    pencilled = [row for row in treatments if row.status == "pencilled"]
    if pending is None and closing.all_held(plan, rows):
        return closing.view(unit, plan, rows, now=now)
    if not pencilled and (pending is None or pending.visit is None):
        return None
    ready = through_next_reassessment(unit, plan.id) if _confirmable(treatments, pending) else ()
    return {
        "title": gettext("Reassessment in visit %(number)s", number=pending.ordinal)
        if pending is not None and not ready
        else gettext("Pencilled visits"),
        "sentence": _sentence(len(pencilled), len(ready)),
        "due": pending is not None and pending.starts is not None and pending.starts <= tick_floor(now),
        "version": plan.version,
        "key": new_key(),
        "mark_done_to": _mark_to(plan, pending, "continue", bool(ready)),
        "stop_to": _mark_to(plan, pending, "stop", bool(ready)),
        "confirm_to": url_for("courses.confirm", public_id=plan.public_id)
        if ready and actor().may("visit.book")
        else None,
        "release_to": url_for("courses.release", public_id=plan.public_id)
        if pencilled and actor().may("visit.cancel")
        else None,
        "confirm_label": ngettext("Confirm %(num)s visit", "Confirm %(num)s visits", len(ready)),
        "release_label": ngettext("Release %(num)s visit", "Release %(num)s visits", len(pencilled)),
    }


def _confirmable(treatments: list[SessionRow], pending: SessionRow | None) -> bool:
    """Whether the reassessment before the first pencilled visit is done."""
    first = next((row.ordinal for row in treatments if row.status == "pencilled"), None)
    return first is not None and (pending is None or pending.ordinal >= first)


def _sentence(pencilled: int, ready: int) -> str:
    if ready:
        return str(gettext("The reassessment is done. Invitations follow as soon as the visits are confirmed."))
    if pencilled:
        return str(
            ngettext(
                "Until it is done, %(num)s later visit stays pencilled.",
                "Until it is done, %(num)s later visits stay pencilled.",
                pencilled,
            )
        )
    return str(gettext("The course is judged in this visit."))


def _mark_to(plan: PlanRow, pending: SessionRow | None, outcome: str, ready: bool) -> str | None:
    if pending is None or ready or not actor().may("reassessment.mark"):
        return None
    return url_for("courses.mark", public_id=plan.public_id, session=pending.public_id, outcome=outcome)


@blueprint.post("/courses/<public_id>/reassessments/<session>/<outcome>")
@needs("reassessment.mark")
def mark(public_id: str, session: str, outcome: str) -> Answer:
    """The reassessment held in that session is done: the course goes on (`continue`) or ends (`stop`)."""
    reassess.mark(parts().begin, public_id, session, outcome, **sent())
    return redirect(url_for("courses.course", public_id=public_id), 303)


@blueprint.post("/courses/<public_id>/confirm")
@needs("visit.book")
def confirm(public_id: str) -> Answer | tuple[str, int]:
    """What is pencilled becomes booked, up to the next reassessment."""
    return _settle(public_id, Status.BOOKED)


@blueprint.post("/courses/<public_id>/release")
@needs("visit.cancel")
def release(public_id: str) -> Answer | tuple[str, int]:
    """What is pencilled is given up."""
    return _settle(public_id, Status.RELEASED)


def _settle(public_id: str, status: Status) -> Answer | tuple[str, int]:
    """What a rule asks a reason for is shown on the course's page, with a field for it."""
    reason = request.form.get("reason", "").strip()
    try:
        reassess.settle(parts().begin, public_id, status, reason=reason, **sent())
    except Refused as refused:
        if not refused.params.get("overridable"):
            raise
        shown = course_view(public_id)
        asks = {"reason": said(refused)} if actor().may("rule.override") else {"": said(refused)}
        shown["reassessment"] = (shown["reassessment"] or {}) | {"asks": asks}
        return render_template("courses/course.html", **shown), status_of(refused)
    return redirect(url_for("courses.course", public_id=public_id), 303)


@blueprint.get("/courses/<public_id>/handout")
@needs("plan.read")
def handout(public_id: str) -> str:
    """The course on paper."""
    return handed_out(public_id)


def handed_out(public_id: str, **more: object) -> str:
    """The handout in the patient's language; its calendar code comes with a POST."""
    with parts().read() as unit:
        plan = reads.plan_row(unit.connection, public_id)
        rows = reads.sessions(unit.connection, plan.id)
        contact = lists.contact(unit.connection, plan.location_id)
        exercises = preparations.exercises(unit.connection, plan.id)
        reader = records.record(unit.connection, plan.patient_public_id)
    today = local_date(parts().now(), zone(plan.tz))
    with speaking(reader.person.language):
        shown = handout_page.view(plan, rows, contact, reader, today=today)
        shown["home"] = handout_page.home(exercises)
        return render_template("courses/handout.html", **shown | more)
