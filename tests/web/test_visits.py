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


def hidden(page: TestResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found is not None, page.text
    return found[1]


def times(page: TestResponse) -> list[str]:
    return re.findall(r'type="radio" name="start" value="([^"]*)"', page.text)


def book(admin: Browser, at: int = 0, **changed: str) -> TestResponse:
    page = admin.send("/visits/new", **{**ASKED, **changed})
    return admin.send("/visits", **{**ASKED, **changed, "start": times(page)[at], "key": hidden(page, "key")})


def test_a_single_visit_is_booked_at_a_free_time(admin: Browser) -> None:
    assert admin.get("/visits/new?patient=patient1").status_code == 200
    booked = book(admin)
    assert booked.status_code == 303
    panel = admin.get(booked.headers["Location"])
    assert "Ada Adler1" in panel.text
    assert "Dry needling" in panel.text
    assert "A letter to the patient goes out at" in panel.text


def test_later_days_are_offered(admin: Browser) -> None:
    first = admin.send("/visits/new", **ASKED)
    later = hidden(first, "later")
    assert times(admin.send("/visits/new", **ASKED, later=later))[0] > times(first)[-1]


def test_a_time_that_is_gone_is_said_beside_other_times(admin: Browser) -> None:
    page = admin.send("/visits/new", **ASKED)
    assert book(admin).status_code == 303
    gone = admin.send("/visits", **{**ASKED, "patient": "patient2", "start": times(page)[0], "key": "k"})
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
def test_a_wrong_booking_says_what_is_wrong(admin: Browser, changed: dict[str, str], status: int) -> None:
    page = admin.send("/visits/new", **ASKED)
    assert admin.send("/visits", **{**ASKED, "start": times(page)[0], **changed}).status_code == status


@pytest.mark.parametrize("changed", [{"date": "someday"}, {"patient": ""}, {"patient": "nobody"}, {"kind": ""}])
def test_without_a_whole_question_no_times_are_offered(admin: Browser, changed: dict[str, str]) -> None:
    page = admin.send("/visits/new", **{**ASKED, **changed, "q": "ada"})
    assert page.status_code == 200
    assert times(page) == []


def test_a_visit_moves_to_a_listed_time_and_a_stale_form_is_told(admin: Browser) -> None:
    address = book(admin).headers["Location"]
    page = admin.get(f"{address}/move")
    form = {"start": times(page)[-1], "version": hidden(page, "version"), "key": hidden(page, "key"), "reason": ""}
    assert admin.send(f"{address}/move", **form).status_code == 303
    assert admin.send(f"{address}/move", **form).status_code == 303
    stale = admin.send(f"{address}/move", **{**form, "key": "another"})
    assert stale.status_code == 409
    assert f'href="{address}">Reload and look again' in stale.text
    later = re.search(r'href="([^"]*/move\?on=[^"]*)"', page.text)
    assert later is not None
    assert admin.get(later[1]).status_code == 200


def test_a_move_to_no_time_or_to_a_taken_one_shows_the_form_again(admin: Browser) -> None:
    address = book(admin).headers["Location"]
    page = admin.get(f"{address}/move")
    version = hidden(page, "version")
    assert admin.send(f"{address}/move", start="soon", version=version).status_code == 400
    taken = times(page)[0].split("|")
    answer = admin.send(f"{address}/move", start=f"{int(taken[0]) + 1}|{taken[1]}|{taken[2]}", version=version)
    assert answer.status_code == 409
    assert times(answer)


def test_a_move_that_needs_a_reason_asks_for_it(admin: Browser) -> None:
    assert book(admin, kind="dry-needling").status_code == 303
    second = admin.send("/visits/new", **{**ASKED, "date": "2026-11-25"})
    address = admin.send("/visits", **{**ASKED, "start": times(second)[-1], "key": "b", "reason": "asked"}).headers[
        "Location"
    ]
    page = admin.get(f"{address}/move?on=2026-11-24")
    soon = next(
        value
        for value, label in re.findall(r'name="start" value="([^"]*)"(.*?)</label>', page.text, re.DOTALL)
        if "needs a reason" in label
    )
    form = {"start": soon, "version": hidden(page, "version")}
    refused = admin.send(f"{address}/move", **form)
    assert refused.status_code == 422
    assert "hours" in refused.text
    assert admin.send(f"{address}/move", **form, reason="The patient travels").status_code == 303
    assert "The patient travels" in admin.get(address).text


def test_who_may_not_set_a_rule_aside_is_not_offered_what_needs_it(admin: Browser, signed_in) -> None:  # type: ignore[no-untyped-def]
    visit = book(admin).headers["Location"]
    book(admin, date="2026-11-30")
    front = signed_in("front desk")
    assert "needs a reason" in admin.get(f"{visit}/move?on=2026-11-30").text
    offered = front.get(f"{visit}/move?on=2026-11-30")
    assert "needs a reason" not in offered.text
    assert set(times(offered)) < set(times(admin.get(f"{visit}/move?on=2026-11-30")))


def test_a_cancelled_visit_says_why_in_words(admin: Browser) -> None:
    for note, said in (("", "Cancelled: The patient is ill"), ("flu", "Cancelled: The patient is ill (flu)")):
        visit = book(admin).headers["Location"]
        version = hidden(admin.get(f"{visit}/cancel"), "version")
        admin.send(f"{visit}/cancel", version=version, reason="patient_ill", note=note)
        assert f"<p>{said}</p>" in admin.get(visit).text


def test_a_visit_is_cancelled_with_a_reason(admin: Browser) -> None:
    address = book(admin).headers["Location"]
    page = admin.get(f"{address}/cancel")
    version = hidden(page, "version")
    assert admin.send(f"{address}/cancel", version=version).status_code == 400
    done = admin.send(f"{address}/cancel", version=version, reason="patient_ill", note="flu")
    assert done.status_code == 303
    panel = admin.get(address)
    assert "Cancelled" in panel.text
    assert "Move…" not in panel.text
    assert admin.get(f"{address}/move").status_code == 400


def test_a_pencilled_visit_can_be_confirmed_by_itself(admin: Browser) -> None:
    wishes = {"patient": "patient1", "protocol": "tension-headache", "start": "2026-11-23", "location": "loc1"}
    shown = admin.send("/courses/preview", **wishes)
    expected = re.findall(r'name="expect" value="([^"]*)"', shown.text)
    course = admin.get(admin.send("/courses", **wishes, expect=expected).headers["Location"])
    visits = re.findall(r'<th scope="row"><a href="(/visits/[a-z0-9]+)"', course.text)
    panel = admin.get(visits[3])
    assert "does not know of it" in panel.text
    assert admin.send(f"{visits[3]}/confirm", version=hidden(panel, "version")).status_code == 303
    assert admin.send(f"{visits[3]}/confirm", version="x").status_code == 400


def test_a_confirmation_that_a_rule_speaks_against_takes_a_reason(
    admin: Browser,
    world: World,
    sqlite_database: Database,
    signed_in,  # type: ignore[no-untyped-def]
) -> None:
    booked = under_way(sqlite_database, world, ("pencilled", 3), modality=Modality.DRY_NEEDLING)
    address = re.findall(r'<th scope="row"><a href="(/visits/[a-z0-9]+)"', admin.get(f"/courses/{booked}").text)[0]
    screened(sqlite_database, world.patients[0], Answers(antithrombotics=True))
    version = hidden(admin.get(address), "version")
    asked = admin.send(f"{address}/confirm", version=version)
    assert (asked.status_code, asked.text.count('name="reason"')) == (422, 1)
    assert "medicine against clotting" in asked.text
    assert "medicine against clotting" in signed_in("front desk").send(f"{address}/confirm", version=version).text
    assert admin.send(f"{address}/confirm", version=version, reason="Her doctor agrees").status_code == 303
    assert "Her doctor agrees" in admin.get(address).text


def test_somebody_elses_visit_is_not_found(admin: Browser) -> None:
    for path in ("/visits/nothing", "/visits/nothing/move", "/visits/nothing/cancel"):
        assert admin.get(path).status_code == 404


def test_without_a_location_one_is_told_what_to_do(signed_in) -> None:  # type: ignore[no-untyped-def]
    admin = signed_in("admin")
    for path in ("/visits/new", "/courses/new", "/day"):
        answer = admin.get(path)
        assert answer.status_code == 400
        assert "adds the first one under Set-up" in answer.text


def test_patients_are_listed_found_and_shown(admin: Browser) -> None:
    assert "Adler2" in admin.get("/patients").text
    assert "Adler2" not in admin.get("/patients?q=adler1").text
    assert admin.get("/patients?page=50&q=zz").status_code == 200
    assert "data-id" in admin.get("/patients/find?q=1980-03-01").text
    address = book(admin).headers["Location"]
    record = admin.get("/patients/patient1")
    assert record.status_code == 200
    assert address in record.text
    assert admin.get("/patients/nobody").status_code == 404


def test_nothing_is_offered_beyond_what_the_practice_plans(admin: Browser) -> None:
    page = admin.send("/visits/new", **{**ASKED, "date": "2031-01-06"})
    assert "plans no further than" in page.text
    assert times(page) == []
