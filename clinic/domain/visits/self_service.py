"""What a patient may do about a visit without the desk."""

from datetime import datetime, timedelta
from enum import StrEnum

from clinic.domain.time import instant_of
from clinic.domain.visits.visit import Status


class Deed(StrEnum):
    """Saying that he comes; choosing another time, for one that he gave up too; giving the visit up."""

    CONFIRM = "confirm"
    MOVE = "move"
    CANCEL = "cancel"


def allowed(status: Status, starts: int, cancel_hours: int, *, waits: bool = False, now: datetime) -> frozenset[Deed]:
    """What is left to the patient of a visit that starts at that tick: he confirms a booked one until it begins, moves
    and cancels until `cancel_hours` before it, that instant included; later that is said on the phone. For one that he
    gave up he takes another time while that `waits` for the desk."""
    begins = instant_of(starts)
    if status is Status.CANCELLED and waits:
        return frozenset({Deed.MOVE})
    if status not in (Status.BOOKED, Status.CONFIRMED) or begins <= now:
        return frozenset()
    found = {Deed.CONFIRM} if status is Status.BOOKED else set()
    if now <= begins - timedelta(hours=cancel_hours):
        found |= {Deed.MOVE, Deed.CANCEL}
    return frozenset(found)
