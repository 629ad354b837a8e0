"""The form of a new course: what was entered, what it asks for, what is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest
from typing import Final

from werkzeug.datastructures import MultiDict

from clinic.domain.courses.protocol import Protocol
from clinic.domain.courses.tailoring import tailored
from clinic.domain.courses.variants import exercised_apart
from clinic.domain.dates import day_of
from clinic.domain.errors import ClinicError, Invalid
from clinic.domain.patients.preferences import Preferences
from clinic.domain.practice.body import Target, region_named, side_named
from clinic.engine.course import Change
from clinic.engine.request import Pin
from clinic.services.courses.protocols import among
from clinic.services.courses.wanted import Wanted
from clinic.web.courses import intake, tailor
from clinic.web.patients.picker import chosen

MOST_TARGETS: Final = 12
NAMES: Final = (
    *("start", "location", "therapist", "therapist_is", "from", "until", "gender", "gender_is", "regular"),
    *("alternate", "apart", "protocol"),
    *intake.NAMES,
)
TICKS: Final = ("regular", "alternate", "apart")


@dataclass(slots=True)
class CourseForm:
    """What was entered; `errors` by field name, "" for the whole. Reading it does not raise."""

    values: dict[str, object]
    patient: str
    targets: list[dict[str, str]]
    pins: dict[int, str]
    relax: list[str]
    protocols: Mapping[str, Protocol]
    shape: dict[str, str] = field(default_factory=dict)
    factors: list[str] = field(default_factory=list)
    errors: dict[str, ClinicError] = field(default_factory=dict)

    def wanted(self) -> Wanted | None:
        """The course that is asked for; None while patient or protocol are missing, or when something is wrong."""
        if not (self.patient and self.values["protocol"]):
            return None
        try:
            return Wanted(
                self.patient,
                str(self.values["location"]),
                self._protocol(),
                _day(str(self.values["start"])),
                _targets(self.targets),
                self._wishes(),
                pins={ordinal: pin_from(value) for ordinal, value in self.pins.items()},
                given_up=tuple(change for value in self.relax for change in changes_from(value)),
                alternate=bool(self.values["alternate"]),
                goals=str(self.values["goals"]).strip(),
                intake=intake.intake_from(self.values, self.factors),
            )
        except Invalid as fault:
            name = (fault.field or "").split(".")[0]
            self.errors[name if name in NAMES else "from" if name == "ends_minute" else ""] = fault
            return None

    def _protocol(self) -> Protocol:
        plain = among(self.protocols, str(self.values["protocol"]))
        found = tailored(plain, tailor.measures(self.shape, plain))
        return exercised_apart(found) if self.values["apart"] else found

    def _wishes(self) -> Preferences | None:
        """What was entered; the patient's own wishes where nothing was."""
        if not any(self.values[name] for name in ("therapist", "weekday", "from", "until", "gender", "regular")):
            return None
        therapist, gender = str(self.values["therapist"]) or None, str(self.values["gender"]) or None
        weekdays = self.values["weekday"]
        assert isinstance(weekdays, list)  # noqa: S101 - read so in `course_form`
        return Preferences(
            frozenset(int(day) for day in weekdays if day in set("0123456")),
            _window(str(self.values["from"]), str(self.values["until"])),
            therapist,
            therapist is not None and self.values["therapist_is"] == "require",
            gender,
            gender is not None and self.values["gender_is"] == "require",
            bool(self.values["regular"]),
        )

    def pairs(self) -> list[tuple[str, str]]:
        """All wishes as hidden fields, without those that are empty; pins and what was given up with them."""
        plain = [(name, str(self.values[name])) for name in NAMES if self.values[name]]
        weekdays = self.values["weekday"]
        assert isinstance(weekdays, list)  # noqa: S101 - as above
        plain += [("patient", self.patient), *(("weekday", str(day)) for day in weekdays)]
        for target in self.targets:
            plain += [(name, target[name]) for name in ("region", "side", "muscle")]
        plain += [*self.shape.items(), *(("factor", each) for each in self.factors)]
        return plain + [("relax", value) for value in self.relax]


