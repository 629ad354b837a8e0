"""A therapist releases a phase that waited, and goes on to find dates for its visits."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.db.courses import reads
from clinic.domain.errors import Invalid
from clinic.services.courses.releasing import release
from clinic.web import words
from clinic.web.courses import released
from clinic.web.errors import said, status_of
from clinic.web.forms import new_key, sent
from clinic.web.gate import actor, needs, parts

blueprint = Blueprint("releasing", __name__)


@blueprint.get("/courses/<public_id>/phases")
@needs("reassessment.mark")
def page(public_id: str) -> str:
    """What waits, and what it takes."""
    return _page(public_id, {}, {})


@blueprint.post("/courses/<public_id>/phases")
@needs("reassessment.mark")
def save(public_id: str) -> Answer | tuple[str, int]:
    """Its visits are to be placed now; or the page says what is missing."""
    given = {name: request.form.get(name, "").strip() for name in ("phase", "why")}
    try:
        release(parts().begin, public_id, given["phase"], given["why"], **sent())
    except Invalid as fault:
        named = Invalid(fault.code, field=_labels().get(fault.field or ""), **fault.params)
        return _page(public_id, given, {fault.field or "": said(named)}), status_of(fault)
    onward = url_for("replan.page", plan=public_id) if actor().may("visit.move") else _course(public_id)
    return redirect(onward, 303)


def _course(public_id: str) -> str:
    return url_for("courses.course", public_id=public_id)


def _labels() -> dict[str, str]:
    return {"phase": gettext("Phase"), "why": gettext("How its criterion is met")}


def _page(public_id: str, given: Mapping[str, str], errors: dict[str, str]) -> str:
    with parts().read() as unit:
        plan = reads.plan_row(unit.connection, public_id)
        rows = reads.sessions(unit.connection, plan.id)
    return render_template(
        "courses/phases.html",
        course={"title": plan.title, "href": _course(public_id)},
        patient={"name": plan.patient, "born": words.short_date(plan.born_on)},
        phases=released.offered(plan, {row.phase for row in rows}),
        rule=plan.protocol.stop_rule,
        labels=_labels(),
        values=given,
        errors=errors,
        save_to=url_for(".save", public_id=public_id),
        key=new_key(),
        version=plan.version,
    )
