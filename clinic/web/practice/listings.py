"""What is entered row by row: hours, closures, absences, credentials, reserved starts; as rows, and out of rows."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from flask_babel import gettext

from clinic.content.labels import label
from clinic.domain.fields import within
from clinic.domain.practice.body import Region, region_named
from clinic.domain.practice.credentials import Credential
from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.practice.modality import SKILLED
from clinic.domain.practice.people import ABSENCES, Absence, ReservedStart, Shift, Staff
from clinic.domain.practice.places import Closure
from clinic.domain.practice.practice import Practice
from clinic.domain.time import DAY_MINUTES, at_wall, instant_at, zone
from clinic.web import words
from clinic.web.practice.entries import Entry, Options, Row, day, maybe_day, minutes, shown_clock, whole

WORKDAYS: Final = "0-4"


def weekdays() -> Options:
    """One day, or the five of a working week."""
    return [(str(number), words.weekday_name(number)) for number in range(7)] + [
        (WORKDAYS, gettext("Monday to Friday"))
    ]


def _days(row: Row) -> Sequence[int]:
    return range(5) if row.get("weekday") == WORKDAYS else [whole(row, "weekday")]


def hours_columns(places: Options = ()) -> list[Entry]:
    """Of opening hours, or with `places` of working hours there."""
    return [
        *([Entry("location", gettext("Where"), "select", options=places)] if places else []),
        Entry("weekday", gettext("Day"), "select", options=weekdays()),
        Entry("starts_minute", gettext("From"), "time"),
        Entry("ends_minute", gettext("Until"), "time"),
        Entry("from_on", gettext("First day"), "date"),
        Entry("until_on", gettext("Last day"), "date"),
    ]


def hours_row(hours: WeeklyHours) -> dict[str, str]:
    return {
        "weekday": str(hours.weekday),
        "starts_minute": shown_clock(hours.starts_minute),
        "ends_minute": shown_clock(hours.ends_minute),
        "from_on": _iso(hours.from_on),
        "until_on": _iso(hours.until_on),
    }


def hours_in(row: Row) -> list[WeeklyHours]:
    """A row is a range on one weekday, or on five."""
    starts, ends = minutes(row, "starts_minute"), minutes(row, "ends_minute", ends=True)
    first, last = maybe_day(row, "from_on"), maybe_day(row, "until_on")
    return [WeeklyHours(weekday, starts, ends, first, last) for weekday in _days(row)]


def shift_row(shift: Shift) -> dict[str, str]:
    return {"location": shift.location, **hours_row(shift.hours)}


def shifts_in(row: Row) -> list[Shift]:
    return [Shift(row.get("location", ""), hours) for hours in hours_in(row)]


def closure_columns() -> list[Entry]:
    return [
        Entry("first_on", gettext("First day"), "date"),
        Entry("last_on", gettext("Last day"), "date"),
        Entry("name", gettext("Why"), attrs={"maxlength": 200}),
    ]


def closure_row(closure: Closure) -> dict[str, str]:
    return {"first_on": _iso(closure.first_on), "last_on": _iso(closure.last_on), "name": closure.name}


def closures_in(row: Row) -> list[Closure]:
    """Without a last day it is that one day."""
    first = day(row, "first_on")
    return [Closure(first, maybe_day(row, "last_on") or first, row.get("name", ""))]


def absence_columns() -> list[Entry]:
    names = {
        "leave": gettext("On leave"),
        "sick": gettext("Ill"),
        "training": gettext("In training"),
        "other": gettext("Something else"),
    }
    return [
        Entry("kind", gettext("Absence"), "select", options=[(each, names[each]) for each in ABSENCES]),
        Entry("starts_at", gettext("First day"), "date"),
        Entry("from_time", gettext("From"), "time"),
        Entry("ends_at", gettext("Last day"), "date"),
        Entry("until_time", gettext("Until"), "time"),
    ]


def absence_row(absence: Absence, tz: ZoneInfo) -> dict[str, str]:
    """Whole days have no times."""
    starts, ends = absence.starts_at.astimezone(tz), absence.ends_at.astimezone(tz)
    whole_end = ends.time() == time()
    last = ends.date() - timedelta(days=1) if whole_end else ends.date()
    return {
        "kind": absence.kind,
        "starts_at": _iso(starts.date()),
        "from_time": "" if starts.time() == time() else f"{starts:%H:%M}",
        "ends_at": _iso(last),
        "until_time": "" if whole_end else f"{ends:%H:%M}",
    }


def absences_in(row: Row, tz: ZoneInfo) -> list[Absence]:
    """Wall times there, of an hour that the clock shows twice all of it; without a last day it is that one day."""
    first = day(row, "starts_at")
    last = maybe_day(row, "ends_at") or first
    starts = _instant(row, "from_time", first, tz, 0) or at_wall(first, 0, tz)
    ends = _instant(row, "until_time", last, tz, 1) or at_wall(last, DAY_MINUTES, tz)
    return [Absence(starts, ends, row.get("kind", ""))]


def _instant(row: Row, name: str, on: date, tz: ZoneInfo, fold: int) -> datetime | None:
    if not row.get(name):
        return None
    at = minutes(row, name)
    return within(name, lambda _: instant_at(on, at, tz, fold), None).astimezone(UTC)


def home_of(person: Staff, practice: Practice) -> ZoneInfo:
    """The zone of the first location where he works, or else of the practice's first."""
    codes = [each.location for each in person.shifts]
    if codes:
        return zone(practice.location(codes[0]).tz)
    return zone(practice.locations[0].tz) if practice.locations else ZoneInfo("UTC")


