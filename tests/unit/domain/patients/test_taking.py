"""Who of a list is taken on: nobody twice."""

from datetime import date

from clinic.domain.patients.importing import Arrival
from clinic.domain.patients.person import Identifier, Person
from clinic.domain.patients.taking import State, judge, namesake

TODAY, BORN = date(2026, 11, 20), date(1980, 3, 1)


def arrival(line: int, family: str = "Penn", *, born: date = BORN, number: str = "") -> Arrival:
    name = Identifier("number", number or str(line))
    return Arrival(line, Person(family, "Kim", born, identifiers=frozenset({name})))


def judged(*arrivals: Arrival, owners=(), here=()):
    return judge(arrivals, dict(owners), dict(here), today=TODAY)


def test_who_has_a_known_identifier_is_here_already_whatever_else_is_said():
    found = judged(arrival(2), owners=[(Identifier("number", "2"), 7)])
    assert [each.state for each in found.people] == [State.KNOWN]
    assert found.taken([2]) == ()


def test_a_namesake_is_taken_on_only_where_somebody_says_that_he_is_another():
    found = judged(arrival(2, "PENN"), here=[(namesake(arrival(9).person), "patient1")])
    assert [(each.state, each.same) for each in found.people] == [(State.NAMESAKE, "patient1")]
    assert found.taken([]) == ()
    assert [each.arrival.line for each in found.taken([2])] == [2]


def test_a_namesake_within_the_list_names_the_earlier_line():
    found = judged(arrival(2), arrival(3), arrival(4, born=date(1981, 3, 1)))
    assert [(each.state, each.line) for each in found.people] == [
        (State.NEW, 0),
        (State.NAMESAKE, 2),
        (State.NEW, 0),
    ]


def test_a_number_that_stands_twice_and_an_impossible_birth_date_are_refused():
    found = judged(arrival(2, number="A"), arrival(3, "Other", number="A"), arrival(4, born=date(2030, 1, 1)))
    assert [(each.line, each.faults[0].code) for each in found.refused] == [
        (3, "duplicate_in_file"),
        (4, "birth_in_future"),
    ]
    assert len(found.people) == 1
