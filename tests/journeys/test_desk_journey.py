"""The front desk with one hand: anybody found, a course and a visit booked in a few keys, a time kept meanwhile."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from clinic.domain.access.actors import system
from clinic.services.courses.protocols import known, save
from tests.journeys.boards import card, visit
from tests.journeys.conftest import sign_in
from tests.journeys.practice import NOW, Opened, Practice
from tests.journeys.test_looks import faults, sideways

pytestmark = [pytest.mark.journey, pytest.mark.browser]

COUNTING = """
    for (const kind of ['keydown', 'pointerdown'])
        addEventListener(kind, event => {
            if (event.isTrusted && !['Shift', 'Control'].includes(event.key))
                sessionStorage.inputs = 1 + Number(sessionStorage.inputs ?? 0);
        }, true);
"""
"""What the pages of a tab hear, one after another; a modifier is part of its key."""


@dataclass
class Clock:
    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def practice(opened: Opened, clock: Clock) -> Iterator[Practice]:
    """One of its own: its clock goes on, and it has a protocol of ten visits, five close together and five apart."""
    with opened("desk", clock) as given:
        first, second = known()["neck-mechanical"].phases[:2]
        phases = (replace(first, sessions=5), replace(second, sessions=5, when=first.when))
        ten = replace(known()["neck-mechanical"], phases=phases, cap=10)
        save(given.database.begin, ten, seen=0, why="Ten", actor=system("test"), now=NOW)
        yield given


@pytest.fixture
def desk(browser: Browser, practice: Practice) -> Iterator[Page]:
    context = tab(browser, practice)
    context.add_init_script(COUNTING)
    page = context.new_page()
    sign_in(page, "/day/2026-11-24")
    page.evaluate("sessionStorage.inputs = 0")
    yield page
    context.close()


def tab(browser: Browser, practice: Practice) -> BrowserContext:
    """A browser of somebody's own."""
    return browser.new_context(base_url=practice.url, locale="en-GB", timezone_id="Europe/London")


def inputs(page: Page) -> int:
    return int(page.evaluate("sessionStorage.inputs"))


def pick(page: Page, letters: str, name: str) -> None:
    """Type them where the patient is asked for, and take the first who is found."""
    expect(page.get_by_label("Patient", exact=True)).to_be_focused()
    page.keyboard.type(letters)
    page.get_by_role("option", name=re.compile(name)).first.wait_for()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Patient", exact=True)).to_have_value(re.compile(f"{name}.* · "))


def choose(page: Page, label: str, letters: str) -> None:
    """In a list, by its beginning."""
    page.get_by_label(label, exact=True).focus()
    page.keyboard.type(letters)


def ask_for(page: Page, letters: str, name: str) -> None:
    """The free times of somebody's first visit."""
    page.goto("/visits/new")
    pick(page, letters, name)
    page.get_by_label("From", exact=True).fill("2026-11-26")
    page.keyboard.press("Control+Enter")
    page.locator("[name=start]").first.wait_for()


@pytest.mark.parametrize("letters", ["laz", "lzaenby", "priya l"])
def test_a_patient_is_found_in_letters_and_two_keys(desk: Page, letters: str) -> None:
    desk.keyboard.press("/")
    desk.keyboard.type(letters)
    desk.keyboard.press("Enter")
    desk.wait_for_url(re.compile("/patients/[a-z0-9]{16}$"))
    expect(desk.get_by_role("heading", level=1)).to_have_text(re.compile("Priya Lazenby"))
    assert inputs(desk) == len(letters) + 2
    assert "az" not in desk.url


def test_a_course_of_ten_visits_is_booked_in_eight_inputs_and_the_name(desk: Page) -> None:
    desk.keyboard.press("n")
    desk.wait_for_url("**/courses/new*")
    pick(desk, "laz", "Lazenby")
    choose(desk, "Protocol", "mec")
    choose(desk, "Region", "ne")
    preview = desk.get_by_role("region", name="The course")
    expect(preview.get_by_role("heading", name=re.compile("10 visits"))).to_be_visible()
    typed = inputs(desk)
    desk.keyboard.press("Control+Enter")
    desk.wait_for_url(re.compile("/courses/[a-z0-9]{16}$"))
    assert inputs(desk) == typed + 1
    assert inputs(desk) - len("laz") <= 8
    assert desk.locator(".sessions tbody tr").count() >= 10


