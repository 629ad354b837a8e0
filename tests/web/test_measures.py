"""Measures on screen, and the decision that follows from them."""

import re
from datetime import date

import pytest
from sqlalchemy import insert

from clinic.db.tables.records import measure
from clinic.db.unit import Database
from tests.under_way import after, under_way
from tests.web.conftest import Browser, Enter
from tests.world import NOW, World


@pytest.fixture
def course(sqlite_database: Database, world: World) -> str:
    return under_way(sqlite_database, world, ("done", -7), ("pencilled", 4), reassess=(after(1),))


def started(database: Database, tenths: int) -> None:
    row = {"plan_id": 1, "name": "nprs", "tenths": tenths, "on_day": date(2026, 11, 1), "actor": "x"}
    with database.begin() as unit:
        unit.connection.execute(insert(measure), row | {"written_at": NOW})


def test_measures_stand_beside_their_start_with_the_change_that_matters(
    therapist: Browser, sqlite_database: Database, course: str
) -> None:
    address = f"/courses/{course}/measures"
    assert f'href="{address}"' in therapist.get(f"/courses/{course}").text
    assert "Nothing was measured yet" in therapist.get(address).text
    started(sqlite_database, 60)
    assert "nothing to compare yet" in therapist.get(address).text
    assert therapist.send(address, version="1", nprs="3,5", groc="5").headers["Location"] == address
    page = therapist.get(address).text
    assert "reaches the change that matters" in page
    assert "2.5</td>" in page
    assert 'aria-label="NPRS: 1 Nov 2026 6, 20 Nov 2026 3.5;' in page
    assert "Childs, Spine 2005" in page


@pytest.mark.parametrize(("now", "verdict"), [("5", "below the change that matters"), ("7", "worse")])
def test_below_the_change_that_matters_needling_is_put_in_question(
    therapist: Browser, sqlite_database: Database, course: str, now: str, verdict: str
) -> None:
    started(sqlite_database, 60)
    therapist.send(f"/courses/{course}/measures", version="1", nprs=now)
    page = therapist.get(f"/courses/{course}/measures").text
    assert verdict in page
    assert "consider ending the needling" in page


def test_a_value_off_the_scale_is_said_at_its_field(therapist: Browser, course: str) -> None:
    refused = therapist.send(f"/courses/{course}/measures", version="1", lefs="81")
    assert (refused.status_code, "LEFS: enter a value from 0 to 80" in refused.text) == (400, True)
    assert 'value="81"' in refused.text


def test_the_decision_shows_what_it_does_and_does_it(therapist: Browser, course: str) -> None:
    page = therapist.get(f"/courses/{course}/measures").text
    assert "Confirms 1 pencilled visit:" in page
    assert "Releases 1 pencilled visit:" in page
    assert "Tue 24 Nov, 10:00" in page
    to = re.search(r'action="([^"]+)/continue"', page)
    assert to is not None
    assert "1 pencilled" in therapist.get(f"/courses/{course}").text
    assert therapist.send(f"{to[1]}/continue", version="1").headers["Location"] == f"/courses/{course}"
    assert not re.search(r"\d pencilled", therapist.get(f"/courses/{course}").text)
    again = therapist.send(f"{to[1]}/stop", version="2")
    assert again.status_code == 400


def test_a_change_leads_to_placing_the_rest_anew(therapist: Browser, course: str) -> None:
    to = re.search(r'action="([^"]+)/change"', therapist.get(f"/courses/{course}/measures").text)
    assert to is not None
    changed = therapist.send(f"{to[1]}/change", version="1")
    assert changed.headers["Location"] == f"/courses/{course}/replan"
    assert "1 pencilled" in therapist.get(f"/courses/{course}").text


def test_the_desk_reads_no_measures(world: World, signed_in: Enter, course: str) -> None:
    desk = signed_in("front desk")
    assert desk.get(f"/courses/{course}/measures").status_code == 403
    assert "/measures" not in desk.get(f"/courses/{course}").text
