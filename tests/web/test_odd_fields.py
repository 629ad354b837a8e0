"""Fields that no page of ours sends: figures that are no number, days at the edge of the calendar. No page fails."""

import pytest

from clinic.db.unit import Database
from clinic.domain.visits.changes import Book
from clinic.services.apply import apply
from tests.web.conftest import Browser, Enter
from tests.web.test_courses import WISHES
from tests.world import ACTOR, NOW, World, at, needling, single

ODD = "²"
"""A figure, and no number."""
EDGES = ("0001-01-01", "9999-12-31")
PERSON = {"given_name": "Ada", "family_name": "Adler", "born": "1980-01-01", "gender": "female", "invites": "none"}
VISIT = {"kind": "manual-therapy", "patient": "patient1", "location": "loc1", "therapist": "staff1"}


@pytest.mark.parametrize(
    "fields",
    [
        {"pin": f"{ODD}|1|a|b"},
        {"pin": "9" * 5000 + "|1|a|b"},
        {"pin": f"1|{ODD}|a|b"},
        {"relax": f"widen_gap:{ODD}:1"},
        {"from": f"{ODD}:00"},
        *({"start": edge} for edge in EDGES),
    ],
)
def test_a_course_is_looked_at_whatever_is_sent(admin: Browser, fields: dict[str, str]) -> None:
    assert admin.send("/courses/preview", **WISHES | fields).status_code in (200, 400)
    assert admin.send("/courses", **WISHES | fields | {"expect": f"{ODD}|1|a|b"}).status_code < 500


def test_figures_that_are_no_number_are_refused(admin: Browser) -> None:
    assert admin.get(f"/patients?page={ODD}").status_code == 200
    assert admin.send("/patients/new", **PERSON, **{"from": f"{ODD}:00"}).status_code == 400


def test_a_fault_calls_a_field_by_its_name_on_the_page(
    admin: Browser, signed_in: Enter, sqlite_database: Database, world: World
) -> None:
    wish = {"urgency": "routine", "notice": "2", "first": "2026-11-24"}
    for field, named in (("from", "From"), ("note", "Note"), ("notice", "Notice that the patient needs")):
        told = admin.send("/waitlist", **VISIT, **wish | {field: "\x00"}).text
        assert f'<a href="#{field}">{named} ' in told
    with sqlite_database.begin() as unit:
        new = single(world, needling(world, at("2026-11-20", 9)))
        visit = apply(unit, (Book(new),), actor=ACTOR, now=NOW).visits[0]
    told = signed_in("therapist").send(f"/visits/{visit}/record", version="0", next_step="\x00").text
    assert '<a href="#next_step">Next step ' in told


@pytest.mark.parametrize("edge", EDGES)
def test_a_day_at_the_edge_of_the_calendar_is_refused(admin: Browser, edge: str) -> None:
    for later in ({"date": edge}, {"date": "2026-11-24", "later": edge}):
        assert admin.send("/visits/new", **VISIT, **later).status_code == 200
    assert admin.send("/visits/overbook", **VISIT, date=edge, at="00:00", why="asked").status_code == 400
    assert admin.get(f"/billing?first={edge}&until={edge}").status_code == 400
    assert admin.send("/find", q=edge).status_code == 200
    wish = {"urgency": "routine", "notice": "2", "first": edge}
    assert admin.send("/waitlist", **VISIT, **wish).status_code == 400
    assert admin.send("/patients/patient1/times", version="1", first=edge, last=edge).status_code == 400
    assert admin.send("/patients/patient1/screening", version="0", due_on=edge).status_code == 400


@pytest.mark.parametrize("edge", EDGES)
def test_no_absence_and_no_event_lies_at_the_edge_of_the_calendar(
    admin: Browser, sqlite_database: Database, world: World, edge: str
) -> None:
    for first in (edge, "2026-12-01"):
        row = {"kind.0": "leave", "starts_at.0": first, "ends_at.0": edge}
        assert admin.send("/setup/people/t1/absences", version="1", **row).status_code == 400
    with sqlite_database.begin() as unit:
        new = single(world, needling(world, at("2026-11-20", 9)))
        visit = apply(unit, (Book(new),), actor=ACTOR, now=NOW).visits[0]
    event = {"kind": "bruise", "grade": "mild", "onset_on": edge, "onset_time": "00:00"}
    assert admin.send(f"/visits/{visit}/event", **event).status_code == 400
