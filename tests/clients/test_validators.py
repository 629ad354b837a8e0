"""What validates calendars on servers, on what the product sends and serves."""

import ctypes
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clients import sabre
from tests.clients.conftest import Subscribed
from tests.clients.running import missing
from tests.clients.sabre import Told
from tests.unit.calendars.readers import LIBICAL, by_icalendar, by_libical

pytestmark = pytest.mark.prove


@pytest.fixture
def libical() -> None:
    try:
        ctypes.CDLL(LIBICAL)
    except OSError:
        missing(f"libical ({LIBICAL})")


def test_sabre_finds_nothing_wrong_in_any_feed_and_sees_the_same(
    home: Path, feeds: list[Subscribed], record_property: Callable[[str, object], None]
) -> None:
    version, told = sabre.read(home, [each.document for each in feeds])
    record_property("program", f"sabre/vobject {version}")
    assert told == [Told([], each.seen) for each in feeds]


@pytest.mark.usefixtures("libical")
def test_sabre_and_libical_find_nothing_wrong_in_any_letter(
    home: Path, letters: list[tuple[str, bytes]], record_property: Callable[[str, object], None]
) -> None:
    documents = [document for _, document in letters]
    seen = by_icalendar(documents)
    assert [method for method, _ in letters] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    assert by_libical(documents) == seen
    version, told = sabre.read(home, documents)
    record_property("program", f"sabre/vobject {version}")
    assert told == [Told([], each) for each in seen]


@pytest.mark.usefixtures("libical")
def test_libical_finds_nothing_wrong_in_any_feed_and_sees_the_same(feeds: list[Subscribed]) -> None:
    assert by_libical([each.document for each in feeds]) == [each.seen for each in feeds]
