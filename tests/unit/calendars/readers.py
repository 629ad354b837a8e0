"""What other people's calendar software sees in ours: (UID, start, end, title, status), instants in UTC, sorted by UID.

A reader that is not installed skips its tests with a reason, and fails them where the environment says CI; only
sabre/vobject, which is no package of Python or npm, is asked where it is.
"""

import ctypes
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
import vobject
from dateutil import tz
from icalendar import Calendar

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


def by_icalendar(documents: Sequence[bytes]) -> list[list[Seen]]:
    def read(document: bytes) -> list[Seen]:
        return sorted(
            Seen(
                str(event["UID"]),
                event["DTSTART"].dt.astimezone(UTC),
                event["DTEND"].dt.astimezone(UTC),
                str(event["SUMMARY"]),
                str(event["STATUS"]),
            )
            for event in Calendar.from_ical(document).walk("VEVENT")
        )

    return [read(document) for document in documents]


def by_ics(documents: Sequence[bytes]) -> list[list[Seen]]:
    try:
        import ics  # noqa: PLC0415 - absent from an environment that was made before it was asked for
    except ImportError:
        missing("ics")

    def read(document: bytes) -> list[Seen]:
        return sorted(
            Seen(
                event.uid,
                event.begin.datetime.astimezone(UTC),
                event.end.datetime.astimezone(UTC),
                event.name,
                event.status,
            )
            for event in ics.Calendar(document.decode()).events
        )

    return [read(document) for document in documents]


def _by_node(library: str, documents: Sequence[bytes]) -> list[list[Seen]]:
    """Needs node and the npm package, which the front end lists for development."""
    if not (HERE.parents[2] / "node_modules" / library).is_dir():
        missing(library)
    texts = json.dumps([document.decode() for document in documents])
    command = ["node", HERE / "reader.mjs", library]
    try:
        done = subprocess.run(command, input=texts, capture_output=True, text=True, check=True, encoding="utf-8")
    except FileNotFoundError:
        missing("node")
    return [
        sorted(
            Seen(uid, datetime.fromisoformat(start), datetime.fromisoformat(end), title, status)
            for uid, start, end, title, status in events
        )
        for events in json.loads(done.stdout)
    ]


def by_ical_js(documents: Sequence[bytes]) -> list[list[Seen]]:
    return _by_node("ical.js", documents)


def by_node_ical(documents: Sequence[bytes]) -> list[list[Seen]]:
    return _by_node("node-ical", documents)


def by_ts_ics(documents: Sequence[bytes]) -> list[list[Seen]]:
    return _by_node("ts-ics", documents)


def by_sabre(documents: Sequence[bytes]) -> list[list[Seen]]:
    """Asks the command line of sabre/vobject, where one is installed: it validates, what it sees is not compared."""
    tool = shutil.which("vobject")
    if tool is None:
        pytest.skip("sabre/vobject is missing: this reader of calendars was NOT asked")
    for document in documents:
        done = subprocess.run([tool, "validate", "-"], input=document, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout.decode()
    return by_icalendar(documents)


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


Reader = Callable[[Sequence[bytes]], list[list[Seen]]]
READERS: tuple[Reader, ...] = (by_vobject, by_libical, by_ical_js)
"""Asked about everything, every time."""
MORE: tuple[Reader, ...] = (by_icalendar, by_ics, by_node_ical, by_ts_ics)
"""Asked about every kind of feed every time, about the rest where there is time."""
EVERY = [*READERS, *(pytest.param(reader, marks=pytest.mark.prove) for reader in (*MORE, by_sabre))]
