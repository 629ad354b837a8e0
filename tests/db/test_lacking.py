"""Notes that nobody has written in a patient's language do not go unnoticed."""

from clinic.content import notes
from clinic.db.tables.messages import task
from clinic.db.tables.patients import patient
from clinic.db.unit import Database
from clinic.services.messages.jobs import plan_looks, run_due
from clinic.services.messages.lacking import raise_tasks
from tests.db.post import Post
from tests.world import NOW, build

SHELF = notes.load()
NO_LUNG = tuple(note for note in SHELF if note.language != "de" or not note.key.startswith("needling-lung"))


def speaking(database: Database, language: str) -> Post:
    made = Post(database, build(database))
    with database.begin() as unit:
        unit.connection.execute(
            patient.update().where(patient.c.id == made.world.patients[0]).values(language=language)
        )
    return made


def looked(post: Post, shelf: tuple[notes.Note, ...]) -> int:
    with post.database.begin() as unit:
        return raise_tasks(unit, shelf, now=NOW)


def test_a_language_that_lacks_notes_is_one_task_until_more_are_lacking(database: Database) -> None:
    post = speaking(database, "de-CH")
    assert looked(post, SHELF) == 0
    assert [looked(post, NO_LUNG), looked(post, NO_LUNG)] == [1, 0]
    assert looked(post, tuple(note for note in NO_LUNG if note.language != "de")) == 1
    first = post.rows(task)[0]
    assert (first.kind, first.detail["language"], len(first.detail["notes"])) == ("notes_lacking", "de-CH", 10)


def test_a_language_that_nobody_writes_is_a_task_and_one_of_nobody_who_is_written_to_is_none(
    sqlite_database: Database,
) -> None:
    post = speaking(sqlite_database, "pl")
    plan_looks(post.database.begin, now=NOW)
    run_due(post.database.begin, post.database.read, now=NOW)
    assert [each.detail["language"] for each in post.rows(task)] == ["pl"]
    post.patient(deceased=True, language="cs")
    assert looked(post, SHELF) == 0
