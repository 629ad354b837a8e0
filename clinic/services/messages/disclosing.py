"""What an entry about a visit may show at the patient's level of disclosure (CALENDAR §4): never treatment or region in
its title, whatever the level."""

from typing import Final

from clinic.content.letters import APPOINTMENT
from clinic.domain.messages.notes import Disclosure
from clinic.domain.messages.terms import banned_terms

TITLE_LEVEL: Final = Disclosure.PRACTICE
"""Titles and names go by this level's words even for those who asked for more."""


def practice_shown(level: int, name: str, neutral_name: str) -> str:
    """The practice's name from level 2 on, unless it says what is treated; else its neutral name."""
    return name if level >= Disclosure.PRACTICE and not banned_terms(name, TITLE_LEVEL) else neutral_name


def title(
    level: int, practice: str, number: int | None = None, total: int | None = None, *, called: str = APPOINTMENT
) -> str:
    """`Appointment` · `Appointment, The Practice` · `Appointment 3/6` where it is one of a course; `called` is the
    reader's own word for it."""
    if level >= Disclosure.AFTERCARE and number is not None and total is not None:
        return f"{called} {number}/{total}"
    return f"{called}, {practice}" if level >= Disclosure.PRACTICE else called


def place(level: int, address: str, *, show_address: bool) -> str:
    """The address from level 2 on, below by the patient's choice."""
    return address if show_address or level >= Disclosure.PRACTICE else ""
