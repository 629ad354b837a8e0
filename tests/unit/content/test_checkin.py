"""What patients are asked in check-ins."""

from clinic.content import checkin, events
from clinic.domain.care.events import RED_FLAGS


def test_each_sign_has_one_name_its_words_and_a_source() -> None:
    asked = checkin.load()
    everything = (*asked.alarms, *asked.felt)
    assert len(asked.signs) == len(everything) == 16
    assert all(one.source and one.asks == asked.asks(one.sign.name) for one in everything)
    assert asked.asks("gone") == "gone"


def test_a_sign_of_danger_rests_on_what_its_event_rests_on() -> None:
    for one in checkin.load().alarms:
        assert one.sign.alarm
        assert one.sign.kind is not None
        if one.sign.kind in RED_FLAGS:
            assert one.source == events.KINDS[one.sign.kind].source
