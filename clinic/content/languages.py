"""Words, dates and times in the reader's language.

Catalogs are read from their sources when a language is first spoken (a few milliseconds, once a process). English is
what the messages themselves say.
"""

import logging
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache
from io import BytesIO
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date, format_time, get_timezone_location, get_timezone_name
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from clinic.content.marker import N_
from clinic.domain.errors import Invalid
from clinic.domain.time import zone
from clinic.resources import content_locale

LOG = logging.getLogger("clinic.content")

LANGUAGES: Final = ("en", "de", "es", "fr")
NAMES: Final = {"en": "English", "de": "Deutsch", "es": "Español", "fr": "Français"}
"""Each language in its own words."""
HOME: Final = "en"

# Written out, so that a new edition of the locale data does not change what a letter looks like.
_DAY: Final = {"en": "EEEE d MMMM", "de": "EEEE, d. MMMM", "es": "EEEE d 'de' MMMM", "fr": "EEEE d MMMM"}
_YEAR: Final = {"en": " yyyy", "de": " yyyy", "es": " 'de' yyyy", "fr": " yyyy"}
_MONTH_FIRST: Final = "EEEE, MMMM d"
_MONTH_FIRST_IN: Final = frozenset({"US", "CA", "PH", "PR", "GU", "VI"})
_CLOCK: Final = {"de": "{} Uhr"}

_ZONE: Final = N_("{city} time")
_ZONE_NAMED: Final = N_("{city} time, {zone}")
_BOTH: Final = N_("{clinic} in {city} ({own} your time, {own_city})")
_OWN: Final = N_("{own} your time, {own_city}")


@lru_cache(maxsize=256)
def spoken(language: str) -> str:
    """The one of LANGUAGES that comes closest: itself, the language it is a variety of, else English, said once."""
    first = language.replace("_", "-").split("-")[0].lower()
    if first in LANGUAGES:
        return first
    LOG.warning("language not spoken, English is used instead: %s", first)
    return HOME


@cache
def catalog(language: str) -> NullTranslations:
    """The messages of one of LANGUAGES; English has none of its own."""
    path = content_locale() / f"{language}.po"
    if language == HOME or not path.is_file():
        return NullTranslations()
    with path.open("rb") as source:
        messages = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


