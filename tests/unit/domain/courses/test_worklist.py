"""What the worklist finds in a course: each thing just in, and just out."""

from datetime import UTC, date, datetime, timedelta

import pytest

from clinic.domain.courses.protocol import Anchor
from clinic.domain.courses.worklist import Course, Kind, Review, ReviewVisit, Sitting, Standing, find, paused_days
from clinic.domain.practice.body import Region, Side, Target
from clinic.domain.time import zone

TODAY = date(2026, 11, 20)
MARKED = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)  # half past midnight on the 19th in Berlin
AGREED, PENCILLED, BEGUN, DONE = Standing.AGREED, Standing.PENCILLED, Standing.BEGUN, Standing.DONE
MISSED, UNPLACED = Standing.MISSED, Standing.UNPLACED
LEFT, RIGHT = Target(Region.NECK, Side.LEFT), Target(Region.NECK, Side.RIGHT)


def day(days):
    return TODAY + timedelta(days=days)


def sat(standing, days=None, **changed):
    """A session by how many days from today its visit is, with a gap of 3 to 7 days."""
    on = None if days is None else day(days)
    values = {"session": "s", "ordinal": 0, "visit": None if on is None else "v", "least": 3, "most": 7}
    return lambda ordinal: Sitting(
        **values | {"session": f"s{ordinal}", "ordinal": ordinal, "standing": standing, "on": on} | changed
    )


def course(*sessions, **changed):
    sittings = tuple(make(n) for n, make in enumerate(sessions, start=1))
    return Course(7, 3, zone("Europe/Berlin"), day(21), sittings, **changed)


def found(given, kind=None):
    """(kind, session, days from today) of each, or the parameters of the one of that kind."""
    items = find(given, today=TODAY)
    if kind is None:
        return [(item.kind.value, item.ordinal, (item.on - TODAY).days) for item in items]
    (item,) = [item for item in items if item.kind is kind]
    return dict(item.params)


def test_a_course_that_goes_as_planned_needs_nobody():
    sound = course(sat(DONE, -7), sat(BEGUN, 0), sat(AGREED, 7, reassess=True), sat(PENCILLED, 10))
    assert found(sound) == []
    assert found(course()) == []


def test_sessions_without_a_time_are_told_once_with_the_day_by_which_the_first_is_due():
    late = course(sat(DONE, -7), sat(AGREED, 0), sat(UNPLACED), sat(AGREED, 14), sat(UNPLACED))
    assert found(late) == [("unplaced", 3, 7)]
    assert found(late, Kind.UNPLACED) == {"ordinals": (3, 5)}
    assert found(course(sat(UNPLACED), sat(UNPLACED))) == [("unplaced", 1, 21)]
    (item,) = find(course(sat(UNPLACED)), today=TODAY)
    assert (item.patient, item.plan) == (3, 7)


def test_a_missed_visit_needs_a_new_date_and_is_not_also_unplaced():
    assert found(course(sat(DONE, -7), sat(MISSED, -3), sat(AGREED, 2))) == [("missed", 2, -3)]
    assert found(course(sat(MISSED, 4)), Kind.MISSED) == {"visit": "v"}


@pytest.mark.parametrize(
    ("first", "second", "drifts"),
    [
        (sat(DONE, -7), sat(AGREED, 0), False),
        (sat(DONE, -8), sat(AGREED, 0), True),
        (sat(AGREED, 0), sat(PENCILLED, 3), False),
        (sat(AGREED, 0), sat(PENCILLED, 2), True),
        (sat(AGREED, 9), sat(AGREED, 2), True),
        (sat(DONE, -30), sat(AGREED, -1), False),
        (sat(DONE, -30), sat(BEGUN, 0), False),
        (sat(MISSED, -30), sat(AGREED, 5), False),
        (sat(UNPLACED), sat(AGREED, 30), False),
    ],
)
def test_a_gap_drifts_beyond_its_limits_while_its_visit_can_still_move(first, second, drifts):
    given = course(first, second)
    assert [item.kind for item in find(given, today=TODAY) if item.kind is Kind.DRIFTED] == [Kind.DRIFTED] * drifts


