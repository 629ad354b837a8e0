"""When an entry of a feed last changed for its reader, whatever changed: the visit, a note, the practice's name.

A visit has the time of its own last revision. What else an entry shows has none that all of it shares, so what was
shown last is kept with the bytes, hashed, and compared. Only time, place and people raise SEQUENCE; a text does not.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from clinic.calendars.event import Event
from clinic.db.messages.feeds import Stamps


def stamped(events: Iterable[Event], known: Stamps, *, now: datetime) -> tuple[list[Event], Stamps]:
    """The events with the second of their last change, and what to compare with the next time.

    An entry seen for the first time, and one whose visit was revised since, has the visit's own; a change of anything
    else is dated now, and always later than the change before.
    """
    found, stamps = [], {}
    for event in events:
        digest = _digest(event)
        before = known.get(event.uid)
        revised_at = event.revised_at if before is None else _revised(event, digest, before[0], before[1], now=now)
        found.append(event.revised(revised_at))
        stamps[event.uid] = (digest, revised_at.isoformat())
    return found, stamps


def _revised(event: Event, digest: str, shown: str, since: str, *, now: datetime) -> datetime:
    before = datetime.fromisoformat(since)
    if shown == digest:
        return before
    if event.revised_at > before:
        return event.revised_at
    return max(now.replace(microsecond=0), before + timedelta(seconds=1))


def _digest(event: Event) -> str:
    return hashlib.sha256(event.told().encode()).hexdigest()[:16]
