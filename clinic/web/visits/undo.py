"""What one did today, and undoing it: from the message after each step, and from the list."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.db.unit import Unit
from clinic.db.visits import reads, steps
from clinic.db.visits.reads import VisitRow
from clinic.db.visits.steps import Deed, Done
from clinic.domain.errors import Conflict, Invalid, Refused
from clinic.domain.time import zone
from clinic.domain.visits.visit import GONE, Status
from clinic.services.visits.undo import UNDOABLE_FOR, undo
from clinic.web import words
from clinic.web.errors import page as error_page
from clinic.web.errors import said, status_of
from clinic.web.forms import new_key, once
from clinic.web.gate import actor, is_local, needs, parts
from clinic.web.visits import steps as day_steps
from clinic.web.visits.new_place import new_place

blueprint = Blueprint("undo", __name__)

Places = Mapping[str, tuple[VisitRow, ...]]
"""Where visits that were moved are by now, by public id."""

JUST_DONE: Final = "undo"
"""The category of a message that offers to undo what was done a moment ago; it holds the request's id, no name."""


@blueprint.get("/my/changes")
@needs("visit.read")
def page() -> str:
    """What I did to visits since yesterday, newest first."""
    now = parts().now()
    with parts().read() as unit:
        found = steps.deeds(unit.connection, actor().name, now - UNDOABLE_FOR)
        places = _places(unit, found)
    return render_template("visits/changes.html", deeds=[_line(deed, places) for deed in found], key=new_key())


@blueprint.post("/my/changes/<step>/undo")
@needs("visit.read")
def write(step: str) -> Answer | tuple[Answer, int]:
    """Undo it, or say why not."""
    given, scripted = parts(), request.accept_mimetypes.best == "application/json"
    try:
        visits = undo(given.begin, step, actor=actor(), once=once(), now=given.now())
    except (Conflict, Invalid, Refused) as error:
        if scripted:
            return jsonify({"code": error.code, "message": said(error)}), status_of(error)
        return error_page(status_of(error), said(error)), status_of(error)
    if scripted:
        return jsonify({"said": gettext("Undone."), "visits": list(visits)}), 200
    flash(gettext("Undone."), "done")
    back = request.form.get("back", "")
    return redirect(back if is_local(back) else url_for("undo.page"), 303)


@blueprint.after_app_request
def offer(answer: Any) -> Any:
    """After a form that changed visits the next page offers to undo it."""
    if request.method != "POST" or answer.status_code != 303 or "actor" not in g or request.endpoint == "undo.write":
        return answer
    with parts().read() as unit:
        fresh = _deed(unit, actor().request_id, parts().now())
    if fresh is not None:
        flash(actor().request_id, JUST_DONE)
    return answer


@blueprint.app_context_processor
def _offered() -> dict[str, object]:
    return {"just_done": just_done}


def just_done(request_id: str) -> dict[str, Any] | None:
    """The message about one's own step, while it can be undone; `way`: who could have a time that was given back."""
    with parts().read() as unit:
        deed = _deed(unit, request_id, parts().now())
        if deed is None:
            return None
        places = _places(unit, (deed,))
        head = reads.panel(unit.connection, deed.main[0].visit)[0]
        way = day_steps.waits(unit, head, actor(), parts().now()) if Status(head.status) in GONE else None
    return _line(deed, places) | {"back": request.full_path.rstrip("?"), "key": new_key(), "way": way}


def _deed(unit: Unit, request_id: str, now: datetime) -> Deed | None:
    found = steps.deeds(unit.connection, actor().name, now - UNDOABLE_FOR, request_id)
    return next((deed for deed in found if deed.fresh), None)


def _places(unit: Unit, deeds: Sequence[Deed]) -> Places:
    return reads.of_visits(unit.connection, {deed.main[0].visit for deed in deeds if deed.main[0].step.was})


def _line(deed: Deed, places: Places) -> dict[str, Any]:
    first = deed.main[0]
    return {
        "at": words.moment(first.at.astimezone(zone(first.tz))),
        "said": _said(deed, places),
        "href": url_for("visits.panel", public_id=first.visit),
        "undo_to": url_for("undo.write", step=deed.request) if deed.fresh else None,
        "undone": all(one.act == steps.UNDONE for one in deed.done),
    }


def _said(deed: Deed, places: Places) -> str:
    """Moved: Kim Penn, Mon 23 Nov, 10:45, J. Okafor; the therapist and the room where they are new."""
    first, more = deed.main[0], len({one.visit for one in deed.main}) - 1
    if deed.offer and first.kept:
        return _offer(first)
    what = gettext("%(done)s: %(name)s, %(time)s", done=_word(first), name=first.patient, time=_when(first))
    if first.visit in places and (place := new_place(first.step.was, places[first.visit])):
        what = f"{what}, {place}"
    return str(what) if not more else str(gettext("%(what)s, and %(number)s more", what=what, number=more))


def _offer(first: Done) -> str:
    """What became of a time on offer, which is nobody's yet."""
    if first.returned:
        return str(gettext("Offer ended: %(time)s", time=_when(first)))
    return str(gettext("Offered by mail: %(time)s", time=_when(first)))


def _when(one: Done) -> str:
    return words.moment(words.local(one.starts, zone(one.tz)))


def _word(one: Done) -> str:
    if one.returned:
        return str(gettext("Given back"))
    names = {
        steps.KEPT: gettext("Kept"),
        "visit.book": gettext("Booked"),
        "visit.pencil": gettext("Pencilled"),
        "visit.booked": gettext("Booked"),
        "visit.move": gettext("Moved"),
        "visit.cancelled": gettext("Cancelled"),
        "visit.released": gettext("Released"),
        "visit.arrived": gettext("Arrived"),
        "visit.in_session": gettext("In session"),
        "visit.done": gettext("Done"),
        "visit.no_show": gettext("No-show"),
        steps.UNDONE: gettext("Undone"),
    }
    return str(names.get(one.act, gettext("Changed")))
