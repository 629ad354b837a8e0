"""A patient who is late: what still fits of the visit, and later times of the same day."""

from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, url_for

from clinic.db.visits import reads
from clinic.domain.time import TICK_MINUTES, instant_of
from clinic.domain.visits.day import minutes_since
from clinic.services.visits.late import Left, left
from clinic.web import words
from clinic.web.forms import new_key
from clinic.web.gate import actor, needs, parts
from clinic.web.visits import panel as panels

blueprint = Blueprint("late", __name__)


@blueprint.get("/visits/<public_id>/late")
@needs("visit.flow")
def page(public_id: str) -> str:
    """What can be done while he is not there; nothing is written."""
    now = parts().now()
    found = left(parts().read, public_id, now=now)
    with parts().read() as unit:
        rows = reads.panel(unit.connection, public_id)
    may = actor().may("visit.move")
    return render_template(
        "visits/late.html",
        **panels.visit_view(rows),
        **_left(found, now),
        days=panels.offer_days(panels.allowed(found.later, actor())) if may else [],
        move_to=url_for("visits.move_visit", public_id=public_id) if may else None,
        other_href=url_for("visits.move_page", public_id=public_id) if may else None,
        arrive_href=url_for("check.page", public_id=public_id) if actor().may("screening.write") else None,
        missed_href=url_for("missed.page", public_id=public_id),
        key=new_key(),
        version=rows[0].version,
        back_url=url_for("visits.panel", public_id=public_id),
    )


def _left(found: Left, now: datetime) -> dict[str, Any]:
    planned = sum(one.ends - one.starts for one in found.visit.stretches) * TICK_MINUTES
    return {
        "late": minutes_since(instant_of(found.visit.starts), now=now),
        "left": sum(minutes for _, minutes in found.parts),
        "planned": planned,
        "parts": [
            {"what": words.kind_label([each.value for each in one.modalities]), "minutes": minutes}
            for one, minutes in found.parts
        ],
    }
