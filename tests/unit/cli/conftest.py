from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from clinic import wiring
from clinic.db.connect import open_engine
from clinic.db.unit import Database
from clinic.services.access import passwords
from tests.world import NOW


@pytest.fixture(autouse=True)
def quick_to_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cheapest Argon2id there is, as for the web."""
    monkeypatch.setattr(passwords, "PasswordHasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> str:
    """The three settings that suffice, for a fresh migrated database; its address."""
    monkeypatch.setenv("CLINIC_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("CLINIC_SECRET_KEY", "k" * 32)
    monkeypatch.setenv("CLINIC_URL", "http://clinic.test")
    return sqlite_url


@pytest.fixture
def database(environment: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The database of these settings, at the time of the small practice."""
    monkeypatch.setattr(wiring, "now", lambda: NOW)
    engine = open_engine(environment)
    yield Database(engine)
    engine.dispose()
