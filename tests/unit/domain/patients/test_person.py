from dataclasses import replace
from datetime import date

from clinic.domain.patients.person import Identifier, Person, check_born, told_anew
from tests.unit.faults import faults

TODAY = date(2026, 11, 20)
MRN = Identifier("urn:mrn", "1")
MIKA = Person("Sample", "Mika Jo", date(1980, 2, 29), identifiers=frozenset({MRN}))


def test_a_person_needs_neither_email_nor_phone():
    assert MIKA.shown_name == "Mika Jo Sample"
    assert MIKA.search_name == "sample mika jo"
    assert Person("Sukarno", "", date(1960, 1, 1)).shown_name == "Sukarno"


def test_a_person_tells_all_faults_at_once():
    many = frozenset(Identifier("urn:x", str(at)) for at in range(51))
    assert faults(
        lambda: Person(
            "",
            "a\nb",
            date(1980, 1, 1),
            gender="f",
            deceased_at="x" * 41,
            email="mika@",
            phone="0" * 41,
            address="x" * 401,
            language="English (GB)",
            identifiers=many,
        )
    ) == [
        ("text_missing", "family_name"),
        ("text_unprintable", "given_names"),
        ("not_one_of", "gender"),
        ("text_too_long", "deceased_at"),
        ("address_malformed", "email"),
        ("text_too_long", "phone"),
        ("text_too_long", "address"),
        ("text_malformed", "language"),
        ("too_many_identifiers", "identifiers"),
    ]
    assert faults(lambda: Identifier("", "")) == [("text_missing", "system"), ("text_missing", "value")]
    assert faults(lambda: replace(MIKA, email="x" * 300)) == [("text_too_long", "email")]


def test_an_email_is_kept_as_mail_servers_take_it():
    assert replace(MIKA, email=" mika@Bücher.example ").email == "mika@xn--bcher-kva.example"


def test_marks_that_nobody_sees_make_no_address_a_wrong_one():
    assert replace(MIKA, email="\u202amika@a.example\u202c").email == "mika@a.example"


def test_a_phone_number_is_kept_as_a_keypad_takes_it():
    assert replace(MIKA, phone="\u202a+49\u00a030 12\u202c").phone == "+49 30 12"


def test_nobody_is_born_tomorrow_or_150_years_ago():
    check_born(replace(MIKA, birth_on=TODAY), today=TODAY)
    check_born(replace(MIKA, birth_on=date(1896, 1, 1)), today=TODAY)
    assert faults(lambda: check_born(replace(MIKA, birth_on=date(2026, 11, 21)), today=TODAY)) == [
        ("birth_in_future", "birth_on")
    ]
    assert faults(lambda: check_born(replace(MIKA, birth_on=date(1895, 12, 31)), today=TODAY)) == [
        ("birth_too_early", "birth_on")
    ]


def test_what_a_file_does_not_say_stays_as_it_was_known():
    known = replace(MIKA, email="m@a.example", phone="1", address="York", language="en", deceased=False)
    told = Person("Newname", "Mika", MIKA.birth_on, "female", identifiers=frozenset({Identifier("urn:b", "2")}))
    anew = told_anew(known, told)
    assert (anew.family_name, anew.gender) == ("Newname", "female")
    assert (anew.email, anew.phone, anew.address, anew.language) == ("m@a.example", "1", "York", "en")
    assert anew.identifiers == known.identifiers | told.identifiers
    assert told_anew(anew, told) == anew


def test_only_a_plain_word_revives_the_deceased():
    dead = told_anew(replace(MIKA, deceased=False), replace(MIKA, deceased=True, deceased_at="1951-02-20"))
    assert (dead.deceased, dead.deceased_at) == (True, "1951-02-20")
    assert told_anew(dead, MIKA) == dead
    alive = told_anew(dead, replace(MIKA, deceased=False))
    assert (alive.deceased, alive.deceased_at) == (False, None)
