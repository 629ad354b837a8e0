from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from clinic.domain.practice.body import Region
from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.practice.modality import Modality
from clinic.domain.practice.people import Absence, Shift
from clinic.domain.practice.places import Closure
from clinic.domain.practice.presence import Part, Standing, is_open, stranded
from clinic.domain.time import Span
from tests.unit.domain.practice.practices import credential, location, practice, room, therapist

TEN = datetime(2026, 11, 23, 10, tzinfo=UTC)
PART = Part(TEN, TEN + timedelta(minutes=45), "robin", "york-1", (Modality.DRY_NEEDLING, Modality.EXERCISE))
VISIT = Standing("visit", "york", (PART,), frozenset({Region.NECK}))
TODAY = frozenset({Closure(date(2026, 11, 23), date(2026, 11, 23), "Works")})


def is_stranded(whole, part=PART):
    return stranded(whole, [replace(VISIT, parts=(part,))]) == ("visit",)


def test_a_visit_within_all_hours_is_not_stranded():
    assert not is_stranded(practice())
    assert not is_stranded(practice(), replace(PART, staff=None, room=None))


def test_a_closure_of_the_location_or_the_room_strands_it():
    assert is_stranded(practice(locations=(location(closures=TODAY),)))
    assert is_stranded(practice(locations=(location(rooms=(room(closures=TODAY),)),)))
    assert is_stranded(practice(locations=(location(rooms=(room(active=False),)),)))


def test_hours_that_no_longer_hold_it_strand_it():
    late = WeeklyHours(0, 11 * 60, 18 * 60)
    assert is_stranded(practice(locations=(location(hours=(late,)),)))
    assert is_stranded(practice(staff=(therapist(shifts=(Shift("york", late),)),)))
    assert is_stranded(practice(staff=(therapist(shifts=()),)))
    assert is_stranded(practice(staff=(therapist(active=False),)))


def test_an_absence_strands_it():
    assert is_stranded(practice(staff=(therapist(absences=frozenset({Absence(TEN, PART.ends, "sick")})),)))
    assert not is_stranded(
        practice(staff=(therapist(absences=frozenset({Absence(PART.ends, PART.ends + timedelta(hours=1))})),))
    )


def test_a_credential_that_ends_before_strands_a_needling_and_nothing_else():
    expired = practice(staff=(therapist(credentials=(credential(valid_until=date(2026, 11, 22)),)),))
    assert is_stranded(expired)
    assert not is_stranded(expired, replace(PART, modalities=(Modality.EXERCISE,)))
    elsewhere = practice(staff=(therapist(credentials=(credential(regions=frozenset({Region.CALF})),)),))
    assert is_stranded(elsewhere)


def test_a_provisional_therapist_is_stranded_when_nobody_watches_over_him():
    learner = therapist(credentials=(credential(provisional=True),))
    other = therapist(code="jo", supervises=True)
    assert is_stranded(practice(staff=(learner,)))
    assert is_stranded(practice(staff=(replace(learner, supervises=True),)))
    assert not is_stranded(practice(staff=(learner, other)))
    assert is_stranded(practice(staff=(learner, replace(other, supervises=False))))
    assert is_stranded(practice(staff=(learner, replace(other, credentials=learner.credentials))))
    assert is_stranded(practice(staff=(learner, replace(other, absences=frozenset({Absence(TEN, PART.ends)})))))


def test_a_day_that_ends_at_midnight_holds_what_ends_with_it_and_nothing_runs_over():
    site = location(hours=(WeeklyHours(0, 1200, 1440),))
    assert is_open(site, Span(TEN.replace(hour=23), datetime(2026, 11, 24, tzinfo=UTC)))
    assert not is_open(site, Span(TEN.replace(hour=23), datetime(2026, 11, 24, 0, 30, tzinfo=UTC)))
    assert not is_open(site, Span(TEN.replace(hour=23), datetime(2026, 11, 25, tzinfo=UTC)))
