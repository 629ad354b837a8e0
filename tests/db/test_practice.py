from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select

from clinic.db.practice import calendars, resources
from clinic.db.practice.standing import ahead
from clinic.db.practice.stored import stored
from clinic.db.practice.writes import save
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import practice as practice_table
from clinic.db.tables.practice import resource
from clinic.db.tables.visits import appointment, segment
from clinic.db.unit import Database
from clinic.domain.errors import NotFound
from clinic.domain.practice.body import Region
from clinic.domain.practice.merging import changes, merged
from clinic.domain.practice.modality import Modality
from clinic.domain.practice.people import Absence, ReservedStart
from clinic.domain.practice.places import Closure, Travel
from clinic.domain.practice.practice import Practice
from clinic.domain.practice.presence import Part, Standing
from clinic.domain.time import tick_floor
from tests.unit.domain.practice.practices import WEEKDAYS, credential, location, practice, profile, room, therapist

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
WORKS = Closure(date(2026, 12, 1), date(2026, 12, 3), "Works")
LEEDS = location(code="leeds", rooms=())
FULL = practice(
    profile=profile(
        weights={"switch": 3}, most_visits_a_day=2, most_visits_a_week=4, cancel_hours=48, reminder_hours=12
    ),
    locations=(
        location(
            hours=tuple(replace(hours, from_on=date(2026, 1, 1)) for hours in WEEKDAYS),
            closures=frozenset({WORKS}),
            rooms=(room(closures=frozenset({WORKS}), lanes=2), room(code="york-2", active=False)),
        ),
        LEEDS,
    ),
    travel=(Travel("york", "leeds", 40),),
    staff=(
        therapist(
            patient_limits={Modality.EXERCISE: 3},
            supervises=True,
            credentials=(
                credential(),
                credential(number="2", regions=frozenset({Region.NECK, Region.CALF}), valid_until=date(2027, 1, 1)),
            ),
            absences=frozenset({Absence(NOW, NOW + timedelta(days=2), "training")}),
            reserved=(ReservedStart("york", 0, 480, 540, "urgent", 1),),
        ),
    ),
)


def store(database: Database, told: Practice) -> Practice:
    with database.begin() as unit:
        known = stored(unit.connection)
        anew = merged(known.practice, told)
        save(unit.connection, known, anew, changes(known.practice, anew), mint=unit.public_id, now=NOW)
    return anew


def test_a_practice_comes_back_as_it_was_written(database: Database) -> None:
    anew = store(database, FULL)
    with database.read() as unit:
        found = stored(unit.connection)
    assert changes(found.practice, anew) == ()
    assert set(found.keys) == {
        ("location", "york"),
        ("location", "leeds"),
        ("room", "york-1"),
        ("room", "york-2"),
        ("staff", "robin"),
        ("travel", "leeds/york"),
    }


def test_the_way_between_two_locations_becomes_longer(database: Database) -> None:
    store(database, FULL)
    store(database, replace(FULL, travel=(Travel("leeds", "york", 55),)))
    with database.read() as unit:
        site = calendars.load(unit.connection, stored(unit.connection).keys["location", "leeds"], since=NOW)
        assert list(site.travel.values()) == [55]


def test_nothing_is_stored_at_first(sqlite_database: Database) -> None:
    with sqlite_database.read() as unit:
        assert stored(unit.connection).practice == Practice(None)


def test_changes_replace_hours_and_credentials_and_keep_keys(database: Database) -> None:
    store(database, FULL)
    longer = replace(WORKS, last_on=date(2026, 12, 4))
    anew = store(
        database,
        practice(
            locations=(location(hours=WEEKDAYS[:2], rooms=(room(lanes=3, closures=frozenset({longer})),)),),
            staff=(therapist(shifts=therapist().shifts[:2], patient_limits={Modality.EXERCISE: 4}),),
        ),
    )
    with database.read() as unit:
        found = stored(unit.connection)
        revision = unit.connection.execute(select(practice_table.c.revision, practice_table.c.version)).one()
    assert changes(found.practice, anew) == ()
    assert found.practice.room("york-1").closures == {longer}
    assert tuple(revision) == (3, 2)


