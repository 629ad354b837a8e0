"""The practice's own notes on screen: reworded, looked at, approved, told, and back to what ships."""

import re
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from clinic.db.messages import notes as rows
from clinic.domain.messages.notes import PARTS
from clinic.services.messages import notes
from tests.db.post import Post
from tests.web.conftest import Browser
from tests.web.test_visit_link import link

ROLES = Callable[[str], Browser]
PAGE = "/notes/dry-needling/en"


@pytest.fixture
def post(sent: Post) -> Post:
    return sent


def fields(**changed: str) -> dict[str, str]:
    """The form as it comes, with some fields otherwise."""
    base = notes.as_shipped("dry-needling", "en")
    found = {}
    for part in PARTS:
        for n, line in enumerate(getattr(base, part)):
            found |= {f"{part}-{n}-full": line.full, f"{part}-{n}-neutral": line.neutral}
    return found | {name.replace("_x_", "-"): value for name, value in changed.items()}


def write(desk: Browser, seen: int = 0, **changed: str) -> TestResponse:
    return desk.send(PAGE, version=seen, key=f"w{seen}", **fields(**changed))


def behind(client: Browser, post: Post) -> str:
    return client.send(f"{link(post)}/notes", born_on="1980-03-01").text


def test_the_list_shows_every_note_in_a_language(post: Post, signed_in: ROLES) -> None:
    desk = signed_in("therapist")
    english, german = desk.get("/notes").text, desk.get("/notes?language=de").text
    assert english.count("as shipped") == german.count("as shipped") > 20
    assert PAGE in english
    assert "/notes/dry-needling/de" in german
    assert "every region" in english


def test_what_is_wrong_with_a_line_names_it_as_the_form_does(post: Post, signed_in: ROLES) -> None:
    desk = signed_in("therapist")
    refused = write(desk, before_x_1_x_full="", after_x_0_x_neutral="a\x00b")
    assert refused.status_code == 400
    assert '<a href="#before-1-full">Before a visit, line 2 is empty: fill it in.</a>' in refused.text
    assert "After a visit, line 1, in neutral words contains characters" in refused.text


def test_what_each_line_rests_on_is_said_in_words(post: Post, signed_in: ROLES) -> None:
    page = signed_in("admin").get("/notes/dry-needling/en").text
    said = set(re.findall(r'data-label="Confidence">([^<]+)<', page))
    assert said
    assert all(re.fullmatch(r"[A-Z] \w.+", one) for one in said)
    assert "Configurable default: " not in page


def test_a_note_is_reworded_approved_and_told(post: Post, signed_in: ROLES, client: Browser) -> None:
    desk = signed_in("therapist")
    assert 'name="urgent-0-full"' in desk.get(f"{PAGE}/edit").text
    answer = write(
        desk, after_x_0_x_full="Rest **well**, [more](https://example.org/rest).", after_x_0_x_neutral="Rest."
    )
    assert (answer.status_code, answer.location) == (303, PAGE)
    page = desk.get(PAGE).text
    assert "waits for approval" in page
    assert 'Rest <strong>well</strong>, <a href="https://example.org/rest"' in page
    assert "Rest well, more (https://example.org/rest)." in page
    assert "version 1 waits for approval" in desk.get("/notes").text
    assert "Rest" not in behind(client, post)
    assert desk.send(f"{PAGE}/approve", version=1001, key="a1").status_code == 303
    assert "Rest <strong>well</strong>" in behind(client, post)
    page = desk.get(PAGE).text
    assert "waits for approval" not in page
    assert "in use: version 1" in page
    assert re.search(r"approved \w+ 20 November 2026 by", page)
    assert "version 1" in desk.get("/notes").text


