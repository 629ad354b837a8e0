"""A move that breaks the gaps around it: what would have to move with it, all at once or the one visit alone."""

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from clinic.db.visits import reads
from clinic.domain.errors import Invalid, Refused, SlotTaken
from clinic.domain.time import zone
from clinic.services.courses.replan import replan
from clinic.services.visits.consequences import Consequences, consequences, moved_with
from clinic.services.visits.wanted import Spot
from clinic.web import words
from clinic.web.courses import reflow
from clinic.web.courses.worklist_line import WHAT
from clinic.web.errors import said, status_of
from clinic.web.forms import new_key, once
from clinic.web.gate import actor, needs, parts
from clinic.web.visits import panel as panels
from clinic.web.visits.onward import came_from, onward

blueprint = Blueprint("together", __name__)


@blueprint.post("/visits/<public_id>/move/all")
@needs("visit.move")
def write(public_id: str) -> Answer | tuple[str, int]:
    """Move the visit with all that was shown to move, or show what stands against it."""
    given, form = parts(), request.form
    spot = panels.spot_from(form.get("start", ""))
    try:
        replan(
            given.begin,
            given.read,
            moved_with(given.read, public_id, spot, reflow.given_up(form.getlist("relax"))),
            seen=reflow.seen_from(form),
            actor=actor(),
            reason=form.get("reason", "").strip(),
            once=once(),
            now=given.now(),
        )
    except (SlotTaken, Refused, Invalid) as error:
        field = "reason" if error.params.get("overridable") else getattr(error, "field", None) or ""
        page = shown(public_id, spot, {field: said(error)})
        if page is None:
            raise
        return page, status_of(error)
    return onward(public_id)


def shown(public_id: str, spot: Spot, errors: dict[str, str]) -> str | None:
    """The page that asks; None where nothing else has to move. Raises NotFound, Invalid, Refused."""
    given, form = parts(), request.form
    relax = form.getlist("relax")
    found = consequences(given.read, public_id, spot, reflow.given_up(relax), now=given.now())
    if found is None:
        return None
    with given.read() as unit:
        rows = reads.panel(unit.connection, public_id)
    head, possible = rows[0], found.rest is not None and found.rest.changed
    return render_template(
        "visits/together.html",
        **panels.visit_view(rows),
        to=_to(found, spot, head.tz),
        broken=[
            *(WHAT[item.kind](item.ordinal, item.params) for item in found.broken),
            *(words.in_words(reason.code, reason.params) for reason in found.full),
        ],
        fault="" if found.fault is None else said(found.fault),
        reflow=None if found.rest is None else reflow.view(found.rest, fixed={"unpin"}),
        relaxed=reflow.relaxed(relax),
        fields=[("start", panels.spot_value(spot)), *(() if found.rest is None else reflow.seen_fields(found.rest))],
        move_to=url_for("visits.move_visit", public_id=public_id),
        all_to=url_for("together.write", public_id=public_id) if possible else None,
        key=new_key(),
        version=form.get("version") or head.version,
        values={"reason": form.get("reason", "")},
        errors=errors,
        reason_needed="reason" in errors,
        back_url=url_for("visits.move_page", public_id=public_id, back=came_from()),
    )


def _to(found: Consequences, spot: Spot, tz: str) -> str:
    """The chosen time in words."""
    local = words.local(spot.start, zone(tz))
    who = None if found.rest is None else found.rest.site.colleague(spot.therapist)
    when = f"{words.full_day(local.date())}, {local:%H:%M}"
    return when if who is None else f"{when}, {who.name}"
