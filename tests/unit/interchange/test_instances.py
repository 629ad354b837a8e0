import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clinic.domain.errors import Invalid
from clinic.domain.time import instant_of
from clinic.engine.course import Course, NoCourse
from clinic.engine.placement import place
from clinic.interchange.instance_fields import MOST_MB
from clinic.interchange.instances import place_from, read_place
from tests.unit.interchange.documents import with_changed

INSTANCE: dict[str, Any] = {
    "format": "course-place/1",
    "id": "small",
    "seed": 7,
    "tz": "Europe/London",
    "first_day": "2026-10-19",
    "horizon_days": 21,
    "grid_min": 15,
    "work": {"dow": [0, 1, 2, 3, 4], "start": "08:00", "end": "18:00"},
    "therapists": [
        {"id": "T0", "credentials": ["massage"], "busy": []},
        {"id": "T1", "credentials": ["dry-needling"], "busy": [["2026-10-19T07:00Z", "2026-10-19T10:00Z"]]},
        {"id": "T2", "credentials": ["dry-needling"], "busy": []},
    ],
    "rooms": [{"id": "R0", "busy": [["2026-10-26T08:00Z", "2026-10-26T09:00Z"]]}],
    "patient": {"available": [{"dow": 0, "start": "08:00", "end": "12:30"}], "away": ["2026-11-02"]},
    "course": {
        "credential": "dry-needling",
        "duration_min": 45,
        "earliest": "2026-10-19",
        "start_within_days": 3,
        "phases": [
            {"sessions": 1, "min_gap": 2, "ideal_gap": 3, "max_gap": 4},
            {"sessions": 1, "min_gap": 6, "ideal_gap": 7, "max_gap": 9},
        ],
    },
    "prefer": {"therapist": "T1", "start": "09:00", "end": "12:00"},
    "weights": {
        "gap_day": 10,
        "first_late_day": 4,
        "last_late_day": 6,
        "other_therapist": 8,
        "switch": 5,
        "tod_15min": 1,
        "tod_cap": 12,
    },
}


def changed(path: str, value: object) -> dict[str, Any]:
    return with_changed(INSTANCE, path, value)


def test_an_instance_is_read_and_placed_across_the_clock_change() -> None:
    instance = place_from(INSTANCE)
    course = place(instance.request)
    assert instance.id == "small"
    assert isinstance(course, Course)
    assert course.objective == 0
    assert [(instant_of(each.start), each.therapist, each.room) for each in course.sessions] == [
        (datetime(2026, 10, 19, 10, 0, tzinfo=UTC), "T1", "R0"),
        (datetime(2026, 10, 26, 9, 0, tzinfo=UTC), "T1", "R0"),
    ]


def test_the_first_gap_of_a_later_phase_is_that_phases_gap() -> None:
    assert [gap.ideal for gap in place_from(INSTANCE).request.gaps] == [7]


def test_who_lacks_the_credential_is_not_proposed() -> None:
    document = changed("therapists.1.credentials", [])
    course = place(place_from(document).request)
    assert isinstance(course, Course)
    assert {each.therapist for each in course.sessions} == {"T2"}


def test_a_day_away_is_away_and_an_instance_may_have_no_course() -> None:
    document = changed("patient.away", ["2026-10-19", "2026-10-26", "2026-11-02"])
    answer = place(place_from(document).request)
    assert isinstance(answer, NoCourse)
    assert answer.session == 1


def test_a_busy_span_off_the_tick_takes_every_tick_it_touches() -> None:
    document = changed("therapists.1.busy", [["2026-10-19T07:57Z", "2026-10-19T09:01Z"]])
    therapist = place_from(document).request.calendars.therapists[1]
    horizon = place_from(document).request.calendars.horizon
    begin = (datetime(2026, 10, 19, 7, 55, tzinfo=UTC) - instant_of(horizon.first_tick)) // timedelta(minutes=5)
    assert therapist.taken == (((1 << 14) - 1) << begin,)


def test_without_therapists_or_rooms_there_is_no_course() -> None:
    empty = changed("therapists", [])
    empty["rooms"] = []
    assert isinstance(place(place_from(empty).request), NoCourse)


def test_hours_that_touch_are_one_stretch() -> None:
    hours = [{"dow": 0, "start": "08:00", "end": "09:00"}, {"dow": 0, "start": "09:00", "end": "24:00"}]
    document = changed("patient.available", hours)
    patient = place_from(document).request.calendars.patient
    assert patient.available.bit_count() == 3 * 16 * 12


