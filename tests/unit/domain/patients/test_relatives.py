import pytest

from clinic.domain.errors import Invalid
from clinic.domain.patients.relatives import Relation


def test_nobody_is_a_relative_of_himself():
    assert Relation(1, 2, back_to_back=True).back_to_back
    with pytest.raises(Invalid) as refused:
        Relation(1, 1)
    assert refused.value.code == "own_relative"
