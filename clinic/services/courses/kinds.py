"""What a visit needs, in the engine's terms: how long, who may give it on which days, in which rooms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from clinic.db.care.facts import Standing
from clinic.domain.courses.outline import effective_gap
from clinic.domain.courses.protocol import Phase, visit_minutes
from clinic.domain.patients.preferences import Preferences
from clinic.domain.practice.body import Region, Target
from clinic.domain.practice.credentials import Authorised, Credential, Lacking, authorises
from clinic.domain.practice.site import Colleague, Site
from clinic.domain.time import instant_of, local_date, ticks_for
from clinic.domain.visits.visit import Visit
from clinic.engine import bitmap
from clinic.engine.request import Blocked, Kind, Reason, Staff
from clinic.services.courses.calendars import Placing


@dataclass(frozen=True, slots=True)
class Need:
    """What one visit takes: minutes of the patient and a therapist, a room with set-up and clean-up minutes around
    them, and how many days it stays from another needling; 0 where it does not matter."""

    minutes: int
    skills: tuple[str, ...]
    capabilities: frozenset[str]
    setup_minutes: int = 0
    cleanup_minutes: int = 0
    rest_days: int = 0


def need_of(phase: Phase, extra_minutes: int) -> Need:
    """What a session of the phase takes. Until hours are placed, its hour floor counts as whole days."""
    rest_days = min(-(-phase.floor // 24) + 1, effective_gap(phase).min) if phase.needles else 0
    return Need(
        visit_minutes(phase) + extra_minutes,
        tuple(sorted(phase.skills)),
        phase.capabilities,
        phase.setup_minutes,
        phase.cleanup_minutes,
        rest_days,
    )


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
    rooms = tuple(room.public_id for room in placing.site.rooms if need.capabilities <= room.capabilities)
    regions = tuple(dict.fromkeys(target.region for target in targets))
    staff = tuple(_staff(each, need, placing, regions, wishes) for each in placing.site.staff)
    return Kind(
        ticks_for(need.minutes),
        staff,
        rooms,
        ticks_for(need.setup_minutes),
        ticks_for(need.cleanup_minutes),
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
    """The days on which these credentials permit every skill, and why not on the first of the others.

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
            why = why or Reason(lacking.code, lacking.params)
    return days, why


def _lacking(
    held: Sequence[Credential], skills: Sequence[str], site: Site, regions: Sequence[Region], on: date
) -> Lacking | None:
    for skill in skills:
        answer = authorises(held, skill, site.jurisdiction, regions, on)
        if not isinstance(answer, Authorised):
            return answer
    return None
