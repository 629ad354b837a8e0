"""What every program is asked: all kinds of feeds in five zones, and one visit's whole life."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest

from clinic.db.unit import Database
from clinic.domain.visits.visit import Status
from clinic.mail.page import read
from tests.clients.serving import Asked, Serving, serving
from tests.db.post import THURSDAY, Post
from tests.db.test_feeds_alike import ZONES, Told, by_hand, practice_in, told
from tests.unit.calendars.readers import Seen
from tests.world import at, build

__all__ = ["practice_in"]

WEDNESDAY = at("2026-12-02", 14)
STARTS = [
    datetime(2026, 11, 23, 9, tzinfo=UTC),
    datetime(2026, 11, 26, 9, tzinfo=UTC),
    datetime(2026, 12, 2, 13, tzinfo=UTC),
]
"""Where the visit of `mails` stands after each of the first three; after the fourth it is gone."""


@dataclass(frozen=True)
class Subscribed:
    """A feed at its address, and what is in it by our own reading."""

    what: str
    address: str
    document: bytes
    seen: list[Seen]
    served: Serving

    def asked(self) -> list[Asked]:
        """Every request for it, the first one first."""
        return [each for each in self.served.asked if self.address.endswith(each.path)]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home for a program, with a short name: there are sockets in it."""
    made = tmp_path / "h"
    made.mkdir(mode=0o700)
    return made


@pytest.fixture
def feeds(practice_in: Callable[[str], Post], tmp_path: Path) -> Iterator[list[Subscribed]]:
    """Every kind of feed in five zones, through both changes of the clock, served by the product."""
    with ExitStack() as stack:
        served = []
        for tz in ZONES:
            post = practice_in(tz)
            documents: list[Told] = list(told(post, tz))
            given = stack.enter_context(serving(post, tmp_path))
            served += [
                Subscribed(each.what, given.address(each.secret), each.document, sorted(by_hand(each.document)), given)
                for each in documents
            ]
        yield served


@pytest.fixture
def mails(sqlite_database: Database) -> list[bytes]:
    """Booked, moved, moved again and cancelled, as it was sent."""
    post = Post(sqlite_database, build(sqlite_database))
    post.book().run().move(THURSDAY).run().move(WEDNESDAY).run().turn(Status.CANCELLED).run()
    return post.sent


@pytest.fixture
def letters(mails: list[bytes]) -> list[tuple[str, bytes]]:
    """The calendar part of each mail, with the method that the mail names."""
    parts = [part for mail in mails for part in message_from_bytes(mail).walk()]
    methods = [str(part.get_param("method")) for part in parts if part.get_content_type() == "text/calendar"]
    return list(zip(methods, [read(mail).calendar or b"" for mail in mails], strict=True))
