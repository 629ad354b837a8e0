from dataclasses import replace
from datetime import date

from clinic.domain.patients.importing import Arrival, sort_out
from clinic.domain.patients.person import Identifier, Person

TODAY = date(2026, 11, 20)
A, B, C = (Identifier("urn:x", value) for value in "abc")
MIKA = Person("Sample", "Mika", date(1980, 1, 1), deceased=False, language="en", identifiers=frozenset({A}))
JO = replace(MIKA, given_names="Jo", identifiers=frozenset({B}))


def sorted_out(*people, owners=None, known=None):
    arrivals = [Arrival(line, person) for line, person in enumerate(people, 1)]
    return sort_out(arrivals, owners or {}, known or {}, today=TODAY)


def whys(found):
    return [(refusal.line, refusal.faults[0].code, dict(refusal.faults[0].params)) for refusal in found.refused]


def test_a_person_nobody_knows_is_new():
    found = sorted_out(MIKA, JO)
    assert (found.new, found.changed, found.unchanged, found.refused) == ((MIKA, JO), (), 0, ())


def test_a_person_is_recognised_by_any_identifier():
    known = replace(MIKA, identifiers=frozenset({A, B}), phone="1")
    told = replace(MIKA, identifiers=frozenset({B, C}), deceased=None)
    found = sorted_out(told, owners={A: 7, B: 7}, known={7: known})
    assert found.changed == ((7, replace(known, identifiers=frozenset({A, B, C}))),)
    assert sorted_out(replace(told, identifiers=frozenset({B})), owners={B: 7}, known={7: known}).unchanged == 1


def test_the_same_person_twice_in_a_file_is_once():
    found = sorted_out(MIKA, MIKA)
    assert (len(found.new), found.unchanged, found.refused) == (1, 1, ())


def test_two_lines_that_disagree_about_a_person_leave_the_first():
    found = sorted_out(MIKA, replace(MIKA, given_names="Jo"))
    assert found.new == (MIKA,)
    assert whys(found) == [(2, "duplicate_in_file", {"line": 1})]
    two = sorted_out(MIKA, JO, owners={A: 7, B: 7}, known={7: replace(MIKA, identifiers=frozenset({A, B}))})
    assert (two.unchanged, whys(two)) == (1, [(2, "duplicate_in_file", {"line": 1})])


def test_identifiers_of_two_patients_none_at_all_and_an_impossible_birth_are_refused():
    both = replace(MIKA, identifiers=frozenset({A, B}))
    found = sorted_out(
        both,
        replace(MIKA, identifiers=frozenset()),
        replace(MIKA, identifiers=frozenset({C}), birth_on=date(2027, 1, 1)),
        owners={A: 1, B: 2},
        known={1: MIKA, 2: JO},
    )
    assert [code for _, code, _ in whys(found)] == [
        "identifiers_of_two",
        "patient_without_identifier",
        "birth_in_future",
    ]


def test_a_line_that_disagrees_is_found_however_many_others_lie_between():
    kim = replace(MIKA, given_names="Kim", identifiers=frozenset({C}))
    found = sorted_out(MIKA, JO, kim, replace(MIKA, given_names="Jo"))
    assert whys(found) == [(4, "duplicate_in_file", {"line": 1})]