FAULTS: list[tuple[str, object, str, str]] = [
    ("format", "repair/1", "file_format", "format"),
    ("id", "", "text_missing", "id"),
    ("tz", "Europe/Atlantis", "unknown_zone", ""),
    ("first_day", "2026-02-30", "text_malformed", "first_day"),
    ("first_day", "soon", "text_malformed", "first_day"),
    ("first_day", "9999-12-01", "out_of_range", "first_day"),
    ("horizon_days", 1099, "out_of_range", "horizon_days"),
    ("grid_min", 7, "grid_minutes", "grid_min"),
    ("grid_min", "15", "not_a_number", "grid_min"),
    ("work.dow", [7], "out_of_range", "work.dow.0"),
    ("work.end", "08:00", "span_reversed", "work"),
    ("work.end", "25:00", "not_a_time", "work.end"),
    ("work", [], "not_a_table", "work"),
    ("therapists", {}, "not_a_list", "therapists"),
    ("therapists.0", "T0", "not_a_table", "therapists.0"),
    ("therapists.0.credentials", [1], "not_text", "therapists.0.credentials"),
    ("therapists.0.id", "T1", "resource_twice", ""),
    ("therapists.1.busy", {}, "text_malformed", "T1.busy"),
    ("therapists.1.busy", [["2026-10-19T07:00Z"]], "text_malformed", "T1.busy"),
    ("therapists.1.busy", [[1, 2]], "text_malformed", "T1.busy"),
    ("therapists.1.busy", [["2026-10-19T07:00", "2026-10-19T10:00"]], "text_malformed", "T1.busy"),
    ("therapists.1.busy", [["2026-10-19T07:00Z", "2026-13-19T10:00Z"]], "text_malformed", "T1.busy"),
    ("rooms.0.busy", [["2026-10-19T10:00Z", "2026-10-19T07:00Z"]], "span_reversed", "R0.busy"),
    ("patient.available.0.end", "07:00", "span_reversed", "patient.available.0"),
    ("patient.away", ["2026-1-1"], "text_malformed", "patient.away.0"),
    ("course.duration_min", 0, "out_of_range", "course.duration_min"),
    ("course.start_within_days", -1, "out_of_range", "course.start_within_days"),
    ("course.phases", [], "session_count", "course.sessions"),
    ("course.phases.0.sessions", 0, "out_of_range", "course.phases.0.sessions"),
    ("course.phases.1.sessions", 200, "session_count", "course.sessions"),
    ("course.phases.1.max_gap", 5, "gap_reversed", "course.phases.1.gap"),
    ("prefer.start", "12:00", "preferred_hours", "prefer.prefer"),
    ("weights.switch", -1, "out_of_range", "weights.switch"),
    ("weights.irregular_day", -1, "out_of_range", "weights.irregular_day"),
    ("weights.irregular", 3, "field_unknown", "weights.irregular"),
]


@pytest.mark.parametrize(("path", "value", "code", "field"), FAULTS, ids=lambda part: str(part)[:40])
def test_a_broken_instance_is_refused_with_the_field_at_fault(path: str, value: object, code: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        place_from(changed(path, value))
    assert (refused.value.code, refused.value.field or "") == (code, field)


def test_the_weights_of_irregularity_are_off_unless_the_file_sets_them() -> None:
    weights = place_from(INSTANCE).request.weights
    assert (weights.irregular_day, weights.irregular_15min) == (0, 0)
    document = changed("weights.irregular_day", 3)
    document["weights"]["irregular_15min"] = 2
    weights = place_from(document).request.weights
    assert (weights.irregular_day, weights.irregular_15min) == (3, 2)


@pytest.mark.parametrize("name", [name for name in INSTANCE if name != "seed"])
def test_a_missing_field_is_named(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        place_from({key: value for key, value in INSTANCE.items() if key != name})
    assert refused.value.field == name


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "small.json"
    path.write_text(json.dumps(INSTANCE))
    assert read_place(path).request.earliest == date(2026, 10, 19)


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "\u00e9"])
def test_a_file_that_is_not_json_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Invalid) as refused:
        read_place(path)
    assert refused.value.code == "file_not_json"


def test_a_missing_and_an_enormous_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        read_place(tmp_path / "none.json")
    assert refused.value.code == "file_missing"
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate((MOST_MB << 20) + 1)
    with pytest.raises(Invalid) as refused:
        read_place(huge)
    assert refused.value.code == "file_too_large"
