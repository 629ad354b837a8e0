import pytest

from clinic.domain.errors import Invalid
from clinic.domain.practice.modality import Modality
from clinic.domain.visits.answer import Answer
from clinic.domain.visits.changes import Answered
from clinic.domain.visits.visit import Kind, Status, Stretch, Visit

STRETCH = Stretch(100, 109, 1, 1, (Modality.DRY_NEEDLING,))


def visit(status: Status) -> Visit:
    return Visit(1, "v", 1, 1, 1, None, None, Kind.SINGLE, status, "Europe/Berlin", (STRETCH,), (), "u@h", 0)


@pytest.mark.parametrize("status", Status)
def test_a_patient_answers_while_the_visit_is_ahead_and_stands(status: Status) -> None:
    if status in (Status.BOOKED, Status.CONFIRMED):
        assert Answered(visit(status), Answer.DECLINED).answer is Answer.DECLINED
        return
    with pytest.raises(Invalid) as refused:
        Answered(visit(status), Answer.ACCEPTED)
    assert refused.value.code == "visit_settled"
