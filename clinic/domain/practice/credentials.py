"""Who may do what, where, to which regions, and on which dates."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from clinic.domain.errors import Invalid
from clinic.domain.limits import LINE, SHORT, text
from clinic.domain.practice.body import Region
from clinic.domain.practice.jurisdictions import reaches


@dataclass(frozen=True, slots=True)
class Credential:
    """A licence or certificate: `kind` is the skill it grants, `jurisdiction` an ISO 3166 code (DE, DE-BE, US-FL).

    Both dates are included; `valid_until` None never ends, `regions` None permits every region.
    """

    kind: str
    issuer: str
    jurisdiction: str
    number: str
    regions: frozenset[Region] | None
    valid_from: date
    valid_until: date | None = None
    provisional: bool = False

    def __post_init__(self) -> None:
        text("kind", self.kind, SHORT, required=True)
        text("issuer", self.issuer, LINE)
        text("jurisdiction", self.jurisdiction, 20, required=True)
        text("number", self.number, SHORT)
        if self.regions is not None and not self.regions:
            raise Invalid("credential_without_regions", field="regions")
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise Invalid("dates_reversed", field="valid_until", first=self.valid_from, last=self.valid_until)

    def holds_in(self, jurisdiction: str) -> bool:
        """Whether it counts there: a country's credential counts in all its parts, a part's nowhere else."""
        return reaches(self.jurisdiction, jurisdiction)

    def holds_on(self, day: date) -> bool:
        """Whether it is valid on that date."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Authorised:
    """The credentials that permit it, to be kept with the record."""

    credentials: tuple[Credential, ...]


@dataclass(frozen=True, slots=True)
class Lacking:
    """Why it is not permitted, as a code with parameters."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


def authorises(
    credentials: Collection[Credential],
    skill: str,
    jurisdiction: str,
    regions: Collection[Region],
    on: date,
    *,
    supervised: bool = False,
) -> Authorised | Lacking:
    """Whether these credentials of one person permit `skill` at a site of `jurisdiction`, in all `regions`, on a date.

    Several may complete each other's regions. While no region is stated, only credentials for every region suffice.
    The reason given is the first that applies: none of the kind, none here, not valid on the date, a region left out,
    provisional only. Where somebody is `supervised`, provisional ones suffice. An empty skill needs no credential.
    """
    if not skill:
        return Authorised(())
    held = [credential for credential in credentials if credential.kind == skill]
    if not held:
        return Lacking("credential_missing", {"skill": skill})
    here = [credential for credential in held if credential.holds_in(jurisdiction)]
    if not here:
        return Lacking("credential_elsewhere", {"skill": skill, "jurisdiction": jurisdiction})
    valid = [credential for credential in here if credential.holds_on(on)]
    if not valid:
        return _out_of_date(here, skill, on)
    full = tuple(credential for credential in valid if supervised or not credential.provisional)
    if not _uncovered(full, regions):
        return Authorised(full)
    left_out = _uncovered(tuple(valid), regions)
    if not left_out:
        return Lacking("credential_provisional", {"skill": skill})
    if not regions:
        return Lacking("credential_region_unstated", {"skill": skill})
    return Lacking("credential_region", {"skill": skill, "region": left_out[0]})


def _out_of_date(here: list[Credential], skill: str, on: date) -> Lacking:
    """The next one to begin, or else the last one to have ended."""
    coming = [credential.valid_from for credential in here if credential.valid_from > on]
    if coming:
        return Lacking("credential_not_yet_valid", {"skill": skill, "valid_from": min(coming)})
    ended = max(credential.valid_until for credential in here if credential.valid_until)
    return Lacking("credential_expired", {"skill": skill, "valid_until": ended})


def _uncovered(credentials: tuple[Credential, ...], regions: Collection[Region]) -> tuple[Region, ...]:
    """The regions none of them permits, in body order; every region while none is stated."""
    permitted: set[Region] = set()
    for credential in credentials:
        if credential.regions is None:
            return ()
        permitted |= credential.regions
    return tuple(region for region in Region if region in (regions or Region) and region not in permitted)
