"""Tables of patients as spreadsheets write them."""

from datetime import date

import pytest

from clinic.domain.errors import Invalid
from clinic.domain.patients.person import Identifier
from clinic.interchange.csv_patients import MOST_LINES, birth_from, decoded, read_table

ENGLISH = "Family name,Given names,Date of birth,E-Mail,Shoe size\nPenn,Kim,1980-03-01,kim@example.org,39\n"
GERMAN = "Nachname;Vorname;Geburtsdatum;Geschlecht;Telefon;Patienten-Nr\nÖzil;Ay\u015fe;01.03.1980;weiblich;+49 1;7\n"


def test_headings_are_recognised_and_the_rest_is_named():
    table = read_table(ENGLISH)
    assert table.columns[-1] == ("Shoe size", "")
    (one,) = table.arrivals
    assert (one.line, one.person.shown_name, one.person.birth_on) == (2, "Kim Penn", date(1980, 3, 1))
    assert one.person.email == "kim@example.org"
    assert one.person.identifiers == {Identifier(f"import:{table.import_id}", "2")}


def test_a_table_of_another_language_and_delimiter_is_read():
    table = read_table(GERMAN.replace("Patienten-Nr", "Patientennummer"))
    (one,) = table.arrivals
    assert (one.person.gender, one.person.phone) == ("female", "+49 1")
    assert one.person.identifiers == {Identifier("number", "7")}


def test_the_same_table_has_the_same_name_and_another_another():
    assert read_table(ENGLISH).import_id == read_table(ENGLISH).import_id != read_table(ENGLISH + "\n").import_id


def test_lines_with_a_fault_are_named_and_the_others_read():
    table = read_table(ENGLISH + ",Nobody,1980-01-01,,\nB,C,1980-13-01,x,\n\nD,E,2001-02-03,,\n")
    assert [(each.line, [one.field for one in each.faults]) for each in table.refused] == [
        (3, ["family_name"]),
        (4, ["birth_on"]),
    ]
    assert [each.line for each in table.arrivals] == [2, 6]


def test_what_is_no_gender_is_refused():
    table = read_table("Name,Birth date,Sex\nPenn,1980-03-01,often\nPenn,1980-03-01,F\n")
    assert [(each.faults[0].code, each.faults[0].field) for each in table.refused] == [("not_one_of", "gender")]


@pytest.mark.parametrize(
    ("said", "month_first", "born"),
    [
        ("1980-03-01", False, date(1980, 3, 1)),
        ("1.3.1980", True, date(1980, 3, 1)),
        ("01/03/1980", False, date(1980, 3, 1)),
        ("03/01/1980", True, date(1980, 3, 1)),
    ],
)
def test_dates_are_read_as_they_are_meant(said, month_first, born):
    assert birth_from(said, month_first=month_first) == born


@pytest.mark.parametrize("said", ["1980", "1/3/80", "31/31/1980", "yesterday"])
def test_a_date_that_would_be_a_guess_is_refused(said):
    with pytest.raises(Invalid, match="birth_date_partial"):
        birth_from(said)


def test_a_date_of_birth_that_is_left_out_is_asked_for():
    with pytest.raises(Invalid, match="text_missing"):
        birth_from(" ")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "csv_empty"),
        ("Family name,Birth date\n", "csv_empty"),
        ("Kim,Penn\na,b\n", "csv_without_columns"),
        ("Name,Born\n" + "a,b\n" * (MOST_LINES + 1), "csv_too_long"),
        ('Name,Born\n"' + "a" * 200_000 + '",b\n', "csv_unreadable"),
    ],
)
def test_what_is_no_such_table_is_refused_whole(text, code):
    with pytest.raises(Invalid, match=code):
        read_table(text)


def test_text_is_utf8_or_as_windows_writes_it():
    assert decoded("Zoë".encode()) == decoded("Zoë".encode("cp1252")) == decoded("\ufeffZoë".encode()) == "Zoë"
    for data in (b"\x81\xff", b"a\0b"):
        with pytest.raises(Invalid, match="csv_unreadable"):
            decoded(data)
