from datetime import date

import pytest

from clinic.domain.errors import Invalid
from clinic.domain.practice.body import Region
from clinic.domain.practice.credentials import Authorised, Credential, Lacking, authorises

DAY = date(2026, 9, 7)


def licence(**changes):
    values = {
        "kind": "dry-needling",
        "issuer": "State board",
        "jurisdiction": "DE",
        "number": "12",
        "regions": None,
        "valid_from": date(2026, 1, 1),
        "valid_until": date(2026, 12, 31),
    }
    return Credential(**(values | changes))


def reason(*credentials, regions=(Region.NECK,), on=DAY, jurisdiction="DE-BE", skill="dry-needling"):
    answer = authorises(credentials, skill, jurisdiction, regions, on)
    assert isinstance(answer, Lacking)
    return answer.code, dict(answer.params)


def test_a_valid_licence_permits_and_is_kept_with_the_answer():
    held = licence()
    assert authorises((held,), "dry-needling", "DE-BE", (Region.NECK,), DAY) == Authorised((held,))


def test_talking_needs_no_licence():
    assert authorises((), "", "DE", (), DAY) == Authorised(())


@pytest.mark.parametrize("on", [date(2026, 1, 1), date(2026, 12, 31)])
def test_the_first_and_the_last_day_of_a_licence_count(on):
    assert isinstance(authorises((licence(),), "dry-needling", "DE", (), on), Authorised)


def test_a_countrys_licence_counts_in_its_parts_and_a_parts_nowhere_else():
    assert licence(jurisdiction="US").holds_in("US-FL")
    assert licence(jurisdiction="US-FL").holds_in("US-FL")
    assert not licence(jurisdiction="US-FL").holds_in("US")
    assert not licence(jurisdiction="US-FL").holds_in("US-GA")
    assert not licence(jurisdiction="D").holds_in("DE")


def test_a_missing_licence_is_told_by_its_kind():
    assert reason(licence(kind="exercise")) == ("credential_missing", {"skill": "dry-needling"})


def test_a_licence_of_another_place_is_told_with_the_place_that_asks():
    assert reason(licence(jurisdiction="DE-BY")) == (
        "credential_elsewhere",
        {"skill": "dry-needling", "jurisdiction": "DE-BE"},
    )


def test_an_ended_licence_is_told_with_the_day_it_ended_last():
    older = licence(valid_until=date(2026, 3, 1))
    newer = licence(valid_until=date(2026, 6, 1))
    assert reason(older, newer) == (
        "credential_expired",
        {"skill": "dry-needling", "valid_until": date(2026, 6, 1)},
    )


def test_a_licence_to_come_is_told_with_the_day_it_begins():
    ended = licence(valid_until=date(2026, 3, 1))
    coming = licence(valid_from=date(2026, 10, 1), valid_until=None)
    assert reason(ended, coming) == (
        "credential_not_yet_valid",
        {"skill": "dry-needling", "valid_from": date(2026, 10, 1)},
    )


def test_a_region_left_out_is_named():
    limited = licence(regions=frozenset({Region.NECK, Region.KNEE}))
    assert reason(limited, regions=(Region.THORAX, Region.NECK)) == (
        "credential_region",
        {"skill": "dry-needling", "region": Region.THORAX},
    )


def test_two_licences_complete_each_others_regions():
    neck, knee = licence(regions=frozenset({Region.NECK})), licence(regions=frozenset({Region.KNEE}))
    assert authorises((neck, knee), "dry-needling", "DE", (Region.NECK, Region.KNEE), DAY) == Authorised((neck, knee))


def test_while_no_region_is_stated_a_limited_licence_does_not_suffice():
    limited = licence(regions=frozenset({Region.NECK}))
    assert reason(limited, regions=()) == ("credential_region_unstated", {"skill": "dry-needling"})


def test_a_provisional_licence_is_told_as_such_unless_a_full_one_suffices():
    provisional = licence(provisional=True)
    limited = licence(regions=frozenset({Region.KNEE}))
    assert reason(provisional) == ("credential_provisional", {"skill": "dry-needling"})
    assert reason(provisional, limited) == ("credential_provisional", {"skill": "dry-needling"})
    assert authorises((provisional, licence()), "dry-needling", "DE", (), DAY) == Authorised((licence(),))


def test_under_supervision_a_provisional_licence_suffices_for_its_regions():
    provisional = licence(provisional=True, regions=frozenset({Region.KNEE}))
    asked = ((provisional,), "dry-needling", "DE")
    assert authorises(*asked, (Region.KNEE,), DAY, supervised=True) == Authorised((provisional,))
    neck = authorises(*asked, (Region.NECK,), DAY, supervised=True)
    assert neck == Lacking("credential_region", {"skill": "dry-needling", "region": Region.NECK})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"jurisdiction": " "}, "jurisdiction"),
        ({"issuer": "i" * 201}, "issuer"),
        ({"number": "n" * 65}, "number"),
        ({"regions": frozenset()}, "regions"),
        ({"valid_until": date(2025, 12, 31)}, "valid_until"),
    ],
)
def test_a_credential_refuses_nonsense(changes, field):
    with pytest.raises(Invalid) as raised:
        licence(**changes)
    assert raised.value.field == field
