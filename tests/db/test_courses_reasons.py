from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text, update

from clinic.db.patients import relatives
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import credential
from clinic.db.unit import Database
from clinic.domain.courses.variants import exercised_apart
from clinic.domain.errors import Invalid, Stale
from clinic.domain.patients.preferences import Preferences
from clinic.domain.patients.relatives import Relation
from clinic.domain.practice.modality import Modality
from clinic.domain.visits.changes import Book, Reassessed
from clinic.domain.visits.visit import Stretch
from clinic.engine.course import Change, Course
from clinic.engine.kind import Reason
from clinic.engine.next_best import NextBest
from clinic.services.apply import apply
from clinic.services.courses.book import book, pins_of
from clinic.services.courses.place import Answer, preview
from clinic.services.courses.protocols import known, protocol
from clinic.services.courses.reasons import beside_whom, given_up, named, next_best, why
from clinic.services.courses.wanted import Wanted
from tests.world import ACTOR, NOW, SHOULDER, World, at, build, needling, single

MONDAY = date(2026, 11, 23)
MISSES = (
    "gap_day",
    "first_late_day",
    "last_late_day",
    "other_therapist",
    "switch",
    "time_of_day",
    "irregularity",
    "alone",
)
NOTHING = dict.fromkeys(MISSES, 0)


@pytest.fixture
def world(sqlite_database: Database) -> World:
    return build(sqlite_database)


def asked(**how: object) -> Wanted:
    given: dict[str, object] = {"targets": (SHOULDER,), "wishes": Preferences(therapist="staff2")}
    return Wanted("patient1", "loc1", protocol("tension-headache"), MONDAY, **(given | how))  # type: ignore[arg-type]


def placed(database: Database, wanted: Wanted) -> tuple[Answer, Course]:
    answer = preview(database.read, wanted, now=NOW)
    assert isinstance(answer.outcome, Course)
    return answer, answer.outcome


def costing(course: Course, ordinal: int, **costs: int) -> Course:
    """The course as if the session had cost this."""
    sessions = list(course.sessions)
    sessions[ordinal - 1] = replace(sessions[ordinal - 1], costs=NOTHING | costs)
    return replace(course, sessions=tuple(sessions))


@pytest.mark.parametrize(
    ("missed", "code", "names"),
    [
        ({"gap_day": 10}, "off_ideal_gap", {"days", "ideal"}),
        ({"first_late_day": 4}, "starts_late", {"days"}),
        ({"last_late_day": 6}, "ends_late", {"days"}),
        ({"other_therapist": 8}, "not_wished_therapist", {"wished"}),
        ({"switch": 5}, "therapist_changes", {"before"}),
        ({"time_of_day": 2}, "outside_wished_time", set()),
        ({"irregularity": 3}, "irregular", set()),
        ({"alone": 8}, "alone", set()),
        ({}, "as_wished", set()),
    ],
)
def test_every_wish_that_a_session_misses_is_told(
    sqlite_database: Database, world: World, missed: dict[str, int], code: str, names: set[str]
) -> None:
    answer, course = placed(sqlite_database, asked())
    (reason,) = why(answer, costing(course, 2, **missed), 2)
    assert (reason.code, set(reason.params)) == (code, names)


def test_people_are_told_by_their_names(sqlite_database: Database, world: World) -> None:
    answer, course = placed(sqlite_database, asked())
    switched, other = why(answer, costing(course, 2, switch=5, other_therapist=8), 2)
    assert switched.params == {"wished": "C. Marin"}
    assert other.params == {"before": "C. Marin"}
    assert named(answer, Reason("on_leave", {"therapist": "staff1"})).params == {"therapist": "B. Lindqvist"}
    assert named(answer, Reason("on_leave", {"therapist": "gone"})).params == {"therapist": ""}
    assert named(answer, Reason("closed")) == Reason("closed")


