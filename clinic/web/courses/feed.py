"""The patient's calendar address as the course page and the handout show it."""

from collections.abc import Sequence
from typing import Any

import segno
from flask import url_for
from flask_babel import gettext, ngettext
from markupsafe import Markup

from clinic.db.courses.reads import PlanRow
from clinic.db.messages.subscriptions import Line
from clinic.domain.time import zone
from clinic.services.messages import feeds
from clinic.services.messages.feeds import Created
from clinic.web import words
from clinic.web.forms import new_key
from clinic.web.gate import parts


def view(plan: PlanRow, lines: Sequence[Line]) -> dict[str, Any]:
    """Where the patient's calendars stand, and the ways to open and close them."""
    return {
        "state": _state(plan, lines),
        "key": new_key(),
        "create_to": url_for("calendar.create", public_id=plan.public_id),
        "revoke_to": url_for("calendar.close", public_id=plan.public_id) if lines else None,
        "all_href": url_for("subscriptions.patient", public_id=plan.patient_public_id),
        "shown": None,
    }


def _state(plan: PlanRow, lines: Sequence[Line]) -> str:
    if not lines:
        return str(gettext("The patient has no calendar address yet."))
    number = ngettext("%(num)s calendar address is open.", "%(num)s calendar addresses are open.", len(lines))
    last = max((line.fetched_at for line in lines if line.fetched_at is not None), default=None)
    if last is None:
        return f"{number} {gettext('Nobody has fetched it yet.')}"
    when = last.astimezone(zone(plan.tz))
    said = gettext("Last fetched on %(day)s at %(time)s.", day=words.day(when.date()), time=when.strftime("%H:%M"))
    return f"{number} {said}"


def shown(made: Created) -> dict[str, Any]:
    """A new address, with a code to scan; it is stored nowhere, so this is the only time."""
    webcal = feeds.webcal(parts().url, made.secret)
    code = segno.make(webcal, error="m").svg_inline(scale=4, svgclass=None, lineclass=None, omitsize=True)
    picture = Markup(code)  # noqa: S704 - drawn by segno, no words in it
    return {"https": feeds.address(parts().url, made.secret), "webcal": webcal, "qr": picture}
