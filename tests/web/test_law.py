"""What the law says where the practice works, on a page that is read."""

import pytest
from sqlalchemy import update

from clinic.db.tables.practice import location
from clinic.db.unit import Database
from tests.web.conftest import Enter
from tests.web.test_setup import code, fields, known
from tests.world import build


@pytest.mark.parametrize(
    ("where", "named", "assistant", "incident"),
    [
        ("US-FL", "Florida (United States)", "not allowed", "within 15 days"),
        ("DE-BE", "Berlin (Germany)", "no: nothing is known that allows it", "no deadline is known"),
    ],
)
def test_each_location_shows_what_holds_there_and_all_lines_their_source(
    sqlite_database: Database, signed_in: Enter, where: str, named: str, assistant: str, incident: str
) -> None:
    build(sqlite_database)
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(location).values(jurisdiction=where))
    admin = signed_in("admin")
    page = admin.get("/setup/law").text
    for value in (named, assistant, incident):
        assert f"<dd>{value}</dd>" in page
    assert '<th scope="row">Florida (United States)</th>' in page
    assert "Fla. Stat. 486.117; FAC 64B17-6.008 (law)" in page
    assert "Assistants needle: not allowed" in page
    assert 'href="/setup/law"' in admin.get("/setup").text


def test_who_does_not_run_the_practice_does_not_set_it_up(sqlite_database: Database, signed_in: Enter) -> None:
    build(sqlite_database)
    assert signed_in("therapist").get("/setup/law").status_code == 403


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("", "DE-BE"),
        ("berlin", "DE-BE"),
        ("BE", "DE-BE"),
        ("Germany", "DE"),
        ("DE", "DE"),
        ("US-FL", "US-FL"),
    ],
)
def test_whose_law_counts_is_said_by_name_or_code(
    sqlite_database: Database, signed_in: Enter, said: str, kept: str
) -> None:
    build(sqlite_database)
    admin = signed_in("admin")
    path = f"/setup/locations/{code(sqlite_database, 'location')}"
    form = fields(admin.get(path).text) | {"country": "DE", "subdivision": "Berlin", "jurisdiction": said}
    assert admin.send(path, **form).status_code == 303
    assert known(sqlite_database).locations[0].jurisdiction == kept
    assert admin.send(path, **fields(admin.get(path).text) | {"key": "b"}).status_code == 303
    assert known(sqlite_database).locations[0].jurisdiction == kept
