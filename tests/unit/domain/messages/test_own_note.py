"""What a practice may change about a note, and what it may not."""

from dataclasses import replace

import pytest

from clinic.domain.errors import Invalid
from clinic.domain.faults import each_fault
from clinic.domain.messages.notes import Line, Note
from clinic.domain.messages.own_note import check_own, sourced
from clinic.domain.practice.body import Region
from clinic.domain.practice.evidence import Confidence
from clinic.domain.practice.modality import Modality


def line(full: str, neutral: str = "", source: str = "a trial") -> Line:
    return Line(full, neutral, source, Confidence.TRIAL)


CALL = line("Call {emergency_number} for chest pain.", "Call {emergency_number} if you are short of breath.")
SHIPPED = Note("k", 1, Modality.DRY_NEEDLING, None, "en", after=(line("Drink."),), urgent=(CALL, line("Lie down.")))


def faults(note: Note, shipped: Note = SHIPPED) -> list[tuple[str, str | None]]:
    with pytest.raises(Invalid) as raised:
        check_own(note, shipped)
    return [(fault.code, fault.field) for fault in each_fault(raised.value)]


def test_the_shipped_note_passes_and_may_be_reworded_and_extended() -> None:
    check_own(SHIPPED, SHIPPED)
    reworded = line("Ring {emergency_number} at once.", "Ring {emergency_number} at once.")
    check_own(replace(SHIPPED, after=(), urgent=(reworded, line("Sit."), line("Wait."))), SHIPPED)


def test_lines_say_only_what_their_readers_may_see() -> None:
    wordings = (line("Drink.", "Drink."), line("Your needling.", "Your needling."), line("It flushes out toxins."))
    assert faults(replace(SHIPPED, before=wordings[1:2], after=wordings[2:])) == [
        ("note_names", "before.0.neutral"),
        ("note_names", "after.0.full"),
    ]
    check_own(replace(SHIPPED, before=wordings[:1]), SHIPPED)


@pytest.mark.parametrize(
    "urgent",
    [
        (),
        (CALL,),
        (line("Call us.", "Call us."), line("Lie down.")),
        (replace(CALL, neutral=""), line("Lie down.")),
        (replace(CALL, neutral="Call us."), line("Lie down.")),
    ],
)
def test_urgent_help_is_never_less(urgent: tuple[Line, ...]) -> None:
    assert faults(replace(SHIPPED, urgent=urgent)) == [("urgent_less", "urgent")]


def test_a_note_about_needling_says_when_to_get_help_whatever_ships() -> None:
    shipped = replace(SHIPPED, urgent=())
    assert faults(shipped, shipped) == [("urgent_missing", "urgent")]
    for note in (replace(shipped, region=Region.NECK), replace(shipped, modality=Modality.EXERCISE)):
        check_own(note, note)


def test_a_line_of_the_practices_own_is_a_default_of_its_own() -> None:
    found = sourced(replace(SHIPPED, before=(line("Come early."),), after=(line("Drink.", "x", "?"),)), SHIPPED)
    assert (found.before[0].source, found.before[0].confidence) == ("practice", Confidence.DEFAULT)
    assert (found.after[0].source, found.after[0].confidence) == ("a trial", Confidence.TRIAL)
    assert found.urgent == SHIPPED.urgent
