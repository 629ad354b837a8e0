"""Pages in the reader's language: a patient's own behind his link, the browser's where nobody is known, English for
staff."""

import re
from collections.abc import Callable

import pytest

from clinic.db.unit import Database
from clinic.domain.visits.visit import Status
from clinic.web.languages import Catalogs
from tests.db.post import THURSDAY, Post
from tests.web.conftest import Browser, Clock
from tests.web.test_words import Bracketed, book, untranslated
from tests.world import build

SAID = {
    "en": ("Your visit", "Monday 23 November 2026", "10:00–10:45 (Berlin time, CET)", "Add to my calendar"),
    "de": ("Ihr Termin", "Montag, 23. November 2026", "10:00–10:45 Uhr (Ortszeit Berlin, MEZ)", "In meinen Kalender"),
    "es": ("Su cita", "lunes 23 de noviembre de 2026", "10:00–10:45 (hora de Berlín, CET)", "Añadir a mi calendario"),
    "fr": ("Votre rendez-vous", "lundi 23 novembre 2026", "10:00–10:45 (heure locale", "Ajouter à mon agenda"),
}
ENDED = {
    "en": "This link has ended",
    "de": "Dieser Link gilt nicht mehr",
    "es": "Este enlace ya no es válido",
    "fr": "Ce lien n’est plus valable",
}


def lang(page: str) -> str:
    return re.findall(r'<html lang="([^"]*)"', page)[0]


@pytest.fixture
def post(sqlite_database: Database, clock: Clock) -> Post:
    made = Post(sqlite_database, build(sqlite_database))
    clock.at = made.now
    return made


def linked(post: Post, clock: Clock, **patient: object) -> str:
    """The address of the link to a visit of a patient who is like that."""
    post.patient(**patient).book().run()
    clock.at = post.now
    return "/v/" + post.pages[-1].text.partition("/v/")[2].split()[0]


@pytest.mark.parametrize("language", SAID)
def test_a_visits_page_speaks_the_patients_language_whatever_the_browser_asks_for(
    client: Browser, post: Post, clock: Clock, language: str
) -> None:
    path = linked(post, clock, language=f"{language}-CH")
    for asked in ("fr", "de", "zh"):
        page = client.get(path, headers={"Accept-Language": asked}).text
        assert lang(page) == language
        for words in SAID[language]:
            assert words in page


def test_a_patient_elsewhere_is_told_both_times(client: Browser, post: Post, clock: Clock) -> None:
    path = linked(post, clock, language="de", tz="Europe/London")
    assert "10:00–10:45 Uhr in Berlin (09:00–09:45 Uhr Ihrer Zeit, London)" in client.get(path).text


def test_the_file_of_a_visit_speaks_the_patients_language(client: Browser, post: Post, clock: Clock) -> None:
    path = linked(post, clock, language="fr")
    assert "SUMMARY:Rendez-vous\r\n" in client.get(f"{path}/visit.ics").text
    post.turn(Status.CANCELLED)
    assert "SUMMARY:Annulé : Rendez-vous\r\n" in client.get(f"{path}/visit.ics").text
    assert "Ce rendez-vous est annulé." in client.get(path).text


@pytest.mark.parametrize("asked", [*ENDED, "de-AT,de;q=0.9,en;q=0.5", "zh,ja;q=0.8", ""])
def test_where_no_patient_is_known_the_browsers_language_is_spoken(client: Browser, post: Post, asked: str) -> None:
    language = asked[:2] if asked[:2] in ENDED else "en"
    for path in ("/v/unknown", "/v/unknown/visit.ics"):
        page = client.get(path, headers={"Accept-Language": asked}).text
        assert (lang(page), ENDED[language] in page) == (language, True)


def test_a_visitor_who_is_lost_is_told_so_in_his_language_and_not_as_staff(client: Browser, post: Post) -> None:
    page = client.get("/nowhere", headers={"Accept-Language": "de"}).text
    assert lang(page) == "de"
    assert "rufen Sie uns an" in page
    assert "Tagesplan" not in page
    assert "Zur Startseite" not in page


def test_too_many_tries_are_told_in_the_visitors_language(client: Browser, post: Post) -> None:
    for _ in range(30):
        client.get("/v/unknown")
    page = client.get("/v/unknown", headers={"Accept-Language": "es"})
    assert page.status_code == 429
    assert "Demasiados intentos" in page.text
    assert "Too many" not in page.text


def test_staff_work_in_english(signed_in: Callable[[str], Browser], post: Post) -> None:
    desk = signed_in("admin")
    for path in ("/day/2026-11-20", "/nowhere", "/patients"):
        page = desk.get(path, headers={"Accept-Language": "de"}).text
        assert lang(page) == "en"
    assert "start from the day board" in desk.get("/nowhere").text


@pytest.mark.parametrize("state", ["booked", "moved", "cancelled", "ended"])
def test_every_word_of_a_patients_page_goes_through_gettext(
    client: Browser, post: Post, clock: Clock, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = linked(post, clock, language="en")
    if state == "moved":
        post.later(minutes=1).move(THURSDAY)
    elif state == "cancelled":
        post.turn(Status.CANCELLED)
    monkeypatch.setattr(Catalogs, "get_translations", lambda _: Bracketed())
    page = client.get("/v/unknown" if state == "ended" else path).text
    assert "⟦" in page
    assert set(untranslated(page)) <= {"10:00–10:45 (Berlin time, CET)"}, (
        "days and times are said by the letters' words"
    )


@pytest.mark.parametrize("language", SAID)
def test_a_course_is_handed_out_in_the_patients_language(
    signed_in: Callable[[str], Browser], post: Post, language: str
) -> None:
    post.patient(language=language, disclosure=3)
    desk = signed_in("admin")
    page = desk.get(f"{book(desk)}/handout").text
    said = {
        "en": ("Tension-type headache", "Your visits", "Call 112 now", "All times are the clinic’s: Berlin time."),
        "de": ("Spannungskopfschmerz", "Ihre Termine", "Rufen Sie sofort 112 an", "Uhr</td>", "Ortszeit Berlin"),
        "es": ("Cefalea tensional", "Sus citas", "Llame ya al 112", "hora de Berlín"),
        "fr": ("Céphalée de tension", "Vos rendez-vous", "Appelez tout de suite le 112", "celles du cabinet"),
    }
    assert lang(page) == language
    for words in said[language]:
        assert words in page
    assert lang(desk.get("/patients").text) == "en"
