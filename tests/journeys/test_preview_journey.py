"""The new course's preview on a slow line: what is being entered in it stays, whichever answer comes when."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import sign_in

pytestmark = [pytest.mark.journey, pytest.mark.browser]


@pytest.fixture
def course(page: Page) -> Page:
    """A page on which a course of six visits is shown, its number and rhythm unfolded."""
    sign_in(page, "/courses/new")
    plan_for(page, "Lazenby")
    page.get_by_text("Number, rhythm and mix").click()
    return page


def plan_for(page: Page, patient: str) -> None:
    """Six visits of that patient are shown."""
    page.get_by_label("Patient", exact=True).press_sequentially(patient)
    page.get_by_role("option", name=re.compile(patient)).wait_for()
    page.keyboard.press("Enter")
    page.get_by_label("Start from").fill("2026-11-24")
    page.get_by_label("Protocol").select_option(label="Tension-type headache")
    visits(page, "6 visits")


def visits(page: Page, heading: str) -> None:
    """A course of that many is shown."""
    preview = page.get_by_role("region", name="The course")
    expect(preview.get_by_role("heading", name=re.compile(heading))).to_be_visible()


def hold_the_first(page: Page) -> list[Route]:
    """What was asked first from now on, until somebody lets it go on."""
    held = list[Route]()
    page.route("**/courses/preview", lambda route: route.continue_() if held else held.append(route))
    return held


def test_an_answer_that_comes_while_a_number_is_typed_does_not_take_it_back(course: Page) -> None:
    held = hold_the_first(course)
    with course.expect_request("**/courses/preview"):
        course.get_by_label("Region", exact=True).select_option("neck")
    number = course.get_by_label("Visits", exact=True)
    number.fill("5")
    with course.expect_response("**/courses/preview"):
        held[0].continue_()
    expect(number).to_have_value("5")
    course.keyboard.press("Tab")
    visits(course, "5 visits")
    expect(course.get_by_label("Visits", exact=True)).to_have_value("5")


def test_what_was_unfolded_stays_so_with_the_focus_on_it_when_an_answer_comes(course: Page) -> None:
    held = hold_the_first(course)
    with course.expect_request("**/courses/preview"):
        course.get_by_label("Start from").fill("2026-12-03")
        course.keyboard.press("Tab")
    summary = course.get_by_text("Number, rhythm and mix")
    summary.focus()
    held[0].continue_()
    visits(course, "6 visits, 3 Dec")
    expect(course.get_by_label("Visits", exact=True)).to_be_visible()
    expect(summary).to_be_focused()


def test_an_answer_that_waited_for_what_was_typed_and_taken_back_is_asked_for_again(course: Page) -> None:
    held = hold_the_first(course)
    with course.expect_request("**/courses/preview"):
        course.get_by_label("Start from").fill("2026-12-03")
        course.keyboard.press("Tab")
    number = course.get_by_label("Visits", exact=True)
    number.fill("5")
    number.fill("6")
    with course.expect_response("**/courses/preview"):
        held[0].continue_()
    course.keyboard.press("Tab")
    visits(course, "6 visits, 3 Dec")


def test_a_reason_that_was_given_stays_when_the_keyboard_goes_on_and_a_wish_changes(page: Page) -> None:
    sign_in(page, "/patients?q=Whitlock")
    page.get_by_role("link", name=re.compile("Whitlock")).first.click()
    page.goto(f"{page.url}/screening")
    page.locator("#bleeding").get_by_label("Yes").check()
    page.get_by_role("button", name="Save").click()
    page.goto("/courses/new")
    plan_for(page, "Whitlock")
    reason = page.get_by_label("Reason", exact=True)
    reason.fill("The haematologist agreed")
    page.keyboard.press("Tab")
    with page.expect_response("**/courses/preview"):
        page.get_by_label("Region", exact=True).select_option("neck")
    visits(page, "6 visits")
    expect(reason).to_have_value("The haematologist agreed")
    reason.press("Control+Enter")
    page.wait_for_url(re.compile("/courses/[a-z0-9]{16}$"))


def test_who_pins_a_visit_by_keyboard_stays_where_he_was(course: Page) -> None:
    pin = course.get_by_label("Pin visit 2")
    with course.expect_response("**/courses/preview"):
        pin.press("Space")
    expect(course.locator(".sessions tr.is-pinned")).to_have_count(1)
    expect(pin).to_be_focused()
    expect(pin).to_be_checked()
    another = course.get_by_label("Another time for visit 2")
    with course.expect_response("**/courses/preview"):
        another.press("ArrowDown")
    expect(another).to_have_value("")
    expect(another).to_be_focused()


def test_how_much_a_wish_weighs_is_asked_once_there_is_one(page: Page) -> None:
    sign_in(page, "/courses/new")
    weight = page.get_by_role("group", name="This therapist is")
    expect(weight).to_be_hidden()
    page.get_by_label("Lead therapist").select_option(index=1)
    expect(weight).to_be_visible()


def test_a_repair_asks_what_belongs_to_what_happened(page: Page) -> None:
    sign_in(page, "/repairs")
    fields = {
        name: page.get_by_label(name, exact=True) for name in ("Absence", "Who takes over", "Credential that was lost")
    }
    shown = {"absence": "Absence", "handover": "Who takes over", "credential": "Credential that was lost"}
    for what, name in shown.items():
        page.get_by_label("What happened").select_option(what)
        for label, field in fields.items():
            expect(field).to_be_visible(visible=label == name)


def test_who_goes_on_before_the_patient_is_found_stays_where_he_went(page: Page) -> None:
    sign_in(page, "/courses/new")
    held = list[Route]()
    page.route("**/patients/find*", lambda route: held.append(route))
    patient, protocol = page.get_by_label("Patient", exact=True), page.get_by_label("Protocol")
    with page.expect_request("**/patients/find*"):
        patient.fill("Lazenby")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    held[-1].continue_()
    expect(patient).to_have_value(re.compile("Lazenby ·"))
    expect(protocol).to_be_focused()
