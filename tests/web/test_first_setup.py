"""A practice begins empty, and is set up on screen: each page says what comes next."""

from tests.web.test_setup import Enter, fields

PLACE = {
    "name": "Quay",
    "address": "3 Quay Street",
    "phone": "0117 496 0001",
    "emergency_number": "999",
    "tz": "Europe/London",
    "country": "GB",
} | {
    "subdivision": "England",
}


def test_who_runs_a_practice_without_a_location_begins_with_its_set_up(signed_in: Enter) -> None:
    assert signed_in("admin").get("/").location == "/setup"
    assert signed_in("front desk").get("/").location.startswith("/day/")


def test_the_set_up_says_what_is_missing_until_visits_can_be_booked(signed_in: Enter) -> None:
    admin = signed_in("admin")
    assert "What is still missing" not in admin.get("/setup").text
    told = {"name": "New", "neutral_name": "The practice", "sender": "visits@clinic.test"}
    admin.send("/setup/practice", **fields(admin.get("/setup/practice").text) | told)
    assert "There is no location yet." in admin.get("/setup").text
    admin.send("/setup/locations/new", **fields(admin.get("/setup/locations/new").text) | PLACE)
    shown = admin.get("/setup").text
    assert "Quay has no opening hours" in shown
    assert "Quay has no room" in shown
    assert "Nobody works here yet." in shown
    place = fields(admin.get("/setup/locations/quay").text)
    assert (place["subdivision"], place["jurisdiction"]) == ("England", "England")
    hours = {"weekday.0": "0-4", "starts_minute.0": "08:00", "ends_minute.0": "18:00"}
    admin.send("/setup/locations/quay/hours", **fields(admin.get("/setup/locations/quay/hours").text) | hours)
    page = "/setup/locations/quay/rooms/new"
    admin.send(page, **fields(admin.get(page).text) | {"name": "Room 1"})
    page = "/setup/people/new"
    admin.send(page, **fields(admin.get(page).text) | {"name": "Lena", "initials": "L"})
    shown = admin.get("/setup").text
    assert "Quay has no" not in shown
    assert "Lena has no working hours" in shown
    assert "Lena has no credentials" in shown
    page = "/setup/people/lena/hours"
    admin.send(page, **fields(admin.get(page).text) | hours)
    page = "/setup/people/lena/credentials"
    assert '<option value="GB-ENG">England (United Kingdom)</option>' in admin.get(page).text
    held = {"number.0": "1", "issuer.0": "HCPC", "jurisdiction.0": "GB-ENG", "valid_from.0": "2026-01-01"}
    admin.send(page, **fields(admin.get(page).text) | held)
    assert "What is still missing" not in admin.get("/setup").text


def test_a_practice_without_patients_leads_to_taking_them_over(signed_in: Enter) -> None:
    assert 'href="/setup/patients"' in signed_in("admin").get("/patients").text
    assert 'href="/setup/patients"' not in signed_in("front desk").get("/patients").text
