"""Boards in a browser: visits of one's own to move about, and what is pressed counted as the page hears it."""

from dataclasses import dataclass
from datetime import date

from playwright.sync_api import Locator, Page

from clinic.domain.time import at_wall, tick_floor, zone
from clinic.domain.visits.catalogue import single
from clinic.services.patients.find import resolve
from clinic.services.practice.find import whereabouts
from clinic.services.visits.book import book
from clinic.services.visits.wanted import Spot, WantedVisit
from tests.journeys.practice import ACTOR, NOW, Practice

DRAWN = "day-board[data-drawn='']"
"""A board once all of it is drawn: before, nothing of it can have the focus."""
LEEDS = zone("Europe/London")
COUNTING = """
    window.inputs = 0;
    for (const kind of ['keydown', 'pointerdown'])
        addEventListener(kind, event => event.isTrusted && !['Shift'].includes(event.key) && (inputs += 1), true);
"""


@dataclass(frozen=True)
class Made:
    """A visit that a test booked."""

    public_id: str
    name: str


def visit(practice: Practice, identifier: str, on: str, clock: str, therapist: str = "hale") -> Made:
    """Book an assessment of that patient, in the first free room."""
    given = practice.database
    location, who = whereabouts(given.read, "leeds", therapist)
    person = resolve(given.read, identifier)
    hours, minutes = map(int, clock.split(":"))
    start = tick_floor(at_wall(date.fromisoformat(on), hours * 60 + minutes, LEEDS))
    wanted = WantedVisit(person.public_id, location, single("assessment"))
    spot = Spot(start, str(who), None)
    made = book(given.begin, given.read, wanted, spot, actor=ACTOR, now=NOW)
    return Made(made, f"{person.person.given_names} {person.person.family_name}")


def card(page: Page, made: Made) -> Locator:
    """Its card on the board."""
    return page.locator(f"{DRAWN} a.visit[href='/visits/{made.public_id}']")


def inputs(page: Page) -> int:
    """How many keys and presses the page heard since it was loaded."""
    return int(page.evaluate("inputs"))