def test_lanes_are_made_once_with_one_to_overbook(database: Database) -> None:
    store(database, FULL)
    store(database, FULL)
    with database.begin() as unit:
        resources.add_patients(unit.connection, [7])
        resources.ensure(unit.connection, "room", [])
        rows = unit.connection.execute(
            select(resource.c.kind, resource.c.overbook, func.count()).group_by(resource.c.kind, resource.c.overbook)
        )
        assert {(kind, over): count for kind, over, count in rows} == {
            ("room", False): 3,
            ("room", True): 2,
            ("staff", False): 3,
            ("staff", True): 1,
            ("patient", False): 1,
        }
        assert len(resources.of_practice(unit.connection)) == 9


def test_the_placer_gets_a_location_with_its_people_and_lanes(database: Database) -> None:
    store(database, FULL)
    with database.read() as unit:
        site = calendars.load(unit.connection, stored(unit.connection).keys["location", "york"], since=NOW)
        with pytest.raises(NotFound):
            calendars.load(unit.connection, 999, since=NOW)
    assert (site.code, site.closures, [each.name for each in site.rooms]) == ("york", (WORKS,), ["Room 1"])
    (robin,) = site.staff
    assert (len(robin.lanes), len(robin.hours), len(robin.absences), len(robin.credentials)) == (3, 5, 1, 2)
    assert robin.reserved == FULL.staff[0].reserved
    assert site.weights == {"switch": 3}


def test_visits_ahead_name_who_and_where_by_code(database: Database) -> None:
    store(database, FULL)
    starts = tick_floor(NOW)
    with database.begin() as unit:
        keys = stored(unit.connection).keys
        patient_id = unit.connection.execute(insert(patient).values(**_patient()).returning(patient.c.id)).scalar_one()
        for at, (status, shift) in enumerate((("booked", 0), ("cancelled", 0), ("done", 0), ("booked", -100))):
            row = _appointment(f"v{at}", patient_id, keys["location", "york"], status, starts + shift)
            id_ = unit.connection.execute(insert(appointment).values(**row).returning(appointment.c.id)).scalar_one()
            part = {"appointment_id": id_, "starts_tick": starts + shift, "ends_tick": starts + shift + 9}
            needling = {"ordinal": 1, "staff_id": keys["staff", "robin"], "room_id": keys["room", "york-1"]}
            unit.connection.execute(insert(segment).values(**part, **needling, modalities=["dry-needling"]))
            unit.connection.execute(insert(segment).values(**part, ordinal=2, modalities=[]))
    with database.read() as unit:
        found = ahead(unit.connection, now=NOW)
    ends = NOW + timedelta(minutes=45)
    parts = (
        Part(NOW, ends, "robin", "york-1", (Modality.DRY_NEEDLING,)),
        Part(NOW, ends, None, None),
    )
    assert found == (Standing("v0", "york", parts, frozenset({Region.NECK})),)


def _patient() -> dict[str, object]:
    return {
        "public_id": "p",
        "family_name": "Sample",
        "given_names": "Mika",
        "search_name": "sample mika",
        "birth_on": date(1980, 1, 1),
        "gender": "female",
        "deceased": False,
        "show_address": True,
        "preferences": {},
        "created_at": NOW,
    }


def _appointment(public_id: str, patient_id: int, location_id: int, status: str, starts: int) -> dict[str, object]:
    return {
        "public_id": public_id,
        "patient_id": patient_id,
        "location_id": location_id,
        "kind": "single",
        "status": status,
        "starts_tick": starts,
        "ends_tick": starts + 9,
        "tz": "Europe/London",
        "wall": "2026-11-20T09:00",
        "tzdata": "2026a",
        "needles": True,
        "targets": [["neck", "left", ""]],
        "uid": f"{public_id}@x",
        "created_at": NOW,
        "revised_at": NOW,
    }
