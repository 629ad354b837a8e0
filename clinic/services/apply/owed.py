"""What a change makes us owe to people outside: letters, and feeds that show something else now."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from clinic.db.messages import jobs, obligations
from clinic.db.messages.obligations import Owed
from clinic.db.unit import Unit
from clinic.domain.messages.reach import Reach
from clinic.domain.messages.summary import Date
from clinic.domain.time import tick_floor
from clinic.domain.visits.changes import Book, Change, Move, Turn
from clinic.domain.visits.visit import SHOWN, Stretch, Visit

BEFORE: Final = "before"
"""In the detail of a letter: what its visit was to the patient before the first change that is not told yet."""


@dataclass(frozen=True, slots=True)
class _Touched:
    """A visit that something happened to. `before` is empty where it is as it was, but told otherwise."""

    appointment_id: int
    uid: str
    patient_id: int
    location_id: int
    stretches: tuple[Stretch, ...]
    shown: bool
    before: Mapping[str, Any] = field(default_factory=dict)


Booked = tuple[Book, int, str]
"""A booking with the key and the UID that it was given."""


def _touched(changes: Sequence[Change], booked: Sequence[Booked]) -> Iterator[_Touched]:
    for book, key, uid in booked:
        new = book.visit
        shown = new.status in SHOWN
        yield _Touched(key, uid, new.patient_id, new.location_id, new.stretches, shown, {BEFORE: None})
    for change in changes:
        if isinstance(change, Move | Turn):
            visit = change.visit
            after = change.stretches if isinstance(change, Move) else ()
            turned = change.status if isinstance(change, Turn) else visit.status
            quiet = isinstance(change, Turn) and change.flows
            shown = (visit.status in SHOWN or turned in SHOWN) and not quiet
            stretches = visit.stretches + after
            yield _Touched(visit.id, visit.uid, visit.patient_id, visit.location_id, stretches, shown, _was(visit))


def _was(visit: Visit) -> dict[str, Any]:
    known = visit.status in SHOWN
    return {BEFORE: Date(visit.starts, visit.ends, visit.tz).document() if known else None}


def owe(unit: Unit, changes: Sequence[Change], *, booked: Sequence[Booked], now: datetime) -> None:
    """Owe a letter about each visit that the patient sees, to his address and to any that already has one about it;
    and one about all of them to who has several changes to hear of, or gets no letter about each."""
    touched = list(_touched(changes, booked))
    if not touched:
        return
    show_anew(unit, touched)
    _owe(unit, [one for one in touched if one.shown], now=now)


def show_anew(unit: Unit, touched: Sequence[_Touched | Visit]) -> None:
    """Every calendar with one of these shows something else now."""
    stretches = [stretch for one in touched for stretch in one.stretches]
    obligations.raise_feeds(
        unit.connection,
        patients={one.patient_id for one in touched},
        staff={stretch.staff_id for stretch in stretches if stretch.staff_id is not None},
        rooms={stretch.room_id for stretch in stretches if stretch.room_id is not None},
        locations={one.location_id for one in touched},
    )


def owe_anew(unit: Unit, patient_id: int, *, places: Mapping[int, str] | None = None, now: datetime) -> None:
    """A patient's address or choices changed: his feeds show it, and those of others that he reads; a letter is owed
    about each visit ahead that he sees. Links in letters to an address that is no longer his stop working. The caller
    holds the patient's resource.

    `places`: the addresses that these locations had before, where it is they that changed.
    """
    obligations.raise_feeds(unit.connection, patients={patient_id}, readers={patient_id})
    ahead = obligations.ahead(unit.connection, patient_id, tick_floor(now))
    touched = [
        _Touched(each.id, each.uid, patient_id, each.location_id, (), True, _elsewhere(each, places or {}))
        for each in ahead
    ]
    current = obligations.address(unit.connection, patient_id)
    rows = _owe(unit, touched, now=now)
    gone = {row["appointment_id"] for row in rows if row["kind"] == "visit" and row["recipient"] != current}
    if gone:
        obligations.revoke_links(unit.connection, gone, now)


def _elsewhere(ahead: obligations.Ahead, places: Mapping[int, str]) -> dict[str, Any]:
    if ahead.location_id not in places:
        return {}
    return {BEFORE: Date(ahead.starts, ahead.ends, ahead.tz, places[ahead.location_id]).document()}


def _owe(unit: Unit, letters: Sequence[_Touched], *, now: datetime) -> list[dict[str, Any]]:
    if not letters:
        return []
    patients = {one.patient_id for one in letters}
    reached = {id_: obligations.reached(unit.connection, id_, keep=True) for id_ in sorted(patients)}
    known = obligations.waiting(unit.connection, patients)
    visits = _rows(unit, letters, reached, known)
    summaries = [
        row
        for patient_id, way in reached.items()
        for row in _summary(unit, patient_id, way, [one for one in letters if one.patient_id == patient_id], known)
    ]
    rows = [*summaries, *visits]  # what says it in words is sealed, and leaves, before what calendars read
    obligations.owe(unit.connection, rows, known, now=now, due_at=now + unit.hold_for)
    return rows


def _rows(
    unit: Unit, letters: Sequence[_Touched], reached: Mapping[int, Reach], known: Iterable[Owed]
) -> list[dict[str, Any]]:
    told = obligations.told(unit.connection, [one.uid for one in letters])
    kept = {(each.uid, each.recipient): each.detail for each in known}
    rows: list[dict[str, Any]] = []
    for one in letters:
        way = reached[one.patient_id]
        recipients = told[one.uid] | ({way.recipient} if way.invites else set())
        rows += [
            {
                "public_id": unit.public_id(),
                "uid": one.uid,
                "recipient": recipient,
                "kind": "visit",
                "patient_id": one.patient_id,
                "appointment_id": one.appointment_id,
                "detail": {**one.before, **kept.get((one.uid, recipient), {})},
            }
            for recipient in sorted(recipients)
        ]
    return rows


def _summary(
    unit: Unit, patient_id: int, way: Reach, letters: Sequence[_Touched], known: Iterable[Owed]
) -> Iterator[dict[str, Any]]:
    """One letter about all that changed within the hold: for who gets invitations from two visits on. It finds its
    address when it is sealed."""
    changed: dict[str, Any] = {}
    for each in known:
        if each.patient_id == patient_id and each.kind == "summary":
            changed |= each.detail["visits"]
        elif each.patient_id == patient_id and BEFORE in each.detail:
            changed.setdefault(str(each.appointment_id), each.detail[BEFORE])
    for one in letters:
        if BEFORE in one.before:
            changed.setdefault(str(one.appointment_id), one.before[BEFORE])
    if len(changed) > int(way.invites):
        yield {
            "public_id": unit.public_id(),
            "uid": f"summary:{patient_id}",
            "recipient": "",
            "kind": "summary",
            "patient_id": patient_id,
            "appointment_id": None,
            "detail": {"visits": changed},
        }


RETELL: Final = "retell"
"""The job that owes letters to everybody."""


def owe_everybody(unit: Unit, places: Mapping[int, str] | None = None, *, key: str, now: datetime) -> None:
    """The practice is called otherwise, or a location has another phone or address: a job owes letters to everybody
    with a visit ahead, some patients at a time. `places` are addresses as they were, by location; `key` is this
    change's own."""
    was = {str(location_id): address for location_id, address in (places or {}).items()}
    jobs.put(unit.connection, RETELL, f"{RETELL}:{key}", now, {"key": key, "after": 0, "places": was})
