from datetime import UTC, date, datetime

import pytest

from clinic.domain.care.events import Deadline, Event, Grade, Kind, event_named, report_by
from clinic.domain.errors import Invalid
from clinic.domain.practice.evidence import Confidence

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
ON = date(2026, 11, 20)
C = Confidence.CLINIC_PAGE


@pytest.mark.parametrize(
    ("kind", "grade", "more", "alarm", "incident"),
    [
        ("bruise", "mild", {}, False, False),
        ("faint", "moderate", {}, False, False),
        ("pain", "severe", {}, True, False),
        ("pain", "serious", {}, True, True),
        ("breathless", "mild", {}, True, False),
        ("nerve", "mild", {}, True, False),
        ("infection", "mild", {}, True, False),
        ("swelling", "mild", {}, True, False),
        ("retained-needle", "mild", {}, True, True),
        ("headache", "mild", {"hospital": True}, True, True),
        ("headache", "mild", {"physician": True}, True, True),
    ],
)
def test_what_is_an_alarm_and_what_an_incident(
    kind: str, grade: str, more: dict[str, bool], alarm: bool, incident: bool
) -> None:
    event = Event(*event_named(kind, grade), AT, **more)
    assert (event.alarm, event.incident) == (alarm, incident)


@pytest.mark.parametrize(
    ("jurisdiction", "on", "day"),
    [
        ("US-FL", ON, date(2026, 12, 5)),
        ("US-CA", ON, date(2026, 12, 20)),
        ("US", ON, date(2026, 12, 20)),
        ("US-FL", date(2019, 12, 31), date(2020, 1, 30)),
        ("US-FL", date(2027, 1, 1), date(2027, 1, 31)),
        ("DE-BE", ON, None),
    ],
)
def test_an_incident_is_due_by_the_nearest_rule_of_its_day(jurisdiction: str, on: date, day: date | None) -> None:
    known = (
        Deadline("US", 30, "a", C),
        Deadline("US-FL", 15, "b", C, date(2020, 1, 1), date(2026, 12, 31)),
        Deadline("US-FL", 20, "c", C, date(2020, 1, 1), date(2026, 12, 31)),
    )
    assert report_by(known, jurisdiction, on) == day


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"onset_at": AT.replace(tzinfo=None)}, "onset_at"),
        ({"note": "x" * 2001}, "note"),
        ({"action": "\0"}, "action"),
        ({"hospital": 1}, "hospital"),
    ],
)
def test_an_event_that_makes_no_sense_is_refused(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        Event(**({"kind": Kind.OTHER, "grade": Grade.MILD, "onset_at": AT} | wrong))
    assert refused.value.field == field


@pytest.mark.parametrize(("kind", "grade", "field"), [("x", "mild", "kind"), ("pain", "bad", "grade")])
def test_an_unknown_kind_or_grade_is_refused(kind: str, grade: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        event_named(kind, grade)
    assert refused.value.field == field
