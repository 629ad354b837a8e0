"""Therapists' own calendars on screen: one's own, and anybody's for who runs the practice."""

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as Answer

from clinic.calendars.lean import MOST_BYTES
from clinic.content.sentences import sentence
from clinic.db.practice import lists
from clinic.domain.errors import Invalid
from clinic.domain.time import zone
from clinic.services.practice import busy as services
from clinic.services.practice.busy import EVERYBODYS, PERMISSION, Shown
from clinic.services.practice.busy_keeping import AFTER
from clinic.web import words
from clinic.web.errors import said
from clinic.web.forms import new_key, once
from clinic.web.gate import actor, needs, parts

blueprint = Blueprint("busy", __name__)

ROOM: Final = 64 << 10
"""Bytes of a form around its file."""


@blueprint.url_value_preprocessor
def _allow_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if endpoint == "busy.add_file":
        request.max_content_length = MOST_BYTES + ROOM


@blueprint.get("/my/calendars/busy")
@needs(PERMISSION)
def mine() -> str:
    """The calendars of who is signed in; for who runs the practice the way to everybody's."""
    me = services.mine(parts().read, actor=actor())
    return _page(me) if me else _nobody()


@blueprint.get("/staff/<public_id>/busy")
@needs(PERMISSION)
def listed(public_id: str) -> str:
    return _page(public_id)


@blueprint.post("/staff/<public_id>/busy")
@needs(PERMISSION)
def add(public_id: str) -> Answer | tuple[str, int]:
    """A calendar at an address."""
    given, name, where = parts(), request.form.get("name", ""), request.form.get("address", "")
    try:
        services.add_address(given.begin, public_id, name, where, actor=actor(), once=once(), now=given.now())
    except Invalid as fault:
        return _page(public_id, wrong={fault.field or "address": _told(fault)}, name=name), 400
    flash(gettext("The calendar is read within a minute."), "done")
    return redirect(url_for(".listed", public_id=public_id), 303)


@blueprint.post("/staff/<public_id>/busy/file")
@needs(PERMISSION)
def add_file(public_id: str) -> Answer | tuple[str, int]:
    """A calendar out of a file."""
    given, name, sent = parts(), request.form.get("file_name", ""), request.files.get("file")
    data = sent.stream.read(MOST_BYTES + 1) if sent else b""
    try:
        services.add_file(given.begin, given.read, public_id, name, data, actor=actor(), once=once(), now=given.now())
    except Invalid as fault:
        field = "file_name" if fault.field == "name" else "file"
        return _page(public_id, wrong={field: _told(fault)}, file_name=name), 400
    flash(gettext("The calendar was read."), "done")
    return redirect(url_for(".listed", public_id=public_id), 303)


@blueprint.post("/staff/<public_id>/busy/<calendar>/remove")
@needs(PERMISSION)
def remove(public_id: str, calendar: str) -> Answer:
    services.remove(parts().begin, public_id, calendar, actor=actor(), now=parts().now())
    flash(gettext("The calendar was removed, and its times are free."), "done")
    return redirect(url_for(".listed", public_id=public_id), 303)


@blueprint.post("/staff/<public_id>/busy/<calendar>/again")
@needs(PERMISSION)
def again(public_id: str, calendar: str) -> Answer:
    services.ask_again(parts().begin, public_id, calendar, actor=actor(), now=parts().now())
    flash(gettext("The calendar is read within a minute."), "done")
    return redirect(url_for(".listed", public_id=public_id), 303)


def _told(fault: Invalid) -> str:
    names = {"address": gettext("Address"), "name": gettext("Name")}
    return said(Invalid(fault.code, field=names.get(fault.field or "", gettext("File")), **fault.params))


def _page(public_id: str, *, wrong: dict[str, str] | None = None, **entered: str) -> str:
    given = parts()
    found = services.page(given.read, public_id, actor=actor(), now=given.now())
    return render_template(
        "practice/busy.html",
        of=found.owner.name,
        calendars=[_shown(found.owner.public_id, one, zone(found.owner.tz)) for one in found.calendars],
        add_to=url_for(".add", public_id=found.owner.public_id),
        add_file_to=url_for(".add_file", public_id=found.owner.public_id),
        values=entered,
        errors=wrong or {},
        key=new_key(),
        others=_others(),
    )


def _nobody() -> str:
    return render_template(
        "practice/busy.html", of="", calendars=[], add_to=None, values={}, errors={}, key=new_key(), others=_others()
    )


def _others() -> list[tuple[str, str]]:
    """(name, address) of everybody's calendars, for who may see them."""
    if not actor().may(EVERYBODYS):
        return []
    with parts().read() as unit:
        people = {each.public_id: each.name for each in lists.work(unit.connection)}
    return [(name, url_for(".listed", public_id=public_id)) for public_id, name in people.items()]


def _shown(owner: str, one: Shown, tz: ZoneInfo) -> dict[str, Any]:
    source = one.source
    ways = {name: url_for(f".{name}", public_id=owner, calendar=source.public_id) for name in ("remove", "again")}
    return {
        "id": source.public_id,
        "name": source.name,
        "where": urlsplit(source.address).hostname or gettext("from a file"),
        "ahead": ngettext(
            "%(num)s busy time in the next four weeks", "%(num)s busy times in the next four weeks", one.ahead
        ),
        "state": _state(one, tz),
        "fault": _fault(one, tz),
        "stale": one.stale,
        "warnings": [sentence(str(each["code"]), each, gettext) for each in source.warnings],
        "remove_to": ways["remove"],
        "again_to": ways["again"] if source.kind == "address" else None,
    }


def _state(one: Shown, tz: ZoneInfo) -> str:
    source = one.source
    if source.kind == "file" and source.read_at:
        until = words.short_date((source.read_at + AFTER).astimezone(tz).date())
        when = _at(source.read_at, tz)
        return str(gettext("Read once, %(when)s; it holds until %(until)s.", when=when, until=until))
    if source.checked_at is None or source.due_at is None:
        return str(gettext("Not read yet."))
    when, then = _at(source.checked_at, tz), _at(source.due_at, tz)
    if source.fault:
        return str(gettext("Tried %(when)s, again about %(then)s.", when=when, then=then))
    return str(gettext("Read %(when)s, again about %(then)s.", when=when, then=then))


def _fault(one: Shown, tz: ZoneInfo) -> str:
    source = one.source
    if not source.fault:
        return ""
    params = {"field": gettext("Address"), **source.fault_params}
    why = sentence(source.fault, params, gettext)
    if source.good_at is None:
        return str(gettext("%(why)s Nothing is blocked by it yet.", why=why))
    since = _at(source.good_at, tz)
    return str(gettext("%(why)s What was known %(since)s still blocks.", why=why, since=since))


def _at(instant: datetime, tz: ZoneInfo) -> str:
    local = instant.astimezone(tz)
    return f"{words.day(local.date())}, {local:%H:%M}"
