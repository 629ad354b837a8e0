from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.domain.care.record import (
    Count,
    Fate,
    Needle,
    Part,
    Record,
    Site,
    Spot,
    planned,
    ready,
    settled,
    site_at,
    with_needling_of,
)
from clinic.domain.care.record_document import record_document, record_from
from clinic.domain.errors import Invalid, Refused
from clinic.domain.practice.body import Region, Side, Target
from clinic.domain.practice.modality import Modality

NECK = Target(Region.NECK, Side.LEFT, "upper trapezius")
NEEDLE = Needle(30, 40)
WHOLE = Record(
    parts=(Part(Modality.DRY_NEEDLING), Part(Modality.EXERCISE)),
    pain_before=6,
    pain_during=3,
    pain_after=4,
    soreness=2,
    sites=(
        Site(NECK, "superficial", "pistoning", True),
        Site(NECK, twitch=False, needle=Needle(25, 13), spot=Spot("back", 470, 180)),
    ),
    needle=NEEDLE,
    count=Count(4, 4),
    tolerance="good",
    told=True,
    note="Turned more easily.",
)


def test_a_record_that_says_all_can_be_signed() -> None:
    ready(WHOLE, retained=False)


def test_a_record_is_read_as_it_was_kept() -> None:
    swapped = replace(WHOLE, parts=(Part(Modality.DRY_NEEDLING, Fate.SWAPPED, Modality.MANUAL_THERAPY, "tired"),))
    for each in (WHOLE, swapped, Record()):
        assert record_from(record_document(each)) == each
    assert record_from({}) == Record()


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"pain_before": None}, "pain_unstated", "pain_before"),
        ({"pain_after": None}, "pain_unstated", "pain_after"),
        ({"sites": ()}, "needling_unstated", "sites"),
        ({"needle": Needle(30)}, "needling_unstated", "gauge"),
        ({"count": Count(None, 4)}, "needling_unstated", "needles_in"),
        ({"count": Count(4)}, "needling_unstated", "needles_out"),
        ({"parts": (Part(Modality.DRY_NEEDLING, Fate.DROPPED, reason=" "),)}, "part_reason", "part-0-reason"),
        ({"parts": (Part(Modality.DRY_NEEDLING, Fate.DROPPED, reason="ill"),)}, "count_unneeded", "needles_in"),
    ],
)
def test_what_is_lacking_is_named(changed: dict[str, object], code: str, field: str) -> None:
    with pytest.raises(Invalid) as lacking:
        ready(replace(WHOLE, **changed), retained=False)
    assert (lacking.value.code, lacking.value.field) == (code, field)


@pytest.mark.parametrize(
    ("count", "retained", "closes"),
    [
        (Count(4, 4), False, True),
        (Count(4, 3), False, False),
        (Count(4, 3, 4), False, True),
        (Count(4, 3, 3), False, False),
        (Count(4, 4, 3), False, False),
        (Count(4, 3, 3), True, True),
        (Count(3, 4), False, False),
    ],
)
def test_unequal_counts_close_only_after_a_recount_or_a_needle_that_stayed(
    count: Count, retained: bool, closes: bool
) -> None:
    written = replace(WHOLE, count=count)
    if closes:
        ready(written, retained=retained)
    else:
        with pytest.raises(Refused) as refused:
            ready(written, retained=retained)
        assert refused.value.rule == 35
    assert record_from(record_document(written)).count == count


@pytest.mark.parametrize("felt", ["drowsy", "fainted"])
def test_who_was_drowsy_or_faint_is_told_not_to_drive(felt: str) -> None:
    with pytest.raises(Refused) as refused:
        ready(replace(WHOLE, **{felt: True}), retained=False)
    assert refused.value.rule == 37
    ready(replace(WHOLE, **{felt: True}, no_driving=True), retained=False)


def test_needling_that_was_dropped_needs_no_count() -> None:
    dropped = (Part(Modality.DRY_NEEDLING, Fate.DROPPED, reason="a cold"), Part(Modality.EXERCISE))
    ready(Record(parts=dropped, pain_before=3, pain_after=3), retained=False)
    assert settled(replace(WHOLE, parts=dropped)).sites == ()
    assert settled(WHOLE) == WHOLE