def test_a_drifted_gap_says_how_long_it_is_and_should_be():
    expected = {"visit": "v", "before": 1, "days": 12, "least": 3, "most": 7}
    assert found(course(sat(DONE, -2), sat(AGREED, 10)), Kind.DRIFTED) == expected


@pytest.mark.parametrize(
    ("spans", "days"),
    [
        ([], 0),
        ([(-9, -1)], 0),
        ([(0, 0)], 0),
        ([(1, 1)], 1),
        ([(-3, 2), (2, 3), (1, 1)], 3),
        ([(9, 9)], 1),
        ([(10, 20)], 0),
        ([(5, 30)], 5),
    ],
)
def test_days_pause_a_gap_once_and_only_between_its_ends(spans, days):
    assert paused_days([(day(first), day(last)) for first, last in spans], day(0), day(10)) == days


def test_closures_and_days_away_pause_the_longest_gap_and_not_the_shortest():
    closed = ((day(1), day(3)),)
    assert found(course(sat(DONE, 0), sat(AGREED, 10), paused=closed)) == []
    assert found(course(sat(DONE, 0), sat(AGREED, 11), paused=closed)) == [("drifted", 2, 11)]
    assert found(course(sat(DONE, 0), sat(AGREED, 2), paused=closed)) == [("drifted", 2, 2)]


def test_a_gap_counts_from_the_last_needling_of_the_region_where_the_protocol_says_so():
    sides = [
        sat(DONE, -7, needles=True, targets=(LEFT,)),
        sat(DONE, -4, needles=True, targets=(RIGHT,)),
        sat(AGREED, 0, needles=True, targets=(LEFT,)),
    ]
    assert found(course(*sides, anchor=Anchor.NEEDLING)) == []
    exercised = [sat(DONE, -3, needles=True), sat(DONE, -1), sat(AGREED, 1, needles=True)]
    assert found(course(*exercised, anchor=Anchor.NEEDLING)) == []
    assert found(course(*exercised)) == [("drifted", 3, 1)]


def test_what_is_pencilled_waits_for_somebody_once_its_reassessment_is_done():
    marked = sat(DONE, -4, reassess=True, reassessed_at=MARKED)
    given = course(marked, sat(PENCILLED, 3), sat(PENCILLED, 6, reassess=True), sat(PENCILLED, 9))
    assert found(given) == [("ready", 2, -1)]
    assert found(given, Kind.READY) == {"ordinals": (2, 3), "pencilled": 3, "whole": True}
    assert found(course(marked, sat(AGREED, 3))) == []
    assert found(course(marked, sat(AGREED, 3, reassess=True), sat(PENCILLED, 6))) == []
    assert found(course(sat(AGREED, 0), sat(PENCILLED, 3))) == []


def test_what_lies_behind_a_dated_review_that_is_open_stays_pencilled():
    marked = sat(DONE, -4, reassess=True, reassessed_at=MARKED)
    given = course(marked, sat(PENCILLED, 3), sat(PENCILLED, 6), reviews=(Review("r", 4, 7),))
    assert found(given, Kind.READY) == {"ordinals": (2,), "pencilled": 2, "whole": False}
    given = course(marked, sat(PENCILLED, 3), sat(PENCILLED, 6), reviews=(Review("r", 4, 6),))
    assert found(given) == []


def test_a_reassessment_is_due_once_its_session_took_place():
    assert found(course(sat(DONE, -2, reassess=True))) == [("reassessment", 1, -2)]
    expected = {"session": "s1", "held": True, "review": False}
    assert found(course(sat(DONE, -2, reassess=True)), Kind.REASSESSMENT) == expected
    assert found(course(sat(BEGUN, 0, reassess=True))) == []
    assert found(course(sat(DONE, -2, reassess=True, reassessed_at=MARKED))) == []


def test_a_dated_review_is_due_on_its_day_unless_a_visit_is_booked_for_it():
    held = course(sat(DONE, -42), reviews=(Review("r", 2, 42),))
    assert found(held) == [("reassessment", 2, 0)]
    assert found(held, Kind.REASSESSMENT) == {"session": "r", "held": False, "review": True, "all_held": True}
    assert found(course(sat(DONE, -41), reviews=(Review("r", 2, 42),))) == []
    assert found(course(sat(DONE, -60), reviews=(Review("r", 2, 42, MARKED),))) == []
    assert found(course(sat(MISSED, -60), reviews=(Review("r", 2, 42),))) == [("missed", 1, -60)]
    assert found(course(sat(DONE, -60), reviews=(Review("r", 2, 42, held_on=day(2)),))) == []
    took_place = Review("r", 2, 42, held_on=day(-2), done=True)
    assert found(course(sat(DONE, -60), reviews=(took_place,))) == [("reassessment", 2, -2)]


