"""A patient arrives, and is treated: with needling once nothing speaks against it, or without."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.db.visits import loads
from clinic.domain.errors import Invalid, Refused
from clinic.domain.visits.visit import Status
from clinic.services.visits.flow import arrive, flow
from clinic.services.visits.flow import back as step_back
from clinic.services.visits.start import start as begin_treatment
from clinic.web.care import check
from clinic.web.errors import said, status_of
from clinic.web.forms import sent
from clinic.web.gate import actor, needs, parts
from clinic.web.visits.onward import onward

blueprint = Blueprint("begin", __name__)


@blueprint.post("/visits/<public_id>/arrived")
@needs("visit.flow")
def arrived(public_id: str) -> Answer | tuple[str, int]:
    """The patient is here, and known by name and date of birth: what is asked before needling is next."""
    try:
        arrive(parts().begin, public_id, identified=request.form.get("identified") == "1", **sent())
    except Invalid as error:
        return check.form(public_id, {error.field or "": said(error)}), status_of(error)
    with parts().read() as unit:
        needles = loads.visit(unit.connection, public_id).needles
    check_to = url_for("check.page", public_id=public_id)
    return redirect(check_to, 303) if needles else onward(public_id, check_to)


@blueprint.post("/visits/<public_id>/done")
@needs("visit.flow")
def done(public_id: str) -> Answer:
    """The treatment is over."""
    flow(parts().begin, public_id, Status.DONE, **sent())
    return onward(public_id)


@blueprint.post("/visits/<public_id>/back")
@needs("visit.flow")
def back(public_id: str) -> Answer:
    """The last step of the day was none."""
    step_back(parts().begin, public_id, **sent())
    flash(gettext("Undone."), "done")
    return onward(public_id)


@blueprint.post("/visits/<public_id>/start")
@needs("visit.flow")
def start(public_id: str) -> Answer | tuple[str, int]:
    """Treatment begins, without needling where that is chosen; the record is next."""
    needling, reason = request.form.get("needling") == "1", request.form.get("reason", "").strip()
    try:
        begin_treatment(parts().begin, public_id, needling=needling, reason=reason, **sent())
    except (Invalid, Refused) as error:
        field = "reason" if error.params.get("overridable") else ""
        return check.form(public_id, {field: said(error)}), status_of(error)
    onward = "record.page" if actor().may("record.write") else "visits.panel"
    return redirect(url_for(onward, public_id=public_id), 303)
