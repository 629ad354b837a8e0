"""An entry as a calendar program shows it: what is read back of a document of ours."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from icalendar import Calendar

from clinic.domain.time import zone


@dataclass(frozen=True, slots=True)
class Card:
    """The first event of a document; `method` is empty in a feed. The times are in the zone they are shown in."""

    method: str
    title: str
    starts: datetime
    ends: datetime
    place: str
    description: str
    status: str
    sequence: int


def read(document: bytes) -> Card:
    """What is in a document of ours."""
    calendar = Calendar.from_ical(document)
    event = calendar.walk("VEVENT")[0]

    def text(name: str) -> str:
        return str(event.get(name, ""))

    return Card(
        method=str(calendar.get("METHOD", "")),
        title=text("SUMMARY"),
        starts=_instant(event["DTSTART"]),
        ends=_instant(event["DTEND"]),
        place=text("LOCATION"),
        description=text("DESCRIPTION"),
        status=text("STATUS"),
        sequence=int(event.get("SEQUENCE", 0)),
    )


def _instant(value: Any) -> datetime:
    """In the zone that is named, by the zone files at hand rather than by the document's own description."""
    name = value.params.get("TZID")
    local: datetime = value.dt
    return local.astimezone(UTC) if name is None else local.replace(tzinfo=zone(str(name)))
