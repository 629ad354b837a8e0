"""What a patient says to an invitation. A visit stands whatever he says: nobody loses a time by a tap on a button."""

from enum import StrEnum
from typing import Final

from clinic.domain.visits.visit import Status


class Answer(StrEnum):
    """His last word about the time as it is; `NONE` again when it changes."""

    NONE = "none"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"

    @property
    def leaves(self) -> Status:
        """Where it leaves a visit that is booked."""
        return Status.CONFIRMED if self is Answer.ACCEPTED else Status.BOOKED


ASKS: Final = ("visit_declined", "visit_counter")
"""The tasks that an answer raises: needless once he says yes, or the visit goes or gets another time."""
