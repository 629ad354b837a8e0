"""Reading an answer to an invitation (RFC 5546 section 3.2.3), as leniently as programs write it: lines folded by
characters, bare line feeds, unknown properties. What runs here runs in the sandbox."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

from clinic.domain.errors import Invalid

LONGEST: Final = 256 * 1024
METHODS: Final = ("REPLY", "COUNTER")
KEPT: Final = frozenset({"UID", "SEQUENCE", "DTSTAMP", "ATTENDEE", "ORGANIZER"})
MOST_OF_ONE: Final = 50
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(
    r'([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)', re.DOTALL
)
_PARTSTAT = re.compile(r';PARTSTAT="?([A-Za-z-]+)', re.IGNORECASE)
_STAMP = re.compile(r"\d{8}T\d{6}Z")
_UID = re.compile(r"[!-~]{1,120}")

Line = tuple[str, str, str]
"""Name in upper case, parameters, value."""


def reply(data: bytes, options: Mapping[str, str]) -> dict[str, Any]:
    """Method, UID, SEQUENCE, DTSTAMP (`20261120T095353Z`), the bare addresses of attendees and organizer, and the first
    attendee's PARTSTAT in upper case. `options` names the `method` that the mail announced.

    Raises Invalid(reply_unreadable).
    """
    method, events = _document(data[:LONGEST].decode("utf-8", "replace"))
    if method not in METHODS or method != options.get("method", method) or len(events) != 1:
        raise Invalid("reply_unreadable")
    (event,) = events
    uid, sequence = _only(event, "UID"), _only(event, "SEQUENCE", "0")
    stamp, attendees = _only(event, "DTSTAMP"), event.get("ATTENDEE", [])
    if not _UID.fullmatch(uid) or not re.fullmatch(r"[0-9]{1,9}", sequence) or not _STAMP.fullmatch(stamp):
        raise Invalid("reply_unreadable")
    said = _PARTSTAT.search(attendees[0][0]) if attendees else None
    return {
        "method": method,
        "uid": uid,
        "sequence": int(sequence),
        "stamp": stamp,
        "attendees": [_address(value) for _, value in attendees],
        "partstat": said[1].upper() if said else "",
        "organizer": _address(_only(event, "ORGANIZER", "")),
    }


Event = dict[str, list[tuple[str, str]]]
"""Of each property that is kept its (parameters, value) pairs."""


def _document(text: str) -> tuple[str, list[Event]]:
    """The calendar's method and its events; what stands in other components is passed over."""
    method, events, inside = "", list[Event](), list[str]()
    for name, parameters, value in _lines(text):
        if name == "BEGIN":
            inside.append(value.strip().upper())
            if inside == ["VCALENDAR", "VEVENT"]:
                events.append({})
        elif name == "END":
            if not inside or inside.pop() != value.strip().upper():
                raise Invalid("reply_unreadable")
        elif inside == ["VCALENDAR"] and name == "METHOD":
            method = value.strip().upper()
        elif inside == ["VCALENDAR", "VEVENT"] and name in KEPT:
            kept = events[-1].setdefault(name, [])
            if len(kept) == MOST_OF_ONE:
                raise Invalid("reply_unreadable")
            kept.append((parameters, value.strip()))
    return method, events


def _lines(text: str) -> Iterator[Line]:
    for line in _FOLD.sub("", text).splitlines():
        found = _LINE.fullmatch(line)
        if found:
            yield found[1].upper(), found[2], found[3]


def _only(event: Event, name: str, default: str | None = None) -> str:
    """The property's value. Raises Invalid(reply_unreadable) where it occurs twice, or not at all without a default."""
    values = event.get(name, [])
    if len(values) == 1:
        return values[0][1]
    if values or default is None:
        raise Invalid("reply_unreadable")
    return default


def _address(value: str) -> str:
    scheme, _, address = value.partition(":")
    return unquote(address).strip() if scheme.strip().lower() == "mailto" else ""
