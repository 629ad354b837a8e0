"""What other people's calendar software sees in ours: (UID, start, end, title, status), instants in UTC, sorted by UID.

A reader that is not installed skips its tests with a reason, and fails them where the environment says CI.
"""

import ctypes
import json
import os
import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
import vobject
from dateutil import tz

LIBICAL = "libical.so.3"
HERE = Path(__file__).parent


class Seen(NamedTuple):
    uid: str
    start: datetime
    end: datetime
    title: str
    status: str


def missing(what: str) -> None:
    """Skips, or fails where nothing may be skipped."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing: this reader of calendars was NOT asked")


def by_vobject(documents: Sequence[bytes]) -> list[list[Seen]]:
    def read(document: bytes) -> list[Seen]:
        vars(vobject.icalendar)["__tzidMap"].clear()  # or it believes the first description of a zone for ever
        vobject.icalendar.registerTzid("UTC", tz.tzutc())
        calendar = vobject.readOne(document.decode())
        return sorted(
            Seen(
                event.uid.value,
                event.dtstart.value.astimezone(UTC),
                event.dtend.value.astimezone(UTC),
                event.summary.value,
                event.status.value,
            )
            for event in calendar.contents.get("vevent", [])
        )

    return [read(document) for document in documents]


def by_ical_js(documents: Sequence[bytes]) -> list[list[Seen]]:
    """Needs node and the npm package that the front end lists for development."""
    if not (HERE.parents[2] / "node_modules" / "ical.js").is_dir():
        missing("ical.js")
    texts = json.dumps([document.decode() for document in documents])
    try:
        done = subprocess.run(
            ["node", HERE / "reader.mjs"], input=texts, capture_output=True, text=True, check=True, encoding="utf-8"
        )
    except FileNotFoundError:
        missing("node")
    return [
        sorted(
            Seen(uid, datetime.fromisoformat(start), datetime.fromisoformat(end), title, status)
            for uid, start, end, title, status in events
        )
        for events in json.loads(done.stdout)
    ]


class _Time(ctypes.Structure):
    """libical 3's icaltimetype."""

    _fields_ = (
        *((name, ctypes.c_int) for name in ("year", "month", "day", "hour", "minute", "second", "is_date", "is_dst")),
        ("zone", ctypes.c_void_p),
    )


def _libical() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL(LIBICAL)
    except OSError:
        missing(f"libical ({LIBICAL})")
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for name, result, *arguments in (
        ("icalparser_parse_string", pointer, text),
        ("icalcomponent_free", None, pointer),
        ("icalrestriction_check", number, pointer),
        ("icalcomponent_as_ical_string", text, pointer),
        ("icalcomponent_string_to_kind", number, text),
        ("icalcomponent_get_first_component", pointer, pointer, number),
        ("icalcomponent_get_next_component", pointer, pointer, number),
        ("icalcomponent_get_uid", text, pointer),
        ("icalcomponent_get_summary", text, pointer),
        ("icalcomponent_get_dtstart", _Time, pointer),
        ("icalcomponent_get_dtend", _Time, pointer),
        ("icaltime_as_timet_with_zone", ctypes.c_long, _Time, pointer),
        ("icalproperty_string_to_kind", number, text),
        ("icalcomponent_get_first_property", pointer, pointer, number),
        ("icalproperty_get_value_as_string", text, pointer),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def by_libical(documents: Sequence[bytes]) -> list[list[Seen]]:
    """Also asserts that libical's restriction check finds nothing to complain about."""
    library = _libical()
    kind = library.icalcomponent_string_to_kind(b"VEVENT")
    status_kind = library.icalproperty_string_to_kind(b"STATUS")

    def instant(time: _Time) -> datetime:
        return datetime.fromtimestamp(library.icaltime_as_timet_with_zone(time, time.zone), UTC)

    def read(document: bytes) -> list[Seen]:
        calendar = library.icalparser_parse_string(document)
        assert library.icalrestriction_check(calendar) == 1, library.icalcomponent_as_ical_string(calendar).decode()
        assert b"X-LIC-ERROR" not in library.icalcomponent_as_ical_string(calendar)
        found = []
        event = library.icalcomponent_get_first_component(calendar, kind)
        while event:
            found.append(
                Seen(
                    library.icalcomponent_get_uid(event).decode(),
                    instant(library.icalcomponent_get_dtstart(event)),
                    instant(library.icalcomponent_get_dtend(event)),
                    library.icalcomponent_get_summary(event).decode(),
                    library.icalproperty_get_value_as_string(
                        library.icalcomponent_get_first_property(event, status_kind)
                    ).decode(),
                )
            )
            event = library.icalcomponent_get_next_component(calendar, kind)
        library.icalcomponent_free(calendar)
        return sorted(found)

    return [read(document) for document in documents]


READERS: tuple[Callable[[Sequence[bytes]], list[list[Seen]]], ...] = (by_vobject, by_libical, by_ical_js)
