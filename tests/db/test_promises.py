"""New zone data under visits that are booked: listed, moved by nobody, settled as somebody decides."""

import zoneinfo
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from icalendar import Calendar
from icalendar.timezone import tzp

from clinic.calendars import zones
from clinic.db.tables.messages import job, task
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain import time
from clinic.domain.errors import Invalid, NotFound, SlotTaken
from clinic.domain.visits.changes import Book
from clinic.domain.visits.visit import Status
from clinic.services.apply import rows
from clinic.services.messages.jobs import plan_looks, run_due
from clinic.services.visits.promises import Keep, accept, affected, raise_tasks
from tests.db.post import MONDAY, Post
from tests.world import ACTOR, NOW, at, build, needling, single

HOUR = 12


def forget() -> None:
    """What this process remembers of the zone files."""
    zoneinfo.ZoneInfo.clear_cache()
    tzp.use_default()
    for remembered in (time.zone, zones.observances, zones.verified, zones.vtimezone, rows.tzdata):
        remembered.cache_clear()


@pytest.fixture
def no_clock(tmp_path: Path) -> Iterator[Path]:
    """A folder of zone files in which Berlin keeps the time of Istanbul: two hours on in winter."""
    folder = tmp_path / "Europe"
    folder.mkdir()
    (folder / "Berlin").write_bytes(zones._tzif("Europe/Istanbul"))
    (tmp_path / "tzdata.zi").write_text("# version 2027z\n")
    before = zoneinfo.TZPATH
    yield tmp_path
    zoneinfo.reset_tzpath(before)
    forget()


@pytest.fixture
def post(database: Database) -> Post:
    return Post(database, build(database)).book()


def changed(folder: Path) -> None:
    """The machine gets new zone files, and every process starts anew."""
    zoneinfo.reset_tzpath([str(folder), *zoneinfo.TZPATH])
    forget()


def row(post: Post):  # type: ignore[no-untyped-def]
    return next(each for each in post.rows(appointment) if each.public_id == post.public_id)


def test_visits_keep_their_promise_while_the_zone_files_stay(post: Post) -> None:
    assert affected(post.database.read, now=NOW) == ()
    assert row(post).tzdata == zones.edition()[:16]


def test_new_zone_files_list_the_visits_and_move_none(post: Post, no_clock: Path) -> None:
    before = row(post)
    changed(no_clock)
    (found,) = affected(post.database.read, now=NOW)
    assert (found.visit.public_id, found.parted.promised, found.parted.shows, found.parted.kept) == (
        post.public_id,
        "2026-11-23T10:00",
        "2026-11-23T12:00",
        MONDAY - 2 * HOUR,
    )
    assert row(post) == before
    assert affected(post.database.read, now=datetime(2027, 1, 1, tzinfo=NOW.tzinfo)) == ()


def test_a_worker_that_starts_with_new_files_raises_one_task_a_visit_and_no_letter(post: Post, no_clock: Path) -> None:
    post.run()
    changed(no_clock)
    letters = post.letters
    for _ in range(2):
        plan_looks(post.database.begin, now=post.now)
        run_due(post.database.begin, post.database.read, now=post.now)
    (raised,) = post.rows(task)
    assert (raised.kind, raised.state, raised.detail["shows"]) == ("visit_clock", "open", "2026-11-23 12:00")
    assert [each.key for each in post.rows(job) if each.kind == "clocks"] == ["clocks:system 2027z:2026-11-20"]
    assert post.run().letters == letters
    with post.database.begin() as unit:
        assert raise_tasks(unit, now=post.now) == 0


