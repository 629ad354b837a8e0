"""What each session of a course keeps its distance from: needlings of the same region, and loads of the same muscles.

Sessions follow one another in time, so a distance kept to one is kept to all that come before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from clinic.domain.courses.protocol import Anchor, Phase
from clinic.domain.practice.body import Region, Side, Target, share_a_region

REST_DAYS: Final = 2
"""From one strength exercise of a muscle group to the next: two to three non-consecutive days a week, about 48 hours a
muscle (ACSM, by way of summaries: physioindia.blogspot.com, home.houston.rr.com/cbfinch)."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """What a session does to the body. `targets` are where it needles, empty while nobody has said where; `muscles` the
    groups that its strength exercises load."""

    needles: bool
    targets: tuple[Target, ...] = ()
    muscles: frozenset[str] = frozenset()

    def meets(self, other: "Treatment") -> bool:
        """Whether both needle, and in one region."""
        return self.needles and other.needles and share_a_region(self.targets, other.targets)

    def covers(self, other: "Treatment") -> bool:
        """Whether each place that the other needles is needled here too."""
        return not self.targets or all(share_a_region(self.targets, (target,)) for target in other.targets)


@dataclass(frozen=True, slots=True)
class Distances:
    """Indices of earlier sessions: the one that the gap is counted from (None for the first), those to which the hour
    floor between needlings holds, latest first, and the latest from whose exercises REST_DAYS of rest are due."""

    counted_from: int | None
    floor_from: tuple[int, ...] = ()
    rest_from: int | None = None


def loaded(phase: Phase) -> frozenset[str]:
    """The muscle groups that the exercises of its sessions load; none where nobody has said which."""
    return frozenset(muscle for component in phase.components for muscle in component.muscles)


def distances(sessions: Sequence[Treatment], anchor: Anchor) -> tuple[Distances, ...]:
    """For each session, in order, what it keeps its distance from.

    The gap is counted from the session before, or from the latest earlier needling of the same region where the anchor
    says so and there is one. The hour floor holds to every earlier needling that shares a region, back to the latest
    that covers all of its places.
    """
    return tuple(_distances(sessions, at, anchor) for at in range(len(sessions)))


def _distances(sessions: Sequence[Treatment], at: int, anchor: Anchor) -> Distances:
    floors = _floors(sessions, at)
    previous = at - 1 if at else None
    counted = floors[0] if floors and anchor is Anchor.NEEDLING else previous
    loads = [earlier for earlier in range(at) if sessions[earlier].muscles & sessions[at].muscles]
    return Distances(counted, floors, loads[-1] if loads else None)


def _floors(sessions: Sequence[Treatment], at: int) -> tuple[int, ...]:
    found = []
    for earlier in range(at - 1, -1, -1):
        if sessions[at].meets(sessions[earlier]):
            found.append(earlier)
            if sessions[earlier].covers(sessions[at]):
                break
    return tuple(found)


def alternated(targets: Sequence[Target], sessions: int) -> tuple[tuple[Target, ...], ...]:
    """The targets of each of so many sessions when the two sides of a region take turns.

    Both sides are taken apart, the left first; otherwise the side that is named first begins. What has one side only,
    or lies in the midline, is treated each time.
    """
    single = list(dict.fromkeys(one for target in targets for one in _one_sided(target)))
    sides: dict[Region, list[Side]] = {}
    for one in single:
        known = sides.setdefault(one.region, [])
        if one.side is not Side.MIDLINE and one.side not in known:
            known.append(one.side)
    return tuple(tuple(one for one in single if _has_turn(one.side, sides[one.region], at)) for at in range(sessions))


def _one_sided(target: Target) -> tuple[Target, ...]:
    if target.side is not Side.BOTH:
        return (target,)
    return tuple(Target(target.region, side, target.muscle) for side in (Side.LEFT, Side.RIGHT))


def _has_turn(side: Side, sides: Sequence[Side], at: int) -> bool:
    return side is Side.MIDLINE or sides[at % len(sides)] is side
