"""The page behind a mail's visit link: one visit, nothing clinical, no names. Opening it changes nothing."""

from flask import Blueprint, Response, render_template
from flask_babel import gettext

from clinic.db.messages.links import Linked, desk
from clinic.domain.errors import NotFound
from clinic.domain.time import instant_of, zone
from clinic.services.messages import links
from clinic.web.gate import parts, public
from clinic.web.languages import speaking, words
from clinic.web.messages.feeds import count_unknown

blueprint = Blueprint("links", __name__)

PRIVATE = {"X-Robots-Tag": "noindex, nofollow"}


@blueprint.get("/v/<token>")
@public
def visit(token: str) -> Response:
    """Time, place and phone; a link that has ended says whom to call."""
    try:
        linked = links.follow(parts().read, token, now=parts().now())
    except NotFound:
        return _ended()
    with speaking(linked.language):
        page = render_template(
            "messages/visit.html",
            practice_name=linked.neutral_name,
            visit=_visit(linked),
            location={
                "name": linked.location,
                "address": linked.address,
                "phone": linked.phone,
                "phone_href": _tel(linked.phone),
            },
            download_href=f"/v/{token}/visit.ics",
        )
    return Response(page, headers=PRIVATE)


def _visit(linked: Linked) -> dict[str, str]:
    """Its state and its time, in words, where the page speaks the patient's language."""
    starts, ends = (instant_of(tick).astimezone(zone(linked.tz)) for tick in (linked.starts, linked.ends))
    state = _state(linked)
    return {
        "state": state,
        "sentence": _sentence(state),
        "day": words().full_day(starts),
        "time": words().both(starts, linked.tz, linked.own_tz, ends=ends),
    }


@blueprint.get("/v/<token>/visit.ics")
@public
def calendar_file(token: str) -> Response:
    """The visit for a calendar program."""
    try:
        linked = links.follow(parts().read, token, now=parts().now())
    except NotFound:
        return _ended()
    headers = {**PRIVATE, "Content-Disposition": 'attachment; filename="visit.ics"'}
    return Response(links.calendar_file(linked), content_type="text/calendar; charset=utf-8", headers=headers)


def _ended() -> Response:
    count_unknown("visit-link")
    with parts().read() as unit:
        name, phone = desk(unit.connection)
    shown = {"practice_name": name} if name else {}
    page = render_template("messages/gone.html", phone=phone, phone_href=_tel(phone), **shown)
    return Response(page, 404, headers=PRIVATE)


def _tel(phone: str) -> str:
    return f"tel:{phone.replace(' ', '')}"


def _state(linked: Linked) -> str:
    if linked.status in links.GONE:
        return "cancelled"
    if instant_of(linked.ends) <= parts().now() or linked.status == "no_show":
        return "over"
    return "moved" if linked.revised_at > linked.linked_at else "booked"


def _sentence(state: str) -> str:
    sentences: dict[str, str] = {
        "booked": "",
        "moved": gettext("The visit changed after the mail was sent. This is what holds now."),
        "cancelled": gettext("This visit is cancelled. You do not need to come."),
        "over": gettext("This visit is over."),
    }
    return sentences[state]
