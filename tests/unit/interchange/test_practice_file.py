import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from clinic.domain.practice.body import Region
from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.practice.modality import Modality
from clinic.domain.practice.people import Absence
from clinic.domain.practice.places import Closure, Travel
from clinic.interchange.practice_file import practice_from, read_practice
from tests.unit.faults import faults

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "practice.toml"
YEARS = (2026, 2027)

SMALL = """
[practice]
name = "Sample"
neutral_name = "Sample"
sender = "desk@sample.example"

[[locations]]
code = "york"
name = "York"
address = "1 Sample Street"
tz = "Europe/London"
phone = "01632 960000"
emergency_number = "999"
country = "GB"
jurisdiction = "GB"

[[staff]]
code = "robin"
name = "Robin Sample"
initials = "RS"
"""
HOURS = """
[[staff.hours]]
location = "york"
days = ["mon"]
starts = 08:30:00
ends = "24:00"
"""


def small(more="", **swap):
    text = SMALL + more
    for before, after in swap.items():
        assert before in text
        text = text.replace(before, after)
    return practice_from(tomllib.loads(text), years=YEARS)


def test_the_example_is_two_locations_six_therapists_five_rooms_and_their_public_holidays():
    practice = read_practice(EXAMPLE, years=YEARS)
    assert [location.code for location in practice.locations] == ["leeds", "york"]
    assert sum(len(location.rooms) for location in practice.locations) == 5
    assert [staff.kind for staff in practice.staff].count("therapist") == 6
    for location in practice.locations:
        assert Closure(date(2026, 12, 25), date(2026, 12, 25), "Christmas Day") in location.closures
        assert any(closure.on(date(2027, 4, 26)) for closure in location.closures) is False
    held = [credential for staff in practice.staff for credential in staff.credentials]
    assert any(credential.provisional for credential in held)
    assert any(credential.valid_until == date(2027, 1, 31) for credential in held)
    assert any(credential.regions and Region.THORAX not in credential.regions for credential in held)
    assert practice.location("leeds").rooms[2].lanes == 4
    assert practice.colleague("hale").patient_limits == {Modality.EXERCISE: 4}
    assert [staff.code for staff in practice.staff if staff.supervises] == ["hale", "lindley"]
    assert practice.travel == (Travel("york", "leeds", 45),)
    assert (practice.profile.most_visits_a_day, practice.profile.most_visits_a_week) == (1, 5)
    assert practice.profile.cancel_hours == 24


def test_what_a_file_leaves_out_has_its_default():
    practice = small(HOURS)
    assert (practice.profile.language, practice.profile.notice_minutes) == ("en", 120)
    assert practice.locations[0].grid_minutes == 15
    assert practice.locations[0].closures == frozenset()
    assert practice.staff[0].kind == "therapist"
    assert practice.staff[0].shifts[0].hours == WeeklyHours(0, 510, 1440)


def test_absences_are_days_wall_times_or_instants_at_the_first_location():
    more = """
[[staff.absences]]
starts = 2026-07-06
ends = 2026-07-07
[[staff.absences]]
starts = 2026-07-09T13:00:00
ends = 2026-07-09T17:00:00
kind = "training"
[[staff.absences]]
starts = 2026-07-10T13:00:00+02:00
ends = 2026-07-10T14:00:00Z
"""
    assert sorted(small(HOURS + more).staff[0].absences) == [
        Absence(datetime(2026, 7, 5, 23, tzinfo=UTC), datetime(2026, 7, 7, 23, tzinfo=UTC)),
        Absence(datetime(2026, 7, 9, 12, tzinfo=UTC), datetime(2026, 7, 9, 16, tzinfo=UTC), "training"),
        Absence(datetime(2026, 7, 10, 11, tzinfo=UTC), datetime(2026, 7, 10, 14, tzinfo=UTC)),
    ]
    alone = small(more.partition("[[staff.absences]]\nstarts = 2026-07-09")[0]).staff[0]
    assert alone.absences == {Absence(datetime(2026, 7, 6, tzinfo=UTC), datetime(2026, 7, 8, tzinfo=UTC))}


