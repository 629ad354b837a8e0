"""A practice's own notes: written, approved, told, and back to what ships."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.content import notes as shipped
from clinic.db.messages import notes as rows
from clinic.db.tables.access import audit
from clinic.db.tables.messages import note
from clinic.db.tables.practice import practice
from clinic.db.unit import Database
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Forbidden, Invalid, NotFound, Stale
from clinic.domain.messages.notes import PARTS, Note
from clinic.domain.messages.own_note import check_own
from clinic.services.messages import notes
from clinic.services.messages.notes import Wordings
from tests.world import ACTOR, NOW, build

KEY, LATER = "dry-needling", NOW + timedelta(hours=1)


@pytest.fixture
def there(database: Database) -> Database:
    build(database)
    return database


def wordings(**changed: list[tuple[str, str]]) -> Wordings:
    """The shipped text, with some parts otherwise."""
    base = notes.as_shipped(KEY, "en")
    return {part: [(line.full, line.neutral) for line in getattr(base, part)] for part in PARTS} | changed


def write(there: Database, seen: int = 0, **changed: list[tuple[str, str]]) -> None:
    notes.write(there.begin, KEY, "en", wordings(**changed), seen=seen, actor=ACTOR, now=NOW)


def approve(there: Database, seen: int) -> None:
    notes.approve(there.begin, KEY, "en", seen=seen, actor=ACTOR, now=LATER)


def told(there: Database) -> Note:
    with there.read() as unit:
        return next(each for each in notes.in_use(unit) if (each.key, each.language) == (KEY, "en"))


def revision(there: Database) -> int:
    with there.read() as unit:
        return int(unit.connection.execute(select(practice.c.revision)).scalar_one())


def test_without_a_text_of_its_own_a_practice_tells_what_ships(there: Database) -> None:
    with there.read() as unit:
        assert notes.in_use(unit) is shipped.load()
        assert notes.in_use_marked(unit) == shipped.load()


def test_every_shipped_note_could_be_the_practices_own() -> None:
    for each in shipped.load():
        check_own(notes.plain(each), each)
        assert notes.plain(each) == each


def test_a_text_is_told_once_somebody_approved_it(there: Database) -> None:
    before = revision(there)
    write(there, after=[("Drink **water**, [more](https://example.org/a).", "Drink *water*.")])
    assert (told(there), revision(there)) == (notes.as_shipped(KEY, "en"), before)
    approve(there, 1001)
    assert revision(there) == before + 1
    (line,) = told(there).after
    assert (line.full, line.neutral) == ("Drink water, more (https://example.org/a).", "Drink water.")
    assert (told(there).version, line.source, line.confidence) == (1001, "practice", "D")
    with there.read() as unit:
        (marked,) = (each for each in notes.in_use_marked(unit) if (each.key, each.language) == (KEY, "en"))
        (version,) = rows.approved(unit.connection)
        acts = [row.act for row in unit.connection.execute(select(audit).order_by(audit.c.id))]
    assert marked.after[0].neutral == "Drink *water*."
    assert (version.author, version.approved_by, version.approved_at) == (ACTOR.name, ACTOR.name, LATER)
    assert acts[-2:] == ["note.written", "note.approved"]


def test_a_later_draft_leaves_the_approved_text_until_it_is_approved_too(there: Database) -> None:
    write(there, after=[("One.", "One.")])
    approve(there, 1001)
    write(there, 1001, after=[("Two.", "Two.")])
    assert told(there).after[0].full == "One."
    approve(there, 1002)
    approve(there, 1002)
    assert told(there).after[0].full == "Two."
    assert [each.number for each in notes.history(there.read, KEY, "en")] == [1002, 1001]


def test_back_to_what_ships_is_a_version_too_and_told_at_once(there: Database) -> None:
    write(there, after=[("One.", "One.")])
    approve(there, 1001)
    before = revision(there)
    for _ in range(2):
        latest = notes.history(there.read, KEY, "en")[0].number
        notes.back_to_shipped(there.begin, KEY, "en", seen=latest, actor=ACTOR, now=LATER)
    assert (told(there), revision(there)) == (notes.as_shipped(KEY, "en"), before + 1)
    (shelved,) = (each for each in notes.shelf(there.read) if (each.shipped.key, each.shipped.language) == (KEY, "en"))
    assert shelved.latest is not None
    assert shelved.latest == shelved.told
    assert (shelved.latest.number, shelved.latest.body) == (1002, {})
    write(there, 1002, after=[("Two.", "Two.")])
    assert notes.text_of(notes.history(there.read, KEY, "en")[0], KEY, "en").after[0].full == "Two."


def test_who_saw_another_version_is_told_and_nothing_is_written(there: Database) -> None:
    write(there, after=[("One.", "One.")])
    with pytest.raises(Stale):
        write(there, after=[("Two.", "Two.")])
    with pytest.raises(Stale):
        approve(there, 1000)
    with pytest.raises(Stale):
        notes.back_to_shipped(there.begin, KEY, "en", seen=0, actor=ACTOR, now=NOW)
    assert len(notes.history(there.read, KEY, "en")) == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, "note_same"),
        ({"urgent": []}, "urgent_less"),
        ({"after": [("Good after your **nee**dling.", "Good after your nee**dling**.")]}, "note_names"),
        ({"after": [("Call {secret}.", "")]}, "unknown_placeholder"),
        ({"after": [("", "Only neutral.")]}, "text_missing"),
        ({"after": [("x" * 401, "")]}, "text_too_long"),
    ],
)
def test_what_cannot_be_told_is_refused(there: Database, changed: dict[str, list[tuple[str, str]]], code: str) -> None:
    with pytest.raises(Invalid) as raised:
        write(there, **changed)
    assert raised.value.code == code
    with there.read() as unit:
        assert unit.connection.execute(select(note)).all() == []


def test_only_notes_that_ship_are_reworded_and_only_by_who_may(there: Database) -> None:
    for key, language in (("nothing", "en"), (KEY, "xx")):
        with pytest.raises(NotFound):
            notes.write(there.begin, key, language, wordings(), seen=0, actor=ACTOR, now=NOW)
        with pytest.raises(NotFound):
            notes.history(there.read, key, language)
    with pytest.raises(NotFound):
        approve(there, 0)
    nobody = Actor("account:x", frozenset())
    for act in (notes.approve, notes.back_to_shipped):
        with pytest.raises(Forbidden):
            act(there.begin, KEY, "en", seen=0, actor=nobody, now=NOW)
    with pytest.raises(Forbidden):
        notes.write(there.begin, KEY, "en", wordings(), seen=0, actor=nobody, now=NOW)
