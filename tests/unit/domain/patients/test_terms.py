from datetime import date

from clinic.domain.patients.person import Identifier, Person
from clinic.domain.patients.terms import LONGEST, Kind, Term, meant, terms_of

BORN = date(1980, 3, 1)


def texts(person: Person, kind: Kind) -> set[str]:
    return {term.text for term in terms_of(person) if term.kind is kind}


def test_each_word_of_a_name_finds_whole_and_in_its_parts() -> None:
    person = Person("Müller-Łuk", "Zoë", BORN)
    assert texts(person, Kind.NAME) == {"muller", "luk", "mullerluk", "zoe"}
    assert {"ller", "rluk"} <= texts(person, Kind.WITHIN)
    assert min(map(len, texts(person, Kind.WITHIN))) == 3


def test_each_name_stands_beside_each_other() -> None:
    assert texts(Person("Adler", "Jo", BORN), Kind.PAIR) == {"a jo", "ad jo", "j adler", "jo adler"}
    assert texts(Person("Adler", "J", BORN), Kind.PAIR) == {"a j", "ad j", "j adler"}


def test_every_end_of_a_number_finds() -> None:
    person = Person(
        "A", "", BORN, phone="+49 55", identifiers=frozenset({Identifier("urn:mrn", "AO-1"), Identifier("x", "-")})
    )
    assert texts(person, Kind.NUMBER) == {"4955", "955", "ao1"}
    assert Term(Kind.NUMBER, "7") in terms_of(Person("A", "", BORN, phone="7"))


def test_terms_are_as_long_as_they_are_kept() -> None:
    person = Person("a" * 150, "b" * 150, BORN, phone="1" * 40)
    assert max(len(term.text) for term in terms_of(person)) == LONGEST


def test_a_slip_is_two_swapped_one_too_many_one_wrong_or_one_too_few() -> None:
    found = meant("adelr")
    assert found[:4] == ("daelr", "aedlr", "adler", "aderl")
    assert {"adlr", "delr", "adeer", "xadelr"} <= set(found)
    assert "adelr" not in found
    assert len(found) == len(set(found))


def test_short_words_and_figures_are_taken_as_they_are() -> None:
    assert meant("adl") == meant("adler1") == ()


def test_slips_stay_in_the_alphabet_of_the_word() -> None:
    assert "иванов" in meant("иваноф")
    assert "papas" in meant("paapas")
    assert all(sign in "张伟张明" for word in meant("张伟张明") for sign in word)
