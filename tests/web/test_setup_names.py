"""What the practice may be called where its name stands in titles and subjects."""

from clinic.db.unit import Database
from tests.web.conftest import Browser
from tests.web.test_setup import acts, fields


def test_the_name_in_titles_and_subjects_may_not_say_what_is_treated(admin: Browser, sqlite_database: Database) -> None:
    form = fields(admin.get("/setup/practice").text)
    answer = admin.send("/setup/practice", **form | {"neutral_name": "Nacken & Nadel"})
    assert answer.status_code == 400
    assert 'id="neutral_name-fault"' in answer.text
    assert "“nacken” says what is treated, and calendars and subjects show this name" in answer.text
    assert 'value="Nacken &amp; Nadel"' in answer.text
    assert acts(sqlite_database) == []
    assert admin.send("/setup/practice", **form | {"neutral_name": "Linden", "key": "b"}).status_code == 303
