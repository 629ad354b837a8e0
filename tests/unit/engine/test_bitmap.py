import itertools
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.domain.errors import Invalid
from clinic.engine import bitmap

BITS = st.integers(0, 2**60 - 1)


def as_set(bits: int) -> set[int]:
    return {at for at in range(bits.bit_length()) if bits >> at & 1}


@given(BITS, st.integers(1, 12))
@settings(derandomize=True, deadline=None, database=None)
def test_a_visit_may_start_where_enough_ticks_in_a_row_are_free(free: int, ticks: int) -> None:
    held = as_set(free)
    assert as_set(bitmap.starts(free, ticks)) == {at for at in held if all(at + n in held for n in range(ticks))}


def test_what_is_always_free_has_starts_everywhere() -> None:
    assert bitmap.starts(bitmap.ALWAYS, 9) == bitmap.ALWAYS


@given(BITS)
@settings(derandomize=True, deadline=None, database=None)
def test_runs_are_the_longest_ranges_of_set_bits(bits: int) -> None:
    ranges = list(bitmap.runs(bits))
    assert {at for begin, end in ranges for at in range(begin, end)} == as_set(bits)
    assert all(before[1] < after[0] for before, after in itertools.pairwise(ranges))


@given(BITS, st.integers(0, 9), st.integers(0, 9))
@settings(derandomize=True, deadline=None, database=None)
def test_spreading_puts_a_bit_at_every_distance(bits: int, low: int, more: int) -> None:
    expected = {at + gap for at in as_set(bits) for gap in range(low, low + more + 1)}
    assert as_set(bitmap.spread(bits, low, low + more)) == expected


def test_between_leaves_out_what_is_negative_or_reversed() -> None:
    assert as_set(bitmap.between(-3, 3)) == {0, 1, 2}
    assert bitmap.between(4, 4) == bitmap.between(-5, -2) == bitmap.between(6, 2) == 0


@given(BITS)
@settings(derandomize=True, deadline=None, database=None)
def test_packing_undoes_unpacking(bits: int) -> None:
    flags = bitmap.unpacked(bits, 60)
    assert len(flags) == 60
    assert bitmap.packed(flags) == bits


def test_rows_at_reads_the_same_bits_of_several_bitmaps() -> None:
    assert bitmap.rows_at([0b1010, 0b0110], 4, np.array([1, 2])).tolist() == [[True, False], [True, True]]


@pytest.mark.thorough
@given(st.integers(0, 2**32))
@settings(max_examples=300, derandomize=True, deadline=None, database=None)
def test_ranges_of_many_owners_become_the_union_of_each_within_the_horizon(seed: int) -> None:
    rng = Random(seed)
    first, length = 1000, rng.randint(1, 100)
    rows = [(rng.randint(3, 6), begin, begin + rng.randint(0, 20)) for begin in rng.choices(range(950, 1150), k=25)]
    if rng.random() < 0.5:
        rows.sort()
    expected: dict[int, set[int]] = {owner: set() for owner, _, _ in rows}
    for owner, begin, end in rows:
        expected[owner] |= {tick - first for tick in range(begin, end) if first <= tick < first + length}
    found = bitmap.by_owner(*zip(*rows, strict=True), first=first, length=length)
    assert {owner: as_set(bits) for owner, bits in found.items()} == expected


def test_touching_ranges_and_ranges_to_the_very_end_join() -> None:
    assert bitmap.of_ranges([10, 12, 14], [12, 14, 18], first=10, length=8) == 0b11111111


@pytest.mark.parametrize("count", [1, bitmap.FEW, bitmap.FEW + 1, 40])
def test_few_ranges_and_many_make_the_same_union(count: int) -> None:
    rng = Random(count)
    begins = [rng.randint(950, 1150) for _ in range(count)]
    ends = [begin + rng.randint(0, 20) for begin in begins]
    expected = {tick - 1000 for low, high in zip(begins, ends, strict=True) for tick in range(low, high)}
    found = bitmap.of_ranges(begins, np.array(ends), first=1000, length=100)
    assert as_set(found) == {tick for tick in expected if 0 <= tick < 100}


def test_no_ranges_are_an_empty_calendar() -> None:
    assert bitmap.by_owner([], [], [], first=0, length=8) == {}
    assert bitmap.of_ranges([], [], first=0, length=8) == 0


def test_ranges_without_an_end_are_refused() -> None:
    with pytest.raises(Invalid) as refused:
        bitmap.by_owner([1, 1], [0, 3], [2], first=0, length=8)
    assert refused.value.code == "ranges_uneven"
    with pytest.raises(Invalid):
        bitmap.of_ranges([0, 3], [2], first=0, length=8)
