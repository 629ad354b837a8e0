"""On which days, and in which hours, somebody may give a part of a visit."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Final, NamedTuple

from clinic.content.delegation import delegations
from clinic.domain.practice.body import Region
from clinic.domain.practice.credentials import Authorised, Credential, Lacking, authorises
from clinic.domain.practice.delegation import delegated
from clinic.domain.practice.modality import NEEDLING
from clinic.domain.practice.site import Colleague, Site
from clinic.engine import bitmap
from clinic.engine.bitmap import ALWAYS
from clinic.engine.kind import Reason
from clinic.services.courses.calendars import Placing

ASSISTANT: Final = "assistant"
NEEDLES: Final = frozenset(modality.skill for modality in NEEDLING)


class Authority(NamedTuple):
    """Days, a bitmap of day indexes, why not on the others, and for each who may supervise him the ticks in which he
    needs none or has that one."""

    days: int
    otherwise: Reason | None = None
    watched: tuple[int, ...] = (ALWAYS,)


def authority(placing: Placing, each: Colleague, skills: Sequence[str], regions: Sequence[Region]) -> Authority:
    """What somebody's credentials permit; provisional ones while a colleague with full authority, who supervises, is at
    work there (the rule list's 6). An assistant needles only where the law lets him (the rule list's 5)."""
    if each.kind == ASSISTANT and NEEDLES & set(skills):
        lawful, forbidden = _delegated(placing)
        found = _authority(placing, each, skills, regions)
        return found._replace(days=found.days & lawful, otherwise=forbidden or found.otherwise)
    return _authority(placing, each, skills, regions)


def _delegated(placing: Placing) -> tuple[int, Reason | None]:
    """The days on which assistants may needle there."""
    horizon, law = placing.days.horizon, placing.site.jurisdiction
    lawful = [day for day in range(horizon.days) if delegated(delegations(), law, horizon.on(day))]
    days = sum(1 << day for day in lawful)
    return days, None if len(lawful) == horizon.days else Reason("assistant_may_not", {})


def _authority(placing: Placing, each: Colleague, skills: Sequence[str], regions: Sequence[Region]) -> Authority:
    days, why = _permitted_days(each.credentials, skills, placing, regions)
    if not any(credential.provisional for credential in each.credentials):
        return Authority(days, why)
    provisional, _ = _permitted_days(each.credentials, skills, placing, regions, supervised=True)
    if not provisional & ~days:
        return Authority(days, why)
    alone = placing.days.ticks(days)
    present = tuple(alone | ticks for ticks in _supervised(placing, each, skills, regions))
    return Authority(days | provisional, why, present or (alone,))


def _supervised(placing: Placing, each: Colleague, skills: Sequence[str], regions: Sequence[Region]) -> Iterator[int]:
    """Of each who may supervise him in this the ticks in which that one is at work, and not busy elsewhere."""
    for colleague, calendar in zip(placing.site.staff, placing.calendars.therapists, strict=True):
        if colleague.supervises and colleague.id != each.id:
            days, _ = _permitted_days(colleague.credentials, skills, placing, regions)
            present = calendar.works & ~(calendar.away | placing.days.bits(list(colleague.busy)))
            yield present & placing.days.ticks(days)


def _permitted_days(
    held: Sequence[Credential],
    skills: Sequence[str],
    placing: Placing,
    regions: Sequence[Region],
    *,
    supervised: bool = False,
) -> tuple[int, Reason | None]:
    """The days on which these credentials permit every skill, and why not on the first of the others.

    What is permitted changes only where a credential begins or ends, so only those days are judged.
    """
    horizon = placing.days.horizon
    edges = {0, horizon.days}
    for credential in held:
        bounds = [horizon.index(credential.valid_from)]
        if credential.valid_until is not None:
            bounds.append(horizon.index(credential.valid_until) + 1)
        edges |= {min(max(bound, 0), horizon.days) for bound in bounds}
    days, why = 0, None
    ordered = sorted(edges)
    for first, last in pairwise(ordered):
        lacking = _lacking(held, skills, placing.site, regions, horizon.on(first), supervised=supervised)
        if lacking is None:
            days |= bitmap.between(first, last)
        else:
            why = why or Reason(lacking.code, lacking.params)
    return days, why


def _lacking(
    held: Sequence[Credential],
    skills: Sequence[str],
    site: Site,
    regions: Sequence[Region],
    on: date,
    *,
    supervised: bool,
) -> Lacking | None:
    for skill in skills:
        answer = authorises(held, skill, site.jurisdiction, regions, on, supervised=supervised)
        if not isinstance(answer, Authorised):
            return answer
    return None
