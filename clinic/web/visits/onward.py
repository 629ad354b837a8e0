"""Where one goes once something was done about a visit: back to the page that it lay over, or to its own."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from clinic.web.gate import is_local


def onward(public_id: str, otherwise: str = "") -> Answer:
    """Back to the page that its sheet lay over, which a board's script answers with the focus on the visit's card; else
    where it leads `otherwise`, its own page if nothing is said."""
    back = request.form.get("back", "")
    if is_local(back):
        return redirect(f"{back.partition('#')[0]}#{public_id}", 303)
    return redirect(otherwise or url_for("visits.panel", public_id=public_id), 303)