def course_form(
    form: "MultiDict[str, str]", protocols: Mapping[str, Protocol], *, today: date, location: str
) -> CourseForm:
    """Read the form, or begin one: from today, at that location, from one of these protocols."""
    values: dict[str, object] = {
        "protocol": form.get("protocol", ""),
        "start": form.get("start") or today.isoformat(),
        "location": form.get("location") or location,
        "therapist": form.get("therapist", ""),
        "therapist_is": form.get("therapist_is") or "wish",
        "weekday": form.getlist("weekday"),
        "from": form.get("from", ""),
        "until": form.get("until", ""),
        "gender": form.get("gender", ""),
        "gender_is": form.get("gender_is") or "wish",
        **{name: form.get(name, "") for name in (*TICKS, *intake.NAMES)},
    }
    sides = zip(form.getlist("region"), form.getlist("side"), strict=False)
    rows = zip_longest(list(sides), form.getlist("muscle"), fillvalue="")
    targets = [{"region": at[0], "side": at[1], "muscle": muscle} for at, muscle in rows if at and at[0]]
    return CourseForm(
        values,
        chosen(form),
        targets[:MOST_TARGETS],
        by_ordinal([*form.getlist("pin"), *form.get("take", "").split("+")]),
        list(dict.fromkeys(value for value in form.getlist("relax") if value)),
        protocols,
        tailor.read(form, form.get("protocol", "")),
        form.getlist("factor"),
    )


def by_ordinal(given: Iterable[str]) -> dict[int, str]:
    """Pins by session: of several for one the last counts, of a course that is taken whole each."""
    found: dict[int, str] = {}
    for value in given:
        ordinal, _, _ = value.partition("|")
        if ordinal.isdecimal() and len(ordinal) < 4:
            found[int(ordinal)] = value
    return found


def pin_value(ordinal: int, start: int, therapist: str, room: str | None) -> str:
    """A pin as the form carries it: number|tick|therapist|room."""
    return f"{ordinal}|{start}|{therapist}|{room or ''}"


def pin_from(value: str) -> Pin:
    """Read a pin. Raises Invalid(unknown_pin)."""
    parts = value.split("|")
    if len(parts) != 4 or not parts[1].isdecimal() or len(parts[1]) > 9:
        raise Invalid("unknown_pin", field="pin", session=parts[0])
    return Pin(int(parts[1]), parts[2] or None, parts[3] or None)


def change_value(changes: tuple[Change, ...]) -> str:
    """What gives way, as the form carries it: code:session:days, joined by +."""
    return "+".join(f"{each.code}:{each.session or ''}:{each.days or ''}" for each in changes)


def changes_from(value: str) -> tuple[Change, ...]:
    """Read what gives way. Raises Invalid(unknown_relaxation)."""
    found = []
    for one in value.split("+"):
        parts = one.split(":")
        if len(parts) != 3 or not all(part.isdecimal() and len(part) < 5 for part in parts[1:] if part):
            raise Invalid("unknown_relaxation", field="relax")
        session, days = (int(part or 0) for part in parts[1:])
        found.append(Change(parts[0], session or None, days))
    return tuple(found)


def _day(value: str) -> date:
    try:
        return day_of(value)
    except ValueError as error:
        raise Invalid("not_a_date", field="start") from error


def _window(begin: str, end: str) -> tuple[int, int] | None:
    if not begin and not end:
        return None
    return _minutes(begin or "00:00"), _minutes(end or "24:00")


def _minutes(value: str) -> int:
    hours, _, minutes = value.partition(":")
    if not (hours.isdecimal() and minutes.isdecimal() and len(value) <= 5 and int(minutes) < 60):
        raise Invalid("not_a_time", field="from")
    return int(hours) * 60 + int(minutes)


def _targets(rows: list[dict[str, str]]) -> tuple[Target, ...]:
    return tuple(Target(region_named(row["region"]), side_named(row["side"]), row["muscle"]) for row in rows)
