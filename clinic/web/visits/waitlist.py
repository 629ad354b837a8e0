"""The wait list: who waits for what, putting somebody on it, changing what suits, taking somebody off."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.content.labels import label
from clinic.db.practice import lists
from clinic.db.visits import freed, kept, reads, waiting
from clinic.db.visits.freed import Freed
from clinic.db.visits.waiting import Waiting
from clinic.domain.errors import Invalid, NotFound
from clinic.domain.faults import each_fault
from clinic.domain.practice.body import Target, region_named, side_named
from clinic.domain.time import local_date, tick_floor, zone
from clinic.domain.visits.catalogue import SINGLES
from clinic.domain.visits.waiting import rank
from clinic.services.visits import waitlist
from clinic.services.visits.waitlist import Wish
from clinic.web import words
from clinic.web.errors import said, status_of
from clinic.web.forms import new_key, once, sent
from clinic.web.gate import actor, needs, parts, seen_at
from clinic.web.paging import A_PAGE, here, pages, skipped
from clinic.web.patients.picker import chosen, picked
from clinic.web.visits import waitlist_form as forms

blueprint = Blueprint("waitlist", __name__)


@blueprint.get("/waitlist")
@needs("visit.read")
def listed() -> str:
    """Times that became free, and who waits, the first to be asked first."""
    now = parts().now()
    with parts().read() as unit:
        free = freed.ahead(unit.connection, tick_floor(now), seen_at(), without=kept.lapsed(unit.connection, now))
        entries = waiting.open_at(unit.connection, seen_at())
    over = {each.id for each in waiting.over(entries, now)}
    ordered, skip = sorted(entries, key=lambda each: rank(each, 0, now=now)), skipped(len(entries))
    return render_template(
        "visits/waitlist.html",
        times=[free_line(each) for each in free],
        lines=[_line(each, each.id in over) for each in ordered[skip : skip + A_PAGE]],
        pages=pages(skip, len(ordered), lambda page: url_for(".listed", page=page)),
        new_href=url_for(".new") if actor().may("visit.book") else None,
        key=new_key(),
    )


def free_line(free: Freed) -> dict[str, Any]:
    """A time that became free, as lists show it."""
    tz = zone(free.tz)
    until = None if free.hold_until is None else words.moment(free.hold_until.astimezone(tz))
    return {
        "day": words.full_day(words.local(free.starts, tz).date()),
        "starts": words.clock(free.starts, tz),
        "ends": words.clock(free.ends, tz),
        "therapist": free.therapist_name,
        "offered": gettext("on offer until %(when)s", when=until) if until else "",
        "href": url_for("freed.page", public_id=free.public_id),
    }


def _line(entry: Waiting, over: bool) -> dict[str, Any]:
    may = actor().may_at("visit.book", [entry.location_id])
    return {
        **who(entry),
        "what": what(entry),
        "visit_href": url_for("visits.panel", public_id=entry.visit) if entry.visit else None,
        "urgency": str(forms.URGENCIES[entry.suits.urgency]),
        "urgent": entry.suits.urgency.value == "urgent",
        "suits": forms.when(entry.suits),
        "note": entry.suits.note,
        "since": words.moment(entry.since.astimezone(zone(entry.tz))),
        "over": gettext("Its days have gone by, or the visit has.") if over else "",
        "href": url_for(".edit", public_id=entry.public_id) if may else None,
        "close_to": url_for(".close", public_id=entry.public_id, page=here()) if may else None,
        "version": entry.version,
    }


def who(entry: Waiting) -> dict[str, str]:
    """Whom an entry is about."""
    return {
        "name": entry.name,
        "born": words.short_date(entry.born_on),
        "phone": entry.phone,
        "patient_href": url_for("patients.record", public_id=entry.patient),
    }


def what(entry: Waiting) -> str:
    """What somebody waits for."""
    if entry.visit_starts is None:
        return str(gettext(label(entry.single)))
    local = words.local(entry.visit_starts, zone(entry.tz))
    return str(gettext("Sooner than %(when)s", when=words.moment(local)))


@blueprint.get("/waitlist/new")
@needs("visit.book")
def new() -> str:
    """An empty form, for the visit or the patient that the address names."""
    return _page({"urgency": "routine", "notice": "2", "location": request.args.get("location", "")}, {})


@blueprint.post("/waitlist")
@needs("visit.book")
def add() -> Answer | tuple[str, int]:
    """List the patient, or show what is wrong."""
    values = forms.entered(request.form)
    try:
        wish = _wish(values)
        waitlist.add(parts().begin, wish, actor=actor(), once=once(), now=parts().now())
    except (Invalid, NotFound) as error:
        return _page(values, _errors(error)), status_of(error)
    return redirect(url_for(".listed"), 303)


def _wish(values: forms.Values) -> Wish:
    """Raises Invalid."""
    suits, visit = forms.suits_of(values), request.form.get("visit", "")
    if visit:
        return Wish(suits, visit)
    patient = chosen(request.form)
    if not patient:
        raise Invalid("unknown_patient", field="patient")
    region = values["region"]
    targets = (Target(region_named(region), side_named(values["side"])),) if region else ()
    return Wish(suits, "", patient, values["location"], values["kind"], targets)


def _errors(error: Invalid | NotFound) -> dict[str, str]:
    if isinstance(error, NotFound):
        return {"patient": said(error)}
    faults = {forms.FIELDS.get(each.field or "", each.field or ""): each for each in each_fault(error)}
    return {name: said(fault) for name, fault in faults.items()}


def _page(values: forms.Values, errors: dict[str, str]) -> str:
    """The form for somebody new, or for a sooner time of a visit."""
    visit = request.values.get("visit", "")
    with parts().read() as unit:
        rows = reads.panel(unit.connection, visit) if visit else ()
        places = lists.locations(unit.connection, seen_at())
        if not places:
            raise Invalid("no_location")
        asked = next((each.public_id for each in places if each.public_id == values["location"]), places[0].public_id)
        found = next((each for each in places if rows and each.id == rows[0].location_id), None)
        place = asked if found is None else found.public_id
        tz = next(each.tz for each in places if each.public_id == place)
        therapists = lists.therapists(unit.connection, place)
        picking = picked(unit, request.values) if not visit else None
    today = local_date(parts().now(), zone(tz)).isoformat()
    last = words.local(rows[0].starts, zone(tz)).date().isoformat() if rows else ""
    view: dict[str, Any] = {
        "title": gettext("Put on the wait list"),
        "of": {"name": rows[0].patient.strip(), "born": words.short_date(rows[0].born_on)} if rows else None,
        "meanwhile": words.moment(words.local(rows[0].starts, zone(tz))) if rows else "",
        "visit": visit,
        "post_to": url_for(".add"),
        "kinds": [(one.key, gettext(label(one.key))) for one in SINGLES],
        "locations": [(each.public_id, each.name) for each in places],
        "regions": words.region_choices(),
        "sides": words.sides(),
        "back_url": url_for("visits.panel", public_id=visit) if visit else url_for(".listed"),
        **({} if picking is None else picking.fields()),
    }
    return _form({"first": today, "last": last} | values | {"location": place}, errors, list(therapists), view)


def _form(values: forms.Values, errors: dict[str, str], therapists: list[tuple[str, str]], view: dict[str, Any]) -> str:
    shared = {"key": new_key(), "version": None, "therapists": therapists, "values": values, "errors": errors}
    return render_template("visits/waitlist_form.html", **shared | forms.choices() | view)


@blueprint.get("/waitlist/<public_id>")
@needs("visit.book")
def edit(public_id: str) -> str:
    """What suits somebody, to be changed."""
    return _edit(public_id, None, {})


@blueprint.post("/waitlist/<public_id>")
@needs("visit.book")
def change(public_id: str) -> Answer | tuple[str, int]:
    """Keep what suits him now."""
    values = forms.entered(request.form)
    try:
        waitlist.change(parts().begin, public_id, forms.suits_of(values), **sent())
    except Invalid as error:
        return _edit(public_id, values, _errors(error)), status_of(error)
    return redirect(url_for(".listed"), 303)


def _edit(public_id: str, values: forms.Values | None, errors: dict[str, str]) -> str:
    with parts().read() as unit:
        entry = waiting.entry(unit.connection, public_id)
        therapists = lists.therapists(unit.connection, entry.location)
    view = {
        "title": gettext("Change what suits"),
        "of": who(entry),
        "meanwhile": what(entry),
        "visit": "",
        "post_to": url_for(".change", public_id=public_id),
        "version": request.form.get("version") or entry.version,
        "back_url": url_for(".listed"),
    }
    return _form(forms.shown(entry.suits) if values is None else values, errors, list(therapists), view)


@blueprint.post("/waitlist/<public_id>/close")
@needs("visit.book")
def close(public_id: str) -> Answer:
    """Take the patient off the list."""
    waitlist.close(parts().begin, public_id, **sent())
    return redirect(url_for(".listed", page=here()), 303)
