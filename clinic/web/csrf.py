"""A form counts only when it comes from one of our own pages.

Flask-WTF's token is bound to the signed-in session (`gate.admit` puts that session's secret where the library looks)
or, before sign-in, to the browser's signed page cookie. Besides, a browser that says where a request comes from must
say: from here. Our pages send no referrer, so browsers send `Origin: null` with their forms: that alone says nothing.
"""

from typing import Final
from urllib.parse import urlsplit

from flask import Flask, request
from flask_wtf import CSRFProtect
from werkzeug.exceptions import BadRequest

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def register(app: Flask) -> None:
    """Check every request that may change something."""
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    app.before_request(_from_here)
    CSRFProtect(app)


def _from_here() -> None:
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin", "null")
    if site not in ("same-origin", "none") or (origin != "null" and urlsplit(origin).netloc != request.host):
        raise BadRequest
