import re

import pytest
from werkzeug.test import TestResponse

from clinic.db.unit import Database
from clinic.domain.care.screening import Answers
from clinic.domain.practice.modality import Modality
from tests.cared import screened
from tests.under_way import under_way
from tests.web.conftest import Browser
from tests.world import World

ASKED = {
    "patient": "patient1",
    "kind": "dry-needling",
    "location": "loc1",
    "therapist": "",
    "date": "2026-11-23",
    "region": "shoulder",
    "side": "right",
}


@pytest.fixture
def desk(world: World, signed_in) -> Browser:  # type: ignore[no-untyped-def]
    return signed_in("admin")


def hidden(page: TestResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found is not None, page.text
    return found[1]


def times(page: TestResponse) -> list[str]:
    return re.findall(r'type="radio" name="start" value="([^"]*)"', page.text)


def book(desk: Browser, at: int = 0, **changed: str) -> TestResponse:
    page = desk.send("/visits/new", **{**ASKED, **changed})
    return desk.send("/visits", **{**ASKED, **changed, "start": times(page)[at], "key": hidden(page, "key")})


def test_a_single_visit_is_booked_at_a_free_time(desk: Browser) -> None:
    assert desk.get("/visits/new?patient=patient1").status_code == 200
    booked = book(desk)
    assert booked.status_code == 303
    panel = desk.get(booked.headers["Location"])
    assert "Ada Adler1" in panel.text
    assert "Dry needling" in panel.text
    assert "A letter to the patient goes out at" in panel.text


def test_later_days_are_offered(desk: Browser) -> None:
    first = desk.send("/visits/new", **ASKED)
    later = hidden(first, "later")
    assert times(desk.send("/visits/new", **ASKED, later=later))[0] > times(first)[-1]


def test_a_time_that_is_gone_is_said_beside_other_times(desk: Browser) -> None:
    page = desk.send("/visits/new", **ASKED)
    assert book(desk).status_code == 303
    gone = desk.send("/visits", **{**ASKED, "patient": "patient2", "start": times(page)[0], "key": "k"})
    assert gone.status_code == 409
    assert gone.text.index("Nearest") < gone.text.index("Monday 23 November")
    assert times(gone)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"start": ""}, 400),
        ({"kind": "leeches"}, 400),
        ({"region": "soul"}, 400),
        ({"patient": "nobody"}, 404),
    ],
)
def test_a_wrong_booking_says_what_is_wrong(desk: Browser, changed: dict[str, str], status: int) -> None:
    page = desk.send("/visits/new", **ASKED)
    assert desk.send("/visits", **{**ASKED, "start": times(page)[0], **changed}).status_code == status


@pytest.mark.parametrize("changed", [{"date": "someday"}, {"patient": ""}, {"patient": "nobody"}, {"kind": ""}])
def test_without_a_whole_question_no_times_are_offered(desk: Browser, changed: dict[str, str]) -> None:
    page = desk.send("/visits/new", **{**ASKED, **changed, "q": "ada"})
    assert page.status_code == 200
    assert times(page) == []


def test_a_visit_moves_to_a_listed_time_and_a_stale_form_is_told(desk: Browser) -> None:
    address = book(desk).headers["Location"]
    page = desk.get(f"{address}/move")
    form = {"start": times(page)[-1], "version": hidden(page, "version"), "key": hidden(page, "key"), "reason": ""}
    assert desk.send(f"{address}/move", **form).status_code == 303
    assert desk.send(f"{address}/move", **form).status_code == 303
    stale = desk.send(f"{address}/move", **{**form, "key": "another"})
    assert stale.status_code == 409
    assert f'href="{address}">Reload and look again' in stale.text
    later = re.search(r'href="([^"]*/move\?on=[^"]*)"', page.text)
    assert later is not None
    assert desk.get(later[1]).status_code == 200


def test_a_move_to_no_time_or_to_a_taken_one_shows_the_form_again(desk: Browser) -> None:
    address = book(desk).headers["Location"]
    page = desk.get(f"{address}/move")
    version = hidden(page, "version")
    assert desk.send(f"{address}/move", start="soon", version=version).status_code == 400
    taken = times(page)[0].split("|")
    answer = desk.send(f"{address}/move", start=f"{int(taken[0]) + 1}|{taken[1]}|{taken[2]}", version=version)
    assert answer.status_code == 409
    assert times(answer)


def test_a_move_that_needs_a_reason_asks_for_it(desk: Browser) -> None:
    assert book(desk, kind="dry-needling").status_code == 303
    second = desk.send("/visits/new", **{**ASKED, "date": "2026-11-25"})
    address = desk.send("/visits", **{**ASKED, "start": times(second)[-1], "key": "b", "reason": "asked"}).headers[
        "Location"
    ]
    page = desk.get(f"{address}/move?on=2026-11-24")
    soon = next(
        value
        for value, label in re.findall(r'name="start" value="([^"]*)"(.*?)</label>', page.text, re.DOTALL)
        if "needs a reason" in label
    )
    form = {"start": soon, "version": hidden(page, "version")}
    refused = desk.send(f"{address}/move", **form)
    assert refused.status_code == 422
    assert "hours" in refused.text
    assert desk.send(f"{address}/move", **form, reason="The patient travels").status_code == 303
    assert "The patient travels" in desk.get(address).text


