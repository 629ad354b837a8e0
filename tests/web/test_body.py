"""The body beside the list of sites: what is marked, left and right as the patient says it, muscles of the list."""

import re

import pytest

from clinic.db.unit import Database
from clinic.domain.care.record import Spot
from tests.db.test_records import now_of, visit_on
from tests.web.conftest import Browser
from tests.world import World

SITE = {"site-0-region": "shoulder", "site-0-side": "right"}


@pytest.fixture
def visit(sqlite_database: Database, world: World) -> str:
    return visit_on(sqlite_database, world)


def marked(page: str) -> list[tuple[str, str, str]]:
    """View, side and region of what is marked."""
    found = []
    for view, drawing in re.findall(r'<svg[^>]*data-view="(\w+)">(.*?)</svg>', page, flags=re.DOTALL):
        for side, half in re.findall(r'data-side="(\w+)">(.*?)</g>', drawing, flags=re.DOTALL):
            found += [(view, side, region) for region in re.findall(r'data-region="([\w-]+)" class="on"', half)]
    return found


def test_what_is_planned_is_marked_on_the_patients_own_side(therapist: Browser, visit: str) -> None:
    page = therapist.get(f"/visits/{visit}/record").text
    assert marked(page) == [("front", "right", "shoulder"), ("back", "right", "shoulder")]
    front = page[page.index('data-view="front"') : page.index('data-view="back"')]
    assert front.index("patient’s right") < front.index("patient’s left")


def test_where_somebody_pointed_is_kept_and_drawn_when_it_is_signed(
    therapist: Browser, sqlite_database: Database, visit: str
) -> None:
    address = f"/visits/{visit}/record"
    form = {**SITE, "site-0-muscle": "deltoid", "site-0-spot": "front:250:240", "pain_before": "5", "pain_after": "3"}
    form |= {"gauge": "0.30", "length": "30", "needles_in": "1", "needles_out": "1"}
    assert therapist.send(f"{address}/sign", version="0", **form).status_code == 303
    assert now_of(sqlite_database, visit).record.sites[0].spot == Spot("front", 250, 240)
    for page in (therapist.get(address).text, therapist.get(f"{address}/print").text):
        assert '<circle cx="29.0" cy="61.0" r="5"/>' in page
        assert "data-body" not in page


def test_a_point_that_is_none_is_left_out(therapist: Browser, sqlite_database: Database, visit: str) -> None:
    assert therapist.send(f"/visits/{visit}/record", version="0", **SITE, **{"site-0-spot": "up"}).status_code == 303
    assert now_of(sqlite_database, visit).record.sites[0].spot is None


def test_a_muscle_of_the_list_fills_the_site_that_names_none_then_adds_sites(
    therapist: Browser, sqlite_database: Database, visit: str
) -> None:
    address = f"/visits/{visit}/record"
    assert '<option value="shoulder|infraspinatus">infraspinatus</option>' in therapist.get(address).text
    chosen = {"add": "shoulder|infraspinatus", "add_side": "left"}
    assert therapist.send(address, version="0", **SITE, **chosen).status_code == 303
    assert therapist.send(address, version="1", **SITE, **{"site-0-muscle": "x"}, **chosen).status_code == 303
    sites = [site.target for site in now_of(sqlite_database, visit).record.sites]
    assert [(each.side.value, each.muscle) for each in sites] == [("right", "x"), ("left", "infraspinatus")]
    assert therapist.send(address, version="2", add="shoulder|liver", add_side="left").status_code == 303
    assert now_of(sqlite_database, visit).record.sites == ()


def test_a_new_course_fetches_the_drawing_once_it_is_opened(therapist: Browser) -> None:
    drawn = therapist.get("/courses/new/body").text
    assert 'data-body="targets"' in drawn
    assert marked(drawn) == []
