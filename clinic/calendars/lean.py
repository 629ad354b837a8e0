"""What of a stranger's calendar is read at all: the few lines that say when somebody is busy.

Titles, notes, people and places are gone before anything understands them. What would take too long is refused here,
while the lines are only counted.
"""

from collections.abc import Iterator
from math import prod
from typing import Final

from clinic.domain.errors import Invalid

MOST_BYTES: Final = 2 << 20
LONGEST_LINE: Final = 64 << 10
MOST_COMPONENTS: Final = 5000
DEEPEST: Final = 4
MOST_DATES: Final = 1000
MOST_BY: Final = 400

RULED: Final = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
PLACES: Final = {
    b"VCALENDAR": b"",
    b"VEVENT": b"VCALENDAR",
    b"VFREEBUSY": b"VCALENDAR",
    b"VTIMEZONE": b"VCALENDAR",
    b"STANDARD": b"VTIMEZONE",
    b"DAYLIGHT": b"VTIMEZONE",
}
"""The components that are read, and in which they stand."""
NAMES: Final = frozenset(
    b"UID SEQUENCE DTSTART DTEND DURATION RRULE RDATE EXDATE RECURRENCE-ID STATUS TRANSP FREEBUSY "
    b"X-MICROSOFT-CDO-BUSYSTATUS TZID TZOFFSETFROM TZOFFSETTO TZNAME".split()
)


def lean(data: bytes) -> bytes:
    """The calendar without everything that is not needed.

    Raises Invalid(busy_not_calendar), Invalid(busy_cut_off), Invalid(busy_too_large) and what `_checked` raises.
    """
    if len(data) > MOST_BYTES:
        raise Invalid("busy_too_large", most_mb=MOST_BYTES >> 20)
    kept = list(_kept(data.removeprefix(b"\xef\xbb\xbf")))
    if not kept:
        raise Invalid("busy_not_calendar")
    return b"\r\n".join([*kept, b""])


def _kept(data: bytes) -> Iterator[bytes]:
    found = _Nesting()
    for line in _unfolded(data):
        name, value = _parted(line)
        if name == b"BEGIN":
            found.enter(value)
        if found.wanted and (name in (b"BEGIN", b"END") or name in NAMES):
            found.note(_checked(name, line))
            yield line
        if name == b"END":
            found.leave(value)
    if found.open:
        raise Invalid("busy_cut_off")


class _Nesting:
    """Which components are open while the lines go by; the first `read` of them are read."""

    def __init__(self) -> None:
        self.open, self.read, self.count, self.dates = list[bytes](), 0, 0, 0

    @property
    def wanted(self) -> bool:
        """Whether a line here is read. Raises Invalid(busy_not_calendar) outside of every component."""
        if not self.open:
            raise Invalid("busy_not_calendar")
        return self.read == len(self.open)

    def enter(self, name: bytes) -> None:
        self.count += 1
        if self.count > MOST_COMPONENTS:
            raise Invalid("busy_many_components", most=MOST_COMPONENTS)
        if len(self.open) == DEEPEST:
            raise Invalid("busy_nested", most=DEEPEST)
        above = self.open[-1] if self.open else b""
        self.read += self.read == len(self.open) and PLACES.get(name) == above
        self.open.append(name)

    def leave(self, name: bytes) -> None:
        if self.open.pop() != name:
            raise Invalid("busy_cut_off")
        self.read = min(self.read, len(self.open))

    def note(self, dates: int) -> None:
        self.dates += dates
        if self.dates > MOST_DATES:
            raise Invalid("busy_many_dates", most=MOST_DATES)


def _unfolded(data: bytes) -> Iterator[bytes]:
    """Lines as they were before they were folded (RFC 5545 §3.1); empty ones are left out."""
    parts: list[bytes] = []
    for line in data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"):
        if line[:1] in (b" ", b"\t") and parts:
            parts.append(line[1:])
            continue
        if parts:
            yield b"".join(parts)
        parts = [line] if line.strip() else []
    if parts:
        yield b"".join(parts)


def _parted(line: bytes) -> tuple[bytes, bytes]:
    """The property's name, and for BEGIN and END the component's."""
    name = line[: min(len(line), 64)].partition(b":")[0].partition(b";")[0].strip().upper()
    return name, line.partition(b":")[2].strip().upper() if name in (b"BEGIN", b"END") else b""


def _checked(name: bytes, line: bytes) -> int:
    """How many dates the line adds. Raises Invalid(busy_long_line), Invalid(busy_often), Invalid(busy_rule)."""
    if len(line) > LONGEST_LINE:
        raise Invalid("busy_long_line", most_kb=LONGEST_LINE >> 10)
    if name == b"RRULE":
        _check_rule(line.partition(b":")[2].decode("ascii", "replace").upper())
    return line.count(b",") + 1 if name == b"RDATE" else 0


def _check_rule(rule: str) -> None:
    parts = dict(part.partition("=")[::2] for part in rule.strip().split(";"))
    if parts.get("FREQ") not in RULED:
        raise Invalid("busy_often")
    every = parts.get("INTERVAL", "1")
    by = [len(values.split(",")) for name, values in parts.items() if name.startswith("BY")]
    if not every.isdigit() or len(every) > 4 or int(every) == 0 or prod(by) > MOST_BY:
        raise Invalid("busy_rule")
