"""What a patient wishes for, and when he can come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from clinic.domain.errors import Invalid
from clinic.domain.faults import gather
from clinic.domain.fields import Fields
from clinic.domain.limits import SHORT, line, one_of
from clinic.domain.practice.hours import WeeklyHours, check_apart, check_dates, check_minutes
from clinic.domain.practice.people import GENDERS


@dataclass(frozen=True, slots=True)
class Preferences:
    """Wishes, empty or None where there are none; `…_required` turns a wish into a must.

    Weekdays count from Monday 0, the window is in minutes after midnight, `therapist` is a public id. `regular`: the
    same weekday and time from visit to visit.
    """

    weekdays: frozenset[int] = frozenset()
    window: tuple[int, int] | None = None
    therapist: str | None = None
    therapist_required: bool = False
    gender: str | None = None
    gender_required: bool = False
    regular: bool = False

    def __post_init__(self) -> None:
        gather(self._check_weekdays, self._check_window, self._check_therapist, self._check_gender)

    def over(self, own: "Preferences") -> "Preferences":
        """These wishes, and of the patient's own those on which they say nothing."""
        therapist, gender = (self if self.therapist else own), (self if self.gender else own)
        return Preferences(
            self.weekdays or own.weekdays,
            self.window or own.window,
            therapist.therapist,
            therapist.therapist_required,
            gender.gender,
            gender.gender_required,
            self.regular or own.regular,
        )

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "weekdays": sorted(self.weekdays),
            "window": None if self.window is None else list(self.window),
            "therapist": self.therapist,
            "therapist_required": self.therapist_required,
            "gender": self.gender,
            "gender_required": self.gender_required,
            "regular": self.regular,
        }

    def _check_weekdays(self) -> None:
        if not self.weekdays <= set(range(7)):
            raise Invalid("out_of_range", field="weekdays", value=max(self.weekdays), low=0, high=6)

    def _check_window(self) -> None:
        if self.window is not None:
            starts_minute, ends_minute = self.window
            check_minutes(starts_minute, ends_minute)

    def _check_therapist(self) -> None:
        if self.therapist is not None:
            line("therapist", self.therapist, SHORT, required=True)
        elif self.therapist_required:
            raise Invalid("required_without_choice", field="therapist")

    def _check_gender(self) -> None:
        if self.gender is not None:
            one_of("gender", self.gender, GENDERS[:-1])
        elif self.gender_required:
            raise Invalid("required_without_choice", field="gender")


def preferences_from(document: Mapping[str, Any]) -> Preferences:
    """Read what `document` wrote; absent fields are no wish."""
    fields = Fields(document)
    window = fields.take("window", None)
    found = Preferences(
        weekdays=frozenset(fields.take("weekdays", ())),
        window=None if window is None else (window[0], window[1]),
        therapist=fields.take("therapist", None),
        therapist_required=fields.take("therapist_required", False),
        gender=fields.take("gender", None),
        gender_required=fields.take("gender_required", False),
        regular=fields.take("regular", False),
    )
    fields.finish()
    return found


@dataclass(frozen=True, slots=True, order=True)
class Away:
    """Days on which the patient cannot come, both ends included."""

    first_on: date
    last_on: date

    def __post_init__(self) -> None:
        check_dates("last_on", self.first_on, self.last_on)


@dataclass(frozen=True, slots=True)
class Availability:
    """Weekly hours in which the patient can come, at any time where there are none, and days away."""

    hours: tuple[WeeklyHours, ...] = ()
    away: tuple[Away, ...] = ()

    def __post_init__(self) -> None:
        check_apart("hours", self.hours)
