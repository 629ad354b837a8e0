"""Following an invitation: whoever has the link sets the account's passphrase."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.domain.access.passwords import ADVISED, LONGEST
from clinic.domain.errors import Invalid
from clinic.services.access import members
from clinic.web.errors import said
from clinic.web.gate import parts, public

blueprint = Blueprint("invited", __name__)


@blueprint.get("/invited/<token>")
@public
def page(token: str) -> str:
    """The form; looking changes nothing. Raises NotFound."""
    return _form(token, {})


@blueprint.post("/invited/<token>")
@public
def accept(token: str) -> Answer | tuple[str, int]:
    given, password = parts(), request.form.get("password", "")
    try:
        if password != request.form.get("again", ""):
            raise Invalid("passwords_differ", field="again")
        members.accept(given.begin, given.read, token, password, passwords=given.passwords, now=given.now())
    except Invalid as fault:
        return _form(token, {fault.field or "": said(fault)}), 400
    flash(gettext("The passphrase is set: sign in with it."), "done")
    return redirect(url_for("access.sign_in_page"), 303)


def _form(token: str, errors: dict[str, str]) -> str:
    given = parts()
    email = members.invited(given.read, token, now=given.now())
    return render_template("access/invited.html", email=email, errors=errors, advised=ADVISED, most=LONGEST)
