"""The practice's own set-up on screen: what it is called, where it treats, who works there, and when."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.db.practice.stored import Stored
from clinic.domain.errors import Invalid, NotFound
from clinic.domain.practice.practice import Practice
from clinic.services.practice import setup as services
from clinic.services.practice.rewriting import PERMISSION
from clinic.services.practice.setup import Edit, Saved, Thing
from clinic.web.forms import new_key, once, version
from clinic.web.gate import actor, needs, parts
from clinic.web.practice import astray, overview, sheets, things
from clinic.web.practice.entries import Entry, filled, rows_in, told
from clinic.web.practice.sheets import Sheet

blueprint = Blueprint("setup", __name__, url_prefix="/setup")

BLANK: Final = 5
"""Empty rows below those that are there."""
LISTED: Final = {
    ("location", "hours"): lambda practice, code: sheets.opening_hours(practice, code),
    ("location", "closures"): lambda practice, code: sheets.closures(practice, code, parts().now()),
    ("room", "closures"): lambda practice, code: sheets.room_closures(practice, code, parts().now()),
    ("staff", "hours"): lambda practice, code: sheets.shifts(practice, code),
    ("staff", "absences"): lambda practice, code: sheets.absences(practice, code, parts().now()),
    ("staff", "credentials"): lambda practice, code: sheets.credentials(practice, code),
    ("staff", "starts"): lambda practice, code: sheets.reserved(practice, code),
}


@blueprint.get("")
@needs(PERMISSION)
def page() -> str:
    """Everything there is to set up."""
    known = _known()
    lost = services.astray(parts().read, actor=actor(), now=parts().now())
    return render_template(
        "practice/setup.html",
        **overview.view(known.practice),
        stranded=astray.count(lost) if lost else "",
        stranded_href=url_for(".stranded"),
    )


@blueprint.get("/stranded")
@needs(PERMISSION)
def stranded() -> str:
    """The visits ahead that the practice, as it is, could not give."""
    known = _known().practice
    visits = services.astray(parts().read, actor=actor(), now=parts().now())
    return render_template(
        "practice/stranded.html",
        title=gettext("Stranded visits"),
        visits=astray.lines(visits, known),
        repairs=astray.mending(visits, known),
        confirm=None,
        back_url=url_for(".page"),
    )


@blueprint.route("/practice", methods=["GET", "POST"])
@needs(PERMISSION)
def profile() -> Answer | tuple[str, int] | str:
    """What the practice is called, and its rules for everybody."""
    known = _known()
    thing = ("practice", "") if known.practice.profile else None
    values = things.profile_values(known.practice)
    return _form(gettext("The practice"), known, thing, things.profile_entries(), values, things.read_profile)


@blueprint.route("/locations/new", methods=["GET", "POST"])
@needs(PERMISSION)
def new_location() -> Answer | tuple[str, int] | str:
    known, entries = _known(), things.location_entries()
    values = things.location_values(None, next(iter(known.practice.locations), None))
    return _form(gettext("A new location"), known, None, entries, values, lambda form: things.read_location(form, None))


@blueprint.route("/locations/<code>", methods=["GET", "POST"])
@needs(PERMISSION)
def location(code: str) -> Answer | tuple[str, int] | str:
    known = _having("location", code)
    site = known.practice.location(code)
    entries, values = things.location_entries(site), things.location_values(site)
    return _form(site.name, known, ("location", code), entries, values, lambda form: things.read_location(form, code))


@blueprint.route("/locations/<code>/rooms/new", methods=["GET", "POST"])
@needs(PERMISSION)
def new_room(code: str) -> Answer | tuple[str, int] | str:
    known, entries = _having("location", code), things.room_entries()
    title = gettext("A new room in %(place)s", place=known.practice.location(code).name)
    values = things.room_values(None)
    return _form(title, known, None, entries, values, lambda form: things.read_room(form, code, None))


@blueprint.route("/rooms/<code>", methods=["GET", "POST"])
@needs(PERMISSION)
def room(code: str) -> Answer | tuple[str, int] | str:
    known = _having("room", code)
    at, found = sheets.place_of(known.practice, code), known.practice.room(code)
    values = things.room_values(found)
    title = f"{found.name}, {at.name}"
    return _form(
        title, known, ("room", code), things.room_entries(), values, lambda form: things.read_room(form, at.code, code)
    )


@blueprint.route("/people/new", methods=["GET", "POST"])
@needs(PERMISSION)
def new_colleague() -> Answer | tuple[str, int] | str:
    values = things.staff_values(None)
    title = gettext("Somebody new on the staff")
    return _form(title, _known(), None, things.staff_entries(), values, lambda form: things.read_staff(form, None))


@blueprint.route("/people/<code>", methods=["GET", "POST"])
@needs(PERMISSION)
def colleague(code: str) -> Answer | tuple[str, int] | str:
    known = _having("staff", code)
    person = known.practice.colleague(code)
    entries, values = things.staff_entries(person), things.staff_values(person)
    return _form(person.name, known, ("staff", code), entries, values, lambda form: things.read_staff(form, code))


@blueprint.route("/locations/<code>/<listed>", methods=["GET", "POST"])
@needs(PERMISSION)
def location_rows(code: str, listed: str) -> Answer | tuple[str, int] | str:
    known = _having("location", code)
    return _rows(known, "location", code, listed, known.practice.location(code).name)


@blueprint.route("/rooms/<code>/<listed>", methods=["GET", "POST"])
@needs(PERMISSION)
def room_rows(code: str, listed: str) -> Answer | tuple[str, int] | str:
    known = _having("room", code)
    return _rows(known, "room", code, listed, known.practice.room(code).name)


@blueprint.route("/people/<code>/<listed>", methods=["GET", "POST"])
@needs(PERMISSION)
def colleague_rows(code: str, listed: str) -> Answer | tuple[str, int] | str:
    known = _having("staff", code)
    return _rows(known, "staff", code, listed, known.practice.colleague(code).name)


def _known() -> Stored:
    return services.as_it_is(parts().read, actor=actor())


def _having(kind: str, code: str) -> Stored:
    """The practice, when it has that. Raises NotFound."""
    known = _known()
    if (kind, code) not in known.keys:
        raise NotFound(kind)
    return known


def _form(
    title: str,
    known: Stored,
    thing: tuple[str, str] | None,
    entries: Sequence[Entry],
    values: Mapping[str, Any],
    read: Callable[[Any], Edit],
) -> Answer | tuple[str, int] | str:
    """A form of fields: shown, or saved as it was sent. `thing` is none where it adds something."""
    several = [each.name for each in entries if each.kind == "several"]

    def shown(filled_in: Mapping[str, Any], errors: dict[str, str]) -> str:
        return render_template(
            "practice/form.html",
            title=title,
            entries=entries,
            values=filled_in,
            errors=errors,
            key=new_key(),
            version=known.versions[thing] if thing else None,
            lists=overview.lists(known.practice, *thing) if thing else [],
            back_url=url_for(".page"),
        )

    if request.method == "GET":
        return shown(values, {})
    sent: dict[str, Any] = {**request.form, **{name: request.form.getlist(name) for name in several}}
    return _save(known, thing, lambda: read(request.form), lambda errors: shown(sent, errors), entries)


def _rows(known: Stored, kind: str, code: str, listed: str, name: str) -> Answer | tuple[str, int] | str:
    """A form of rows: shown, or saved as it was sent."""
    if (kind, listed) not in LISTED:
        raise NotFound("page")
    sheet = LISTED[kind, listed](known.practice, code)

    def shown(rows: Mapping[int, Mapping[str, str]], values: Mapping[str, str], errors: dict[str, str]) -> str:
        first = max(rows, default=-1) + 1
        return render_template(
            "practice/rows.html",
            title=f"{sheet.title}: {name}",
            sheet=sheet,
            rows={**rows, **{number: {} for number in range(first, first + BLANK)}},
            values=values,
            errors=errors,
            key=new_key(),
            version=known.versions[kind, code],
            lists=overview.lists(known.practice, kind, code),
            back_url=overview.address(kind, code),
            back_label=name,
        )

    if request.method == "GET":
        return shown(dict(enumerate(sheet.rows)), {}, {})
    rows = filled(rows_in(request.form), sheet.columns)
    entries = [*sheet.columns, *sheet.extra]
    return _save(
        known,
        (kind, code),
        lambda: _edit_of(sheet, rows),
        lambda errors: shown(rows, request.form, errors),
        entries,
    )


def _edit_of(sheet: Sheet, rows: Mapping[int, Mapping[str, str]]) -> Edit:
    return sheet.read(rows, request.form)


def _save(
    known: Stored,
    thing: tuple[str, str] | None,
    read: Callable[[], Edit],
    again: Callable[[dict[str, str]], str],
    entries: Sequence[Entry],
) -> Answer | tuple[str, int]:
    """Write it; or say what is wrong, or which visits it would leave stranded."""
    given, agreed = parts(), request.form.getlist("agreed")
    about = Thing(*thing, version()) if thing else Thing("new", request.path)
    try:
        saved = services.change(given.begin, read(), about, agreed=agreed, actor=actor(), once=once(), now=given.now())
    except Invalid as fault:
        return again(told(fault, entries)), 400
    if not saved.written:
        return _ask(saved, known.practice), 409
    flash(gettext("Saved."), "done")
    onward = url_for(".page") if thing is None else request.path
    return redirect(url_for(".stranded") if saved.stranded else onward, 303)


def _ask(saved: Saved, practice: Practice) -> str:
    """The page that lists what would be stranded, and asks whether it is to be so."""
    unsent = ("csrf_token", "key", "agreed")
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in unsent]
    fields += [("agreed", each.public_id) for each in saved.stranded]
    return render_template(
        "practice/stranded.html",
        title=gettext("This would leave visits stranded"),
        visits=astray.lines(saved.stranded, practice),
        repairs=[],
        confirm={"to": request.path, "fields": fields, "key": new_key()},
        back_url=request.path,
    )
