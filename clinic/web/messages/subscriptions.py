"""Subscribed calendars on screen: a patient's and his relatives', one's own, those of rooms and locations."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.db.access import reading
from clinic.db.messages import subscriptions as stored
from clinic.db.messages.subscriptions import Line, Me, Policy, Reader
from clinic.db.patients import records
from clinic.db.patients.records import Record
from clinic.db.practice import lists
from clinic.domain.errors import Invalid, NotFound
from clinic.domain.messages.subscriptions import Subscription
from clinic.services.messages import feeds
from clinic.services.messages.feeds import Created
from clinic.web.courses.feed import shown
from clinic.web.errors import said
from clinic.web.forms import new_key, once
from clinic.web.frame import practice
from clinic.web.gate import actor, identity, needs, parts
from clinic.web.messages.subscription_lines import HOUSE, MINE, Ways, level_options, line, title_options

blueprint = Blueprint("subscriptions", __name__)


@blueprint.get("/patients/<public_id>/calendars")
@needs("feed.create")
def patient(public_id: str) -> str:
    """The patient's calendars and those that relatives read."""
    return _patient(public_id)


@blueprint.post("/patients/<public_id>/calendars")
@needs("feed.create")
def patient_create(public_id: str) -> str | tuple[str, int]:
    try:
        made = _made("patient", public_id, _asked())
    except Invalid as error:
        return _patient(public_id, wrong=error), 400
    return _patient(public_id, made=made)


@blueprint.post("/patients/<public_id>/calendars/<feed>/close")
@needs("feed.create")
def patient_close(public_id: str, feed: str) -> Answer:
    _his(public_id, feed)
    return _closed(feed, url_for(".patient", public_id=public_id))


@blueprint.post("/patients/<public_id>/calendars/<feed>/private")
@needs("feed.create")
def patient_private(public_id: str, feed: str) -> Answer:
    _his(public_id, feed)
    return _hidden(feed, url_for(".patient", public_id=public_id))


@blueprint.get("/my/calendars")
@needs("feed.own")
def mine() -> str:
    """The calendars of who is signed in."""
    return _mine()


@blueprint.post("/my/calendars")
@needs("feed.own")
def mine_create() -> str | tuple[str, int]:
    me = _me()
    if me is None:
        raise NotFound("therapist")
    try:
        made = _made("staff", me.public_id, _asked())
    except Invalid as error:
        return _mine(wrong=error), 400
    return _mine(made=made)


@blueprint.post("/my/calendars/<feed>/close")
@needs("feed.own")
def mine_close(feed: str) -> Answer:
    return _closed(feed, url_for(".mine"))


@blueprint.post("/my/calendars/<feed>/private")
@needs("feed.own")
def mine_private(feed: str) -> Answer:
    return _hidden(feed, url_for(".mine"))


@blueprint.get("/calendars")
@needs("practice.write")
def house() -> str:
    """The calendars of rooms, locations and everybody who works here."""
    return _house()


@blueprint.post("/calendars")
@needs("practice.write")
def house_create() -> str | tuple[str, int]:
    kind, _, owner = request.form.get("of", "").partition(":")
    try:
        made = _made(kind, owner, _asked())
    except Invalid as error:
        return _house(wrong=error), 400
    return _house(made=made)


@blueprint.post("/calendars/<feed>/close")
@needs("practice.write")
def house_close(feed: str) -> Answer:
    return _closed(feed, url_for(".house"))


@blueprint.post("/calendars/<feed>/private")
@needs("practice.write")
def house_private(feed: str) -> Answer:
    return _hidden(feed, url_for(".house"))


@blueprint.post("/calendars/policy")
@needs("practice.write")
def policy() -> Answer | tuple[str, int]:
    """What therapists' calendars call a patient, and when a calendar counts as forgotten."""
    days = request.form.get("stale_days", "")
    chosen = Policy(request.form.get("titles", ""), int(days) if days.isdecimal() and len(days) < 4 else 0)
    try:
        feeds.set_policy(parts().begin, chosen, actor=actor(), now=parts().now())
    except Invalid as error:
        return _house(wrong=error), 400
    return redirect(url_for(".house"), 303)


def _asked() -> Subscription:
    form, level = request.form, request.form.get("level", "")
    return Subscription(
        name=form.get("name", ""),
        relative=form.get("relative", ""),
        level=int(level) if level.isdecimal() and len(level) == 1 else None,
        label=form.get("label", ""),
        private="private" in form,
    )


