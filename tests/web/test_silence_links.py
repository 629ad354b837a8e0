"""What patients say behind the links of letters gets into no log and no figure: check-ins, offers of the wait list."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from clinic.content import checkin as asked
from clinic.content import screening
from clinic.db.tables.messages import visit_link
from clinic.db.tables.patients import patient
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain.time import instant_of
from clinic.services.access.sessions import hashed
from clinic.web.messages import checkin, offered, questions
from tests.waiting import crowd, given_back, offer, offers, wait
from tests.web.conftest import Browser, Clock
from tests.web.ear import BORN, EMAIL, FAMILY, GIVEN, NUMBER, Ear, figures, link, listening, quill
from tests.world import NOW, at


@pytest.fixture
def ear(capsys: pytest.CaptureFixture[str]) -> Iterator[Ear]:
    yield from listening(capsys)


def test_what_a_patient_says_after_a_visit_is_not_told(
    ear: Ear, client: Browser, sqlite_database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = quill(sqlite_database, clock)
    token, words = link(post), "Quillfeather feels the blackberry"
    ear.keep(link=token, link_hash=hashed(token), words="blackberry")
    with post.database.begin() as unit:
        unit.connection.execute(update(appointment).values(status="done"))
        unit.connection.execute(update(visit_link).values(expires_at=post.now + timedelta(days=30)))
    clock.at = instant_of(at("2026-11-26", 12))
    path, born = f"/v/{token}/today", {"born_on": BORN.isoformat(), "hours": 24, "version": 0, "words": words}
    calm = {f"alarm-{one.sign.name}": "0" for one in asked.load().alarms} | {"pain": 1, "soreness": 1, "felt": "nausea"}
    assert [client.get(f"/v/{token}x/today").status_code, client.get(path).status_code] == [404, 200]
    for sent, status in (({"born_on": "1951-02-04"}, 400), (born, 200)):
        assert client.send(path, **sent).status_code == status
    for more, key, status in (({}, "a", 400), (calm, "b", 200), (calm, "c", 409), ({"alarm-fever": "1"}, "d", 200)):
        assert client.send(f"{path}/answers", **born | more | {"key": key}).status_code == status
    monkeypatch.setattr(checkin.checkins, "ask", lambda *_, **__: {}[f"{FAMILY} {words} {token}"])
    assert client.send(path, **born).status_code == 500
    assert ear.heard(figures(client)) == []
    assert "KeyError" in ear.told


def test_what_a_patient_is_asked_before_a_visit_is_not_told(
    ear: Ear, client: Browser, sqlite_database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = quill(sqlite_database, clock)
    token, words = link(post), f"{FAMILY} has it in the forearm"
    ear.keep(link=token, link_hash=hashed(token), region="forearm", due="2026-01-02")
    path, born = f"/v/{token}/questions", {"born_on": BORN.isoformat(), "version": 0}
    calm = {one.field: {"yes": "0", "degree": "steady"}.get(one.kind, "") for one in screening.load().standing}
    calm |= {"varicose": "forearm", "implants": "hand", "surgery_regions": "hand", "surgery_on": "2026-01-02"}
    calm |= {"lymphoedema": "left-arm", "lymph_nodes": "left-arm"}
    assert [client.get(f"/v/{token}x/questions").status_code, client.get(path).status_code] == [404, 200]
    for sent, status in (({"born_on": "1951-02-04"}, 400), (born, 200)):
        assert client.send(path, **sent).status_code == status
    for more, key, status in (({}, "a", 400), (calm, "b", 200), (calm, "c", 409), (calm | {"due_on": "x"}, "d", 400)):
        assert client.send(f"{path}/answers", **born | more | {"key": key}).status_code == status
    monkeypatch.setattr(questions.questions, "ask", lambda *_, **__: {}[f"{words} {token}"])
    assert client.send(path, **born).status_code == 500
    assert ear.heard(figures(client)) == []
    assert "KeyError" in ear.told


def test_an_offer_of_the_wait_list_and_its_answer_is_not_told(
    ear: Ear, client: Browser, sqlite_database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.at, given = NOW, sqlite_database
    given_back(given, crowd(given))
    with given.begin() as unit:
        who = {"family_name": FAMILY, "given_names": GIVEN, "email": EMAIL, "phone": NUMBER, "birth_on": BORN}
        unit.connection.execute(update(patient).values(**who))
    offer(given, [wait(given, 1)])
    token = f"token{offers(given)[0].id}"
    ear.keep(offer_hash=hashed(token), link=f"/w/{token}")
    assert [client.get(path).status_code for path in (f"/w/{token}x", f"/w/{token}")] == [404, 200]
    for act, sent, status in (("take", {"version": 99}, 409), ("leave", {"version": 1}, 303), ("take", {}, 400)):
        assert client.send(f"/w/{token}/{act}", key=f"{act}{status}", **sent).status_code == status
    monkeypatch.setattr(offered.freed, "by_token", lambda *_: {}[f"{FAMILY} {EMAIL} {token}"])
    assert client.get(f"/w/{token}").status_code == 500
    assert ear.heard(figures(client)) == []
    assert "KeyError" in ear.told
