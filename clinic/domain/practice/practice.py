"""A practice as a whole: what it is called, where it treats, who works there."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from clinic.domain.addresses import deliverable
from clinic.domain.errors import Invalid
from clinic.domain.faults import Faults, gather
from clinic.domain.limits import LINE, line, whole
from clinic.domain.practice.people import Staff
from clinic.domain.practice.places import Location, Room, Travel

WEIGHTS = (
    "gap_day",
    "first_late_day",
    "last_late_day",
    "other_therapist",
    "switch",
    "tod_15min",
    "tod_cap",
    "irregular_day",
    "irregular_15min",
)
MOST_WEIGHT = 10_000


@dataclass(frozen=True, slots=True)
class Profile:
    """Its name, the neutral name where the trade would say too much, and the mail address that invitations come from.

    Nothing is offered sooner than `notice_minutes` from now (at most 30 days) nor later than `horizon_days` (at most
    two years); `weights` are what the placer pays, where they differ from its defaults. The placer gives a patient at
    most so many visits a day (1 to 5) and a week (1 to 14): configurable defaults without evidence. Until
    `cancel_hours` before a visit (at most 30 days) its patient moves or cancels it by himself, later by phone. Who has
    not chosen otherwise is reminded `reminder_hours` before a visit (at most a week; 0 is never).
    """

    name: str
    neutral_name: str
    sender: str
    language: str = "en"
    notice_minutes: int = 120
    horizon_days: int = 240
    weights: Mapping[str, int] = field(default_factory=dict)
    most_visits_a_day: int = 1
    most_visits_a_week: int = 5
    cancel_hours: int = 24
    reminder_hours: int = 24

    def __post_init__(self) -> None:
        gather(
            lambda: line("name", self.name, LINE, required=True),
            lambda: line("neutral_name", self.neutral_name, LINE, required=True),
            lambda: deliverable(line("sender", self.sender, LINE, required=True), "sender"),
            lambda: line("language", self.language, 16, required=True),
            lambda: whole("notice_minutes", self.notice_minutes, 0, 43_200),
            lambda: whole("horizon_days", self.horizon_days, 7, 730),
            self._check_weights,
            lambda: whole("most_visits_a_day", self.most_visits_a_day, 1, 5),
            lambda: whole("most_visits_a_week", self.most_visits_a_week, 1, 14),
            lambda: whole("cancel_hours", self.cancel_hours, 0, 720),
            lambda: whole("reminder_hours", self.reminder_hours, 0, 168),
        )

    def _check_weights(self) -> None:
        for name, weight in self.weights.items():
            if name not in WEIGHTS:
                raise Invalid("not_one_of", field=f"weights.{name}", allowed=", ".join(WEIGHTS))
            whole(f"weights.{name}", weight, 0, MOST_WEIGHT)


@dataclass(frozen=True, slots=True)
class Practice:
    """Codes are unique for each kind of thing, rooms across all locations; hours and travel name known locations.

    `profile` is None only while nothing is stored.
    """

    profile: Profile | None
    locations: tuple[Location, ...] = ()
    staff: tuple[Staff, ...] = ()
    travel: tuple[Travel, ...] = ()

    def __post_init__(self) -> None:
        faults = Faults()
        places = [(f"locations.{at}", location) for at, location in enumerate(self.locations)]
        rooms = [(f"{path}.rooms.{at}", room.code) for path, site in places for at, room in enumerate(site.rooms)]
        people = [(f"staff.{at}", staff) for at, staff in enumerate(self.staff)]
        for codes in (
            [(path, location.code) for path, location in places],
            rooms,
            [(path, staff.code) for path, staff in people],
            [(f"travel.{at}", way.code) for at, way in enumerate(self.travel)],
        ):
            for fault in _twice(codes):
                with faults.under():
                    raise fault
        known = {location.code for location in self.locations}
        for path, staff in people:
            for code in _named(staff):
                with faults.under(path):
                    if code not in known:
                        raise Invalid("unknown_location", field="hours", code=code)
        for at, way in enumerate(self.travel):
            for code in (way.one, way.other):  # in the order of their names, not as they were written
                with faults.under():
                    if code not in known:
                        raise Invalid("unknown_location", field=f"travel.{at}", code=code)
        faults.settle()

    def location(self, code: str) -> Location:
        """The location with that code, which must be there."""
        return next(each for each in self.locations if each.code == code)

    def room(self, code: str) -> Room:
        """The room with that code, which must be there."""
        return next(room for location in self.locations for room in location.rooms if room.code == code)

    def colleague(self, code: str) -> Staff:
        """The member of staff with that code, who must be there."""
        return next(each for each in self.staff if each.code == code)

    def way(self, code: str) -> Travel:
        """The way with that code, which must be there."""
        return next(each for each in self.travel if each.code == code)


def _twice(codes: Iterable[tuple[str, str]]) -> Iterator[Invalid]:
    seen: set[str] = set()
    for path, code in codes:
        if code in seen:
            yield Invalid("code_twice", field=f"{path}.code", code=code)
        seen.add(code)


def _named(staff: Staff) -> dict[str, None]:
    """The locations a person's hours name, each once, in order."""
    return dict.fromkeys([*(each.location for each in staff.shifts), *(each.location for each in staff.reserved)])