def test_a_visit_is_booked_at_the_first_free_time_and_the_time_is_kept_meanwhile(desk: Page) -> None:
    desk.keyboard.press("b")
    desk.wait_for_url("**/visits/new*")
    pick(desk, "laz", "Lazenby")
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_role("status").filter(has_text="kept for you until")).to_be_visible()
    desk.keyboard.press("Control+Enter")
    desk.wait_for_url(re.compile("/visits/[a-z0-9]{16}$"))
    assert inputs(desk) - len("laz") <= 8
    expect(desk.locator("main .badge")).to_have_text(re.compile("Booked"))


def test_somebody_new_is_taken_on_on_the_way(desk: Page) -> None:
    desk.keyboard.press("b")
    desk.wait_for_url("**/visits/new*")
    expect(desk.get_by_label("Patient", exact=True)).to_be_focused()
    desk.keyboard.type("Quill, Mara 1.3.80")
    expect(desk.get_by_role("option", name="No patient is called that")).to_be_visible()
    desk.get_by_role("button", name="New patient").click()
    expect(desk.get_by_label("Family name")).to_have_value("Quill")
    expect(desk.get_by_label("Birth date")).to_have_value("1980-03-01")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_url(re.compile("/visits/new"))
    expect(desk.get_by_label("Patient", exact=True)).to_have_value(re.compile("Mara Quill · 1 Mar 1980"))


def test_the_steps_of_a_day_are_keys_on_the_card_pressed_twice_where_something_is_asked(
    desk: Page, practice: Practice
) -> None:
    made = visit(practice, "AO-0016", "2026-11-23", "16:00")
    today = "/day/2026-11-23"
    desk.goto(today)
    card(desk, made).focus()
    desk.keyboard.press("a")
    expect(desk.get_by_role("dialog", name=made.name)).to_be_visible()
    expect(desk.get_by_label("Name and date of birth are right")).to_be_focused()
    desk.keyboard.press("a")
    expect(card(desk, made)).to_have_accessible_name(re.compile("Arrived, waits for 0 minutes"))
    expect(card(desk, made)).to_be_focused()
    expect(desk.locator(".toast")).to_contain_text(f"Arrived: {made.name}")
    desk.keyboard.press("s")
    desk.wait_for_url(re.compile("/check$"))
    desk.keyboard.press("s")
    desk.wait_for_url(re.compile("/record$"))
    desk.goto(today)
    card(desk, made).focus()
    desk.keyboard.press("f")
    expect(card(desk, made)).to_have_accessible_name(re.compile("Done"))
    expect(card(desk, made)).to_be_focused()


def test_what_is_done_in_a_sheet_leads_back_to_the_board_it_lies_over(desk: Page, practice: Practice) -> None:
    """Also after something was wrong with it; where the card is gone, the focus is on another."""
    gone, stays = (visit(practice, f"AO-000{n}", "2027-02-03", f"{8 + n}:30") for n in (1, 2))
    week = re.compile(r"/week/2027-02-01\?.*who=")
    desk.goto("/week/2027-02-01")
    desk.get_by_role("link", name="Morag Hale").click()
    desk.wait_for_url(week)
    card(desk, gone).focus()
    desk.keyboard.press("x")
    desk.get_by_role("button", name="Cancel this visit").press("Enter")
    expect(desk.get_by_role("alert")).to_contain_text("Choose why")
    desk.get_by_role("radio").first.check()
    desk.get_by_role("button", name="Cancel this visit").press("Enter")
    desk.wait_for_url(week)
    expect(desk.locator(".toast")).to_contain_text(f"Cancelled: {gone.name}")
    expect(desk.locator(".toast").get_by_role("link", name="Who fits its time")).to_be_visible()
    assert faults(desk) == []
    expect(card(desk, gone)).to_have_count(0)
    expect(desk.locator("a.visit:focus")).to_have_count(1)
    desk.keyboard.press("z")
    expect(card(desk, gone)).to_be_visible()
    card(desk, stays).focus()
    desk.keyboard.press("Enter")
    desk.get_by_role("dialog").get_by_role("link", name="Move…").click()
    desk.get_by_role("radio", name=re.compile("Hale")).first.check()
    desk.get_by_role("button", name="Move to this time").click()
    desk.wait_for_url(week)
    expect(card(desk, stays)).to_be_focused()
    expect(desk.locator(".toast")).to_contain_text(f"Moved: {stays.name}")


