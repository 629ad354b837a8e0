"""What is done in a stretch of a visit."""

from enum import StrEnum

from clinic.domain.errors import Invalid


class Modality(StrEnum):
    """A kind of component; its value is its id in files, in the database and in aftercare notes."""

    ASSESSMENT = "assessment"
    DRY_NEEDLING = "dry-needling"
    ELECTRICAL_NEEDLING = "electrical-needling"
    MANUAL_THERAPY = "manual-therapy"
    EXERCISE = "exercise"
    EDUCATION = "education"
    REVIEW = "review"

    @property
    def needles(self) -> bool:
        """Whether a needle goes through the skin: the safety rules begin here."""
        return self in NEEDLING

    @property
    def skill(self) -> str:
        """The kind of credential its therapist needs; empty where any therapist will do."""
        return self.value if self in SKILLED else ""


NEEDLING = frozenset({Modality.DRY_NEEDLING, Modality.ELECTRICAL_NEEDLING})
SKILLED = NEEDLING | {Modality.MANUAL_THERAPY, Modality.EXERCISE}


def modality_named(name: str, field: str = "modality") -> Modality:
    """The modality with that id. Raises Invalid(unknown_modality)."""
    try:
        return Modality(name)
    except ValueError as error:
        raise Invalid("unknown_modality", field=field, name=name) from error
