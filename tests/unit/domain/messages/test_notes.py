from dataclasses import replace

import pytest

from clinic.domain.errors import Invalid
from clinic.domain.messages.note_document import note_document, note_from
from clinic.domain.messages.notes import Aftercare, Disclosure, Headings, Line, Note, compose, feed_text, missing
from clinic.domain.practice.body import Region
from clinic.domain.practice.evidence import Confidence
from clinic.domain.practice.modality import Modality

HEADINGS = Headings("Before", "After", "Call us if", "Urgent")


def line(full, neutral=None):
    return Line(full, full if neutral is None else neutral, "A leaflet", Confidence.CLINIC_PAGE)


def note(modality=Modality.DRY_NEEDLING, region=None, **parts):
    values = {"key": modality.value, "version": 1, "language": "en"}
    return Note(modality=modality, region=region, **(values | parts))


GENERAL = note(
    before=(line("Eat"),),
    after=(line("Needles make you ache", "You may ache"), line("A bruise is common", "")),
    call_us_if=(line("it lasts"),),
    urgent=(line("Then tell us: {practice_phone}"), line("Breathless: call {emergency_number}")),
)
LUNG = note(region=Region.THORAX, urgent=(line("A lung can be injured", "An ache may be a sign"),))
EXERCISE = note(Modality.EXERCISE, before=(line("Wear shoes"), line("Eat")), urgent=(line("Stop and rest"),))
SHELF = (LUNG, GENERAL, EXERCISE)


def told(modalities=(Modality.DRY_NEEDLING,), regions=(), level=Disclosure.AFTERCARE, **changes):
    values = {"emergency_number": "112", "phone": "030 1"}
    return compose(SHELF, modalities, regions, level, **(values | changes))


def test_a_visit_gets_the_general_notes_of_what_is_done_with_its_numbers_filled_in():
    assert told() == Aftercare(
        before=("Eat",),
        after=("Needles make you ache", "A bruise is common"),
        call_us_if=("it lasts",),
        urgent=("Breathless: call 112", "Then tell us: 030 1"),
    )


@pytest.mark.parametrize("level", [1, 2])
def test_below_the_full_level_nothing_is_named(level):
    assert told(level=level).after == ("You may ache",)


def test_regional_notes_come_after_the_general_ones_where_the_region_is_treated():
    assert told(regions=(Region.THORAX, Region.NECK)).urgent[-1] == "A lung can be injured"
    assert told(regions=(Region.KNEE,)).urgent[-1] == "Then tell us: 030 1"


def test_several_modalities_say_each_line_once_in_their_order():
    assert told((Modality.EXERCISE, Modality.DRY_NEEDLING)).before == ("Wear shoes", "Eat")


def test_after_needling_the_urgent_part_is_the_needlings_alone():
    assert "Stop and rest" not in told((Modality.EXERCISE, Modality.DRY_NEEDLING)).urgent
    assert told((Modality.EXERCISE,)).urgent == ("Stop and rest",)


def test_a_visit_without_notes_says_nothing():
    assert told((Modality.REVIEW,)) == Aftercare()
    assert feed_text(Aftercare(), HEADINGS) == ""


def test_without_a_phone_its_line_is_left_out_but_an_emergency_number_must_be_known():
    assert told(phone="").urgent == ("Breathless: call 112",)
    with pytest.raises(Invalid) as raised:
        told(emergency_number="")
    assert raised.value.code == "emergency_number_missing"


def test_the_reader_gets_their_language_or_its_plain_form_or_english():
    german = replace(GENERAL, language="de", before=(line("Etwas essen"),))

    def first(language, *shelf):
        return compose(shelf, (Modality.DRY_NEEDLING,), (), 3, emergency_number="1", phone="", language=language).before

    assert first("de", GENERAL, german) == ("Etwas essen",)
    assert first("de-CH", GENERAL, german) == ("Etwas essen",)
    assert first("fr", GENERAL, german) == ("Eat",)
    assert first("fr", german) == ()


