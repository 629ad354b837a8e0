"""What makes booked visits impossible: a colleague is away or leaves, a room or a whole place is closed."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from clinic.domain.errors import Invalid
from clinic.domain.fields import Fields
from clinic.domain.limits import SHORT, line, whole

LAST_TICK = 1 << 30


class Kind(StrEnum):
    """What happened. `COVER`: somebody else takes over for a day, at the same times where that can be; `HANDOVER`: for
    good."""

    ABSENCE = "absence"
    COVER = "cover"
    HANDOVER = "handover"
    ROOM = "room"
    LOCATION = "location"
    CREDENTIAL = "credential"


OPEN_ENDED = frozenset({Kind.HANDOVER, Kind.CREDENTIAL})
"""These begin and do not end."""
OF_STAFF = frozenset({Kind.ABSENCE, Kind.COVER, Kind.HANDOVER, Kind.CREDENTIAL})


@dataclass(frozen=True, slots=True)
class Trouble:
    """`what` happened to the therapist, room or location `who` (a public id) in [starts, ends) ticks of UTC, or from
    `starts` on where it has no end. `to`: who takes the courses over; `plan`: the only course that is handed over;
    `skill`: what the credential permitted. Raises Invalid."""

    what: Kind
    who: str
    starts: int
    ends: int | None = None
    to: str = ""
    plan: str = ""
    skill: str = ""

    def __post_init__(self) -> None:
        line("who", self.who, SHORT, required=True)
        whole("starts", self.starts, 0, LAST_TICK)
        if (self.ends is None) != (self.what in OPEN_ENDED):
            raise Invalid("trouble_end", field="until")
        if self.ends is not None and whole("until", self.ends, 0, LAST_TICK) <= self.starts:
            raise Invalid("span_reversed", field="until")
        if self.what is Kind.HANDOVER and self.to in ("", self.who):
            raise Invalid("handover_to_whom", field="to")
        if self.what is Kind.CREDENTIAL:
            line("skill", self.skill, SHORT, required=True)

    @property
    def last(self) -> int:
        """The end, or a tick beyond every calendar."""
        return LAST_TICK if self.ends is None else self.ends

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


def trouble_from(document: Mapping[str, Any]) -> Trouble:
    """Read what `document` wrote."""
    told = Fields(document)
    found = Trouble(Kind(told.take("what")), *(told.take(each.name) for each in fields(Trouble)[1:]))
    told.finish()
    return found
