"""A record that keeps itself while somebody types."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import screens
from tests.journeys.conftest import sign_in
from tests.journeys.practice import Practice

pytestmark = [pytest.mark.journey, pytest.mark.browser]


def test_what_is_typed_is_kept_without_a_button(page: Page, practice: Practice) -> None:
    address = f"{screens.visit(practice, 'AO-0004')}/record"
    sign_in(page)
    page.goto(address)
    page.get_by_role("group", name="Pain before").get_by_label("7", exact=True).check()
    expect(page.get_by_role("status").get_by_text("Saved at")).to_be_visible()
    page.get_by_label("Next step").fill("More load")
    with page.expect_response(lambda answer: answer.request.method == "POST") as kept:
        page.get_by_label("Note (optional)").click()
    assert kept.value.status == 200
    page.goto(address)
    expect(page.get_by_role("group", name="Pain before").get_by_label("7", exact=True)).to_be_checked()
    expect(page.get_by_label("Next step")).to_have_value("More load")
