"""The pages behind a mail's visit link: one visit, nothing clinical before the date of birth is given, no names.
Opening one changes nothing; a button does."""

from collections.abc import Callable

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.db.messages.links import Linked
from clinic.domain.errors import Conflict, Invalid, NotFound, Refused, SlotTaken
from clinic.domain.messages.notes import PARTS
from clinic.domain.time import instant_of, zone
from clinic.domain.visits.asking import Asks
from clinic.domain.visits.self_service import Deed
from clinic.services.access import counters
from clinic.services.messages import checkins, links, questions
from clinic.services.messages.links import Sent
from clinic.services.visits.own_times import Time
from clinic.web.errors import status_of
from clinic.web.forms import new_key, once, version
from clinic.web.gate import parts, public
from clinic.web.languages import speaking, words
from clinic.web.messages.behind import PRIVATE, Page, behind, born_first, born_on, ended, sentences, shared
from clinic.web.visits.panel import spot_from, spot_value

blueprint = Blueprint("links", __name__)


@blueprint.get("/v/<token>")
@public
def visit(token: str) -> Answer:
    """Time, place, phone, and what the patient may do by himself."""
    return behind(token, lambda linked: (_page(token, linked), 200))


@blueprint.get("/v/<token>/move")
@public
def other_times(token: str) -> Answer:
    """The times that the visit may move to."""
    return behind(token, lambda linked: (_times(token, linked), 200))


@blueprint.get("/v/<token>/cancel")
@public
def ask(token: str) -> Answer:
    """Whether it is to be cancelled, or only moved."""
    return behind(token, lambda linked: (_asked(token, linked), 200))


@blueprint.get("/v/<token>/notes")
@public
def ask_birth_date(token: str) -> Answer:
    """The date of birth, before anything clinical."""
    return behind(token, lambda linked: _born(token, linked))


@blueprint.post("/v/<token>/confirm")
@public
def confirm(token: str) -> Answer:
    """He comes."""
    return _act(token, lambda sent: links.confirm(parts().begin, sent, now=parts().now()))


@blueprint.post("/v/<token>/cancel")
@public
def cancel(token: str) -> Answer:
    """He gives it up."""
    return _act(token, lambda sent: links.cancel(parts().begin, sent, now=parts().now()))


@blueprint.post("/v/<token>/move")
@public
def move(token: str) -> Answer:
    """It goes to the time that he chose, or another is booked there for one that he gave up."""

    def moved(sent: Sent) -> str:
        start = spot_from(request.form.get("start", ""))
        return links.move(parts().begin, parts().read, sent, start, now=parts().now())

    return _act(token, moved)


@blueprint.post("/v/<token>/notes")
@public
def read_notes(token: str) -> Answer:
    """What to expect and what to do, for who knows the date of birth."""
    return behind(token, lambda linked: _told(token, linked))


def _act(token: str, does: Callable[[Sent], str | None]) -> Answer:
    """Do it, and show the visit; or say why not, and what there is instead."""
    try:
        linked = links.follow(parts().read, token, now=parts().now())
    except NotFound:
        return ended()
    counters.count(parts().begin, counters.link_limit(token), now=parts().now())
    with speaking(linked.language):
        try:
            onward = does(Sent(token, version(), once(links.actor_name(linked)), g.request_id))
        except NotFound:
            return ended()
        except (Conflict, Invalid, Refused) as error:
            return Response(_refused(token, error), status_of(error), headers=PRIVATE)
    return redirect(url_for(".visit", token=onward or token), 303)


def _refused(token: str, error: Conflict | Invalid | Refused) -> str:
    linked = links.follow(parts().read, token, now=parts().now())
    if isinstance(error, SlotTaken):
        return _times(token, linked, gettext("That time has just gone. Nothing has changed; these are free now."))
    if isinstance(error, Invalid) and error.code == "choose_a_time":
        return _times(token, linked, gettext("Please choose one of the times."))
    if isinstance(error, Conflict):
        return _page(token, linked, gettext("The visit has changed meanwhile. This is how it stands now."))
    return _page(token, linked, gettext("This cannot be done here any more. Please call us."))


