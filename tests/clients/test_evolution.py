"""Evolution Data Server on what the product sends and serves."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clients import evolution
from tests.clients.conftest import STARTS, Subscribed

pytestmark = pytest.mark.prove


def test_an_invitation_that_is_accepted_moves_twice_and_goes(
    home: Path, letters: list[tuple[str, bytes]], record_property: Callable[[str, object], None]
) -> None:
    record_property("program", f"Evolution Data Server {evolution.version(home)}")
    after = evolution.lived(home, letters)
    assert [len(held) for held in after] == [1, 1, 1, 0]
    stood = [held[0] for held in after[:3]]
    assert [(seen.start, seen.status, sequence, people) for seen, sequence, people in stood] == [
        (starts, "CONFIRMED", number, ["ACCEPTED"]) for number, starts in enumerate(STARTS)
    ]
    assert len({seen.uid for seen, _, _ in stood}) == 1


def test_every_feed_that_it_subscribes_to_says_the_same(home: Path, feeds: list[Subscribed]) -> None:
    seen = evolution.subscribed(home, [each.address for each in feeds])
    assert {each.what: found for each, found in zip(feeds, seen, strict=True)} == {
        each.what: each.seen for each in feeds
    }
