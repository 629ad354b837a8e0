"""The form that says what happened: whom it is about, on which days, or at which hours."""

from werkzeug.datastructures import MultiDict

from clinic.domain.courses.trouble import OPEN_ENDED, Kind
from clinic.domain.dates import plain_clock
from clinic.domain.errors import Invalid
from clinic.services.courses.repair.say import Said
from clinic.web.courses import repair_view as views

PLACES = ("room", "location")


def said_in(form: "MultiDict[str, str]") -> Said:
    """What the form says. Days are whole unless times are given; a room or a place is closed, and by whole days where
    the closure is entered too. Raises Invalid."""
    whose, _, who = form.get("who", "").partition(":")
    what = form.get("what", "")
    if not who:
        raise Invalid("text_missing", field="who")
    if whose in PLACES:
        if what != Kind.ABSENCE:
            raise Invalid("trouble_of_place", field="what")
        what = whose
    if what not in set(Kind) or (whose == "staff" and what in PLACES):
        raise Invalid("not_one_of", field="what", allowed=", ".join(value for value, _ in views.kinds()))
    first, until = _first(form), _until(form)
    if what in PLACES and form.get("enter") and "T" in first + until:
        raise Invalid("closed_by_days", field="from_time")
    until = "" if what in OPEN_ENDED else until
    return Said(Kind(what), who, first, until, to=form.get("to", ""), skill=form.get("skill", ""))


def _first(form: "MultiDict[str, str]") -> str:
    return _at(form.get("first", "").strip(), _clock(form, "from_time"))


def _until(form: "MultiDict[str, str]") -> str:
    """The last day, the same as the first where none is given; whole unless it has a time."""
    day = form.get("until", "").strip() or form.get("first", "").strip()
    return _at(day, _clock(form, "until_time"))


def _at(day: str, clock: str) -> str:
    return f"{day}T{clock}" if clock else day


def _clock(form: "MultiDict[str, str]", field: str) -> str:
    said = form.get(field, "").strip()
    try:
        if said:
            plain_clock(said)
    except ValueError as error:
        raise Invalid("text_malformed", field=field, like="14:30") from error
    return said
