import pytest

from clinic.domain.errors import (
    ClinicError,
    Conflict,
    Forbidden,
    Infeasible,
    Invalid,
    NotFound,
    Refused,
    SlotTaken,
    Stale,
    TooMany,
)


@pytest.mark.parametrize(
    ("error", "code", "params"),
    [
        (Invalid("out_of_range", field="minutes", low=1), "out_of_range", {"low": 1}),
        (NotFound(), "not_found", {"what": "page"}),
        (NotFound("visit"), "not_found", {"what": "visit"}),
        (Forbidden("visit.move"), "forbidden", {"permission": "visit.move"}),
        (TooMany(61), "too_many_tries", {"minutes": 2}),
        (SlotTaken(session=2), "slot_taken", {"session": 2}),
        (Stale("visit", seen=1, current=3), "stale", {"what": "visit", "seen": 1, "current": 3}),
        (Infeasible("no_course", session=1), "no_course", {"session": 1}),
        (Refused("cap_reached", rule=31, cap=6), "cap_reached", {"rule": 31, "cap": 6}),
    ],
)
def test_an_error_carries_a_code_and_what_fills_its_sentence(error, code, params):
    assert isinstance(error, ClinicError)
    assert (error.code, error.params) == (code, params)


def test_errors_are_sorted_by_what_the_caller_can_do():
    assert isinstance(SlotTaken(), Conflict)
    assert isinstance(Stale("plan", seen=1, current=2), Conflict)
    assert not isinstance(Refused("cap_reached", rule=31), Conflict)


def test_what_the_caller_needs_stands_beside_the_code():
    assert Invalid("text_missing", field="name").field == "name"
    assert Invalid("text_missing").field is None
    assert TooMany(61).retry_seconds == 61
    assert Refused("cap_reached", rule=31).rule == 31
