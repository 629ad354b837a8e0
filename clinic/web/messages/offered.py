"""The page behind the link that offers a time: one time, nothing clinical, no names. Opening it changes nothing; a
button does."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.db.visits import freed
from clinic.db.visits.freed import Shown
from clinic.domain.access.actors import of_link
from clinic.domain.errors import Conflict, Invalid, NotFound, Refused
from clinic.domain.time import instant_of, zone
from clinic.domain.visits.waiting import Outcome
from clinic.services.access import counters
from clinic.services.access.sessions import hashed
from clinic.services.visits import freed as offering
from clinic.web.errors import status_of
from clinic.web.forms import new_key, once, version
from clinic.web.gate import parts, public
from clinic.web.languages import speaking, words
from clinic.web.messages.behind import PRIVATE, ended

blueprint = Blueprint("offered", __name__)


@blueprint.get("/w/<token>")
@public
def page(token: str) -> Answer:
    """The time that is offered, and what came of it."""
    try:
        offer = _offer(token)
    except NotFound:
        return ended()
    with speaking(offer.language):
        return Response(_page(token, offer), headers=PRIVATE)


@blueprint.post("/w/<token>/take")
@public
def take(token: str) -> Answer:
    """He takes it."""
    return _act(token, offering.accept)


@blueprint.post("/w/<token>/leave")
@public
def leave(token: str) -> Answer:
    """He leaves it to somebody else."""
    return _act(token, offering.refuse)


def _offer(token: str) -> Shown:
    with parts().read() as unit:
        return freed.shown(unit.connection, freed.by_token(unit.connection, hashed(token)).id)


def _act(token: str, does: Callable[..., None]) -> Answer:
    """Do it, and show what came of it; or say why not."""
    given = parts()
    try:
        offer = _offer(token)
    except NotFound:
        return ended()
    counters.count(given.begin, counters.link_limit(token), now=given.now())
    with speaking(offer.language):
        try:
            sent = {"version": version(), "once": once(of_link(offer.patient)), "request_id": g.request_id}
            does(given.begin, given.read, token, **sent, now=given.now())
        except (Conflict, Invalid, Refused) as error:
            return Response(_page(token, _offer(token), _said(error)), status_of(error), headers=PRIVATE)
    return redirect(url_for(".page", token=token), 303)


def _said(error: Conflict | Invalid | Refused) -> str:
    if isinstance(error, Invalid) and error.code in ("offer_taken", "offer_over"):
        return ""  # the page says so
    if isinstance(error, Conflict):
        return str(gettext("This time cannot be had any more. Nothing has changed for you."))
    return str(gettext("This cannot be done here any more. Please call us."))


def _page(token: str, offer: Shown, said: str = "") -> str:
    state = _state(offer)
    return render_template(
        "messages/visit_offer.html",
        practice_name=offer.neutral_name,
        location={
            "name": offer.location,
            "address": offer.address,
            "phone": offer.phone,
            "phone_href": f"tel:{offer.phone.replace(' ', '')}",
        },
        offer={"state": state, "sentence": _sentence(state), **_times(offer)},
        said=said,
        take_to=url_for(".take", token=token),
        leave_to=url_for(".leave", token=token),
        key=new_key(),
        version=offer.version,
    )


def _times(offer: Shown) -> dict[str, Any]:
    tz = zone(offer.tz)
    starts, ends = (instant_of(tick).astimezone(tz) for tick in (offer.starts, offer.ends))
    until = None if offer.expires_at is None else offer.expires_at.astimezone(tz)
    visit = None if offer.visit is None else instant_of(offer.visit).astimezone(tz)
    return {
        "day": words().full_day(starts),
        "time": words().both(starts, offer.tz, offer.own_tz, ends=ends),
        "until": "" if until is None else f"{words().day(until)}, {words().clock(until)}",
        "visit": "" if visit is None else f"{words().day(visit)}, {words().clock(visit)}",
    }


def _state(offer: Shown) -> str:
    expired = offer.expires_at is not None and offer.expires_at <= parts().now()
    if offer.outcome == Outcome.OPEN and expired:
        return str(Outcome.EXPIRED)
    return offer.outcome


def _sentence(state: str) -> str:
    sentences: dict[str, str] = {
        "accepted": gettext("We look forward to seeing you, and write to you once more."),
        "refused": gettext("You left this time to somebody else. You stay on our list."),
        "taken": gettext(
            "Somebody else was a little faster this time. You stay on our list: "
            "we tell you of the next time that suits you."
        ),
        "expired": gettext("This offer is over. You stay on our list."),
    }
    return sentences.get(state, "")