def _made(kind: str, owner: str, asked: Subscription) -> Created:
    given, agreed = parts(), "agreed" in request.form
    return feeds.create(given.begin, kind, owner, asked, actor=actor(), now=given.now(), agreed=agreed, once=once())


def _closed(feed: str, to: str) -> Answer:
    feeds.revoke(parts().begin, feed, actor=actor(), now=parts().now())
    return redirect(to, 303)


def _hidden(feed: str, to: str) -> Answer:
    private = request.form.get("private") == "1"
    feeds.set_private(parts().begin, feed, private, actor=actor(), now=parts().now())
    return redirect(to, 303)


def _his(public_id: str, feed: str) -> None:
    with parts().read() as unit:
        found = records.record(unit.connection, public_id)
        if feed not in {each.public_id for each in stored.of_patient(unit.connection, found.id)}:
            raise NotFound("calendar")


def _me() -> Me | None:
    who = identity()
    if who is None:
        return None
    with parts().read() as unit:
        return stored.me(unit.connection, who.account)


def _patient(public_id: str, *, made: Created | None = None, wrong: Invalid | None = None) -> str:
    given = parts()
    with given.begin() as unit:
        found = records.record(unit.connection, public_id)
        lines = stored.of_patient(unit.connection, found.id)
        readers = stored.readers(unit.connection, found.id)
        stale = stored.policy(unit.connection).stale_days
        reading.keep(unit.connection, found.id, route="subscriptions.patient", actor=actor(), now=given.now())
    ways = Ways("subscriptions.patient", {"public_id": public_id})
    return _page(
        ways,
        lines,
        stale,
        made,
        wrong,
        of=found.person.shown_name,
        back=(found.person.shown_name, url_for("patients.record", public_id=public_id)),
        fields=_patient_fields(found, readers),
    )


def _patient_fields(found: Record, readers: Sequence[Reader]) -> dict[str, Any]:
    own = gettext("%(name)s alone", name=found.person.shown_name)
    return {
        "readers": [("", own), *((each.public_id, each.name) for each in readers)] if readers else None,
        "levels": level_options(found.choices.disclosure, for_relatives=bool(readers)),
        "asks_agreement": bool(readers) and found.choices.disclosure == 3,
    }


def _mine(*, made: Created | None = None, wrong: Invalid | None = None) -> str:
    me = _me()
    with parts().read() as unit:
        lines = stored.of_staff(unit.connection, me.id) if me else ()
        stale = stored.policy(unit.connection).stale_days
    return _page(MINE, lines, stale, made, wrong, of=me.name if me else "", fields={"may_create": me is not None})


def _house(*, made: Created | None = None, wrong: Invalid | None = None) -> str:
    with parts().read() as unit:
        lines = stored.of_the_house(unit.connection)
        chosen = stored.policy(unit.connection)
        rooms, places = lists.rooms(unit.connection), lists.locations(unit.connection)
    owners = [(f"location:{each.public_id}", each.name) for each in places]
    owners += [(f"room:{each.public_id}", f"{each.place}, {each.name}") for each in rooms]
    fields = {
        "owners": owners,
        "titles": title_options(),
        "policy": {"titles": chosen.titles, "stale_days": chosen.stale_days},
        "policy_to": url_for(".policy"),
    }
    return _page(HOUSE, lines, chosen.stale_days, made, wrong, of="", fields=fields)


def _page(
    ways: Ways,
    lines: Sequence[Line],
    stale_days: int,
    made: Created | None,
    wrong: Invalid | None,
    *,
    of: str,
    fields: dict[str, Any],
    back: tuple[str, str] | None = None,
) -> str:
    tz, now = practice().tz, parts().now()
    return render_template(
        "messages/calendars.html",
        of=of,
        back=back,
        lines=[line(each, ways, stale_days=stale_days, tz=tz, now=now) for each in lines],
        shown=shown(made) if made and made.secret else None,
        shown_before=bool(made and not made.secret),
        create_to=ways.create(),
        key=new_key(),
        values=request.form if wrong else {"private": True},
        errors={wrong.field or "": said(wrong)} if wrong else {},
        **{"may_create": True, "readers": None, "levels": None, "owners": None, "policy": None} | fields,
    )
