"""Somebody new is taken on while something else is done, and nobody twice."""

import re

import pytest

from tests.web.conftest import Browser
from tests.web.test_patients import MIKA


def test_somebody_who_is_not_there_is_taken_on_on_the_way_to_a_visit(desk: Browser) -> None:
    page = desk.send("/visits/new", q="Quill, Mara 1.3.80")
    assert 'formaction="/patients/begin" name="then" value="visit"' in page.text
    form = desk.send("/patients/begin", q="Quill, mara 1.3.80", then="visit").text
    for name, value in (("given_name", "Mara"), ("family_name", "Quill"), ("born", "1980-03-01")):
        assert re.search(rf'name="{name}" type="[a-z]+" value="{value}"', form), name
    made = desk.send("/patients/new", **{**MIKA, "then": "visit", "key": "a"})
    assert re.fullmatch(r"/visits/new\?patient=\w+", made.headers["Location"])
    assert "Mika Jo Sample" in desk.get(made.headers["Location"]).text
    course = desk.send("/patients/new", **{**MIKA, "born": "1999-01-01", "then": "course", "key": "b"})
    assert course.headers["Location"].startswith("/courses/new?patient=")


@pytest.mark.parametrize("typed", ["mara quill", "Quill, Mara"])
def test_what_was_typed_is_read_as_a_name(desk: Browser, typed: str) -> None:
    form = desk.send("/patients/begin", q=typed, then="visit").text
    assert re.search('name="family_name" type="text" value="Quill"', form)
    assert re.search('name="given_name" type="text" value="Mara"', form)


def test_who_is_called_almost_so_and_has_the_birth_date_is_offered_first(desk: Browser) -> None:
    known = desk.send("/patients/new", **{**MIKA, "key": "a"}).headers["Location"]
    again = desk.send("/patients/new", **{**MIKA, "family_name": "Smaple", "then": "visit", "key": "b"})
    assert again.status_code == 409
    assert "Is it one of these?" in again.text
    assert "born 29 Feb 1980" in again.text
    assert f'href="/visits/new?patient={known.rpartition("/")[2]}"' in again.text
    assert desk.send("/patients/new", **{**MIKA, "born": "1980-02-28", "key": "c"}).status_code == 303
    other = {**MIKA, "family_name": "Smaple", "another": "1", "key": "b"}
    assert desk.send("/patients/new", **other).status_code == 303
