"""A visit as the row that is written."""

from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from clinic.calendars.zones import edition
from clinic.db.targets import targets_to
from clinic.domain.time import instant_of, zone
from clinic.domain.visits.changes import Move, Stood, Turn
from clinic.domain.visits.visit import GONE, NewVisit, Status, Visit, needles


def standing(visit: Visit) -> dict[str, object]:
    """Where a visit stands, as the audit trail keeps it of one that moves: enough to put it back."""
    places = [[one.starts, one.ends, one.staff_id, one.room_id, one.setup, one.cleanup] for one in visit.stretches]
    return {"status": visit.status.value, "answer": visit.answer, "was": places}


def led_to(version: int | None) -> dict[str, object]:
    """Which version a way back leads to, as the trail keeps it; nothing where it leads to none."""
    return {} if version is None else {"as": version}


@lru_cache(maxsize=1)
def tzdata() -> str:
    """Which zone files are read, as far as the column is wide; remembered, as zoneinfo remembers what it read."""
    return edition()[:16]


def _wall(tick: int, tz: ZoneInfo) -> dict[str, Any]:
    """The promise made to the patient: local wall time, which of two equal ones, by which zone data."""
    local = instant_of(tick).astimezone(tz)
    return {"wall": local.strftime("%Y-%m-%dT%H:%M"), "fold": local.fold, "tzdata": tzdata()}


def appointment_row(visit: NewVisit, session_id: int | None, uid: str, public_id: str, now: datetime) -> dict[str, Any]:
    """A new appointment's columns."""
    return {
        "public_id": public_id,
        "patient_id": visit.patient_id,
        "location_id": visit.location_id,
        "session_id": session_id,
        "kind": visit.kind.value,
        "status": visit.status.value,
        "starts_tick": visit.stretches[0].starts,
        "ends_tick": visit.stretches[-1].ends,
        "tz": visit.tz,
        **_wall(visit.stretches[0].starts, zone(visit.tz)),
        "needles": needles(visit.stretches),
        "targets": targets_to(visit.targets),
        "uid": uid,
        "hold_until": visit.hold_until,
        "created_at": now,
        "revised_at": now,
    }


def _unanswered(visit: Visit) -> dict[str, Any]:
    """Nobody has said yet whether he comes at the new time."""
    status = Status.BOOKED if visit.status is Status.CONFIRMED else visit.status
    return {"timed_sequence": visit.sequence + 1, "answer": "none", "status": status.value}


def _as_it_stood(visit: Visit, stood: Stood) -> dict[str, Any]:
    """Back where it was, what was said of that time holds again."""
    return {"timed_sequence": visit.sequence + 1, "answer": stood.answer.value, "status": stood.status.value}


def moved_values(move: Move) -> dict[str, Any]:
    """What a move changes; the calendar's SEQUENCE rises with it. What the patient said of another time says nothing of
    this one."""
    visit, stretches = move.visit, move.stretches
    timed = (stretches[0].starts, stretches[-1].ends) != (visit.starts, visit.ends)
    said = _unanswered(visit) if move.stood is None else _as_it_stood(visit, move.stood)
    return (said if timed else {}) | {
        "starts_tick": stretches[0].starts,
        "ends_tick": stretches[-1].ends,
        **_wall(stretches[0].starts, zone(visit.tz)),
        "sequence": visit.sequence + 1,
    }


def turned_values(turn: Turn, reason: str) -> dict[str, Any]:
    """What another status changes; why it was given up is kept as long as it is."""
    values: dict[str, Any] = {"status": turn.status.value, "hold_until": None}
    if not turn.flows:
        values["sequence"] = turn.visit.sequence + 1
    if turn.status in GONE:
        values["cancel_reason"] = turn.reason or reason
    elif turn.back:
        values["cancel_reason"] = ""
    return values


def arrived_values(turn: Turn, now: datetime) -> dict[str, Any]:
    """Since when the patient is there; nothing where the step says nothing of it."""
    if turn.status is Status.ARRIVED and not turn.back:
        return {"arrived_at": now}
    return {"arrived_at": None} if turn.back and turn.visit.status is Status.ARRIVED else {}


def twice_row(visit: NewVisit, visit_id: int, reason: str, actor: str, now: datetime) -> dict[str, Any]:
    """Why its time was given twice; that sets no safety rule aside, but is said as for one."""
    whose = {"patient_id": visit.patient_id, "plan_id": None, "appointment_id": visit_id}
    said = {"rule": 0, "code": "overbooked", "reason": reason}
    return whose | said | {"actor": actor, "at": now, "answers": 0}
