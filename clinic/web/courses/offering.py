"""What somebody says to a course that was offered: yes, and it is booked; no, and its times are free again."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from clinic.domain.courses.offer import How
from clinic.domain.errors import Invalid, Refused
from clinic.services.courses.offering import accept, decline
from clinic.web.courses.routes import course_view
from clinic.web.errors import said, status_of
from clinic.web.forms import sent
from clinic.web.gate import needs, parts

blueprint = Blueprint("offering", __name__)


@blueprint.post("/courses/<public_id>/accept")
@needs("visit.book")
def accepted(public_id: str) -> Answer | tuple[str, int]:
    """The course is booked; or the page says what stands against it."""
    form = {name: request.form.get(name, "").strip() for name in ("accepted_by", "how", "reason")}
    how = next((each for each in How if each.value == form["how"]), How.PHONE)
    try:
        accept(parts().begin, public_id, who=form["accepted_by"], how=how, reason=form["reason"], **sent())
    except (Invalid, Refused) as error:
        field = "reason" if error.params.get("overridable") else getattr(error, "field", None) or ""
        return _again(public_id, form, {field: said(error)}), status_of(error)
    return redirect(url_for("courses.course", public_id=public_id), 303)


def _again(public_id: str, form: dict[str, str], errors: dict[str, str]) -> str:
    shown = course_view(public_id)
    if shown["offer"] is not None:
        shown["offer"] |= {"given": form, "errors": errors}
    return render_template("courses/course.html", **shown)


@blueprint.post("/courses/<public_id>/decline")
@needs("visit.cancel")
def declined(public_id: str) -> Answer:
    """The times that were held are free again."""
    decline(parts().begin, public_id, **sent())
    return redirect(url_for("courses.course", public_id=public_id), 303)
