"""Who of the people in a file is new, changed or known as he is; who is refused, and why.

A person is recognised by any identifier he shares with a patient. Two lines of a file about one person: the second
counts as unchanged when it says the same, and is refused when it does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from clinic.domain.errors import Invalid
from clinic.domain.faults import each_fault
from clinic.domain.patients.person import Identifier, Person, check_born, told_anew
from clinic.domain.practice.importing import Refusal


@dataclass(frozen=True, slots=True)
class Arrival:
    """A person as told at a line of a file."""

    line: int
    person: Person


@dataclass(frozen=True, slots=True)
class Sorted:
    """What is to be written: new people, and changed ones by their key."""

    new: tuple[Person, ...]
    changed: tuple[tuple[int, Person], ...]
    unchanged: int
    refused: tuple[Refusal, ...]


def sort_out(
    arrivals: Sequence[Arrival],
    owners: Mapping[Identifier, int],
    known: Mapping[int, Person],
    *,
    today: date,
) -> Sorted:
    """`owners` are the keys of the patients who have an identifier, `known` what is stored about each of them."""
    new: list[Person] = []
    changed: list[tuple[int, Person]] = []
    refused: list[Refusal] = []
    unchanged = 0
    before: dict[Identifier | int, Arrival] = {}
    for arrival in arrivals:
        person, names = arrival.person, sorted(arrival.person.identifiers)
        keys = sorted({owners[name] for name in names if name in owners})
        earlier = next((before[name] for name in [*names, *keys] if name in before), None)
        if earlier and earlier.person == person:
            unchanged += 1
            continue
        try:
            _check(person, keys, earlier, today)
            anew = told_anew(known[keys[0]], person) if keys else person
        except Invalid as error:
            refused.append(Refusal(arrival.line, each_fault(error)))
            continue
        before |= dict.fromkeys([*names, *keys], arrival)
        if not keys:
            new.append(anew)
        elif anew == known[keys[0]]:
            unchanged += 1
        else:
            changed.append((keys[0], anew))
    return Sorted(tuple(new), tuple(changed), unchanged, tuple(refused))


def _check(person: Person, keys: Sequence[int], earlier: Arrival | None, today: date) -> None:
    if not person.identifiers:
        raise Invalid("patient_without_identifier", field="identifier")
    if earlier:
        raise Invalid("duplicate_in_file", line=earlier.line)
    if len(keys) > 1:
        raise Invalid("identifiers_of_two", field="identifier")
    check_born(person, today=today)
