"""Reading the calendars that are due: fetched and understood without holding anything, then kept in one transaction.

A try that comes to nothing changes nothing that is kept: a calendar that cannot be read does not make anybody free.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from clinic.calendars import fetching
from clinic.calendars.fetching import Fetched, Marks
from clinic.db.messages import tasks
from clinic.db.practice import busy, losses
from clinic.db.practice.busy import Source
from clinic.db.unit import Begin, Read, Unit, retrying
from clinic.domain.errors import Invalid
from clinic.services.practice import busy_keeping as keeping
from clinic.services.practice.busy_keeping import Found

LOG = logging.getLogger("clinic.busy")

EVERY: Final = timedelta(minutes=15)
SELDOM: Final = timedelta(hours=6)
LEASE: Final = timedelta(minutes=5)
READ_ANEW: Final = timedelta(hours=12)
"""An unchanged calendar is laid out anew this often: the half year ahead moves on."""
STALE: Final = "busy_stale"

Fetch = Callable[[str, Marks], Fetched]
Clock = Callable[[], datetime]


def read_due(
    begin: Begin,
    read: Read,
    *,
    fetch: Fetch = fetching.fetch,
    now: Clock,
    jitter: Callable[[], float],
    stop: Callable[[], bool] = lambda: False,
) -> int:
    """Read every calendar that is due; how many. `jitter` gives numbers in [0, 1); nothing else is begun once `stop`
    says so."""
    done = 0
    while not stop() and _waiting(read, now()) and (claimed := _claim(begin, now=now())):
        _read(begin, read, claimed, fetch, now=now, spread=0.8 + 0.4 * jitter())
        done += 1
    return done


def _waiting(read: Read, now: datetime) -> bool:
    with read() as unit:
        return busy.due(unit.connection, now)


@retrying
def _claim(begin: Begin, *, now: datetime) -> Source | None:
    with begin() as unit:
        return busy.claim(unit.connection, now=now, until=now + LEASE)


def _read(begin: Begin, read: Read, claimed: Source, fetch: Fetch, *, now: Clock, spread: float) -> None:
    try:
        got, found = _got(read, claimed, fetch, now=now())
    except Invalid as fault:
        LOG.warning("calendar %s: %s", claimed.public_id, fault.code)
        _failed(begin, claimed, fault, now=now(), spread=spread)
        return
    _kept(begin, claimed, got, found, now=now(), spread=spread)


def _got(read: Read, claimed: Source, fetch: Fetch, *, now: datetime) -> tuple[Fetched, Found | None]:
    """What came, and what it says; no Found for a calendar that is as it was. Raises Invalid."""
    with read() as unit:
        owner, host = busy.owner_of(unit.connection, claimed), unit.host
    recent = claimed.read_at is not None and now - claimed.read_at < READ_ANEW
    got = fetch(claimed.address, Marks(claimed.etag, claimed.last_modified) if recent else Marks())
    if got.body is None:
        return got, None
    found = keeping.laid_out(got.body, owner.tz, host, now=now)
    if not found.entries and claimed.entries and claimed.fault != "busy_empty":
        raise Invalid("busy_empty")
    return got, found


@retrying
def _kept(begin: Begin, claimed: Source, got: Fetched, found: Found | None, *, now: datetime, spread: float) -> None:
    next_ = {"due_at": now + EVERY * spread}
    with begin() as unit:
        unit.hold(losses.lanes(unit.connection, "staff", claimed.staff_id))
        if claimed.failures:
            tasks.drop(unit.connection, _stale_key(claimed), now)
        if found is None:
            fine = {"checked_at": now, "good_at": now, "fault": "", "fault_params": {}, "failures": 0}
            busy.mark(unit.connection, claimed, fine | next_)
            return
        marks = {"etag": got.marks.etag, "last_modified": got.marks.last_modified}
        keeping.keep(unit, claimed, found, now=now, **marks, **next_)


@retrying
def _failed(begin: Begin, claimed: Source, fault: Invalid, *, now: datetime, spread: float) -> None:
    """Note why, try again later and later, and have somebody look when it was a day."""
    wait = min(EVERY * 2 ** min(claimed.failures, 8), SELDOM)
    told: dict[str, Any] = {"fault": fault.code, "fault_params": dict(fault.params), "failures": claimed.failures + 1}
    with begin() as unit:
        kept = busy.mark(unit.connection, claimed, {**told, "checked_at": now, "due_at": now + wait * spread})
        if kept and keeping.is_stale(claimed, now):
            _warn(unit, claimed, now)


def _warn(unit: Unit, source: Source, now: datetime) -> None:
    owner = busy.owner_of(unit.connection, source)
    detail = {"code": STALE, "therapist": owner.name, "calendar": source.name}
    tasks.put(unit.connection, STALE, _stale_key(source), detail=detail, public_id=unit.public_id(), now=now)


def _stale_key(source: Source) -> str:
    """Of the one task for all tries since the last good one."""
    since = source.good_at or source.created_at
    return f"busy-stale:{source.public_id}:{int(since.timestamp())}"
