"""What the pages behind the link in a mail show: how the visit stands, the notes, nothing clinical before, no names."""

import pytest
from sqlalchemy import update

from clinic.db.tables import meta
from clinic.db.tables.visits import appointment
from tests.db.post import Post
from tests.web.conftest import Browser
from tests.web.test_visit_link import link, send
from tests.world import at

LONDON = {"tz": "Europe/London"}
SAID = {
    "de": ("Termin bestätigen", "Diese Zeiten sind frei", "Termin absagen?", "Geburtsdatum"),
    "es": ("Confirmar la cita", "Estas horas están libres", "¿Cancelar su cita?", "Fecha de nacimiento"),
    "fr": ("Confirmer le rendez-vous", "Ces horaires sont libres", "Annuler votre rendez-vous", "Date de naissance"),
}


@pytest.fixture
def post(sent: Post) -> Post:
    return sent


@pytest.fixture
def path(post: Post) -> str:
    return link(post)


def everything(post: Post) -> dict[str, list[object]]:
    return {table.name: post.rows(table) for table in meta.metadata.sorted_tables if "id" in table.c}


def test_opening_any_of_its_pages_changes_nothing_however_often(client: Browser, post: Post, path: str) -> None:
    before = everything(post)
    for _ in range(3):
        for page in ("", "/move", "/cancel", "/notes", "/visit.ics"):
            assert client.head(path + page).status_code == client.get(path + page).status_code == 200
    assert everything(post) == before


def test_no_page_says_who_treats_what(client: Browser, path: str) -> None:
    for page in ("", "/move", "/cancel", "/notes"):
        shown = client.get(path + page)
        for secret in ("Adler", "Ada", "Lindqvist", "Marin", "eedle", "eedling", "houlder", "<script", "1980"):
            assert secret not in shown.text
        assert shown.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert shown.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"status": "held"}, "not agreed yet"),
        ({"status": "pencilled"}, "not agreed yet"),
        ({"status": "released"}, "is cancelled"),
        ({"status": "arrived"}, "has begun"),
        ({"status": "in_session"}, "has begun"),
        ({"status": "done"}, "is over"),
        ({"status": "no_show"}, "is over"),
    ],
)
def test_whatever_became_of_it_is_said_in_words_and_nothing_is_left_to_do(
    client: Browser, post: Post, path: str, values: dict[str, str], sentence: str
) -> None:
    with post.database.begin() as unit:
        unit.connection.execute(update(appointment).values(**values))
    page = client.get(path).text
    assert sentence in page
    assert "<form" not in page
    for act in ("confirm", "cancel", "move"):
        answer = send(client, post, path, act, start=f"{at('2026-11-26', 10)}|staff1|room1")
        assert answer.status_code == 400
    assert "Cancel your visit?" not in client.get(f"{path}/cancel").text


def test_the_notes_are_shown_to_who_knows_the_date_of_birth(client: Browser, post: Post, path: str) -> None:
    asked = client.get(f"{path}/notes").text
    assert "date of birth" in asked
    assert "112" not in asked
    for wrong in ("1980-03-02", "", "yesterday", "19800301xx", "1980-W09-6"):
        answer = client.send(f"{path}/notes", born_on=wrong)
        assert (answer.status_code, "112" in answer.text) == (400, False)
    told = client.send(f"{path}/notes", born_on="1980-03-01")
    assert told.status_code == 200
    assert "When to get help now" in told.text
    assert "112" in told.text
    assert told.text.index("When to get help now") < told.text.index("After a visit")


def test_the_date_of_birth_cannot_be_found_by_trying(client: Browser, path: str) -> None:
    codes = [client.send(f"{path}/notes", born_on=f"1980-01-{day:02}").status_code for day in range(1, 7)]
    assert codes == [400] * 5 + [429]
    assert client.send(f"{path}/notes", born_on="1980-03-01").status_code == 429


@pytest.mark.parametrize("language", SAID)
def test_every_page_speaks_the_patients_language_and_tells_both_times(
    client: Browser, post: Post, language: str
) -> None:
    post.patient(language=language, email="anew@example.org", **LONDON).run()
    path = link(post)
    shown = [client.get(path + page).text for page in ("", "/move", "/cancel", "/notes")]
    assert all(words in page for words, page in zip(SAID[language], shown, strict=True))
    assert all(f'<html lang="{language}"' in page for page in shown)
    for page in shown[:3]:
        assert "9:00" in page, "10:00 in Berlin is 9:00 in London"
