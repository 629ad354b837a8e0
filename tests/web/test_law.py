"""What the law says where the practice works, on a page that is read."""

from collections.abc import Callable

import pytest
from sqlalchemy import update

from clinic.db.tables.practice import location
from clinic.db.unit import Database
from tests.web.conftest import Browser
from tests.world import build

Enter = Callable[[str], Browser]


@pytest.mark.parametrize(
    ("where", "assistant", "incident"),
    [
        ("US-FL", "not allowed", "within 15 days"),
        ("DE-BE", "no: nothing is known that allows it", "no deadline is known"),
    ],
)
def test_each_location_shows_what_holds_there_and_all_lines_their_source(
    sqlite_database: Database, signed_in: Enter, where: str, assistant: str, incident: str
) -> None:
    build(sqlite_database)
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(location).values(jurisdiction=where))
    admin = signed_in("admin")
    page = admin.get("/setup/law").text
    for value in (where, assistant, incident):
        assert f"<dd>{value}</dd>" in page
    assert "Fla. Stat. 486.117; FAC 64B17-6.008 (law)" in page
    assert "Assistants needle: not allowed" in page
    assert 'href="/setup/law"' in admin.get("/setup").text


def test_who_does_not_run_the_practice_does_not_set_it_up(sqlite_database: Database, signed_in: Enter) -> None:
    build(sqlite_database)
    assert signed_in("therapist").get("/setup/law").status_code == 403
