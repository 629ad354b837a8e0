"""Random lives of several visits: whatever happens in whatever order, no feed goes back on what it said."""

import random
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from icalendar import Calendar
from sqlalchemy import update

from clinic.db.tables.practice import practice
from clinic.db.unit import Database
from clinic.domain.errors import ClinicError
from clinic.domain.messages.subscriptions import Subscription
from clinic.domain.visits.visit import Status
from clinic.services.messages import feeds
from tests.db.post import Post
from tests.unit.calendars.linter import findings
from tests.world import ACTOR, at, build

STARTS = [at(f"2026-{day}", hour) for day in ("11-23", "11-26", "12-03", "12-10", "12-17", "12-24") for hour in (9, 14)]
OWNERS = {"patient": "patient1", "staff": "t1", "room": "room1", "location": "loc1"}
BEGINS = (Status.BOOKED, Status.BOOKED, Status.PENCILLED)
TURNS = (Status.CANCELLED, Status.BOOKED, Status.RELEASED, Status.ARRIVED, Status.NO_SHOW)


@dataclass
class Reader:
    """A client that remembers all it was ever told."""

    kind: str
    secret: str
    bodies: dict[str, bytes] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    dates: dict[str, datetime] = field(default_factory=dict)
    lines: dict[str, bytes] = field(default_factory=dict)
    cancelled: set[str] = field(default_factory=set)

    def look(self, post: Post) -> None:
        found = feeds.fetch(post.database.begin, post.database.read, self.secret, by="x", now=post.now)
        assert self.bodies.setdefault(found.etag, found.body) == found.body
        assert findings(found.body) == []
        for event in Calendar.from_ical(found.body).walk("VEVENT"):
            uid, sequence, date = str(event["UID"]), int(event["SEQUENCE"]), event["LAST-MODIFIED"].dt
            assert sequence >= self.sequences.get(uid, 0)
            assert date >= self.dates.get(uid, date)
            line = event.to_ical()
            assert date > self.dates.get(uid, date) or line == self.lines.get(uid, line)
            if event["STATUS"] == "CANCELLED":
                assert self.kind == "patient"
                self.cancelled.add(uid)
            assert uid not in self.cancelled or event["STATUS"] == "CANCELLED"
            self.sequences[uid], self.dates[uid], self.lines[uid] = sequence, date, line


def step(post: Post, visits: list[str], chance: random.Random) -> None:
    if visits:
        post.public_id = chance.choice(visits)
    try:
        match chance.randrange(9):
            case 0 | 1 | 2:
                visits.append(post.book(chance.choice(STARTS), chance.choice(BEGINS)).public_id)
            case 3 | 4 if visits:
                post.move(chance.choice(STARTS))
            case 5 | 6 if visits:
                post.turn(chance.choice(TURNS))
            case 7:
                post.patient(disclosure=chance.randint(1, 3), alarm_minutes=chance.choice([None, 60]))
            case _:
                with post.database.begin() as unit:
                    changed = update(practice).values(
                        name=f"Practice {chance.random()}", revision=practice.c.revision + 1
                    )
                    unit.connection.execute(changed)
    except ClinicError:
        pass  # a time that is taken, a step that is none: nothing was written
    post.later(minutes=chance.choice([0, 1, 5, 60, 1441]))


def live(database: Database, seed: int, steps: int) -> None:
    chance = random.Random(seed)
    post, visits = Post(database, build(database)), list[str]()
    asked = [(kind, owner, "phone") for kind, owner in OWNERS.items()]
    readers = [
        Reader(kind, feeds.create(database.begin, kind, owner, Subscription(name), actor=ACTOR, now=post.now).secret)
        for kind, owner, name in asked
    ]
    for _ in range(steps):
        step(post, visits, chance)
        for reader in readers:
            if chance.randrange(2):
                reader.look(post)
    for reader in readers:
        reader.look(post)
    assert visits


@pytest.mark.parametrize("seed", range(4))
def test_a_feed_never_goes_back_on_what_it_said(sqlite_database: Database, seed: int) -> None:
    live(sqlite_database, seed, 15)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(100, 160))
def test_a_feed_never_goes_back_on_what_it_said_in_long_lives(database: Database, seed: int) -> None:
    live(database, seed, 80)
