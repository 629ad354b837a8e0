import pytest

from clinic.content.letters import OPENING, SUBJECT
from clinic.domain.messages.telling import News
from clinic.domain.messages.terms import banned_terms
from clinic.services.messages.disclosing import place, practice_shown, title


@pytest.mark.parametrize("said", News)
def test_every_news_has_words_that_name_nothing(said: News) -> None:
    assert banned_terms(SUBJECT[said] + OPENING[said], 1) == ()


@pytest.mark.parametrize(
    ("level", "shown"), [(1, "Appointment"), (2, "Appointment, Praxis Linde"), (3, "Appointment 3/6")]
)
def test_a_title_says_more_at_each_level_and_never_what_is_treated(level: int, shown: str) -> None:
    practice = practice_shown(level, "Praxis Linde", "The Practice")
    assert title(level, practice, 3, 6) == shown
    assert practice_shown(level, "Knee and Needling", "The Practice") == "The Practice"


def test_the_address_is_shown_by_choice_or_from_the_second_level_on() -> None:
    shown = [place(level, "Lindenweg 4", show_address=choice) for level in (1, 2) for choice in (False, True)]
    assert shown == ["", "Lindenweg 4", "Lindenweg 4", "Lindenweg 4"]
