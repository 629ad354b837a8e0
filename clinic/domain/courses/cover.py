"""Who pays for a course, and how much of it was authorised."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clinic.domain.errors import Invalid
from clinic.domain.limits import LINE, SHORT, line, whole

MOST_VISITS = 200


@dataclass(frozen=True, slots=True)
class Cover:
    """The payer ("" is the patient), the number of the authorisation, how many visits it is for and its last day; None
    where it says nothing."""

    payer: str = ""
    number: str = ""
    visits: int | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        line("payer", self.payer, LINE)
        line("number", self.number, SHORT)
        if self.visits is not None:
            whole("visits", self.visits, 1, MOST_VISITS)
        if self.number and not self.payer:
            raise Invalid("payer_missing", field="payer")

    def left(self, used: int, booked: int) -> int | None:
        """How many visits it is still good for; None where it has no number of them."""
        return None if self.visits is None else max(0, self.visits - used - booked)


@dataclass(frozen=True, slots=True)
class Covered:
    """A plan is paid for so from now on: a change that `apply` writes."""

    permission: ClassVar[str] = "plan.write"
    plan_id: int
    plan_version: int
    cover: Cover