def test_keeping_the_promised_time_moves_the_visit_and_tells_the_patient(post: Post, no_clock: Path) -> None:
    post.run()
    changed(no_clock)
    with post.database.begin() as unit:
        raise_tasks(unit, now=post.now)
    assert accept(post.database.begin, [post.public_id], Keep.WALL, actor=ACTOR, now=post.now) == (post.public_id,)
    kept = row(post)
    assert (kept.starts_tick, kept.wall, kept.sequence) == (MONDAY - 2 * HOUR, "2026-11-23T10:00", 1)
    assert kept.tzdata == "system 2027z"
    assert affected(post.database.read, now=NOW) == ()
    assert [each.state for each in post.rows(task)] == ["dropped"]
    post.run()
    assert [letter[:2] for letter in post.letters] == [("REQUEST", 0), ("REQUEST", 1)]
    event = Calendar.from_ical(post.pages[-1].calendar or b"").walk("VEVENT")[0]
    assert event["DTSTART"].dt.replace(tzinfo=None) == datetime(2026, 11, 23, 10)  # noqa: DTZ001 - wall time
    assert "10:00" in post.pages[-1].subject


def test_keeping_the_moment_leaves_the_visit_and_promises_what_its_clock_shows(post: Post, no_clock: Path) -> None:
    post.run()
    changed(no_clock)
    accept(post.database.begin, [post.public_id], Keep.INSTANT, actor=ACTOR, now=post.now)
    kept = row(post)
    assert (kept.starts_tick, kept.wall, kept.sequence) == (MONDAY, "2026-11-23T12:00", 1)
    assert affected(post.database.read, now=NOW) == ()
    post.run()
    assert [letter[:2] for letter in post.letters] == [("REQUEST", 0), ("REQUEST", 1)]
    assert "12:00" in post.pages[-1].subject


def test_a_patient_without_invitations_hears_of_it_from_the_desk(post: Post, no_clock: Path) -> None:
    post.patient(invites="feed")
    changed(no_clock)
    accept(post.database.begin, [post.public_id], Keep.INSTANT, actor=ACTOR, now=post.now)
    assert [(each.kind, each.detail["shows"]) for each in post.rows(task)] == [("visit_clock_told", "2026-11-23 12:00")]


def test_visits_that_touch_move_together(post: Post, no_clock: Path) -> None:
    """One behind the other, two hours earlier: the second into the time that the first gives back."""
    post.do(Book(single(post.world, needling(post.world, at("2026-11-23", 12)), patient=1)))
    changed(no_clock)
    all_ = [each.visit.public_id for each in affected(post.database.read, now=NOW)]
    assert len(all_) == 2
    with pytest.raises(SlotTaken):
        accept(post.database.begin, all_[1:], Keep.WALL, actor=ACTOR, now=post.now)
    assert len(accept(post.database.begin, all_, Keep.WALL, actor=ACTOR, now=post.now)) == 2
    assert affected(post.database.read, now=NOW) == ()


def test_a_visit_that_is_over_cancelled_or_unknown_is_not_settled(post: Post, no_clock: Path) -> None:
    changed(no_clock)
    with pytest.raises(NotFound):
        accept(post.database.begin, ["nobody"], Keep.WALL, actor=ACTOR, now=post.now)
    post.turn(Status.CANCELLED)
    assert affected(post.database.read, now=NOW) == ()
    with pytest.raises(NotFound):
        accept(post.database.begin, [post.public_id], Keep.WALL, actor=ACTOR, now=post.now)


def test_a_visit_that_nothing_happened_to_is_left_alone(post: Post) -> None:
    assert accept(post.database.begin, [post.public_id], Keep.WALL, actor=ACTOR, now=post.now) == ()
    assert accept(post.database.begin, [], Keep.WALL, actor=ACTOR, now=post.now) == ()
    assert row(post).sequence == 0


def test_a_promise_that_no_clock_shows_any_more_is_refused(post: Post) -> None:
    with post.database.begin() as unit:
        unit.connection.execute(appointment.update().values(wall="2027-03-28T02:30"))
    with pytest.raises(Invalid) as refused:
        accept(post.database.begin, [post.public_id], Keep.WALL, actor=ACTOR, now=post.now)
    assert refused.value.code == "promise_skipped"
    accept(post.database.begin, [post.public_id], Keep.INSTANT, actor=ACTOR, now=post.now)
    assert row(post).wall == "2026-11-23T10:00"
