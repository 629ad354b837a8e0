"""What forms of the set-up hold: fields and rows, read into values, with every fault at its place."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, TypeVar

from werkzeug.datastructures import MultiDict

from clinic.domain.dates import day_of, plain_clock
from clinic.domain.errors import Invalid
from clinic.domain.faults import Faults, each_fault
from clinic.domain.practice.hours import clock
from clinic.domain.time import DAY_MINUTES
from clinic.web.errors import said

Form = MultiDict[str, str]
Row = Mapping[str, str]
Options = Sequence[tuple[str, str]]
Read = TypeVar("Read")

MOST_ROWS: Final = 400
_CELL: Final = re.compile(r"([a-z_]+)\.([0-9]{1,3})")


@dataclass(frozen=True, slots=True)
class Entry:
    """A field, or a column of rows. `kind`: an input's type, or select, chips, several, tick, heading; `attrs` are the
    input's own."""

    name: str
    label: str
    kind: str = "text"
    options: Options = ()
    hint: str = ""
    optional: bool = False
    attrs: Mapping[str, Any] = field(default_factory=dict)


def whole(form: Row, name: str) -> int:
    """A whole number. Raises Invalid(not_a_number)."""
    said_ = form.get(name, "").strip()
    if not re.fullmatch(r"-?[0-9]{1,9}", said_):
        raise Invalid("not_a_number", field=name)
    return int(said_)


def day(row: Row, name: str) -> date:
    """A date. Raises Invalid(text_missing), Invalid(text_malformed)."""
    said_ = row.get(name, "").strip()
    if not said_:
        raise Invalid("text_missing", field=name)
    try:
        return day_of(said_)
    except ValueError as error:
        raise Invalid("text_malformed", field=name, like="2026-11-23") from error


def maybe_day(row: Row, name: str) -> date | None:
    """The same, or None where nothing was entered."""
    return day(row, name) if row.get(name, "").strip() else None


def minutes(row: Row, name: str, *, ends: bool = False) -> int:
    """Minutes after midnight of a time of day; midnight as an end is that of the next day. Raises Invalid."""
    try:
        at = plain_clock(row.get(name, "").strip())
    except ValueError as error:
        raise Invalid("text_malformed", field=name, like="14:30") from error
    return DAY_MINUTES if ends and at == 0 else at


def shown_clock(at: int) -> str:
    """As a time input shows it."""
    return clock(at % DAY_MINUTES)


def rows_in(form: Form) -> dict[int, dict[str, str]]:
    """The rows that were sent, by number."""
    found: dict[int, dict[str, str]] = {}
    for name, value in form.items():
        if cell := _CELL.fullmatch(name):
            found.setdefault(int(cell[2]), {})[cell[1]] = value.strip()
    return dict(sorted(found.items())[:MOST_ROWS])


def filled(rows: Mapping[int, Row], columns: Iterable[Entry]) -> dict[int, Row]:
    """Those in which something was typed: what is merely chosen does not count."""
    typed = [each.name for each in columns if each.kind not in ("select", "tick")]
    return {number: row for number, row in rows.items() if any(row.get(name) for name in typed)}


def read_rows(rows: Mapping[int, Row], read: Callable[[Row], Sequence[Read]]) -> list[Read]:
    """What each row says, together. Raises Invalid with every fault, its field `starts_minute.3`."""
    faults, found = Faults(), list[Read]()
    for number, row in rows.items():
        with faults.under(f"rows.{number}"):
            found += read(row)
    faults.settle()
    return found


def told(error: Invalid, entries: Iterable[Entry]) -> dict[str, str]:
    """What is wrong, by the field's place, in words that name the field as the form does."""
    labels = {each.name: each.label for each in entries}
    found: dict[str, str] = {}
    for fault in each_fault(error):
        parts = (fault.field or "").split(".")
        name = next((each for each in reversed(parts) if each in labels), "")
        row = parts[1] if parts[0] == "rows" and len(parts) > 1 else ""
        place = f"{name}.{row}" if name and row else name
        spoken = labels.get(name) or fault.field
        found.setdefault(place, said(Invalid(fault.code, field=spoken, **fault.params)))
    return found
