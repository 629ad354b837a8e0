import pytest

from clinic.domain.errors import Invalid
from clinic.domain.practice.modality import Modality, modality_named


def test_only_dry_and_electrical_needling_needle():
    assert {modality for modality in Modality if modality.needles} == {
        Modality.DRY_NEEDLING,
        Modality.ELECTRICAL_NEEDLING,
    }


def test_each_treatment_needs_a_skill_of_its_own_name_and_talking_needs_none():
    assert Modality.ELECTRICAL_NEEDLING.skill == "electrical-needling"
    assert Modality.EXERCISE.skill == "exercise"
    assert [modality for modality in Modality if not modality.skill] == [
        Modality.ASSESSMENT,
        Modality.EDUCATION,
        Modality.REVIEW,
    ]


def test_names_in_files_become_modalities_or_are_refused():
    assert modality_named("manual-therapy") is Modality.MANUAL_THERAPY
    with pytest.raises(Invalid) as raised:
        modality_named("magic", "phases.0.components.1.modality")
    assert (raised.value.code, raised.value.field) == ("unknown_modality", "phases.0.components.1.modality")
