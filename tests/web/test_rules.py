"""The page of the safety rules: every rule, how often it spoke, and what a practice may choose."""

import pytest

from clinic.db.care import settings
from clinic.db.unit import Database
from clinic.domain.care.findings import Level
from tests.web.conftest import Browser, Enter
from tests.world import NOW, build


@pytest.fixture
def admin(sqlite_database: Database, signed_in: Enter) -> Browser:
    build(sqlite_database)
    return signed_in("admin")


def test_every_rule_is_listed_with_its_ground_and_how_often_it_spoke(admin: Browser, sqlite_database: Database) -> None:
    with sqlite_database.begin() as unit:
        settings.spoke(unit.connection, [(16, "asked"), (16, "overridden")], NOW)
        settings.spoke(unit.connection, [], NOW)
    page = admin.get("/rules")
    assert page.status_code == 200
    assert page.text.count("<section class=") == 42
    assert "warned 0, asked 1, set aside 1, forbade 0" in page.text
    assert "listed, not applied by the software" not in page.text
    assert page.text.count('name="level"') == 10


def test_a_practice_chooses_a_level_that_is_offered(admin: Browser, sqlite_database: Database) -> None:
    for _ in range(2):
        assert admin.send("/rules/14", level="override", key="once").status_code == 303
    with sqlite_database.read() as unit:
        assert settings.levels(unit.connection) == {14: Level.OVERRIDE}
    assert admin.send("/rules/26", level="warn").status_code == 400
    assert admin.send("/rules/14", level="shout").status_code == 400
    assert admin.send("/rules/99", level="warn").status_code == 404


def test_the_desk_reads_the_rules_and_changes_none(sqlite_database: Database, signed_in: Enter) -> None:
    build(sqlite_database)
    desk = signed_in("front desk")
    assert 'name="level"' not in desk.get("/rules").text
    assert desk.send("/rules/14", level="override").status_code == 403
