"""Patients who act through their links at the same time, and twice."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from clinic.db import sweep
from clinic.db.access.idempotency import Once
from clinic.db.unit import Database
from clinic.domain.care.findings import Finding, Level, Stage
from clinic.domain.errors import Invalid, NotFound, SlotTaken, Stale
from clinic.domain.visits.visit import Status
from clinic.services.messages import links
from clinic.services.messages.links import Sent
from clinic.services.visits import own_times
from clinic.services.visits.wanted import Spot
from tests.db.post import Post
from tests.world import NOW, World, at

WEDNESDAY, FRIDAY = at("2026-11-25", 10), at("2026-11-27", 10)
SPOT = Spot(at("2026-11-26", 11), "staff1", "room1")


def sealed(database: Database, world: World, starts: int) -> tuple[Post, str]:
    """A visit of the world's first patient whose letter is out, and the token of its link."""
    post = Post(database, world).book(starts).run()
    return post, post.pages[-1].text.partition("/v/")[2].split()[0]


def other(world: World) -> World:
    return World(world.location, world.rooms, world.gym, world.staff, world.patients[::-1])


def form(token: str, version: int, key: str | None = None) -> Sent:
    return Sent(token, version, None if key is None else Once("link:x", key, "digest"), "request")


def outcome(post: Post, sent: Sent, spot: Spot = SPOT) -> str:
    try:
        links.move(post.database.begin, post.database.read, sent, spot, now=post.now)
    except (SlotTaken, Stale, Invalid, NotFound) as error:
        return type(error).__name__
    return "moved"


def at_once(*calls: tuple[Post, Sent, Spot]) -> list[str]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(each.result() for each in [pool.submit(outcome, *call) for call in calls])


def swept(post: Post) -> list[object]:
    with post.database.read() as unit:
        return list(sweep.faults(unit.connection))


def test_of_two_patients_who_choose_the_same_time_one_gets_it(database: Database, world: World) -> None:
    one, first = sealed(database, world, WEDNESDAY)
    two, second = sealed(database, other(world), FRIDAY)
    forms = form(first, one.visit.version), form(second, two.visit.version)
    assert at_once((one, forms[0], SPOT), (two, forms[1], SPOT)) == ["SlotTaken", "moved"]
    assert [one.visit.starts, two.visit.starts].count(SPOT.start) == 1
    assert swept(one) == []


def test_of_two_forms_of_one_patient_the_later_finds_the_visit_changed(database: Database, world: World) -> None:
    post, token = sealed(database, world, WEDNESDAY)
    sent, later = form(token, post.visit.version), Spot(SPOT.start + 24, "staff1", "room1")
    assert at_once((post, sent, SPOT), (post, sent, later)) == ["Stale", "moved"]
    assert swept(post) == []


def test_a_form_that_arrives_twice_moves_once(database: Database, world: World) -> None:
    post, token = sealed(database, world, WEDNESDAY)
    before = post.visit
    sent = form(token, before.version, "key")
    assert at_once((post, sent, SPOT), (post, sent, SPOT)) == ["moved", "moved"]
    assert (post.visit.starts, post.visit.version) == (SPOT.start, before.version + 1)


def test_a_move_and_a_cancellation_at_once_leave_one_of_them(database: Database, world: World) -> None:
    post, token = sealed(database, world, WEDNESDAY)
    sent = form(token, post.visit.version)

    def cancelled() -> str:
        try:
            links.cancel(database.begin, sent, now=post.now)
        except Stale:
            return "Stale"
        return "cancelled"

    with ThreadPoolExecutor(2) as pool:
        said = {each.result() for each in (pool.submit(outcome, post, sent), pool.submit(cancelled))}
    assert said in ({"moved", "Stale"}, {"cancelled", "Stale"})
    assert (post.visit.status is Status.CANCELLED) == ("cancelled" in said)


def test_a_link_that_ends_while_its_page_is_open_does_nothing(database: Database, world: World) -> None:
    post, token = sealed(database, world, WEDNESDAY)
    sent = form(token, post.visit.version)
    post.patient(email="new@example.org")
    assert outcome(post, sent) == "NotFound"
    for act in (links.confirm, links.cancel):
        with pytest.raises(NotFound):
            act(database.begin, sent, now=post.now)
    assert post.visit.starts == WEDNESDAY


@pytest.mark.parametrize(
    ("level", "here", "offered"),
    [(Level.WARN, True, True), (Level.WARN, False, False), (Level.OVERRIDE, True, False), (Level.BLOCK, True, False)],
)
def test_a_remark_about_the_visit_as_it_is_stands_against_no_other_time(
    database: Database, world: World, monkeypatch: pytest.MonkeyPatch, level: Level, here: bool, offered: bool
) -> None:
    _, token = sealed(database, world, WEDNESDAY)
    remark = Finding(40, level, Stage.BOOK, "recheck_first")

    def said(_: object, __: object, elsewhere: Sequence[object]) -> list[tuple[Finding, ...]]:
        _, *others = elsewhere
        return [(remark,) if here else (), *((remark,) for _ in others)]

    monkeypatch.setattr(own_times, "foresee", said)
    assert bool(links.times(database.read, token, now=NOW)) == offered
