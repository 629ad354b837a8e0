import pytest

from clinic.domain.care.response import State, Told, state_of, wider_gap
from clinic.domain.errors import Invalid


@pytest.mark.parametrize(
    ("before", "told", "state"),
    [
        (5, [], "expected"),
        (5, [Told(24, 6)], "expected"),
        (5, [Told(24, 7)], "watch"),
        (5, [Told(47, 10)], "watch"),
        (5, [Told(48, 6)], "expected"),
        (5, [Told(48, 7)], "flare"),
        (5, [Told(24, 8), Told(48, 5)], "watch"),
        (5, [Told(24, 8), Told(48, 7)], "flare"),
        (None, [Told(48, 10)], "expected"),
        (5, [Told(48, None, 8)], "expected"),
        (5, [Told(72, 5, 3)], "expected"),
        (5, [Told(73, 5, 1)], "flare"),
        (5, [Told(73, 5, 0)], "expected"),
        (5, [Told(2, 5, 1, ("numbness",))], "unexpected"),
        (5, [Told(48, 9), Told(72, 5, 0, ("fever",))], "unexpected"),
    ],
)
def test_how_a_patient_took_to_a_visit(before: int | None, told: list[Told], state: str) -> None:
    assert state_of(before, told) is State(state)


@pytest.mark.parametrize(("days", "wider"), [(2, 3), (3, 5), (5, 8), (7, 11)])
def test_a_flare_widens_the_gap_by_half(days: int, wider: int) -> None:
    assert wider_gap(days) == wider


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"hours": -1}, "hours"), ({"pain": 11}, "pain"), ({"soreness": -1}, "soreness"), ({"signs": ("joy",)}, "signs")],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        Told(**({"hours": 24} | wrong))
    assert refused.value.field == field
