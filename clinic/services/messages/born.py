"""The date of birth that stands before whatever a visit's link tells or asks about health: given each time, kept
nowhere."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Final, TypeVar

from clinic.db.messages import links
from clinic.db.messages.links import Linked
from clinic.db.unit import Begin, Unit
from clinic.domain.errors import ClinicError, Invalid
from clinic.services.access import counters
from clinic.services.access.sessions import hashed
from clinic.services.care.records import hold_record

T = TypeVar("T")
OTHER: Final = "birth_date_other"


def known(unit: Unit, token: str, born_on: date, *, now: datetime) -> Linked:
    """The visit behind a link, for who gives its patient's date of birth. Raises NotFound,
    Invalid(birth_date_other)."""
    linked = links.find(unit.connection, hashed(token), now)
    if born_on != linked.birth_on:
        raise Invalid(OTHER, field="born_on")
    return linked


def hold(unit: Unit, token: str, *, now: datetime) -> None:
    """Hold the visit's patient. Raises NotFound."""
    hold_record(unit, links.find(unit.connection, hashed(token), now).public_id)


def counted(begin: Begin, token: str, does: Callable[[], T], *, now: datetime) -> T:
    """What `does` finds for a date of birth; only another date stays counted. Raises TooMany after five of those."""
    limits = counters.birth_date_limit(token)
    counters.count(begin, limits, now=now)
    try:
        found = does()
    except ClinicError as error:
        if error.code != OTHER:
            counters.take_back(begin, limits, now=now)
        raise
    counters.take_back(begin, limits, now=now)
    return found