@lru_cache(maxsize=256)
def wording(language: str) -> "Wording":
    """How one of LANGUAGES, or the closest to it, says things."""
    named = spoken(language)
    return Wording(named, catalog(named))


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """One language. Times and days take the form of the country whose zone they are given in, where it has one in this
    language: an English 10:00 in Berlin is 10:00 AM in New York."""

    language: str
    _catalog: NullTranslations = field(repr=False)

    def say(self, message: str, **values: object) -> str:
        """The message in this language, its `{names}` filled in; untouched where no values are given."""
        words = str(self._catalog.gettext(message)) if message else ""
        return words.format(**values) if values else words

    def count(self, one: str, many: str, num: int, **values: object) -> str:
        """What is said of one, or of several; `{num}` is filled in."""
        return str(self._catalog.ngettext(one, many, num)).format(num=num, **values)

    def day(self, on: date) -> str:
        """`Monday 23 November` · `Montag, 23. November`."""
        return self._dated(on, _MONTH_FIRST if self._month_first(on) else _DAY[self.language])

    def full_day(self, on: date) -> str:
        """The day with its year."""
        if self._month_first(on):
            return self._dated(on, f"{_MONTH_FIRST}, yyyy")
        return self._dated(on, _DAY[self.language] + _YEAR[self.language])

    def _month_first(self, on: date) -> bool:
        return self.language == HOME and _territory(on) in _MONTH_FIRST_IN

    def _dated(self, on: date, pattern: str) -> str:
        shown = format_date(on, pattern, locale=self.language)
        return shown.replace(" 1 ", " 1er ") if self.language == "fr" else shown

    def clock(self, local: datetime) -> str:
        """`10:00` · `10:00 Uhr` · `10:00 AM`."""
        return self._told(local, None, _territory(local))

    def span(self, starts: datetime, ends: datetime) -> str:
        """`10:00–10:45` · `10:00–10:45 Uhr`, both in the zone they come in."""
        return self._told(starts, ends, _territory(starts))

    def _told(self, starts: datetime, ends: datetime | None, territory: str) -> str:
        if _changes(starts, ends):
            both = (each for each in (starts, ends) if each is not None)
            return "–".join(f"{self._told(each, None, territory)} {self._short(each)}" for each in both)
        locale = _locale(self.language, territory)
        times = [
            format_time(local.time(), "short", locale=locale).replace("\u202f", " ")
            for local in (starts, ends)
            if local is not None
        ]
        return _CLOCK.get(self.language, "{}").format("–".join(times))

    def moment(self, local: datetime, own_tz: str | None) -> str:
        """`Monday 23 November, 10:00`; to who lives by another clock `Monday 23 November, 10:00 (Berlin time)`."""
        told = f"{self.day(local)}, {self.clock(local)}"
        return f"{told} ({self.zone(None, str(local.tzinfo))})" if self._own(local, own_tz, None) else told

    def zone(self, local: datetime | None, tz: str) -> str:
        """The zone by its city: `Berlin time`, at a given time with what the clock shows then: `Berlin time, CET`."""
        city = self.city(tz)
        short = "" if local is None else self._short(local)
        if city == "UTC":
            return city
        return self.say(_ZONE_NAMED, city=city, zone=short) if short else self.say(_ZONE, city=city)

    def city(self, tz: str) -> str:
        """The zone's city in this language."""
        return str(get_timezone_location(zone(tz), locale=self.language, return_city=True))

    def _short(self, local: datetime) -> str:
        # German readers know their own zone by its German name; other languages use the international ones.
        own = get_timezone_name(local, "short", locale=self.language) if self.language == "de" else ""
        short = own if own.isalpha() else local.tzname() or ""
        return short if short.isalpha() else f"UTC{short}"

    def both(self, starts: datetime, tz: str, own_tz: str | None, *, ends: datetime | None = None) -> str:
        """The clinic's time, and the reader's own where his clock shows another at that instant.

        `10:00–10:45 (Berlin time, CET)` · `10:00–10:45 in Berlin (09:00–09:45 your time, London)`; a day is named where
        it is another one there, and what a clock shows where it changes meanwhile or shows that time twice. An own zone
        that is unknown counts as the clinic's.
        """
        here = starts.astimezone(zone(tz))
        until = None if ends is None else ends.astimezone(here.tzinfo)
        clinic = self._told(here, until, _territory(here))
        own = self._own(here, own_tz, ends)
        if not own:
            return f"{clinic} ({self.zone(None if _changes(here, until) else here, tz)})"
        return self.say(_BOTH, clinic=clinic, city=self._placed(here, until), **own)

    def own(self, starts: datetime, tz: str, own_tz: str | None, *, ends: datetime | None = None) -> str:
        """The reader's own time alone, `09:00–09:45 your time, London`; empty where it is the clinic's."""
        own = self._own(starts.astimezone(zone(tz)), own_tz, ends)
        return self.say(_OWN, **own) if own else ""

    def _own(self, here: datetime, own_tz: str | None, ends: datetime | None) -> dict[str, str]:
        there = None if own_tz is None else _elsewhere(here, own_tz)
        if there is None or own_tz is None:
            return {}
        until = None if ends is None else ends.astimezone(there.tzinfo)
        own = self._told(there, until, _territory(here))
        if there.date() != here.date():
            own = f"{self.day(there.replace(tzinfo=here.tzinfo))}, {own}"
        return {"own": own, "own_city": self._placed(there, until)}

    def _placed(self, local: datetime, until: datetime | None) -> str:
        """The city of the zone that a time is in, with what the clock shows where it shows that time twice."""
        city = self.city(str(local.tzinfo))
        return f"{city}, {self._short(local)}" if _repeats(local) and not _changes(local, until) else city


def _elsewhere(here: datetime, own_tz: str) -> datetime | None:
    """The reader's own wall time, None where it is the same."""
    try:
        there = here.astimezone(zone(own_tz))
    except Invalid:
        return None
    return None if there.utcoffset() == here.utcoffset() else there


def _changes(starts: datetime, ends: datetime | None) -> bool:
    """Whether the clock is set between the two."""
    return ends is not None and starts.utcoffset() != ends.utcoffset()


def _repeats(local: datetime) -> bool:
    """Whether the clock shows this time twice on that day."""
    return local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()


def _territory(on: date) -> str:
    """The country of the zone a time is given in; empty for a plain date and a zone of no country."""
    key = str(getattr(on.tzinfo, "key", "")) if isinstance(on, datetime) else ""
    return _country(key)


@cache
def _country(tz: str) -> str:
    territories, aliases = get_global("zone_territories"), get_global("zone_aliases")
    found = str(territories.get(aliases.get(tz, tz)) or "")
    return found if found.isalpha() else ""


@cache
def _locale(language: str, territory: str) -> Locale:
    """The language as that country writes it; English elsewhere counts to twenty-four."""
    try:
        return Locale.parse(f"{language}_{territory}", resolve_likely_subtags=False)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB" if language == HOME else language)