def test_a_wished_gender_that_had_no_better_time_is_told(sqlite_database: Database, world: World) -> None:
    wishes = Preferences(gender="male")
    answer, course = placed(sqlite_database, asked(wishes=wishes))
    (reason,) = why(answer, costing(course, 1, other_therapist=8), 1)
    assert (reason.code, reason.params) == ("not_wished_gender", {})
    wished = course.sessions[0].therapist
    answer, course = placed(sqlite_database, asked(wishes=replace(wishes, therapist=wished)))
    assert "not_wished_gender" in {reason.code for reason in why(answer, course, 1)}


def test_a_wished_therapist_who_may_not_give_it_is_told_so(sqlite_database: Database, world: World) -> None:
    with sqlite_database.begin() as unit:
        lapsed = update(credential).where(credential.c.staff_id == world.staff[1])
        unit.connection.execute(lapsed.values(valid_until=date(2026, 11, 1)))
    answer, course = placed(sqlite_database, asked())
    assert {session.therapist for session in course.sessions} == {"staff1"}
    assert "credential_expired" in {reason.code for reason in why(answer, course, 1)}


def test_protocols_are_known_by_their_keys_in_the_order_of_their_titles() -> None:
    titles = [each.title for each in known().values()]
    assert titles == sorted(titles)
    with pytest.raises(Invalid) as refused:
        protocol("leeches")
    assert (refused.value.code, refused.value.params["name"]) == ("unknown_protocol", "leeches")
    assert "tension-headache" in str(refused.value.params["known"])


def test_a_course_without_targets_has_those_of_its_protocol_if_it_names_any(database: Database) -> None:
    build(database)
    answer, course = placed(database, asked(targets=(), wishes=None))
    assert [target.region for target in answer.plan.targets] == list(answer.plan.protocol.regions)
    nowhere = replace(answer.wanted.pinned(pins_of(course)), protocol=replace(answer.plan.protocol, regions=()))
    book(database.begin, database.read, nowhere, actor=ACTOR, now=NOW)
    with database.read() as unit:
        assert unit.connection.execute(text("SELECT count(*) FROM plan_target")).scalar_one() == 0
        assert unit.connection.execute(text("SELECT count(*) FROM appointment")).scalar_one() == 6


def test_a_reassessment_of_a_plan_that_moved_on_is_stale(database: Database) -> None:
    build(database)
    book(database.begin, database.read, asked(), actor=ACTOR, now=NOW)
    with pytest.raises(Stale) as stale, database.begin() as unit:
        apply(unit, (Reassessed(1, 7, 3, "continue"),), actor=ACTOR, now=NOW)
    assert (stale.value.params["seen"], stale.value.params["current"]) == (7, 1)


def test_a_visit_without_a_room_holds_none(database: Database) -> None:
    world = build(database)
    call = Stretch(at("2026-11-23", 10), at("2026-11-23", 10) + 6, world.staff[0], None, (Modality.REVIEW,))
    with database.begin() as unit:
        apply(unit, (Book(single(world, call)),), actor=ACTOR, now=NOW + timedelta(minutes=1))
    with database.read() as unit:
        assert unit.connection.execute(text("SELECT count(*) FROM claim")).scalar_one() == 2


@pytest.mark.parametrize(
    ("differences", "reasons"),
    [
        ({"gap_day": 20}, [("off_ideal", {"days": 2})]),
        ({"gap_day": -10, "last_late_day": 6}, [("later", {"days": 1}), ("nearer_ideal", {"days": 1})]),
        ({"first_late_day": 8, "switch": 10}, [("begins_later", {"days": 2}), ("more_changes", {"count": 2})]),
        (
            {"other_therapist": -8, "alone": 8},
            [("alone_visits", {"count": 1}), ("wished_therapist_visits", {"count": 1})],
        ),
        ({"time_of_day": 3, "irregularity": -1}, [("further_from_wished_time", {}), ("more_regular", {})]),
        ({}, [("as_good", {})]),
    ],
)
def test_what_the_next_best_time_would_trade_is_told_by_name(
    sqlite_database: Database, world: World, differences: dict[str, int], reasons: list[tuple[str, dict[str, int]]]
) -> None:
    answer, course = placed(sqlite_database, asked())
    first, *others = next_best(answer, NextBest(course.sessions[0].start, "staff1", differences), "then")
    assert (first.code, first.params) == ("next_best", {"when": "then", "therapist": "staff1"})
    assert [(each.code, dict(each.params)) for each in others] == reasons


