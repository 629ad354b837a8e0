"""Reads people from a table as spreadsheets write it: a row of headings, then a person a line.

Headings are recognised in the four languages the product ships. What a column says is taken as it stands; a line with a
fault is left out and named.
"""

import csv
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Final

from clinic.domain.errors import Invalid
from clinic.domain.faults import each_fault
from clinic.domain.fields import within
from clinic.domain.patients.importing import Arrival
from clinic.domain.patients.person import Identifier, Person
from clinic.domain.practice.importing import Refusal

MOST_LINES: Final = 5000
NUMBER: Final = "number"
"""The system of numbers that a list gives its people."""

HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "family_name": ("family name", "last name", "surname", "name", "nachname", "familienname", "nom", "nom de famille"),
    "given_names": ("given names", "given name", "first name", "forename", "vorname", "vornamen", "prenom", "nombre"),
    "birth_on": (
        "birth date",
        "date of birth",
        "dob",
        "birthday",
        "born",
        "geburtsdatum",
        "geboren",
    ),
    "gender": ("gender", "sex", "geschlecht", "sexe", "sexo"),
    "email": ("email", "e mail", "mail", "mail address", "email address", "courriel", "correo", "correo electronico"),
    "phone": ("phone", "telephone", "mobile", "phone number", "telefon", "handy", "mobil", "telefono", "movil"),
    "address": ("address", "street", "adresse", "anschrift", "direccion"),
    "language": ("language", "sprache", "langue", "idioma"),
    NUMBER: ("number", "patient number", "id", "patient id", "nummer", "patientennummer", "numero", "no", "nr"),
}
MORE: Final[Mapping[str, tuple[str, ...]]] = {
    "family_name": ("apellidos", "apellido"),
    "birth_on": ("date de naissance", "fecha de nacimiento", "ne le", "nacimiento", "naissance"),
}
GENDERS: Final = {
    **dict.fromkeys(("f", "female", "w", "weiblich", "femme", "feminin", "mujer", "femenino", "woman"), "female"),
    **dict.fromkeys(("m", "male", "mannlich", "homme", "masculin", "hombre", "masculino", "man"), "male"),
    **dict.fromkeys(("other", "d", "divers", "x", "diverse", "autre", "otro", "o"), "other"),
    **dict.fromkeys(("", "unknown", "u", "unbekannt", "inconnu", "desconocido"), "unknown"),
}
_NEEDED: Final = ("family_name", "birth_on")
_PARTS: Final = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})")


@dataclass(frozen=True, slots=True)
class Table:
    """What a file says. `import_id` is the same for the same file; `columns` are (heading, field), the field empty
    where it is not understood."""

    import_id: str
    columns: tuple[tuple[str, str], ...]
    arrivals: tuple[Arrival, ...]
    refused: tuple[Refusal, ...]


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8, or else as Windows writes western languages. Raises Invalid(csv_unreadable)."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Invalid("csv_unreadable", field="file")


def read_table(text: str, *, month_first: bool = False) -> Table:
    """Everybody in the table. `month_first`: 03/04/1980 is the fourth of March.

    Raises Invalid(csv_empty), Invalid(csv_too_long), Invalid(csv_without_columns) with what is missing.
    """
    rows = _rows(text)
    fields = _fields(rows[0][1])
    lacking = [name for name in _NEEDED if name not in fields]
    if lacking:
        raise Invalid("csv_without_columns", field="file", lacking=", ".join(HEADINGS[name][0] for name in lacking))
    import_id = hashlib.sha256(text.encode()).hexdigest()[:16]
    arrivals: list[Arrival] = []
    refused: list[Refusal] = []
    for number, cells in rows[1:]:
        try:
            arrivals.append(Arrival(number, _person(fields, cells, f"import:{import_id}", number, month_first)))
        except Invalid as error:
            refused.append(Refusal(number, each_fault(error)))
    return Table(import_id, tuple(zip(rows[0][1], fields, strict=True)), tuple(arrivals), tuple(refused))


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """The rows that say something, by the number of their last line."""
    head = text.lstrip("\n").partition("\n")[0]
    delimiter = max(";\t,", key=head.count)
    reader = csv.reader(StringIO(text), delimiter=delimiter)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(map(str.strip, row))]
    except csv.Error as error:
        raise Invalid("csv_unreadable", field="file") from error
    if len(rows) < 2:
        raise Invalid("csv_empty", field="file")
    if len(rows) > MOST_LINES + 1:
        raise Invalid("csv_too_long", field="file", limit=MOST_LINES)
    return rows


def _fields(headings: Sequence[str]) -> list[str]:
    """The field of each heading, each field once."""
    found: list[str] = []
    for heading in headings:
        plain = _plain(heading)
        name = next((name for name, words in HEADINGS.items() if plain in (*words, *MORE.get(name, ()))), "")
        found.append("" if name in found else name)
    return found


def _plain(text: str) -> str:
    """Lower case without accents and signs: `E-Mail` is e mail, `Prénom` is prenom."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"[a-z0-9]+", "".join(sign for sign in apart if not unicodedata.combining(sign))))


def _person(fields: Iterable[str], cells: Sequence[str], system: str, line: int, month_first: bool) -> Person:
    told = {name: cell for name, cell in zip(fields, cells, strict=False) if name}
    number = told.get(NUMBER, "")
    name = Identifier(NUMBER, number) if number else Identifier(system, str(line))
    return Person(
        family_name=told.get("family_name", ""),
        given_names=told.get("given_names", ""),
        birth_on=within("birth_on", lambda said: birth_from(said, month_first=month_first), told.get("birth_on", "")),
        gender=within("gender", _gender, told.get("gender", "")),
        email=told.get("email") or None,
        phone=told.get("phone") or None,
        address=told.get("address", ""),
        language=told.get("language", "").lower(),
        identifiers=frozenset({name}),
    )


def _gender(said: str) -> str:
    try:
        return GENDERS[_plain(said)]
    except KeyError as error:
        raise Invalid("not_one_of", allowed="female, male, other, unknown") from error


def birth_from(said: str, *, month_first: bool = False) -> date:
    """1980-03-31, 31.03.1980, 31/03/1980 or 03/31/1980; a year of two figures would be a guess.

    Raises Invalid: text_missing, birth_date_partial.
    """
    if not said.strip():
        raise Invalid("text_missing")
    found = _PARTS.fullmatch(said.strip())
    try:
        if found and len(found[1]) == 4:
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found and len(found[3]) == 4:
            first, second = int(found[1]), int(found[2])
            day, month = (second, first) if month_first and "." not in said else (first, second)
            return date(int(found[3]), month, day)
    except ValueError:
        pass
    raise Invalid("birth_date_partial", found=said[:40])