def credential_columns(jurisdictions: Sequence[str]) -> list[Entry]:
    kinds = sorted(((each.value, gettext(label(each.value))) for each in SKILLED), key=lambda each: each[1])
    regions = gettext("Regions (none: all)")
    laws = [(each, words.jurisdiction(each)) for each in jurisdictions]
    return [
        Entry("kind", gettext("Permits"), "select", options=kinds),
        Entry("number", gettext("Number"), attrs={"maxlength": 64, "size": 9}),
        Entry("issuer", gettext("Issued by"), attrs={"maxlength": 200, "size": 14}),
        Entry("jurisdiction", gettext("Jurisdiction"), "select", options=laws),
        Entry("valid_from", gettext("First day"), "date"),
        Entry("valid_until", gettext("Last day"), "date"),
        Entry("regions", regions, attrs={"maxlength": 400, "size": 12}),
        Entry("provisional", gettext("Provisional"), "tick"),
    ]


def credential_row(held: Credential) -> dict[str, str]:
    found = {name: getattr(held, name) for name in ("kind", "number", "issuer", "jurisdiction")}
    regions = [gettext(label(region.value)) for region in Region if held.regions and region in held.regions]
    return found | {
        "valid_from": _iso(held.valid_from),
        "valid_until": _iso(held.valid_until),
        "regions": ", ".join(regions),
        "provisional": "1" if held.provisional else "",
    }


def credentials_in(row: Row) -> list[Credential]:
    named = [each.strip() for each in row.get("regions", "").split(",") if each.strip()]
    regions = frozenset(_region(each) for each in named) or None
    return [
        Credential(
            row.get("kind", ""),
            row.get("issuer", ""),
            row.get("jurisdiction", ""),
            row.get("number", ""),
            regions,
            day(row, "valid_from"),
            maybe_day(row, "valid_until"),
            bool(row.get("provisional")),
        )
    ]


def _region(said: str) -> Region:
    """By the name that people read, or by its code. Raises Invalid(unknown_region)."""
    called = {gettext(label(each.value)).casefold(): each for each in Region}
    return called.get(said.casefold()) or region_named(said, "regions")


def reserved_columns(places: Options) -> list[Entry]:
    kinds = [("new", gettext("New patients")), ("urgent", gettext("Urgent ones"))]
    return [
        Entry("location", gettext("Where"), "select", options=places),
        Entry("weekday", gettext("Day"), "select", options=weekdays()),
        Entry("starts_minute", gettext("From"), "time"),
        Entry("ends_minute", gettext("Until"), "time"),
        Entry("kind", gettext("Kept for"), "select", options=kinds),
        Entry("release_days", gettext("Free again (days before)"), "number", attrs={"min": 0, "max": 60}),
    ]


def reserved_row(kept: ReservedStart) -> dict[str, str]:
    return {
        "location": kept.location,
        "weekday": str(kept.weekday),
        "starts_minute": shown_clock(kept.starts_minute),
        "ends_minute": shown_clock(kept.ends_minute),
        "kind": kept.kind,
        "release_days": str(kept.release_days),
    }


def reserved_in(row: Row) -> list[ReservedStart]:
    starts, ends = minutes(row, "starts_minute"), minutes(row, "ends_minute", ends=True)
    days = whole(row, "release_days")
    return [
        ReservedStart(row.get("location", ""), weekday, starts, ends, row.get("kind", ""), days)
        for weekday in _days(row)
    ]


def _iso(on: date | None) -> str:
    return "" if on is None else on.isoformat()
