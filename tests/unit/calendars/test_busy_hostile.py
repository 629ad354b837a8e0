"""A calendar that is meant to hurt is refused with a reason, in a child that cannot take much."""

import resource
from collections.abc import Callable
from time import monotonic
from typing import Final

import pytest

from clinic.calendars.busy import read
from clinic.calendars.lean import MOST_BYTES
from clinic.calendars.sandbox import run
from clinic.domain.errors import Invalid
from tests.unit.calendars.test_busy import OPTIONS, calendar, event

READ: Final = "clinic.calendars.busy:read"
ONCE: Final = ("DTSTART:20261123T100000Z", "DURATION:PT1H")
OLD: Final = ("DTSTART:16010101T000000Z", "DURATION:PT1H")


def nested(depth: int) -> bytes:
    return calendar("\n".join(["BEGIN:VEVENT"] * depth + ["END:VEVENT"] * depth))


def ruled(rule: str, *start: str) -> bytes:
    return calendar(event(*(start or ONCE), f"RRULE:{rule}"))


def dates(count: int) -> str:
    return ",".join(["20261124T100000Z"] * count)


REFUSED: Final[dict[str, tuple[Callable[[], bytes], str]]] = {
    "a line of 50 MB": (lambda: calendar("SUMMARY:" + "x" * (50 << 20)), "busy_too_large"),
    "200,000 empty entries": (lambda: calendar(*["BEGIN:VEVENT\nEND:VEVENT"] * 200_000), "busy_too_large"),
    "5,001 components": (lambda: calendar(*["BEGIN:VEVENT\nEND:VEVENT"] * 5_000), "busy_many_components"),
    "20,000 deep": (lambda: nested(20_000), "busy_nested"),
    "5 deep": (lambda: nested(4), "busy_nested"),
    "a long line that counts": (lambda: calendar(event(*ONCE, f"EXDATE:{dates(4000)}")), "busy_long_line"),
    "1,001 dates": (lambda: calendar(event(*ONCE, f"RDATE:{dates(1001)}")), "busy_many_dates"),
    "1,001 dates in two lines": (
        lambda: calendar(event(*ONCE, f"RDATE:{dates(600)}", f"RDATE:{dates(401)}")),
        "busy_many_dates",
    ),
    "every second": (lambda: ruled("FREQ=SECONDLY"), "busy_often"),
    "an impossible second": (lambda: ruled("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"), "busy_often"),
    "every minute": (lambda: ruled("FREQ=MINUTELY"), "busy_often"),
    "every hour since 1601": (lambda: ruled("FREQ=HOURLY;COUNT=1000000000", *OLD), "busy_often"),
    "lower case": (lambda: ruled("freq=secondly"), "busy_often"),
    "folded": (lambda: ruled("FREQ=SECO\n NDLY"), "busy_often"),
    "no frequency": (lambda: ruled("COUNT=3"), "busy_often"),
    "in a zone": (
        lambda: calendar("BEGIN:VTIMEZONE\nTZID:x\nBEGIN:STANDARD\nRRULE:FREQ=SECONDLY\nEND:STANDARD\nEND:VTIMEZONE"),
        "busy_often",
    ),
    "daily since 1601": (lambda: ruled("FREQ=DAILY", *OLD), "busy_old_rule"),
    "every 0 days": (lambda: ruled("FREQ=DAILY;INTERVAL=0"), "busy_rule"),
    "401 combinations": (
        lambda: ruled(f"FREQ=YEARLY;BYMONTH=1;BYYEARDAY={','.join(map(str, range(1, 402)))}"),
        "busy_rule",
    ),
    "24 hours times 60 minutes": (
        lambda: ruled(f"FREQ=DAILY;BYHOUR={','.join(map(str, range(24)))};BYMINUTE={','.join(map(str, range(60)))}"),
        "busy_rule",
    ),
    "too many dates": (
        lambda: ruled(f"FREQ=DAILY;BYHOUR={','.join(map(str, range(24)))};BYMINUTE=0,15,30,45"),
        "busy_too_many",
    ),
    "a sign-in page": (lambda: b"<!doctype html><title>Sign in</title>", "busy_not_calendar"),
    "nothing": (lambda: b"", "busy_not_calendar"),
    "half": (lambda: calendar(event(*ONCE))[:-20], "busy_cut_off"),
    "crossed": (lambda: b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\nEND:VEVENT\n", "busy_cut_off"),
    "something after it": (lambda: calendar(event(*ONCE)) + b"DTSTART:1\n", "busy_not_calendar"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_meant_to_hurt_is_refused_at_once_with_a_reason(name: str) -> None:
    data, told = REFUSED[name]
    with pytest.raises(Invalid) as refused:
        read(data(), OPTIONS)
    assert refused.value.code == told


@pytest.mark.thorough
def test_the_reason_comes_out_of_the_child() -> None:
    with pytest.raises(Invalid) as refused:
        run(READ, ruled("FREQ=SECONDLY"), OPTIONS)
    assert refused.value.code == "busy_often"
    assert len(run(READ, ruled("FREQ=DAILY;COUNT=3"), OPTIONS)["busy"]) == 3


SLOW: Final[dict[str, Callable[[], bytes]]] = {
    "30 February, daily, often": lambda: calendar(
        *(event(*ONCE, "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", uid=f"{number}@x") for number in range(50))
    ),
    "4,990 daily entries since 1970": lambda: calendar(
        *(event("DTSTART:19700101T000000Z", "DURATION:PT1M", "RRULE:FREQ=DAILY", uid=f"{n}") for n in range(4_990))
    ),
    "a large calendar of long numbers": lambda: calendar(
        *(event(*ONCE, f"SEQUENCE:{'9' * 60_000}", uid=f"{n}") for n in range(30))
    ),
    "30 February, yearly": lambda: ruled("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
    "5,000 parameters": lambda: calendar(
        event("DTSTART" + "".join(f";X-{n}={'x' * 4}" for n in range(5_000)) + ":20261123T100000Z", "DURATION:PT1H")
    ),
}


def outcome(data: bytes) -> str:
    try:
        run(READ, data, OPTIONS)
    except Invalid as refused:
        return refused.code
    return "read"


@pytest.mark.prove
@pytest.mark.parametrize("name", [*REFUSED, *SLOW])
def test_whatever_it_is_ends_in_time_and_in_little_memory(name: str) -> None:
    data = SLOW[name]() if name in SLOW else REFUSED[name][0]()
    began = monotonic()
    assert outcome(data).startswith(("read", "busy_", "sandbox_"))
    assert monotonic() - began <= 15
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= 512 << 10


def test_what_comes_in_is_never_larger_than_what_is_read() -> None:
    assert MOST_BYTES == 2 << 20
