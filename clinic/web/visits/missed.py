"""A patient who did not come: marked, undone, and what comes next: a new date, a call, or nothing yet."""

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.db.visits import reads
from clinic.domain.errors import Invalid, Refused, SlotTaken
from clinic.domain.visits.visit import Status
from clinic.services.courses.losing import Lost
from clinic.services.visits.flow import came, flow
from clinic.web.errors import said, status_of
from clinic.web.forms import new_key, once, version
from clinic.web.gate import actor, needs, parts
from clinic.web.visits import lost
from clinic.web.visits import panel as panels
from clinic.web.visits.onward import onward

blueprint = Blueprint("missed", __name__)


@blueprint.get("/visits/<public_id>/missed")
@needs("visit.flow")
def page(public_id: str) -> str:
    """What to do about somebody who did not come."""
    return _form(public_id, {})


@blueprint.post("/visits/<public_id>/missed")
@needs("visit.flow")
def write(public_id: str) -> Answer | tuple[str, int]:
    """Mark the visit as missed; what comes next is on its panel."""
    given = parts()
    try:
        flow(given.begin, public_id, Status.NO_SHOW, version=version(), actor=actor(), once=once(), now=given.now())
    except Invalid as error:
        return _form(public_id, {"": said(error)}), status_of(error)
    return onward(public_id)


@blueprint.post("/visits/<public_id>/missed/rest")
@needs("visit.flow")
def rest(public_id: str) -> str | tuple[str, int]:
    """The rest of its course as it would be placed without it; nothing is written."""
    try:
        return lost.shown(Lost(public_id, Status.NO_SHOW), _ways(public_id), {})
    except Invalid as error:
        return _form(public_id, {"": said(error)}), status_of(error)


@blueprint.post("/visits/<public_id>/missed/all")
@needs("visit.flow")
def write_all(public_id: str) -> Answer | tuple[str, int]:
    """Mark it, and take the dates that were shown: all of it, or nothing."""
    try:
        return lost.write(Lost(public_id, Status.NO_SHOW), _ways(public_id))
    except Invalid as error:
        return _form(public_id, {"": said(error)}), status_of(error)


@blueprint.post("/visits/<public_id>/came")
@needs("visit.flow")
def undo(public_id: str) -> Answer | tuple[str, int]:
    """The visit was not missed: it stands again, or what stands against that is shown."""
    given = parts()
    try:
        came(
            given.begin,
            public_id,
            version=version(),
            actor=actor(),
            reason=request.form.get("reason", "").strip(),
            once=once(),
            now=given.now(),
        )
    except (SlotTaken, Refused, Invalid) as error:
        field = "reason" if error.params.get("overridable") else ""
        return _undo_form(public_id, {field: said(error)}), status_of(error)
    return onward(public_id)


def _ways(public_id: str) -> lost.Ways:
    return lost.Ways(
        gettext("Did not come, and a new date"),
        [],
        url_for(".rest", public_id=public_id),
        url_for(".write", public_id=public_id),
        gettext("Mark as missed without a new date"),
        url_for(".write_all", public_id=public_id),
    )


def _form(public_id: str, errors: dict[str, str]) -> str:
    with parts().read() as unit:
        rows = reads.panel(unit.connection, public_id)
    return render_template(
        "visits/missed.html",
        **panels.visit_view(rows),
        post_to=url_for(".write", public_id=public_id),
        rest_to=url_for(".rest", public_id=public_id) if lost.may_replan(rows[0], actor()) else None,
        key=new_key(),
        version=rows[0].version,
        errors=errors,
        back_url=url_for("visits.panel", public_id=public_id),
    )


def _undo_form(public_id: str, errors: dict[str, str]) -> str:
    with parts().read() as unit:
        rows = reads.panel(unit.connection, public_id)
    return render_template(
        "visits/came.html",
        **panels.visit_view(rows),
        post_to=url_for(".undo", public_id=public_id),
        key=new_key(),
        version=rows[0].version,
        values={"reason": request.form.get("reason", "")},
        errors=errors,
        may_override="reason" in errors and actor().may("rule.override"),
        back_url=url_for("visits.panel", public_id=public_id),
    )
