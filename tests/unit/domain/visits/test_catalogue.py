import pytest

from clinic.domain.errors import Invalid
from clinic.domain.practice.modality import Modality
from clinic.domain.visits.catalogue import SINGLES, capability_of, single
from clinic.domain.visits.visit import Kind


@pytest.mark.parametrize("one", SINGLES, ids=lambda one: one.key)
def test_every_single_visit_is_found_by_its_key_and_has_something_in_it(one):
    assert single(one.key) is one
    assert one.modalities
    assert one.kind in (Kind.ASSESSMENT, Kind.SINGLE, Kind.REVIEW)


def test_needling_alone_needles_and_is_checked_and_explained():
    assert [one.key for one in SINGLES if one.needles] == ["dry-needling"]
    assert single("dry-needling").modalities == (Modality.ASSESSMENT, Modality.DRY_NEEDLING, Modality.EDUCATION)


def test_hands_and_needles_need_a_treatment_room_talk_does_not():
    assert capability_of(Modality.DRY_NEEDLING) == capability_of(Modality.MANUAL_THERAPY) == "treatment"
    assert capability_of(Modality.ASSESSMENT) == ""


def test_a_review_by_phone_needs_no_room():
    assert [one.key for one in SINGLES if any(part.remote for part in one.components)] == ["remote-review"]


def test_a_visit_of_an_unknown_kind_is_refused():
    with pytest.raises(Invalid) as refused:
        single("massage")
    assert (refused.value.code, refused.value.field, refused.value.params["name"]) == (
        "unknown_single",
        "kind",
        "massage",
    )


def test_a_single_visit_asks_of_its_room_what_its_parts_need():
    asked = {one.key: [part.capability for part in one.components if part.capability] for one in SINGLES}
    assert asked["dry-needling"] == asked["manual-therapy"] == ["treatment"]
    assert asked["exercise"] == asked["remote-review"] == []
