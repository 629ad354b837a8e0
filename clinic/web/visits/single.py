"""Booking a visit that stands alone: what, for whom, then a free time."""

from datetime import date, timedelta
from typing import Any, Final

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from clinic.content.labels import label
from clinic.db.practice import lists
from clinic.db.practice.lists import LocationLine
from clinic.domain.dates import day_of, plain_clock
from clinic.domain.errors import ClinicError, Invalid, Refused, SlotTaken
from clinic.domain.fields import within
from clinic.domain.practice.body import Target, region_named, side_named
from clinic.domain.time import instant_at, local_date, tick_floor, zone
from clinic.domain.visits.catalogue import SINGLES, single
from clinic.services.visits.book import book as book_visit
from clinic.services.visits.keep import give_back, give_back_overdue
from clinic.services.visits.keep import keep as keep_time
from clinic.services.visits.offers import MOST_DAYS, Offer, offers_for_single
from clinic.services.visits.overbook import overbook as overbook_time
from clinic.services.visits.wanted import Spot, WantedVisit
from clinic.web import words
from clinic.web.errors import said, status_of
from clinic.web.forms import new_key, once
from clinic.web.gate import actor, needs, parts, seen_at
from clinic.web.patients.picker import chosen, picked
from clinic.web.visits.panel import allowed, offer_days, spot_from, spot_value

blueprint = Blueprint("single", __name__)

FIELDS = ("kind", "location", "therapist", "date", "region", "side", "extra_minutes", "interpreter")
LABELS: Final = {
    "at": lazy_gettext("Time"),
    "extra_minutes": lazy_gettext("Extra minutes"),
    "interpreter": lazy_gettext("Interpreter"),
}
"""Fields that a sentence about them names."""


@blueprint.get("/visits/new")
@needs("visit.book")
def new() -> str:
    """An empty form, or one for the patient whose public id the address names."""
    return _page(request.args, {})


@blueprint.post("/visits/new")
@needs("visit.book")
def times() -> str:
    """The free times for what was asked."""
    return _page(request.form, {})


@blueprint.post("/visits")
@needs("visit.book")
def book() -> Answer | tuple[str, int]:
    """Take one of the free times, or show what stands against it."""
    given, form = parts(), request.form
    try:
        public_id = book_visit(
            given.begin,
            given.read,
            _wanted(form, chosen(form)),
            spot_from(form.get("start", "")),
            kept=form.get("kept", ""),
            actor=actor(),
            reason=form.get("reason", "").strip(),
            once=once(),
            now=given.now(),
        )
    except (SlotTaken, Refused, Invalid) as error:
        field = "reason" if error.params.get("overridable") else getattr(error, "field", None) or ""
        gone = spot_from(form["start"]) if isinstance(error, SlotTaken) else None
        return _page(form, {field: error}, gone=gone), status_of(error)
    return redirect(url_for("visits.panel", public_id=public_id), 303)


@blueprint.post("/visits/overbook")
@needs("visit.overbook")
def overbook() -> Answer | tuple[str, int]:
    """Give a therapist's time twice, or show what stands against it."""
    given, form = parts(), request.form
    try:
        wanted, start = _wanted(form, chosen(form)), _at(form)
        reason = form.get("why", "").strip()
        public_id = overbook_time(
            given.begin, given.read, wanted, start, actor=actor(), reason=reason, once=once(), now=given.now()
        )
    except (SlotTaken, Refused, Invalid) as error:
        field = {"reason": "why"}.get(getattr(error, "field", None) or "", getattr(error, "field", None) or "")
        return _page(form, {field: error}), status_of(error)
    return redirect(url_for("visits.panel", public_id=public_id), 303)


def _at(form: "MultiDict[str, str]") -> int:
    """The tick of the date and the wall time that the form names; of a repeated hour the first. Raises Invalid."""
    try:
        at = plain_clock(form.get("at", ""))
    except ValueError as error:
        raise Invalid("choose_a_time", field="at") from error
    day, tz = _day(form.get("date", "")), zone(_place(form.get("location", "")).tz)
    return tick_floor(within("at", lambda _: instant_at(day, at, tz, 0), None))


@blueprint.post("/visits/kept")
@needs("visit.book")
def keep() -> Answer:
    """Keep the chosen time while the form is open, and say until when; a rule that wants a reason first keeps none."""
    given, form = parts(), request.form
    try:
        wanted, spot = _wanted(form, chosen(form)), spot_from(form.get("start", ""))
        own = form.get("kept", "")
        kept = keep_time(given.begin, given.read, wanted, spot, instead=own, actor=actor(), now=given.now())
    except SlotTaken:
        return _told(gettext("This time has just been taken. Choose another one."), status=409)
    except Refused:
        return _told("")
    place = _place(form.get("location", ""))
    until = f"{kept.until.astimezone(zone(place.tz)):%H:%M}"
    lasts = int((kept.until - given.now()).total_seconds())
    return _told(gettext("This time is kept for you until %(time)s.", time=until), kept=kept.public_id, seconds=lasts)


@blueprint.post("/visits/kept/<public_id>/back")
@needs("visit.book")
def back(public_id: str) -> tuple[str, int]:
    """The form is left: the time is free again."""
    give_back(parts().begin, public_id, actor=actor(), now=parts().now())
    return "", 204