def test_all_faults_of_a_file_are_told_at_once_by_their_path():
    more = """
starts = 1
languages = "en"
[[staff.hours]]
location = "york"
days = ["mon", "monday"]
starts = "08:30"
ends = "18:00"
[[staff.hours]]
location = ["york"]
days = ["mon"]
starts = "08:30"
ends = "18:00"
[[staff.hours]]
location = "york"
days = ["mon"]
starts = "8:30"
ends = "18:00"
[[staff.absences]]
starts = "tomorrow"
ends = 2026-01-01
[[staff.credentials]]
kinds = ["dry-needling", 7]
jurisdiction = "GB"
number = "1"
valid_from = 2020-01-01
[[staff.credentials]]
kinds = ["dry-needling"]
jurisdiction = "GB"
number = "1"
valid_from = 2020-01-01T00:00:00
[[staff.credentials]]
kinds = ["dry-needling"]
jurisdiction = "GB"
number = "1"
valid_from = 2020-01-01
regions = ["soul"]
[[staff.reserved]]
location = "york"
kind = "new"
days = ["mon"]
starts = "10:00"
ends = "09:00"
[[staff]]
code = "x"
"""
    assert faults(lambda: small(more, **{'tz = "Europe/London"': 'tz = "Europe/Atlantis"\npublic_holidays = 1'})) == [
        ("not_yes_or_no", "locations.0.public_holidays"),
        ("unknown_zone", "locations.0.tz"),
        ("not_one_of", "staff.0.hours.0.days"),
        ("not_text", "staff.0.hours.1.location"),
        ("not_a_time", "staff.0.hours.2.starts"),
        ("hours_reversed", "staff.0.reserved.0.ends_minute"),
        ("not_a_moment", "staff.0.absences.0.starts"),
        ("not_text", "staff.0.credentials.0.kinds"),
        ("not_a_date", "staff.0.credentials.1.valid_from"),
        ("unknown_region", "staff.0.credentials.2.regions"),
        ("not_a_list", "staff.0.languages"),
        ("field_missing", "staff.1.name"),
    ]


@pytest.mark.parametrize(
    ("starts", "code"),
    [("2026-03-29T01:30:00", "time_skipped"), ("2026-10-25T01:30:00", "time_repeated")],
    ids=["skipped", "repeated"],
)
def test_a_time_that_the_clock_skips_or_shows_twice_asks_which_is_meant(starts, code):
    absence = '[[staff.absences]]\nkind = "leave"\nstarts = {}\nends = 2026-11-01\n'
    assert faults(lambda: small(HOURS + absence.format(starts))) == [(code, "staff.0.absences.0.starts")]
    for offset in ("+01:00", "Z"):
        assert small(HOURS + absence.format(starts + offset))


def test_fields_nobody_knows_are_refused():
    assert faults(lambda: small("\ncolour = 1")) == [("field_unknown", "staff.0.colour")]
    assert faults(lambda: small(**{"[practice]": "extra = 1\n[practice]"})) == [("field_unknown", "extra")]


def test_lists_and_tables_are_what_they_should_be():
    assert faults(lambda: practice_from({}, years=YEARS)) == [("field_missing", "practice")]
    document = tomllib.loads(SMALL)
    assert faults(lambda: practice_from({**document, "staff": 1}, years=YEARS)) == [("not_a_list", "staff")]
    assert faults(lambda: practice_from({**document, "staff": [{}] * 1001}, years=YEARS)) == [
        ("list_too_long", "staff")
    ]
    assert faults(lambda: small("\npatient_limits = 3")) == [("not_a_table", "staff.0.patient_limits")]
    assert faults(lambda: small("\npatient_limits = { luck = 3 }")) == [
        ("unknown_modality", "staff.0.patient_limits.luck")
    ]


def test_overlapping_absences_doubled_codes_and_unknown_regions_of_holidays_are_refused():
    twice = "[[staff.absences]]\nstarts = 2026-07-06\nends = 2026-07-08\n"
    assert faults(lambda: small(twice + twice.replace("07-06", "07-07"))) == [("absences_overlap", "staff.0.absences")]
    assert faults(lambda: small(SMALL.partition("[[staff]]")[1] + SMALL.partition("[[staff]]")[2])) == [
        ("code_twice", "staff.1.code")
    ]
    swap = {'country = "GB"': 'country = "GB"\nsubdivision = "XX"\npublic_holidays = true'}
    assert faults(lambda: small(**swap)) == [("holidays_unknown", "locations.0.public_holidays")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"name = ", "not_toml"),
        (b"\xff\xfe", "file_not_utf8"),
        (b" \n", "file_empty"),
        (b"#" * (1024 * 1024 + 1), "file_too_large"),
        (b"[" * 100_000, "not_toml"),
        (b"a = " + b"9" * 5000, "not_toml"),
    ],
)
def test_a_file_that_is_no_toml_is_one_clear_fault(tmp_path, content, code):
    path = tmp_path / "practice.toml"
    path.write_bytes(content)
    assert [found for found, _ in faults(lambda: read_practice(path, years=YEARS))] == [code]


def test_a_missing_file_is_one_clear_fault(tmp_path):
    assert faults(lambda: read_practice(tmp_path / "none.toml", years=YEARS)) == [("file_missing", None)]


def test_of_a_device_without_end_no_more_is_read_than_a_file_may_hold():
    assert faults(lambda: read_practice(Path("/dev/zero"), years=YEARS)) == [("file_too_large", None)]


def test_each_of_several_faults_of_a_table_names_its_whole_place():
    swap = {'name = "Sample"\nneutral': 'notice_minutes = -5\nhorizon_days = 2\nname = "Sample"\nneutral'}
    assert faults(lambda: small(**swap)) == [
        ("out_of_range", "practice.notice_minutes"),
        ("out_of_range", "practice.horizon_days"),
    ]
