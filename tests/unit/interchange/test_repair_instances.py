import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from clinic.domain.errors import Invalid
from clinic.domain.time import instant_of
from clinic.engine.repair.solve import solve
from clinic.engine.repair.values import Moment, MoveWeights, Spacing
from clinic.interchange.repair_instances import read_repair, repair_from
from tests.unit.interchange.documents import with_changed

ALL_DAY = [{"dow": day, "start": "08:00", "end": "18:00"} for day in range(5)]
INSTANCE: dict[str, Any] = {
    "format": "repair/1",
    "id": "ill",
    "seed": 7,
    "tz": "Europe/London",
    "first_day": "2026-10-19",
    "horizon_days": 21,
    "grid_min": 15,
    "work": {"dow": [0, 1, 2, 3, 4], "start": "08:00", "end": "18:00"},
    "earliest": "2026-10-20",
    "sick": [{"therapist": "T0", "first": "2026-10-19", "last": "2026-10-23"}],
    "therapists": [
        {"id": "T0", "busy": []},
        {"id": "T1", "busy": [["2026-10-21T07:00Z", "2026-10-21T17:00Z"]]},
    ],
    "rooms": [{"id": "R0", "busy": [["2026-10-20T07:00Z", "2026-10-20T09:30Z"]]}],
    "courses": [
        {
            "patient": "P0",
            "duration_min": 45,
            "min_gap": 2,
            "ideal_gap": 3,
            "max_gap": 7,
            "prev_fixed": "2026-10-16",
            "next_fixed": "2026-10-29",
            "available": ALL_DAY,
            "affected": [
                {"id": "P0.0", "therapist": "T0", "start": "2026-10-20T09:00Z"},
                {"id": "P0.1", "therapist": "T0", "start": "2026-10-23T09:00Z"},
            ],
        },
        {
            "patient": "P1",
            "duration_min": 30,
            "min_gap": 5,
            "ideal_gap": 7,
            "max_gap": 10,
            "available": [{"dow": 0, "start": "08:00", "end": "09:00"}],
            "affected": [{"id": "P1.0", "therapist": "T0", "start": "2026-10-26T08:30Z"}],
        },
    ],
    "weights": {"move_day": 20, "move_15min": 1, "gap_day": 8},
}


def changed(path: str, value: object) -> dict[str, Any]:
    return with_changed(INSTANCE, path, value)


def test_a_repair_is_read_and_solved_across_the_clock_change() -> None:
    instance = repair_from(INSTANCE)
    repair = instance.repair
    assert (instance.id, instance.therapists) == ("ill", 2)
    assert [lane.id for lane in repair.lanes] == ["T0", "T1", "R0"]
    assert repair.weights == MoveWeights(20, 1, 8)
    first, second = repair.chains
    assert (first.before, first.after) == (Moment(-3), Moment(10))
    assert (second.before, second.after) == (None, None)
    assert first.spacings == (Spacing(2, 3, 7),) * 3
    assert [each.was for each in repair.sessions] == [Moment(1, 600), Moment(4, 600), Moment(7, 510)]
    found = solve(repair)
    assert found.proven
    assert [(move.id, f"{instant_of(move.start):%m-%dT%H:%M}") for move in found.moves] == [
        ("P0.0", "10-20T09:30"),
        ("P0.1", "10-23T09:00"),
        ("P1.0", "10-26T08:30"),
    ]
    assert [[repair.lanes[n].id for n in move.lanes] for move in found.moves[:2]] == [["T1", "R0"]] * 2
    assert found.objective == 2 + 8 * (1 + 0 + 3)


def test_whoever_is_sick_gives_nothing_on_those_days_whatever_else_is_told() -> None:
    lane = repair_from(INSTANCE).repair.lanes[0].free
    span = repair_from(INSTANCE).repair.horizon
    assert lane & span.on_days(0b11111) == 0
    assert lane & span.on_days(1 << 7)
    assert repair_from(changed("sick", [])).repair.lanes[0].free & span.on_days(0b11111)
    early = [{"therapist": "T0", "first": "2026-01-01", "last": "2027-01-01"}]
    assert repair_from(changed("sick", early)).repair.lanes[0].free == 0


def test_nothing_moves_to_a_day_before_the_earliest() -> None:
    late = repair_from(changed("earliest", "2026-10-27"))
    found = solve(late.repair)
    assert all(instant_of(move.start).date() >= date(2026, 10, 27) for move in found.moves)
    assert [each.id for each in found.unplaced] == ["P0.0"]
    assert repair_from(changed("earliest", "2026-09-01")).repair.sessions


def test_other_busy_times_can_take_the_place_of_the_files() -> None:
    instance = repair_from(INSTANCE)
    assert [lane.free for lane in instance.taken([0, 0, 0]).repair.lanes] == list(instance.open)
    assert instance.taken([0, -1, 0]).repair.lanes[1].free == 0


def test_a_repair_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "ill.json"
    path.write_text(json.dumps(INSTANCE))
    assert read_repair(path).id == "ill"


@pytest.mark.parametrize(
    ("document", "code", "field"),
    [
        ([], "not_a_table", None),
        (changed("format", "course-place/1"), "file_format", "format"),
        (changed("id", ""), "text_missing", "id"),
        (changed("horizon_days", 0), "out_of_range", "horizon_days"),
        (changed("earliest", "soon"), "text_malformed", "earliest"),
        (changed("sick.0.therapist", "T9"), "unknown_resource", "sick.0.therapist"),
        (changed("sick.0.therapist", 3), "unknown_resource", "sick.0.therapist"),
        (changed("sick.0.last", "2026-10-01"), "span_reversed", "sick.0.last"),
        (changed("therapists.1.id", "T0"), "resource_twice", None),
        (changed("rooms.0.busy", [["2026-10-20T09:00Z", "2026-10-20T07:00Z"]]), "span_reversed", "R0.busy"),
        (changed("courses.0.duration_min", 0), "out_of_range", "courses.0.duration_min"),
        (changed("courses.0.min_gap", 0), "gap_reversed", "courses.0.gap"),
        (changed("courses.0.prev_fixed", "yesterday"), "text_malformed", "courses.0.prev_fixed"),
        (changed("courses.0.affected", []), "gap_missing", "courses.0.gap"),
        (changed("courses.0.affected.0.start", "2026-10-20"), "text_malformed", "courses.0.affected.0.start"),
        (changed("courses.0.affected.0.start", "2026-13-20T07:00Z"), "text_malformed", "courses.0.affected.0.start"),
        (changed("courses.0.affected.1.therapist", "T9"), "unknown_resource", "courses.0.affected.1.therapist"),
        (changed("courses.1.affected.0.id", "P0.0"), "resource_twice", None),
        (changed("courses.1.available.0.end", "07:00"), "span_reversed", "courses.1.available.0"),
        (changed("weights.gap_day", -1), "out_of_range", "weights.gap_day"),
        (changed("weights.other", 1), "field_unknown", "weights.other"),
    ],
)
def test_what_is_wrong_with_a_file_is_named(document: object, code: str, field: str | None) -> None:
    with pytest.raises(Invalid) as refused:
        repair_from(document)
    assert (refused.value.code, refused.value.field) == (code, field)
