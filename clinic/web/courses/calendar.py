"""Opening and closing the patient's calendar from his course."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.db.courses import reads
from clinic.services.messages import feeds
from clinic.services.messages.feeds import Created
from clinic.web.courses import feed
from clinic.web.courses.routes import course_view, handed_out
from clinic.web.gate import actor, needs, parts

blueprint = Blueprint("calendar", __name__)


@blueprint.post("/courses/<public_id>/calendar")
@needs("feed.create")
def create(public_id: str) -> str:
    """A new address for the patient's calendar, on the page that shows it this once."""
    made = _made(public_id, str(gettext("Calendar")))
    view = course_view(public_id)
    return render_template("courses/course.html", **view | {"feed": view["feed"] | {"shown": feed.shown(made)}})


@blueprint.post("/courses/<public_id>/handout")
@needs("feed.create")
def handout(public_id: str) -> str:
    """The handout with a new address of its own, as a code to scan."""
    made = _made(public_id, str(gettext("Handout")))
    return handed_out(public_id, feed=feed.shown(made))


@blueprint.post("/courses/<public_id>/calendar/close")
@needs("feed.create")
def close(public_id: str) -> Answer:
    """Every calendar address of the patient is shut from its next request on."""
    given = parts()
    with given.read() as unit:
        patient = reads.plan_row(unit.connection, public_id).patient_id
    feeds.revoke_of_patient(given.begin, patient, actor=actor(), now=given.now())
    return redirect(url_for("courses.course", public_id=public_id), 303)


def _made(public_id: str, name: str) -> Created:
    given = parts()
    with given.read() as unit:
        patient = reads.plan_row(unit.connection, public_id).patient_public_id
    return feeds.create(given.begin, "patient", patient, name, actor=actor(), now=given.now())
