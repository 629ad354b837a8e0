"""What patients tell after a visit, and what it leads to."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain.care.record import Record
from clinic.services.care.records import sign
from tests.db.test_records import done
from tests.under_way import under_way
from tests.web.conftest import Browser, Clock
from tests.world import ACTOR, NOW, World, build


@pytest.fixture
def world(sqlite_database: Database, clock: Clock) -> World:
    clock.at = NOW + timedelta(hours=96)
    return build(sqlite_database)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"hours": "24", "pain": "7"}, "As expected"),
        ({"hours": "24", "pain": "8"}, "To be watched"),
        ({"hours": "48", "pain": "8", "note": "could not sleep"}, "A flare"),
        ({"hours": "80", "soreness": "2"}, "A flare"),
        ({"hours": "2", "signs": ["numbness", "fever"]}, "Unexpected"),
    ],
)
def test_what_is_told_is_weighed_against_the_score_before(
    therapist: Browser, sqlite_database: Database, world: World, told: dict[str, object], said: str
) -> None:
    visit = done(sqlite_database, world)
    address = f"/visits/{visit}/record"
    page = therapist.get(address).text
    assert "Afterwards" in page
    assert not any(word in page for word in ("As expected", "A flare"))
    assert therapist.send(f"/visits/{visit}/told", **told).headers["Location"] == f"{address}#afterwards"
    page = therapist.get(address).text
    assert said in page
    assert f"After {told['hours']} hours" in page
    assert (">Record an adverse event<" in page) is (said == "Unexpected")


@pytest.mark.parametrize("told", [{"hours": ""}, {"hours": "500"}, {"hours": "1", "pain": "11"}, {"hours": "x"}])
def test_what_cannot_be_is_refused(
    therapist: Browser, sqlite_database: Database, world: World, told: dict[str, str]
) -> None:
    visit = done(sqlite_database, world)
    typed = told | {"note": "Slept badly, aspirin helped", "signs": "swelling"}
    refused = therapist.send(f"/visits/{visit}/told", **typed)
    assert refused.status_code == 400
    assert f'href="#{"pain" if "pain" in told else "hours"}"' in refused.text
    assert "Slept badly, aspirin helped" in refused.text
    assert 'value="swelling" checked' in refused.text
    corrected = typed | {"hours": "1", "pain": "1"}
    assert therapist.send(f"/visits/{visit}/told", **corrected).status_code == 303


def test_what_is_told_of_a_visit_without_a_record_is_refused_as_a_whole(
    therapist: Browser, sqlite_database: Database, world: World
) -> None:
    under_way(sqlite_database, world, ("booked", 20))
    with sqlite_database.read() as unit:
        visit = unit.connection.execute(select(appointment.c.public_id)).scalar_one()
    assert therapist.send(f"/visits/{visit}/told", hours="500").status_code == 400


def test_a_flare_in_a_course_leads_to_the_preview_of_a_wider_gap(
    therapist: Browser, sqlite_database: Database, world: World
) -> None:
    course = under_way(sqlite_database, world, ("done", -4), ("booked", 6))
    with sqlite_database.read() as unit:
        first = unit.connection.execute(select(appointment.c.public_id).order_by(appointment.c.id)).scalars().first()
    assert first is not None
    sign(sqlite_database.begin, first, Record(pain_before=4, pain_after=3), version=0, actor=ACTOR, now=NOW)
    therapist.send(f"/visits/{first}/told", hours="48", pain="6")
    page = therapist.get(f"/visits/{first}/record").text
    assert f'href="/courses/{course}/replan?gap_after=5"' in page
    assert "at least 5 days" in page
    assert therapist.get(f"/courses/{course}/replan?gap_after=5").status_code == 200
