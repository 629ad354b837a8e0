from dataclasses import replace

from clinic.domain.courses.component import Component
from clinic.domain.courses.protocol import Anchor
from clinic.domain.courses.protocol_changes import Difference, differences
from clinic.domain.courses.protocol_edit import PRACTICE, sourced
from clinic.domain.practice.body import Region
from clinic.domain.practice.evidence import Confidence, Evidence
from clinic.domain.practice.modality import Modality
from tests.unit.domain.courses.protocols import EXERCISE, GUESS, NEEDLING, phase, protocol

TRIAL = Evidence(("cap", "regions"), "A trial", Confidence.TRIAL)
SHIPPED = protocol(evidence=(TRIAL,), regions=(Region.NECK,))


def own(*names):
    return Evidence(names, PRACTICE, Confidence.DEFAULT)


def test_what_is_as_it_shipped_keeps_its_sources():
    assert sourced(replace(SHIPPED, evidence=()), SHIPPED) == SHIPPED


def test_a_changed_number_rests_on_the_practice_and_its_neighbour_on_the_trial():
    assert sourced(replace(SHIPPED, cap=5), SHIPPED).evidence == (
        replace(TRIAL, of=("regions",)),
        own("cap"),
    )


def test_what_was_emptied_is_the_practices_choice_too():
    assert sourced(replace(SHIPPED, regions=()), SHIPPED).evidence == (replace(TRIAL, of=("cap",)), own("regions"))


def test_a_number_that_is_set_back_has_its_source_again():
    edited = sourced(replace(SHIPPED, cap=5), SHIPPED)
    assert sourced(replace(edited, cap=6), SHIPPED) == SHIPPED


def test_a_phases_numbers_are_held_against_the_phase_of_that_name():
    first, second = SHIPPED.phases
    longer = replace(first, gap_max=12, components=(replace(NEEDLING, minutes=20), EXERCISE))
    found = sourced(replace(SHIPPED, phases=(longer, second)), SHIPPED)
    assert found.phases[0].evidence == (replace(GUESS, of=("gap_min",)), own("gap_max", "minutes"))
    assert found.phases[1] == second


def test_the_floor_that_is_meant_is_no_other_floor():
    first, second = SHIPPED.phases
    assert sourced(replace(SHIPPED, phases=(replace(first, floor_hours=72), second)), SHIPPED).phases[0].evidence == (
        GUESS,
    )


def test_a_new_phase_rests_on_the_practice_alone():
    names = ("floor_hours", "gap_ideal", "gap_max", "gap_min", "minutes", "sessions")
    found = sourced(replace(SHIPPED, phases=(*SHIPPED.phases, phase("C"))), SHIPPED)
    assert found.phases[2].evidence == (own(*names),)


def test_a_protocol_that_never_shipped_rests_on_the_practice_where_it_says_something():
    found = sourced(SHIPPED, None)
    assert found.evidence == (own("cap", "reassess", "regions"),)


def test_a_protocol_differs_in_nothing_from_itself_with_other_sources():
    assert differences(SHIPPED, replace(SHIPPED, version=7, evidence=())) == ()


def test_differences_name_the_field_the_phase_and_both_values():
    first, second = SHIPPED.phases
    drill = (Component(Modality.EXERCISE, 30, skill="exercise"),)
    other = replace(
        SHIPPED, cap=5, anchor=Anchor.SESSION, phases=(replace(first, sessions=4), replace(second, components=drill))
    )
    assert differences(SHIPPED, other) == (
        Difference("anchor", "", Anchor.NEEDLING, Anchor.SESSION),
        Difference("cap", "", 6, 5),
        Difference("sessions", "A", 3, 4),
        Difference("components", "B", (NEEDLING, EXERCISE), drill),
    )


def test_a_phase_that_only_one_has_is_a_difference_of_its_own():
    first, second = SHIPPED.phases
    third = phase("C")
    assert differences(SHIPPED, replace(SHIPPED, phases=(first, third))) == (
        Difference("phase", "B", second, None),
        Difference("phase", "C", None, third),
    )
