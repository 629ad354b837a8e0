"""The parts put together out of the settings."""

from datetime import timedelta

import pytest
from sqlalchemy import text, update

from clinic import wiring
from clinic.config import Settings
from clinic.db.connect import open_engine
from clinic.db.tables.practice import practice
from clinic.domain.errors import Invalid
from clinic.domain.faults import each_fault
from tests.world import build


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> Settings:
    monkeypatch.setenv("CLINIC_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("CLINIC_SECRET_KEY", "k" * 32)
    monkeypatch.setenv("CLINIC_URL", "https://clinic.test:8443")
    monkeypatch.setenv("CLINIC_HOLD_SECONDS", "60")
    monkeypatch.setenv("CLINIC_IDLE_MINUTES", "30")
    return wiring.settings()


def test_the_database_ends_uids_with_the_public_host_and_holds_mails(given: Settings) -> None:
    database = wiring.open_database(given)
    assert (database.host, database.hold_for) == ("clinic.test", timedelta(seconds=60))


def test_the_web_comes_up_on_a_database_that_is_ready(given: Settings) -> None:
    app = wiring.web_app()
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 200
    assert "Strict-Transport-Security" in answer.headers
    assert wiring.web_parts(given, wiring.open_database(given)).idle == timedelta(minutes=30)


def test_answers_come_from_the_mailbox_that_the_settings_name(given: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    database = wiring.open_database(given)
    without = wiring.worker_parts(given, database)
    assert (without.inbox, without.trusted, without.plus) == (None, "", False)
    monkeypatch.setenv("CLINIC_IMAP_URL", "imaps://desk:pw@mail.clinic.test/INBOX")
    monkeypatch.setenv("CLINIC_REPLY_HOST", "mx.clinic.test")
    parts = wiring.worker_parts(wiring.settings(), database)
    assert (parts.inbox is not None, parts.trusted, parts.plus) == (True, "mx.clinic.test", True)


def test_nobody_serves_a_database_that_lost_a_guard(given: Settings) -> None:
    engine = open_engine(given.database_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER claim_guard_insert"))
    engine.dispose()
    with pytest.raises(Invalid) as refused:
        wiring.web_app()
    assert refused.value.code == "guard_missing"


@pytest.mark.parametrize(("demo", "refused"), [(False, True), (True, False)])
def test_demo_mode_is_for_a_database_of_a_demo(
    given: Settings, monkeypatch: pytest.MonkeyPatch, demo: bool, refused: bool
) -> None:
    monkeypatch.setenv("CLINIC_DEMO", "1")
    given = wiring.settings()
    assert wiring.ready_database(given).host == "clinic.test"
    database = wiring.open_database(given)
    build(database)
    with database.begin() as unit:
        unit.connection.execute(update(practice).values(demo=demo))
    if refused:
        with pytest.raises(Invalid) as error:
            wiring.ready_database(given)
        assert error.value.code == "demo_refused"
    else:
        wiring.ready_database(given)


def test_a_way_for_letters_that_cannot_work_is_refused_before_anything_starts(
    given: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLINIC_SMTP_URL", "smtp://mail.clinic.test")
    monkeypatch.setenv("CLINIC_WEBHOOK_URL", "https://sms.clinic.test/")
    monkeypatch.setenv("CLINIC_IMAP_URL", "imap://desk:pw@mail.clinic.test/INBOX")
    with pytest.raises(Invalid) as refused:
        wiring.settings()
    assert [(fault.code, fault.field) for fault in each_fault(refused.value)] == [
        ("smtp_plaintext", "CLINIC_SMTP_URL"),
        ("secret_short", "CLINIC_WEBHOOK_SECRET"),
        ("imap_plaintext", "CLINIC_IMAP_URL"),
    ]
