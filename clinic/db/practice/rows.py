"""Between the values of a practice and its rows."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select

from clinic.domain.practice.credentials import Credential
from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.practice.people import Absence, ReservedStart
from clinic.domain.practice.places import Closure

Row = Mapping[Any, Any]


def grouped(connection: Connection, query: Select[Any], key: str, made: Any) -> dict[Any, list[Any]]:
    """What `made` makes of each row, by the value of a column, in the order of the query."""
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        found[row[key]].append(made(row))
    return found


def closure_from(row: Row) -> Closure:
    """Both days are included."""
    return Closure(row["first_on"], row["last_on"], row["name"])


def hours_from(row: Row) -> WeeklyHours:
    """Minutes after local midnight, half open; from and until which day they hold, None without an end."""
    return WeeklyHours(row["weekday"], row["starts_minute"], row["ends_minute"], row["from_on"], row["until_on"])


def absence_from(row: Row) -> Absence:
    """Aware instants, half open."""
    return Absence(row["starts_at"], row["ends_at"], row["kind"])


def reserved_from(row: Row, location: str) -> ReservedStart:
    """`location` is its code."""
    return ReservedStart(
        location, row["weekday"], row["starts_minute"], row["ends_minute"], row["kind"], row["release_days"]
    )


def weekly_to(hours: WeeklyHours, *, starts: str = "starts_minute", ends: str = "ends_minute") -> dict[str, Any]:
    """The columns; `starts` and `ends` are what the table calls the minutes."""
    return {
        "weekday": hours.weekday,
        starts: hours.starts_minute,
        ends: hours.ends_minute,
        "from_on": hours.from_on,
        "until_on": hours.until_on,
    }


def credential_to(held: Credential) -> dict[str, Any]:
    """The columns; None for regions is every one."""
    return {
        "kind": held.kind,
        "issuer": held.issuer,
        "jurisdiction": held.jurisdiction,
        "number": held.number,
        "regions": None if held.regions is None else sorted(held.regions),
        "valid_from": held.valid_from,
        "valid_until": held.valid_until,
        "provisional": held.provisional,
    }


def reserved_to(reserved: ReservedStart) -> dict[str, Any]:
    return {
        "weekday": reserved.weekday,
        "starts_minute": reserved.starts_minute,
        "ends_minute": reserved.ends_minute,
        "kind": reserved.kind,
        "release_days": reserved.release_days,
    }
