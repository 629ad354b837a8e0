"""What was read of a calendar, kept in place of what was kept before; visits that it meets are told, none is moved."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from clinic.calendars import sandbox
from clinic.db.messages import tasks
from clinic.db.practice import busy
from clinic.db.practice.busy import Row, Source
from clinic.db.unit import Unit
from clinic.db.visits.clashes import Clash, clashes
from clinic.domain.time import instant_of, tick_ceil, tick_floor, zone

READER: Final = "clinic.calendars.busy:read"
BEFORE: Final = timedelta(days=1)
AFTER: Final = timedelta(days=180)
STALE: Final = timedelta(hours=24)
CLASH: Final = "busy_clash"


@dataclass(frozen=True, slots=True)
class Found:
    """What a calendar says: when somebody is busy, of how many entries, and what could not be understood."""

    rows: tuple[Row, ...]
    entries: int
    warnings: tuple[dict[str, Any], ...]


def is_stale(source: Source, now: datetime) -> bool:
    """Whether it could not be read for a day; a file never is, it was read once for good."""
    return source.kind == "address" and now - (source.good_at or source.created_at) >= STALE


def laid_out(data: bytes, tz: str, host: str, *, now: datetime) -> Found:
    """The calendar from yesterday to half a year ahead, read in a child process: half a second, at most 14.

    Raises Invalid with what is wrong.
    """
    options = {"tz": tz, "host": host, "first": (now - BEFORE).isoformat(), "last": (now + AFTER).isoformat()}
    told = sandbox.run(READER, data, options)
    rows = [_row(*each) for each in told["busy"]]
    warnings: list[dict[str, Any]] = []
    if told["skipped"]:
        warnings.append({"code": "busy_skipped", "count": told["skipped"]})
    if told["zones"]:
        warnings.append({"code": "busy_zones", "zones": told["zones"], "tz": tz})
    return Found(tuple(rows), told["entries"], tuple(warnings))


def _row(starts: str, ends: str, tentative: bool, uid_hash: str) -> Row:
    first, last = tick_floor(datetime.fromisoformat(starts)), tick_ceil(datetime.fromisoformat(ends))
    return Row(max(first, 0), last, tentative, uid_hash)


def keep(unit: Unit, source: Source, found: Found, *, now: datetime, **values: Any) -> bool:
    """Write it, and how the try went; False where the calendar is gone or in other hands by now. The caller holds the
    therapist's lanes."""
    told = {"entries": found.entries, "warnings": list(found.warnings), "fault": "", "fault_params": {}, "failures": 0}
    told |= {"checked_at": now, "good_at": now, "read_at": now, **values}
    if not busy.mark(unit.connection, source, told):
        return False
    before = _met(unit, source, now)
    if busy.replace(unit.connection, source, found.rows):
        _tell(unit, source, before, now)
    return True


def forget(unit: Unit, source: Source, *, now: datetime) -> None:
    """Remove the calendar. The caller holds the therapist's lanes."""
    before = _met(unit, source, now)
    busy.remove(unit.connection, source.id)
    _tell(unit, source, before, now)


def _met(unit: Unit, source: Source, now: datetime) -> dict[int, Clash]:
    since = tick_floor(now)
    return clashes(unit.connection, source.staff_id, busy.spans(unit.connection, source.staff_id, since), since)


def _tell(unit: Unit, source: Source, before: dict[int, Clash], now: datetime) -> None:
    """A task for each visit that is met now and was not before; those that are met no longer settle theirs."""
    after, owner = _met(unit, source, now), busy.owner_of(unit.connection, source)
    for id_ in before.keys() - after.keys():
        tasks.drop_about(unit.connection, id_, [CLASH], now)
    for id_ in sorted(after.keys() - before.keys()):
        clash = after[id_]
        tz = zone(owner.tz)
        starts, ends = (instant_of(tick).astimezone(tz) for tick in (clash.starts, clash.ends))
        detail = {"code": CLASH, "therapist": owner.name, "starts": _short(starts), "ends": _short(ends)}
        tasks.put(
            unit.connection,
            CLASH,
            f"busy:{clash.visit}:{int(now.timestamp())}",
            patient_id=clash.patient_id,
            appointment_id=id_,
            detail=detail,
            public_id=unit.public_id(),
            now=now,
        )


def _short(local: datetime) -> str:
    return f"{local:%Y-%m-%d %H:%M}"
