import pytest


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> str:
    """The three settings that suffice, for a fresh migrated database; its address."""
    monkeypatch.setenv("CLINIC_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("CLINIC_SECRET_KEY", "k" * 32)
    monkeypatch.setenv("CLINIC_URL", "http://clinic.test")
    return sqlite_url
