"""Moves on the board: the answer is for its script. What was done, or who stands in the way and where else it fits."""

from collections.abc import Sequence
from typing import Any

from flask import jsonify, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.db.unit import Unit
from clinic.db.visits import loads, reads, steps
from clinic.db.visits.reads import VisitRow
from clinic.domain.errors import ClinicError, Conflict, Invalid, Refused, SlotTaken
from clinic.domain.fields import within
from clinic.domain.time import TICK_MINUTES, instant_at, instant_of, local_date, tick_floor, wall, zone
from clinic.services.visits.change import move
from clinic.services.visits.consequences import Consequences, consequences
from clinic.services.visits.offers import Offer
from clinic.services.visits.shift import Blocked, Wish, blocked, spot_of
from clinic.services.visits.undo import UNDOABLE_FOR
from clinic.services.visits.wanted import Spot
from clinic.web import words
from clinic.web.courses.worklist_line import WHAT
from clinic.web.errors import said, status_of
from clinic.web.forms import once, version
from clinic.web.gate import actor, parts
from clinic.web.visits import board_ways
from clinic.web.visits import panel as panels
from clinic.web.visits.new_place import new_place

Told = tuple[Answer, int]
LOCKED = frozenset({"visit_settled", "visit_on_offer"})


def asked() -> bool:
    """Whether the answer goes to the board's script."""
    return request.accept_mimetypes.best == "application/json"


def moved(public_id: str) -> Told:
    """Move the visit to where it was pulled, or to the suggested time that was taken: 409 for what is taken or stale,
    422 for what a rule forbids, with `code`, `message` and up to three times that would do."""
    wish: Wish | None = None
    try:
        wish = _wish(public_id)
        spot = _spot(public_id, wish)
        if not request.form.get("only"):
            found = consequences(parts().read, public_id, spot, now=parts().now())
            if found is not None:
                return _told(_gaps(found, spot), 422)
        _move(public_id, spot)
    except SlotTaken:
        return _told(_taken(blocked(parts().read, public_id, wish or _pulled(public_id), now=parts().now())), 409)
    except (Conflict, Refused, Invalid) as error:
        return _told(_refused(error), 422 if error.code in LOCKED else status_of(error))
    return _told(_done(public_id), 200)


def _told(body: dict[str, Any], status: int) -> Told:
    return jsonify(body), status


def _move(public_id: str, spot: Spot) -> None:
    given, reason = parts(), request.form.get("reason", "").strip()
    seen = {"version": version(), "actor": actor(), "reason": reason, "once": once(), "now": given.now()}
    move(given.begin, given.read, public_id, spot, at_will=True, **seen)  # type: ignore[arg-type] # named above


def _spot(public_id: str, wish: Wish) -> Spot:
    chosen = request.form.get("start", "")
    return panels.spot_from(chosen) if chosen else spot_of(parts().read, public_id, wish, now=parts().now())


def _wish(public_id: str) -> Wish:
    """Where it was pulled, or the time that was chosen. Raises Invalid, NotFound."""
    chosen = request.form.get("start", "")
    if not chosen:
        return _pulled(public_id)
    spot = panels.spot_from(chosen)
    return Wish(spot.start, spot.therapist, spot.room)


def _pulled(public_id: str) -> Wish:
    """The card went from `from` to `to`, minutes of a day, on `date`, into the column `column`; its visit goes as far.
    Raises Invalid(choose_a_time), Invalid(time_skipped), NotFound."""
    form = request.form
    with parts().read() as unit:
        visit = loads.visit(unit.connection, public_id)
    tz, on = zone(visit.tz), board_ways.day_from(form.get("date", ""))
    try:
        by = int(form["to"]) - int(form["from"])
    except (KeyError, ValueError) as error:
        raise Invalid("choose_a_time", field="start") from error
    _, minutes = wall(instant_of(visit.starts), tz)
    if not 0 <= minutes + by < 24 * 60 or abs(by) % TICK_MINUTES:
        raise Invalid("choose_a_time", field="start")
    at = within(gettext("Time"), lambda _: instant_at(on, minutes + by, tz, 0), None)
    start, column = tick_floor(at), form.get("column") or None
    return Wish(start, room=column) if form.get("by") == "room" else Wish(start, column)


def _done(public_id: str) -> dict[str, Any]:
    with parts().read() as unit:
        rows = reads.panel(unit.connection, public_id)
        where = _new_place(unit, rows)
    head, tz = rows[0], zone(rows[0].tz)
    local = words.local(head.starts, tz)
    at = f"{local:%H:%M}" if local.date() == local_date(parts().now(), tz) else words.moment(local)
    told = gettext("Moved to %(time)s, %(where)s.", time=at, where=where)
    if not where:
        told = gettext("Moved to %(time)s.", time=at)
    return {"said": told, "undo": url_for("undo.write", step=actor().request_id), "version": head.version}


def _new_place(unit: Unit, rows: Sequence[VisitRow]) -> str:
    """Of the move of this request; empty for a form that was sent twice."""
    since = parts().now() - UNDOABLE_FOR
    found = steps.deeds(unit.connection, actor().name, since, actor().request_id)
    return new_place(found[0].done[0].step.was, rows) if found else ""


def _gaps(found: Consequences, spot: Spot) -> dict[str, Any]:
    """A gap of the course would not hold, or a day or week gets too full: it moves alone, or with what has to move."""
    broken = [WHAT[item.kind](item.ordinal, item.params) for item in found.broken]
    broken += [words.in_words(reason.code, reason.params) for reason in found.full]
    message = " ".join(str(one) for one in broken)
    return {"code": "gap_too_short", "message": message, "start": panels.spot_value(spot), "suggest": []}


def _taken(found: Blocked) -> dict[str, Any]:
    other = found.other
    texts = {
        "patient_busy": gettext("The patient has another visit then."),
        "therapist_busy": gettext("%(who)s has another visit then.", who=other.therapist if other else ""),
        "room_busy": gettext("%(room)s is taken then.", room=other.room if other else ""),
        "outside_hours": gettext("This time is not open: outside the hours, past, or kept for somebody."),
    }
    body: dict[str, Any] = {"code": found.code, "message": texts[found.code], "with": None}
    if other is not None:
        span = f"{_clock(other.starts, found)}–{_clock(other.ends, found)}"
        body["with"] = gettext("%(name)s, %(span)s, %(who)s", name=other.patient, span=span, who=other.therapist)
    return body | {"suggest": [_suggested(one) for one in found.suggested]}


def _clock(tick: int, found: Blocked) -> str:
    return words.clock(tick, found.tz)


def _suggested(one: Offer) -> dict[str, str]:
    label = f"{words.day(one.on)}, {one.starts:%H:%M}, {one.therapist}"
    return {"value": panels.spot_value(one.spot), "label": label + (f", {one.room}" if one.room else "")}


def _refused(error: ClinicError) -> dict[str, Any]:
    code = "locked_status" if error.code in LOCKED else error.code
    asks = bool(error.params.get("overridable")) and actor().may("rule.override")
    return {"code": code, "message": said(error), "reason": asks, "start": request.form.get("start", ""), "suggest": []}
