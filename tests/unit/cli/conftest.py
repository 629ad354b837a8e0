import pytest
from argon2 import PasswordHasher

from clinic.services.access import passwords


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
