"""Random lives of a visit and its reader: whatever happens in whatever order, the letters end up telling the truth."""

import random
from itertools import pairwise

import pytest

from clinic.db.messages import obligations
from clinic.db.unit import Database
from clinic.domain.messages.telling import Shown
from clinic.domain.visits.visit import SHOWN, Status
from clinic.mail.outcome import Fate, Outcome
from tests.db.post import MONDAY, THURSDAY, Post
from tests.world import at, build

STARTS = (MONDAY, THURSDAY, at("2026-12-21", 10))
FATES = (Fate.RETRY, Fate.UNKNOWN, Fate.PAUSED, Fate.SENT)


def step(post: Post, chance: random.Random) -> None:
    match chance.randrange(7):
        case 0 | 1:
            post.move(chance.choice(STARTS))
        case 2:
            post.patient(email=f"ada{chance.randrange(2)}@example.org")
        case 3:
            post.patient(disclosure=chance.randint(1, 3))
        case 4:
            post.patient(invites=chance.choice(["invites", "invites", "feed"]))
        case 5:
            fate = chance.choice(FATES)
            post.fates.append(Outcome(fate, fate is Fate.UNKNOWN))
        case 6:
            post.run()
    post.later(seconds=chance.choice([5, 60, 200, 1000]))


def settle(post: Post) -> None:
    post.fates.clear()
    for _ in range(6):
        post.run().later(hours=1)


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.prove) for seed in range(4, 60))])
def test_in_the_end_every_reader_was_told_the_truth(sqlite_database: Database, seed: int) -> None:
    chance = random.Random(seed)
    post = Post(sqlite_database, build(sqlite_database)).book(chance.choice(STARTS))
    for _ in range(25):
        step(post, chance)
    if chance.randrange(2):
        post.turn(Status.CANCELLED)
    settle(post)
    assert set(post.owed) <= {"sealed", "dropped"}
    assert set(post.states) <= {"sent", "superseded"}
    with sqlite_database.read() as unit:
        address = obligations.address(unit.connection, post.world.patients[0])
    rows, visit = [row for row in post.rows() if row.method != "NONE"], post.visit
    for recipient in {row.recipient for row in rows}:
        mine = [row for row in rows if row.recipient == recipient and row.state == "sent"]
        assert all(before.sequence <= after.sequence for before, after in pairwise(mine))
        if mine:
            last = Shown(**mine[-1].shown)
            stands = visit.status in SHOWN and recipient == address
            assert (last.cancelled, mine[-1].method) == ((False, "REQUEST") if stands else (True, "CANCEL"))
            assert not stands or (last.starts, last.ends) == (visit.starts, visit.ends)
    stamps = [row.stamped_at for row in rows]
    assert all(before < after for before, after in pairwise(stamps))
    assert len({row.message_id for row in rows}) == len(rows)
    sent = {row.payload for row in rows if row.state == "sent"}
    assert sent <= set(post.sent)
