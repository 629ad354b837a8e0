"""vdirsyncer and khal on what the product serves."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clients.conftest import Subscribed
from tests.clients.khal import Entry, Khal

pytestmark = pytest.mark.prove


def test_every_feed_is_copied_once_and_says_the_same(
    home: Path, feeds: list[Subscribed], record_property: Callable[[str, object], None]
) -> None:
    program = Khal(home, [each.address for each in feeds])
    record_property("program", program.version)
    assert program.sync() == sum(len(each.seen) for each in feeds)
    copied = program.files
    assert len(copied) == sum(len(each.seen) for each in feeds)
    assert program.sync() == 0
    assert program.files == copied
    assert {each.what: shown for each, shown in zip(feeds, program.lists(), strict=True)} == {
        each.what: sorted(Entry(*one[1:]) for one in each.seen) for each in feeds
    }
