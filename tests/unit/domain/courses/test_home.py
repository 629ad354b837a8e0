import pytest

from clinic.domain.courses.home import Exercise, Prescribed, Told
from clinic.domain.errors import Invalid

SQUATS = Exercise("Squats", 3, 10, 3, tendon=True, note="slowly")


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"sets": 0}, {"repetitions": 201}, {"days_a_week": 8}, {"note": "a\nb"}]
)
def test_an_exercise_says_what_how_much_and_how_often(wrong):
    right = {"name": "Squats", "sets": 3, "repetitions": 10, "days_a_week": 3}
    with pytest.raises(Invalid) as refused:
        Exercise(**(right | wrong))
    assert refused.value.field == next(iter(wrong))


def test_a_home_programme_stays_short():
    assert Prescribed(1, 1, (SQUATS,) * 12).exercises
    with pytest.raises(Invalid):
        Prescribed(1, 1, (SQUATS,) * 13)


def test_what_was_told_is_acknowledged_by_name():
    assert Told(1, 1, 1, "words", "Ada").acknowledged_by == "Ada"
    with pytest.raises(Invalid):
        Told(1, 1, 1, "words", " ")
