import json
from datetime import date

import pytest

from clinic.domain.patients.person import Identifier, Person
from clinic.interchange.fhir_patients import MOST_LINE, person_from, read_patients
from tests.unit.faults import faults

MIKA = {
    "resourceType": "Patient",
    "identifier": [{"system": "urn:mrn", "value": "1"}, {"value": "bare"}, {"system": "urn:x"}, 7],
    "name": [
        {"use": "maiden", "family": "Früher", "given": ["Mika"]},
        {"use": "usual", "family": "Usual"},
        {"use": "official", "family": " Sample842 ", "given": ["Mika787", "Jo760", 7]},
    ],
    "telecom": [
        {"system": "phone", "value": "01", "use": "home"},
        {"system": "phone", "value": "02", "use": "mobile"},
        {"system": "phone", "value": "03", "use": "old"},
        {"system": "email", "value": "old@a.example", "period": {"end": "2020-01-01"}},
        {"system": "email", "value": "mika@a.example"},
    ],
    "gender": "female",
    "birthDate": "1980-02-29",
    "address": [
        {"use": "work", "text": "At work"},
        {"use": "home", "line": ["1 Sample Street", "Flat 2"], "city": "York", "postalCode": "YO1", "country": "GB"},
        {"use": "old", "city": "Hull"},
    ],
    "communication": [
        {"language": {"text": "Polish"}},
        {"language": {"coding": [{"code": "en-GB"}]}},
        {"language": {"coding": [{}, {"code": "pl"}]}, "preferred": True},
    ],
}
SPARSE = {
    "resourceType": "Patient",
    "identifier": [{"system": "urn:mrn", "value": "2"}],
    "name": [{"text": "Suharto"}],
    "birthDate": "1990-01-01",
}


def written(tmp_path, text):
    path = tmp_path / "patients.ndjson"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refused(people):
    return [(refusal.line, refusal.faults[0].code, refusal.faults[0].field) for refusal in people.refused]


def test_a_person_is_read_by_the_official_name_and_what_is_not_past():
    assert person_from(MIKA) == Person(
        "Sample842",
        "Mika787 Jo760",
        date(1980, 2, 29),
        "female",
        None,
        None,
        "mika@a.example",
        "02",
        "1 Sample Street, Flat 2, York YO1, GB",
        "pl",
        frozenset({Identifier("urn:mrn", "1")}),
    )


def test_who_says_little_is_read_as_little():
    assert person_from(SPARSE) == Person(
        "Suharto", "", date(1990, 1, 1), identifiers=frozenset({Identifier("urn:mrn", "2")})
    )
    only_past = {**SPARSE, "name": [{"use": "old", "given": ["Tully"]}], "address": [{"use": "old", "city": "Hull"}]}
    assert (person_from(only_past).family_name, person_from(only_past).address) == ("Tully", "")
    assert person_from({**SPARSE, "communication": [{"language": 7}]}).language == ""


@pytest.mark.parametrize(
    ("said", "deceased", "at"),
    [
        ({"deceasedBoolean": True}, True, None),
        ({"deceasedBoolean": False}, False, None),
        ({"deceasedDateTime": "1951-02-20T08:15:54-05:00"}, True, "1951-02-20T08:15:54-05:00"),
        ({}, None, None),
    ],
)
def test_the_deceased_are_read_as_told(said, deceased, at):
    person = person_from({**SPARSE, **said})
    assert (person.deceased, person.deceased_at) == (deceased, at)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"resourceType": "Observation"}, ("not_a_patient", "resourceType")),
        ({"active": False}, ("patient_inactive", "active")),
        ({"name": []}, ("field_missing", "name.family")),
        ({"name": {}}, ("not_a_list", "name.name")),
        ({"name": [{"use": 7}]}, ("not_text", "name.use")),
        ({"name": [{}]}, ("text_missing", "family_name")),
        ({"birthDate": "1990"}, ("birth_date_partial", "birthDate")),
        ({"birthDate": "1990-02-30"}, ("birth_date_partial", "birthDate")),
        ({"birthDate": "19900228xx"}, ("birth_date_partial", "birthDate")),
        ({"birthDate": "1990-W09-1"}, ("birth_date_partial", "birthDate")),
        ({"birthDate": None}, ("field_missing", "birthDate")),
        ({"deceasedBoolean": "no"}, ("not_yes_or_no", "deceasedBoolean")),
        ({"gender": "robot"}, ("not_one_of", "gender")),
        ({"telecom": [{"system": "email", "value": "nobody"}]}, ("address_malformed", "email")),
        ({"identifier": [{"system": "x" * 201, "value": "1"}]}, ("text_too_long", "identifier.system")),
    ],
)
def test_what_would_be_a_guess_is_refused(changed, fault):
    assert faults(lambda: person_from({**SPARSE, **changed})) == [fault]


