"""What can be done about a visit on its day, and while it lies ahead: as its panel offers it."""

from datetime import datetime

from flask import url_for
from flask_babel import gettext

from clinic.db.visits.reads import VisitRow
from clinic.db.visits.waiting import Waiting
from clinic.domain.access.actors import Actor
from clinic.domain.time import instant_of
from clinic.domain.visits.visit import GONE, MOVABLE, Status


def waits(head: VisitRow, listed: Waiting | None, who: Actor, now: datetime) -> dict[str, str] | None:
    """The way to the wait list: for a sooner time of a visit that lies ahead, or to whom its time could go."""
    if not who.may("visit.book"):
        return None
    if Status(head.status) in GONE:
        return {"label": gettext("Who fits its time"), "href": url_for("waitlist.listed")}
    if Status(head.status) not in MOVABLE or instant_of(head.starts) <= now:
        return None
    if listed is not None:
        return {"label": gettext("On the wait list"), "href": url_for("waitlist.edit", public_id=listed.public_id)}
    return {"label": gettext("Sooner, if possible…"), "href": url_for("waitlist.new", visit=head.public_id)}
