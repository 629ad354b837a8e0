"""Where one goes once something was done about a visit: back to the page that it lay over, or to its own."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from clinic.web.gate import is_local


def came_from() -> str | None:
    """The page that the visit's sheet lay over, as its forms and the ways from them to other pages say; else none."""
    back = request.values.get("back", "")
    return back if is_local(back) else None


def leads_to(public_id: str, otherwise: str = "") -> str:
    """The page that its sheet lay over, which a board's script answers with the focus on the visit's card; else
    `otherwise`, its own page if nothing is said."""
    back = came_from()
    if back is not None:
        return f"{back.partition('#')[0]}#{public_id}"
    return otherwise or url_for("visits.panel", public_id=public_id)


def onward(public_id: str, otherwise: str = "") -> Answer:
    """Go there, after a form."""
    return redirect(leads_to(public_id, otherwise), 303)