def test_who_may_not_set_a_rule_aside_is_not_offered_what_needs_it(desk: Browser, signed_in) -> None:  # type: ignore[no-untyped-def]
    visit = book(desk).headers["Location"]
    book(desk, date="2026-11-30")
    front = signed_in("front desk")
    assert "needs a reason" in desk.get(f"{visit}/move?on=2026-11-30").text
    offered = front.get(f"{visit}/move?on=2026-11-30")
    assert "needs a reason" not in offered.text
    assert set(times(offered)) < set(times(desk.get(f"{visit}/move?on=2026-11-30")))


def test_a_cancelled_visit_says_why_in_words(desk: Browser) -> None:
    for note, said in (("", "Cancelled: The patient is ill"), ("flu", "Cancelled: The patient is ill (flu)")):
        visit = book(desk).headers["Location"]
        version = hidden(desk.get(f"{visit}/cancel"), "version")
        desk.send(f"{visit}/cancel", version=version, reason="patient_ill", note=note)
        assert f"<p>{said}</p>" in desk.get(visit).text


def test_a_visit_is_cancelled_with_a_reason(desk: Browser) -> None:
    address = book(desk).headers["Location"]
    page = desk.get(f"{address}/cancel")
    version = hidden(page, "version")
    assert desk.send(f"{address}/cancel", version=version).status_code == 400
    done = desk.send(f"{address}/cancel", version=version, reason="patient_ill", note="flu")
    assert done.status_code == 303
    panel = desk.get(address)
    assert "Cancelled" in panel.text
    assert "Move…" not in panel.text
    assert desk.get(f"{address}/move").status_code == 400


def test_a_pencilled_visit_can_be_confirmed_by_itself(desk: Browser) -> None:
    wishes = {"patient": "patient1", "protocol": "tension-headache", "start": "2026-11-23", "location": "loc1"}
    shown = desk.send("/courses/preview", **wishes)
    expected = re.findall(r'name="expect" value="([^"]*)"', shown.text)
    course = desk.get(desk.send("/courses", **wishes, expect=expected).headers["Location"])
    visits = re.findall(r'<th scope="row"><a href="(/visits/[a-z0-9]+)"', course.text)
    panel = desk.get(visits[3])
    assert "does not know of it" in panel.text
    assert desk.send(f"{visits[3]}/confirm", version=hidden(panel, "version")).status_code == 303
    assert desk.send(f"{visits[3]}/confirm", version="x").status_code == 400


def test_a_confirmation_that_a_rule_speaks_against_takes_a_reason(
    desk: Browser,
    world: World,
    sqlite_database: Database,
    signed_in,  # type: ignore[no-untyped-def]
) -> None:
    booked = under_way(sqlite_database, world, ("pencilled", 3), modality=Modality.DRY_NEEDLING)
    address = re.findall(r'<th scope="row"><a href="(/visits/[a-z0-9]+)"', desk.get(f"/courses/{booked}").text)[0]
    screened(sqlite_database, world.patients[0], Answers(antithrombotics=True))
    version = hidden(desk.get(address), "version")
    asked = desk.send(f"{address}/confirm", version=version)
    assert (asked.status_code, asked.text.count('name="reason"')) == (422, 1)
    assert "medicine against clotting" in asked.text
    assert "medicine against clotting" in signed_in("front desk").send(f"{address}/confirm", version=version).text
    assert desk.send(f"{address}/confirm", version=version, reason="Her doctor agrees").status_code == 303
    assert "Her doctor agrees" in desk.get(address).text


def test_somebody_elses_visit_is_not_found(desk: Browser) -> None:
    for path in ("/visits/nothing", "/visits/nothing/move", "/visits/nothing/cancel"):
        assert desk.get(path).status_code == 404


def test_without_a_location_one_is_told_what_to_do(signed_in) -> None:  # type: ignore[no-untyped-def]
    desk = signed_in("admin")
    for path in ("/visits/new", "/courses/new", "/day"):
        answer = desk.get(path)
        assert answer.status_code == 400
        assert "adds the first one under Set-up" in answer.text


def test_patients_are_listed_found_and_shown(desk: Browser) -> None:
    assert "Adler2" in desk.get("/patients").text
    assert "Adler2" not in desk.get("/patients?q=adler1").text
    assert desk.get("/patients?page=50&q=zz").status_code == 200
    assert "data-id" in desk.get("/patients/find?q=1980-03-01").text
    address = book(desk).headers["Location"]
    record = desk.get("/patients/patient1")
    assert record.status_code == 200
    assert address in record.text
    assert desk.get("/patients/nobody").status_code == 404


def test_nothing_is_offered_beyond_what_the_practice_plans(desk: Browser) -> None:
    page = desk.send("/visits/new", **{**ASKED, "date": "2031-01-06"})
    assert "plans no further than" in page.text
    assert times(page) == []