def test_times_of_the_same_day_that_are_as_good_are_told_first(sqlite_database: Database, world: World) -> None:
    answer, course = placed(sqlite_database, asked())
    said = next_best(answer, NextBest(course.sessions[0].start, "staff1", {"gap_day": 20}, that_day=True), "then")
    assert [each.code for each in said] == ["as_good_that_day", "next_best", "off_ideal"]


def test_gaps_that_are_widened_alike_are_told_at_once() -> None:
    changes = [Change("widen_gap", 2, 7), Change("unpin", 1), Change("widen_gap", 4, 7), Change("widen_gap", 5, 9)]
    said = [(each.code, dict(each.params)) for each in given_up(changes)]
    assert said == [
        ("widen_gaps", {"days": 7, "sessions": (2, 4)}),
        ("unpin", {"session": 1}),
        ("widen_gap", {"session": 5, "days": 9}),
    ]


def test_traded_times_and_parts_are_told_in_words(sqlite_database: Database, world: World) -> None:
    wanted = replace(asked(), protocol=exercised_apart(protocol("shoulder-subacromial")))
    answer, _ = placed(sqlite_database, wanted)
    assert named(answer, Reason("regular", {"weekday": 1, "time": 570})).params == {"weekday": "tue", "time": "09:30"}
    assert named(answer, Reason("same_time", {"time": 570})).params == {"time": "09:30"}
    assert named(answer, Reason("nobody_for_part", {"part": 2})) == Reason("nobody_for_part", {"part": 2})
    what = {"what": Modality.EXERCISE}
    assert named(answer, Reason("nobody_for_part", {"part": 2}), 2) == Reason("nobody_for_what", what)
    assert named(answer, Reason("nobody_for_part_then", {"part": 2}), 2) == Reason("nobody_for_what_then", what)


def test_visits_lie_back_to_back_with_those_of_a_relative(database: Database) -> None:
    world = build(database)
    theirs = Stretch(start := at("2026-11-23", 14), start + 6, world.staff[0], world.rooms[0], (Modality.DRY_NEEDLING,))
    with database.begin() as unit:
        relatives.relate(unit.connection, Relation(world.patients[0], world.patients[1], True))
        apply(unit, (Book(replace(single(world, theirs), patient_id=world.patients[1])),), actor=ACTOR, now=NOW)
    answer, course = placed(database, asked(wishes=None))
    assert [(each.name, each.starts, each.ends) for each in answer.beside] == [("Ada Adler2", start, start + 6)]
    (visit,) = (n for n in range(1, 7) if beside_whom(answer, course, n))
    assert course.sessions[visit - 1].costs["alone"] == 0
    assert {reason.code for reason in why(answer, course, visit)} == {"as_wished", "beside"}
    alone = next(n for n in range(1, 7) if n != visit)
    assert "alone" in {reason.code for reason in why(answer, course, alone)}
    with database.begin() as unit:
        relatives.part(unit.connection, world.patients[0], world.patients[1])
    assert placed(database, asked(wishes=None))[0].beside == ()


def test_nobody_comes_back_to_back_with_a_relative_who_died(database: Database) -> None:
    world = build(database)
    with database.begin() as unit:
        relatives.relate(unit.connection, Relation(world.patients[0], world.patients[1], True))
        new = single(world, needling(world, at("2026-11-23", 14)))
        apply(unit, (Book(replace(new, patient_id=world.patients[1])),), actor=ACTOR, now=NOW)
        unit.connection.execute(update(patient).where(patient.c.id == world.patients[1]).values(deceased=True))
    assert placed(database, asked(wishes=None))[0].beside == ()
