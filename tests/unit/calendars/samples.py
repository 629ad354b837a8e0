"""Visits for the calendar tests, and the rules of RFC 5545 §3.1 that every document of ours keeps."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from clinic.calendars.event import Event, Status

REVISED = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
NASTY = 'Übung "A", B; C\\D ^n 😀\r\nATTENDEE:mailto:eve@x.example\r;ATTENDEE=x\x00\x07\u2028END:VEVENT'


def visit(starts: datetime = datetime(2026, 10, 6, 7, tzinfo=UTC), minutes: int = 45, **changes: Any) -> Event:
    values: dict[str, Any] = {
        "uid": "4f1c@clinic.example",
        "sequence": 0,
        "starts": starts,
        "ends": starts.astimezone(UTC) + timedelta(minutes=minutes),
        "tz": "Europe/Berlin",
        "summary": "Appointment",
        "status": Status.CONFIRMED,
        "created_at": REVISED,
        "revised_at": REVISED,
    }
    return Event(**values | changes)


def unfolded(document: bytes) -> list[str]:
    """The content lines, after the document as a whole has passed for one."""
    assert document.endswith(b"END:VCALENDAR\r\n")
    assert not re.search(rb"[^\r]\n|\r[^\n]|\r\n\r\n|[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]", document)
    folded = document.removesuffix(b"\r\n").split(b"\r\n")
    assert max(map(len, folded)) <= 75
    for line in folded:
        line.decode()
    return document.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def values(document: bytes, name: str) -> list[str]:
    """The lines of that property, parameters and all, in their order."""
    return [line for line in unfolded(document) if re.split("[:;]", line, maxsplit=1)[0] == name]
