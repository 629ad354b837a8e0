"""What every answer carries: safe headers, compressed text, one log line, one count."""

import gzip
import logging
from time import perf_counter
from typing import Final

from flask import Flask, Response, g, request

from clinic.domain.ids import new_public_id
from clinic.web.gate import parts
from clinic.web.metrics import Metrics

LOG = logging.getLogger("clinic.request")

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
SECURE_HEADERS: Final = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
COMPRESSED: Final = frozenset({"text/html", "text/css", "text/javascript", "image/svg+xml"})
WORTH_COMPRESSING: Final = 500
"""Bytes; below that the packet is as small either way."""


def register(app: Flask, metrics: Metrics) -> None:
    """Number each request before anything else, and finish each answer after everything else."""

    def begin() -> None:
        g.request_id = new_public_id()
        g.begun = perf_counter()

    def note(answer: Response) -> Response:
        # The rule, never the path: paths hold public ids and tokens.
        route, method = (request.url_rule.rule, request.method) if request.url_rule else ("-", "-")
        seconds = perf_counter() - g.begun
        metrics.seen(route, method, answer.status_code, seconds)
        facts = {"method": method, "route": route, "status": answer.status_code, "ms": round(seconds * 1000, 1)}
        who = g.get("identity")
        LOG.info("request", extra={"facts": facts | {"request": g.request_id, "account": who.account if who else "-"}})
        return answer

    app.before_request(begin)
    app.after_request(note)
    app.after_request(_compress)
    app.after_request(_protect)


def _protect(answer: Response) -> Response:
    for name, value in (HEADERS | SECURE_HEADERS if parts().secure else HEADERS).items():
        answer.headers.setdefault(name, value)
    if "Cache-Control" not in answer.headers:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _compress(answer: Response) -> Response:
    if answer.mimetype not in COMPRESSED or answer.is_streamed or "Content-Encoding" in answer.headers:
        return answer
    answer.vary.add("Accept-Encoding")
    if answer.status_code == 304 or not request.accept_encodings["gzip"]:
        return answer
    body = answer.get_data()
    if len(body) > WORTH_COMPRESSING:
        answer.set_data(gzip.compress(body, 6, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
    return answer
