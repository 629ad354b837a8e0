"""A practice's own versions of protocols: kept, compared, retired, and what courses are built from."""

from dataclasses import replace

import pytest

from clinic.db.unit import Database
from clinic.domain.courses.protocol import Protocol
from clinic.domain.courses.protocol_changes import Difference
from clinic.domain.courses.protocol_edit import PRACTICE
from clinic.domain.errors import NotFound, Stale
from clinic.services.courses import protocols
from clinic.services.courses.protocols import Template, known
from tests.world import ACTOR, NOW

NECK = known()["neck-mechanical"]


def template(database: Database, key: str = NECK.key) -> Template:
    with database.read() as unit:
        return protocols.template(unit, key)


def save(database: Database, edited: Protocol, seen: int) -> int:
    return protocols.save(database.begin, edited, seen=seen, why="less is enough", actor=ACTOR, now=NOW)


def test_a_practice_starts_with_what_ships(database: Database) -> None:
    assert template(database) == Template(NECK, NECK, own=False, retired=False, seen=0)
    with database.read() as unit:
        assert dict(protocols.usable(unit)) == dict(known())
        assert protocols.since(unit, NECK) is None


def test_an_edit_is_the_next_version_and_says_what_rests_on_the_practice(database: Database) -> None:
    assert save(database, replace(NECK, cap=5), seen=0) == 2
    found = template(database)
    assert (found.own, found.seen, found.protocol.version, found.protocol.cap) == (True, 2, 2, 5)
    assert [each.of for each in found.protocol.evidence if each.source == PRACTICE] == [("cap",)]
    with database.read() as unit:
        assert protocols.usable(unit)[NECK.key] == found.protocol
        kept = protocols.history(unit, NECK.key)
        assert [(each.revision, each.shipped, each.why) for each in kept] == [
            (2, False, "less is enough"),
            (1, True, ""),
        ]
        assert protocols.version(unit, NECK.key, "1") == protocols.version(unit, NECK.key, "shipped") == NECK
        assert protocols.since(unit, NECK) == (Difference("cap", "", 6, 5),)
        assert protocols.adapted(unit, replace(NECK, title="His neck")) == (
            Difference("title", "", NECK.title, "His neck"),
        )


def test_an_edit_that_changes_nothing_is_no_version(database: Database) -> None:
    assert save(database, replace(NECK, version=9), seen=0) == 1
    assert template(database).seen == 0


def test_two_edits_of_one_version_are_not_mixed(database: Database) -> None:
    save(database, replace(NECK, cap=5), seen=0)
    with pytest.raises(Stale) as stale:
        save(database, replace(NECK, cap=4), seen=0)
    assert stale.value.params["current"] == 2
    assert template(database).protocol.cap == 5


def test_what_is_retired_starts_no_course_until_it_is_taken_back(database: Database) -> None:
    for retired in (True, False):
        seen = template(database).seen
        protocols.retire(database.begin, NECK.key, retired, seen=seen, actor=ACTOR, now=NOW)
        protocols.retire(database.begin, NECK.key, retired, seen=seen, actor=ACTOR, now=NOW)
        with database.read() as unit:
            assert (NECK.key in protocols.usable(unit)) is not retired
    assert template(database).own is False


def test_an_own_version_can_be_retired_and_edited_on(database: Database) -> None:
    save(database, replace(NECK, cap=5), seen=0)
    with pytest.raises(Stale):
        protocols.retire(database.begin, NECK.key, True, seen=1, actor=ACTOR, now=NOW)
    protocols.retire(database.begin, NECK.key, True, seen=2, actor=ACTOR, now=NOW)
    assert save(database, replace(NECK, cap=4), seen=2) == 3
    assert template(database).retired is False


def test_an_unknown_protocol_or_version_is_not_found(database: Database) -> None:
    with database.read() as unit:
        assert protocols.since(unit, replace(NECK, key="gone")) is None
        assert protocols.adapted(unit, replace(NECK, key="gone")) == ()
        for key, name in (("gone", "1"), (NECK.key, "7")):
            with pytest.raises(NotFound):
                protocols.version(unit, key, name)
        with pytest.raises(NotFound):
            protocols.template(unit, "gone")


def test_a_plan_from_a_version_that_nobody_knows_is_held_against_its_own_copy(database: Database) -> None:
    with database.read() as unit:
        assert protocols.since(unit, replace(NECK, version=7, cap=8)) == (Difference("cap", "", 8, 6),)
