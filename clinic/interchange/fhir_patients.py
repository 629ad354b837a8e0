"""Reads people from FHIR R4: Patient resources, one a line (NDJSON) or the entries of a Bundle.

The official name counts, or else the first that is not past; an e-mail, a phone, an address that is not past. What is
not understood about a person is left out where FHIR lets it be, and refuses the line where it would be a guess.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from clinic.domain.dates import plain_day
from clinic.domain.errors import Invalid
from clinic.domain.faults import each_fault
from clinic.domain.fields import within
from clinic.domain.patients.importing import Arrival
from clinic.domain.patients.person import Identifier, Person
from clinic.domain.practice.importing import Refusal
from clinic.interchange.files import text_of

MOST_LINE = 1024 * 1024
"""Characters of a line; a Bundle has no limit but the file's."""

_PAST = ("old", "maiden")
_NAMES = ("official", "usual", "")
_PHONES = ("mobile", "home", "work", "")


@dataclass(frozen=True, slots=True)
class People:
    """Who was read, and the lines that were not."""

    arrivals: tuple[Arrival, ...]
    refused: tuple[Refusal, ...]


def read_patients(path: Path) -> People:
    """Everybody in the file, at most 64 MiB. Raises Invalid of `text_of`, and Invalid(file_not_fhir)."""
    text = text_of(path)
    document = _document(text)
    found = _people(enumerate(_entries(document), 1) if document else _lines(text))
    if not found.arrivals and all(refusal.faults[0].code == "not_json" for refusal in found.refused):
        raise Invalid("file_not_fhir", path=str(path))
    return found


def _document(text: str) -> Mapping[str, Any] | None:
    """The whole file as one resource; None for lines, each of which is one."""
    try:
        alone = _parsed(text.lstrip().partition("\n")[0]).get("resourceType") != "Bundle"
    except Invalid:
        alone = False
    if alone:
        return None
    try:
        return _parsed(text)
    except Invalid:
        return None


def _entries(document: Mapping[str, Any]) -> Iterator[Any]:
    if document.get("resourceType") != "Bundle":
        yield document
        return
    for entry in _list(document, "entry"):
        yield entry.get("resource") if isinstance(entry, dict) else entry


def _lines(text: str) -> Iterator[tuple[int, Any]]:
    return ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _people(given: Iterable[tuple[int, Any]]) -> People:
    arrivals: list[Arrival] = []
    refused: list[Refusal] = []
    for number, what in given:
        try:
            arrivals.append(Arrival(number, person_from(_line(what) if isinstance(what, str) else what)))
        except Invalid as error:
            refused.append(Refusal(number, each_fault(error)))
    return People(tuple(arrivals), tuple(refused))


def _line(text: str) -> Mapping[str, Any]:
    if len(text) > MOST_LINE:
        raise Invalid("line_too_long", limit=MOST_LINE)
    return _parsed(text)


def _parsed(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid("not_json") from error
    if not isinstance(found, dict):
        raise Invalid("not_json")
    return found


def person_from(resource: object) -> Person:
    """The person that a Patient resource describes. Raises Invalid with every fault."""
    if not isinstance(resource, dict) or resource.get("resourceType") != "Patient":
        raise Invalid("not_a_patient", field="resourceType")
    if resource.get("active") is False:
        raise Invalid("patient_inactive", field="active")
    family_name, given_names = within("name", _name, resource)
    deceased, deceased_at = _deceased(resource)
    return Person(
        family_name=family_name,
        given_names=given_names,
        birth_on=within("birthDate", _birth, resource.get("birthDate")),
        gender=_text(resource, "gender") or "unknown",
        deceased=deceased,
        deceased_at=deceased_at,
        email=_contact(resource, "email", ("",)),
        phone=_contact(resource, "phone", _PHONES),
        address=within("address", _address, resource),
        language=within("communication", _language, resource),
        identifiers=within("identifier", _identifiers, resource),
    )


def _name(resource: Mapping[str, Any]) -> tuple[str, str]:
    """Family name and given names; a name that is told as one text, or as given names alone, is the family name."""
    told = _tables(resource, "name")
    if not told:
        raise Invalid("field_missing", field="family")
    name = _first(_present(told) or told, _NAMES)
    given = " ".join(each.strip() for each in _list(name, "given") if isinstance(each, str))
    family = _text(name, "family")
    return (family, given) if family else (_text(name, "text") or given, "")


def _birth(value: object) -> date:
    """A whole date: a year alone does not tell two people apart."""
    if value is None:
        raise Invalid("field_missing")
    try:
        if isinstance(value, str):
            return plain_day(value)
    except ValueError:
        pass
    raise Invalid("birth_date_partial", found=str(value)[:40])


def _deceased(resource: Mapping[str, Any]) -> tuple[bool | None, str | None]:
    at = _text(resource, "deceasedDateTime")
    said = resource.get("deceasedBoolean")
    if said is not None and not isinstance(said, bool):
        raise Invalid("not_yes_or_no", field="deceasedBoolean")
    return (True, at) if at else (said, None)


def _contact(resource: Mapping[str, Any], system: str, uses: tuple[str, ...]) -> str | None:
    found = [each for each in _present(_tables(resource, "telecom")) if each.get("system") == system]
    return (_text(_first(found, uses), "value") or None) if found else None


def _address(resource: Mapping[str, Any]) -> str:
    found = _present(_tables(resource, "address"))
    if not found:
        return ""
    address = _first(found, ("home", ""))
    lines = [each.strip() for each in _list(address, "line") if isinstance(each, str)]
    town = " ".join(part for part in (_text(address, key) for key in ("city", "state", "postalCode")) if part)
    parts = [*lines, town, _text(address, "country")]
    return _text(address, "text") or ", ".join(part for part in parts if part)


def _language(resource: Mapping[str, Any]) -> str:
    spoken = sorted(_tables(resource, "communication"), key=lambda each: each.get("preferred") is not True)
    for each in spoken:
        language = each.get("language")
        codings = _tables(language, "coding") if isinstance(language, dict) else []
        code = next((_text(coding, "code") for coding in codings if _text(coding, "code")), "")
        if code:
            return code
    return ""


def _identifiers(resource: Mapping[str, Any]) -> frozenset[Identifier]:
    """Those with a system and a value: a bare number is nobody's in particular."""
    pairs = [(_text(each, "system"), _text(each, "value")) for each in _tables(resource, "identifier")]
    return frozenset(Identifier(system, value) for system, value in pairs if system and value)


def _present(tables: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Without those that are said to be past."""
    return [each for each in tables if _text(each, "use") not in _PAST]


def _first(tables: list[Mapping[str, Any]], uses: tuple[str, ...]) -> Mapping[str, Any]:
    """The first by the order of their use, unknown uses last; whatever has an end after all that have none."""

    def rank(each: Mapping[str, Any]) -> tuple[bool, int]:
        period, use = each.get("period"), _text(each, "use")
        return isinstance(period, dict) and "end" in period, uses.index(use) if use in uses else len(uses)

    return min(tables, key=rank)


def _tables(resource: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    return [each for each in _list(resource, name) if isinstance(each, dict)]


def _list(resource: Mapping[str, Any], name: str) -> list[Any]:
    found = resource.get(name, [])
    if not isinstance(found, list):
        raise Invalid("not_a_list", field=name)
    return found


def _text(resource: Mapping[str, Any], name: str) -> str:
    found = resource.get(name, "")
    if not isinstance(found, str):
        raise Invalid("not_text", field=name)
    return found.strip()
