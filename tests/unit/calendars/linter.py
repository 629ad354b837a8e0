"""The rules of RFC 5545, 5546, 7986 and 6868 that a document of ours has to keep, read by hand and without the library
that writes them: every finding as a sentence, none for a good document."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

PARAMETER = r'[A-Z0-9-]+=(?:"[^"\x00-\x1f\x7f]*"|[^",;:\x00-\x1f\x7f]*)'
LINE = re.compile(rf"([A-Z0-9-]+)((?:;{PARAMETER})*):(.*)", re.DOTALL)
UTC_TIME, LOCAL_TIME = re.compile(r"\d{8}T\d{6}Z"), re.compile(r"\d{8}T\d{6}")
DURATION = re.compile(r"[+-]?P(?=[T\d])(?:\d+W|(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)")
OFFSET, RULE = re.compile(r"[+-]\d{4}(?:\d\d)?"), re.compile(r"FREQ=YEARLY(?:;BY[A-Z]+=[-A-Z0-9,]+)+")
TEXT = re.compile(r"(?:[^\\;,]|\\[\\;,nN])*")
UID, URL = re.compile(r"[!-~]{1,255}"), re.compile(r"https?://[!-~]+")
ZONE, COLOR = re.compile(r"[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_+-]+)*"), re.compile(r"[a-z]{3,24}")

COMMON = {"DTSTAMP": UTC_TIME, "UID": UID, "SUMMARY": TEXT}
VALUES: dict[str, dict[str, re.Pattern[str]]] = {
    "VCALENDAR": {
        "VERSION": re.compile("2\\.0"),
        "PRODID": TEXT,
        "METHOD": re.compile("REQUEST|CANCEL|REPLY|PUBLISH"),
        "NAME": TEXT,
        "X-WR-CALNAME": TEXT,
        "X-WR-TIMEZONE": ZONE,
        "COLOR": COLOR,
        "REFRESH-INTERVAL": DURATION,
        "X-PUBLISHED-TTL": DURATION,
    },
    "VTIMEZONE": {"TZID": ZONE},
    "STANDARD": (
        onset := {
            "DTSTART": LOCAL_TIME,
            "TZOFFSETFROM": OFFSET,
            "TZOFFSETTO": OFFSET,
            "TZNAME": re.compile(r"[A-Z]{1,8}|[+-]\d{2,4}"),
            "RRULE": RULE,
        }
    ),
    "DAYLIGHT": onset,
    "VEVENT": COMMON
    | {
        "CREATED": UTC_TIME,
        "LAST-MODIFIED": UTC_TIME,
        "DTSTART": re.compile(r"\d{8}T\d{6}Z?"),
        "DTEND": re.compile(r"\d{8}T\d{6}Z?"),
        "SEQUENCE": re.compile(r"\d{1,10}"),
        "STATUS": re.compile("TENTATIVE|CONFIRMED|CANCELLED"),
        "TRANSP": re.compile("OPAQUE|TRANSPARENT"),
        "CLASS": re.compile("PUBLIC|PRIVATE|CONFIDENTIAL"),
        "DESCRIPTION": TEXT,
        "LOCATION": TEXT,
        "URL": URL,
        "RELATED-TO": UID,
        "ORGANIZER": re.compile(r"mailto:[!-~]+@[!-~]+"),
        "ATTENDEE": re.compile(r"mailto:[!-~]+@[!-~]+"),
    },
    "VALARM": {"ACTION": re.compile("DISPLAY"), "TRIGGER": DURATION, "DESCRIPTION": TEXT},
}
REQUIRED = {
    "VCALENDAR": {"VERSION", "PRODID"},
    "VTIMEZONE": {"TZID"},
    "STANDARD": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
    "DAYLIGHT": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
    "VEVENT": {
        "UID",
        "DTSTAMP",
        "DTSTART",
        "DTEND",
        "SUMMARY",
        "SEQUENCE",
        "STATUS",
        "TRANSP",
        "CREATED",
        "LAST-MODIFIED",
    },
    "VALARM": {"ACTION", "TRIGGER", "DESCRIPTION"},
}
INSIDE = {
    "": {"VCALENDAR"},
    "VCALENDAR": {"VTIMEZONE", "VEVENT"},
    "VTIMEZONE": {"STANDARD", "DAYLIGHT"},
    "VEVENT": {"VALARM"},
}


@dataclass
class Component:
    name: str
    values: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    parts: list["Component"] = field(default_factory=list)

    def one(self, name: str) -> str:
        return self.values[name][0][1] if name in self.values else ""

    def parameters(self, name: str) -> str:
        return self.values[name][0][0] if name in self.values else ""


def findings(document: bytes) -> list[str]:
    """What is wrong with it."""
    found: list[str] = []
    root = _read(document, found.append)
    if len(root.parts) != 1:
        return [*found, "there is not one VCALENDAR"]
    for component in _walk(root.parts[0]):
        found += _judged(component)
    return found + list(_together(root.parts[0]))


def _read(document: bytes, find: Callable[[str], None]) -> Component:
    for what, pattern in {
        "a line does not end with CRLF": rb"(?<!\r)\n|\r(?!\n)",
        "there is an empty line": rb"\r\n(?:[ \t])?\r\n",
        "there is a control character": rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]",
        "there is a byte order mark": rb"^\xef\xbb\xbf",
    }.items():
        if re.search(pattern, document):
            find(what)
    if not document.endswith(b"\r\n"):
        find("the last line does not end")
    folded = document.removesuffix(b"\r\n").split(b"\r\n")
    if max(map(len, folded)) > 75:
        find("a line is longer than 75 octets")
    for line in folded:
        try:
            line.decode()
        except UnicodeDecodeError:
            find("a line is folded inside a character")
    stack = [Component("")]
    for line in document.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n"):
        _take(line, stack, find)
    return stack[0]


def _take(line: str, stack: list[Component], find: Callable[[str], None]) -> None:
    match = LINE.fullmatch(line)
    if match is None:
        return find(f"no content line: {line[:40]}")
    name, parameters, value = match.groups()
    here = stack[-1]
    if name == "BEGIN":
        if value not in INSIDE.get(here.name, set()):
            find(f"{value} inside {here.name or 'nothing'}")
        stack.append(Component(value))
        here.parts.append(stack[-1])
    elif name == "END":
        if value != here.name:
            find(f"{here.name} ends as {value}")
        stack.pop()
    else:
        if here.parts:
            find(f"{name} after a component of {here.name}")
        here.values.setdefault(name, []).append((parameters, value))
    return None


def _walk(component: Component) -> Iterator[Component]:
    yield component
    for part in component.parts:
        yield from _walk(part)


def _judged(component: Component) -> Iterator[str]:
    known, where = VALUES.get(component.name, {}), component.name
    for name, given in component.values.items():
        if name not in known:
            yield f"{where} has {name}"
            continue
        if len(given) > 1:
            yield f"{where} has {name} {len(given)} times"
        for parameters, value in given:
            yield from _formed(f"{name} of {where}", known[name], parameters, value)
    for name in sorted(REQUIRED.get(where, set()) - component.values.keys()):
        yield f"{where} has no {name}"
    if where == "VTIMEZONE" and not component.parts:
        yield "VTIMEZONE says nothing"
    if "REFRESH-INTERVAL" in component.values and component.parameters("REFRESH-INTERVAL") != ";VALUE=DURATION":
        yield "REFRESH-INTERVAL does not say that it is a duration"


def _formed(what: str, form: re.Pattern[str], parameters: str, value: str) -> Iterator[str]:
    if not form.fullmatch(value):
        yield f"{what} is {value[:40]!r}"
    if re.search(r"\^(?![n'^])", parameters):
        yield f"{what} has a lone ^ in its parameters"
    if value.endswith("Z") and "TZID=" in parameters:
        yield f"{what} has both TZID and Z"
    if form is TEXT and not value:
        yield f"{what} is empty"


def _together(calendar: Component) -> Iterator[str]:
    """What holds between components: zones, UIDs, times, the method."""
    events = [each for each in calendar.parts if each.name == "VEVENT"]
    zones = [each.one("TZID") for each in calendar.parts if each.name == "VTIMEZONE"]
    used = set()
    for event in events:
        for name in ("DTSTART", "DTEND"):
            named = re.search(r";TZID=([^;:]+)", event.parameters(name))
            if named:
                used.add(named[1].strip('"'))
            elif not event.one(name).endswith("Z"):
                yield f"{name} floats"
        yield from _timed(event)
        yield from _invited(event, calendar.one("METHOD"))
    if sorted(zones) != sorted(used):
        yield f"zones described {sorted(zones)}, used {sorted(used)}"
    uids = [event.one("UID") for event in events]
    if len(set(uids)) < len(uids):
        yield "two events have one UID"
    if calendar.one("METHOD") and len(events) != 1:
        yield "a mail is about one event"
    if not calendar.one("METHOD") and uids != [uid for _, uid in sorted(_key(event) for event in events)]:
        yield "the events are not sorted by start and UID"


def _key(event: Component) -> tuple[datetime, str]:
    zone = re.search(r";TZID=([^;:]+)", event.parameters("DTSTART"))
    starts = _read_time(event.one("DTSTART")).replace(tzinfo=ZoneInfo(zone[1].strip('"') if zone else "UTC"))
    return starts.astimezone(UTC), event.one("UID")


def _timed(event: Component) -> Iterator[str]:
    starts, ends = event.one("DTSTART"), event.one("DTEND")
    if event.parameters("DTSTART") != event.parameters("DTEND") or starts[15:] != ends[15:]:
        yield "start and end are told in different zones"
    elif LOCAL_TIME.match(starts) and LOCAL_TIME.match(ends) and not _read_time(starts) < _read_time(ends):
        yield "it ends before it starts"
    if event.one("STATUS") == "CANCELLED" and event.one("TRANSP") != "TRANSPARENT":
        yield "a cancelled event takes time"
    if event.one("STATUS") == "CANCELLED" and event.parts:
        yield "a cancelled event has an alarm"
    if "\\n" in event.one("LOCATION") or "\\n" in event.one("SUMMARY"):
        yield "a title or place has several lines"


def _read_time(value: str) -> datetime:
    return datetime.strptime(value[:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007 - compared in one zone


def _invited(event: Component, method: str) -> Iterator[str]:
    people = len(event.values.get("ORGANIZER", [])), len(event.values.get("ATTENDEE", []))
    if not method and people != (0, 0):
        yield "a feed names people"
    if method and people != (1, 1):
        yield f"{method} names {people}"
    if not method and event.one("DTSTAMP") != event.one("LAST-MODIFIED"):
        yield "DTSTAMP of a feed is not LAST-MODIFIED"
    if (method == "CANCEL") != (event.one("STATUS") == "CANCELLED") and method:
        yield f"{method} of an event that is {event.one('STATUS')}"
