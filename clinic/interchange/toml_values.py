"""Values as TOML gives them, each of its kind or refused."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from clinic.domain.errors import Invalid
from clinic.domain.fields import Fields, within
from clinic.domain.time import at_wall, instant_at

Read = TypeVar("Read")
Default = TypeVar("Default")

MOST_ITEMS = 1000
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|(24):(00)")


def optional(fields: Fields, name: str, read: Callable[[Any], Read], default: Default) -> Read | Default:
    """The field as `read` understands it, or the default where it is left out."""
    value = fields.take(name, None)
    return default if value is None else within(name, read, value)


def read_whole(fields: Fields, value: Read) -> Read:
    """The value that was made of the fields. Raises Invalid(field_unknown) when some are left."""
    fields.finish()
    return value


def listed(value: Any) -> list[Any]:
    """A list of at most 1000. Raises Invalid(not_a_list), Invalid(list_too_long)."""
    if not isinstance(value, list):
        raise Invalid("not_a_list")
    if len(value) > MOST_ITEMS:
        raise Invalid("list_too_long", limit=MOST_ITEMS)
    return value


def names(value: Any) -> list[str]:
    """A list of texts. Raises Invalid(not_a_list), Invalid(not_text)."""
    for each in listed(value):
        if not isinstance(each, str):
            raise Invalid("not_text")
    return list(value)


def table(value: Any) -> Mapping[str, Any]:
    """A table. Raises Invalid(not_a_table)."""
    if not isinstance(value, dict):
        raise Invalid("not_a_table")
    return value


def yes(value: Any) -> bool:
    """true or false. Raises Invalid(not_yes_or_no)."""
    if not isinstance(value, bool):
        raise Invalid("not_yes_or_no")
    return value


def day(value: Any) -> date:
    """A date without a time. Raises Invalid(not_a_date)."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Invalid("not_a_date")
    return value


def clock(value: Any) -> int:
    """Minutes after midnight of a time of day, "24:00" the end of the day. Raises Invalid(not_a_time)."""
    if isinstance(value, time):
        value = value.isoformat("minutes")
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise Invalid("not_a_time")
    hours, minutes = (part for part in found.groups() if part is not None)
    return int(hours) * 60 + int(minutes)


def moment(value: Any, tz: ZoneInfo, *, ends: bool) -> datetime:
    """An instant: a date is its first midnight, or its last where it `ends` something; a time without an offset is
    wall time. Raises Invalid(not_a_moment), and what `instant_at` raises of a time that is skipped or repeated."""
    try:
        if isinstance(value, datetime):
            if value.tzinfo:
                return value.astimezone(UTC)
            return instant_at(value.date(), value.hour * 60 + value.minute, tz)
        if isinstance(value, date):
            return at_wall(value + timedelta(days=1) if ends else value, 0, tz)
    except OverflowError as error:
        raise Invalid("not_a_moment") from error
    raise Invalid("not_a_moment")
