"""What the desk prints or reads off: each therapist's day, and whom to call about tomorrow."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from clinic.db.patients import reached
from clinic.db.patients.reached import Ways
from clinic.db.practice import lists
from clinic.db.practice.lists import LocationLine
from clinic.db.unit import Unit
from clinic.db.visits import kept, reads
from clinic.db.visits.reads import VisitRow
from clinic.domain.errors import NotFound
from clinic.domain.messages.reach import Channel, reach
from clinic.domain.time import at_wall, local_date, tick_floor, zone
from clinic.web import words
from clinic.web.gate import needs, parts, seen_at
from clinic.web.visits.board_ways import day_from

blueprint = Blueprint("paper", __name__)

LOOK_AHEAD: Final = 7
"""So many days are looked through for the next one with visits."""


@blueprint.get("/sheets")
@needs("board.read")
def today() -> Answer:
    """Today's sheets, of every location."""
    with parts().read() as unit:
        places = lists.locations(unit.connection, seen_at())
    tz = zone(places[0].tz if places else "UTC")
    return redirect(url_for(".sheets", on=local_date(parts().now(), tz).isoformat()), 303)


@blueprint.get("/day/<on>/sheets")
@needs("board.read")
def sheets(on: str) -> str:
    """A page for each therapist, of one location or of all; cancelled visits and missed ones are left out."""
    day = day_from(on)
    with parts().read() as unit:
        places = _places(unit, request.args)
        leaves = [leaf for place in places for leaf in _leaves(unit, place, day)]
    where = places[0].public_id if len(places) == 1 else None
    return render_template(
        "visits/sheets.html",
        title=words.full_day(day),
        leaves=leaves,
        back_url=url_for("board.day", on=day.isoformat(), location=where),
    )


@blueprint.get("/calls")
@needs("visit.read")
def calls() -> str:
    """Whom to call about the next day with visits: who is reached by no letter, or has not said that he comes."""
    given, everybody = parts(), bool(request.args.get("all"))
    with given.read() as unit:
        places = _places(unit, request.args)
        if not places:
            raise NotFound("location")
        today = local_date(given.now(), zone(places[0].tz))
        asked = request.args.get("on", "")
        day = day_from(asked) if asked else _next(unit, places, today)
        rows = [(place, row) for place in places for row in _whole(_visits(unit, place, day))]
        ways = reached.ways(unit.connection, {row.patient_id for _, row in rows})
    lines = [_call(row, place, ways[row.patient_id]) for place, row in rows if row.status in ("booked", "confirmed")]
    return render_template(
        "visits/calls.html",
        title=words.full_day(day),
        on=day.isoformat(),
        lines=[line for line in lines if line["why"] or (everybody and not line["confirmed"])],
        everybody=everybody,
        action=url_for(".calls"),
        back_url=url_for("board.day", on=day.isoformat()),
    )


def _places(unit: Unit, asked: "MultiDict[str, str]") -> tuple[LocationLine, ...]:
    """The location that is asked for, or every one. Raises NotFound."""
    places, wanted = lists.locations(unit.connection, seen_at()), asked.get("location", "")
    found = tuple(each for each in places if wanted in ("", each.public_id))
    if wanted and not found:
        raise NotFound("location")
    return found


def _visits(unit: Unit, place: LocationLine, day: date) -> tuple[VisitRow, ...]:
    first, last = (tick_floor(at_wall(each, 0, zone(place.tz))) for each in (day, day + timedelta(days=1)))
    lapsed = kept.lapsed(unit.connection, parts().now())
    return reads.board(unit.connection, place.id, first, last, without=lapsed)


def _next(unit: Unit, places: Sequence[LocationLine], today: date) -> date:
    """The next day with visits, or else tomorrow."""
    days = [today + timedelta(days=number) for number in range(1, LOOK_AHEAD + 1)]
    return next((day for day in days if any(_visits(unit, place, day) for place in places)), days[0])


def _whole(rows: Iterable[VisitRow]) -> list[VisitRow]:
    """The first stretch of each visit."""
    return [next(group) for _, group in groupby(rows, key=lambda row: row.public_id)]


def _leaves(unit: Unit, place: LocationLine, day: date) -> list[dict[str, Any]]:
    """A therapist's day each, by name; a visit with two of them stands on both."""
    rows = [row for row in _visits(unit, place, day) if row.status != "no_show"]
    spoken = reached.ways(unit.connection, {row.patient_id for row in rows})
    names = sorted({row.therapist or "" for row in rows})
    return [
        {
            "therapist": name or gettext("Nobody"),
            "place": place.name,
            "day": words.full_day(day),
            "lines": [_line(row, place, spoken[row.patient_id]) for row in rows if (row.therapist or "") == name],
        }
        for name in names
    ]


def _line(row: VisitRow, place: LocationLine, ways: Ways) -> dict[str, Any]:
    tz = zone(place.tz)
    course = gettext("visit %(number)s of %(of)s", number=row.ordinal, of=row.total) if row.ordinal else ""
    return {
        "time": f"{words.clock(row.stretch_starts, tz)}–{words.clock(row.stretch_ends, tz)}",
        "patient": row.patient,
        "born": words.short_date(row.born_on),
        "language": "" if ways.language.startswith("en") else words.language(ways.language),
        "what": words.kind_label(row.modalities),
        "course": course,
        "room": row.room or "",
        "unsure": row.status in ("held", "pencilled"),
    }


def _call(row: VisitRow, place: LocationLine, ways: Ways) -> dict[str, Any]:
    return {
        "time": words.clock(row.starts, zone(place.tz)),
        "patient": row.patient,
        "born": words.short_date(row.born_on),
        "phone": ways.phone or "",
        "therapist": row.therapist or "",
        "place": place.name,
        "href": url_for("visits.panel", public_id=row.public_id),
        "confirmed": row.status == "confirmed" or row.answer == "accepted",
        "why": _why(row, ways),
    }


def _why(row: VisitRow, ways: Ways) -> str:
    """Why somebody should call; empty where nobody need."""
    if row.answer == "declined":
        return str(gettext("declined by mail, and is still booked"))
    if row.answer == "tentative":
        return str(gettext("answered: perhaps"))
    told = reach(ways.channel, ways.invites, email=ways.email, email_state=ways.email_state, phone=ways.phone)
    if told.channel is not Channel.PAPER or row.status == "confirmed":
        return ""
    if ways.email_state == "bad":
        return str(gettext("mails come back"))
    if ways.channel == Channel.PAPER or ways.invites == "none":
        return str(gettext("wants no letters"))
    return str(gettext("no address"))
