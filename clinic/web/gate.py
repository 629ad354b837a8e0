"""Who may come in: every route names the one permission it needs, or says that it is public; an unlisted one is shut.

`@needs("visit.move")` and `@public` mark a view; `admit` judges before it runs.
"""

from collections.abc import Callable
from typing import Final, TypeVar
from urllib.parse import urlencode

from flask import Response, current_app, g, redirect, request, session
from werkzeug.wrappers import Response as Answer

from clinic.domain.access.actors import Actor, Places
from clinic.domain.errors import Forbidden
from clinic.services.access.sessions import Identity, identify
from clinic.web.parts import Parts
from clinic.web.scope import narrowed

View = TypeVar("View", bound=Callable[..., object])

PUBLIC: Final = "public"
MARK: Final = "clinic_needs"
UNATTENDED: Final = "clinic_unattended"
EXTENSION: Final = "clinic"
CSRF: Final = "csrf_token"
GUARDS: Final = frozenset({CSRF, "key", "version"})
"""What forms carry that nobody typed."""


def needs(permission: str) -> Callable[[View], View]:
    """Only for those whose roles grant `permission`."""

    def mark(view: View) -> View:
        setattr(view, MARK, permission)
        return view

    return mark


def public(view: View) -> View:
    """For everybody, signed in or not."""
    return needs(PUBLIC)(view)


def unattended(view: View) -> View:
    """Asked for by a page on its own: nobody is there because of it, so the session's idle time runs on."""
    setattr(view, UNATTENDED, True)
    return view


def parts() -> Parts:
    """What wiring gave this application."""
    given: Parts = current_app.extensions[EXTENSION]
    return given


def actor() -> Actor:
    """Who acts in this request. Only in views that need a permission."""
    acting: Actor = g.actor
    return acting


def seen_at() -> Places:
    """The locations that this page may show: those at which the permission it needs holds."""
    view = current_app.view_functions[request.endpoint or ""]
    return actor().where(getattr(view, MARK))


def come_to(place: int) -> None:
    """From now on this request is about that location."""
    g.actor = actor().at([place])


def cookie_name() -> str:
    """The session's cookie: browsers bind `__Host-` to this host and to https."""
    return "__Host-session" if parts().secure else "session"


def identity() -> Identity | None:
    """Who is signed in; asked of the database once a request."""
    if "identity" not in g:
        token, given = request.cookies.get(cookie_name(), ""), parts()
        view = current_app.view_functions.get(request.endpoint or "")
        there, now = not getattr(view, UNATTENDED, False), given.now()
        g.identity = identify(given.begin, given.read, token, idle=given.idle, there=there, now=now) if token else None
    who: Identity | None = g.identity
    return who


def admit() -> Answer | None:
    """Let the request pass, send it to the sign-in page, or raise Forbidden."""
    view = current_app.view_functions.get(request.endpoint or "")
    permission = getattr(view, MARK, "")
    if permission == PUBLIC:
        return None
    who = identity()
    if view is None:
        return None
    if who is None:
        return _to_sign_in()
    if session.get(CSRF) != who.csrf_secret:
        session[CSRF] = who.csrf_secret
    g.actor = who.actor(g.request_id)
    if not permission:
        raise Forbidden("-")
    g.actor.require(permission)
    g.actor = _here(g.actor, permission)
    return None


def _here(acting: Actor, permission: str) -> Actor:
    """Who acts, at the location that the request is about. Raises NotFound."""
    if not acting.bound or request.url_rule is None:
        return acting
    return narrowed(acting, permission, request.url_rule, request.view_args or {}, request.values, parts().read)


def is_local(address: str) -> bool:
    """Whether an address to go on to stays on this site."""
    return address.startswith("/") and address[1:2] not in ("/", "\\") and address.isprintable()


def _to_sign_in() -> Answer:
    asked = request.full_path.rstrip("?") if request.method == "GET" else ""
    target = "/sign-in" + (f"?{urlencode({'next': asked})}" if asked not in ("", "/") else "")
    if "HX-Request" in request.headers:
        return Response(status=401, headers={"HX-Redirect": target})
    if typed():
        return redirect(
            f"/sign-in/kept?{urlencode({'to': request.full_path.rstrip('?')})}", code=307
        )  # sent on with what it says
    return redirect(target, code=303)


def typed() -> bool:
    """Whether somebody sent a form from one of our pages himself, without files, which cannot be kept."""
    asked = "fragment" if "HX-Request" in request.headers else request.headers.get("Sec-Fetch-Mode", "navigate")
    if request.method != "POST" or request.mimetype != "application/x-www-form-urlencoded" or asked != "navigate":
        return False
    return not request.form.keys() <= GUARDS
