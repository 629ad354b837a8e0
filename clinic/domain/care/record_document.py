"""A record as plain data, as it is kept and as forms bring it."""

from typing import Any

from clinic.domain.care.record import SCORES, TEXTS, TICKS, Count, Fate, Needle, Part, Record, Site, Spot, site_at
from clinic.domain.errors import Invalid
from clinic.domain.fields import Fields
from clinic.domain.limits import one_of
from clinic.domain.practice.modality import modality_named

PLAIN = (*SCORES, "stimulation", "tolerance", *TICKS, *TEXTS)


def record_document(record: Record) -> dict[str, Any]:
    """What is kept."""
    return {
        "parts": [
            {
                "modality": part.modality.value,
                "fate": part.fate.value,
                "instead": "" if part.instead is None else part.instead.value,
                "reason": part.reason,
            }
            for part in record.parts
        ],
        "sites": [_site_document(site) for site in record.sites],
        "needle": _needle_document(record.needle),
        "count": {"in": record.count.entered, "out": record.count.out, "again": record.count.again},
    } | {name: getattr(record, name) for name in PLAIN}


def _needle_document(needle: Needle) -> dict[str, int | None]:
    return {"gauge": needle.gauge, "length": needle.length}


def _site_document(site: Site) -> dict[str, Any]:
    return {
        "region": site.target.region.value,
        "side": site.target.side.value,
        "muscle": site.target.muscle,
        "depth": site.depth,
        "technique": site.technique,
        "twitch": site.twitch,
        "needle": _needle_document(site.needle),
        "spot": None if site.spot is None else {"view": site.spot.view, "x": site.spot.x, "y": site.spot.y},
    }


def record_from(document: object) -> Record:
    """Read what was kept; what is not there is not stated. Raises Invalid for anything else."""
    fields = Fields(document)
    parts = fields.each("parts", _part, ())
    sites = fields.each("sites", _site, ())
    needle = _needle(fields.take("needle", {}))
    counted = Fields(fields.take("count", {}))
    count = Count(counted.take("in", None), counted.take("out", None), counted.take("again", None))
    counted.finish()
    empty = Record()
    plain = {name: fields.take(name, getattr(empty, name)) for name in PLAIN}
    fields.finish()
    return Record(parts=parts, sites=sites, needle=needle, count=count, **plain)


def _part(document: object) -> Part:
    fields = Fields(document)
    modality = modality_named(fields.take("modality"))
    fate = Fate(one_of("fate", fields.take("fate"), tuple(Fate)))
    instead, reason = fields.take("instead", ""), fields.take("reason", "")
    fields.finish()
    if fate is Fate.SWAPPED and not instead:
        raise Invalid("part_instead", field="instead")
    return Part(modality, fate, modality_named(instead) if fate is Fate.SWAPPED else None, reason)


def _needle(document: object) -> Needle:
    fields = Fields(document)
    needle = Needle(fields.take("gauge", None), fields.take("length", None))
    fields.finish()
    return needle


def _site(document: object) -> Site:
    fields = Fields(document)
    target = site_at(fields.take("region"), fields.take("side"), fields.take("muscle", ""))
    site = Site(
        target,
        fields.take("depth", ""),
        fields.take("technique", ""),
        fields.take("twitch", None),
        _needle(fields.take("needle", {})),
        _spot(fields.take("spot", None)),
    )
    fields.finish()
    return site


def _spot(document: object) -> Spot | None:
    if document is None:
        return None
    fields = Fields(document)
    spot = Spot(fields.take("view"), fields.take("x"), fields.take("y"))
    fields.finish()
    return spot
