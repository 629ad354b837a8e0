"""Cancelling a visit with a reason: alone, or together with a new date."""

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.db.visits import reads
from clinic.domain.errors import Invalid
from clinic.domain.visits.visit import Status
from clinic.services.courses.losing import Lost
from clinic.services.visits.change import turn
from clinic.web.errors import said, status_of
from clinic.web.forms import new_key, once, version
from clinic.web.gate import actor, needs, parts
from clinic.web.visits import lost, on_offer
from clinic.web.visits import panel as panels
from clinic.web.visits.onward import onward

blueprint = Blueprint("cancel", __name__)


@blueprint.get("/visits/<public_id>/cancel")
@needs("visit.cancel")
def page(public_id: str) -> str | Answer:
    return on_offer.to_offer(public_id) or _form(public_id, {})


@blueprint.post("/visits/<public_id>/cancel")
@needs("visit.cancel")
def write(public_id: str) -> Answer | tuple[str, int]:
    """Cancel the visit, with one of the reasons."""
    given = parts()
    try:
        turn(
            given.begin,
            public_id,
            Status.CANCELLED,
            version=version(),
            actor=actor(),
            reason=_reason(),
            once=once(),
            now=given.now(),
        )
    except Invalid as error:
        if error.code == on_offer.CODE:
            return on_offer.refused(public_id, error)
        return _form(public_id, {error.field or "": said(error)}), status_of(error)
    return onward(public_id)


@blueprint.post("/visits/<public_id>/cancel/rest")
@needs("visit.cancel")
def rest(public_id: str) -> str | tuple[str, int]:
    """The rest of its course as it would be placed without it; nothing is written."""
    try:
        return lost.shown(Lost(public_id, Status.CANCELLED, _reason()), _ways(public_id), {})
    except Invalid as error:
        return _form(public_id, {error.field or "": said(error)}), status_of(error)


@blueprint.post("/visits/<public_id>/cancel/all")
@needs("visit.cancel")
def write_all(public_id: str) -> Answer | tuple[str, int]:
    """Cancel it, and take the dates that were shown: all of it, or nothing."""
    try:
        return lost.write(Lost(public_id, Status.CANCELLED, _reason()), _ways(public_id))
    except Invalid as error:
        return _form(public_id, {error.field or "": said(error)}), status_of(error)


def _reason() -> str:
    """What is kept: one of the reasons, with the note. Raises Invalid."""
    chosen, note = request.form.get("reason", ""), request.form.get("note", "").strip()
    if chosen not in panels.reasons():
        raise Invalid("choose_a_reason", field="reason")
    return f"{chosen}: {note}" if note else chosen


def _ways(public_id: str) -> lost.Ways:
    form = request.form
    return lost.Ways(
        gettext("Cancel, and a new date"),
        [(name, form.get(name, "")) for name in ("reason", "note")],
        url_for(".rest", public_id=public_id),
        url_for(".write", public_id=public_id),
        gettext("Cancel without a new date"),
        url_for(".write_all", public_id=public_id),
    )


def _form(public_id: str, errors: dict[str, str]) -> str:
    with parts().read() as unit:
        rows = reads.panel(unit.connection, public_id)
    replan = lost.may_replan(rows[0], actor())
    return render_template(
        "visits/cancel.html",
        **panels.visit_view(rows),
        post_to=url_for(".write", public_id=public_id),
        rest_to=url_for(".rest", public_id=public_id) if replan else None,
        key=new_key(),
        version=rows[0].version,
        reasons=list(panels.reasons().items()),
        values={"reason": request.form.get("reason", ""), "note": request.form.get("note", "")},
        errors=errors,
        consequences=panels.told(rows[0]),
        back_url=url_for("visits.panel", public_id=public_id),
    )
