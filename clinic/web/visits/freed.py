"""A time that became free: who fits, offering it by mail, and the list of calls."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext, ngettext
from werkzeug.wrappers import Response as Answer

from clinic.db.visits import freed, waiting
from clinic.db.visits.freed import Freed, OfferRow
from clinic.domain.errors import Invalid, Refused, SlotTaken
from clinic.domain.messages.reach import Channel
from clinic.domain.time import zone
from clinic.domain.visits.waiting import Outcome, Way, by_letter
from clinic.services.visits import freed as offering
from clinic.services.visits.fitting import Fit, Fits, fits
from clinic.web import words
from clinic.web.errors import said, status_of
from clinic.web.forms import new_key, sent
from clinic.web.gate import actor, needs, parts
from clinic.web.visits import waitlist
from clinic.web.visits.waitlist_form import URGENCIES

blueprint = Blueprint("freed", __name__)

OUTCOMES = {
    Outcome.OPEN: lazy_gettext("Mail sent, no answer yet"),
    Outcome.TRIED: lazy_gettext("Called, nobody answered"),
    Outcome.ACCEPTED: lazy_gettext("Takes it"),
    Outcome.REFUSED: lazy_gettext("Does not want it"),
    Outcome.EXPIRED: lazy_gettext("Did not answer in time"),
    Outcome.TAKEN: lazy_gettext("Somebody else was faster"),
}


@blueprint.get("/waitlist/times/<public_id>")
@needs("visit.read")
def page(public_id: str) -> str:
    """Who fits, in the order in which they are asked."""
    return _page(public_id, {})


@blueprint.post("/waitlist/times/<public_id>/offer")
@needs("visit.book")
def offer(public_id: str) -> Answer | tuple[str, int]:
    """Offer it by mail to who was chosen, and hold it until they answered."""
    given = parts()
    try:
        offering.offer(given.begin, given.read, public_id, request.form.getlist("waiting"), **sent())
    except (Invalid, SlotTaken, Refused) as error:
        return _page(public_id, {"": said(error)}), status_of(error)
    return redirect(_href(".page", public_id), 303)


@blueprint.post("/waitlist/times/<public_id>/end")
@needs("visit.book")
def end(public_id: str) -> Answer | tuple[str, int]:
    """Take the offer by mail back."""
    try:
        offering.end(parts().begin, public_id, **sent())
    except Invalid as error:
        return _page(public_id, {"": said(error)}), status_of(error)
    return redirect(_href(".page", public_id), 303)


@blueprint.post("/waitlist/times/<public_id>/calls")
@needs("visit.book")
def called(public_id: str) -> Answer | tuple[str, int]:
    """What came of a call; a yes leads to the visit."""
    given, form = parts(), request.form
    note = form.get("note", "").strip()
    try:
        entry, outcome = form.get("waiting", ""), _outcome(form.get("outcome", ""))
        visit = offering.called(given.begin, given.read, public_id, entry, outcome, note=note, **sent())
    except (Invalid, SlotTaken, Refused) as error:
        return _page(public_id, {"": said(error)}), status_of(error)
    if visit:
        return redirect(url_for("visits.panel", public_id=visit), 303)
    return redirect(_href(".page", public_id), 303)


def _outcome(given: str) -> Outcome:
    if given not in tuple(Outcome):
        raise Invalid("choose_an_outcome", field="outcome")
    return Outcome(given)


def _page(public_id: str, errors: dict[str, str]) -> str:
    now, may = parts().now(), actor().may("visit.book")
    with parts().read() as unit:
        free = freed.one(unit.connection, public_id)
        rows = freed.offers(unit.connection, free.id)
        found = fits(unit, free, after=_after(), now=now) if free.state != "closed" else Fits((), 0, 0)
        names = {each.waiting_id: waiting.of_key(unit.connection, each.waiting_id).name for each in rows}
    by_mail = may and free.state == "open" and by_letter(free.starts, now=now)
    lines = [_line(free, each, rows, by_mail) for each in found.found]
    return render_template(
        "visits/freed.html",
        free=waitlist.free_line(free),
        gone=free.state == "closed",
        lines=lines,
        history=[_told(free, each, names[each.waiting_id]) for each in rows],
        offer_to=_href(".offer", public_id) if any(each["mail"] for each in lines) else None,
        end_to=_href(".end", public_id) if may and free.state == "offered" else None,
        call_to=_href(".called", public_id) if may and free.state != "closed" else None,
        near=not by_letter(free.starts, now=now),
        more=_more(found),
        more_href=url_for(".page", public_id=public_id, after=found.looked),
        top_href=url_for(".page", public_id=public_id) if _after() else None,
        errors=errors,
        key=new_key(),
        version=free.version,
        back_url=url_for("waitlist.listed"),
    )


def _after() -> int:
    """Those at the top of the list at whom somebody has looked already."""
    given = request.args.get("after", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 0


def _href(view: str, public_id: str) -> str:
    """The way to a view of that time, which leads back to those at whom somebody looks now."""
    return url_for(view, public_id=public_id, after=_after() or None)


def _more(found: Fits) -> str:
    if not found.left:
        return ""
    return str(
        ngettext(
            "%(num)s more waits whom this time could suit.", "%(num)s more wait whom this time could suit.", found.left
        )
    )


def _line(free: Freed, one: Fit, rows: tuple[OfferRow, ...], by_mail: bool) -> dict[str, Any]:
    entry, tz = one.entry, zone(free.tz)
    last = next((each for each in reversed(rows) if each.waiting_id == entry.id), None)
    return {
        **waitlist.who(entry),
        "id": entry.public_id,
        "what": waitlist.what(entry),
        "time": f"{words.clock(one.starts, tz)}–{words.clock(one.ends, tz)}",
        "urgency": str(URGENCIES[entry.suits.urgency]),
        "since": gettext("waits since %(when)s", when=words.moment(entry.since.astimezone(tz))),
        "gap": _gap(one.off_days),
        "remarks": [words.in_words(each.code, each.params) for each in one.remarks],
        "note": entry.suits.note,
        "last": "" if last is None else str(OUTCOMES[last.outcome]),
        "mail": by_mail and entry.reach.channel is not Channel.PAPER,
        "asked": last is None or last.outcome in (Outcome.TRIED, Outcome.OPEN, Outcome.EXPIRED),
    }


def _gap(off_days: int) -> str:
    if not off_days:
        return ""
    told = ngettext("%(num)s day off the planned gap", "%(num)s days off the planned gap", off_days)
    return str(told)


def _told(free: Freed, row: OfferRow, name: str) -> dict[str, str]:
    at = row.settled_at or row.offered_at
    return {
        "name": name,
        "way": str(gettext("by mail") if row.way is Way.MAIL else gettext("on the phone")),
        "outcome": str(OUTCOMES[row.outcome]),
        "at": words.moment(at.astimezone(zone(free.tz))),
        "note": row.note,
    }
