"""Who a patient is and how to reach him; what an import may tell about him."""

import re
from dataclasses import dataclass, replace
from datetime import date

from clinic.domain.addresses import ADDRESS_LIMIT, deliverable
from clinic.domain.errors import Invalid
from clinic.domain.faults import gather
from clinic.domain.limits import LINE, formed, line, one_of, seen
from clinic.domain.patients.names import folded
from clinic.domain.practice.people import GENDERS

MOST_IDENTIFIERS = 50
MOST_YEARS = 130

_LANGUAGE = re.compile(r"(?=.{2,16}$)[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """What another system calls him, unique within that system."""

    system: str
    value: str

    def __post_init__(self) -> None:
        gather(
            lambda: line("system", self.system, LINE, required=True),
            lambda: line("value", self.value, LINE, required=True),
        )


@dataclass(frozen=True, slots=True)
class Person:
    """A patient's name, birth date and contacts; neither e-mail nor phone is needed.

    Told by a file, None and "" mean that it says nothing; `deceased` None counts as alive. `deceased_at` is kept as
    it was told.
    """

    family_name: str
    given_names: str
    birth_on: date
    gender: str = "unknown"
    deceased: bool | None = None
    deceased_at: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str = ""
    language: str = ""
    identifiers: frozenset[Identifier] = frozenset()

    def __post_init__(self) -> None:
        gather(
            lambda: line("family_name", self.family_name, LINE, required=True),
            lambda: line("given_names", self.given_names, LINE),
            lambda: one_of("gender", self.gender, GENDERS),
            lambda: line("deceased_at", self.deceased_at or "", 40),
            self._check_email,
            self._check_phone,
            lambda: line("address", self.address, 400),
            lambda: self.language and formed("language", self.language, _LANGUAGE, "en-GB"),
            self._check_identifiers,
        )

    @property
    def search_name(self) -> str:
        """Both names folded, the family name first."""
        return folded(f"{self.family_name} {self.given_names}")

    @property
    def shown_name(self) -> str:
        """As it stands on screens and letters."""
        return f"{self.given_names} {self.family_name}".strip()

    def _check_email(self) -> None:
        if self.email is not None:
            object.__setattr__(self, "email", deliverable(seen(line("email", self.email, ADDRESS_LIMIT)), "email"))

    def _check_phone(self) -> None:
        if self.phone:  # as a keypad takes it
            object.__setattr__(self, "phone", " ".join(seen(line("phone", self.phone, 40)).split()))

    def _check_identifiers(self) -> None:
        if len(self.identifiers) > MOST_IDENTIFIERS:
            raise Invalid("too_many_identifiers", field="identifiers", limit=MOST_IDENTIFIERS)


def age(born_on: date, on: date) -> int:
    """Whole years."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def check_born(person: Person, *, today: date) -> None:
    """Raises Invalid(birth_in_future), and Invalid(birth_too_early) for more than 130 years ago."""
    if person.birth_on > today:
        raise Invalid("birth_in_future", field="birth_on", birth_on=person.birth_on)
    if person.birth_on.year < today.year - MOST_YEARS:
        raise Invalid("birth_too_early", field="birth_on", birth_on=person.birth_on, years=MOST_YEARS)


def told_anew(known: Person, told: Person) -> Person:
    """What is known once `told` has been heard: what it does not say stays, identifiers are added, and only a plain
    word revives the deceased."""
    deceased = known.deceased if told.deceased is None else told.deceased
    deceased_at = told.deceased_at or known.deceased_at
    return replace(
        told,
        deceased=deceased,
        deceased_at=deceased_at if deceased else None,
        email=told.email or known.email,
        phone=told.phone or known.phone,
        address=told.address or known.address,
        language=told.language or known.language,
        identifiers=known.identifiers | told.identifiers,
    )