def test_what_is_no_resource_at_all_is_refused():
    assert faults(lambda: person_from([1])) == [("not_a_patient", "resourceType")]


def test_lines_are_read_each_for_itself_and_numbered_with_the_empty_ones(tmp_path):
    lines = [
        "",
        json.dumps(MIKA),
        '{"resourceType": "Patient"',
        json.dumps(SPARSE) + "\r",
        "[1]",
        "  ",
        json.dumps({"resourceType": "Group"}),
        json.dumps({**SPARSE, "photo": "x" * MOST_LINE}),
        "[" * 100_000,
    ]
    people = read_patients(written(tmp_path, "\ufeff" + "\n".join(lines)))
    assert [(arrival.line, arrival.person.family_name) for arrival in people.arrivals] == [
        (2, "Sample842"),
        (4, "Suharto"),
    ]
    assert refused(people) == [
        (3, "not_json", None),
        (5, "not_json", None),
        (7, "not_a_patient", "resourceType"),
        (8, "line_too_long", None),
        (9, "not_json", None),
    ]


@pytest.mark.parametrize("indent", [None, 2])
def test_a_bundle_is_read_entry_by_entry(tmp_path, indent):
    entries = [
        {"resource": MIKA},
        {"resource": {"resourceType": "Encounter"}},
        {"fullUrl": "urn:x"},
        7,
        {"resource": SPARSE},
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    people = read_patients(written(tmp_path, json.dumps(bundle, indent=indent)))
    assert [arrival.line for arrival in people.arrivals] == [1, 5]
    assert [line for line, code, _ in refused(people) if code == "not_a_patient"] == [2, 3, 4]


def test_a_single_resource_over_many_lines_is_read(tmp_path):
    people = read_patients(written(tmp_path, json.dumps(SPARSE, indent=2)))
    assert [arrival.line for arrival in people.arrivals] == [1]


def test_a_bundle_followed_by_more_is_lines(tmp_path):
    people = read_patients(written(tmp_path, '{"resourceType": "Bundle"}\n' + json.dumps(SPARSE)))
    assert ([arrival.line for arrival in people.arrivals], refused(people)[0][:2]) == ([2], (1, "not_a_patient"))


def test_a_bundle_without_entries_brings_nobody_and_one_of_another_shape_is_refused(tmp_path):
    empty = written(tmp_path, '{"resourceType": "Bundle"}')
    assert faults(lambda: read_patients(empty)) == [("file_not_fhir", None)]
    broken = written(tmp_path, '{"resourceType": "Bundle", "entry": {}}')
    assert faults(lambda: read_patients(broken)) == [("not_a_list", "entry")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("[practice]\nname = 1", "file_not_fhir"),
        ('[{"resourceType": "Patient"}]', "file_not_fhir"),
        ("", "file_empty"),
        (b"\xff\xfe{\x00", "file_not_utf8"),
    ],
)
def test_a_file_of_another_kind_is_one_clear_fault(tmp_path, content, code):
    path = written(tmp_path, content)
    assert [found for found, _ in faults(lambda: read_patients(path))] == [code]
