"""Needles near the lung: how long they may be before it is pointed out (rule 24)."""

from typing import Final

from clinic.domain.care.record import Record, Site

LONGEST_MM: Final = 19
"""At the rhomboids, by ultrasound (Valera-Calero, authorea.com/users/319890)."""
RHOMBOID: Final = "rhomboid"


def too_long(record: Record) -> tuple[Site, ...]:
    """The sites at the rhomboids whose needle is longer than that: its own, or the visit's where it has none."""
    return tuple(site for site in record.sites if RHOMBOID in site.target.muscle.lower() and _length(record, site))


def _length(record: Record, site: Site) -> bool:
    length = record.needle.length if site.needle.length is None else site.needle.length
    return length is not None and length > LONGEST_MM
