"""A form that came after its session had ended: what was typed stays with the browser, signed, until somebody has
signed in and says that it goes, in his own name."""

from typing import Any, Final

from flask import current_app, render_template, request, session
from itsdangerous import BadSignature, URLSafeSerializer

from clinic.services.access.sessions import Identity
from clinic.web.gate import CSRF, is_local

FIELD: Final = "kept"
SECRET: Final = "password"  # noqa: S105 # part of a field's name
Form = tuple[str, list[tuple[str, str]]]


def kept() -> str:
    """The form of this request, on its way to the address it was for; nothing where it says a passphrase."""
    to = request.args.get("to", "")
    fields = [pair for pair in request.form.items(multi=True) if pair[0] != CSRF]
    if not is_local(to) or any(SECRET in name for name, _ in fields):
        return ""
    return str(_signer().dumps([to, fields]))


def view(kept: str) -> dict[str, Any]:
    """What the sign-in page says of it: to the patient, where it was the tablet that sent it."""
    form = read(kept)
    return {"kept": kept if form else "", "tablet": form is not None and "tablet" in dict(form[1])}


def read(kept: str) -> Form | None:
    """What was kept; None for anything that we did not sign."""
    try:
        to, fields = _signer().loads(kept)
    except BadSignature:
        return None
    return str(to), [(str(name), str(value)) for name, value in fields]


def ask(form: Form, who: Identity) -> str:
    """The page that sends it, once somebody has signed in."""
    session[CSRF] = who.csrf_secret
    to, fields = form
    return render_template("access/kept.html", name=who.name, post_to=to, fields=fields)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="kept-form")