def _page(token: str, linked: Linked, said: str = "") -> str:
    may, state = links.deeds(linked, now=parts().now()), _state(linked)
    late = Deed.MOVE not in may and state in ("booked", "moved", "confirmed")
    return render_template(
        "messages/visit.html",
        **shared(linked),
        visit=_visit(linked),
        said=said,
        download_href=None if state in ("cancelled", "open", "over") else url_for(".calendar_file", token=token),
        confirm_to=url_for(".confirm", token=token) if Deed.CONFIRM in may else None,
        move_href=url_for(".other_times", token=token) if Deed.MOVE in may else None,
        cancel_href=url_for(".ask", token=token) if Deed.CANCEL in may else None,
        checkin_href=_checkin(token, linked) if state == "over" else None,
        **_asking(token, linked),
        notes_href=None if state in ("cancelled", "open") else url_for(".ask_birth_date", token=token),
        late=gettext("The visit is so near that we do this on the phone.") if late else "",
        key=new_key(),
        version=linked.version,
    )


def _checkin(token: str, linked: Linked) -> str | None:
    """Where the patient says how he is, in the days after it."""
    now = parts().now()
    return url_for("checkin.page", token=token) if checkins.wanted(parts().read, linked, now=now) else None


def _asking(token: str, linked: Linked) -> dict[str, object]:
    """Where he is asked before the visit, and whether only what has changed since he was."""
    found = questions.due(parts().read, linked, now=parts().now())
    href = None if found is None else url_for("questions.page", token=token)
    return {"questions_href": href, "questions_again": found is Asks.CHANGES}


def _times(token: str, linked: Linked, said: str = "") -> str:
    found = links.times(parts().read, token, now=parts().now())
    return render_template(
        "messages/visit_move.html",
        **shared(linked),
        visit=_visit(linked),
        times=[_time(linked, each) for each in found],
        said=said,
        move_to=url_for(".move", token=token),
        key=new_key(),
        version=linked.version,
        back_href=url_for(".visit", token=token),
    )


def _time(linked: Linked, each: Time) -> tuple[str, str, str]:
    when = words().both(each.starts, linked.tz, linked.own_tz, ends=each.ends)
    remark = "" if each.same_therapist else gettext("with a colleague")
    return spot_value(each.spot), f"{words().day(each.starts)}, {when}", remark


def _asked(token: str, linked: Linked) -> str:
    if Deed.CANCEL not in links.deeds(linked, now=parts().now()):
        return _page(token, linked)
    return render_template(
        "messages/visit_cancel.html",
        **shared(linked),
        visit=_visit(linked),
        cancel_to=url_for(".cancel", token=token),
        key=new_key(),
        version=linked.version,
        move_href=url_for(".other_times", token=token),
        back_href=url_for(".visit", token=token),
    )


def _told(token: str, linked: Linked) -> Page:
    try:
        told = links.told(parts().begin, token, born_on(), request_id=g.request_id, now=parts().now())
    except Invalid:
        return _born(token, linked, wrong=True)
    shown = {part: sentences(getattr(told, part)) for part in PARTS}
    back = url_for(".visit", token=token)
    return render_template("messages/visit_notes.html", **shared(linked), told=shown, back_href=back), 200


def _born(token: str, linked: Linked, *, wrong: bool = False) -> Page:
    title, go_on = gettext("Before and after the visit"), gettext("Read the notes")
    return born_first(token, linked, to=url_for(".read_notes", token=token), wrong=wrong, title=title, go_on=go_on)


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
        return ended()
    headers = {**PRIVATE, "Content-Disposition": 'attachment; filename="visit.ics"'}
    return Response(links.calendar_file(linked), content_type="text/calendar; charset=utf-8", headers=headers)


def _state(linked: Linked) -> str:
    if linked.status in links.GONE:
        return "cancelled"
    if linked.status in ("done", "no_show") or instant_of(linked.ends) <= parts().now():
        return "over"
    if linked.status in ("held", "pencilled"):
        return "open"
    if linked.status in ("arrived", "in_session") or instant_of(linked.starts) <= parts().now():
        return "begun"
    if linked.status == "confirmed":
        return "confirmed"
    return "moved" if linked.revised_at > linked.linked_at else "booked"


def _sentence(state: str) -> str:
    sentences: dict[str, str] = {
        "booked": "",
        "moved": gettext("The visit changed after the mail was sent. This is what holds now."),
        "confirmed": gettext("You have confirmed this visit. We look forward to seeing you."),
        "open": gettext("This time is not agreed yet. We will write to you, or call us."),
        "begun": gettext("This visit has begun."),
        "cancelled": gettext("This visit is cancelled. You do not need to come."),
        "over": gettext("This visit is over."),
    }
    return sentences[state]
