"""Thunderbird on what the product sends and serves."""

from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from clinic.db.unit import Database
from clinic.domain.messages.reply import Verdict
from clinic.domain.visits.answer import Answer
from clinic.domain.visits.visit import Status
from clinic.services.messages import feeds as feeds_of
from clinic.services.messages.replies import receive
from tests.clients.conftest import STARTS, WEDNESDAY, Subscribed
from tests.clients.serving import serving as over_http
from tests.clients.thunderbird import REFUSES, Thunderbird, thunderbird
from tests.db.inbox import Inbox
from tests.db.post import THURSDAY, Post
from tests.unit.mail.smtp_server import Script, serving
from tests.world import ACTOR, build

pytestmark = pytest.mark.prove
ADA = "ada1@example.org"


@pytest.fixture
def program(home: Path) -> Iterator[Thunderbird]:
    with thunderbird(home) as found:
        yield found


def answered(post: Post, mail: bytes) -> tuple[Verdict, str]:
    """What becomes of its answer, at the time that it was sent, and how the visit then stands."""
    now = parsedate_to_datetime(message_from_bytes(mail)["Date"])
    given = post.database
    return receive(given.begin, given.read, mail, now=now).verdict, Inbox(post).state[1]


def test_an_invitation_is_accepted_moves_twice_and_goes_and_every_answer_arrives(
    program: Thunderbird, sqlite_database: Database, record_property: Callable[[str, object], None]
) -> None:
    record_property("program", f"Thunderbird {program.version}")
    post, script = Post(sqlite_database, build(sqlite_database), plus=True), Script()
    after, answers = [], []
    with serving(script) as port:
        program.settle(ADA, port)
        for change in (post.book, lambda: post.move(THURSDAY), lambda: post.move(WEDNESDAY)):
            change()
            button, held = program.opens(post.run().sent[-1])
            after.append((button, [(each.seen.start, each.sequence, each.answers) for each in held]))
            program.until(lambda: len(script.received) == len(after))
            answers.append(answered(post, script.received[-1].payload))
        post.turn(Status.CANCELLED)
        assert program.opens(post.run().sent[-1]) == ("imipDeleteButton", [])
    assert after == [("imipAcceptButton", [(starts, sequence, ["ACCEPTED"])]) for sequence, starts in enumerate(STARTS)]
    assert answers == [(Verdict.TAKEN, Answer.ACCEPTED.value)] * 3


def test_a_visit_that_is_declined_stays_booked_and_the_practice_is_asked(
    program: Thunderbird, sqlite_database: Database
) -> None:
    post, script = Post(sqlite_database, build(sqlite_database), plus=True), Script()
    with serving(script) as port:
        program.settle(ADA, port)
        assert program.opens(post.book().run().sent[-1], REFUSES)[0] == REFUSES
        program.until(lambda: script.received)
        assert answered(post, script.received[-1].payload) == (Verdict.TAKEN, Answer.DECLINED.value)
    assert Inbox(post).state[0] == "booked"
    assert Inbox(post).tasks == [("visit_declined", "open")]


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "asked-each-time"])
def test_a_subscribed_visit_moves_and_is_shown_as_cancelled(
    program: Thunderbird, sqlite_database: Database, tmp_path: Path, kept: bool
) -> None:
    post = Post(sqlite_database, build(sqlite_database))
    begin = post.database.begin
    made = feeds_of.create(begin, "patient", "patient1", "phone", actor=ACTOR, now=post.now)
    with over_http(post, tmp_path) as given:
        look = program.subscribes(given.address(made.secret), kept=kept)
        assert look() == []
        post.later(minutes=1).book()
        seen = look()
        post.later(minutes=1).move(THURSDAY)
        seen += look()
        post.later(minutes=1).turn(Status.CANCELLED)
        seen += look()
    assert [(each.start, each.status) for each in seen] == [
        (STARTS[0], "CONFIRMED"),
        (STARTS[1], "CONFIRMED"),
        (STARTS[1], "CANCELLED"),
    ]
    assert len({each.uid for each in seen}) == 1
    assert seen[-1].title.startswith("Cancelled")


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "asked-each-time"])
def test_every_feed_that_it_subscribes_to_says_the_same(
    program: Thunderbird, feeds: list[Subscribed], kept: bool
) -> None:
    for each in feeds:
        look = program.subscribes(each.address, kept=kept)
        assert (look(), look()) == (each.seen, each.seen), each.what
    for each in feeds:
        first, *later = [(one.status, bool(one.known), one.size) for one in each.asked()]
        assert first == (200, False, len(each.document)), each.what
        assert set(later) == {(304, True, 0)}, each.what
