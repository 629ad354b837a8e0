import pytest

from clinic.domain.courses.outline import booked_through, ideal_gap, reviews, sessions
from clinic.domain.courses.protocol import Reassess, Reassessing
from tests.unit.domain.courses.protocols import phase, protocol

AFTER_3, WEEK_6 = protocol().reassess


@pytest.mark.parametrize(
    ("course", "gap"),
    [
        ((6, 6, 5, 10), 7),
        ((6, 2, 2, 4), 2),
        ((8, 6, 3, 8), 5),
        ((12, 6, 2, 5), 3),
        ((6, 8, 7, 14), 9),
        ((1, 9, 3, 8), 8),
    ],
)
def test_the_ideal_gap_is_the_week_shared_out(course, gap):
    assert ideal_gap(*course) == gap


def test_phases_that_wait_for_release_are_not_placed():
    assert [session.ordinal for session in sessions(protocol())] == [1, 2, 3]
    released = sessions(protocol(), released=("B",))
    assert [(session.phase.name, session.ordinal, session.reassess) for session in released] == [
        ("A", 1, False),
        ("A", 2, False),
        ("A", 3, True),
        ("B", 4, False),
        ("B", 5, False),
    ]


def test_weeks_count_from_the_first_session_and_months_from_the_last_as_planned():
    course = protocol(reassess=(WEEK_6, Reassess(Reassessing.MONTH, 1), AFTER_3))
    assert [review.offset_days for review in reviews(course)] == [42, 14 + 30]
    assert [review.offset_days for review in reviews(course, released=("B",))] == [42, 28 + 30]


def test_a_course_is_booked_to_its_next_reassessment():
    course = protocol(phases=(phase(sessions=6),))
    assert booked_through(course) == 3
    assert booked_through(course, done=(AFTER_3,)) == 6
    assert booked_through(protocol(), done=(AFTER_3,)) == 3
    assert booked_through(protocol(), done=(AFTER_3,), released=("B",)) == 5


def test_a_dated_review_ends_the_booking_until_it_is_done():
    course = protocol(phases=(phase(sessions=8),), reassess=(WEEK_6,))
    offsets = [0, 7, 14, 21, 28, 35, 42, 49]
    assert booked_through(course) == 8
    assert booked_through(course, offsets=offsets) == 7
    assert booked_through(course, done=(WEEK_6,), offsets=offsets) == 8


def test_a_reassessment_that_only_comes_after_release_does_not_lengthen_the_booking():
    course = protocol(reassess=(Reassess(Reassessing.AFTER, 5), Reassess(Reassessing.EACH_VISIT)))
    assert booked_through(course) == 3


def test_a_review_months_after_the_last_visit_is_later_where_a_phase_was_released():
    month = Reassess(Reassessing.MONTH, 1)
    course, offsets = protocol(reassess=(month,)), [7 * n for n in range(30)]
    shorter, longer = (reviews(course, released)[0].offset_days for released in ((), ("B",)))
    assert shorter < longer
    least = min(len(sessions(course, ("B",))), longer // 7 + 1)
    assert booked_through(course, released=("B",), offsets=offsets) == least
