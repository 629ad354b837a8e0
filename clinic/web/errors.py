"""The one place where errors become status codes and pages."""

import logging
from typing import Final

from flask import Flask, current_app, g, make_response, render_template, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from clinic.content.sentences import sentence
from clinic.db.faults import UNAVAILABLE
from clinic.domain.errors import (
    ClinicError,
    Conflict,
    Forbidden,
    Infeasible,
    Invalid,
    NotFound,
    Refused,
    TooMany,
)
from clinic.web import words

LOG = logging.getLogger("clinic.web")

STATUS: Final[dict[type[ClinicError], int]] = {
    Invalid: 400,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Infeasible: 422,
    Refused: 422,
    TooMany: 429,
}
PAGES: Final = frozenset({400, 403, 404, 409, 422, 429, 500, 503})


def status_of(error: ClinicError) -> int:
    """The status code of an error's nearest kind."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def said(error: ClinicError) -> str:
    """The error as a sentence in the page's language: fields by their labels, things and days as people write them."""
    if isinstance(error, Invalid) and error.code == "not_one_of":
        return said(Invalid("unchosen", field=error.field))
    return sentence(error, gettext=gettext, shown=words.shown)


def page(status: int, message: str = "", **view: object) -> Response:
    """The page of a failure; `view` may bring `alternatives`, `versions` and `retry_url`."""
    family = status if status in PAGES else 400 if status < 500 else 500
    g.frameless = family >= 500 or g.get("with_patient", False)  # the frame asks the database
    body = render_template(f"errors/{family}.html", message=message, request_id=g.get("request_id", ""), **view)
    return make_response(body, status)


def register(app: Flask) -> None:
    """Answer every error that a view raises."""
    app.register_error_handler(ClinicError, _clinic)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)
    for kind in UNAVAILABLE:
        app.register_error_handler(kind, _unavailable)


def _clinic(error: ClinicError) -> Response:
    status = status_of(error)
    answer = page(status, said(error), retry_url=_above() if status in (409, 422) else None)
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.retry_seconds)
    return answer


def _above() -> str | None:
    """Where one looks at what he wanted to change: the nearest page above the address that he sent something to."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None or request.method == "GET":
        return None
    parts = request.path.split("/")
    above = ("/".join(parts[:length]) for length in range(len(parts) - 1, 1, -1))
    return next((path for path in above if adapter.test(path, "GET")), None)


def _http(error: HTTPException) -> Response:
    answer = error.get_response()
    shown = page(answer.status_code)
    for name in ("Allow", "Retry-After"):
        if name in answer.headers:
            shown.headers[name] = answer.headers[name]
    return shown


def _unavailable(error: Exception) -> Response:
    LOG.error("database unavailable: %s", type(error).__name__)
    answer = page(503)
    answer.headers["Retry-After"] = "30"
    return answer


def _unexpected(error: Exception) -> Response:
    LOG.error("unexpected %s", type(error).__name__, exc_info=error)
    return page(500)
