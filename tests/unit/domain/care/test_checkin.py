from datetime import UTC, datetime, timedelta

import pytest

from clinic.content.checkin import load
from clinic.domain.care.checkin import (
    HOURS,
    LIVES,
    CheckIn,
    Sign,
    Since,
    asked_at,
    checkin_from,
    settles_at,
    which,
)
from clinic.domain.care.events import RED_FLAGS, Grade, Kind
from clinic.domain.care.response import State, state_of
from clinic.domain.errors import Invalid
from clinic.domain.practice.body import Region

STARTS = datetime(2026, 11, 23, 9, tzinfo=UTC)
ENDS = STARTS + timedelta(minutes=45)
SIGNS = load().signs
ACHE, NAUSEA = SIGNS["ache"], SIGNS["nausea"]


def test_an_answer_belongs_to_the_nearest_check_in_until_four_days_after() -> None:
    def at(hours: float) -> int | None:
        return which(ENDS, now=ENDS + timedelta(hours=hours))

    assert [at(hours) for hours in (-0.1, 0, 24, 36, 36.1, 48, 60, 60.1, 72, 95.9, 96)] == [
        *(None, 24, 24, 24, 48, 48, 48, 72, 72, 72, None)
    ]
    assert timedelta(hours=96) == LIVES


def test_it_is_asked_on_three_days_after_what_is_new_and_after_a_flare_else_once() -> None:
    assert asked_at(first=False, anew=False, flared=False) == (48,)
    for why in ("first", "anew", "flared"):
        assert asked_at(**{"first": False, "anew": False, "flared": False} | {why: True}) == HOURS == (24, 48, 72)


def test_soreness_is_usually_gone_after_three_days() -> None:
    assert settles_at(ENDS) == ENDS + timedelta(days=3)


def test_every_sign_of_danger_is_an_event_that_somebody_has_to_acknowledge() -> None:
    for asked in load().alarms:
        (event,) = CheckIn(alarms=(asked.sign,)).events(STARTS, ENDS, now=ENDS)
        assert event.alarm
    assert {one.sign.kind for one in load().alarms} >= RED_FLAGS


def test_one_event_a_kind_with_what_was_said_and_a_grade_that_is_proposed() -> None:
    both = (SIGNS["weakness"], SIGNS["numbness"], SIGNS["fever"])
    said = CheckIn(alarms=both, regions=(Region.NECK,), since=Since.NEXT_DAY, words="Since breakfast")
    first, second = said.events(STARTS, ENDS, now=ENDS + timedelta(hours=30))
    assert (first.kind, second.kind) == (Kind.NERVE, Kind.INFECTION)
    assert (first.grade, first.region, first.note) == (Grade.SEVERE, Region.NECK, "Since breakfast")
    assert first.onset_at == ENDS + timedelta(hours=24)
    assert said.events(STARTS, ENDS, now=ENDS)[0].onset_at == ENDS, "nothing begins later than now"
    told = said.told(30)
    assert told.signs == ("numbness", "weakness", "fever")
    assert state_of(None, [told]) is State.UNEXPECTED


@pytest.mark.parametrize(
    ("since", "hours"), [(None, 0), (Since.SAME_DAY, 0), (Since.NEXT_DAY, 24), (Since.LATER, 48), (Since.DURING, None)]
)
def test_when_it_began_is_taken_from_what_was_chosen(since: Since | None, hours: int | None) -> None:
    wanted = STARTS if hours is None else ENDS + timedelta(hours=hours)
    assert CheckIn(0, 0, since=since).onset(STARTS, ENDS) == wanted


def test_where_several_regions_are_named_the_event_names_none() -> None:
    several = CheckIn(alarms=(SIGNS["fever"],), regions=(Region.NECK, Region.JAW))
    assert several.events(STARTS, ENDS, now=ENDS)[0].region is None
    assert Sign("new", alarm=True).kind is None
    assert CheckIn(alarms=(Sign("new", alarm=True),)).events(STARTS, ENDS, now=ENDS) == ()


def test_what_is_common_worries_nobody_and_the_rest_is_looked_at() -> None:
    assert not CheckIn(2, 3, felt=(ACHE, SIGNS["bruise"])).worries
    assert CheckIn(2, 3, felt=(ACHE, NAUSEA)).worries


def test_both_scores_are_said_unless_there_is_an_alarm() -> None:
    for scores, field in (((None, 1), "pain"), ((1, None), "soreness")):
        with pytest.raises(Invalid, match="checkin_lacks") as refused:
            CheckIn(*scores)
        assert refused.value.field == field
    assert CheckIn(alarms=(SIGNS["fever"],)).pain is None
    with pytest.raises(Invalid, match="out_of_range"):
        CheckIn(11, 0)


def test_what_is_kept_is_read_back_whatever_is_asked_by_then() -> None:
    said = CheckIn(3, 4, (SIGNS["fever"],), (ACHE,), (Region.NECK,), True, Since.LATER, "Warm")
    assert checkin_from(said.document(), SIGNS) == said
    assert checkin_from(CheckIn(0, 0).document(), SIGNS) == CheckIn(0, 0)
    later = checkin_from(said.document(), {})
    assert [each.name for each in (*later.alarms, *later.felt)] == ["fever", "ache"]
    assert [each.alarm for each in (*later.alarms, *later.felt)] == [True, False]


def test_a_sign_names_one_of_the_records_own() -> None:
    with pytest.raises(Invalid, match="not_one_of"):
        Sign("cold", told="cold")