def _told(words: str, *, status: int = 200, **more: object) -> Answer:
    answer = jsonify(
        {"says": words, "over": gettext("The time is no longer kept: it can be booked while it is free.")} | more
    )
    answer.status_code = status
    return answer


def _place(public_id: str) -> LocationLine:
    """The location that is asked for, or the first."""
    with parts().read() as unit:
        places = lists.locations(unit.connection, seen_at())
    return next((each for each in places if each.public_id == public_id), places[0])


def _wanted(form: "MultiDict[str, str]", patient: str) -> WantedVisit:
    region = form.get("region", "")
    targets = (Target(region_named(region), side_named(form.get("side", ""))),) if region else ()
    one = single(form.get("kind", ""))
    extra, interpreter = form.get("extra_minutes", "").strip() or "0", form.get("interpreter", "").strip()
    if not (extra.isascii() and extra.isdigit() and len(extra) < 4):
        raise Invalid("not_a_number", field="extra_minutes")
    where, whom = form.get("location", ""), form.get("therapist") or None
    return WantedVisit(patient, where, one, targets, whom, int(extra), interpreter)


def _said(name: str, error: ClinicError) -> str:
    """What is wrong, with the name of the field that people read."""
    return said(Invalid(error.code, field=str(LABELS[name]), **error.params) if name in LABELS else error)


def _page(form: "MultiDict[str, str]", errors: dict[str, ClinicError], *, gone: Spot | None = None) -> str:
    """The form with its free times; those nearest to a time that is gone come first."""
    now = parts().now()
    with parts().read() as unit:
        places = lists.locations(unit.connection, seen_at())
        if not places:
            raise Invalid("no_location")
        place = next((each for each in places if each.public_id == form.get("location")), places[0])
        who = picked(unit, form)
        therapists = lists.therapists(unit.connection, place.public_id)
    patient = who.patient
    if who.fault is not None:
        errors["patient"] = who.fault
    values = {name: form.get(name, "") for name in FIELDS}
    values["location"] = place.public_id
    values["date"] = form.get("later") or values["date"] or local_date(now, zone(place.tz)).isoformat()
    offers = _offers(form, patient, values, errors, gone)
    return render_template(
        "visits/book.html",
        action=url_for(".times"),
        kinds=[(one.key, gettext(label(one.key))) for one in SINGLES],
        locations=[(each.public_id, each.name) for each in places],
        therapists=[("", gettext("Anyone who may")), *therapists],
        regions=words.region_choices(),
        sides=words.sides(),
        values=values
        | {"start": _start(form, offers, gone), "reason": form.get("reason", ""), "kept": form.get("kept", "")}
        | {name: form.get(name, "") for name in ("at", "why")},
        errors={name: _said(name, error) for name, error in errors.items()},
        days=None if offers is None else offer_days(offers, near=None if gone is None else gone.start),
        **who.fields(),
        **_ways(values, patient, offers, errors),
    )


def _offers(
    form: "MultiDict[str, str]",
    patient: dict[str, str] | None,
    values: dict[str, str],
    errors: dict[str, ClinicError],
    gone: Spot | None,
) -> tuple[Offer, ...] | None:
    """Free times; none before a patient and a kind of visit are chosen. Faults go to the form."""
    if patient is None or not values["kind"]:
        return None
    try:
        wanted = _wanted(MultiDict({**form.to_dict(), "location": values["location"]}), patient["id"])
        give_back_overdue(parts().begin, parts().read, now=parts().now())
        found = offers_for_single(
            parts().read, wanted, _day(values["date"]), near=gone, kept=form.get("kept", ""), now=parts().now()
        )
        return allowed(found, actor())
    except (Invalid, Refused) as error:
        errors[getattr(error, "field", None) or ""] = error
        return None


def _start(form: "MultiDict[str, str]", offers: tuple[Offer, ...] | None, gone: Spot | None) -> str:
    """The time that is chosen: as it was, or of those that need no reason the first beside a relative's, else the
    first, or the nearest to one that is gone."""
    if form.get("start") and gone is None:
        return form["start"]
    easy = [one for one in offers or () if not one.needs_reason]
    if not easy:
        return ""
    if gone is None:
        return spot_value(next((one for one in easy if one.beside), easy[0]).spot)
    return spot_value(min((one.spot for one in easy), key=lambda spot: abs(spot.start - gone.start)))


def _day(given: str) -> date:
    try:
        return day_of(given)
    except ValueError as error:
        raise Invalid("not_a_date", field="date") from error


def _ways(
    values: dict[str, str],
    patient: dict[str, str] | None,
    offers: tuple[Offer, ...] | None,
    errors: dict[str, ClinicError],
) -> dict[str, Any]:
    book_form = None
    later = None
    if patient is not None and offers is not None:
        fields = [(name, values[name]) for name in FIELDS] + [("patient", patient["id"])]
        book_form = {"post_to": url_for(".book"), "key": new_key(), "fields": fields, "keep_to": url_for(".keep")}
        if actor().may("visit.overbook"):
            book_form |= {"overbook_to": url_for(".overbook"), "overbook_key": new_key()}
        last = offers[-1].on if offers else _day(values["date"]) + timedelta(days=MOST_DAYS)
        later = (last + timedelta(days=1)).isoformat()
    return {
        "book": book_form,
        "later": later,
        "reason_needed": "reason" in errors or (bool(offers) and all(offer.needs_reason for offer in offers or ())),
        "notices": [],
    }
