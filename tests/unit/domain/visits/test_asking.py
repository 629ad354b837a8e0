"""What a patient is asked by himself before a visit with needling."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from clinic.domain.care.screening import Answers, Screening
from clinic.domain.practice.modality import Modality
from clinic.domain.time import instant_of
from clinic.domain.visits.asking import Asks, asks
from clinic.domain.visits.visit import Status, Stretch, Visit
from tests.unit.domain.visits.test_answer import visit
from tests.world import NOW, at

STARTS = at("2026-11-24", 10)
THEN = instant_of(STARTS)


def coming(status: Status = Status.BOOKED, modality: Modality = Modality.DRY_NEEDLING) -> Visit:
    return replace(visit(status), stretches=(Stretch(STARTS, STARTS + 6, 1, 1, (modality,)),))


def answered(questions: int = 1) -> Screening:
    return Screening(1, 1, Answers(), NOW, questions)


def asked(found: Visit, standing: Screening | None, now: datetime = NOW, *, said: bool = False) -> Asks | None:
    return asks(found, standing, 1, said_on_day=said, now=now)


@pytest.mark.parametrize("status", Status)
def test_only_a_visit_that_is_agreed_and_has_not_begun_asks(status: Status) -> None:
    expected = Asks.ALL if status in (Status.BOOKED, Status.CONFIRMED, Status.ARRIVED) else None
    assert asked(coming(status), None) is expected
    assert asked(coming(status), None, THEN) is None


def test_a_visit_without_needling_asks_nothing() -> None:
    assert asked(coming(modality=Modality.EXERCISE), None) is None


def test_everything_is_asked_while_nobody_asked_it_or_other_questions_are_asked_by_now() -> None:
    assert asked(coming(), None) is Asks.ALL
    assert asked(coming(), answered(questions=2)) is Asks.ALL
    assert asked(coming(), answered()) is Asks.CHANGES


def test_how_he_is_on_the_day_is_asked_once_on_the_visits_own_day() -> None:
    midnight = THEN - timedelta(hours=10)
    assert asked(coming(), answered(), midnight - timedelta(seconds=1)) is Asks.CHANGES
    assert asked(coming(), answered(), midnight) is Asks.TODAY
    assert asked(coming(), answered(), midnight, said=True) is Asks.CHANGES
    assert asked(coming(), None, midnight) is Asks.ALL
