"""Why a session lies where it lies: what it costs, as codes with parameters."""

from clinic.engine.course import Placed
from clinic.engine.request import Reason
from clinic.services.courses.place import Answer


def why(answer: Answer, ordinal: int, placed: Placed) -> tuple[Reason, ...]:
    """The wishes that the session misses, by the names of the weights; `as_wished` alone when it misses none."""
    if ordinal in answer.wanted.pins:
        return (Reason("pinned"),)
    missed = tuple(
        Reason(f"cost_{name}", {"cost": cost, "ordinal": ordinal}) for name, cost in placed.costs.items() if cost
    )
    return missed or (Reason("as_wished"),)
