"""A therapist releases a phase that waited, and goes on to find dates for its visits."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from clinic.domain.errors import Invalid
from clinic.services.courses.releasing import release
from clinic.web.courses.routes import course_view
from clinic.web.errors import said, status_of
from clinic.web.forms import sent
from clinic.web.gate import actor, needs, parts

blueprint = Blueprint("releasing", __name__)


@blueprint.post("/courses/<public_id>/phases")
@needs("reassessment.mark")
def released(public_id: str) -> Answer | tuple[str, int]:
    """Its visits are to be placed now; or the page says what is missing."""
    given = {name: request.form.get(name, "").strip() for name in ("phase", "why")}
    try:
        release(parts().begin, public_id, given["phase"], given["why"], **sent())
    except Invalid as fault:
        shown = course_view(public_id)
        if shown["held"] is None:
            raise
        shown["held"] |= {"given": given, "errors": {fault.field or "": said(fault)}}
        return render_template("courses/course.html", **shown), status_of(fault)
    if actor().may("visit.move"):
        return redirect(url_for("replan.page", plan=public_id), 303)
    return redirect(url_for("courses.course", public_id=public_id), 303)