def test_one_key_on_a_card_leads_to_the_wait_list_for_a_sooner_time_of_it(desk: Page, practice: Practice) -> None:
    ahead = visit(practice, "AO-0009", "2027-02-01", "10:00")
    begun = visit(practice, "AO-0015", "2026-11-23", "15:00")
    desk.goto("/day/2027-02-01")
    card(desk, ahead).focus()
    desk.keyboard.press("l")
    desk.wait_for_url(f"**/waitlist/new?visit={ahead.public_id}")
    desk.goto("/day/2026-11-23")
    card(desk, begun).focus()
    desk.keyboard.press("a")
    expect(desk.get_by_label("Name and date of birth are right")).to_be_focused()
    desk.keyboard.press("a")
    expect(desk.locator(".toast")).to_contain_text("Arrived")
    expect(card(desk, begun)).to_be_focused()
    desk.keyboard.press("l")
    desk.wait_for_url("**/waitlist")


@pytest.mark.parametrize("width", [1440, 320])
def test_what_finds_anything_is_accessible_open(desk: Page, width: int) -> None:
    desk.set_viewport_size({"width": width, "height": 900})
    desk.emulate_media(reduced_motion="reduce")
    for theme in ("light", "dark"):
        desk.emulate_media(color_scheme=theme)
        desk.goto("/patients")
        desk.keyboard.press("Control+k")
        for letters, found in (("", "New course"), ("laz", "Priya Lazenby"), (" qqqq", "Nothing is called that")):
            desk.keyboard.type(letters)
            desk.get_by_role("option", name=re.compile(found)).first.wait_for()
            assert faults(desk) == []
            assert sideways(desk) == []


@pytest.mark.race
def test_a_time_that_was_kept_too_long_goes_to_who_was_quicker_and_nothing_is_lost(
    browser: Browser, practice: Practice, clock: Clock
) -> None:
    contexts = [tab(browser, practice) for _ in range(2)]
    slow, quick = (context.new_page() for context in contexts)
    for page in (slow, quick):
        sign_in(page, "/visits/new")
    ask_for(slow, "laz", "Lazenby")
    expect(slow.get_by_role("status").filter(has_text="kept for you until")).to_be_visible()
    wanted = slow.locator("[name=start]:checked").get_attribute("value")
    ask_for(quick, "harr", "Harrow")
    assert quick.locator(f"[name=start][value='{wanted}']").count() == 0
    clock.at += timedelta(minutes=8)
    ask_for(quick, "harr", "Harrow")
    quick.locator(f"[name=start][value='{wanted}']").check()
    quick.keyboard.press("Control+Enter")
    quick.wait_for_url(re.compile("/visits/[a-z0-9]{16}$"))
    slow.keyboard.press("Control+Enter")
    expect(slow.get_by_role("alert")).to_contain_text("nothing was booked")
    expect(slow.get_by_label("Patient", exact=True)).to_have_value(re.compile("Lazenby"))
    slow.keyboard.press("Control+Enter")
    slow.wait_for_url(re.compile("/visits/[a-z0-9]{16}$"))
    assert slow.url != quick.url
    for context in contexts:
        context.close()


def test_a_form_that_is_sent_while_its_time_is_still_being_kept_is_booked(browser: Browser, practice: Practice) -> None:
    context = tab(browser, practice)
    page, asked = context.new_page(), list[Route]()
    sign_in(page, "/visits/new")
    page.route("**/visits/kept", lambda route: asked.append(route))
    with page.expect_request("**/visits/kept"):
        ask_for(page, "laz", "Lazenby")
    page.keyboard.press("Control+Enter")
    page.wait_for_function("document.querySelector('kept-time').sent")
    for route in asked:
        route.continue_()
    page.wait_for_url(re.compile("/visits/[a-z0-9]{16}$"))
    context.close()