def test_the_shipped_text_comes_back_and_the_history_stays(post: Post, signed_in: ROLES, client: Browser) -> None:
    desk = signed_in("therapist")
    write(desk, after_x_0_x_full="Rest well.", after_x_0_x_neutral="Rest.")
    desk.send(f"{PAGE}/approve", version=1001, key="a1")
    assert desk.send(f"{PAGE}/shipped", version=1001, key="s1").status_code == 303
    assert "Rest well." not in behind(client, post)
    page = desk.get(PAGE).text
    assert "version 2: as shipped" in page
    assert "in use: as shipped" in page
    assert "Back to the shipped text" not in page
    first = desk.get(f"{PAGE}?version=1001").text
    assert "<ins>Rest well.</ins>" in first
    assert "Changes since: as shipped" in first
    assert "waits for approval" not in first
    for astray in ("1003", "x"):
        assert desk.get(f"{PAGE}?version={astray}").status_code == 404


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"urgent_x_0_x_full": "", "urgent_x_0_x_neutral": ""}, "less about urgent help"),
        ({"after_x_0_x_neutral": "Your needling."}, "may not see"),
        ({"after_x_0_x_full": "{birth_date}"}, "birth_date"),
        ({}, "Nothing in the note is different"),
    ],
)
def test_what_cannot_be_told_is_said_beside_its_line(
    post: Post, signed_in: ROLES, changed: dict[str, str], sentence: str
) -> None:
    answer = write(signed_in("therapist"), **changed)
    assert answer.status_code == 400
    assert sentence in answer.text
    with post.database.read() as unit:
        assert rows.latest(unit.connection) == ()


def test_who_edits_what_somebody_changed_meanwhile_is_told(post: Post, signed_in: ROLES) -> None:
    desk = signed_in("therapist")
    write(desk, after_x_0_x_full="One.")
    assert desk.send(PAGE, version=0, key="other", **fields(after_x_0_x_full="Two.")).status_code == 409
    assert desk.send(f"{PAGE}/approve", version=0, key="a").status_code == 409


def test_a_script_in_a_note_is_text_wherever_it_is_shown(post: Post, signed_in: ROLES, client: Browser) -> None:
    desk, evil = signed_in("therapist"), "<script>alert(1)</script> <img src=x onerror=alert(1)>"
    write(desk, after_x_0_x_full=evil, after_x_0_x_neutral=evil)
    pages = [desk.get(PAGE).text, desk.get(f"{PAGE}/edit").text]
    desk.send(f"{PAGE}/approve", version=1001, key="a1")
    for page in (*pages, desk.get(PAGE).text, behind(client, post)):
        assert "alert(1)" in page
        assert "<script>alert" not in page
        assert "<img" not in page


def test_only_who_may_edit_notes_sees_them(post: Post, signed_in: ROLES) -> None:
    for role in ("front desk", "assistant"):
        assert signed_in(role).get("/notes").status_code == 403
    desk = signed_in("therapist")
    for astray in ("/notes/nothing/en", "/notes/dry-needling/xx", "/notes/nothing/en/edit"):
        assert desk.get(astray).status_code == 404


def test_an_approved_note_reaches_subscribed_calendars_as_a_change_that_asks_for_no_answer(
    post: Post, signed_in: ROLES
) -> None:
    post.patient(disclosure=3)
    desk = signed_in("admin")
    made = desk.send("/patients/patient1/calendars", name="phone", key="k")
    found = re.search(r"http://clinic.test(/feeds/[^<]*\.ics)", made.text)
    assert found is not None
    before = desk.get(found[1])
    write(desk, after_x_0_x_full="Sleep well.", after_x_0_x_neutral="Sleep well.")
    assert desk.get(found[1]).data == before.data
    desk.send(f"{PAGE}/approve", version=1001, key="a1")
    after = desk.get(found[1])
    assert b"Sleep well." in after.data
    assert after.headers["ETag"] != before.headers["ETag"]
    assert re.findall(rb"SEQUENCE:\d+", after.data) == re.findall(rb"SEQUENCE:\d+", before.data)
