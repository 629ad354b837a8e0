"""Who waits in the demo: some for any time, some for a sooner one than they have."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from clinic.db.unit import Database
from clinic.db.visits import reads
from clinic.domain.access.actors import Actor
from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.time import instant_of, local_date
from clinic.domain.visits.visit import AWAITED, Status
from clinic.domain.visits.waiting import Suits, Urgency
from clinic.services.patients.find import resolve
from clinic.services.visits import waitlist
from clinic.services.visits.waitlist import Wish

FIRST_TIMERS: Final = (120, 121, 122)
"""Patients, by number, who wait for a first assessment."""
SOONER: Final = 4
"""So many of those with a visit more than a week ahead would rather come sooner."""
MORNINGS: Final = tuple(WeeklyHours(day, 8 * 60, 13 * 60) for day in range(5))


def fill_waitlist(
    database: Database,
    actor: Actor,
    ids: Sequence[str],
    locations: Mapping[str, tuple[str, int]],
    tz: ZoneInfo,
    now: datetime,
) -> None:
    """Put them on the list, the most urgent last."""
    today = local_date(now, tz)
    place = next(public_id for public_id, _ in locations.values())
    for n, who in enumerate(FIRST_TIMERS):
        suits = Suits(tuple(Urgency)[n], 2 + n, today, today + timedelta(days=30), (), MORNINGS if n % 2 else ())
        listed = Wish(suits, "", ids[who], place, "assessment")
        waitlist.add(database.begin, listed, actor=actor, now=now - timedelta(days=n))
    for visit in _ahead(database, ids, now)[:SOONER]:
        waitlist.add(database.begin, Wish(Suits(Urgency.ROUTINE, 24, today), visit), actor=actor, now=now)


def _ahead(database: Database, ids: Sequence[str], now: datetime) -> list[str]:
    """The last visit of each patient that lies more than a week ahead."""
    found = []
    for public_id in ids:
        with database.read() as unit:
            rows = reads.of_patient(unit.connection, resolve(database.read, public_id).id, 0)
        later = [row for row in rows if Status(row.status) in AWAITED]
        if later and instant_of(later[-1].starts) > now + timedelta(days=7):
            found.append(later[-1].public_id)
        if len(found) == SOONER:
            break
    return found
