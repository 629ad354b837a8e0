"""A visit that the engine placed, as the stretches that are written."""

from collections.abc import Sequence

from clinic.domain.errors import NotFound
from clinic.domain.practice.modality import Modality
from clinic.domain.practice.site import Site
from clinic.domain.visits.visit import Stretch
from clinic.engine.openings import PlacedPart


def stretches_of(
    site: Site, parts: Sequence[PlacedPart], modalities: Sequence[tuple[Modality, ...]]
) -> tuple[Stretch, ...]:
    """One stretch for each part, with what is done in it. Raises NotFound for a therapist or a room not there."""
    return tuple(_stretch(site, part, done) for part, done in zip(parts, modalities, strict=True))


def _stretch(site: Site, part: PlacedPart, modalities: tuple[Modality, ...]) -> Stretch:
    therapist = site.colleague(part.therapist)
    room = None if part.room is None else site.room(part.room)
    if therapist is None or (room is None and part.room is not None):
        raise NotFound("resource")
    return Stretch(
        part.start,
        part.start + part.ticks,
        therapist.id,
        None if room is None else room.id,
        modalities,
        part.setup,
        part.cleanup,
    )
