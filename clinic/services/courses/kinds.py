"""What a visit needs, in the engine's terms: parts, who may give each on which days, in which rooms."""

from collections.abc import Sequence

from clinic.domain.patients.preferences import Preferences
from clinic.domain.practice.body import Region, Target
from clinic.domain.practice.people import patients_at_once
from clinic.domain.practice.site import Colleague
from clinic.engine.kind import Blocked, Kind, Part, Staff
from clinic.services.courses.authority import authority
from clinic.services.courses.calendars import Placing
from clinic.services.courses.needs import Need, lead_of


def kind_of(
    needs: Sequence[Need],
    placing: Placing,
    *,
    targets: Sequence[Target],
    wishes: Preferences,
    blocked: tuple[Blocked, ...] = (),
) -> Kind:
    """The engine's kind for visits with these parts. A therapist who is a must leads; a gender that is a must holds for
    everybody."""
    regions = tuple(dict.fromkeys(target.region for target in targets))
    lead = lead_of(needs)
    parts = (_part(need, placing, regions, wishes, leads=n == lead) for n, need in enumerate(needs))
    return Kind(tuple(parts), blocked, lead)


def _part(need: Need, placing: Placing, regions: Sequence[Region], wishes: Preferences, *, leads: bool) -> Part:
    wanted = need.capabilities
    rooms = None
    if wanted is not None:
        rooms = tuple(room.public_id for room in placing.site.rooms if wanted <= room.capabilities)
    staff = tuple(_staff(each, need, placing, regions, wishes, leads=leads) for each in placing.site.staff)
    return Part(need.ticks, staff, rooms, need.setup, need.cleanup, need.wait)


def _staff(
    each: Colleague, need: Need, placing: Placing, regions: Sequence[Region], wishes: Preferences, *, leads: bool
) -> Staff:
    may = authority(placing, each, need.skills, regions)
    other = leads and wishes.therapist_required and wishes.therapist != each.public_id
    gender = wishes.gender_required and wishes.gender != each.gender
    at_once = patients_at_once(each.patient_limits, need.modalities)
    return Staff(each.public_id, may.days, may.otherwise, other or gender, may.watched, at_once)
