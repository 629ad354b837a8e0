"""Subscribed calendars over HTTP: the secret address is the only key, and an unchanged calendar is not sent again."""

from flask import Blueprint, Response, request
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.domain.errors import NotFound
from clinic.services.access import counters
from clinic.services.messages import feeds
from clinic.web.gate import parts, public

blueprint = Blueprint("feeds", __name__)

HEADERS = {
    "Cache-Control": "private, no-cache",
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Disposition": 'inline; filename="calendar.ics"',
}


@blueprint.get("/feeds/<token>.ics")
@public
def show(token: str) -> Answer:
    """The calendar, or 304 for a client that has it; tokens that nobody has are counted by where they come from."""
    given = parts()
    try:
        found = feeds.fetch(given.begin, given.read, token, by=request.user_agent.string, now=given.now())
    except NotFound:
        count_unknown("feed")
        return _gone()
    answer = Response(found.body, content_type="text/calendar; charset=utf-8", headers=HEADERS)
    answer.set_etag(found.etag)
    answer.last_modified = found.modified_at
    return answer.make_conditional(request)


def _gone() -> Answer:
    """The same bytes for an address that was shut, altered or made up: the page of other errors carries a number."""
    words = gettext("There is no calendar at this address. It may have been closed: ask the practice for a new one.")
    return Response(f"{words}\n", 404, content_type="text/plain; charset=utf-8")


def count_unknown(kind: str) -> None:
    """One try with a token that nobody has. Raises TooMany."""
    limits = counters.unknown_token_limit(kind, request.remote_addr or "-")
    counters.count(parts().begin, limits, now=parts().now())
