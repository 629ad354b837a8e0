"""Who watches over a colleague whose credentials are provisional."""

from collections.abc import Collection, Iterable
from datetime import date

from clinic.domain.practice.body import Region
from clinic.domain.practice.credentials import Authorised, authorises
from clinic.domain.practice.presence import within
from clinic.domain.practice.site import Colleague, Site
from clinic.domain.time import Span, tick_ceil, tick_floor, wall


def supervisors(site: Site, skill: str, regions: Collection[Region], on: date) -> tuple[Colleague, ...]:
    """Those who may watch over the skill in these regions on that date, whether they are at work or not."""
    return tuple(
        one
        for one in site.staff
        if one.supervises and isinstance(authorises(one.credentials, skill, site.jurisdiction, regions, on), Authorised)
    )


def supervised(site: Site, staff_id: int, skills: Iterable[str], regions: Collection[Region], span: Span) -> bool:
    """Whether for each skill somebody else who may watch over it is at work at the location for the whole span.

    He may have patients of his own meanwhile; on leave, or busy by his own calendar, he does not count.
    """
    on = wall(span.start, site.tz)[0]
    if any(closure.on(on) for closure in site.closures):
        return False
    return all(
        any(one.id != staff_id and _present(one, site, span) for one in supervisors(site, skill, regions, on))
        for skill in skills
    )


def _present(one: Colleague, site: Site, span: Span) -> bool:
    first, last = tick_floor(span.start), tick_ceil(span.end)
    return (
        within(one.hours, site.tz, span)
        and not any(absence.meets(span) for absence in one.absences)
        and not any(starts < last and first < ends for starts, ends in one.busy)
    )
