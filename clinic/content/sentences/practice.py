"""Sentences of places, people and their credentials."""

from typing import Final

from clinic.content.marker import N_

SENTENCES: Final[dict[str, str]] = {
    "absence_too_long": N_("{field}: an absence lasts at most {days} days; enter the rest as another."),
    "absences_overlap": N_(
        "{field}: the absence {starts} to {ends} overlaps that of {other_starts} to {other_ends}: change one of them."
    ),
    "closure_too_long": N_("{field}: a closure lasts at most {days} days; enter the rest as another."),
    "code_twice": N_("{field}: the code {code} is used twice: give each its own."),
    "credential_elsewhere": N_(
        "The credential for {skill:name} does not count in {jurisdiction}: choose another therapist or location."
    ),
    "credential_expired": N_(
        "The credential for {skill:name} ended on {valid_until}: renew it, or choose another therapist."
    ),
    "credential_missing": N_("There is no credential for {skill:name}: choose another therapist."),
    "credential_not_yet_valid": N_(
        "The credential for {skill:name} begins on {valid_from}: choose a later day or another therapist."
    ),
    "credential_provisional": N_(
        "The credential for {skill:name} is provisional, and nobody who may supervise is at work then: "
        "choose another time or therapist."
    ),
    "credential_region": N_(
        "The credential for {skill:name} does not permit this region ({region}): choose another therapist."
    ),
    "credential_region_unstated": N_(
        "The credential for {skill:name} permits certain regions only: state the region, or choose another therapist."
    ),
    "credential_twice": N_("{field}: the credential {kind} {number} is entered twice: remove one."),
    "credential_without_regions": N_("{field}: name at least one region, or leave the field out to permit every one."),
    "demo_off": N_("The demo is not for this installation: set CLINIC_DEMO=1, and a database of its own."),
    "demo_production": N_(
        "The demo is refused on a production database: this one is in use. Set CLINIC_DATABASE_URL to an empty one."
    ),
    "demo_unfinished": N_("The demo was interrupted while it was filled: remove this database and start again."),
    "evidence_misplaced": N_("{field}: {name} is no number of this, or has a source already: correct the name."),
    "grid_off_tick": N_("{field} must be a multiple of 5 minutes, not {value}."),
    "holidays_unknown": N_(
        "{field}: the public holidays of {region} are not known: correct the region, or enter closures."
    ),
    "hours_overlap": N_(
        "{field}: the hours {starts} to {ends} overlap {other_starts} to {other_ends} on {weekday:name}: change one."
    ),
    "hours_reversed": N_("{field}: the hours end before they start: swap the times."),
    "neutral_name_tells": N_(
        "{field}: “{term}” says what is treated, and calendars and subjects show this name: leave the word out."
    ),
    "no_location": N_(
        "There is no location yet: whoever runs the practice adds the first one under Set-up, or imports it with "
        "`clinic import practice FILE --apply`."
    ),
    "unknown_capability": N_("{field}: a room offers one or more of {allowed}."),
    "unknown_confidence": N_("{name} is no confidence: choose one of G, L, R, V, O, C and D."),
    "travel_to_itself": N_("{field}: the way leads from a location to itself: name another."),
    "unknown_location": N_("{field}: there is no location {code}: correct the code, or add the location."),
    "unknown_modality": N_("{field}: there is no treatment {name}: choose a known one, such as dry-needling."),
    "unknown_region": N_("{field}: there is no region {name}: choose a known one, such as neck or shoulder-girdle."),
    "unknown_side": N_("{field}: there is no side {name}: choose left, right, both or midline."),
    "lanes_fewer": N_("{field}: it takes {known} patients at once already and {told} would be fewer: keep {known}."),
}
