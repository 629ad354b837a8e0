"""A calendar as one integer: bit i stands for the i-th tick of a horizon, set where something holds.

`ALWAYS` (minus one) has every bit set: a layer that restricts nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import or_

import numpy as np
from numpy.typing import NDArray

from clinic.domain.errors import Invalid

ALWAYS = -1
FEW = 16
"""So many ranges are quicker one by one than in arrays."""

Integers = NDArray[np.int64]


def starts(free: int, ticks: int) -> int:
    """The bits from which `ticks` bits in a row are set: log2(ticks) shifts."""
    have = 1
    while have < ticks:
        step = min(have, ticks - have)
        free &= free >> step
        have += step
    return free


def spread(bitmap: int, low: int, high: int) -> int:
    """The bits that lie `low` to `high` places above a bit of the bitmap."""
    bitmap <<= low
    have, wanted = 1, high - low + 1
    while have < wanted:
        step = min(have, wanted - have)
        bitmap |= bitmap << step
        have += step
    return bitmap


def between(begin: int, end: int) -> int:
    """The bits of [begin, end) that are not negative."""
    begin, end = max(begin, 0), max(end, 0)
    return (1 << end) - (1 << begin) if begin < end else 0


def union(bitmaps: Iterable[int]) -> int:
    """The bits that any of them has."""
    return reduce(or_, bitmaps, 0)


def starts_in(lanes: Iterable[int], ticks: int, within: int) -> int:
    """The bits from which one of the lanes has `ticks` bits in a row that lie `within` a finite bitmap."""
    return union(starts(lane & within, ticks) for lane in lanes)


def runs(bitmap: int) -> Iterator[tuple[int, int]]:
    """The half-open ranges of set bits, ascending."""
    while bitmap:
        start = (bitmap & -bitmap).bit_length() - 1
        filled = bitmap + (1 << start)
        end = (filled & -filled).bit_length() - 1
        yield start, end
        bitmap = filled ^ (1 << end)


def unpacked(bitmap: int, length: int) -> NDArray[np.bool_]:
    """A flag for each of the first `length` bits; the bitmap has no others."""
    packed = np.frombuffer(bitmap.to_bytes(-(-length // 8), "little"), np.uint8)
    return np.unpackbits(packed, count=length, bitorder="little").view(np.bool_)


def rows_at(bitmaps: Sequence[int], length: int, positions: Integers) -> NDArray[np.bool_]:
    """A row for each bitmap, of at most `length` bits: whether it has the bits at `positions`."""
    size = -(-length // 8)
    packed = np.frombuffer(b"".join(each.to_bytes(size, "little") for each in bitmaps), np.uint8)
    bytes_ = packed.reshape(len(bitmaps), size)[:, positions >> 3]
    return (bytes_ >> (positions & 7).astype(np.uint8) & 1).view(np.bool_)


def packed(bits: NDArray[np.uint8] | NDArray[np.bool_]) -> int:
    """The bitmap of an array of flags, the first flag lowest."""
    return int.from_bytes(np.packbits(bits, bitorder="little").tobytes(), "little")


def of_ranges(begin: Sequence[int] | Integers, end: Sequence[int] | Integers, *, first: int, length: int) -> int:
    """The union of half-open tick ranges, as far as it lies in [first, first + length).

    Raises Invalid(ranges_uneven).
    """
    if len(begin) == len(end) <= FEW:
        edges = zip(begin, end, strict=True)
        return union(between(int(low) - first, min(int(high) - first, length)) for low, high in edges)
    return by_owner(np.zeros(len(begin), np.int64), begin, end, first=first, length=length).get(0, 0)


def by_owner(
    owners: Sequence[int] | Integers,
    begin: Sequence[int] | Integers,
    end: Sequence[int] | Integers,
    *,
    first: int,
    length: int,
) -> dict[int, int]:
    """For every owner the union of his half-open tick ranges within [first, first + length); ranges may overlap.

    One pass over whole arrays; fastest when they come sorted by owner and begin. Raises Invalid(ranges_uneven).
    """
    owner, low, high = (np.asarray(values, np.int64) for values in (owners, begin, end))
    if not len(owner) == len(low) == len(high):
        raise Invalid("ranges_uneven")
    if not len(owner):
        return {}
    names, rows = _ranked(owner)
    width = length // 8 * 8 + 8  # whole bytes with room for the bit at `length`, where a last range may end
    base = rows * width
    low, high = (base + np.minimum(np.maximum(edge - first, 0), length) for edge in (low, high))
    low, high = _disjoint(low, high)
    # The bits of [a, b) are 2**b - 2**a, so a whole calendar is the number of its ends less that of its starts.
    ends, begins = (_numbers(edges, len(names), width) for edges in (high, low))
    return {name: b - a for name, a, b in zip(names, begins, ends, strict=True)}


def _ranked(owner: Integers) -> tuple[list[int], Integers]:
    """The owners once each, ascending, and the rank of each entry's owner."""
    before, after = owner[:-1], owner[1:]
    if (before <= after).all():
        edges = [0, *(np.flatnonzero(before < after) + 1).tolist(), len(owner)]
        return owner[edges[:-1]].tolist(), np.repeat(np.arange(len(edges) - 1), np.diff(edges))
    names, rows = np.unique(owner, return_inverse=True)
    return names.tolist(), rows


def _disjoint(low: Integers, high: Integers) -> tuple[Integers, Integers]:
    """The same union in ranges that do not overlap: each begins no earlier than all before it have ended."""
    if (low[1:] < low[:-1]).any():
        order = np.argsort(low, kind="stable")
        low, high = low[order], high[order]
    low = np.maximum(low, np.concatenate(([0], np.maximum.accumulate(high)[:-1])))
    kept = low < high
    return low[kept], high[kept]


def _numbers(edges: Integers, count: int, width: int) -> list[int]:
    """For each row of `width` bits the integer that has the bits at `edges`."""
    flags = np.zeros(count * width, np.uint8)
    flags[edges] = 1
    rows = np.packbits(flags, bitorder="little").tobytes()
    size = width // 8
    return [int.from_bytes(rows[at : at + size], "little") for at in range(0, count * size, size)]
