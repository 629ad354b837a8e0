"""What is routine: what to expect, reminders, aftercare; by mail or as a text."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from clinic.content import notes
from clinic.db.courses import reads
from clinic.db.messages import jobs
from clinic.db.tables.messages import job, obligation
from clinic.db.tables.practice import practice
from clinic.db.unit import Database
from clinic.domain.messages.terms import banned_terms
from clinic.domain.time import instant_of
from clinic.services.courses.book import book
from clinic.services.messages import reminding
from clinic.services.messages.notes import in_use
from clinic.services.messages.reminding import plan_due
from clinic.services.messages.seal import Sealing
from tests.db.post import MONDAY, THURSDAY, Post
from tests.db.test_courses import wanted
from tests.world import ACTOR, at, build

ADA = "ada1@example.org"
URGENT = "112"


class Practice(Post):
    def at(self, tick: int) -> "Practice":
        self.now = instant_of(tick)
        return self

    def plan(self) -> int:
        """One look, and after it whatever is due is sealed and sent."""
        found = plan_due(self.database.begin, self.database.read, now=self.now)
        self.seal()
        while self.deliver():
            pass
        return found

    def done(self, status: str = "done") -> "Practice":
        with self.database.begin() as unit:
            unit.connection.exec_driver_sql(f"UPDATE appointment SET status = '{status}'")  # noqa: S608 - ours
        return self

    @property
    def notices(self) -> list[Any]:
        return [row for row in self.rows() if row.method == "NONE"]

    @property
    def told(self) -> list[str]:
        return [row.subject for row in self.notices]


@pytest.fixture
def there(sqlite_database: Database) -> Practice:
    return Practice(sqlite_database, build(sqlite_database))


@pytest.fixture
def both(database: Database) -> Practice:
    return Practice(database, build(database))


def test_a_reminder_goes_once_a_day_before(both: Practice) -> None:
    both.book(THURSDAY).run()
    assert both.at(at("2026-11-25", 9)).plan() == 0
    assert both.at(at("2026-11-25", 10)).plan() == 1
    assert both.later(minutes=5).plan() == 0
    assert both.told == ["Reminder: your appointment on Thursday 26 November, 10:00"]
    (row,) = both.notices
    assert (row.recipient, row.state, row.expires_at) == (ADA, "sent", instant_of(THURSDAY))
    page = both.pages[1]
    assert "Thursday 26 November 2026, 10:00–10:45 (Berlin time, CET)" in page.text
    assert "how to move or cancel it: https://clinic.test/v/" in page.text


@pytest.mark.parametrize(
    ("chosen", "due"), [({"reminder_hours": 0}, None), ({"reminder_hours": 48}, 24), ({"channel": "paper"}, None)]
)
def test_the_patients_choice_goes_before_the_practices(
    there: Practice, chosen: dict[str, Any], due: int | None
) -> None:
    there.who(**chosen).book(THURSDAY).run()
    assert there.at(at("2026-11-24", 10)).plan() == (1 if due else 0)
    assert there.at(at("2026-11-25", 10)).plan() == 0


def test_two_visits_on_their_way_are_one_reminder_that_greets_once(there: Practice) -> None:
    there.book(THURSDAY).book(at("2026-11-27", 14)).run()
    there.at(at("2026-11-26", 9)).plan()
    assert there.told[-1] == "Reminder: your 2 appointments, the first on Thursday 26 November, 10:00"
    text = there.pages[-1].text
    assert [text.count(said) for said in ("We look forward", "10:00–10:45", "14:00–14:45")] == [1, 1, 1]


def test_of_two_visits_the_first_is_the_one_that_comes_first_whichever_was_booked_before(there: Practice) -> None:
    there.book(at("2026-11-27", 14)).book(THURSDAY).run()
    there.at(at("2026-11-26", 9)).plan()
    assert there.told[-1] == "Reminder: your 2 appointments, the first on Thursday 26 November, 10:00"
    text = there.pages[-1].text
    assert text.index("We look forward") < text.index("10:00–10:45") < text.index("14:00–14:45")


def test_the_practice_can_do_without_reminders(there: Practice) -> None:
    with there.database.begin() as unit:
        unit.connection.execute(update(practice).values(reminder_hours=0))
    there.book(THURSDAY).run()
    assert there.at(at("2026-11-25", 10)).plan() == 0


def test_a_reminder_of_a_visit_that_moved_away_meanwhile_is_dropped_and_the_new_one_planned(there: Practice) -> None:
    there.book(THURSDAY).run().at(at("2026-11-25", 10))
    assert plan_due(there.database.begin, there.database.read, now=there.now) == 1
    there.move(THURSDAY + 288 * 7)
    assert there.seal() == Sealing(dropped=1)
    there.run()
    assert there.told == []
    assert there.at(at("2026-12-02", 10)).plan() == 1
    assert there.told == ["Reminder: your appointment on Thursday 3 December, 10:00"]


def test_after_an_outage_a_reminder_goes_until_the_visit_begins(there: Practice) -> None:
    there.book(THURSDAY).run()
    assert there.at(THURSDAY - 1).plan() == 1
    there.book(THURSDAY + 288 * 7).run()
    assert there.at(THURSDAY + 288 * 7).plan() == 0


def test_a_reminder_that_the_mail_server_keeps_waiting_is_withdrawn_when_the_visit_begins(there: Practice) -> None:
    there.book(THURSDAY).run().at(at("2026-11-25", 10))
    plan_due(there.database.begin, there.database.read, now=there.now)
    there.seal()
    assert there.states == ["sent", "sealed"]
    there.at(THURSDAY).seal()
    assert there.states == ["sent", "superseded"]


def test_aftercare_follows_the_session_on_the_same_day_with_urgent_help_first(both: Practice) -> None:
    both.book(MONDAY).run().done()
    assert both.at(MONDAY + 9).plan() == 1
    assert both.later(minutes=10).plan() == 0
    assert both.told == ["After your appointment on Monday 23 November"]
    text = both.pages[1].text
    assert text.index("When to get help now") < text.index("After\n") < text.index("Call us if")
    assert URGENT in text
    (row,) = both.notices
    assert row.expires_at == instant_of(MONDAY + 9) + timedelta(hours=24)
    versions = {tuple(each) for each in row.shown["notes"]}
    assert ("dry-needling", "en", 3) in {(key.split(".")[0], language, version) for key, language, version in versions}


@pytest.mark.parametrize("level", [1, 2, 3])
def test_aftercare_names_technique_and_region_only_to_who_asked_for_it(there: Practice, level: int) -> None:
    there.who(disclosure=level).book(MONDAY).run().done()
    there.at(MONDAY + 9).plan()
    page = there.pages[1]
    assert banned_terms(page.subject, 1) == ()
    assert bool(banned_terms(page.text, 1)) == (level == 3)
    assert banned_terms(page.text, level) == ()


@pytest.mark.parametrize("status", ["no_show", "cancelled", "booked"])
def test_no_aftercare_follows_what_did_not_take_place(there: Practice, status: str) -> None:
    there.book(MONDAY).run().done(status)
    assert there.at(MONDAY + 9).plan() == 0


def test_who_wants_no_aftercare_gets_none_and_late_it_is_not_sent(there: Practice) -> None:
    there.who(aftercare=False).book(MONDAY).run().done()
    assert there.at(MONDAY + 9).plan() == 0
    there.who(aftercare=True).at(MONDAY + 9 + 289).plan()
    assert not any("After" in subject for subject in there.told)


def test_aftercare_that_was_planned_is_dropped_where_it_is_late_or_not_wanted_by_then(there: Practice) -> None:
    there.book(MONDAY).run().done().at(MONDAY + 9)
    assert plan_due(there.database.begin, there.database.read, now=there.now) == 1
    assert there.at(MONDAY + 9 + 289).seal() == Sealing(dropped=1)


def test_the_notes_and_the_next_reminder_are_one_message(there: Practice) -> None:
    there.book(MONDAY).run()
    first = there.public_id
    there.book(MONDAY + 288 + 24).run()
    with there.database.begin() as unit:
        unit.connection.exec_driver_sql("UPDATE appointment SET status = 'done' WHERE public_id = ?", (first,))
    assert there.at(MONDAY + 9).plan() == 1
    assert there.told == ["After your appointment, and the next on Tuesday 24 November, 12:00"]
    text = there.pages[-1].text
    assert text.index("When to get help now") < text.index("Your next appointment")
    assert there.at(MONDAY + 24).plan() == 0


def test_a_text_message_says_urgent_help_itself_and_links_to_the_rest(there: Practice) -> None:
    there.who(channel="text", phone="+49 30 1").book(MONDAY).run().done()
    there.at(MONDAY + 9).plan()
    message = json.loads(there.sent[-1])
    assert message["text"].startswith("The Practice: After your appointment on Monday 23 November.")
    assert URGENT in message["text"]
    assert "https://clinic.test/v/" in message["text"]
    assert banned_terms(message["text"], 1) == ()


@pytest.mark.parametrize(
    "how", [{"deceased": True}, {"restricted_at": datetime.fromisoformat("2026-11-21T00:00+00:00")}]
)
def test_nothing_goes_to_the_dead_or_about_a_restricted_record(there: Practice, how: dict[str, Any]) -> None:
    there.book(MONDAY).book(THURSDAY).run().done()
    there.who(**how)
    assert there.at(MONDAY + 9).plan() == 0


def test_a_notice_that_still_waits_takes_the_next_along(there: Practice) -> None:
    there.book(MONDAY).run()
    second = there.book(THURSDAY).run().public_id
    assert second
    with there.database.begin() as unit:
        unit.connection.execute(update(practice).values(outbox_paused=True))
    there.at(MONDAY - 20).plan()
    there.done().at(MONDAY + 9).plan()
    (row,) = [row for row in there.rows(obligation) if row.kind == "notice"]
    assert {item["why"] for item in row.detail["items"]} == {"reminder", "after"}


def test_two_workers_plan_once(there: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    there.book(THURSDAY).run().at(at("2026-11-25", 10))
    look = reminding._look

    def slowly(*args: Any) -> Any:
        with there.database.begin() as unit:
            unit.connection.execute(update(job).where(job.c.kind == "notices").values(lease_by="another"))
        return look(*args)

    monkeypatch.setattr(reminding, "_look", slowly)
    assert plan_due(there.database.begin, there.database.read, now=there.now) == 0
    monkeypatch.undo()
    monkeypatch.setattr(jobs, "claim", lambda *_, **__: None)
    assert plan_due(there.database.begin, there.database.read, now=there.now + timedelta(minutes=6)) == 0


def test_the_shipped_notes_are_told(there: Practice) -> None:
    with there.database.read() as unit:
        assert in_use(unit) == notes.load()


def test_before_the_first_session_of_a_course_what_to_expect_is_told(both: Practice) -> None:
    booked = book(both.database.begin, both.database.read, wanted(), actor=ACTOR, now=both.now)
    both.run()
    with both.database.read() as unit:
        first = min(
            row.starts or 0
            for row in reads.sessions(unit.connection, reads.plan_row(unit.connection, booked.plan).id)
            if row.starts
        )
    both.at(first - 288).plan()
    assert both.told[1:] == [f"Before your first appointment on {'Monday 23 November, 08:00'}"]
    text = both.pages[-1].text
    assert "What to expect" in text
    assert "Before you come, please answer a few questions here: https://clinic.test/v/" in " ".join(text.split())
    assert "/questions" in text
    assert banned_terms(both.pages[-1].subject + text, 1) == ()
    both.later(days=2).plan()
    assert both.told[2:] == ["Reminder: your appointment on Wednesday 25 November, 08:00"]
    assert "/questions" not in both.pages[-1].text


def test_before_a_course_without_needles_no_letter_asks_anything(there: Practice) -> None:
    book(there.database.begin, there.database.read, wanted("exercise-only"), actor=ACTOR, now=there.now)
    there.run().at(MONDAY - 24).plan()
    assert "What to expect" in there.pages[-1].text
    assert "/questions" not in there.pages[-1].text
