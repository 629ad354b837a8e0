"""A patient arrives, and is treated: with needling once nothing speaks against it, or without."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from clinic.domain.errors import Invalid, Refused
from clinic.domain.visits.visit import Status
from clinic.services.visits.flow import arrive, flow
from clinic.services.visits.flow import back as step_back
from clinic.services.visits.start import start as begin_treatment
from clinic.web.care import check
from clinic.web.errors import said, status_of
from clinic.web.forms import sent
from clinic.web.gate import actor, needs, parts

blueprint = Blueprint("begin", __name__)


@blueprint.post("/visits/<public_id>/arrived")
@needs("visit.flow")
def arrived(public_id: str) -> Answer | tuple[str, int]:
    """The patient is here, and known by name and date of birth."""
    try:
        arrive(parts().begin, public_id, identified=request.form.get("identified") == "1", **sent())
    except Invalid as error:
        return check.form(public_id, {error.field or "": said(error)}), status_of(error)
    return redirect(url_for("check.page", public_id=public_id), 303)


@blueprint.post("/visits/<public_id>/done")
@needs("visit.flow")
def done(public_id: str) -> Answer:
    """The treatment is over."""
    flow(parts().begin, public_id, Status.DONE, **sent())
    return redirect(url_for("visits.panel", public_id=public_id), 303)


@blueprint.post("/visits/<public_id>/back")
@needs("visit.flow")
def back(public_id: str) -> Answer:
    """The last step of the day was none."""
    step_back(parts().begin, public_id, **sent())
    return redirect(url_for("visits.panel", public_id=public_id), 303)


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
