"""What monitors and administrators see."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import OperationalError

from clinic.db.tables.messages import obligation, seal
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import location, practice
from clinic.db.unit import Database
from clinic.web.parts import Parts
from tests.web.conftest import Browser, Clock, application, browser

NO_GUARD = text("DROP TRIGGER claim_guard_insert")


@contextmanager
def nowhere() -> object:
    raise OperationalError("select", {}, Exception("gone"))
    yield


@pytest.fixture
def practised(sqlite_database: Database, clock: Clock) -> None:
    """A practice in Auckland, where it is evening while it is morning in Berlin."""
    with sqlite_database.begin() as unit:
        unit.connection.execute(
            insert(practice).values(
                id=1,
                name="Harbour Physio",
                neutral_name="Harbour",
                sender="desk@clinic.test",
                weights={},
                demo=False,
                outbox_paused=False,
                created_at=clock(),
            )
        )
        unit.connection.execute(
            insert(location).values(
                public_id="l1",
                code="main",
                name="Main",
                address="1 Quay",
                tz="Pacific/Auckland",
                phone="1",
                emergency_number="111",
                country="NZ",
                jurisdiction="NZ",
            )
        )


def owe(database: Database, due_at: datetime, **sealed: object) -> None:
    with database.begin() as unit:
        someone = unit.connection.execute(
            insert(patient)
            .values(
                public_id=unit.public_id(),
                family_name="Penn",
                given_names="Kim",
                search_name="penn kim",
                birth_on=date(1990, 1, 1),
                gender="female",
                deceased=False,
                show_address=False,
                preferences={},
                created_at=due_at,
            )
            .returning(patient.c.id)
        ).scalar_one()
        owed = unit.connection.execute(
            insert(obligation)
            .values(
                public_id=unit.public_id(),
                patient_id=someone,
                uid=unit.uid(),
                recipient="kim@clinic.test",
                kind="visit",
                state="sealed" if sealed else "owed",
                first_at=due_at,
                due_at=due_at,
                detail={},
            )
            .returning(obligation.c.id)
        ).scalar_one()
        if sealed:
            unit.connection.execute(
                insert(seal).values(
                    obligation_id=owed,
                    uid="u",
                    recipient="kim@clinic.test",
                    method="REQUEST",
                    sequence=0,
                    stamped_at=due_at,
                    message_id=unit.uid(),
                    shown={},
                    sender="desk@clinic.test",
                    subject="Appointment",
                    payload=b"",
                    reached_data=False,
                    next_at=due_at,
                    **sealed,
                )
            )


def test_alive_asks_no_database(web_parts: Parts) -> None:
    answer = browser(application(replace(web_parts, read=nowhere))).get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_ready_is_a_database_of_this_version_that_protects_itself(
    client: Browser, sqlite_database: Database, web_parts: Parts
) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["oldest_due_seconds"] == 0
    with sqlite_database.begin() as unit:
        unit.connection.execute(NO_GUARD)
    assert (client.get("/readyz").status_code, client.get("/readyz").json) == (503, {"status": "guard_missing"})
    down = browser(application(replace(web_parts, read=nowhere)))
    assert (down.get("/readyz").status_code, down.get("/readyz").json) == (503, {"status": "database_unavailable"})


def test_a_page_is_shown_without_a_database(web_parts: Parts) -> None:
    down = browser(application(replace(web_parts, read=nowhere)))
    assert down.get("/sign-in").status_code == 200
    assert down.get("/nowhere").status_code == 404
    down.set_cookie("session", "x" * 43)
    assert down.get("/").status_code == 503


def test_this_machine_reads_the_figures_and_nobody_else(client: Browser, web_parts: Parts) -> None:
    client.get("/sign-in")
    client.get("/nothing/kim-penn")
    text_ = client.get("/metrics").text
    assert 'clinic_requests_total{method="GET",route="/sign-in",status="200"} 1.0' in text_
    assert 'clinic_requests_total{method="-",route="-",status="404"} 1.0' in text_
    assert "clinic_request_seconds_bucket" in text_
    assert "clinic_mails_due 0.0" in text_
    assert "kim-penn" not in text_
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403
    everybody = browser(application(replace(web_parts, metrics_public=True)))
    assert everybody.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 200


@pytest.mark.usefixtures("practised")
def test_home_is_today_on_the_practices_wall(signed_in: Callable[[str], Browser], clock: Clock) -> None:
    mine = signed_in("assistant")
    assert mine.get("/").location == "/day/2026-09-07"
    clock.wait(hours=5)
    mine = signed_in("assistant")
    assert mine.get("/").location == "/day/2026-09-08"


def test_health_says_what_is_missing(signed_in: Callable[[str], Browser]) -> None:
    page = signed_in("admin").get("/health").text
    assert "Nothing is set up yet." in page
    assert "It runs, and something needs a look." in page


@pytest.mark.usefixtures("practised")
def test_health_says_when_all_is_well_and_what_to_do_when_not(
    signed_in: Callable[[str], Browser], sqlite_database: Database, clock: Clock, client: Browser
) -> None:
    mine = signed_in("admin")
    page = mine.get("/health").text
    assert "Everything that should run runs." in page
    assert "Harbour Physio" in page
    owe(sqlite_database, clock() - timedelta(minutes=7))
    owe(sqlite_database, clock() - timedelta(minutes=9), state="sealed")
    owe(sqlite_database, clock() - timedelta(minutes=30), state="sent")
    owe(sqlite_database, clock() - timedelta(minutes=30), state="dead")
    owe(sqlite_database, clock() + timedelta(minutes=1))
    page = mine.get("/health").text
    assert "2 are due, the oldest for 9 minutes." in page
    assert "Call these patients" in page
    assert "act now" in page
    assert client.get("/readyz").json == client.get("/readyz").json | {"oldest_due_seconds": 540}
    assert "clinic_mails_due 2.0" in client.get("/metrics").text
    assert "clinic_mails_dead 1.0" in client.get("/metrics").text
    with sqlite_database.begin() as unit:
        unit.connection.execute(text("UPDATE practice SET outbox_paused = 1"))
        unit.connection.execute(NO_GUARD)
    page = mine.get("/health").text
    assert "Paused since a backup was restored." in page
    assert "does not protect itself" in page


def test_the_frame_shows_who_is_signed_in_and_where_they_may_go(
    signed_in: Callable[[str], Browser], web_parts: Parts
) -> None:
    page = signed_in("admin").get("/tasks").text
    assert '<a href="/tasks" aria-current="page">' in page
    assert 'href="/health"' in page
    assert 'href="/courses/new"' in page
    assert 'href="/demo/mailbox"' not in page
    assert "<b>Admin</b><br>" in page


def test_several_processes_show_their_figures_together(
    web_parts: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = tmp_path / "figures"
    figures.mkdir()
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(figures))
    client = browser(application(replace(web_parts, metrics_shared=True)))
    client.get("/healthz")
    assert "clinic_mails_due 0.0" in client.get("/metrics").text
