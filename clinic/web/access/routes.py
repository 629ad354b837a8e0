"""Signing in and out."""

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.wrappers import Response as Answer

from clinic.content.languages import HOME
from clinic.domain.access.accounts import LONGEST_SESSION
from clinic.domain.errors import Invalid
from clinic.services.access import sessions
from clinic.services.access.sessions import identify, shown_in_session
from clinic.web.access import kept
from clinic.web.errors import page, said
from clinic.web.gate import CSRF, cookie_name, identity, is_local, parts, public, typed
from clinic.web.languages import speaking

blueprint = Blueprint("access", __name__)


@blueprint.get("/sign-in")
@public
def sign_in_page() -> Answer | str:
    """The form; who is signed in goes on."""
    onward = _onward(request.args.get("next", ""))
    return redirect(onward, 303) if identity() else _form(onward, "", None)


@blueprint.post("/sign-in")
@public
def sign_in() -> Answer | tuple[str, int]:
    given, onward, typed = parts(), _onward(request.form.get("next", "")), request.form.get(kept.FIELD, "")
    email, password = _credentials()
    try:
        token = sessions.sign_in(
            given.begin,
            given.read,
            email,
            password,
            passwords=given.passwords,
            source=request.remote_addr or "-",
            old_token=request.cookies.get(cookie_name(), ""),
            now=given.now(),
        )
    except Invalid as error:
        return _form(onward, email, error, typed), 400
    session.clear()
    answer = _asked(typed, token) or redirect(onward, 303)
    answer.set_cookie(
        cookie_name(),
        token,
        max_age=int(LONGEST_SESSION.total_seconds()),
        secure=given.secure,
        httponly=True,
        samesite="Lax",
    )
    return answer


@blueprint.post("/sign-in/kept")
@public
def sign_in_with_form() -> tuple[str, int]:
    """The sign-in page for a form whose session had ended, in the language of a patient who sent it; what it says is
    kept."""
    with speaking(request.form.get("language", HOME) if "tablet" in request.form else HOME):
        return _form("/", "", None, kept.kept()), 401


def from_page_before(error: CSRFError) -> Answer:
    """What answers a form of ours whose page is older than the session: somebody has signed in or out in another tab.
    It goes when the same account says so; before that nothing is done. Nobody else's page makes it come here: a browser
    that another site has send a form brings no cookie of ours."""
    secret = kept.secret(request.form.get(CSRF, "")) if session.get(CSRF) else None
    if secret is None:
        return page(400)
    if request.endpoint == "access.sign_in":
        return _signed_in_meanwhile(request.form.get(kept.FIELD, "")) or page(400)
    if request.endpoint == "access.sign_in_with_form" and shown_in_session(parts().read, secret):
        return make_response(sign_in_with_form())
    who, form = identity(), kept.sent_to(request.full_path.rstrip("?"))
    if who is None or form is None or not typed() or not shown_in_session(parts().read, secret, of=who.account):
        return page(400)
    return make_response(kept.ask(form, who), 409)


def _signed_in_meanwhile(typed: str) -> Answer | None:
    """Who wanted to sign in has done so in another tab, or begins again; what was kept stays."""
    who, form = identity(), kept.read(typed)
    if who is None:
        return make_response(_form(_onward(request.form.get("next", "")), "", Invalid("page_old"), typed), 400)
    return make_response(kept.ask(form, who), 409) if form else None


def _asked(typed: str, token: str) -> Answer | None:
    """Whether a form that was kept is to be sent, in the name of who has signed in just now."""
    given, form = parts(), kept.read(typed)
    who = identify(given.begin, given.read, token, idle=given.idle, now=given.now()) if form else None
    return make_response(kept.ask(form, who)) if form and who else None


@blueprint.get("/session")
@public
def still() -> Answer:
    """Whether the account that a page belongs to is signed in, asked before its form goes: 401, or the token that forms
    carry by now. Nobody's form goes in the name of who signed in after him."""
    who = identity()
    if who is None or who.account != request.headers.get("X-Account"):
        return Answer(status=401)
    session[CSRF] = who.csrf_secret
    return Answer(generate_csrf(), mimetype="text/plain")


@blueprint.post("/sign-out")
@public
def sign_out() -> Answer:
    """End the session on the server, then forget its cookie."""
    token = request.cookies.get(cookie_name(), "")
    if token:
        sessions.sign_out(parts().begin, token, now=parts().now())
    session.clear()
    answer = redirect(url_for("access.sign_in_page"), 303)
    answer.delete_cookie(cookie_name(), secure=parts().secure, httponly=True, samesite="Lax")
    return answer


def _onward(address: str) -> str:
    return address if is_local(address) else "/"


def _credentials() -> tuple[str, str]:
    """What was typed, or in demo mode what the pressed button stands for."""
    for account in parts().demo_accounts:
        if account.email == request.form.get("demo"):
            return account.email, account.password
    return request.form.get("login", ""), request.form.get("password", "")


def _form(onward: str, email: str, error: Invalid | None, typed: str = "") -> str:
    accounts = [{"login": each.email, "name": each.name, "role": each.role} for each in parts().demo_accounts]
    return render_template(
        "access/sign_in.html",
        post_to=url_for("access.sign_in"),
        next=onward,
        values={"login": email[:254]},
        errors={"": said(error)} if error else {},
        demo=accounts or None,
        **kept.view(typed),
    )