def test_a_review_that_stands_alone_counts_for_the_dated_review_that_it_is_nearest_to():
    reviews = (Review("r1", 2, 42), Review("r2", 3, 84))

    def reviewed(*visits, first=-90):
        return found(course(sat(DONE, first), reviews=reviews, review_visits=visits))

    assert reviewed() == [("reassessment", 2, -48), ("reassessment", 3, -6)]
    assert reviewed(ReviewVisit(day(-40), False), ReviewVisit(day(3), False)) == []
    assert reviewed(ReviewVisit(day(-40), True)) == [("reassessment", 2, -40), ("reassessment", 3, -6)]
    assert reviewed(ReviewVisit(day(-5), True)) == [("reassessment", 2, -48), ("reassessment", 3, -5)]
    assert reviewed(ReviewVisit(day(-46), True), first=-45) == [("reassessment", 2, -3)]


def test_an_authorisation_ends_too_early_by_its_date():
    until = {"authorised_until": day(7)}
    assert found(course(sat(AGREED, 0), sat(PENCILLED, 7), **until)) == []
    given = course(sat(DONE, -6), sat(AGREED, 1), sat(PENCILLED, 8), authorised_visits=4, **until)
    assert found(given) == [("authorisation", None, 7)]
    numbers = {"used": 1, "booked": 1, "sessions": 3, "late": 1, "lacking": 0}
    assert found(given, Kind.AUTHORISATION) == numbers | {"authorised": 4, "left": 2, "until": day(7)}
    assert found(course(sat(DONE, -7), sat(BEGUN, 0), authorised_until=day(-1))) == []


def test_an_authorisation_that_is_over_lacks_what_has_no_time_yet():
    assert ("authorisation", None, -1) in found(course(sat(UNPLACED), authorised_until=day(-1)))
    assert ("authorisation", None, 0) not in found(course(sat(UNPLACED), authorised_until=day(0)))


def test_an_authorisation_ends_too_early_by_its_number():
    sessions = [sat(DONE, -3), sat(AGREED, 0), sat(AGREED, 5)]
    assert found(course(*sessions, authorised_visits=3)) == []
    short = course(*sessions, authorised_visits=2, authorised_until=day(9))
    assert found(short) == [("authorisation", None, 5)]
    numbers = {"used": 1, "booked": 2, "sessions": 3, "late": 0, "lacking": 1}
    assert found(short, Kind.AUTHORISATION) == numbers | {"authorised": 2, "left": 0, "until": day(9)}
    assert ("authorisation", None, 0) in found(course(*sessions[:2], sat(UNPLACED), authorised_visits=2))
    assert ("authorisation", None, 21) in found(course(sat(UNPLACED), sat(UNPLACED), authorised_visits=1))


def test_a_longer_gap_that_was_asked_for_counts_from_the_visit_before_whatever_the_anchor():
    wide = course(sat(DONE, -2), sat(AGREED, 6, asked=8), sat(AGREED, 10))
    assert found(wide) == []
    near = course(sat(DONE, -2), sat(AGREED, 4, asked=8), sat(AGREED, 8))
    assert found(near) == [("drifted", 2, 4)]
    assert found(near, Kind.DRIFTED) == {"visit": "v", "before": 1, "days": 6, "least": 8, "most": 12}
    sides = [{"needles": True, "targets": (side,)} for side in (LEFT, RIGHT, LEFT)]
    turns = course(
        sat(DONE, -5, **sides[0]),
        sat(AGREED, 0, **sides[1]),
        sat(AGREED, 2, asked=5, **sides[2]),
        anchor=Anchor.NEEDLING,
    )
    assert found(turns, Kind.DRIFTED)["before"] == 2
    assert found(course(sat(UNPLACED), sat(AGREED, 2, asked=5))) == [("unplaced", 1, 21)]
