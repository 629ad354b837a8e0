import pytest

from clinic.domain.messages.notes import Disclosure
from clinic.domain.messages.terms import banned_terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Dry needling of your left knee", ("dry needling", "knee")),
        ("Bring NEEDLES, needles and a scarf", ("needles",)),
        ("Low back pain", ("low back",)),
        ("Manual therapy for the neck base", ("manual therapy", "neck")),
        ("Tension-headache, session 3 of 6", ("headache",)),
        ("Your NPRS was 7/10", ("nprs", "7/10")),
        ("This flushes out toxins and lactic acid", ("flushes out", "toxins", "lactic acid")),
        ("Electro-stimulation", ("electro",)),
    ],
)
def test_an_entry_that_names_nothing_is_held_to_it(text, terms):
    assert banned_terms(text, Disclosure.TITLE) == terms
    assert banned_terms(text, Disclosure.PRACTICE) == terms


@pytest.mark.parametrize(
    "text",
    [
        "Appointment 3/6",
        "Go ahead, call us back on 030 1234: the alarm, the ship and the wheels are fine",
        "Appointment at Nadelberg 4, Basel",
        "",
    ],
)
def test_harmless_words_pass(text):
    assert banned_terms(text, Disclosure.TITLE) == ()


def test_the_full_level_may_name_technique_and_region_but_no_diagnosis_score_or_unsourced_claim():
    assert banned_terms("Needling of the neck", Disclosure.AFTERCARE) == ()
    assert banned_terms("Osteoarthritis, NDI 40, warfarin, toxins", Disclosure.AFTERCARE) == (
        "osteoarthritis",
        "ndi",
        "warfarin",
        "toxins",
    )
