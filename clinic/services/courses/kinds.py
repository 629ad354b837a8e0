"""What a visit needs, in the engine's terms: how long, who may give it on which days, in which rooms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from clinic.db.care.facts import Standing
from clinic.domain.courses.outline import effective_gap
from clinic.domain.courses.protocol import Component, Phase
from clinic.domain.patients.preferences import Preferences
from clinic.domain.practice.body import Region, Target
from clinic.domain.practice.credentials import Authorised, Credential, Lacking, authorises
from clinic.domain.practice.modality import Modality
from clinic.domain.practice.site import Colleague, Site
from clinic.domain.time import instant_of, local_date, ticks_for
from clinic.domain.visits.visit import Visit
from clinic.engine import bitmap
from clinic.engine.request import Blocked, Kind, Reason, Staff
from clinic.services.courses.calendars import Placing


@dataclass(frozen=True, slots=True)
class Need:
    """What one visit consists of and how far it stays from another needling, in days; 0 without a needle."""

    components: tuple[Component, ...]
    rest_days: int

    @property
    def modalities(self) -> tuple[Modality, ...]:
        return tuple(dict.fromkeys(part.modality for part in self.components))

    @property
    def skills(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(part.skill for part in self.components if part.skill))

    @property
    def setup(self) -> int:
        """Ticks of the room before the visit."""
        return ticks_for(max(part.setup_minutes for part in self.components))

    @property
    def cleanup(self) -> int:
        """Ticks of the room after it."""
        return ticks_for(max(part.cleanup_minutes for part in self.components))

    def ticks(self, extra_minutes: int) -> int:
        """How long the patient and the therapist are busy."""
        return ticks_for(sum(part.minutes for part in self.components) + extra_minutes)


def need_of(phase: Phase) -> Need:
    """What a session of the phase needs. Until hours are placed, its hour floor counts as whole days."""
    if not phase.needles:
        return Need(phase.visit, 0)
    floor_days = -(-phase.floor // 24) + 1
    return Need(phase.visit, min(floor_days, effective_gap(phase).min))


def needled_days(placing: Placing, visits: Iterable[Visit], standing: Standing) -> tuple[date, ...]:
    """The days of the patient's needlings: visits that hold time, and what was told from elsewhere."""
    tz = placing.site.tz
    own = {local_date(instant_of(visit.starts), tz) for visit in visits if visit.needles}
    told = {local_date(each.at, tz) if isinstance(each.at, datetime) else each.at for each in standing.outside}
    return tuple(sorted(own | told))


def kind_of(
    need: Need,
    placing: Placing,
    *,
    targets: Sequence[Target],
    wishes: Preferences,
    needled: Sequence[date] = (),
) -> Kind:
    """The engine's kind for visits with that need."""
    capabilities = {part.capability for part in need.components if part.capability}
    rooms = tuple(room.public_id for room in placing.site.rooms if capabilities <= room.capabilities)
    regions = tuple(dict.fromkeys(target.region for target in targets))
    staff = tuple(_staff(each, need, placing, regions, wishes) for each in placing.site.staff)
    return Kind(
        need.ticks(placing.times.extra_minutes),
        staff,
        rooms,
        need.setup,
        need.cleanup,
        tuple(_too_near(each, need.rest_days, placing) for each in needled) if need.rest_days else (),
    )


def _too_near(on: date, rest_days: int, placing: Placing) -> Blocked:
    """The days that are fewer than `rest_days` from a needling."""
    index = placing.days.horizon.index(on)
    days = bitmap.between(index - rest_days + 1, index + rest_days)
    return Blocked(days, Reason("needled_near", {"on": on, "days": rest_days}))


def _staff(each: Colleague, need: Need, placing: Placing, regions: Sequence[Region], wishes: Preferences) -> Staff:
    days, otherwise = permitted_days(each.credentials, need.skills, placing, regions)
    other = wishes.therapist_required and wishes.therapist != each.public_id
    gender = wishes.gender_required and wishes.gender != each.gender
    return Staff(each.public_id, days, otherwise, beyond_wish=other or gender)


def permitted_days(
    held: Sequence[Credential], skills: Sequence[str], placing: Placing, regions: Sequence[Region]
) -> tuple[int, Reason | None]:
    """The days on which these credentials permit every skill, and why not on the others.

    What is permitted changes only where a credential begins or ends, so only those days are judged.
    """
    horizon = placing.days.horizon
    edges = {0, horizon.days}
    for credential in held:
        ends = credential.valid_until
        bounds = [credential.valid_from] + ([] if ends is None else [ends + timedelta(days=1)])
        edges |= {min(max(horizon.index(bound), 0), horizon.days) for bound in bounds}
    days, why = 0, None
    ordered = sorted(edges)
    for first, last in pairwise(ordered):
        lacking = _lacking(held, skills, placing.site, regions, horizon.on(first))
        if lacking is None:
            days |= bitmap.between(first, last)
        else:
            why = Reason(lacking.code, lacking.params)
    return days, why


def _lacking(
    held: Sequence[Credential], skills: Sequence[str], site: Site, regions: Sequence[Region], on: date
) -> Lacking | None:
    for skill in skills:
        answer = authorises(held, skill, site.jurisdiction, regions, on)
        if not isinstance(answer, Authorised):
            return answer
    return None
