"""Who is signed out while he types: he is told before anything is sent, and what he typed goes once he is back."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from clinic.services.patients.find import resolve
from tests.journeys.conftest import sign_in
from tests.journeys.practice import EMAIL, PASSWORD, Practice
from tests.journeys.test_looks import AXE, faults

pytestmark = [pytest.mark.journey, pytest.mark.browser]
LATER_MS = 20 * 60_000


def later(page: Page) -> None:
    """So long that a session may have ended, and the page has what it asks with."""
    with page.expect_response(re.compile("/there-")):
        page.clock.fast_forward(LATER_MS)


def test_what_was_typed_is_kept_until_one_has_signed_in_again_beside_it(page: Page) -> None:
    page.clock.install()
    sign_in(page, "/patients/new")
    page.get_by_label("Family name").fill("Thistlewood")
    page.get_by_label("Birth date").fill("1971-05-09")
    page.context.clear_cookies()
    later(page)
    page.get_by_role("button", name="Save").click()
    told = page.get_by_role("dialog", name="You were signed out")
    expect(told).to_be_visible()
    if AXE.is_file():
        assert faults(page) == []
    with page.context.expect_page() as opened:
        told.get_by_role("link", name="Sign in").click()
    sign_in(opened.value, "/patients")
    opened.value.close()
    page.keyboard.press("Escape")
    expect(told).not_to_be_visible()
    expect(page.get_by_label("Family name")).to_have_value("Thistlewood")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile("/patients/[a-z0-9]{16}$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thistlewood")


def test_who_types_for_long_stays_signed_in_and_sends_the_newest_token(page: Page) -> None:
    page.clock.install()
    sign_in(page, "/patients/new")
    page.context.clear_cookies()
    beside = page.context.new_page()
    sign_in(beside, "/patients")
    later(page)
    with page.expect_response("**/session") as asked:
        page.get_by_label("Family name").press_sequentially("Sloe")
    assert asked.value.status == 200
    page.get_by_label("Birth date").fill("1971-05-10")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile("/patients/[a-z0-9]{16}$"))


def test_a_preview_does_not_take_the_wishes_away_from_who_was_signed_out(page: Page) -> None:
    page.clock.install()
    sign_in(page, "/courses/new")
    later(page)
    page.get_by_text("What the patient tells").click()
    page.get_by_label("Complaint (optional)").fill("Headaches from the neck")
    page.context.clear_cookies()
    page.get_by_label("Protocol").select_option(label="Tension-type headache")
    expect(page.get_by_role("dialog", name="You were signed out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Complaint (optional)")).to_have_value("Headaches from the neck")


def test_what_somebody_typed_does_not_go_in_the_name_of_who_signed_in_after_him(page: Page) -> None:
    page.clock.install()
    sign_in(page, "/patients/new")
    page.get_by_label("Family name").fill("Medlar")
    page.get_by_label("Birth date").fill("1971-05-11")
    later(page)
    page.locator("#signed-out").evaluate("dialog => { dialog.dataset.account = 'somebody-else'; }")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog", name="You were signed out")).to_be_visible()


def test_what_a_patient_answered_on_the_tablet_waits_until_somebody_has_signed_in_again(
    page: Page, practice: Practice
) -> None:
    """The same somebody: in another's name nothing is sent."""
    page.clock.install()
    patient = resolve(practice.database.read, "AO-0013").public_id
    sign_in(page, f"/patients/{patient}/screening?tablet=1")
    given = page.get_by_role("radio").nth(1)
    with page.expect_response("**/session") as asked:
        given.check()
    asked.value.finished()
    page.context.clear_cookies()
    page.clock.fast_forward(LATER_MS)
    page.get_by_role("button", name="Done").click()
    told = page.get_by_role("dialog", name="Please give the tablet back for a moment")
    expect(told).to_be_visible()
    if AXE.is_file():
        assert faults(page) == []
    with page.context.expect_page() as opened:
        told.get_by_role("link", name="Sign in").click()
    sign_in(opened.value, "/patients")
    opened.value.close()
    page.keyboard.press("Escape")
    expect(given).to_be_checked()
    page.clock.fast_forward(LATER_MS)
    dialog = page.locator("#signed-out")
    own = dialog.get_attribute("data-account")
    dialog.evaluate("dialog => { dialog.dataset.account = 'somebody-else'; }")
    page.get_by_role("button", name="Done").click()
    expect(told).to_be_visible()
    page.keyboard.press("Escape")
    dialog.evaluate("(dialog, account) => { dialog.dataset.account = account; }", own)
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("Please give the tablet back now.")).to_be_visible()


def test_without_scripts_what_was_answered_waits_on_the_sign_in_page(
    browser: Browser, practice: Practice, browser_context_args: dict[str, Any]
) -> None:
    patient = resolve(practice.database.read, "AO-0011").public_id
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, f"/patients/{patient}/screening?tablet=1")
    page.get_by_role("radio").nth(1).check()
    context.clear_cookies(name="session")
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("Please give the tablet back for a moment")).to_be_visible()
    page.get_by_label("E-mail or sign-in name").fill(EMAIL)
    page.get_by_label("Passphrase").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("It goes in your name, Ruth Lindley")).to_be_visible()
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_text("Please give the tablet back now.")).to_be_visible()
    context.close()
