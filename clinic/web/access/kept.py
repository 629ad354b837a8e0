"""A form that came after its session had ended, or from a page of a session before: what was typed stays with the
browser, signed, until somebody has signed in and says that it goes, in his own name."""

from typing import Any, Final

from flask import current_app, render_template, request, session
from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer

from clinic.services.access.sessions import Identity
from clinic.web.access import meant
from clinic.web.gate import CSRF, is_local

FIELD: Final = "kept"
SECRET: Final = "password"  # noqa: S105 # part of a field's name
Form = tuple[str, list[tuple[str, str]]]


def kept() -> str:
    """The form of this request, on its way to the address it was for; nothing where it says a passphrase."""
    form = sent_to(request.args.get("to", ""))
    return str(_signer().dumps(form)) if form else ""


def sent_to(address: str) -> Form | None:
    """What this request's form says to the address; None where it says a passphrase."""
    fields = [pair for pair in request.form.items(multi=True) if pair[0] != CSRF]
    return None if not is_local(address) or any(SECRET in name for name, _ in fields) else (address, fields)


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
    """The page that sends it, once somebody has signed in; it says what the form is about."""
    session[CSRF] = who.csrf_secret
    to, fields = form
    what, patient = meant.about(to, fields, who)
    return render_template("access/kept.html", name=who.name, post_to=to, fields=fields, what=what, patient=patient)


def secret(token: str) -> str | None:
    """What a token of our forms holds, whichever session its page was shown in; None for what we did not sign."""
    try:
        held = URLSafeTimedSerializer(current_app.secret_key or "", salt="wtf-csrf-token").loads(token)
    except BadSignature:
        return None
    return str(held)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="kept-form")
