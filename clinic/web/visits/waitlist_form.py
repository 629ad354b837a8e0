"""The form of an entry of the wait list: what was entered, and what it says would suit."""

from datetime import date
from typing import Any, Final

from flask_babel import gettext, lazy_gettext, ngettext
from werkzeug.datastructures import MultiDict

from clinic.domain.dates import day_of
from clinic.domain.errors import Invalid
from clinic.domain.practice.hours import WeeklyHours, clock
from clinic.domain.time import DAY_MINUTES
from clinic.domain.visits.waiting import Suits, Urgency
from clinic.web import words
from clinic.web.patients.form import minutes

Values = dict[str, Any]

TEXTS: Final = ("urgency", "notice", "from", "until", "first", "last", "note", "kind", "location", "region", "side")
SEVERAL: Final = ("weekday", "therapist")
NOTICES: Final = (0, 2, 4, 24, 48, 72)
URGENCIES: Final = {
    Urgency.ROUTINE: lazy_gettext("Routine"),
    Urgency.SOON: lazy_gettext("Soon"),
    Urgency.URGENT: lazy_gettext("Urgent"),
}
FIELDS: Final = {
    "first_on": "first",
    "last_on": "last",
    "notice_hours": "notice",
    "single": "kind",
    "staff": "therapist",
    "starts_minute": "from",
    "ends_minute": "until",
}
"""Fields of what is read, by their names in the form where these differ."""


def entered(form: "MultiDict[str, str]") -> Values:
    """The form as it was sent."""
    values: Values = {name: form.get(name, "").strip() for name in TEXTS}
    return values | {name: form.getlist(name) for name in SEVERAL}


def shown(suits: Suits) -> Values:
    """An entry's wishes as the form shows them."""
    first = suits.windows[0] if suits.windows else WeeklyHours(0, 0, DAY_MINUTES)
    return {
        "urgency": suits.urgency.value,
        "notice": str(suits.notice_hours),
        "weekday": [str(each.weekday) for each in suits.windows] if len(suits.windows) < 7 else [],
        "from": clock(first.starts_minute) if first.starts_minute else "",
        "until": clock(first.ends_minute) if first.ends_minute < DAY_MINUTES else "",
        "therapist": list(suits.staff),
        "first": suits.first_on.isoformat(),
        "last": suits.last_on.isoformat() if suits.last_on else "",
        "note": suits.note,
    }


def suits_of(values: Values) -> Suits:
    """What the form says. Raises Invalid."""
    if values["urgency"] not in tuple(Urgency):
        raise Invalid("not_one_of", field="urgency", allowed=", ".join(Urgency))
    notice = values["notice"] or "0"
    if not (notice.isascii() and notice.isdigit()) or len(notice) > 3:
        raise Invalid("not_a_number", field="notice")
    return Suits(
        Urgency(values["urgency"]),
        int(notice),
        _day("first", values["first"]),
        _day("last", values["last"]) if values["last"] else None,
        tuple(values["therapist"]),
        _windows(values),
        values["note"],
    )


def _windows(values: Values) -> tuple[WeeklyHours, ...]:
    """The hours on the days that were chosen; on every day where none was."""
    starts = minutes("from", values["from"]) if values["from"] else 0
    ends = minutes("until", values["until"]) if values["until"] else DAY_MINUTES
    if not values["weekday"] and (starts, ends) == (0, DAY_MINUTES):
        return ()
    days = sorted(set(values["weekday"])) or list("0123456")
    if not set(days) <= set("0123456"):
        raise Invalid("weekday_missing", field="weekday")
    return tuple(WeeklyHours(int(day), starts, ends) for day in days)


def _day(name: str, value: str) -> date:
    try:
        return day_of(value)
    except ValueError as error:
        raise Invalid("not_a_date", field=name) from error


def choices() -> dict[str, list[tuple[str, str]]]:
    """What the form offers."""
    return {
        "urgencies": [(key.value, str(label)) for key, label in URGENCIES.items()],
        "notices": [(str(hours), notice(hours)) for hours in NOTICES],
        "weekdays": [(str(day), words.weekday_name(day)) for day in range(7)],
    }


def notice(hours: int) -> str:
    """How long before he must hear of it, in words."""
    if hours >= 24 and hours % 24 == 0:
        return str(ngettext("%(num)s day's notice", "%(num)s days' notice", hours // 24))
    return (
        str(ngettext("%(num)s hour's notice", "%(num)s hours' notice", hours)) if hours else str(gettext("no notice"))
    )


def when(suits: Suits) -> str:
    """What suits him, in a line."""
    days = ", ".join(words.weekday_name(each.weekday) for each in suits.windows) if len(suits.windows) < 7 else ""
    first = suits.windows[0] if suits.windows else None
    hours = "" if first is None or _whole(first) else f"{clock(first.starts_minute)}–{clock(first.ends_minute)}"
    last = None if suits.last_on is None else words.short_date(suits.last_on)
    until = "" if last is None else gettext("until %(date)s", date=last)
    begins = gettext("from %(date)s", date=words.short_date(suits.first_on))
    said = [days, hours, begins, until, notice(suits.notice_hours)]
    return " · ".join(str(each) for each in said if each)


def _whole(hours: WeeklyHours) -> bool:
    return (hours.starts_minute, hours.ends_minute) == (0, DAY_MINUTES)
