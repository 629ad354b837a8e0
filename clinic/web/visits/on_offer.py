"""A visit that keeps a time while it is on offer: what would be done to it leads to the offer."""

from typing import Final

from flask import redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.db.visits import freed
from clinic.domain.errors import Invalid
from clinic.web.errors import page, said, status_of
from clinic.web.gate import parts

CODE: Final = "visit_on_offer"


def to_offer(public_id: str) -> Answer | None:
    """To the offer, instead of a form that moves or cancels the visit; none where it keeps no such time."""
    href = _href(public_id)
    return None if href is None else redirect(href, 303)


def refused(public_id: str, error: Invalid) -> Answer:
    """Why nothing was done to it, with the way to the offer."""
    ways = [{"label": gettext("To the offer"), "href": href}] if (href := _href(public_id)) else []
    return page(status_of(error), said(error), alternatives=ways)


def _href(public_id: str) -> str | None:
    with parts().read() as unit:
        time = freed.kept_by(unit.connection, [public_id]).get(public_id)
    return None if time is None else url_for("freed.page", public_id=time.public_id)
