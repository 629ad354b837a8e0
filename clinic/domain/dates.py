"""Dates as people write them: in figures, with a month's name, as a day near today."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

MONTHS: Final = MappingProxyType(
    {
        name: number
        for number, names in enumerate(
            (
                "jan ene",
                "feb fev",
                "mar",
                "apr avr abr",
                "may mai",
                "jun juin",
                "jul juil",
                "aug aou ago",
                "sep",
                "oct okt",
                "nov",
                "dec dez dic",
            ),
            start=1,
        )
        for name in names.split()
    }
)
"""How months begin in English, German, Spanish and French, without accents."""

WEEKDAYS: Final = MappingProxyType(
    {
        name: number
        for number, names in enumerate(
            (
                "monday montag lunes lundi",
                "tuesday dienstag martes mardi",
                "wednesday mittwoch miercoles mercredi",
                "thursday donnerstag jueves jeudi",
                "friday freitag viernes vendredi",
                "saturday samstag sabado samedi",
                "sunday sonntag domingo dimanche",
            )
        )
        for name in names.split()
    }
)
NEAR: Final = MappingProxyType(
    dict.fromkeys(("yesterday", "gestern", "ayer", "hier"), -1)
    | dict.fromkeys(("today", "heute", "hoy", "aujourd'hui"), 0)
    | dict.fromkeys(("tomorrow", "morgen", "manana", "demain"), 1)
)

_MONTH_FIRST: Final = re.compile(r"([a-z]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?")
_NAMED: Final = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th|er)?(?: de)? ([a-z]{3,10})\.?(?: de)?(?: (\d{4}|\d{2}))?")
_FIGURES: Final = re.compile(r"(\d{1,2})([./-])(\d{1,2})(?:\2(\d{4}|\d{2})?)?")
_YEAR_FIRST: Final = re.compile(r"(\d{4})([./-])(\d{1,2})\2(\d{1,2})")
_PLAIN: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_BARE: Final = re.compile(r"\d{6}|\d{8}")
_SHORTEST_WEEKDAY: Final = 3
YEARS: Final = range(1900, 2200)
"""Those that somebody can mean; at the edges of the calendar there is no day before or after."""


def plain_day(text: str) -> date:
    """The day that is written 2026-11-23 and in no other way. Raises ValueError."""
    if not _PLAIN.fullmatch(text):  # Python takes weeks for days, and overlooks what stands behind some dates
        raise ValueError(text)
    return date.fromisoformat(text)


def day_of(text: str) -> date:
    """The day that a form says, 2026-11-23. Raises ValueError, of a year that nobody means too."""
    found = plain_day(text)
    if found.year not in YEARS:
        raise ValueError(text)
    return found


def plain_clock(text: str) -> int:
    """The minutes after midnight of the time that is written 14:30 and in no other way. Raises ValueError."""
    found = _CLOCK.fullmatch(text)
    if not found:
        raise ValueError(text)
    return int(found[1]) * 60 + int(found[2])


def whole_dates(text: str, *, today: date) -> tuple[date, ...]:
    """The dates that `text` (folded, without white space around it) can be as a whole, with a year; none of which is
    no date. 1.3.1980, 1980-03-01, 1 mar 80, mar 1 1980; 3/1/1980 is both its readings, the day first; 010380 and
    01031980 are read with the day first. Two figures of a year are the latest such year that is not to come."""
    return tuple(dict.fromkeys(_readings(text, today)))


def day_near(text: str, *, today: date) -> date | None:
    """The day that `text` (folded) names for somebody who plans: a whole date, a date without a year (the nearest such
    day), today and its neighbours, or a weekday (the next, today counts)."""
    if text in NEAR:
        return today + timedelta(days=NEAR[text])
    if len(text) >= _SHORTEST_WEEKDAY:
        for name, weekday in WEEKDAYS.items():
            if name.startswith(text):
                return today + timedelta(days=(weekday - today.weekday()) % 7)
    found = next(_without_year(text, today), None)
    if found is not None or _BARE.fullmatch(text):
        return found
    return next(_readings(text, today + timedelta(days=365)), None)


def _readings(text: str, today: date) -> Iterator[date]:
    if parts := _YEAR_FIRST.fullmatch(text):
        yield from _real(int(parts[1]), int(parts[3]), int(parts[4]))
    elif parts := _FIGURES.fullmatch(text):
        if parts[4]:
            year = _year(parts[4], today)
            yield from _real(year, int(parts[3]), int(parts[1]))
            if parts[2] == "/":
                yield from _real(year, int(parts[1]), int(parts[3]))
    elif _BARE.fullmatch(text):
        yield from _real(_year(text[4:], today), int(text[2:4]), int(text[:2]))
        if len(text) == 8:
            yield from _real(int(text[:4]), int(text[4:6]), int(text[6:]))
    else:
        for day, month, written in _named(text):
            if written:
                yield from _real(_year(written, today), month, day)


def _without_year(text: str, today: date) -> Iterator[date]:
    """The date nearest to today; of two as near the earlier."""
    figures = _FIGURES.fullmatch(text)
    pairs = [(int(figures[1]), int(figures[3]))] if figures and not figures[4] else []
    pairs += [(day, month) for day, month, year in _named(text) if not year]
    for day, month in pairs:
        near = [found for year in (-1, 0, 1) for found in _real(today.year + year, month, day)]
        yield from sorted(near, key=lambda found: abs(found - today))[:1]


def _named(text: str) -> Iterator[tuple[int, int, str]]:
    """Day, month, and the year as it is written or nothing."""
    for shape, day, name in ((_NAMED, 1, 2), (_MONTH_FIRST, 2, 1)):
        if parts := shape.fullmatch(text):
            known = parts[name]
            month = MONTHS.get(known[:4]) or MONTHS.get(known[:3])
            if month:
                yield int(parts[day]), month, parts[3] or ""


def _year(written: str, today: date) -> int:
    year = int(written)
    if len(written) > 2:
        return year
    century = today.year // 100 * 100
    return century + year if century + year <= today.year else century - 100 + year


def _real(year: int, month: int, day: int) -> Iterator[date]:
    try:
        found = date(year, month, day)
    except ValueError:
        return
    if year in YEARS:
        yield found
