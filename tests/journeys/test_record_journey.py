"""A record in the browser: it keeps itself, mirrors its sites on the body, is quick, and loses nothing of anybody's."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import care_screens, screens
from tests.journeys.conftest import sign_in
from tests.journeys.practice import Practice

pytestmark = [pytest.mark.journey, pytest.mark.browser]
MOST_INPUTS = 25
COUNTED = """
window.inputs = Number(sessionStorage.inputs ?? 0);
const one = (event) => event.isTrusted && (sessionStorage.inputs = ++window.inputs);
addEventListener("pointerdown", one, true);
addEventListener("keydown", one, true);
"""


def pain(page: Page, when: str, score: str) -> None:
    page.get_by_role("group", name=when, exact=True).get_by_label(score, exact=True).check()


def saved(page: Page) -> None:
    expect(page.get_by_role("status").get_by_text("Saved at")).to_be_visible()


def area(page: Page, view: str, name: str) -> Any:
    return page.get_by_role("group", name=view, exact=True).get_by_role("button", name=name, exact=True)


def test_what_is_typed_is_kept_without_a_button(page: Page, practice: Practice) -> None:
    address = f"{screens.visit(practice, 'AO-0004')}/record"
    sign_in(page)
    page.goto(address)
    pain(page, "Pain before", "7")
    saved(page)
    page.get_by_label("Next step").fill("More load")
    with page.expect_response(lambda answer: "More+load" in (answer.request.post_data or "")) as kept:
        page.get_by_label("Note (optional)").click()
    assert kept.value.status == 200
    page.goto(address)
    expect(page.get_by_role("group", name="Pain before").get_by_label("7", exact=True)).to_be_checked()
    expect(page.get_by_label("Next step")).to_have_value("More load")


def test_what_was_typed_last_is_kept_when_who_typed_it_leaves_at_once(page: Page, practice: Practice) -> None:
    address = f"{screens.visit(practice, 'AO-0005')}/record"
    sign_in(page)
    page.goto(address)
    page.get_by_label("Next step").fill("Less load")
    page.get_by_role("link", name="Patients", exact=True).click()
    expect(page.get_by_role("heading", name="Patients")).to_be_visible()
    page.wait_for_function("async at => (await (await fetch(at)).text()).includes('Less load')", arg=address)


def test_without_a_connection_it_says_so_and_is_kept_once_there_is_one(page: Page, practice: Practice) -> None:
    sign_in(page)
    page.goto(f"{screens.visit(practice, 'AO-0006')}/record")
    page.context.set_offline(True)
    pain(page, "Pain before", "3")
    expect(page.get_by_role("alert")).to_contain_text("No connection")
    page.context.set_offline(False)
    saved(page)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_the_body_and_the_list_say_the_same(page: Page, practice: Practice) -> None:
    """With the mouse, by the keyboard alone, and from the list of muscles."""
    address = f"{screens.visit(practice, 'AO-0007')}/record"
    sign_in(page)
    page.goto(address)
    expect(area(page, "Front", "Foot, left")).to_have_attribute("aria-pressed", "true")
    area(page, "Back", "Shoulder, right").click()
    saved(page)
    second = page.get_by_role("group", name="Site 2")
    expect(second.get_by_label("Region")).to_have_value("shoulder")
    expect(second.get_by_label("Side")).to_have_value("right")
    expect(page.locator("svg[data-view=back] .dots text")).to_have_text("2")

    assert page.locator("[data-body] [tabindex='0']").count() == 1
    page.locator("[data-body] [tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("polygon:focus")).to_have_attribute("aria-label", "Jaw, right")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Site 3").get_by_label("Region")).to_have_value("jaw")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Site 3").get_by_label("Region")).to_have_value("")

    page.get_by_label("Add a muscle").select_option("foot|abductor hallucis")
    expect(page.get_by_role("group", name="Site 1").get_by_label("Muscle")).to_have_value("abductor hallucis")
    page.get_by_label("Add a muscle").select_option("calf|soleus")
    expect(page.get_by_role("group", name="Site 3").get_by_label("Muscle")).to_have_value("soleus")
    page.get_by_label("Add a muscle").select_option("neck|suboccipitals")
    with page.expect_response(lambda answer: "site-3-side=right" in (answer.request.post_data or "")):
        page.get_by_role("group", name="Site 4").get_by_label("Side").select_option("right")
    page.goto(address)
    assert [page.get_by_role("group", name=f"Site {n}").get_by_label("Region").input_value() for n in (1, 2, 3, 4)] == [
        *("foot", "shoulder", "calf", "neck")
    ]
    expect(area(page, "Back", "Neck, right")).to_have_attribute("aria-pressed", "true")


def test_a_part_that_was_not_done_asks_why_and_what_instead(page: Page, practice: Practice) -> None:
    sign_in(page)
    page.goto(f"{screens.visit(practice, 'AO-0006')}/record")
    part = page.get_by_role("group", name="Exercise", exact=True)
    expect(part.get_by_label("Why it was dropped or replaced")).to_be_hidden()
    part.get_by_label("What became of it").select_option("swapped")
    part.get_by_label("Replaced by").select_option("manual-therapy")
    part.get_by_label("Why it was dropped or replaced").fill("Too tired")
    page.get_by_label("Note (optional)").click()
    saved(page)


def test_a_usual_session_takes_few_inputs(page: Page, practice: Practice) -> None:
    """Every press of a button or a key counts, from the open record to the signature."""
    sign_in(page)
    care_screens.signed(practice, nth_visit(page, practice, "AO-0008", 2))
    page.goto(f"{nth_visit(page, practice, 'AO-0008', 3)}/record")
    page.add_init_script(COUNTED)
    page.reload()
    page.get_by_role("button", name="Copy sites and needles from last time").click()
    expect(page.get_by_label("Gauge in mm").last).to_have_value("0.30")
    pain(page, "Pain before", "5")
    pain(page, "Pain after", "3")
    page.locator("#needles_in").click()
    page.keyboard.type("3")
    page.keyboard.press("Tab")
    page.keyboard.type("3")
    pain(page, "Soreness where the needles were", "2")
    page.get_by_label("Tolerance").focus()
    page.keyboard.type("g")
    page.get_by_text("Went through the notes for after the visit").click()
    page.get_by_label("Next step").click()
    page.keyboard.type("more load")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("Signed by Ruth Lindley")).to_be_visible()
    assert page.evaluate("inputs") <= MOST_INPUTS


def nth_visit(page: Page, practice: Practice, identifier: str, number: int) -> str:
    """The address of a visit of the patient's course."""
    page.goto(screens.course(practice, identifier))
    return str(page.locator(".sessions th a").nth(number - 1).get_attribute("href"))


def test_two_therapists_on_one_record_lose_nothing(
    browser: Browser, browser_context_args: dict[str, Any], practice: Practice
) -> None:
    mine, theirs = (browser.new_context(**browser_context_args).new_page() for _ in range(2))
    for page in (mine, theirs):
        sign_in(page)
        page.goto(f"{nth_visit(page, practice, 'AO-0005', 3)}/record")
    pain(theirs, "Pain before", "6")
    saved(theirs)
    pain(mine, "Pain before", "4")
    expect(mine.get_by_role("status").get_by_text("Somebody else changed the record")).to_be_visible()
    mine.get_by_role("button", name="Save", exact=True).click()
    expect(mine.get_by_role("region", name="Somebody else saved this record meanwhile")).to_be_visible()
    line = mine.get_by_role("row", name=re.compile("Pain before"))
    expect(line.get_by_role("cell")).to_have_text(["4", "6"])
    expect(mine.get_by_role("group", name="Pain before").get_by_label("4", exact=True)).to_be_checked()
    theirs.reload()
    expect(theirs.get_by_role("group", name="Pain before").get_by_label("6", exact=True)).to_be_checked()
    for page in (mine, theirs):
        page.context.close()
