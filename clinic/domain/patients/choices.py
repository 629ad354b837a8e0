"""What a patient has chosen about calendars, mail and visits."""

from dataclasses import dataclass, field

from clinic.domain.faults import gather
from clinic.domain.limits import SHORT, line, one_of, whole
from clinic.domain.patients.preferences import Preferences
from clinic.domain.practice.places import check_zone

INVITES = ("invites", "feed", "none")
DISCLOSURE = (1, 2, 3)
CHANNELS = ("mail", "text", "paper")


@dataclass(frozen=True, slots=True)
class Choices:
    """`disclosure`: 1 neutral titles, 2 the practice's name, 3 with aftercare notes. `invites`: by mail, by the feed
    alone, or not at all. `alarm_minutes` before a visit (at most a week), `extra_minutes` for every visit (at most
    120), `interpreter` the language one is needed for; `tz` only where it is not the location's.

    `channel`: what is written to him goes by mail, as a text message, or on paper. `reminder_hours` before a visit
    (at most a week; None as the practice does it, 0 never), `aftercare` whether notes follow each session, `follow_up`
    whether his calendar has an entry some time after needling.
    """

    disclosure: int = 1
    invites: str = "invites"
    show_address: bool = True
    alarm_minutes: int | None = None
    extra_minutes: int = 0
    interpreter: str = ""
    tz: str | None = None
    preferences: Preferences = field(default_factory=Preferences)
    channel: str = "mail"
    reminder_hours: int | None = None
    aftercare: bool = True
    follow_up: bool = False

    def __post_init__(self) -> None:
        gather(
            lambda: whole("disclosure", self.disclosure, DISCLOSURE[0], DISCLOSURE[-1]),
            lambda: one_of("invites", self.invites, INVITES),
            lambda: self.alarm_minutes is None or whole("alarm_minutes", self.alarm_minutes, 0, 10_080),
            lambda: one_of("channel", self.channel, CHANNELS),
            lambda: self.reminder_hours is None or whole("reminder_hours", self.reminder_hours, 0, 168),
            lambda: whole("extra_minutes", self.extra_minutes, 0, 120),
            lambda: line("interpreter", self.interpreter, SHORT),
            self._check_zone,
        )

    def _check_zone(self) -> None:
        if self.tz is not None:
            check_zone("tz", self.tz)
