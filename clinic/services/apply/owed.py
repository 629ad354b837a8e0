"""What a change makes us owe to people outside: letters, and feeds that show something else now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clinic.db.messages import obligations
from clinic.db.unit import Unit
from clinic.domain.time import tick_floor
from clinic.domain.visits.changes import Book, Change, Move, Turn
from clinic.domain.visits.visit import FLOW, SHOWN, Stretch


@dataclass(frozen=True, slots=True)
class _Touched:
    appointment_id: int
    uid: str
    patient_id: int
    location_id: int
    stretches: tuple[Stretch, ...]
    shown: bool


Booked = tuple[Book, int, str]
"""A booking with the key and the UID that it was given."""


def _touched(changes: Sequence[Change], booked: Sequence[Booked]) -> Iterator[_Touched]:
    for book, key, uid in booked:
        new = book.visit
        yield _Touched(key, uid, new.patient_id, new.location_id, new.stretches, new.status in SHOWN)
    for change in changes:
        if isinstance(change, Move | Turn):
            visit = change.visit
            after = change.stretches if isinstance(change, Move) else ()
            turned = change.status if isinstance(change, Turn) else visit.status
            shown = (visit.status in SHOWN or turned in SHOWN) and turned not in FLOW
            yield _Touched(visit.id, visit.uid, visit.patient_id, visit.location_id, visit.stretches + after, shown)


def owe(unit: Unit, changes: Sequence[Change], *, booked: Sequence[Booked], now: datetime) -> None:
    """Owe a letter about each visit that the patient sees, to his address and to any that already has one about it."""
    touched = list(_touched(changes, booked))
    if not touched:
        return
    stretches = [stretch for one in touched for stretch in one.stretches]
    obligations.raise_feeds(
        unit.connection,
        patients={one.patient_id for one in touched},
        staff={stretch.staff_id for stretch in stretches if stretch.staff_id is not None},
        rooms={stretch.room_id for stretch in stretches if stretch.room_id is not None},
        locations={one.location_id for one in touched},
    )
    letters = [one for one in touched if one.shown]
    if letters:
        obligations.owe(unit.connection, _rows(unit, letters), now=now, due_at=now + unit.hold_for)


def owe_anew(unit: Unit, patient_id: int, *, now: datetime) -> None:
    """A patient's address or choices changed: his feeds show it, and a letter is owed about each visit ahead that he
    sees. Links in letters to an address that is no longer his stop working. The caller holds the patient's resource."""
    obligations.raise_feeds(unit.connection, patients={patient_id})
    ahead = obligations.ahead(unit.connection, patient_id, tick_floor(now))
    if not ahead:
        return
    rows = _rows(unit, [_Touched(id_, uid, patient_id, 0, (), shown=True) for id_, uid in ahead])
    current = obligations.address(unit.connection, patient_id)
    obligations.revoke_links(
        unit.connection, {row["appointment_id"] for row in rows if row["recipient"] != current}, now
    )
    obligations.owe(unit.connection, rows, now=now, due_at=now + unit.hold_for)


def _rows(unit: Unit, letters: Sequence[_Touched]) -> list[dict[str, Any]]:
    addresses = {one.patient_id: obligations.address(unit.connection, one.patient_id) for one in letters}
    told = obligations.told(unit.connection, [one.uid for one in letters])
    rows: list[dict[str, Any]] = []
    for one in letters:
        current = addresses[one.patient_id]
        recipients = told[one.uid] | ({current} if current else set())
        rows += [
            {
                "public_id": unit.public_id(),
                "uid": one.uid,
                "recipient": recipient,
                "kind": "visit",
                "patient_id": one.patient_id,
                "appointment_id": one.appointment_id,
                "detail": {},
            }
            for recipient in sorted(recipients)
        ]
    return rows
