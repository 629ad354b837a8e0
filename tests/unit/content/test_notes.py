import itertools
import logging
import re

import pytest

from clinic.content import files, notes, protocols
from clinic.content.languages import LANGUAGES
from clinic.domain.errors import Invalid
from clinic.domain.messages.notes import FEED_LIMIT, PARTS, Aftercare, Disclosure, Headings, compose, feed_text, missing
from clinic.domain.messages.terms import banned_terms
from clinic.domain.practice.body import THORACIC, Region
from clinic.domain.practice.modality import NEEDLING, SKILLED, Modality
from tests.examples import one_in

HEADINGS = Headings("Before your visit", "After your visit", "Call us if", "Urgent help", "More in the mail.")
ENGLISH = [note for note in notes.load() if note.language == "en"]
LEVELS = (Disclosure.TITLE, Disclosure.PRACTICE, Disclosure.AFTERCARE)
MIXES = [mix for size in (1, 2, 3, 4) for mix in itertools.combinations(sorted(SKILLED), size)]
PLACES = [(), *((region,) for region in Region), tuple(Region)]


def told(modalities, regions=(), level=Disclosure.AFTERCARE, language="en"):
    numbers = {"emergency_number": "112", "phone": "+49 30 1234567"}
    return compose(notes.load(), modalities, regions, level, **numbers, language=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_treatment_has_a_general_note_with_every_part(language):
    general = {note.modality: note for note in notes.load() if note.region is None and note.language == language}
    assert set(general) == SKILLED
    assert all(getattr(note, part) for note in general.values() for part in PARTS)


def test_every_note_has_a_key_of_its_own():
    keys = [(note.key, note.language) for note in notes.load()]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_note_lacks_a_language(language):
    assert missing(notes.load(), language) == ()


def bones(note):
    """What every translation has in common: all but the words."""
    parts = [
        [(bool(line.neutral), slots(line.full), slots(line.neutral), line.source, line.confidence) for line in lines]
        for lines in (getattr(note, part) for part in PARTS)
    ]
    return note.key, note.version, note.modality, note.region, parts


def slots(words):
    return sorted(re.findall(r"{\w+}", words))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_lines_sources_and_numbers_of_the_english_note(language):
    assert [bones(note) for note in notes.load() if note.language == language] == [bones(note) for note in ENGLISH]


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_a_translation_leaves_no_english_line(language):
    english = {line.full for note in ENGLISH for part in PARTS for line in getattr(note, part)}
    for note in notes.load():
        if note.language == language:
            assert not [line for part in PARTS for line in getattr(note, part) if line.full in english]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_says_what_its_level_forbids(language):
    for note in notes.load():
        for line in (line for part in PARTS for line in getattr(note, part) if note.language == language):
            assert banned_terms(line.neutral, Disclosure.TITLE) == (), line.neutral
            assert banned_terms(line.full, Disclosure.AFTERCARE) == (), line.full


@pytest.mark.thorough
@pytest.mark.parametrize("level", LEVELS)
def test_no_note_says_what_its_level_forbids(level):
    for mix, places in itertools.product(MIXES, PLACES):
        text = feed_text(told(mix, places, level), HEADINGS, limit=10_000)
        assert banned_terms(text, level) == (), text


def test_no_benefit_is_claimed_for_heat_ice_or_water():
    lines = [line.full for note in notes.load() for part in PARTS for line in getattr(note, part)]
    benefits = (
        r"heat|warm|ice|cold|water|drink|hydrat|flush|healing|wärme|kühl|wasser|trink|heilung|calor|hielo|frío|agua"
        r"|bebe|beba|curaci|chaleur|glace|froid|eau|boire|buvez|guéri"
    )
    assert not [line for line in lines if re.search(rf"\b(?:{benefits})\b", line, re.I)]


def test_soreness_is_usually_gone_within_three_days():
    for modality in (*NEEDLING, Modality.MANUAL_THERAPY):
        for level in LEVELS:
            assert any("usually gone within 3 days" in line for line in told((modality,), level=level).after)


@pytest.mark.parametrize("modality", sorted(NEEDLING))
def test_after_needling_the_signs_of_danger_say_to_call_now_and_not_to_wait(modality):
    full, neutral = told((modality,)).urgent, told((modality,), level=Disclosure.TITLE).urgent
    for words in ("Call 112 now", "needles were used", "do not wait for us", "breathing", "blood", "numbness"):
        assert words in full[0]
    for words in ("Call 112 now", "do not wait for us", "breathing", "blood", "numbness"):
        assert words in neutral[0]
    for urgent in (full, neutral):
        assert any("even weeks later" in line and "same day" in line for line in urgent)
        assert any("+49 30 1234567" in line for line in urgent)


def test_the_lung_is_spoken_of_wherever_a_needle_can_reach_it_and_nowhere_else():
    spoken = {
        region for region in Region if any("lung" in line for line in told((Modality.DRY_NEEDLING,), (region,)).urgent)
    }
    assert spoken == THORACIC


@one_in(len(LANGUAGES))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mix_fits_a_calendar_entry_with_calls_and_urgent_help_whole(language, share):
    mixes = MIXES[list(LANGUAGES).index(language) % share :: share]
    for mix, places, level in itertools.product(mixes, PLACES, LEVELS):
        aftercare = told(mix, places, level, language)
        text = feed_text(aftercare, HEADINGS)
        assert len(text) <= FEED_LIMIT
        assert all(line in text for line in aftercare.urgent + aftercare.call_us_if)


def test_nothing_is_dropped_from_the_entries_of_the_shipped_protocols():
    for protocol in protocols.load():
        for phase in protocol.phases:
            aftercare = told(phase.modalities, protocol.regions)
            assert feed_text(aftercare, HEADINGS) == feed_text(aftercare, HEADINGS, limit=10_000)


def test_a_review_needs_no_note():
    assert told((Modality.REVIEW, Modality.ASSESSMENT, Modality.EDUCATION)) == Aftercare()


def test_a_sheet_becomes_a_note_for_each_of_its_modalities_and_regions(tmp_path, monkeypatch):
    for language in LANGUAGES:
        (tmp_path / "notes" / language).mkdir(parents=True)
    sheet = 'key = "s"\nversion = 1\nlanguage = "en"\nmodalities = ["exercise", "dry-needling"]\n'
    sheet += 'regions = ["neck", "knee"]\n'
    (tmp_path / "notes" / "en" / "s.toml").write_text(sheet)
    monkeypatch.setattr(files, "content", lambda: tmp_path)
    assert [note.key for note in notes.load.__wrapped__()] == [
        "s.exercise.neck",
        "s.exercise.knee",
        "s.dry-needling.neck",
        "s.dry-needling.knee",
    ]
    (tmp_path / "notes" / "en" / "s.toml").write_text(sheet + 'author = "me"')
    with pytest.raises(Invalid) as raised:
        notes.load.__wrapped__()
    assert raised.value.field == "notes/en/s.toml.author"


def test_a_note_that_nobody_translated_is_told_in_english_and_said_aloud(caplog):
    notes._lacks.cache_clear()
    shelf = [note for note in notes.load() if note.language == "en" or not note.key.startswith("needling-lung")]
    told_of = {"emergency_number": "112", "phone": "030 1", "language": "de-AT"}
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            told = notes.aftercare(shelf, [Modality.DRY_NEEDLING], [Region.THORAX], Disclosure.AFTERCARE, **told_of)
    line = told.urgent.index("Diesen Teil gibt es nur auf Englisch:")
    assert told.urgent[0].startswith("Rufen Sie sofort 112 an")
    assert told.urgent[line + 1].startswith("A lung can be injured")
    said = "a note is not in the reader's language, English is used instead: needling-lung.dry-needling.thorax, de-AT"
    assert [record.getMessage() for record in caplog.records] == [said]


@pytest.mark.parametrize(("language", "urgent"), [("en", "When to get help now"), ("fr", "En cas d’urgence")])
def test_headings_are_in_the_readers_language(language, urgent):
    headings = notes.headings(language)
    assert headings.urgent.startswith(urgent)
    assert all((headings.before, headings.after, headings.call_us_if, headings.more))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("region", [Region.SHOULDER, Region.NECK, Region.KNEE])
def test_one_needling_fits_a_calendar_entry_whole_in_every_language(language, region):
    """With the line of the practice's phone below it."""
    text = feed_text(told([Modality.DRY_NEEDLING], [region], language=language), notes.headings(language), limit=10_000)
    assert len(text) <= FEED_LIMIT - 25
