"""What patients say of their health behind the link of a visit, in the database: kept as if it was asked here."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from clinic.db.access.idempotency import Once
from clinic.db.tables.access import audit
from clinic.db.tables.care import screening, screening_day
from clinic.db.tables.messages import task
from clinic.db.tables.patients import patient
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain.care.screening import Answers, DayAnswers
from clinic.domain.errors import Invalid, NotFound, Stale, TooMany
from clinic.domain.time import instant_of
from clinic.domain.visits.asking import Asks
from clinic.services.messages import links, questions
from clinic.services.messages.questions import Sent
from tests.cared import screened
from tests.db.post import Post
from tests.world import NOW, at, build

VISIT = at("2026-11-24", 10)
MORNING = instant_of(VISIT) - timedelta(hours=3)
BORN = date(1980, 3, 1)
EARLY = Answers(due_on=date(2027, 7, 20))
"""The first three months of a pregnancy: no needling is started."""


@pytest.fixture
def post(database: Database) -> Post:
    return Post(database, build(database)).book(VISIT).run()


def token(post: Post) -> str:
    return post.pages[-1].text.partition("/v/")[2].split()[0]


def sent(post: Post, version: int = 0, key: str | None = None, born: date = BORN) -> Sent:
    once = None if key is None else Once("link:patient1", key, "digest")
    return Sent(token(post), born, version, once, "r1")


def due(post: Post) -> Asks | None:
    linked = links.follow(post.database.read, token(post), now=post.now)
    return questions.due(post.database.read, linked, now=post.now)


def give(post: Post, answers: Answers, version: int = 0, key: str | None = None) -> Asks:
    return questions.give(post.database.begin, sent(post, version, key), answers, now=post.now).asks


def open_tasks(post: Post) -> list[str]:
    return [row.kind for row in post.rows(task) if row.state == "open"]


def test_the_first_answers_are_kept_as_the_patients_own_and_only_changes_are_asked_then(post: Post) -> None:
    assert due(post) is Asks.ALL
    assert give(post, Answers(antithrombotics=True)) is Asks.CHANGES
    (row,) = post.rows(screening)
    assert (row.version, row.actor, row.answers) == (1, "link:patient1", {"antithrombotics": True})
    entry = post.rows(audit)[-1]
    assert (entry.act, entry.actor) == ("screening.answered", "link:patient1")
    assert entry.detail == {"version": 1, "questions": 1}, "no answer"
    assert due(post) is Asks.CHANGES
    found = questions.ask(post.database.begin, token(post), BORN, request_id="r", now=post.now)
    assert (found.version, found.standing and found.standing.answers) == (1, Answers(antithrombotics=True))


def test_what_speaks_against_needling_holds_what_is_booked_and_is_a_task(post: Post) -> None:
    give(post, EARLY)
    assert open_tasks(post) == ["needling_held"]
    give(post, Answers(), version=1)
    assert open_tasks(post) == []


def test_the_same_form_twice_is_one_version_and_one_that_was_overtaken_is_none(post: Post) -> None:
    assert [give(post, EARLY, key="k") for _ in range(2)] == [Asks.CHANGES] * 2
    with pytest.raises(Stale):
        give(post, Answers(), version=0)
    assert [row.version for row in post.rows(screening)] == [1]


def test_on_the_day_how_he_is_is_said_once_and_only_then(post: Post) -> None:
    screened(post.database, post.world.patients[0])
    with pytest.raises(NotFound):
        questions.say_today(post.database.begin, sent(post, 1), DayAnswers(), now=post.now)
    post.now = MORNING
    assert due(post) is Asks.TODAY
    for _ in range(2):
        questions.say_today(post.database.begin, sent(post, 1, "k"), DayAnswers(fever=True), now=post.now)
    (row,) = post.rows(screening_day)
    assert (row.on_day, row.actor, row.answers) == (date(2026, 11, 24), "link:patient1", {"fever": True})
    assert due(post) is Asks.CHANGES
    assert give(post, EARLY, version=1) is Asks.TODAY, "what was said that day rested on other answers"
    with pytest.raises(Stale):
        questions.say_today(post.database.begin, sent(post, 1), DayAnswers(), now=post.now)


def test_nothing_is_asked_of_a_visit_that_is_off_or_begun(post: Post) -> None:
    for status in ("cancelled", "released", "in_session", "done", "no_show", "pencilled", "held"):
        with post.database.begin() as unit:
            unit.connection.execute(update(appointment).values(status=status))
        assert due(post) is None
    with post.database.begin() as unit:
        unit.connection.execute(update(appointment).values(status="booked"))
    post.now = instant_of(VISIT)
    assert due(post) is None
    with pytest.raises(NotFound):
        give(post, Answers())
    assert post.rows(screening) == []


@pytest.mark.parametrize("about", [{"deceased": True}, {"restricted_at": NOW}])
def test_nothing_is_asked_of_the_dead_or_where_a_record_is_restricted(post: Post, about: dict[str, Any]) -> None:
    with post.database.begin() as unit:
        unit.connection.execute(update(patient).values(**about))
    assert due(post) is None
    with pytest.raises(NotFound):
        questions.ask(post.database.begin, token(post), BORN, request_id="r", now=post.now)
    with pytest.raises(NotFound):
        give(post, Answers())


def test_another_date_of_birth_is_counted_and_what_else_goes_wrong_is_not(post: Post) -> None:
    give(post, Answers())
    for _ in range(6):
        with pytest.raises(Stale):
            give(post, EARLY)
    wrong = sent(post, 1, born=date(1980, 3, 2))
    for _ in range(5):
        with pytest.raises(Invalid, match="birth_date_other"):
            questions.give(post.database.begin, wrong, EARLY, now=post.now)
    with pytest.raises(TooMany):
        give(post, EARLY, version=1)
    assert [row.version for row in post.rows(screening)] == [1]