def test_what_nobody_translated_comes_last_and_says_that_it_is_english():
    german = replace(GENERAL, language="de", urgent=(line("Atemnot: {emergency_number}"), line("Sagen Sie es uns")))
    shelf, lung = (GENERAL, german, LUNG), "A lung can be injured"
    told_of = {"emergency_number": "1", "phone": "", "language": "de-CH", "only_english": "Nur auf Englisch:"}
    told = compose(shelf, (Modality.DRY_NEEDLING,), (Region.THORAX,), 3, **told_of)
    assert told.urgent == ("Atemnot: 1", "Sagen Sie es uns", "Nur auf Englisch:", lung)
    assert told.before == ("Eat",)
    quiet = compose(shelf, (Modality.DRY_NEEDLING,), (Region.THORAX,), 3, **told_of | {"only_english": ""})
    assert quiet.urgent[-1] == lung


def test_what_a_language_lacks_is_listed():
    german = replace(GENERAL, language="de")
    shelf = (LUNG, GENERAL, german)
    assert missing(shelf, "de") == (LUNG,)
    assert missing(shelf, "fr-CA") == (LUNG, GENERAL)
    assert missing(shelf, "en-GB") == ()


def test_a_feed_puts_urgent_help_first():
    assert feed_text(told(level=1), HEADINGS) == (
        "Urgent\n- Breathless: call 112\n- Then tell us: 030 1\n\nBefore\n- Eat\n\nAfter\n- You may ache\n\n"
        "Call us if\n- it lasts"
    )


def test_what_does_not_fit_is_dropped_from_after_then_before_and_never_from_calls_or_urgent_help():
    aftercare = Aftercare(("b1", "b2"), ("a1",), ("c",), ("u",))
    assert feed_text(aftercare, HEADINGS, limit=50).count("a1") == 0
    least = feed_text(aftercare, HEADINGS, limit=1)
    assert least == "Urgent\n- u\n\nCall us if\n- c"


def test_a_text_that_was_cut_says_so():
    aftercare, headings = Aftercare(("b1", "b2"), ("a1",), ("c",), ("u",)), replace(HEADINGS, more="More by mail.")
    assert feed_text(aftercare, headings, limit=1).endswith("- c\n\nMore by mail.")
    assert "More" not in feed_text(aftercare, headings)
    assert len(feed_text(aftercare, headings, limit=70)) <= 70


def test_a_note_goes_to_plain_data_and_back():
    assert note_from(note_document(LUNG)) == LUNG
    assert note_from(note_document(GENERAL)) == GENERAL


def test_a_line_without_a_neutral_wording_reads_the_same_everywhere():
    bare = {"full": "Eat", "source": "A leaflet", "confidence": "C"}
    read = note_from(note_document(GENERAL) | {"before": [bare]})
    assert read.before[0].neutral == "Eat"


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"key": ""}, "text_missing", "key"),
        ({"version": 0}, "out_of_range", "version"),
        ({"language": "English"}, "unknown_language", "language"),
        ({"modality": "magic"}, "unknown_modality", "modality"),
        ({"region": "throat"}, "unknown_region", "region"),
        ({"author": "me"}, "field_unknown", "author"),
        ({"before": [{"full": "x", "source": "y"}]}, "field_missing", "before.0.confidence"),
        ({"before": [{"full": "x", "source": "", "confidence": "C"}]}, "text_missing", "before.0.source"),
        ({"before": [{"full": "", "source": "y", "confidence": "C"}]}, "text_missing", "before.0.full"),
        ({"before": [{"full": "x" * 401, "source": "y", "confidence": "C"}]}, "text_too_long", "before.0.full"),
        ({"urgent": [{"full": "{phone}", "source": "y", "confidence": "C"}]}, "unknown_placeholder", "urgent.0.full"),
        ({"urgent": [{"full": "{0", "source": "y", "confidence": "C"}]}, "unknown_placeholder", "urgent.0.full"),
        (
            {"after": [{"full": "x", "source": "y", "confidence": "C", "more": 1}]},
            "field_unknown",
            "after.0.more",
        ),
    ],
)
def test_a_broken_note_is_refused_with_the_path_to_its_fault(changes, code, field):
    with pytest.raises(Invalid) as raised:
        note_from(note_document(GENERAL) | changes)
    assert (raised.value.code, raised.value.field) == (code, field)
