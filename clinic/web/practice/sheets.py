"""Which rows belong to which thing: of a location, a room or a person, what is listed and how it is written back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from flask_babel import gettext

from clinic.content.labels import label
from clinic.domain.errors import Invalid, NotFound
from clinic.domain.practice.body import Region
from clinic.domain.practice.editing import (
    hours_from,
    shifts_from,
    with_colleague,
    with_location,
    with_room,
)
from clinic.domain.practice.people import check_absences
from clinic.domain.practice.places import Closure, Location
from clinic.domain.practice.practice import Practice
from clinic.domain.time import local_date, zone
from clinic.interchange.holidays_of import public_holidays
from clinic.services.practice.setup import Edit
from clinic.web.practice import listings
from clinic.web.practice.entries import Entry, Form, Row, maybe_day, read_rows, whole

FROM: Final = "from_day"
YEAR: Final = "holidays"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list of something: its title and what it is for, its columns, its rows as they are, and what rows make of the
    practice. `extra` are fields below the rows."""

    title: str
    about: str
    columns: Sequence[Entry]
    rows: Sequence[Row]
    read: Callable[[Mapping[int, Row], Form], Edit]
    extra: Sequence[Entry] = ()


def _anew() -> Entry:
    hint = gettext("What held before ends the day before. Empty: the rows say by themselves when they hold.")
    return Entry(FROM, gettext("All of it from this day on"), "date", hint=hint, optional=True)


def _places(practice: Practice) -> list[tuple[str, str]]:
    return [(each.code, each.name) for each in practice.locations]


def opening_hours(practice: Practice, code: str) -> Sheet:
    """When a location is open."""
    site = practice.location(code)

    def read(rows: Mapping[int, Row], form: Form) -> Edit:
        told, first = read_rows(rows, listings.hours_in), maybe_day(form, FROM)

        def edit(now: Practice) -> Practice:
            known = now.location(code)
            hours = tuple(told) if first is None else hours_from(known.hours, told, first)
            return with_location(now, replace(known, hours=hours))

        return edit

    about = gettext("Nothing is offered outside of these hours. Breaks are gaps between two rows of a day.")
    rows = [listings.hours_row(each) for each in site.hours]
    return Sheet(gettext("Opening hours"), about, listings.hours_columns(), rows, read, [_anew()])


def closures(practice: Practice, code: str, at: datetime) -> Sheet:
    """When a location is closed; its public holidays can be added."""
    site = practice.location(code)
    today = local_date(at, zone(site.tz))

    def read(rows: Mapping[int, Row], form: Form) -> Edit:
        told = read_rows(rows, listings.closures_in)
        holidays = _holidays(site, form)

        def edit(now: Practice) -> Practice:
            known = now.location(code)
            return with_location(now, replace(known, closures=_closed(known.closures, [*told, *holidays], today)))

        return edit

    hint = gettext("Those of a year are entered as closures, each with its name, and can be taken out again.")
    year = Entry(YEAR, gettext("Add the public holidays of"), "number", hint=hint, optional=True)
    return replace(_closures(site.closures, today, read), extra=[year])


def room_closures(practice: Practice, code: str, at: datetime) -> Sheet:
    """When a room is closed."""
    place = place_of(practice, code)
    today = local_date(at, zone(place.tz))

    def read(rows: Mapping[int, Row], _: Form) -> Edit:
        told = read_rows(rows, listings.closures_in)

        def edit(now: Practice) -> Practice:
            known = now.room(code)
            return with_room(now, place.code, replace(known, closures=_closed(known.closures, told, today)))

        return edit

    return _closures(practice.room(code).closures, today, read)


def _closures(known: Iterable[Closure], today: date, read: Callable[[Mapping[int, Row], Form], Edit]) -> Sheet:
    about = gettext("Days on which nobody is treated there. Those that are over are kept and not shown.")
    rows = [listings.closure_row(each) for each in sorted(known) if each.last_on >= today]
    return Sheet(gettext("Closures"), about, listings.closure_columns(), rows, read)


