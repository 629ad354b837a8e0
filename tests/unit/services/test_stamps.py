"""LAST-MODIFIED moves with whatever a reader sees, and with nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any

from clinic.calendars.event import Event
from clinic.services.messages.stamps import stamped
from tests.unit.calendars.samples import REVISED, visit

NOW = datetime(2026, 10, 1, 12, 0, 0, 500, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def dates(known: Any, *events: Event, now: datetime = NOW) -> tuple[list[datetime], Any]:
    found, stamps = stamped(events, known, now=now)
    return [each.revised_at for each in found], stamps


def test_an_entry_seen_first_has_its_visits_own_date() -> None:
    assert dates({}, visit(), visit(uid="b"))[0] == [REVISED, REVISED]


def test_an_entry_that_stays_keeps_its_date_whenever_it_is_drawn() -> None:
    _, known = dates({}, visit())
    assert dates(known, visit(), now=NOW + timedelta(days=9)) == ([REVISED], known)


def test_a_revision_of_the_visit_dates_its_entry() -> None:
    _, known = dates({}, visit())
    moved = visit(sequence=1, starts=visit().starts + timedelta(days=1), revised_at=REVISED + timedelta(hours=1))
    assert dates(known, moved)[0] == [REVISED + timedelta(hours=1)]


def test_a_note_dates_its_entry_now_and_leaves_the_others() -> None:
    _, known = dates({}, visit(), visit(uid="b"))
    noted, known = dates(known, visit(description="Rest"), visit(uid="b"))
    assert noted == [NOW.replace(microsecond=0), REVISED]
    again, _ = dates(known, visit(description="Rest more"), visit(uid="b"))
    assert again == [NOW.replace(microsecond=0) + SECOND, REVISED]


def test_what_has_left_the_feed_is_forgotten() -> None:
    _, known = dates({}, visit(), visit(uid="b"))
    assert set(dates(known, visit(uid="b"))[1]) == {"b"}
