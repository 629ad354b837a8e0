"""Who of the people in a list is to be taken on: nobody twice, and nobody who is here is changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clinic.domain.errors import Invalid
from clinic.domain.faults import each_fault
from clinic.domain.patients.importing import Arrival
from clinic.domain.patients.names import folded
from clinic.domain.patients.person import Identifier, Person, check_born
from clinic.domain.practice.importing import Refusal

Namesake = tuple[str, date]
"""Both names, folded, and the birth date."""


class State(StrEnum):
    """`NEW`: nobody like that; `KNOWN`: taken on before, by an identifier; `NAMESAKE`: the name and the birth date of
    somebody else, who may be the same."""

    NEW = "new"
    KNOWN = "known"
    NAMESAKE = "namesake"


@dataclass(frozen=True, slots=True)
class Judged:
    """A line's person; `same` is the public id of the patient he may be, or `line` where he stands earlier in the
    list (0: nowhere)."""

    arrival: Arrival
    state: State
    same: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everybody who can be read, in the list's order, and the lines that cannot."""

    people: tuple[Judged, ...]
    refused: tuple[Refusal, ...]

    def taken(self, others: Sequence[int]) -> tuple[Judged, ...]:
        """Who is taken on: the new, and the namesakes of whom somebody says by their line that they are others."""
        return tuple(
            each
            for each in self.people
            if each.state is State.NEW or (each.state is State.NAMESAKE and each.arrival.line in others)
        )


def namesake(person: Person) -> Namesake:
    """By what two people are taken for the same."""
    return folded(f"{person.family_name} {person.given_names}"), person.birth_on


def judge(
    arrivals: Sequence[Arrival],
    owners: Mapping[Identifier, int],
    here: Mapping[Namesake, str],
    *,
    today: date,
) -> Judgement:
    """`owners`: the keys of patients by identifier; `here`: the public ids of patients by name and birth date."""
    people: list[Judged] = []
    refused: list[Refusal] = []
    names: dict[Identifier, int] = {}
    earlier: dict[Namesake, int] = {}
    for arrival in arrivals:
        try:
            check_born(arrival.person, today=today)
        except Invalid as error:
            refused.append(Refusal(arrival.line, each_fault(error)))
            continue
        twice = next((names[each] for each in sorted(arrival.person.identifiers) if each in names), None)
        if twice is not None:
            refused.append(Refusal(arrival.line, (Invalid("duplicate_in_file", line=twice),)))
            continue
        people.append(_judged(arrival, owners, here, earlier))
        names |= dict.fromkeys(arrival.person.identifiers, arrival.line)
        earlier.setdefault(namesake(arrival.person), arrival.line)
    return Judgement(tuple(people), tuple(refused))


def _judged(
    arrival: Arrival, owners: Mapping[Identifier, int], here: Mapping[Namesake, str], earlier: Mapping[Namesake, int]
) -> Judged:
    if any(each in owners for each in arrival.person.identifiers):
        return Judged(arrival, State.KNOWN)
    mark = namesake(arrival.person)
    if mark in here:
        return Judged(arrival, State.NAMESAKE, same=here[mark])
    if mark in earlier:
        return Judged(arrival, State.NAMESAKE, line=earlier[mark])
    return Judged(arrival, State.NEW)