def _closed(known: Iterable[Closure], told: Iterable[Closure], today: date) -> frozenset[Closure]:
    """Those that are over, and those told; of the same days under two names the first."""
    found = {(each.first_on, each.last_on): each for each in reversed(list(told))}
    return frozenset([*(each for each in known if each.last_on < today), *found.values()])


def _holidays(site: Location, form: Form) -> tuple[Closure, ...]:
    if not form.get(YEAR, "").strip():
        return ()
    year = whole(form, YEAR)
    if not 2000 <= year <= 2100:
        raise Invalid("out_of_range", field=YEAR, value=year, low=2000, high=2100)
    return public_holidays(site.country, site.subdivision, (year,))


def place_of(practice: Practice, room: str) -> Location:
    """The location of a room. Raises NotFound."""
    for site in practice.locations:
        if any(each.code == room for each in site.rooms):
            return site
    raise NotFound("room")


def shifts(practice: Practice, code: str) -> Sheet:
    """When and where somebody works."""
    person = practice.colleague(code)

    def read(rows: Mapping[int, Row], form: Form) -> Edit:
        told, first = read_rows(rows, listings.shifts_in), maybe_day(form, FROM)

        def edit(now: Practice) -> Practice:
            known = now.colleague(code)
            hours = tuple(told) if first is None else shifts_from(known.shifts, told, first)
            return with_colleague(now, replace(known, shifts=hours))

        return edit

    about = gettext("When and where visits can be given. Breaks are gaps between two rows of a day.")
    columns = listings.hours_columns(_places(practice))
    rows = [listings.shift_row(each) for each in person.shifts]
    return Sheet(gettext("Working hours"), about, columns, rows, read, [_anew()])


def absences(practice: Practice, code: str, at: datetime) -> Sheet:
    """When somebody is away."""
    person = practice.colleague(code)
    tz = listings.home_of(person, practice)

    def read(rows: Mapping[int, Row], _: Form) -> Edit:
        told = read_rows(rows, lambda row: listings.absences_in(row, tz))

        def edit(now: Practice) -> Practice:
            known = now.colleague(code)
            over = [each for each in known.absences if each.ends_at <= at]
            check_absences(sorted([*over, *told]), tz=tz)
            return with_colleague(now, replace(known, absences=frozenset([*over, *told])))

        return edit

    about = gettext("Without times it is whole days. Those that are over are kept and not shown.")
    rows = [listings.absence_row(each, tz) for each in sorted(person.absences) if each.ends_at > at]
    return Sheet(gettext("Absences"), about, listings.absence_columns(), rows, read)


def credentials(practice: Practice, code: str) -> Sheet:
    """What somebody may do."""
    person = practice.colleague(code)

    def read(rows: Mapping[int, Row], _: Form) -> Edit:
        told = read_rows(rows, listings.credentials_in)
        return lambda now: with_colleague(now, replace(now.colleague(code), credentials=tuple(told)))

    regions = ", ".join(gettext(label(region.value)) for region in Region)
    needling = gettext("Needling needs one that counts where the visit is, on its day, for every region.")
    about = f"{needling} {gettext('Regions are called %(regions)s.', regions=regions)}"
    rows = [listings.credential_row(each) for each in person.credentials]
    at = [*(site.jurisdiction for site in practice.locations), *(each.jurisdiction for each in person.credentials)]
    columns = listings.credential_columns(list(dict.fromkeys(at)))
    return Sheet(gettext("Credentials"), about, columns, rows, read)


def reserved(practice: Practice, code: str) -> Sheet:
    """Which starts are kept for new patients or urgent ones."""
    person = practice.colleague(code)

    def read(rows: Mapping[int, Row], _: Form) -> Edit:
        told = read_rows(rows, listings.reserved_in)
        return lambda now: with_colleague(now, replace(now.colleague(code), reserved=tuple(told)))

    about = gettext("Courses are not placed there until so many days before.")
    columns = listings.reserved_columns(_places(practice))
    return Sheet(
        gettext("Reserved starts"), about, columns, [listings.reserved_row(each) for each in person.reserved], read
    )
