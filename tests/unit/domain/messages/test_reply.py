from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from clinic.domain.messages.mailbox import plus, plus_token
from clinic.domain.messages.reply import AHEAD, Asked, Posted, Reply, Said, Verdict, judged
from clinic.domain.time import tick_floor
from clinic.domain.visits.answer import Answer
from clinic.domain.visits.visit import Status

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
OURS = "visits+abcdefghijklmnop@clinic.test"
REPLY = Reply("u@h", 2, NOW, ("ada@example.org",), "visits@clinic.test", Said.ACCEPTED)
POSTED = Posted("ada@example.org", frozenset({OURS}))
ASKED = Asked(Status.BOOKED, tick_floor(NOW) + 100, 2, "ada@example.org", (("ada@example.org", OURS),), None)


def test_an_answer_to_the_invitation_by_who_was_invited_is_taken() -> None:
    assert judged(REPLY, POSTED, ASKED, now=NOW) is Verdict.TAKEN


def test_the_address_in_the_calendar_part_proves_as_much_as_the_envelope() -> None:
    bare = Posted("ada@example.org", frozenset({"visits@clinic.test"}))
    assert judged(REPLY, bare, ASKED, now=NOW) is Verdict.UNPROVEN
    assert judged(replace(REPLY, organizer=OURS.upper()), bare, ASKED, now=NOW) is Verdict.TAKEN
    assert judged(REPLY, replace(bare, proven=True), ASKED, now=NOW) is Verdict.TAKEN


def test_an_address_without_a_token_proves_nothing() -> None:
    plain = replace(ASKED, recipients=(("ada@example.org", "visits@clinic.test"),))
    assert judged(REPLY, Posted("ada@example.org", frozenset({"visits@clinic.test"})), plain, now=NOW) is (
        Verdict.UNPROVEN
    )


@pytest.mark.parametrize(
    ("reply", "posted", "asked", "verdict"),
    [
        ({}, {}, {"recipients": ()}, Verdict.UNKNOWN),
        ({}, {}, {"address": None}, Verdict.UNKNOWN),
        ({}, {}, {"address": "new@example.org"}, Verdict.UNKNOWN),
        ({"attendees": ()}, {}, {}, Verdict.STRANGER),
        ({"attendees": ("ada@example.org", "ada@example.org")}, {}, {}, Verdict.STRANGER),
        ({"attendees": ("eve@example.org",)}, {}, {}, Verdict.STRANGER),
        ({"attendees": ("ADA@Example.org",)}, {"sender": "Ada@example.ORG"}, {}, Verdict.TAKEN),
        ({}, {"sender": "eve@example.org"}, {}, Verdict.STRANGER),
        ({}, {"sender": ""}, {}, Verdict.STRANGER),
        ({}, {"recipients": frozenset({"visits+other2other2other@clinic.test"})}, {}, Verdict.UNPROVEN),
        ({}, {}, {"status": Status.CANCELLED}, Verdict.SETTLED),
        ({}, {}, {"status": Status.ARRIVED}, Verdict.SETTLED),
        ({}, {}, {"status": Status.CONFIRMED}, Verdict.TAKEN),
        ({}, {}, {"ends": tick_floor(NOW)}, Verdict.SETTLED),
        ({"sequence": 1}, {}, {}, Verdict.STALE),
        ({"sequence": 3}, {}, {}, Verdict.TAKEN),
        ({}, {}, {"answered_at": NOW}, Verdict.STALE),
        ({}, {}, {"answered_at": NOW - timedelta(seconds=1)}, Verdict.TAKEN),
        ({"stamped_at": NOW + AHEAD}, {}, {}, Verdict.TAKEN),
        ({"stamped_at": NOW + AHEAD + timedelta(seconds=1)}, {}, {}, Verdict.STALE),
        ({"said": None}, {}, {}, Verdict.NO_REPLY),
    ],
)
def test_whatever_is_not_right_is_not_believed(
    reply: dict[str, object], posted: dict[str, object], asked: dict[str, object], verdict: Verdict
) -> None:
    given = (replace(REPLY, **reply), replace(POSTED, **posted), replace(ASKED, **asked))
    assert judged(*given, now=NOW) is verdict


def test_a_token_goes_into_an_address_where_there_is_room() -> None:
    assert plus("visits@clinic.test", "abcdefghijklmnop") == OURS
    assert plus("visits@clinic.test", "") == "visits@clinic.test"
    assert plus(f"{'v' * 50}@clinic.test", "abcdefghijklmnop") == f"{'v' * 50}@clinic.test"


@pytest.mark.parametrize(
    ("address", "token"),
    [
        (OURS, "abcdefghijklmnop"),
        (OURS.upper(), "abcdefghijklmnop"),
        ("visits+desk+abcdefghijklmnop@clinic.test", "abcdefghijklmnop"),
        ("visits+desk@clinic.test", ""),
        ("visits@clinic.test", ""),
    ],
)
def test_a_token_is_read_off_an_address(address: str, token: str) -> None:
    assert plus_token(address) == token


def test_who_says_yes_confirms_and_whoever_says_another_thing_no_longer_does() -> None:
    assert {answer: answer.leaves for answer in Answer} == {
        Answer.ACCEPTED: Status.CONFIRMED,
        Answer.DECLINED: Status.BOOKED,
        Answer.TENTATIVE: Status.BOOKED,
        Answer.NONE: Status.BOOKED,
    }
