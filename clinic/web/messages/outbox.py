"""Letting letters go again after a restore."""

from flask import Blueprint, flash, redirect
from flask_babel import gettext
from werkzeug.wrappers import Response

from clinic.services.messages import outbox
from clinic.web.gate import actor, needs, parts

blueprint = Blueprint("outbox", __name__)


@blueprint.post("/outbox/resume")
@needs("mail.send")
def resume() -> Response:
    """After somebody looked through what is due."""
    resumed = outbox.resume(parts().begin, actor=actor(), now=parts().now())
    flash(gettext("Letters go out again.") if resumed else gettext("The outbox was not paused."), "done")
    return redirect("/health" if actor().may("health.read") else "/", 303)