def test_sites_that_were_planned_give_way_to_those_of_last_time() -> None:
    begun = planned((Modality.DRY_NEEDLING,), (NECK,))
    assert len(with_needling_of(begun, WHOLE).sites) == 2
    assert with_needling_of(begun, Record()).sites == begun.sites


def test_needling_in_place_of_something_else_is_counted() -> None:
    swapped = (Part(Modality.EXERCISE, Fate.SWAPPED, Modality.DRY_NEEDLING, "asked for"),)
    with pytest.raises(Invalid, match="needling_unstated"):
        ready(Record(parts=swapped, pain_before=3, pain_after=3), retained=False)


def test_sites_and_needles_are_copied_and_scores_and_counts_are_not() -> None:
    copied = with_needling_of(Record(parts=WHOLE.parts, pain_before=5), replace(WHOLE, stimulation="manual"))
    assert [site.target for site in copied.sites] == [NECK, NECK]
    assert (copied.needle, copied.stimulation) == (NEEDLE, "manual")
    assert (copied.pain_before, copied.pain_after, copied.count) == (5, None, Count())
    assert {site.twitch for site in copied.sites} == {None}
    own = replace(WHOLE, sites=WHOLE.sites[:1], needle=Needle(25, 30), stimulation="none")
    assert with_needling_of(own, WHOLE) == own


def test_an_empty_record_begins_with_what_was_planned() -> None:
    begun = planned((Modality.DRY_NEEDLING, Modality.EXERCISE), (NECK,))
    assert [part.given for part in begun.parts] == [Modality.DRY_NEEDLING, Modality.EXERCISE]
    assert [site.target for site in begun.sites] == [NECK]
    assert planned((Modality.EXERCISE,), (NECK,)).sites == ()


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"pain_before": 11}, "pain_before"),
        ({"pain_after": True}, "pain_after"),
        ({"soreness": -1}, "soreness"),
        ({"stimulation": "loud"}, "stimulation"),
        ({"tolerance": "fine"}, "tolerance"),
        ({"drowsy": "yes"}, "drowsy"),
        ({"note": "x" * 2001}, "note"),
        ({"needle": {"gauge": 5}}, "gauge"),
        ({"needle": {"length": 200}}, "length"),
        ({"count": {"in": -1}}, "needles_in"),
        ({"sites": [{"region": "neck", "side": "up"}]}, "sites.0.side"),
        ({"sites": [{"region": "tail", "side": "left"}]}, "sites.0.region"),
        ({"sites": [{"region": "neck", "side": "left", "depth": "far"}]}, "sites.0.depth"),
        ({"sites": [{"region": "neck", "side": "left", "technique": "x"}]}, "sites.0.technique"),
        ({"sites": [{"region": "neck", "side": "left", "twitch": 3}]}, "sites.0.twitch"),
        ({"sites": [{"region": "neck", "side": "left"}] * 25}, "sites"),
        ({"sites": [{"region": "neck", "side": "left", "spot": {"view": "up", "x": 1, "y": 1}}]}, "sites.0.spot"),
        (
            {"sites": [{"region": "neck", "side": "left", "spot": {"view": "back", "x": 1001, "y": 1}}]},
            "sites.0.spot",
        ),
        ({"parts": [{"modality": "exercise", "fate": "gone"}]}, "parts.0.fate"),
        ({"parts": [{"modality": "exercise", "fate": "swapped"}]}, "parts.0.instead"),
        ({"parts": [{"modality": "exercise", "fate": "done", "reason": "x" * 201}]}, "parts.0.reason"),
        ({"mood": "good"}, "mood"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_field(document: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        record_from(document)
    assert refused.value.field == field


def test_something_done_instead_is_a_swap() -> None:
    with pytest.raises(Invalid, match="part_instead"):
        Part(Modality.EXERCISE, Fate.DONE, Modality.REVIEW)


@given(st.none() | st.integers(0, 200), st.none() | st.integers(0, 200), st.none() | st.integers(0, 200))
def test_no_count_closes_while_the_last_one_differs(entered: int | None, out: int | None, again: int | None) -> None:
    written = replace(WHOLE, count=Count(entered, out, again))
    last = out if again is None else again
    try:
        ready(written, retained=False)
    except (Invalid, Refused):
        assert entered is None or out is None or last != entered
    else:
        assert entered == last


def test_a_site_is_named_by_its_region_and_side() -> None:
    assert site_at("neck", "left", "upper trapezius") == NECK
