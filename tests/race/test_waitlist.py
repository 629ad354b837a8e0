"""A time that became free, offered to several at once: however many say yes in the same moment, one has it."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from clinic.db.unit import Database
from clinic.domain.errors import ClinicError
from clinic.domain.visits.waiting import Outcome, State
from clinic.services.visits import freed as offering
from tests.race.crowd import sound
from tests.waiting import crowd, given_back, offer, offers, state, statuses, wait
from tests.world import NOW, patient

pytestmark = pytest.mark.race

PEOPLE = 6


def test_of_those_who_say_yes_at_once_one_has_the_time(database: Database) -> None:
    world = crowd(database)
    with database.begin() as unit:
        more = tuple(patient(unit.connection, n) for n in range(5, PEOPLE + 2))
    world = replace(world, patients=(*world.patients, *more))
    given_back(database, world)
    entries = [wait(database, n) for n in range(1, PEOPLE + 1)]
    assert offer(database, entries) == PEOPLE
    links, together = [f"token{each.id}" for each in offers(database)], Barrier(PEOPLE)

    def say_yes(token: str) -> str:
        together.wait()
        try:
            offering.accept(database.begin, database.read, token, version=1, request_id=token, now=NOW)
        except ClinicError as error:
            return error.code
        return "mine"

    with ThreadPoolExecutor(PEOPLE) as pool:
        told = Counter(pool.map(say_yes, links))
    assert told == {"mine": 1, "offer_taken": PEOPLE - 1}
    assert Counter(each.outcome for each in offers(database)) == {Outcome.ACCEPTED: 1, Outcome.TAKEN: PEOPLE - 1}
    assert Counter(state(database, each) for each in entries) == {State.PLACED: 1, State.OPEN: PEOPLE - 1}
    assert [status for who in world.patients for status in statuses(database, who)].count("booked") == 1
    sound(database)
