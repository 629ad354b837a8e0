"""What is told before a course begins, in its form and on its page."""

from collections.abc import Iterable, Mapping
from typing import Final

from flask_babel import gettext

from clinic.domain.courses.intake import Factor, Intake
from clinic.domain.errors import Invalid

NAMES: Final = ("complaint", "severity", "duration", "health", "goals")


def intake_from(values: Mapping[str, object], factors: Iterable[str]) -> Intake:
    """As it was entered. Raises Invalid at its field."""
    severity = str(values["severity"])
    if severity and not (severity.isascii() and severity.isdigit() and len(severity) < 3):
        raise Invalid("not_a_number", field="severity")
    return Intake(
        str(values["complaint"]).strip(),
        int(severity) if severity else None,
        str(values["duration"]).strip(),
        str(values["health"]).strip(),
        tuple(each for each in Factor if each.value in set(factors)),
    )


def factors() -> list[tuple[str, str]]:
    """What can contribute, to choose from."""
    names = {
        Factor.POSTURE: gettext("Posture"),
        Factor.IMBALANCE: gettext("Muscle imbalance"),
        Factor.REPETITIVE: gettext("Repetitive strain"),
        Factor.LOAD: gettext("Load at work or in sport"),
        Factor.SLEEP: gettext("Sleep"),
        Factor.STRESS: gettext("Stress"),
    }
    return [(each.value, names[each]) for each in Factor]


def facts(told: Intake, goals: str) -> list[tuple[str, str]]:
    """Name and words of what was told; what was not is left out."""
    names = dict(factors())
    found = [
        (gettext("Complaint"), told.complaint),
        (gettext("Usual pain"), "" if told.severity is None else gettext("%(pain)s of 10", pain=told.severity)),
        (gettext("Since"), told.duration),
        (gettext("General health"), told.health),
        (gettext("Contributing"), ", ".join(names[each.value] for each in told.factors)),
        (gettext("Goals"), goals),
    ]
    return [(name, words) for name, words in found if words]
