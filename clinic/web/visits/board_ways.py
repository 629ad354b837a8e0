"""Ways to boards: which day, which place, whose."""

from datetime import date, timedelta

from flask import request, url_for

from clinic.db.practice import lists
from clinic.db.practice.lists import LocationLine
from clinic.domain.dates import plain_day
from clinic.domain.errors import Invalid, NotFound
from clinic.domain.time import local_date, zone
from clinic.web.gate import come_to, parts, seen_at


def day_href(on: date, location: str = "", by: str = "") -> str:
    """A day; by therapist unless by room."""
    return url_for("board.day", on=on.isoformat(), location=location or None, by="room" if by == "room" else None)


def week_href(on: date, location: str, by: str = "", who: str = "") -> str:
    """The week of a day: of one therapist or room, or of everybody."""
    by_room = "room" if by == "room" else None
    return url_for("board.week", on=monday(on).isoformat(), location=location or None, by=by_room, who=who or None)


def monday(on: date) -> date:
    """The first day of its week."""
    return on - timedelta(days=on.weekday())


def asked_by() -> str:
    """Which columns were asked for."""
    return "room" if request.args.get("by") == "room" else "therapist"


def place() -> LocationLine:
    """The location that was asked for, or the first. Raises Invalid(no_location), NotFound."""
    public_id = request.args.get("location", "")
    with parts().read() as unit:
        places = lists.locations(unit.connection, seen_at())
    if not places:
        raise Invalid("no_location")
    chosen = next((each for each in places if each.public_id == public_id), None if public_id else places[0])
    if chosen is None:
        raise NotFound("location")
    come_to(chosen.id)
    return chosen


def today_at(where: LocationLine) -> date:
    """Today, as its clocks say."""
    return local_date(parts().now(), zone(where.tz))


def day_from(given: str) -> date:
    """Read a day of an address. Raises NotFound."""
    try:
        found = plain_day(given)
    except ValueError as error:
        raise NotFound("day") from error
    if not 2000 <= found.year < 2200:
        raise NotFound("day")
    return found
