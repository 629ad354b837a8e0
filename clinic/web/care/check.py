"""Before needling: whether anything changed, what is still open, and the start, with needling or without."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from clinic.content import screening as asked
from clinic.db.access import reading
from clinic.db.care import screening as kept
from clinic.db.patients import records
from clinic.db.visits import loads, reads
from clinic.domain.care.findings import Finding, Level
from clinic.domain.care.screening import DayAnswers
from clinic.domain.errors import Conflict, Invalid
from clinic.domain.time import local_date, zone
from clinic.domain.visits.asking import asked_on
from clinic.domain.visits.visit import Status, Visit
from clinic.services.apply.readiness import unready
from clinic.services.care.screening import reaffirm
from clinic.web import words
from clinic.web.care.screening import answers_of, lines_of, values_of
from clinic.web.courses.preview_notices import TONES
from clinic.web.errors import said, status_of
from clinic.web.forms import new_key, sent
from clinic.web.gate import actor, needs, parts
from clinic.web.languages import speaking

blueprint = Blueprint("check", __name__)


@blueprint.get("/visits/<public_id>/check")
@needs("screening.write")
def page(public_id: str) -> str:
    """What is asked today, and what speaks against needling."""
    return form(public_id, {})


@blueprint.post("/visits/<public_id>/check")
@needs("screening.write")
def write(public_id: str) -> Answer | tuple[str, int]:
    """Nothing changed since the answers were given; and what is said today."""
    try:
        today = DayAnswers(**answers_of(asked.load().today))
        changed = request.form.get("changed", "1") != "0"
        reaffirm(parts().begin, public_id, today, changed=changed, **sent())
    except (Invalid, Conflict) as error:
        return form(public_id, {getattr(error, "field", None) or "": said(error)}), status_of(error)
    return redirect(url_for(".page", public_id=public_id), 303)


def items(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    """What is open, as the template says it: the tone and the sentence."""
    return [(TONES[one.level], words.in_words(one.code, one.params)) for one in findings]


def form(public_id: str, errors: dict[str, str]) -> str:
    """The page, with what was wrong."""
    given = parts()
    with given.begin() as unit:
        visit = loads.visit(unit.connection, public_id)
        patient = records.record(unit.connection, reads.panel(unit.connection, public_id)[0].patient_public_id)
        known = kept.latest(unit.connection, visit.patient_id)
        today = kept.on_day(unit.connection, visit.patient_id, known, asked_on(visit))
        open_ = unready(unit, visit)
        reading.keep(unit.connection, visit.patient_id, route="check.page", actor=actor(), now=given.now())
    with speaking(patient.person.language):
        questions = lines_of(asked.load().today)
    return render_template(
        "care/check.html",
        of={"name": patient.person.shown_name, "born": words.short_date(patient.person.birth_on)},
        when=f"{words.day(asked_on(visit))}, {words.clock(visit.starts, zone(visit.tz))}",
        needles=visit.needles,
        items=items(open_),
        blocked=any(one.level is Level.BLOCK for one in open_),
        reason_needed=any(one.level is Level.OVERRIDE for one in open_) and actor().may("rule.override"),
        said_today=today is not None,
        since=words.short_date(local_date(known.answered_at, zone(visit.tz))) if known else "",
        questions=questions,
        values=values_of(today or DayAnswers()) | {"reason": request.form.get("reason", "")},
        errors=errors,
        language=patient.person.language,
        key=new_key(),
        version=known.version if known else 0,
        **_ways(visit, patient.public_id),
    )


def _ways(visit: Visit, patient: str) -> dict[str, Any]:
    """Where one can go from here; the start once the patient has arrived."""
    flows, here = actor().may("visit.flow"), visit.public_id
    arrived = visit.status is Status.ARRIVED
    return {
        "post_to": url_for("check.write", public_id=here),
        "questions_href": url_for("screening.page", public_id=patient, visit=here),
        "consents_href": url_for("consents.page", public_id=patient) if actor().may("consent.write") else None,
        "rules_href": url_for("rules.page") if actor().may("practice.read") else None,
        "start_to": url_for("begin.start", public_id=here) if flows and arrived else None,
        "arrived_to": url_for("begin.arrived", public_id=here)
        if flows and visit.status in (Status.BOOKED, Status.CONFIRMED)
        else None,
        "visit_version": visit.version,
        "back_url": url_for("visits.panel", public_id=here),
    }
