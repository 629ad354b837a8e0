from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from clinic.domain.practice.body import Region
from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.practice.people import Absence
from clinic.domain.practice.places import Closure
from clinic.domain.practice.site import Colleague, Site
from clinic.domain.practice.supervision import supervised, supervisors
from clinic.domain.time import Span, tick_floor
from tests.unit.domain.practice.practices import credential

TEN = datetime(2026, 11, 23, 10, tzinfo=UTC)
SPAN = Span(TEN, TEN + timedelta(minutes=45))
HOURS = (WeeklyHours(0, 8 * 60, 12 * 60),)
SENIOR = Colleague(1, "ada", "A. Berg", "female", "therapist", (11,), (credential(),), HOURS, supervises=True)
LEARNER = replace(SENIOR, id=2, public_id="ben", lanes=(12,), credentials=(credential(provisional=True),))
SITE = Site(1, "york", "york", "York", "Europe/London", 15, "GB", 60, 240, {}, HOURS, (), (), (SENIOR, LEARNER))


def watched(senior=SENIOR, *, site=SITE, by=2, span=SPAN, skills=("dry-needling",)):
    return supervised(replace(site, staff=(senior, LEARNER)), by, skills, {Region.NECK}, span)


def test_somebody_with_full_authority_who_is_at_work_watches_over_a_colleague():
    assert watched()
    assert watched(replace(SENIOR, busy=((tick_floor(SPAN.end), tick_floor(SPAN.end) + 3),)))
    assert watched(replace(SENIOR, busy=((tick_floor(TEN) - 3, tick_floor(TEN)),)))
    assert supervisors(SITE, "dry-needling", {Region.NECK}, TEN.date()) == (SENIOR,)


def test_authority_for_the_regions_that_are_needled_is_enough():
    assert watched(replace(SENIOR, credentials=(credential(regions=frozenset({Region.NECK})),)))


def test_the_hours_and_the_date_are_those_of_the_location():
    """Sunday evening in London is Monday morning in Auckland."""
    far, evening = replace(SITE, tz_name="Pacific/Auckland"), TEN - timedelta(hours=13)
    span = Span(evening, evening + timedelta(minutes=45))
    assert watched(site=far, span=span)
    assert not watched(site=replace(far, closures=(Closure(TEN.date(), TEN.date(), "Works"),)), span=span)
    assert not watched(span=span)


def test_nobody_watches_over_himself():
    assert not watched(by=1)


def test_whoever_is_not_named_a_supervisor_or_lacks_the_authority_does_not_count():
    assert not watched(replace(SENIOR, supervises=False))
    assert not watched(replace(SENIOR, credentials=(credential(regions=frozenset({Region.KNEE})),)))
    assert not watched(replace(SENIOR, credentials=(credential(valid_until=date(2026, 11, 22)),)))
    assert not watched(skills=("dry-needling", "electrical-needling"))


def test_a_supervisor_is_there_for_the_whole_span():
    assert not watched(span=Span(TEN, TEN + timedelta(minutes=121)))
    assert not watched(replace(SENIOR, absences=(Absence(SPAN.end - timedelta(minutes=5), SPAN.end),)))
    assert not watched(replace(SENIOR, busy=((tick_floor(TEN) + 1, tick_floor(TEN) + 2),)))
    assert not watched(site=replace(SITE, closures=(Closure(TEN.date(), TEN.date(), "Works"),)))
