"""Writing a practice. The caller holds the resources of everything that changes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from clinic.db.practice import resources
from clinic.db.practice.rows import absence_from, closure_from, credential_to, reserved_to, weekly_to
from clinic.db.practice.stored import Stored
from clinic.db.tables.practice import (
    absence,
    closure,
    credential,
    location,
    location_hours,
    practice,
    reserved_start,
    room,
    staff,
    staff_hours,
    travel,
)
from clinic.domain.ids import PublicId
from clinic.domain.practice.merging import Change
from clinic.domain.practice.people import Staff
from clinic.domain.practice.places import Closure, Location, Room, Travel
from clinic.domain.practice.practice import Practice, Profile

PRACTICE_ID = 1
Mint = Callable[[], PublicId]
Keys = dict[tuple[str, str], int]


def save(
    connection: Connection,
    known: Stored,
    anew: Practice,
    changes: Sequence[Change],
    *,
    mint: Mint,
    now: datetime,
) -> Mapping[tuple[str, str], int]:
    """Write what is new or changed, with its lanes; the keys of everything by (kind, code). Feeds are told."""
    keys = dict(known.keys)
    rooms = {each.code: (site.code, each) for site in anew.locations for each in site.rooms}
    for change in changes:
        if change.kind == "practice" and anew.profile:
            _save_profile(connection, anew.profile, now)
        elif change.kind == "location":
            _save_location(connection, keys, anew.location(change.code), mint)
        elif change.kind == "room":
            site, each = rooms[change.code]
            _save_room(connection, keys, site, each, mint)
        elif change.kind == "travel":
            _save_travel(connection, keys, anew.way(change.code))
        else:
            _save_staff(connection, keys, anew.colleague(change.code), mint)
    connection.execute(update(practice).values(revision=practice.c.revision + 1))
    return keys


def _save_profile(connection: Connection, profile: Profile, now: datetime) -> None:
    values = {
        "name": profile.name,
        "neutral_name": profile.neutral_name,
        "sender": profile.sender,
        "language": profile.language,
        "weights": dict(profile.weights),
        "notice_minutes": profile.notice_minutes,
        "horizon_days": profile.horizon_days,
        "most_visits_a_day": profile.most_visits_a_day,
        "most_visits_a_week": profile.most_visits_a_week,
        "cancel_hours": profile.cancel_hours,
        "reminder_hours": profile.reminder_hours,
    }
    changed = connection.execute(update(practice).values(version=practice.c.version + 1, **values))
    if not changed.rowcount:
        first = {"id": PRACTICE_ID, "demo": False, "outbox_paused": False, "created_at": now}
        connection.execute(insert(practice).values(**first, **values))


def _save_location(connection: Connection, keys: Keys, site: Location, mint: Mint) -> None:
    values = {
        "name": site.name,
        "address": site.address,
        "tz": site.tz,
        "phone": site.phone,
        "emergency_number": site.emergency_number,
        "country": site.country,
        "subdivision": site.subdivision,
        "jurisdiction": site.jurisdiction,
        "grid_minutes": site.grid_minutes,
    }
    id_ = _put(connection, location, keys, ("location", site.code), values, mint)
    hours = [weekly_to(each, starts="opens_minute", ends="closes_minute") for each in site.hours]
    _replace(connection, location_hours, "location_id", id_, hours)
    _close(connection, id_, None, site.closures)


def _save_room(connection: Connection, keys: Keys, site: str, each: Room, mint: Mint) -> None:
    location_id = keys["location", site]
    values = {
        "location_id": location_id,
        "name": each.name,
        "capabilities": sorted(each.capabilities),
        "lanes": each.lanes,
        "active": each.active,
    }
    id_ = _put(connection, room, keys, ("room", each.code), values, mint)
    _close(connection, location_id, id_, each.closures)
    resources.ensure(connection, "room", [(id_, each.lanes)])


def _save_travel(connection: Connection, keys: Keys, way: Travel) -> None:
    name = ("travel", way.code)
    if name in keys:
        connection.execute(update(travel).where(travel.c.id == keys[name]).values(minutes=way.minutes))
        return
    first, last = sorted((keys["location", way.one], keys["location", way.other]))
    row = {"from_location_id": first, "to_location_id": last, "minutes": way.minutes}
    keys[name] = int(connection.execute(insert(travel).values(row).returning(travel.c.id)).scalar_one())


def _save_staff(connection: Connection, keys: Keys, person: Staff, mint: Mint) -> None:
    values = {
        "name": person.name,
        "initials": person.initials,
        "kind": person.kind,
        "gender": person.gender,
        "languages": list(person.languages),
        "lanes": person.lanes,
        "patient_limits": {modality.value: limit for modality, limit in person.patient_limits.items()},
        "active": person.active,
        "supervises": person.supervises,
    }
    id_ = _put(connection, staff, keys, ("staff", person.code), values, mint)
    shifts = [{"location_id": keys["location", each.location], **weekly_to(each.hours)} for each in person.shifts]
    reserved = [{"location_id": keys["location", each.location], **reserved_to(each)} for each in person.reserved]
    _replace(connection, credential, "staff_id", id_, [credential_to(each) for each in person.credentials])
    _replace(connection, staff_hours, "staff_id", id_, shifts)
    _replace(connection, reserved_start, "staff_id", id_, reserved)
    _be_away(connection, id_, person, mint)
    resources.ensure(connection, "staff", [(id_, person.lanes)])


def _put(
    connection: Connection, table: Table, keys: Keys, name: tuple[str, str], values: Mapping[str, Any], mint: Mint
) -> int:
    """Update the row with that code, or insert it behind the others; its key."""
    id_ = keys.get(name)
    if id_ is not None:
        connection.execute(update(table).where(table.c.id == id_).values(version=table.c.version + 1, **values))
        return id_
    row: dict[str, Any] = {"code": name[1], "public_id": mint(), **values}
    if "position" in table.c:
        row["position"] = connection.execute(select(func.coalesce(func.max(table.c.position), 0) + 1)).scalar_one()
    keys[name] = int(connection.execute(insert(table).values(row).returning(table.c.id)).scalar_one())
    return keys[name]


def _replace(connection: Connection, table: Table, owner: str, id_: int, rows: Sequence[Mapping[str, Any]]) -> None:
    connection.execute(delete(table).where(table.c[owner] == id_))
    if rows:
        connection.execute(insert(table), [{owner: id_, **row} for row in rows])


def _close(connection: Connection, location_id: int, room_id: int | None, closures: frozenset[Closure]) -> None:
    """Make these the closures of a room, or of the location itself."""
    query = select(closure).where(closure.c.location_id == location_id, closure.c.room_id.is_not_distinct_from(room_id))
    known = {closure_from(row): row["id"] for row in connection.execute(query).mappings()}
    gone = [id_ for each, id_ in known.items() if each not in closures]
    connection.execute(delete(closure).where(closure.c.id.in_(gone)))
    there = {"location_id": location_id, "room_id": room_id}
    rows = [
        {"first_on": each.first_on, "last_on": each.last_on, "name": each.name, **there}
        for each in sorted(closures - known.keys())
    ]
    if rows:
        connection.execute(insert(closure), rows)


def _be_away(connection: Connection, staff_id: int, person: Staff, mint: Mint) -> None:
    """Make these his absences; one that stays keeps its public id."""
    there = connection.execute(select(absence).where(absence.c.staff_id == staff_id)).mappings()
    known = {absence_from(row): row["id"] for row in there}
    gone = [id_ for each, id_ in known.items() if each not in person.absences]
    connection.execute(delete(absence).where(absence.c.id.in_(gone)))
    rows = [
        {
            "public_id": mint(),
            "staff_id": staff_id,
            "kind": each.kind,
            "starts_at": each.starts_at,
            "ends_at": each.ends_at,
        }
        for each in sorted(person.absences - known.keys())
    ]
    if rows:
        connection.execute(insert(absence), rows)
