from datetime import UTC, date, datetime

import pytest

from clinic.domain.care.consents import Capacity, Consent, NewConsent, Way, agreed, is_minor
from clinic.domain.care.screening import Answers, DayAnswers, Limb, Trimester, in_limb
from clinic.domain.errors import Invalid
from clinic.domain.patients.person import age
from clinic.domain.practice.body import Region, Side, Target
from clinic.domain.practice.modality import Modality

GIVEN = datetime(2026, 9, 1, tzinfo=UTC)
DUE = date(2027, 3, 8)
NEW = {
    "modality": Modality.DRY_NEEDLING,
    "regions": (Region.NECK,),
    "lung_risk": False,
    "text_version": 1,
    "language": "de",
    "given_by": "Ada Adler",
    "capacity": Capacity.PATIENT,
    "way": Way.SCREEN,
}


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2026, 5, 31), None),
        (date(2026, 6, 1), Trimester.FIRST),
        (date(2026, 9, 6), Trimester.FIRST),
        (date(2026, 9, 7), Trimester.LATER),
        (DUE, Trimester.LATER),
        (date(2027, 3, 9), None),
    ],
)
def test_a_pregnancy_is_counted_back_from_the_day_the_child_is_due(on, said):
    assert Answers(due_on=DUE).trimester(on) is said
    assert Answers().trimester(on) is None


@pytest.mark.parametrize("half", [{"surgery_on": DUE}, {"surgery_regions": (Region.KNEE,)}])
def test_an_operation_has_a_day_and_a_region(half):
    with pytest.raises(Invalid, match="surgery_half_said"):
        Answers(**half)


def test_soreness_is_a_number_of_ten():
    with pytest.raises(Invalid, match="out_of_range"):
        DayAnswers(soreness=11)


def test_a_limb_holds_its_own_side_and_what_is_on_both():
    assert in_limb(Target(Region.HAND, Side.LEFT), Limb.LEFT_ARM)
    assert in_limb(Target(Region.HAND, Side.BOTH), Limb.LEFT_ARM)
    assert not in_limb(Target(Region.HAND, Side.RIGHT), Limb.LEFT_ARM)
    assert not in_limb(Target(Region.FOOT, Side.RIGHT), Limb.RIGHT_ARM)
    assert in_limb(Target(Region.FOOT, Side.RIGHT), Limb.RIGHT_LEG)


def test_the_age_is_in_whole_years_and_eighteen_is_of_age():
    assert (age(date(2008, 9, 7), date(2026, 9, 6)), age(date(2008, 9, 7), date(2026, 9, 7))) == (17, 18)
    assert is_minor(date(2008, 9, 7), date(2026, 9, 6))
    assert not is_minor(date(2008, 9, 7), date(2026, 9, 7))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"modality": Modality.EXERCISE}, "consent_of_what"),
        ({"given_by": " "}, "text_missing"),
        ({"text_version": 0}, "out_of_range"),
        ({"regions": ()}, "lung_risk_unsaid"),
        ({"regions": (Region.KNEE, Region.THORAX)}, "lung_risk_unsaid"),
    ],
)
def test_a_consent_refuses_nonsense_and_near_the_lung_says_so(changes, code):
    with pytest.raises(Invalid, match=code):
        NewConsent(**(NEW | changes))
    NewConsent(**(NEW | {"regions": (), "lung_risk": True}))


def test_several_consents_may_cover_what_one_does_not():
    kept = [
        Consent(n, f"c{n}", 1, Modality.DRY_NEEDLING, frozenset({region}), True, Capacity.PATIENT, GIVEN, "A")
        for n, region in enumerate((Region.NECK, Region.KNEE))
    ]
    neck, knee = Target(Region.NECK, Side.LEFT), Target(Region.KNEE, Side.LEFT)
    assert agreed(kept, Modality.DRY_NEEDLING, (knee, neck, knee)) == (kept[1], kept[0])
    assert agreed(kept, Modality.DRY_NEEDLING, (Target(Region.FOOT, Side.LEFT),)) is None
